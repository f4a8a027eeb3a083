"""Drawing points in a real browser: by mouse, finger and keyboard; trained on, and back from the link."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from permviz.experiment.own import drawn_points
from tests.browser.driver import choose, open_app, rerun
from tests.browser.test_accessibility import ALL, AXE, STILL, grave
from tests.browser.workbench import at_rest

SMALL = "/?task=moons&net=3&steps=20&samples=40"


def plane(page: Page) -> Page:
    """The dialog, opened from the list of tasks."""
    choose(page, "Task", "draw points")
    expect(page.get_by_test_id("draw-plane")).to_be_visible()
    return page


def at(page: Page, x: int, y: int) -> tuple[float, float]:
    """Where a place of the grid is on the screen."""
    box = page.get_by_test_id("draw-plane").bounding_box()
    assert box is not None
    return box["x"] + box["width"] * x / 255, box["y"] + box["height"] * (255 - y) / 255


def points(page: Page, first: int, second: int) -> None:
    expect(page.get_by_test_id("draw-count")).to_contain_text(f"{first} of A, {second} of B")
    expect(page.locator("[data-point=A]")).to_have_count(first)
    expect(page.locator("[data-point=B]")).to_have_count(second)


def trained(page: Page) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Train on them; the points as the address holds them."""
    with rerun(page):
        page.get_by_test_id("draw-train").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.wait_for_url(lambda url: "task=drawn." in url)
    at_rest(page)
    return drawn_points(page.url.split("task=")[1].split("&")[0])


def near(found: list[tuple[int, int]], expected: list[tuple[int, int]]) -> bool:
    return len(found) == len(expected) and all(
        abs(a - c) <= 1 and abs(b - d) <= 1 for (a, b), (c, d) in zip(sorted(found), sorted(expected), strict=True)
    )


def test_points_are_drawn_by_the_mouse_erased_undone_and_learnt(page: Page) -> None:
    plane(at_rest(open_app(page, SMALL)))
    page.get_by_test_id("draw-train").click()
    expect(page.get_by_test_id("draw-status")).to_contain_text("there are 0 of A and 0 of B")
    for place in ((40, 40), (60, 200)):
        page.mouse.click(*at(page, *place))
    page.get_by_test_id("draw-1").click()
    page.mouse.move(*at(page, 200, 60))
    page.mouse.down()
    for y in range(72, 145, 12):
        page.mouse.move(*at(page, 200, y))
    page.mouse.up()
    points(page, 2, 8)
    page.get_by_test_id("draw-erase").click()
    page.mouse.click(*at(page, 41, 42))
    points(page, 1, 8)
    page.get_by_test_id("draw-clear").click()
    points(page, 0, 0)
    for _ in range(2):
        page.get_by_test_id("draw-undo").click()
    points(page, 2, 8)
    first, second = trained(page)
    assert near(first, [(40, 40), (60, 200)])
    assert {x for x, _ in second} <= {199, 200, 201}
    link = page.url
    at_rest(open_app(page, link))
    plane(page)
    points(page, 2, 8)


def test_points_are_drawn_by_the_keyboard_alone(page: Page) -> None:
    plane(at_rest(open_app(page, SMALL)))
    page.get_by_test_id("draw-plane").focus()
    for key in ("Space", "ArrowRight", "Enter", "b", "ArrowUp", "Space", "Shift+ArrowLeft", "Space", "ArrowUp", "Space"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("draw-status")).to_have_text("x 0.12, y 0.26: class B")
    points(page, 2, 3)
    page.keyboard.press("Delete")
    points(page, 2, 2)
    page.keyboard.press("Control+z")
    points(page, 2, 3)
    page.get_by_test_id("draw-train").focus()
    with rerun(page):
        page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "task=drawn." in url)
    at_rest(page)
    assert drawn_points(page.url.split("task=")[1].split("&")[0]) == (
        [(128, 128), (136, 128)],
        [(135, 136), (135, 144), (136, 136)],
    )


@pytest.mark.parametrize("dark", [False, True])
def test_points_are_drawn_by_a_finger_on_a_phone(new_page: Callable[..., Page], dark: bool) -> None:
    page = new_page(phone=True, dark=dark)
    at_rest(open_app(page, SMALL))
    page.get_by_test_id("stExpandSidebarButton").click()
    plane(page)
    for place in ((40, 40), (60, 200)):
        page.touchscreen.tap(*at(page, *place))
    page.get_by_test_id("draw-1").tap()
    for place in ((220, 40), (180, 200)):
        page.touchscreen.tap(*at(page, *place))
    points(page, 2, 2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(STILL + "document.adoptedStyleSheets.push(s)")
    page.evaluate(AXE)
    assert not grave(page.evaluate("options => axe.run(document, options)", ALL))
    first, second = trained(page)
    assert near(first, [(40, 40), (60, 200)])
    assert near(second, [(220, 40), (180, 200)])
