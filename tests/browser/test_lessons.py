"""Lessons in a browser: each from start to end through the controls alone, each computed answer equal to the library's."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

import permviz as pv
from permviz.experiment.experiment import Experiment
from permviz.lessons.table import LESSONS
from permviz.networks.digits import wall_text
from tests.browser.driver import choose, idle, open_app
from tests.browser.lesson import (
    Finger,
    Hands,
    Keys,
    Mouse,
    at_step,
    first_two_steps,
    guide,
    high_half_way,
    how_good_the_average_is,
    number_of_orders,
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


def start(page: Page, hands: Hands, title: str) -> None:
    """Begin a lesson from the dialog of lessons."""
    hands.press(page.get_by_role("button", name="Lessons"))
    hands.press(page.get_by_role("button", name=f"Start: {title}"))
    at_step(page, 1)
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("hands", "look"), [(Mouse(), {}), (Finger(), {"phone": True}), (Keys(), {"dark": True})], ids=["mouse", "finger", "keys"]
)
def test_the_class_lesson_from_start_to_end(new_page: Callable[..., Page], hands: Hands, look: dict[str, bool]) -> None:
    page = at_rest(open_app(new_page(**look), SMALL))
    start(page, hands, "for a class")
    first_two_steps(page, hands)

    hands.onward(page)
    at_step(page, 3)
    expect(workbench(page)).to_have_attribute("data-mode", "walk")
    experiment, network, data = experiment_of(page)
    high_half_way(page, hands, 0, network, data, experiment.permutation)
    wall_to_two_steps(page, hands)

    hands.onward(page)
    at_step(page, 6)
    page.wait_for_url(re.compile("/slices"))
    hands.press(page.get_by_role("radio", name="All swaps"))
    at_step(page, 6, done=True)

    hands.onward(page)
    at_step(page, 7)
    number_of_orders(page, hands, 1, network.spec)
    hands.press(page.get_by_role("radio", name="Growth"))
    at_step(page, 7, done=True)

    hands.onward(page)
    at_step(page, 8)
    how_good_the_average_is(page, hands, 2, network, data)
    hands.average(page)
    at_step(page, 8, done=True)

    hands.onward(page)
    at_step(page, 9)
    hands.press(page.get_by_role("radio", name="Arguments"))
    at_step(page, 9, done=True)

    hands.onward(page)
    at_step(page, 10)
    another_claim(page, hands)
    at_step(page, 10, done=True)
    all_done(page, 10)
    fold = page.get_by_test_id("guide-fold")
    if fold.is_visible() and fold.get_attribute("aria-expanded") == "false":
        hands.press(fold)
    hands.press(page.get_by_test_id("guide-exit"))
    expect(guide(page)).to_have_count(0)
    assert "lesson" not in page.url
    assert page.locator("[data-guide]").count() == 0


def all_done(page: Page, steps: int) -> None:
    expect(page.get_by_test_id("guide-dot")).to_have_count(steps)
    expect(page.locator('[data-testid="guide-dot"][data-done="1"]')).to_have_count(steps)
    expect(page.get_by_test_id("guide-next")).to_be_disabled()


def another_claim(page: Page, hands: Hands) -> None:
    page.wait_for_url(re.compile("/claims"))
    hands.press(page.locator(".st-key-claims").get_by_role("button", name="Next"))


def test_the_talk_from_start_to_end_by_the_keyboard(page: Page) -> None:
    hands = Keys()
    at_rest(open_app(page, SMALL))
    start(page, hands, "for a talk")
    hands.exchange(page)
    at_step(page, 1, done=True)
    at_rest(page)

    hands.onward(page)
    at_step(page, 2)
    experiment, network, data = experiment_of(page)
    high_half_way(page, hands, 3, network, data, experiment.permutation)
    hands.walk(page)
    at_step(page, 2, done=True)

    hands.onward(page)
    at_step(page, 3)
    how_good_the_average_is(page, hands, 0, network, data)
    hands.average(page)
    at_step(page, 3, done=True)

    hands.onward(page)
    at_step(page, 4)
    another_claim(page, hands)
    at_step(page, 4, done=True)
    all_done(page, len(LESSONS["talk"].steps))


def test_the_researchers_lesson_from_start_to_end(page: Page) -> None:
    hands = Mouse()
    at_rest(open_app(page, SMALL))
    start(page, hands, "for researchers")
    number_of_orders(page, hands, 0, experiment_of(page)[1].spec)
    hands.press(page.get_by_role("radio", name="A trap: coupled layers"))
    at_step(page, 1, done=True)
    for name, number in {"Layer by layer": "4", "Truly different": "2"}.items():
        expect(page.get_by_test_id("stMetric").filter(has_text=name).get_by_test_id("stMetricValue")).to_have_text(number)

    hands.onward(page)
    at_step(page, 2)
    page.wait_for_url(re.compile("/slices"))
    barrier = page.get_by_test_id("stMetric").filter(has_text="Barrier").get_by_test_id("stMetricValue")
    experiment, network, data = experiment_of(page)
    line = pv.line_slice(network, experiment.permutation(network), data)
    assert not experiment.permutation.is_identity()
    told = wall_text(float(line.barrier("entezari")), float(line.losses.max()))
    expect(barrier).to_have_text(told)
    choose(page, "Barrier: how high the loss rises", "Ainsworth")
    at_step(page, 2, done=True)
    assert float(line.barrier("ainsworth")) == pytest.approx(float(line.barrier("entezari")), rel=1e-9)
    expect(barrier).to_have_text(told)

    hands.onward(page)
    at_step(page, 3)
    hands.press(page.get_by_role("radio", name="All swaps"))
    at_step(page, 3, done=True)

    hands.onward(page)
    at_step(page, 4)
    page.wait_for_url(re.compile("/rastrigin"))
    hands.press(page.get_by_text("Logarithmic colours", exact=True))
    at_step(page, 4, done=True)

    hands.onward(page)
    at_step(page, 5)
    how_good_the_average_is(page, hands, 1, network, data)
    hands.press(page.get_by_role("radio", name="Arguments"))
    at_step(page, 5, done=True)

    hands.onward(page)
    at_step(page, 6)
    another_claim(page, hands)
    at_step(page, 6, done=True)
    all_done(page, len(LESSONS["researcher"].steps))


def test_a_lesson_that_its_link_holds_fast_has_no_exit(page: Page) -> None:
    lesson = f"{SMALL}&lesson.name=talk&lesson.step=1"
    at_rest(open_app(page, f"{lesson}&hide=lessons"))
    at_step(page, 1)
    expect(page.get_by_test_id("guide-exit")).to_be_hidden()
    expect(page.get_by_role("button", name="Lessons")).to_have_count(0)
    drag(page, 1, 0, 1)
    at_step(page, 1, done=True)
    expect(page.get_by_test_id("guide-exit")).to_be_hidden()
    at_rest(open_app(page, lesson))
    expect(page.get_by_test_id("guide-exit")).to_be_visible()  # negative control


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
