"""The Count page in a real browser: nodes made equal and given back, big integers, a phone."""

from __future__ import annotations

import math
import re
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


_CROSSED = """() => [...document.querySelectorAll('[data-testid="stMetricLabel"]')].filter((label) => {
  const range = document.createRange(), text = label.querySelector("p");
  const help = label.querySelector('[data-testid="stTooltipIcon"]');
  range.selectNodeContents(text);
  const word = range.getBoundingClientRect(), box = (help ?? label).getBoundingClientRect();
  return help ? word.right > box.left + 2 && word.bottom > box.top : word.right > box.right + 2;
}).map((label) => label.innerText)"""


def test_the_names_of_numbers_do_not_run_into_their_help(page: Page) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    for path in (SMALL, "/rastrigin?task=moons&net=4&steps=100&samples=60&rastrigin.show=function"):
        open_app(page, path)
        expect(page.get_by_test_id("stMetric").first).to_be_visible()
        assert page.evaluate(_CROSSED) == []


def test_on_a_phone_numbers_stand_side_by_side(new_page: Callable[..., Page]) -> None:
    page = open_app(new_page(phone=True), SMALL)
    expect(page.get_by_text("That move nothing")).to_be_visible()
    values = page.get_by_test_id("stMetric").filter(has_text=re.compile("Permutations|That move nothing|Different points"))
    expect(values).to_have_count(3)
    tops = values.evaluate_all("all => all.map((one) => one.getBoundingClientRect().top)")
    assert max(tops) - min(tops) < 30
