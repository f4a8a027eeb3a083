"""The room of every window is used: a large one shows the same larger, a small one all that matters, and nothing is cut off."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.driver import idle, open_app
from tests.browser.workbench import SMALL, at_rest, centre, drag, expect_order, node, workbench

SWAPPED = SMALL + "&order=1023.012"
TICKS = "plot => parseFloat(getComputedStyle(plot.querySelector('.ytick text')).fontSize)"
MIDDLES = "all => all.map(e => e.getBoundingClientRect()).map(box => box.y + box.height / 2)"
LARGE = {"width": 1920, "height": 1080}


def at_size(page: Page, width: int, height: int, path: str) -> Page:
    page.set_viewport_size({"width": width, "height": height})
    return at_rest(open_app(page, path))


def scrolls(page: Page) -> int:
    """Pixels by which the page is higher than the window."""
    return int(page.get_by_test_id("stMain").evaluate("main => main.scrollHeight - main.clientHeight"))


def sizes(page: Page) -> dict[str, float]:
    """Widths and heights of what one looks at."""
    found = {}
    for name in ("input-node", "hidden-node", "diagram", "curve", "matrix-1-now", "output-now", "copies", "mode-walk"):
        box = page.get_by_test_id(name).first.bounding_box()
        assert box is not None
        found[name] = box["height"]
    return found


def test_a_large_window_shows_the_same_larger_and_all_of_it(new_page: Callable[..., Page]) -> None:
    page = at_size(new_page(), 1280, 800, SWAPPED)
    laptop = sizes(page)
    page.set_viewport_size(LARGE)
    expect(page.get_by_test_id("diagram")).to_have_css("height", re.compile(r"545(\.\d+)?px"))
    at_rest(page)
    for name, size in sizes(page).items():
        assert 1.33 < size / laptop[name] < 1.42, name
    assert scrolls(page) == 0
    network, window = page.get_by_test_id("card-network").bounding_box(), LARGE
    assert network is not None
    assert network["width"] * network["height"] > 0.33 * window["width"] * window["height"]


def test_the_hand_and_what_is_read_are_where_they_are_seen_in_a_large_window(new_page: Callable[..., Page]) -> None:
    page = at_size(new_page(), **LARGE, path=SWAPPED)
    matrix = page.get_by_test_id("matrix-1-now")
    box = matrix.bounding_box()
    assert box is not None
    matrix.hover(position={"x": box["width"] - 4, "y": box["height"] - 4})
    expect(page.locator('.workbench [role="tooltip"]')).to_contain_text("bias of slot 4")
    (x, y), (_, far) = centre(page, 1, 0), centre(page, 1, 3)
    page.mouse.move(x, y)
    page.mouse.down()
    for part in (0.3, 0.6, 1):
        page.mouse.move(x, y + part * (far - y))
    expect(workbench(page)).to_have_attribute("data-phase", "drag")
    held = page.locator(".node.held")
    expect(held).to_have_count(1)
    place = held.bounding_box()
    assert place is not None
    assert place["y"] + place["height"] / 2 == pytest.approx(far, abs=1.5)
    page.mouse.up()
    expect_order(page, [[3, 0, 2, 1], [0, 1, 2]])
    expect(node(page, 1, 0)).to_have_attribute("data-node", "3")


def test_the_figures_of_a_large_window_have_its_type(new_page: Callable[..., Page]) -> None:
    seen = []
    for width, height in ((1280, 800), (1920, 1080)):
        page = at_size(new_page(), width, height, SWAPPED.replace("/", "/slices"))
        plot = page.locator(".js-plotly-plot")
        plot.locator(".ytick text").first.wait_for(state="attached")
        box = plot.bounding_box()
        assert box is not None
        seen.append((box["height"], plot.evaluate(TICKS)))
        assert scrolls(page) == 0
    (low, small), (high, large) = seen
    assert high == pytest.approx(1.35 * low, abs=1)
    assert large == pytest.approx(1.35 * small, rel=0.01)


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1280, 800)])
def test_the_whole_swap_page_is_on_one_screen_with_its_buttons_in_a_row(
    new_page: Callable[..., Page], width: int, height: int
) -> None:
    page = at_size(new_page(), width, height, SWAPPED)
    matrices, output = (page.get_by_test_id(f"card-{name}").bounding_box() for name in ("matrices", "output"))
    assert matrices is not None
    assert output is not None
    assert max(box["y"] + box["height"] for box in (matrices, output)) <= height
    assert scrolls(page) == 0
    page.get_by_test_id("mode-steps").click()
    before = page.get_by_test_id("diagram").bounding_box()
    tops = page.locator('[data-testid="toolbar"] button:visible').evaluate_all(
        "all => all.map(e => Math.round(e.getBoundingClientRect().y + e.offsetHeight / 2))"
    )
    assert len(tops) == 7
    assert max(tops) - min(tops) <= 2, tops
    drag(page, 1, 0, 2)
    page.locator('[data-testid="workbench"][data-phase="broken"]').wait_for()
    assert page.get_by_test_id("diagram").bounding_box() == before, "the way on from the broken middle has room too"
    cut = "all => all.filter(e => e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight).map(e => e.textContent)"
    assert page.locator('[data-testid="toolbar"] button:visible').evaluate_all(cut) == []
    assert scrolls(page) == 0
    tops = page.locator(".legend > :visible").evaluate_all(MIDDLES)
    assert max(tops) - min(tops) <= 2, "the legend is one line"
    page.emulate_media(color_scheme="dark")
    expect(workbench(page)).to_have_attribute("data-theme", "dark")
    expect(workbench(page)).to_have_attribute("data-phase", "broken")


@pytest.mark.parametrize("path", ["/slices", "/average", "/count", "/rastrigin"])
def test_title_and_choice_of_view_stand_on_one_line(new_page: Callable[..., Page], path: str) -> None:
    page = at_size(new_page(), 1280, 800, SMALL.replace("/", path))
    line = page.locator(".st-key-title")
    title, choice = line.locator("h1").bounding_box(), line.get_by_test_id("stButtonGroup").bounding_box()
    assert title is not None
    assert choice is not None
    assert title["y"] + title["height"] / 2 == pytest.approx(choice["y"] + choice["height"] / 2, abs=1)


@pytest.mark.parametrize("phone", [False, True], ids=["1024", "phone"])
@pytest.mark.parametrize(
    ("view", "column"),
    [
        ("/count?", "its dimension"),
        ("/rastrigin?rastrigin.show=function", "median f"),
        ("/rastrigin?rastrigin.show=function&rastrigin.picture=counts", "all"),
        ("/rastrigin?rastrigin.show=critical", "all"),
    ],
)
def test_no_column_of_a_table_is_cut_and_no_button_of_a_small_diagram_stands_alone(
    new_page: Callable[..., Page], view: str, column: str, phone: bool
) -> None:
    page = new_page(phone=phone)
    if not phone:
        page.set_viewport_size({"width": 1024, "height": 768})
    at_rest(open_app(page, SMALL.replace("/?", f"{view}&")))
    table = page.get_by_test_id("stTable")
    expect(table.get_by_role("columnheader").last).to_have_text(column)
    right = "e => e.getBoundingClientRect().right"
    assert table.locator("th").last.evaluate(right) <= table.evaluate(right)
    buttons = page.locator('[data-testid="toolbar"] :is(button, summary):visible')
    tops = buttons.evaluate_all(MIDDLES)
    assert len(tops) == 5
    assert max(tops) - min(tops) <= 2, tops


def test_the_strip_of_a_lesson_grows_with_the_window(new_page: Callable[..., Page]) -> None:
    page = at_size(new_page(), 1280, 800, f"{SMALL}&lesson.name=class")
    letters = [page.get_by_test_id(name) for name in ("guide-title", "guide-task", "guide-next")]
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    before = [part.evaluate(size) for part in letters]
    page.set_viewport_size(LARGE)
    expect(page.get_by_test_id("diagram")).to_have_css("height", re.compile(r"545(\.\d+)?px"))
    assert [part.evaluate(size) for part in letters] == pytest.approx([1.35 * one for one in before])


def test_a_lying_phone_has_its_header_in_one_row(new_page: Callable[..., Page]) -> None:
    page = at_size(new_page(phone=True), 844, 390, SMALL)
    middles = page.locator(".st-key-header").evaluate(
        "row => [...row.querySelectorAll('a, button')].filter(e => e.checkVisibility())"
        ".map(e => e.getBoundingClientRect()).map(b => b.y + b.height / 2)"
    )
    assert len(middles) >= 7
    assert max(middles) - min(middles) <= 2, middles


@pytest.mark.parametrize("width", [390, 360])
def test_a_standing_phone_has_its_header_in_two_rows_of_targets_large_enough(new_page: Callable[..., Page], width: int) -> None:
    page = at_size(new_page(phone=True), width, 800, SMALL)
    targets = page.locator(".st-key-header :is(a, button):visible")
    middles = targets.evaluate_all(MIDDLES)
    assert len(middles) >= 10
    assert len({round(middle) for middle in middles}) == 2, middles
    sizes = targets.evaluate_all("all => all.map(e => e.getBoundingClientRect()).map(b => Math.min(b.width, b.height))")
    assert min(sizes) >= 24, sizes


def test_a_phone_lists_the_claims_once(new_page: Callable[..., Page]) -> None:
    page = at_rest(open_app(new_page(phone=True), SMALL.replace("/", "/claims")))
    expect(page.get_by_role("radio", name="12.")).to_be_attached()
    expect(page.get_by_role("heading", name="All the claims")).to_be_hidden()
    wide = at_rest(open_app(new_page(), SMALL.replace("/", "/claims")))
    expect(wide.get_by_role("heading", name="All the claims")).to_be_attached()


def test_the_seed_of_the_averages_is_above_the_fold(new_page: Callable[..., Page]) -> None:
    page = at_size(new_page(), 1280, 800, SMALL.replace("/", "/average"))
    expect(page.get_by_role("spinbutton", name="Order of the copies: seed")).to_be_in_viewport(ratio=1)


def test_a_phone_has_choices_and_pairs_of_numbers_in_a_row(new_page: Callable[..., Page]) -> None:
    page = at_rest(open_app(new_page(phone=True), SMALL.replace("/", "/rastrigin") + "&rastrigin.show=function"))
    first, last = (page.get_by_role("radio", name=name).bounding_box() for name in ("Race", "Counts"))
    assert first is not None
    assert last is not None
    assert first["y"] == last["y"]
    assert last["x"] + last["width"] <= 390
    left, right = (
        page.get_by_role("spinbutton", name=name).bounding_box() for name in ("Amplitude A", "Half-width of the box")
    )
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] < right["x"]
    assert left["y"] == pytest.approx(right["y"], abs=1)


def test_a_square_figure_has_its_room_on_a_phone_before_it_is_drawn(new_page: Callable[..., Page]) -> None:
    page, held = new_page(phone=True), list[Route]()
    page.route("**/plotly.min.js", lambda route: held.append(route))
    page.goto(SMALL.replace("/", "/rastrigin") + "&rastrigin.show=function")
    expect(page.locator(".permviz-plot")).to_have_count(1)
    idle(page)
    heights = "() => document.querySelector('.permviz-plot-stage').getBoundingClientRect().height"
    before = page.evaluate(heights)
    for route in held:
        route.continue_()
    expect(page.locator(".permviz-plot")).to_have_attribute("data-drawn", re.compile("."), timeout=60_000)
    assert page.evaluate(heights) == pytest.approx(before, abs=1)
