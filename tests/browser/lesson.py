"""Following a lesson by mouse, finger and keys, in the app and in a page without a server; its answers are the library's."""

from __future__ import annotations

import re
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

import permviz as pv
from permviz.networks.digits import loss_text
from tests.browser.workbench import at_rest, drag, node, touch_drag, workbench


def guide(page: Page) -> Locator:
    return page.get_by_test_id("guide")


def at_step(page: Page, n: int, done: bool = False) -> None:
    """Wait until the strip is at step ``n``, and whether that is done."""
    page.locator(f'[data-testid="guide"][data-step="{n}"][data-done="{int(done)}"][aria-busy="false"]').wait_for(timeout=60_000)


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


def first_two_steps(page: Page, hands: Hands) -> None:
    """A node is dragged, and nothing moves under the hand; then all are mixed."""
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


def wall_to_two_steps(page: Page, hands: Hands) -> None:
    """The third step, whose question is answered, to the fifth: the walk, another swap, and one in two steps."""
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


def half_way_is_the_librarys(network: pv.Network, data: pv.Dataset, order: pv.Permutation, why: str) -> bool:
    """Whether the answer is "more than 10 times as high"; the sentence has the library's numbers."""
    losses = pv.line_slice(network, order(network), data, points=3).losses
    end, middle = float(losses[0]), float(losses[1])
    assert f"Half-way it is {loss_text(middle)}, at A and B {loss_text(end)}" in why
    return middle > 10 * end


def average_is_the_librarys(network: pv.Network, data: pv.Dataset, shown: Locator, why: str) -> None:
    """Sentence and number say the loss of the average of all copies."""
    mean, each = float(pv.loss(pv.symmetric_average(network), data)), float(pv.loss(network, data))
    assert f"The average has the loss {loss_text(mean)}, each copy {loss_text(each)}" in why
    expect(shown).to_have_text(loss_text(mean))


def average_number(page: Page) -> Locator:
    """The loss of the average of all copies, on the Average page."""
    return page.get_by_test_id("stMetric").filter(has_text="Average of all copies").get_by_test_id("stMetricValue")


def high_half_way(page: Page, hands: Hands, chosen: int, network: pv.Network, data: pv.Dataset, order: pv.Permutation) -> None:
    """The question of how high it is half-way, answered as the library answers it."""
    answer, why = predict(page, hands, chosen, page.get_by_test_id("curve"))
    assert (answer == "more than 10 times as high") == half_way_is_the_librarys(network, data, order, why)


def number_of_orders(page: Page, hands: Hands, chosen: int, spec: pv.NetworkSpec) -> None:
    """The question of the Count page, answered by enumeration."""
    page.wait_for_url(re.compile("/count"))
    answer, why = predict(page, hands, chosen, page.get_by_text("permuted copies, one function"))
    copies = len(pv.Permutation.all(spec))
    assert answer == str(copies)
    assert f"= {copies}" in why


def how_good_the_average_is(page: Page, hands: Hands, chosen: int, network: pv.Network, data: pv.Dataset) -> None:
    """The question of the Average page, answered as the library answers it."""
    page.wait_for_url(re.compile("/average"))
    _, why = predict(page, hands, chosen, average_number(page))
    average_is_the_librarys(network, data, average_number(page), why)
