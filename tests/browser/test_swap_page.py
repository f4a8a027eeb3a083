"""Nodes exchanged on the Swap page, in a real browser: by mouse, finger and keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.driver import open_app
from tests.browser.workbench import (
    IDENTITY,
    SMALL,
    at_rest,
    centre,
    drag,
    finger,
    node,
    number,
    order,
    touch_drag,
)


def query(page: Page) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def test_a_mouse_drag_exchanges_two_nodes_and_nothing_else(swap_page: Page) -> None:
    page = swap_page
    before = page.get_by_test_id("matrix-1-now").get_attribute("data-rows")
    loss = number(page, "loss-a")
    drag(page, 1, 0, 2)
    at_rest(page)
    assert order(page) == [[2, 1, 0, 3], [0, 1, 2]]
    assert page.get_by_test_id("matrix-1-now").get_attribute("data-rows") != before
    assert page.get_by_test_id("matrix-1-before").get_attribute("data-rows") == before
    assert number(page, "difference") < 1e-12
    assert number(page, "loss-a") == number(page, "loss-b") == loss
    assert number(page, "distance") > 0.1
    expect(page.get_by_test_id("verdict")).to_contain_text("equal")
    expect(page.get_by_test_id("curve")).to_have_attribute("data-empty", "0")
    page.wait_for_url(lambda url: "order=2103.012" in url)


def test_the_barrier_is_the_same_number_under_the_hand_and_after_the_drop(swap_page: Page) -> None:
    page = swap_page
    barrier = page.locator(".curve text.barrier")
    for source, target in ((0, 2), (1, 3)):
        drag(page, 1, source, target, drop=False)
        expect(barrier).to_have_text(re.compile(r"^barrier \d"))
        held = barrier.text_content() or ""
        digits = held.split()[-1].replace(".", "").lstrip("0")
        assert len(digits) == 3, held
        page.mouse.up()
        at_rest(page)
        expect(barrier).to_have_text(held)
        page.get_by_test_id("reset").click()
        at_rest(page)


def test_a_node_dropped_elsewhere_returns(swap_page: Page) -> None:
    x, y = centre(swap_page, 1, 0)
    swap_page.mouse.move(x, y)
    swap_page.mouse.down()
    swap_page.mouse.move(x + 60, y - 10)
    swap_page.mouse.move(x + 130, y - 20)
    swap_page.mouse.up()
    at_rest(swap_page)
    assert order(swap_page) == IDENTITY
    assert "order" not in query(swap_page)


def test_a_finger_exchanges_two_nodes_on_a_phone(new_page: Callable[..., Page]) -> None:
    page = at_rest(open_app(new_page(phone=True), SMALL))
    touch_drag(page, 2, 0, 2)
    at_rest(page)
    assert order(page) == [[0, 1, 2, 3], [2, 1, 0]]
    assert number(page, "difference") < 1e-12


def test_two_clicks_or_taps_exchange_two_nodes(new_page: Callable[..., Page]) -> None:
    for phone in (False, True):
        page = at_rest(open_app(new_page(phone=phone), SMALL))
        caption, spoken = page.get_by_test_id("caption"), page.get_by_test_id("announcement")

        def choose(layer: int, slot: int, page: Page = page, phone: bool = phone) -> None:
            chosen = node(page, layer, slot)
            if phone:
                chosen.tap()
            else:
                chosen.click()

        choose(1, 0)
        expect(node(page, 1, 0)).to_have_attribute("aria-pressed", "true")
        expect(caption).to_contain_text("now choose a node of layer 1")
        expect(spoken).to_contain_text("now choose another node of layer 1", ignore_case=True)
        choose(2, 1)
        expect(caption).to_contain_text("Only nodes of one layer can change places")
        assert order(page) == IDENTITY
        choose(1, 3)
        at_rest(page)
        assert order(page) == [[3, 1, 2, 0], [0, 1, 2]]
        expect(spoken).to_contain_text("exchanged")
        expect(page.locator('[aria-pressed="true"][data-node]')).to_have_count(0)
        choose(2, 0)
        choose(2, 0)
        expect(spoken).to_contain_text("nothing changed")
        assert order(page) == [[3, 1, 2, 0], [0, 1, 2]]


def test_enter_and_space_exchange_two_nodes_and_escape_lets_go(swap_page: Page) -> None:
    page = swap_page
    node(page, 1, 0).focus()
    page.keyboard.press("Enter")
    expect(node(page, 1, 0)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(node(page, 1, 0)).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Space")
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_test_id("caption")).to_contain_text("Enter exchanges 1 and 3; the curve shows")
    expect(page.get_by_test_id("curve-title")).to_contain_text("1 ⇄ 3 in layer 1")
    page.keyboard.press("Enter")
    at_rest(page)
    assert order(page) == [[2, 1, 0, 3], [0, 1, 2]]


def test_a_swipe_that_starts_on_a_node_scrolls_and_does_not_swap(new_page: Callable[..., Page]) -> None:
    page = at_rest(open_app(new_page(phone=True), SMALL))
    main = page.get_by_test_id("stMain")
    (x, y), (_, above) = centre(page, 1, 2), centre(page, 1, 0)
    press, move, release = finger(page)
    press(x, y)
    for part in range(1, 9):
        move(x, y + (above - y) * part / 8)
    release()
    page.wait_for_function("main => main.scrollTop > 20", arg=main.element_handle())
    at_rest(page)
    assert order(page) == IDENTITY
    expect(page.locator('[aria-pressed="true"][data-node]')).to_have_count(0)


def test_a_tap_shows_what_pointing_shows(new_page: Callable[..., Page]) -> None:
    page = at_rest(open_app(new_page(phone=True), SMALL))
    tip = page.locator('.workbench [role="tooltip"]')
    page.get_by_test_id("input-node").first.tap()
    expect(tip).to_contain_text("over the input plane")
    expect(tip.locator("canvas")).to_be_visible()
    page.get_by_test_id("caption").tap()
    expect(tip).to_be_hidden()
    node(page, 1, 1).tap()
    expect(tip).to_contain_text("bias b =")
    expect(tip).to_be_visible()
    told, caption = tip.bounding_box(), page.get_by_test_id("caption").bounding_box()
    assert told is not None
    assert caption is not None
    assert told["y"] >= caption["y"] + caption["height"] - 1, "what to do next can be read"
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    for slot in (0, 1):
        node(page, 1, slot).tap()
    at_rest(page)
    edge = page.get_by_test_id("edge").first.evaluate(
        "e => { const at = e.getPointAtLength(e.getTotalLength() / 2), m = e.getScreenCTM();"
        " return [m.a * at.x + m.e, m.d * at.y + m.f]; }"
    )
    page.touchscreen.tap(*edge)
    expect(tip).to_contain_text(re.compile(r"w = .\d"))
    page.get_by_test_id("output-now").locator("canvas").tap()
    expect(tip).to_contain_text("F(now) =")
    page.get_by_test_id("matrix-1-now").tap()
    expect(tip).to_contain_text(re.compile(r"row \d, column \d, now"))


def test_arrow_keys_exchange_neighbours_and_keep_the_focus(swap_page: Page) -> None:
    page = swap_page
    node(page, 1, 0).focus()
    page.keyboard.press("ArrowDown")
    at_rest(page)
    assert order(page)[0] == [1, 0, 2, 3]
    page.keyboard.press("ArrowDown")
    at_rest(page)
    assert order(page)[0] == [1, 2, 0, 3]
    expect(page.get_by_test_id("announcement")).to_contain_text("same")


def test_five_quick_swaps_all_arrive(swap_page: Page) -> None:
    page = swap_page
    expected = list(range(4))
    node(page, 1, 0).focus()
    for i, j in ((0, 1), (1, 2), (2, 3)):
        page.keyboard.press("ArrowDown")
        expected[i], expected[j] = expected[j], expected[i]
    for i, j in ((3, 2), (2, 1)):
        page.keyboard.press("ArrowUp")
        expected[i], expected[j] = expected[j], expected[i]
    at_rest(page)
    assert order(page)[0] == expected
    page.wait_for_url(lambda url: f"order={''.join(map(str, expected))}." in url)
    page.reload()
    at_rest(page)
    assert order(page)[0] == expected


def test_what_was_trained_is_seen_in_nodes_and_matrices(swap_page: Page) -> None:
    page = swap_page
    pictures = ("[data-testid=hidden-node] canvas", "[data-testid=matrix-1-before]", "[data-testid=matrix-1-now]")

    def look() -> list[str]:
        return [page.locator(picture).first.evaluate("canvas => canvas.toDataURL()") for picture in pictures]

    before = look()
    drag(page, 1, 0, 1)
    at_rest(page)
    page.get_by_test_id("undo").click()
    at_rest(page)
    assert look() == before, "negative control"
    page.get_by_role("button", name="Train +500").click()
    page.wait_for_url(lambda url: "steps=560" in url)
    at_rest(page)
    expect(page.get_by_test_id("loss-a")).to_contain_text("0.01")
    assert not set(before) & set(look())
