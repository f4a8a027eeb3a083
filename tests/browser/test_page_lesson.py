"""A lesson in a page without a server, played from start to end with the network cut off: by mouse, finger and keys, and in a
frame that may only run scripts. What it asks is answered with the library's numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import permviz as pv
from permviz.experiment.follow import with_parameters
from permviz.networks.digits import loss_text
from tests.browser.driver import open_app
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
from tests.browser.test_accessibility import ALL, AXE, COLOURS, grave
from tests.browser.test_page_file import opened
from tests.browser.workbench import SMALL, at_rest, drag, expect_order, node, order, workbench

RECIPE = pv.Recipe(samples=200, steps=400)
SPEC, DATA = RECIPE.spec, RECIPE.dataset()


@pytest.fixture(scope="module")
def network() -> pv.Network:
    return pv.follow_recipe(RECIPE).network


@pytest.fixture(scope="module")
def files(network: pv.Network, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder, carrying = tmp_path_factory.mktemp("lessons"), with_parameters(pv.Experiment(RECIPE), network)
    paths = {name: folder / f"{name}.html" for name in ("class", "talk")}
    for name, path in paths.items():
        pv.write_page(carrying, path, lesson=name)
        size = path.stat().st_size
        print(f"\nThe lesson {name!r} without a server: {size / 1000:.1f} kB.")
        assert size < 200_000
    return paths


def half_way(page: Page, network: pv.Network, why: str) -> None:
    """The answer is the library's of the order on the screen."""
    high = half_way_is_the_librarys(network, DATA, pv.Permutation(order(page)), why)
    assert why.startswith("More than 10 times as high. ") == high


def average(page: Page, network: pv.Network, why: str) -> None:
    average_is_the_librarys(network, DATA, page.get_by_test_id("average-all"), why)


def sound(page: Page, look: str) -> None:
    """Nothing serious for axe, and nothing beside the screen."""
    assert grave(page.evaluate("options => axe.run(options)", COLOURS if look == "dark" else ALL)) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(("hands", "look"), [(Mouse(), "desktop"), (Keys(), "dark")], ids=["mouse", "keys"])
def test_the_class_lesson_from_start_to_end(
    chromium: Browser, files: dict[str, Path], network: pv.Network, hands: Hands, look: str
) -> None:
    with opened(chromium, files["class"], look) as page:
        at_rest(page)
        at_step(page, 1)
        page.evaluate(AXE)
        sound(page, look)
        expect(page.locator(".about")).to_contain_text("8 of its 10 steps are here; “Three copies, one landscape” and")
        expect(page.get_by_test_id("diagram")).to_have_attribute("data-guide", "lit")
        first_two_steps(page, hands)

        hands.onward(page)
        at_step(page, 3)
        expect(workbench(page)).to_have_attribute("data-mode", "walk")
        expect(page.get_by_test_id("average-half")).to_be_hidden()
        sound(page, look)
        half_way(page, network, predict(page, hands, 0, page.get_by_test_id("curve"))[1])
        wall_to_two_steps(page, hands)
        at_rest(page)

        hands.onward(page)
        at_step(page, 6)
        answer, why = predict(page, hands, 1, page.get_by_test_id("copies"))
        copies = len(pv.Permutation.all(SPEC))
        assert answer == str(copies)
        assert f"= {copies}" in why
        expect(page.get_by_test_id("copies")).to_contain_text(str(copies))
        at_step(page, 6, done=True)

        hands.onward(page)
        at_step(page, 7)
        _, why = predict(page, hands, 2, page.get_by_test_id("average-all"))
        average(page, network, why)
        at_step(page, 7, done=True)

        hands.onward(page)
        at_step(page, 8)
        expect(workbench(page)).to_have_attribute("data-mode", "swap")
        at_rest(page)
        hands.exchange(page)
        at_step(page, 8, done=True)
        at_rest(page)
        pair = pv.Permutation([[list(range(n)), row] for n, row in zip(SPEC.hidden, order(page), strict=True)])
        expect(page.get_by_test_id("average-half")).to_have_text(loss_text(pv.jensen_argument(network, DATA, pair).high))

        expect(page.locator('[data-testid="guide-dot"][data-done="1"]')).to_have_count(8)
        expect(page.get_by_test_id("guide-next")).to_be_disabled()
        hands.press(page.get_by_test_id("guide-exit"))
        expect(guide(page)).to_have_count(0)
        assert page.locator("[data-guide]").count() == 0
        back = page.get_by_test_id("lesson-again")
        expect(back).to_be_focused()
        hands.press(back)
        at_step(page, 8, done=True)


def test_the_talk_by_finger_on_a_phone_and_no_step_is_ticked_by_another_act(
    chromium: Browser, files: dict[str, Path], network: pv.Network
) -> None:
    hands = Finger()
    with opened(chromium, files["talk"], "phone") as page:
        at_rest(page)
        at_step(page, 1)
        page.evaluate(AXE)
        sound(page, "phone")
        page.get_by_test_id("mode-walk").click()
        at_rest(page)
        at_step(page, 1)
        hands.exchange(page)
        at_step(page, 1, done=True)
        at_rest(page)
        hands.onward(page)
        at_step(page, 2)
        half_way(page, network, predict(page, hands, 3, page.get_by_test_id("curve"))[1])
        at_step(page, 2)
        sound(page, "phone")
        hands.walk(page)
        at_step(page, 2, done=True)
        hands.onward(page)
        at_step(page, 3)
        at_rest(page)
        hands.exchange(page)
        expect_order(page, [[0, 1, 2, 3], [0, 1, 2]])
        at_step(page, 3)
        _, why = predict(page, hands, 0, page.get_by_test_id("average-all"))
        average(page, network, why)
        at_step(page, 3, done=True)


def test_a_step_makes_the_copy_that_it_needs_and_its_answer_follows_the_order(
    chromium: Browser, files: dict[str, Path], network: pv.Network
) -> None:
    with opened(chromium, files["class"]) as page:
        at_rest(page)
        page.get_by_test_id("guide-dot").nth(2).click()
        at_step(page, 3)
        expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])
        page.get_by_test_id("guide-show").click()
        why = page.get_by_test_id("guide-why")
        first = why.inner_text()
        half_way(page, network, first)
        node(page, 1, 0).focus()
        page.keyboard.press("Control+z")
        drag(page, 1, 2, 3)
        expect_order(page, [[0, 1, 3, 2], [0, 1, 2]])
        expect(why).not_to_have_text(first)
        half_way(page, network, why.inner_text())
        at_step(page, 3)


def test_the_same_in_a_frame_that_may_only_run_scripts(chromium: Browser, files: dict[str, Path], tmp_path: Path) -> None:
    host = tmp_path / "article.html"
    host.write_text('<!doctype html><title>Article</title><iframe sandbox="allow-scripts" width="1000" height="900"></iframe>')
    with opened(chromium, host) as page:
        page.locator("iframe").evaluate("(frame, value) => { frame.srcdoc = value; }", files["talk"].read_text())
        inside = page.frame_locator("iframe")
        inside.locator('[data-testid="guide"][data-step="1"][data-done="0"]').wait_for()
        inside.get_by_test_id("random").click()
        inside.locator('[data-testid="guide"][data-step="1"][data-done="1"]').wait_for()
        inside.get_by_test_id("guide-next").click()
        inside.get_by_test_id("guide-show").click()
        expect(inside.get_by_test_id("guide-why")).to_contain_text(re.compile(r"Half-way it is \d"))


def test_share_saves_the_lesson_that_is_followed_or_leaves_it_out(
    chromium: Browser, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    app = at_rest(open_app(new_page(), f"{SMALL}&lesson.name=talk&lesson.step=1"))
    app.get_by_role("button", name="Share").click()
    box = app.get_by_role("checkbox", name="With the lesson")
    expect(box).to_be_checked()
    for wanted, name in ((True, "permviz-moons-2-4-3-1-talk.html"), (False, "permviz-moons-2-4-3-1.html")):
        if not wanted:
            box.press("Space")
            expect(box).not_to_be_checked()
        for _ in range(20):  # nothing on the screen tells when the server has heard of the box
            with app.expect_download() as started:
                app.get_by_role("button", name="Save this page").click()
            if started.value.suggested_filename == name:
                break
        assert started.value.suggested_filename == name
        started.value.save_as(tmp_path / name)
        with opened(chromium, tmp_path / name) as page:
            at_rest(page)
            expect(guide(page)).to_have_count(int(wanted))
