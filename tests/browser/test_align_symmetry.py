"""Is it really the symmetry? In a browser: stored maps, by taps; the map of this network, by keys, stopped and gone on."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

import permviz as pv
from permviz.networks.digits import loss_text
from tests.browser.driver import choose, open_app

VIEW = "/align?align.show=asymmetry&task=moons&net=3&samples=40&seed=3"


def test_stored_maps_are_chosen_by_taps_on_a_phone_in_the_dark(new_page: Callable[..., Page]) -> None:
    page = new_page(phone=True, dark=True)
    open_app(page, VIEW + "&steps=20")
    caption = page.locator(".st-key-align-asymmetry")
    for name, label in (("gelu", "GELU"), ("tanh", "tanh")):
        page.get_by_role("radio", name=label, exact=True).tap()
        ordinary = pv.stored_asymmetry_map(name).ordinary
        assert ordinary is not None
        expect(caption).to_contain_text(f"against {loss_text(ordinary.barrier)} of ordinary networks")
    expect(page).to_have_url(re.compile("align.stored=tanh"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_map_of_this_task_is_trained_by_keys_stopped_and_gone_on(page: Page) -> None:
    open_app(page, VIEW + "&steps=5000")
    choose(page, "Networks", "This network’s task")
    page.get_by_role("button", name="Train them all").press("Enter")
    page.locator(".st-key-broken-stop button").press("Enter")
    bar, go_on = page.locator(".st-key-broken-progress"), page.get_by_role("button", name="Go on")
    expect(bar).to_contain_text(re.compile(r"Stopped: group \d+ of 18"))
    headline = page.locator(".st-key-headline")
    expect(headline).to_have_text("Not all is computed")
    before = re.findall(r"group \d+ of 18", bar.inner_text())[0]
    go_on.press("Enter")
    expect(go_on).to_have_count(0)
    expect(bar.get_by_text(before)).to_have_count(0)
    expect(page).to_have_url(re.compile("align.broken=1"))
