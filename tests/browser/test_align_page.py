"""The Align page in a browser: B's nodes go to their partners at a press, by keys, on a phone; the wall follows the hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import open_app

PAIR = "/align?task=moons&net=3&act=gelu&steps=60&samples=60&align.seed=4"
HEADER = ".st-key-header :is(a, button)"


def other(page: Page) -> Locator:
    """B's diagram, at rest."""
    found = page.locator('.st-key-other [data-testid="workbench"][data-phase="rest"][data-pending="0"]')
    found.wait_for(timeout=60_000)
    return found


def order(page: Page) -> list[int]:
    return json.loads(other(page).get_attribute("data-order") or "null")[0]


def test_b_goes_to_its_partners_and_back_by_keys_and_its_link_says_so(page: Page) -> None:
    open_app(page, PAIR)
    assert order(page) == [0, 1, 2]
    headline = page.locator(".st-key-headline")
    expect(headline).to_contain_text("stands a wall of")
    page.get_by_role("button", name="Match").focus()
    page.keyboard.press("Enter")
    expect(headline).to_contain_text(re.compile("Matched, the wall (falls|of)"))
    matched = order(page)
    assert matched != [0, 1, 2], "this pair has another order"
    expect(page).to_have_url(re.compile("align.matched=1"))
    page.go_back()
    expect(headline).to_contain_text("stands a wall of")
    assert order(page) == [0, 1, 2]


def test_a_node_of_b_that_is_moved_by_hand_changes_the_wall(page: Page) -> None:
    open_app(page, PAIR)
    first = other(page).locator('[data-node][data-layer="1"][data-slot="0"]')
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".st-key-headline")).to_contain_text("By your hand")
    expect(page).to_have_url(re.compile("align.order=102"))
    assert order(page) == [1, 0, 2]
    expect(page.locator('.st-key-compact [data-testid="workbench"]')).to_have_attribute("data-order", "[[0,1,2]]")
    page.get_by_role("button", name="Match").click()
    expect(page.locator(".st-key-headline")).to_contain_text("Matched")
    first = other(page).locator('[data-node][data-layer="1"][data-slot="0"]')
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile(r"align.matched=1&align.order=\d{3}"))  # what the match flipped stays so
    expect(page.locator(".st-key-headline")).to_contain_text("By your hand")


def test_a_phone_shows_the_wall_first_in_the_dark_too(new_page: Callable[..., Page]) -> None:
    page = open_app(new_page(phone=True, dark=True), PAIR)
    page.get_by_role("button", name="Match").tap()
    expect(page.locator(".st-key-headline")).to_contain_text("Matched")
    other(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tops = [page.locator(f".st-key-{name}").bounding_box() for name in ("align-line", "other", "compact")]
    assert all(tops)
    places = [box["y"] for box in tops if box is not None]
    assert places == sorted(places)


def test_the_header_is_one_row_and_says_what_lies_beyond(new_page: Callable[..., Page]) -> None:
    page = open_app(new_page(), PAIR)
    for width, height in ((1280, 800), (1024, 768)):
        page.set_viewport_size({"width": width, "height": height})
        middles = page.locator(HEADER).evaluate_all(
            "all => all.filter(e => e.checkVisibility()).map(e => e.getBoundingClientRect()).map(b => b.y + b.height / 2)"
        )
        assert len(middles) >= 10
        assert max(middles) - min(middles) <= 2, (width, middles)
    word, claims, align = (
        page.locator(".st-key-header").get_by_text(text, exact=True) for text in ("Beyond:", "Claims", "Align")
    )
    boxes = [part.bounding_box() for part in (claims, word, align)]
    assert all(boxes)
    lefts = [box["x"] for box in boxes if box is not None]
    assert lefts == sorted(lefts)
