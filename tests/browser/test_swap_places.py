"""Where one stands on the walk is in the address: it opens there, follows the hand, and does not fill the history."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

import permviz as pv
from tests.browser.driver import open_app
from tests.browser.workbench import SMALL, at_rest, drag, expect_order, node, order, workbench

SWAPPED = [[1, 0, 2, 3], [0, 1, 2]]


def address(page: Page) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(page.url).query))


def expect_address(page: Page, **expected: str | None) -> None:
    """Wait until the address says this of these parameters, written with ``_`` for a point."""
    page.wait_for_function(
        "wanted => Object.entries(wanted).every(([name, text]) => new URL(location).searchParams.get(name) === text)",
        arg={name.replace("_", "."): text for name, text in expected.items()},
    )


def test_a_link_opens_half_way_and_its_loss_is_the_librarys(page: Page) -> None:
    open_app(page, f"{SMALL}&order=1023.012&swap.mode=walk&swap.t=0.37")
    bench = workbench(page)
    expect(bench).to_have_attribute("data-phase", "walk")
    expect(bench).to_have_attribute("data-mode", "walk")
    expect(page.get_by_test_id("walk-t")).to_contain_text("0.37")
    experiment, _ = pv.from_query(address(page))
    network = pv.follow_recipe(experiment).network if experiment.carried_network() is None else experiment.carried_network()
    assert network is not None
    there = network + 0.37 * (experiment.permutation(network) - network)
    recipe = experiment.recipe
    data = pv.load_dataset(recipe.task, samples=recipe.samples, noise=recipe.noise, seed=recipe.draw)
    assert float(page.get_by_test_id("marker").get_attribute("data-loss") or "nan") == pytest.approx(
        float(pv.loss(there, data)), rel=1e-9
    )


def test_the_address_follows_the_walk_and_back_is_an_undo_of_the_swap(page: Page) -> None:
    at_rest(open_app(page, SMALL))
    entries = page.evaluate("history.length")
    drag(page, 1, 0, 1)
    expect_order(page, SWAPPED)
    expect_address(page, order="1023.012", swap_t=None)
    assert page.evaluate("history.length") == entries + 1
    page.get_by_test_id("mode-walk").click()
    expect_address(page, swap_mode="walk")
    slider = page.get_by_test_id("walk-slider")
    for t in ("0.8", "0.6", "0.3"):
        slider.fill(t)
        expect_address(page, swap_t=t)
    expect(workbench(page)).to_have_attribute("data-pending", "0")
    assert page.evaluate("history.length") == entries + 1, "a place is no step"
    page.reload()
    expect(page.get_by_test_id("walk-t")).to_contain_text("0.30")
    assert order(page) == SWAPPED
    page.go_back()
    expect_order(page, [[0, 1, 2, 3], [0, 1, 2]])
    expect_address(page, order=None, swap_t=None)
    expect(workbench(page)).to_have_attribute("data-mode", "swap")


def test_another_swap_ends_the_walk_in_the_address_too(page: Page) -> None:
    open_app(page, f"{SMALL}&order=1023.012&swap.t=0.4")
    expect(workbench(page)).to_have_attribute("data-phase", "walk")
    node(page, 2, 0).focus()
    page.keyboard.press("ArrowDown")
    expect_order(page, [[1, 0, 2, 3], [1, 0, 2]])
    expect_address(page, order="1023.102", swap_t=None)


def test_play_ends_at_the_copy_and_the_numbers_stay_current(page: Page) -> None:
    open_app(page, f"{SMALL}&order=1023.012&swap.mode=walk")
    at_rest(page)
    page.get_by_test_id("play").click()
    expect(workbench(page)).to_have_attribute("data-phase", "playing")
    expect(page.locator('[data-testid="card-same"][aria-busy="true"]')).to_have_count(0)
    at_rest(page)
    expect_address(page, swap_t=None, order="1023.012")
