"""The Melt page in a browser: its slider by keyboard and mouse, its numbers the library's, its link, Back, and a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from playwright.sync_api import Locator, Page, expect

import permviz as pv
from permviz.landscape.melting import STAGES
from permviz.symmetry.counting import count_text
from tests.browser.driver import open_app

SMALL = {"task": "moons", "samples": "40", "net": "3", "seed": "1", "steps": "60"}
LAST = STAGES - 1


@cache
def library() -> pv.Melt:
    recipe = pv.from_query(SMALL)[0].recipe
    return pv.melt(recipe.spec, recipe.dataset(), start=pv.follow_recipe(recipe).network)


def opened(page: Page, stage: int | None = None) -> Page:
    """The page with all stages there."""
    at = {} if stage is None else {"melt.stage": str(stage)}
    open_app(page, "/melt?" + "&".join(f"{name}={value}" for name, value in (SMALL | at).items()))
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=90_000)
    expect(page.get_by_test_id("stMetric")).to_have_count(3)
    return page


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Weight decay")


def shows(page: Page, stage: int) -> None:
    """Headline, numbers and diagram are those of the library's stage."""
    expected = library().stages[stage]
    expect(page.locator(".st-key-headline")).to_contain_text(f"λ = {expected.decay:.3g}:")
    for label, value in (
        ("Copies", count_text(expected.copies)), ("Stabiliser", expected.stabiliser), ("Zero nodes", str(expected.zeros))
    ):  # fmt: skip
        metric = page.get_by_test_id("stMetric").filter(has_text=label)
        expect(metric.get_by_test_id("stMetricValue")).to_have_text(value)
    expect(page.get_by_text(f"At λ = {expected.decay:.3g}", exact=False).last).to_be_attached()


def test_the_slider_leads_along_by_keys_and_mouse_and_back_returns(page: Page) -> None:
    assert len({stage.copies for stage in library().stages}) > 2, "something melts"
    shows(opened(page), 0)
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    shows(page, 1)
    expect(page).to_have_url(re.compile(r"melt\.stage=1(&|$)"))
    page.keyboard.press("End")
    shows(page, LAST)
    expect(slider(page)).to_have_attribute("aria-valuetext", "1")
    control = page.locator(".st-key-melt-stage")
    thumb, track = control.get_by_test_id("stSliderThumbValue").locator("..").bounding_box(), control.bounding_box()
    assert thumb
    assert track
    y = thumb["y"] + thumb["height"] / 2
    page.mouse.move(thumb["x"] + thumb["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(track["x"] + track["width"] / 2, y, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"melt\.stage=(2\d|3\d)(&|$)"))
    found = re.search(r"melt\.stage=(\d+)", page.url)
    assert found
    shows(page, int(found[1]))
    page.go_back()
    shows(page, LAST)
    page.go_back()
    shows(page, 1)


def test_a_link_opens_its_stage_on_a_phone_in_the_dark(new_page: Callable[..., Page]) -> None:
    stage = next(k for k, one in enumerate(library().stages) if one.copies == library().copies[LAST])
    page = opened(new_page(phone=True, dark=True), stage)
    shows(page, stage)
    expect(page.get_by_text("at a certified minimum")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    slider(page).focus()
    page.keyboard.press("ArrowLeft")
    shows(page, stage - 1)


def test_a_press_stops_the_way_and_it_goes_on_from_there(page: Page) -> None:
    open_app(page, "/melt?task=moons&net=6-5&act=relu&samples=300&steps=20")
    page.locator(".st-key-melt-stop button").click()
    bar, go_on = page.locator(".st-key-melt-progress"), page.get_by_role("button", name="Go on")
    expect(bar).to_contain_text(re.compile(r"Stopped: stage \d+ of 60"))
    expect(page.get_by_test_id("stMetric")).to_have_count(3)
    before = re.findall(r"stage \d+ of 60", bar.inner_text())[0]
    go_on.click()
    expect(go_on).to_have_count(0)
    expect(bar.get_by_text(before)).to_have_count(0)
