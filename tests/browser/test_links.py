"""Links and training in a real browser: the address is the save file, on this server and on another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from permviz.experiment.link import from_query
from tests.browser.driver import free_port, open_app, serving, streamlit_command, watched
from tests.browser.workbench import LONG, LONG_LAYER, at_rest, drag, expect_order, in_training, order

SMALL = "/?task=moons&net=4-3&steps=60&samples=100"
NUMBERS = ("difference", "loss-a", "loss-b", "distance", "copies", "barrier")


def numbers(page: Page) -> dict[str, str | None]:
    return {name: page.get_by_test_id(name).text_content() for name in NUMBERS if page.get_by_test_id(name).count()}


def test_a_link_shows_the_same_numbers_in_a_fresh_browser_on_a_fresh_server(
    page: Page, chromium: Browser, tmp_path: Path
) -> None:
    expect(at_rest(open_app(page, SMALL)).get_by_text("Stopped at loss")).to_be_visible()
    drag(page, 1, 0, 2)
    page.wait_for_url(lambda url: "theta=" in url)
    at_rest(page)
    link, seen = urlsplit(page.url).query, numbers(page)
    assert "theta=" in link
    port = free_port()
    with serving(streamlit_command(port), port, tmp_path / "log") as another, watched(chromium, another) as fresh:
        at_rest(open_app(fresh, f"/?{link}"))
        assert order(fresh) == order(page)
        assert numbers(fresh) == seen


def test_the_link_is_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect(at_rest(open_app(page, f"{SMALL}&order=1032.012")).get_by_text("Stopped at loss")).to_be_visible()
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    expect(page.get_by_role("img", name="The link as a QR code")).to_be_visible()
    copied = urlsplit(page.evaluate("navigator.clipboard.readText()"))
    assert copied.netloc == urlsplit(page.url).netloc
    assert "theta=" in copied.query
    experiment, notes = from_query(dict(parse_qsl(copied.query)))
    assert not notes
    assert experiment.order == ((1, 0, 3, 2), (0, 1, 2))


def test_share_is_reached_by_keyboard_and_stays_while_a_network_is_trained(page: Page) -> None:
    page.goto(LONG + "&seed=2")
    in_training(at_rest(page))
    page.get_by_role("button", name="Share").press("Enter")
    copy = page.get_by_role("button", name="Copy the link")
    expect(copy).to_be_visible()
    for _ in range(2):  # past the button that closes
        page.keyboard.press("Tab")
    expect(copy).to_be_focused()
    before = page.get_by_role("progressbar").get_attribute("aria-valuenow")
    expect(page.get_by_role("progressbar")).not_to_have_attribute("aria-valuenow", before or "")
    expect(copy).to_be_focused()
    page.keyboard.press("Escape")
    expect(copy).to_be_hidden()
    expect(page.get_by_role("button", name="Share")).to_be_focused()


@pytest.mark.parametrize("damage", ["net=0", "noise=-1&task=unknown", "theta=AAAA", "order=99.99", "%00=%FF&steps=1e999"])
def test_a_damaged_link_opens_and_says_so(page: Page, damage: str) -> None:
    at_rest(open_app(page, f"{SMALL}&{damage}".replace("net=4-3&", "") if damage == "net=0" else f"{SMALL}&{damage}"))
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    expect(page.get_by_test_id("verdict")).to_contain_text("equal")


def test_a_new_network_is_trained_before_one_s_eyes_and_back_returns_the_old_one(page: Page) -> None:
    at_rest(open_app(page, SMALL))
    old = numbers(page)["loss-a"]
    widths = page.get_by_role("textbox", name="Hidden layers")
    widths.fill("5")
    widths.press("Enter")
    page.locator('[data-node][data-layer="1"][data-slot="4"]').wait_for()
    page.wait_for_url(lambda url: "net=5" in url)
    at_rest(page)
    page.go_back()
    expect_order(page, [[0, 1, 2, 3], [0, 1, 2]])
    assert numbers(page)["loss-a"] == old


def test_a_swap_during_the_training_holds(page: Page) -> None:
    page.goto(LONG + "&seed=3")
    progress = in_training(page)
    at_rest(page)
    drag(page, 1, 0, 2)
    expect(progress).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped at loss")).to_be_visible()
    expect_order(page, [[2, 1, 0, *range(3, 12)], *[LONG_LAYER] * 3])
    page.wait_for_url(lambda url: "order=" in url)
    page.get_by_test_id("undo").click()
    expect_order(page, [LONG_LAYER] * 4)


def test_widths_that_are_none_get_a_sentence_and_nothing_is_lost(page: Page) -> None:
    at_rest(open_app(page, SMALL + "&order=1023.012"))
    widths = page.get_by_role("textbox", name="Hidden layers")
    widths.fill("10^9")
    widths.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_contain_text("expected 1 to 4 whole numbers")
    assert order(page) == [[1, 0, 2, 3], [0, 1, 2]]
    expect(widths).to_have_value("4-3")


def test_a_long_training_shows_progress_and_can_be_stopped(new_page: Callable[..., Page]) -> None:
    page = at_rest(open_app(new_page(), LONG.replace("steps=20000&finish=1", "steps=60&seed=4")))
    steps = page.get_by_role("spinbutton", name="Training steps")
    steps.fill("20000")
    steps.press("Enter")
    expect(page.get_by_test_id("stProgress")).to_contain_text("of 20000", timeout=20_000)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Restart")).to_be_visible(timeout=20_000)
    at_rest(page)
    reached = int(steps.input_value())
    assert 60 < reached < 20_000
    page.wait_for_url(lambda url: f"steps={reached}" in url)
