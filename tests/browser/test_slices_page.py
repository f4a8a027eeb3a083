"""The Loss slices page in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import open_app
from tests.browser.workbench import at_rest, drag, expect_order

SMALL = "task=moons&net=4-3&steps=60&samples=100"
DRAWN = ".js-plotly-plot .main-svg"


def slices(page: Page, show: str, more: str = "") -> Page:
    at_rest(open_app(page, f"/slices?{SMALL}&slices.show={show}{more}"))
    expect(page.locator(DRAWN).first).to_be_visible(timeout=30_000)
    return page


def test_a_swap_on_this_page_redraws_its_line_and_goes_along_to_the_others(page: Page) -> None:
    slices(page, "line", "&order=1023.012")
    barrier = page.get_by_test_id("stMetricValue").nth(1)
    before = barrier.inner_text()
    drag(page, 1, 2, 3)
    at_rest(page)
    expect(barrier).not_to_have_text(before)
    page.get_by_role("link", name="Swap").click()
    page.get_by_test_id("mode-swap").wait_for()
    expect_order(page, [[1, 0, 3, 2], [0, 1, 2]])
    page.go_back()
    expect(page.locator(DRAWN).first).to_be_visible(timeout=30_000)
    expect_order(page, [[1, 0, 3, 2], [0, 1, 2]])


def test_a_click_on_a_barrier_shows_its_line(page: Page) -> None:
    slices(page, "swaps")
    cell = page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    assert cell is not None
    page.mouse.click(cell["x"] + cell["width"] * 0.62, cell["y"] + cell["height"] * 0.12)
    expect(page.get_by_text("Highest on the way")).to_be_visible()
    expect(page.get_by_role("combobox", name="From A to")).to_have_value("layer 1: nodes 1 and 3 exchanged")


def test_the_plane_of_a_rotation_is_drawn_coarse_then_fine_and_says_how_symmetric_it_is(page: Page) -> None:
    slices(page, "plane")
    page.get_by_role("figure").get_by_text("What is exact here?").click()
    expect(page.get_by_role("figure").get_by_text("Turned by a third").first).to_be_visible()
    side = "() => document.querySelector('.js-plotly-plot')._fullData[0].x.length"
    page.wait_for_function(f"() => ({side})() === 81")


@pytest.mark.parametrize("show", ["line", "swaps", "plane", "random"])
def test_nothing_scrolls_sideways_on_a_phone(new_page: Callable[..., Page], show: str) -> None:
    page = slices(new_page(phone=True, dark=show == "plane"), show, "&order=1023.012")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth <= main.clientWidth")
