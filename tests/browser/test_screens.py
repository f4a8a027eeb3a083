"""Screens that show less than the whole app: parts left out, one part alone, in an iframe, before a room."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from permviz.ui.parts.screens import embed_code
from tests.browser.driver import idle, open_app, rerun
from tests.browser.workbench import SMALL, at_rest, drag, expect_order

CARDS = ("network", "same", "other", "curve", "output", "matrices")


def _seen(page: Page) -> list[str]:
    return [name for name in CARDS if page.get_by_test_id(f"card-{name}").is_visible()]


def test_what_a_link_leaves_out_is_gone_and_stays_so_after_a_swap(page: Page) -> None:
    at_rest(open_app(page, f"{SMALL}&hide=matrices.output.modes.build"))
    assert _seen(page) == ["network", "same", "other", "curve"]
    expect(page.get_by_test_id("mode-walk")).to_be_hidden()
    drag(page, 1, 0, 1)
    expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])
    assert "hide=build.modes.matrices.output" in page.url
    assert _seen(page) == ["network", "same", "other", "curve"]
    expect(page.get_by_text("two moons · 2-4-3-1 tanh · 60 steps")).to_be_visible()
    at_rest(open_app(page, SMALL))
    assert _seen(page) == list(CARDS), "negative control: all of them are there"


def test_each_part_alone_fills_the_window(page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 560})
    for part, card in {"diagram": "network", "curve": "curve", "output": "output", "matrices": "matrices"}.items():
        open_app(page, f"{SMALL}&view={part}&order=1023.012")
        box = page.get_by_test_id(f"card-{card}")
        expect(box).to_be_visible()
        assert _seen(page) == [card]
        place = box.bounding_box()
        assert place is not None
        assert place["width"] > 580
        assert place["y"] < 100
        assert part != "curve" or place["height"] > 560 / 2
        expect(page.get_by_role("link", name="Open in permviz")).to_be_attached()


def test_a_walk_in_the_curve_alone(page: Page) -> None:
    open_app(page, f"{SMALL}&view=curve&order=1023.012")
    slider = page.get_by_test_id("walk-slider")
    slider.focus()
    slider.press("Home")
    for _ in range(5):
        slider.press("ArrowRight")
    expect(page.get_by_test_id("walk-t")).to_have_text("t = 0.05")


def test_the_code_that_share_gives_shows_the_part_in_another_page(page: Page) -> None:
    """In a page of the same address, which every server allows; a page elsewhere is refused, by the browser."""
    page.goto("/_stcore/health")
    code = embed_code(f"{SMALL}&view=diagram&embed=true")
    page.evaluate("code => { document.documentElement.innerHTML = `<body>${code}</body>`; }", code)
    inside = page.frame_locator("iframe")
    inside.locator('[data-testid="workbench"][data-phase="rest"]').wait_for()
    expect(inside.get_by_test_id("card-network")).to_be_visible()
    expect(inside.get_by_test_id("card-curve")).to_be_hidden()
    expect(inside.get_by_test_id("stMainMenu")).to_have_count(0)
    inside.locator('[data-node][data-layer="1"][data-slot="0"]').click()
    inside.locator('[data-node][data-layer="1"][data-slot="2"]').click()
    inside.locator('[data-testid="workbench"][data-order="[[2,1,0,3],[0,1,2]]"][data-pending="0"]').wait_for()


def test_before_a_room_a_key_makes_the_type_large_and_puts_the_panel_away(page: Page) -> None:
    at_rest(open_app(page, SMALL))
    size = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
    before = page.evaluate(size)
    panel = page.get_by_test_id("stSidebar")
    expect(panel).to_be_visible()
    with rerun(page):
        page.keyboard.press("p")
    expect(panel).to_be_hidden()
    assert page.evaluate(size) > 1.1 * before
    assert "present=1" in page.url
    with rerun(page):
        page.go_back()
    expect(panel).to_be_visible()
    assert page.evaluate(size) == before


def test_a_p_that_is_typed_into_a_field_is_a_letter(page: Page) -> None:
    at_rest(open_app(page, SMALL))
    field = page.get_by_role("textbox", name="Hidden layers")
    field.focus()
    field.press("p")
    expect(field).to_have_value("4-3p")
    idle(page)
    assert "present" not in page.url


def test_a_phone_has_no_button_for_a_projector(new_page: Callable[..., Page]) -> None:
    page = at_rest(open_app(new_page(phone=True), SMALL))
    expect(page.get_by_role("button", name="Present")).to_be_hidden()
