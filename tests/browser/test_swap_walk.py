"""A swap taken slowly: in the post's two steps, and on the walk along the straight line to the copy."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import open_app
from tests.browser.workbench import (
    IDENTITY,
    SMALL,
    at_rest,
    centre,
    drag,
    node,
    number,
    order,
    workbench,
)


def test_between_the_two_steps_the_function_is_wrong_and_after_them_whole(swap_page: Page) -> None:
    page = swap_page
    loss = number(page, "loss-a")
    page.get_by_test_id("mode-steps").click()
    drag(page, 1, 0, 2)
    page.locator('[data-testid="workbench"][data-phase="broken"]').wait_for()
    expect(workbench(page)).to_have_attribute("data-kind", "broken")
    caption = page.get_by_test_id("caption").inner_text()
    assert "broken" in caption
    wrong = float(re.findall(r"loss (?:is )?(\d+\.\d+)", caption)[0])
    assert wrong > loss + 0.01
    expect(page.get_by_test_id("distance")).to_contain_text("here")
    expect(page.get_by_test_id("copies")).not_to_contain_text("B is")
    expect(page.get_by_test_id("play")).to_be_hidden()
    page.get_by_test_id("step-next").click()
    at_rest(page)
    assert order(page)[0] == [2, 1, 0, 3]
    assert number(page, "loss-b") == loss
    expect(page.get_by_test_id("verdict")).to_contain_text("equal")


def test_on_the_walk_the_loss_climbs_and_comes_back(swap_page: Page) -> None:
    page = swap_page
    page.get_by_test_id("mode-walk").click()
    marker, far = page.get_by_test_id("marker"), centre(page, 1, 1)
    drag(page, 1, 0, 1, part=0.5, drop=False)
    expect(workbench(page)).to_have_attribute("data-kind", "between")
    expect(marker).to_have_attribute("data-t", re.compile(r"0\.[4-6]"))
    half = float(marker.get_attribute("data-loss") or "nan")
    start = number(page, "loss-a")
    assert half > start + 0.01
    # All cards speak of the point shown, and A is not B any more.
    expect(page.get_by_test_id("distance")).to_contain_text("here")
    halfway = number(page, "distance")
    assert halfway > 0.1
    expect(page.get_by_test_id("copies")).not_to_contain_text("B is")
    expect(page.get_by_test_id("verdict")).to_contain_text("on the way")
    t = marker.get_attribute("data-t") or ""
    assert float(page.get_by_test_id("walk-slider").input_value()) == pytest.approx(float(t), abs=0.006), "its step is 0.01"
    expect(page.get_by_test_id("walk-t")).to_have_text(f"t = {float(t):.2f}")
    expect(page.get_by_test_id("play")).to_be_disabled()
    page.mouse.move(*far)
    expect(page.get_by_test_id("walk-t")).to_have_text("t = 1.00")
    expect(page.get_by_test_id("verdict")).to_contain_text("equal")
    whole = number(page, "distance")
    assert halfway == pytest.approx(float(t) * whole, rel=0.02)
    page.mouse.up()
    at_rest(page)
    expect(page.get_by_test_id("distance")).to_contain_text("A − B")
    assert number(page, "distance") == pytest.approx(whole, rel=0.01), "computed by the library"
    expect(page.get_by_test_id("play")).to_be_enabled()
    assert order(page)[0] == [1, 0, 2, 3]
    assert float(marker.get_attribute("data-loss") or "nan") == pytest.approx(start, abs=1e-3)


def test_near_the_copy_the_walk_is_at_it_and_sentence_and_card_agree(swap_page: Page) -> None:
    page = swap_page
    page.get_by_test_id("mode-walk").click()
    caption, verdict = page.get_by_test_id("caption"), page.get_by_test_id("verdict")
    for part, words, judged in ((0.8, "on the straight line", "on the way"), (0.95, "at the copy", "equal")):
        drag(page, 1, 0, 1, part=part, drop=False)
        expect(caption).to_contain_text(words)
        expect(verdict).to_contain_text(judged)
        page.keyboard.press("Escape")
        page.mouse.up()
        at_rest(page)


def test_after_the_first_swap_the_walk_is_offered_once(swap_page: Page) -> None:
    page, offer = swap_page, swap_page.get_by_test_id("walk-it")
    expect(offer).to_be_hidden()
    drag(page, 1, 0, 2)
    at_rest(page)
    offer.click()
    expect(page.get_by_test_id("caption")).to_contain_text("% of B")
    expect(page.get_by_test_id("play")).to_be_focused()
    at_rest(page)
    expect(offer).to_be_hidden()
    assert order(page)[0] == [2, 1, 0, 3]


def test_the_slider_walks_by_keyboard_on_the_line_to_the_copy(swap_page: Page) -> None:
    page = swap_page
    drag(page, 1, 0, 2)
    at_rest(page)
    slider, marker = page.get_by_test_id("walk-slider"), page.get_by_test_id("marker")
    slider.focus()
    page.keyboard.press("Home")
    expect(marker).to_have_attribute("data-t", "0.000")
    first = float(marker.get_attribute("data-loss") or "nan")
    slider.evaluate("s => { s.value = s.max / 2; s.dispatchEvent(new Event('input', { bubbles: true })); }")
    expect(workbench(page)).to_have_attribute("data-kind", "between")
    assert float(marker.get_attribute("data-loss") or "nan") > first
    slider.focus()
    page.keyboard.press("End")
    expect(workbench(page)).to_have_attribute("data-kind", "copy")
    assert float(marker.get_attribute("data-loss") or "nan") == pytest.approx(first, abs=1e-9)


def test_what_a_drag_does_on_the_walk_clicks_taps_and_keys_do(new_page: Callable[..., Page]) -> None:
    for how in ("keys", "clicks", "taps"):
        page = at_rest(open_app(new_page(phone=how == "taps"), SMALL))
        slider, caption, marker = (page.get_by_test_id(name) for name in ("walk-slider", "caption", "marker"))

        def choose(slot: int, page: Page = page, how: str = how) -> None:
            chosen = node(page, 1, slot)
            if how == "keys":
                chosen.focus()
                page.keyboard.press("Enter")
            elif how == "taps":
                chosen.tap()
            else:
                chosen.click()

        def to_the_middle(page: Page = page, how: str = how, slider: Locator = slider) -> None:
            expect(slider).to_be_focused()
            if how == "keys":
                page.keyboard.press("Home")
                for _ in range(5):  # a tenth each
                    page.keyboard.press("PageUp")
                return
            (slider.tap if how == "taps" else slider.click)()

        page.get_by_test_id("mode-walk").click()
        drag(page, 1, 1, 0, part=0.5, drop=False)
        by_hand = float(marker.get_attribute("data-loss") or "nan")
        page.keyboard.press("Escape")
        page.mouse.up()
        at_rest(page)
        choose(1)
        expect(caption).to_contain_text("now choose")
        choose(0)
        expect(caption).to_contain_text("t = 0.00")
        assert order(page) == IDENTITY
        to_the_middle()
        expect(caption).to_contain_text(re.compile(r"t = 0\.(4[5-9]|5[0-5]).*to the copy with 2 and 1 exchanged"))
        expect(workbench(page)).to_have_attribute("data-kind", "between")
        assert float(marker.get_attribute("data-loss") or "nan") == pytest.approx(by_hand, rel=0.1)
        (_, upper), (_, lower) = centre(page, 1, 0), centre(page, 1, 1)
        assert abs(upper - lower) < 20, "the two pass one another"
        if how == "taps":
            node(page, 1, 1).tap()
        else:
            page.keyboard.press("Escape")
        at_rest(page)
        assert order(page) == IDENTITY
        choose(1)
        choose(0)
        to_the_middle()
        if how == "keys":
            page.keyboard.press("Enter")
        else:
            page.get_by_test_id("play").click()
        at_rest(page)
        assert order(page) == [[1, 0, 2, 3], [0, 1, 2]]
        # From a copy, too, and let go at the end of the line.
        choose(2)
        choose(3)
        to_the_middle()
        expect(caption).to_contain_text("to the copy with 3 and 4 exchanged")
        slider.press("End")
        at_rest(page)
        assert order(page) == [[1, 0, 3, 2], [0, 1, 2]]
        expect(slider).not_to_be_focused()
        expect(page.get_by_test_id("announcement")).to_contain_text("Node 3 and node 4 of layer 1 exchanged")
