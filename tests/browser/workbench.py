"""Driving the diagram: positions, drags by mouse and finger, and waiting for it to come to rest."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

SMALL = "/?task=moons&net=4-3&steps=60"
"""The Swap page with a network that is trained in a moment."""
IDENTITY = [[0, 1, 2, 3], [0, 1, 2]]
"""The order of its nodes before any swap."""
LONG = "/?task=moons&noise=0.8&samples=2000&net=12-12-12-12&act=gelu&steps=20000&finish=1"
"""One whose training takes more than half a minute on a fast processor. A test gives it a seed of its own, as what one visit
has had trained is there for all."""
LONG_LAYER = list(range(12))


def in_training(page: Page) -> Locator:
    """The progress of the training under way, which has begun: while it waits for its turn there is nothing to stop."""
    progress = page.get_by_test_id("stProgress")
    expect(progress).to_contain_text(re.compile("Step|Finishing"), timeout=90_000)
    return progress


REST = '[data-testid="workbench"][data-phase="rest"][data-pending="0"]'


def workbench(page: Page) -> Locator:
    return page.get_by_test_id("workbench")


def at_rest(page: Page, timeout: float = 30_000) -> Page:
    """Wait until nothing moves, Python has acknowledged every operation and all cards are current."""
    page.locator(REST).first.wait_for(timeout=timeout)  # Align has two
    expect(page.locator('[data-testid="card-same"][aria-busy="true"]:visible')).to_have_count(0, timeout=timeout)
    return page


def order(page: Page) -> list[list[int]]:
    """The node in each slot of each hidden layer, as the diagram has it."""
    return json.loads(workbench(page).get_attribute("data-order") or "null")


def expect_order(page: Page, expected: list[list[int]]) -> None:
    """Wait until the diagram has this order, then until it is at rest."""
    expect(workbench(page)).to_have_attribute("data-order", json.dumps(expected, separators=(",", ":")), timeout=20_000)
    at_rest(page)


def node(page: Page, layer: int, slot: int) -> Locator:
    return page.locator(f'[data-node][data-layer="{layer}"][data-slot="{slot}"]')


def centre(page: Page, layer: int, slot: int) -> tuple[float, float]:
    box = node(page, layer, slot).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, layer: int, source: int, target: int, part: float = 1.0, drop: bool = True) -> None:
    """Drag the node in slot ``source`` the given part of the way to slot ``target``, by mouse."""
    (x0, y0), (x1, y1) = centre(page, layer, source), centre(page, layer, target)
    page.mouse.move(x0, y0)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x0 + part * (x1 - x0) * step / 8, y0 + part * (y1 - y0) * step / 8)
    if drop:
        page.mouse.up()


Hand = tuple[Callable[[float, float], None], Callable[[float, float], None], Callable[[], None]]
"""Press at, move to, release."""


def mouse(page: Page) -> Hand:
    def press(x: float, y: float) -> None:
        page.mouse.move(x, y)
        page.mouse.down()

    return press, page.mouse.move, page.mouse.up


def finger(page: Page) -> Hand:
    """Through Chromium's own touch events."""
    client = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    return lambda x, y: touch("touchStart", (x, y)), lambda x, y: touch("touchMove", (x, y)), lambda: touch("touchEnd")


def hold(page: Page, hand: Hand, x: float, y: float) -> None:
    """Press with a finger, and wait until the node there is in the hand: a finger that moves at once scrolls."""
    hand[0](x, y)
    page.locator('[data-testid="workbench"][data-phase="drag"]').wait_for()


def touch_drag(page: Page, layer: int, source: int, target: int) -> None:
    """Drag the node in slot ``source`` to slot ``target`` by finger."""
    (x0, y0), (x1, y1) = centre(page, layer, source), centre(page, layer, target)
    hand = _, move, release = finger(page)
    hold(page, hand, x0, y0)
    for step in range(1, 9):
        move(x0 + (x1 - x0) * step / 8, y0 + (y1 - y0) * step / 8)
    release()


def number(page: Page, name: str) -> float:
    """The number in a card, such as ``loss-a``."""
    text = page.get_by_test_id(name).inner_text()
    return float(text.split("=")[-1].replace("−", "-").strip().split()[-1])
