"""Lessons in a browser: the whole class lesson by hand, finger and keys, each computed answer equal to the library's."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

import permviz as pv
from permviz.experiment.experiment import Experiment
from permviz.lessons.table import LESSONS
from tests.browser.driver import idle, open_app
from tests.browser.lesson import (
    Finger,
    Hands,
    Keys,
    Mouse,
    at_step,
    average_is_the_librarys,
    first_two_steps,
    guide,
    half_way_is_the_librarys,
    predict,
    wall_to_two_steps,
)
from tests.browser.workbench import SMALL, at_rest, drag, workbench

TITLES = [step.title for step in LESSONS["class"].steps]


def experiment_of(page: Page) -> tuple[Experiment, pv.Network, pv.Dataset]:
    """What the address says, and its network from the library."""
    experiment, notes = pv.from_query(dict(parse_qsl(urlsplit(page.url).query)))
    assert not notes
    network = experiment.carried_network()
    assert network is not None
    return experiment, network, experiment.recipe.dataset()


@pytest.mark.parametrize(
    ("hands", "look"), [(Mouse(), {}), (Finger(), {"phone": True}), (Keys(), {"dark": True})], ids=["mouse", "finger", "keys"]
)
def test_the_class_lesson_from_start_to_end(new_page: Callable[..., Page], hands: Hands, look: dict[str, bool]) -> None:
    page = at_rest(open_app(new_page(**look), SMALL))
    hands.press(page.get_by_role("button", name="Lessons"))
    hands.press(page.get_by_role("button", name="Start: for a class"))
    at_step(page, 1)
    expect(page.get_by_role("dialog")).to_have_count(0)
    first_two_steps(page, hands)

    hands.onward(page)
    at_step(page, 3)
    expect(workbench(page)).to_have_attribute("data-mode", "walk")
    answer, why = predict(page, hands, 0, page.get_by_test_id("curve"))
    experiment, network, data = experiment_of(page)
    high = half_way_is_the_librarys(network, data, experiment.permutation, why)
    assert (answer == "more than 10 times as high") == high
    wall_to_two_steps(page, hands)

    hands.onward(page)
    at_step(page, 6)
    page.wait_for_url(re.compile("/slices"))
    hands.press(page.get_by_role("radio", name="All swaps"))
    at_step(page, 6, done=True)

    hands.onward(page)
    at_step(page, 7)
    page.wait_for_url(re.compile("/count"))
    answer, why = predict(page, hands, 1, page.get_by_text("permuted copies, one function"))
    copies = len(pv.Permutation.all(network.spec))
    assert answer == str(copies)
    assert f"= {copies}" in why
    hands.press(page.get_by_role("radio", name="Growth"))
    at_step(page, 7, done=True)

    hands.onward(page)
    at_step(page, 8)
    page.wait_for_url(re.compile("/average"))
    metric = page.get_by_test_id("stMetric").filter(has_text="Average of all copies").get_by_test_id("stMetricValue")
    _, why = predict(page, hands, 2, metric)
    average_is_the_librarys(network, data, metric, why)
    hands.average(page)
    at_step(page, 8, done=True)

    hands.onward(page)
    at_step(page, 9)
    hands.press(page.get_by_role("radio", name="Arguments"))
    at_step(page, 9, done=True)

    hands.onward(page)
    at_step(page, 10)
    page.wait_for_url(re.compile("/claims"))
    hands.press(page.locator(".st-key-claims").get_by_role("button", name="Next"))
    at_step(page, 10, done=True)
    expect(page.get_by_test_id("guide-dot")).to_have_count(10)
    expect(page.locator('[data-testid="guide-dot"][data-done="1"]')).to_have_count(10)
    expect(page.get_by_test_id("guide-next")).to_be_disabled()
    fold = page.get_by_test_id("guide-fold")
    if fold.is_visible() and fold.get_attribute("aria-expanded") == "false":
        hands.press(fold)
    hands.press(page.get_by_test_id("guide-exit"))
    expect(guide(page)).to_have_count(0)
    assert "lesson" not in page.url
    assert page.locator("[data-guide]").count() == 0


def test_a_step_survives_reload_and_back_and_says_when_one_is_elsewhere(page: Page) -> None:
    at_rest(open_app(page, f"{SMALL}&lesson.name=class&lesson.step=1"))
    at_step(page, 1)
    drag(page, 1, 0, 1)
    at_step(page, 1, done=True)
    page.get_by_test_id("guide-next").click()
    at_step(page, 2)
    page.reload()
    at_step(page, 2)
    expect(page.locator('[data-testid="guide-dot"][data-done="1"]')).to_have_count(1)
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Count").click()
    page.wait_for_url(re.compile("/count"))
    expect(page.get_by_test_id("guide-task")).to_have_text("This step is on another page.")
    expect(page.locator("[data-guide]")).to_have_count(0)
    page.get_by_test_id("guide-back").click()
    expect(page.locator('[data-guide="lit"]')).to_have_count(3)
    page.get_by_test_id("guide-dot").nth(4).click()
    at_step(page, 5)
    expect(page.get_by_test_id("guide-title")).to_contain_text(TITLES[4])
    page.go_back()
    at_step(page, 2)
    page.go_forward()
    at_step(page, 5)


def test_who_came_without_a_link_is_invited_once(new_page: Callable[..., Page]) -> None:
    page = at_rest(open_app(new_page()))
    invitation = page.locator(".st-key-invitation")
    expect(invitation).to_be_visible()
    hidden = "main => main.scrollHeight - main.clientHeight"
    assert page.get_by_test_id("stMain").evaluate(hidden) == 0, "it pushes nothing out of the window"
    page.get_by_role("button", name="Not now").click()
    expect(invitation).to_have_count(0)
    page.goto("/")
    idle(page)
    at_rest(page)
    expect(invitation).to_be_hidden()
    open_app(page, SMALL)
    at_rest(page)
    expect(invitation).to_have_count(0)
    other = at_rest(open_app(new_page()))
    other.get_by_role("button", name="Take the tour").click()
    at_step(other, 1)
    expect(other.locator(".st-key-invitation")).to_have_count(0)
