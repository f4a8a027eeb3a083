"""Lessons in a browser: the whole class lesson by hand, finger and keys, each computed answer equal to the library's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

import permviz as pv
from permviz.experiment.experiment import Experiment
from permviz.lessons.table import LESSONS
from permviz.networks.digits import loss_text
from tests.browser.driver import idle, open_app
from tests.browser.workbench import SMALL, at_rest, drag, node, touch_drag, workbench

TITLES = [step.title for step in LESSONS["class"].steps]


def guide(page: Page) -> Locator:
    return page.get_by_test_id("guide")


def at_step(page: Page, n: int, done: bool = False) -> None:
    """Wait until the strip is at step ``n``, and whether that is done."""
    page.locator(f'[data-testid="guide"][data-step="{n}"][data-done="{int(done)}"][aria-busy="false"]').wait_for(timeout=60_000)


def experiment_of(page: Page) -> tuple[Experiment, pv.Network, pv.Dataset]:
    """What the address says, and its network from the library."""
    experiment, notes = pv.from_query(dict(parse_qsl(urlsplit(page.url).query)))
    assert not notes
    network = experiment.carried_network()
    assert network is not None
    return experiment, network, experiment.recipe.dataset()


class Hands(Protocol):
    """How a visitor works."""

    def exchange(self, page: Page) -> None: ...
    def press(self, button: Locator) -> None: ...
    def walk(self, page: Page) -> None: ...
    def average(self, page: Page) -> None: ...
    def onward(self, page: Page) -> None: ...


class Mouse:
    def exchange(self, page: Page) -> None:
        drag(page, 1, 0, 1)

    def press(self, button: Locator) -> None:
        button.click()

    def walk(self, page: Page) -> None:
        page.get_by_test_id("walk-slider").fill("0.3")

    def average(self, page: Page) -> None:
        page.locator(".permviz-plot-slider").fill("99")

    def onward(self, page: Page) -> None:
        page.get_by_test_id("guide-next").click()


class Finger(Mouse):
    def exchange(self, page: Page) -> None:
        node(page, 1, 0).scroll_into_view_if_needed()
        touch_drag(page, 1, 0, 1)

    def press(self, button: Locator) -> None:
        button.tap()

    def walk(self, page: Page) -> None:
        page.get_by_test_id("play").tap()

    def onward(self, page: Page) -> None:
        page.get_by_test_id("guide-next").tap()


class Keys(Mouse):
    def exchange(self, page: Page) -> None:
        node(page, 1, 0).focus()
        page.keyboard.press("ArrowDown")

    def press(self, button: Locator) -> None:
        button.focus()
        button.press(" " if button.get_attribute("type") == "radio" else "Enter")

    def walk(self, page: Page) -> None:
        page.get_by_test_id("walk-slider").focus()
        page.keyboard.press("Home")

    def average(self, page: Page) -> None:
        page.locator(".permviz-plot-slider").focus()
        page.keyboard.press("End")

    def onward(self, page: Page) -> None:
        page.keyboard.press("Alt+Shift+ArrowRight")


def predict(page: Page, hands: Hands, chosen: int, covered: Locator) -> tuple[str, str]:
    """Choose an answer, show the right one: its words, and the sentence why. What would tell it is out of sight until then."""
    expect(covered).to_be_hidden()
    expect(page.get_by_test_id("guide-why")).to_be_empty()
    hands.press(page.get_by_test_id("guide-answer").nth(chosen))
    hands.press(page.get_by_test_id("guide-show"))
    expect(covered).to_be_visible()
    why = page.get_by_test_id("guide-why")
    right = int(why.get_attribute("data-right") or "-1")
    answer = page.get_by_test_id("guide-question").locator("label").nth(right)
    expect(answer).to_have_attribute("data-right", "true")
    return answer.locator("span").inner_text(), why.inner_text()


@pytest.mark.parametrize(
    ("hands", "look"), [(Mouse(), {}), (Finger(), {"phone": True}), (Keys(), {"dark": True})], ids=["mouse", "finger", "keys"]
)
def test_the_class_lesson_from_start_to_end(new_page: Callable[..., Page], hands: Hands, look: dict[str, bool]) -> None:
    page = at_rest(open_app(new_page(**look), SMALL))
    hands.press(page.get_by_role("button", name="Lessons"))
    hands.press(page.get_by_role("button", name="Start: for a class"))
    at_step(page, 1)
    expect(page.get_by_role("dialog")).to_have_count(0)
    top = page.get_by_test_id("diagram").bounding_box()
    hands.exchange(page)
    at_step(page, 1, done=True)
    at_rest(page)
    assert page.get_by_test_id("diagram").bounding_box() == top, "nothing moves under the hand"

    hands.onward(page)
    at_step(page, 2)
    hands.press(page.get_by_test_id("random"))
    at_step(page, 2, done=True)
    at_rest(page)

    hands.onward(page)
    at_step(page, 3)
    expect(workbench(page)).to_have_attribute("data-mode", "walk")
    answer, why = predict(page, hands, 0, page.get_by_test_id("curve"))
    experiment, network, data = experiment_of(page)
    losses = pv.line_slice(network, experiment.permutation(network), data, points=3).losses
    end, middle = float(losses[0]), float(losses[1])
    assert f"Half-way it is {loss_text(middle)}, at A and B {loss_text(end)}" in why
    assert (answer == "more than 10 times as high") == (middle > 10 * end)
    hands.walk(page)
    at_step(page, 3, done=True)

    hands.onward(page)
    at_step(page, 4)
    at_rest(page)
    hands.exchange(page)
    at_step(page, 4, done=True)
    at_rest(page)

    hands.onward(page)
    at_step(page, 5)
    expect(workbench(page)).to_have_attribute("data-mode", "steps")
    at_rest(page)
    hands.exchange(page)
    page.locator('[data-testid="workbench"][data-phase="broken"]').wait_for()
    hands.press(page.get_by_test_id("step-next"))
    at_step(page, 5, done=True)

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
    mean, each = float(pv.loss(pv.symmetric_average(network), data)), float(pv.loss(network, data))
    assert f"The average has the loss {loss_text(mean)}, each copy {loss_text(each)}" in why
    expect(metric).to_have_text(loss_text(mean))
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
