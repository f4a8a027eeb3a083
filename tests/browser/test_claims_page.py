"""The claims page in a real browser: chosen by mouse and keyboard, by buttons and history; a drag; a phone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from permviz.claims.table import CLAIMS
from tests.browser.driver import open_app, rerun
from tests.browser.workbench import drag, workbench

SMALL = "/claims?task=moons&net=3-2&steps=300&samples=60"


def claim(page: Page) -> int:
    return int(parse_qs(urlsplit(page.url).query).get("claims.claim", ["1"])[0])


def options(page: Page) -> Locator:
    return page.locator('[data-testid="stRadio"] label:has(input)')


def choose(page: Page, number: int) -> None:
    options(page).nth(number - 1).click()


def title(page: Page, number: int) -> None:
    expect(page.get_by_role("heading", name=f"{number}. {CLAIMS[number - 1].title}")).to_be_visible()


def test_claims_are_chosen_by_list_buttons_keyboard_and_history(page: Page) -> None:
    open_app(page, SMALL)
    title(page, 1)
    with rerun(page):
        choose(page, 8)
    title(page, 8)
    assert claim(page) == 8
    with rerun(page):
        page.get_by_role("button", name="Next", exact=True).click()
    title(page, 9)
    options(page).nth(8).locator("input").focus()
    with rerun(page):
        page.keyboard.press("ArrowDown")
    title(page, 10)
    with rerun(page):
        page.go_back()
    title(page, 9)


def test_every_figure_is_drawn(page: Page) -> None:
    open_app(page, SMALL)
    for number in (1, 3, 4, 5, 6, 7, 8, 9, 11):
        if number > 1:
            with rerun(page):
                choose(page, number)
        title(page, number)
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()


def test_a_drag_changes_the_copy_that_is_compared(page: Page) -> None:
    open_app(page, SMALL)
    expect(page.get_by_text("nodes 1 (red) and 2 (green) of layer 1")).to_be_visible()
    with rerun(page):
        drag(page, 1, 0, 2)
    expect(workbench(page)).to_have_attribute("data-order", "[[2,1,0],[0,1]]")
    expect(page.get_by_text("nodes 1 (red) and 3 (green) of layer 1")).to_be_visible()
    expect(page.get_by_text("shown here")).to_be_visible()


def test_on_a_phone_in_the_dark_nothing_scrolls_sideways(new_page: Callable[..., Page]) -> None:
    page = new_page(phone=True, dark=True)
    for number in (1, 2, 11):
        open_app(page, f"{SMALL}&claims.claim={number}")
        title(page, number)
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth")
