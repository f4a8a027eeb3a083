"""The Average page in a real browser: copies chosen by keyboard, a search by its button, a phone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.driver import idle, open_app, rerun

SMALL = "/average?task=moons&net=3&steps=300&samples=100"


def setting(page: Page, name: str) -> str | None:
    return parse_qs(urlsplit(page.url).query).get(name, [None])[0]


def test_the_slider_averages_fewer_copies_and_back_undoes_it(page: Page) -> None:
    open_app(page, SMALL)
    expect(page.get_by_text("The average of all copies:")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(3, timeout=30_000)  # the first visit loads the library
    slider = page.get_by_role("slider", name="Copies averaged")
    slider.focus()
    with rerun(page):
        page.keyboard.press("Home")
    expect(page.get_by_text("Now average some.")).to_be_visible()
    assert setting(page, "average.copies") == "1"
    with rerun(page):
        page.go_back()
    expect(page.get_by_text("The average of all copies:")).to_be_visible()


def test_every_view_draws(page: Page) -> None:
    open_app(page, SMALL)
    for name, sentence in [
        ("Matrices", "Two nodes, exchanged"),
        ("Activations", "the sign is not fixed"),
        ("Linear", "Linear networks do have minima"),
    ]:
        with rerun(page):
            page.get_by_role("radio", name=name, exact=True).click()
        expect(page.get_by_text(sentence)).to_be_visible()
        expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=30_000)


def test_the_search_answers_and_its_link_keeps_the_answer(page: Page) -> None:
    open_app(page, "/average?task=teacher&net=3&steps=300&samples=60&average.show=certificate")
    with rerun(page):
        page.get_by_role("button", name="Search: train 24 networks").click()
    expect(page.get_by_text("Best 2-1-1 found")).to_be_visible()
    assert setting(page, "average.search") == "1"
    page.reload()
    idle(page)
    expect(page.get_by_text("Best 2-1-1 found")).to_be_visible()


def test_on_a_phone_in_the_dark_nothing_scrolls_sideways(new_page: Callable[..., Page]) -> None:
    page = open_app(new_page(phone=True, dark=True), SMALL)
    for show in ("average", "matrices", "certificate", "activations", "linear"):
        open_app(page, f"{SMALL}&average.show={show}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), show
