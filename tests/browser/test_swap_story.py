"""What the Swap page says and shows before the first swap and after it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.driver import open_app
from tests.browser.workbench import SMALL, at_rest, drag


def test_the_first_screen_shows_the_wall_ahead_and_nothing_empty(page: Page) -> None:
    at_rest(open_app(page, SMALL))
    story, curve, barrier = page.get_by_test_id("story"), page.get_by_test_id("curve"), page.locator(".curve text.barrier")
    expect(page.get_by_test_id("curve-title")).to_have_text("The wall you are about to cross")
    expect(curve).to_have_attribute("data-empty", "0")
    expect(curve).to_have_attribute("data-suggested", "1")
    ahead = barrier.text_content() or ""
    number = ahead.split()[-1]
    expect(story).to_contain_text(f"climbs by {number}")
    link = story.get_by_role("link", name="NonConvexity of neural networks")
    expect(link).to_have_attribute("href", re.compile("^https://"))
    expect(page.get_by_test_id("output-before")).to_be_visible()
    nothing_yet = [page.get_by_test_id(name) for name in ("output-now", "output-difference", "matrix-1-now", "matrix-2-now")]
    for tile in nothing_yet:
        expect(tile.locator("visible=true")).to_have_count(0)
    top = page.get_by_test_id("diagram").bounding_box()
    drag(page, 1, 0, 1)
    at_rest(page)
    expect(curve).to_have_attribute("data-suggested", "0")
    expect(barrier).to_have_text(ahead)  # what was announced is what is found
    expect(story).to_contain_text(re.compile(rf"same answers .* climbs {number} above the chord"))
    expect(page.get_by_test_id("walk-it")).to_be_visible()
    expect(page.get_by_test_id("story-next")).to_be_empty()  # one offer
    page.get_by_test_id("walk-it").click()
    expect(page.get_by_test_id("story-next")).to_contain_text("Average")
    at_rest(page)
    expect(link).to_be_hidden()
    for name in ("output-now", "matrix-1-now", "matrix-2-now"):
        expect(page.get_by_test_id(name)).to_be_visible()
    assert page.get_by_test_id("diagram").bounding_box() == top, "nothing moves under the hand"
