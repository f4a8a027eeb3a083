"""The Count page in a real browser: nodes made equal and given back, big integers, a phone."""

from __future__ import annotations

import math
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.driver import open_app, rerun

SMALL = "/count?task=moons&net=4&steps=100&samples=60"


def test_equal_neurons_halve_the_count_and_back_undoes_it(page: Page) -> None:
    open_app(page, SMALL)
    expect(page.get_by_role("heading", name="24 permuted copies, one function")).to_be_visible()
    with rerun(page):
        page.get_by_role("button", name="Make nodes 1 and 2 equal").click()
    expect(page.get_by_role("heading", name="12 permuted copies, one function")).to_be_visible()
    expect(page.get_by_text("These two are equal already.")).to_be_visible()
    with rerun(page):
        page.go_back()
    expect(page.get_by_role("heading", name="24 permuted copies, one function")).to_be_visible()


def test_a_big_factorial_is_shown_on_demand(page: Page) -> None:
    open_app(page, f"{SMALL}&count.show=growth")
    page.get_by_text("512! in full").click()
    expect(page.locator("code", has_text=str(math.factorial(512)))).to_be_visible()


def test_on_a_phone_in_the_dark_nothing_scrolls_sideways(new_page: Callable[..., Page]) -> None:
    page = new_page(phone=True, dark=True)
    for show in ("network", "growth", "subspaces"):
        open_app(page, f"{SMALL}&count.show={show}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), show
