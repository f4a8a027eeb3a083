"""Weights and biases set by hand on the Swap page: typed, slid, by keys; everything follows, and can be undone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

import permviz as pv
from permviz.experiment.link import from_query
from permviz.networks.network import Network
from tests.browser.driver import open_app
from tests.browser.workbench import SMALL, at_rest

FIRST = "Weight from x to node 1 of layer 1"


def opened(page: Page, path: str = SMALL) -> Page:
    at_rest(open_app(page, path))
    page.get_by_test_id("edit-weights").click()
    expect(page.get_by_test_id("editor")).to_be_visible()
    return page


def field(page: Page, name: str = FIRST) -> Locator:
    return page.get_by_role("spinbutton", name=name, exact=True)


def carried(page: Page) -> Network:
    network = from_query(dict(parse_qsl(urlsplit(page.url).query)))[0].carried_network()
    assert network is not None
    return network


def trained(page: Page) -> Network:
    """What the recipe in the address leads to."""
    return pv.follow_recipe(from_query(dict(parse_qsl(urlsplit(page.url).query)))[0]).network


def loss_told(page: Page) -> str:
    at_rest(page)
    return page.get_by_test_id("card-same").get_by_role("definition").first.inner_text()


def test_a_typed_weight_changes_the_function_and_comes_back(page: Page) -> None:
    opened(page)
    before, was, told = trained(page), field(page).input_value(), loss_told(page)
    field(page).fill("3")
    field(page).press("Enter")
    expect(page.get_by_test_id("announcement")).to_have_text(f"{FIRST} set by hand: another network, another function.")
    at_rest(page)
    network = carried(page)
    changed = (network.flatten() != before.flatten()).nonzero()
    assert changed.tolist() == [[0]]
    assert float(network.weights[0][0, 0]) == 3.0
    experiment = from_query(dict(parse_qsl(urlsplit(page.url).query)))[0]
    expected = float(pv.loss(network, experiment.recipe.dataset()))
    assert float(loss_told(page)) == pytest.approx(expected, rel=2e-3)
    assert loss_told(page) != told
    page.get_by_test_id("undo").click()
    expect(field(page)).to_have_value(was)
    at_rest(page)
    assert torch.allclose(carried(page).flatten(), before.flatten(), atol=1e-6, rtol=0)
    assert loss_told(page) == told
    page.get_by_test_id("redo").click()
    expect(field(page)).to_have_value("3")
    at_rest(page)
    page.go_back()
    expect(field(page)).to_have_value(was)


def test_one_press_leads_back_to_the_trained_network_and_one_undo_here_again(page: Page) -> None:
    opened(page)
    back, bias = page.get_by_test_id("edit-back"), field(page, "Bias of node 1 of layer 1")
    expect(back).to_be_hidden()
    before, was = trained(page), (field(page).input_value(), bias.input_value())
    for place, value in ((field(page), "3"), (bias, "-2")):
        place.fill(value)
        place.press("Enter")
    at_rest(page)
    by_hand = carried(page)
    expect(back).to_have_text("Back to the trained network")
    back.press("Enter")
    expect(field(page)).to_have_value(was[0])
    expect(bias).to_have_value(was[1])
    expect(back).to_be_hidden()
    at_rest(page)
    assert torch.allclose(carried(page).flatten(), before.flatten(), atol=1e-6, rtol=0)
    page.get_by_test_id("undo").click()
    expect(field(page)).to_have_value("3")
    expect(bias).to_have_value("-2")
    at_rest(page)
    assert torch.equal(carried(page).flatten(), by_hand.flatten())


def test_what_cannot_be_a_weight_is_said_and_changes_nothing(page: Page) -> None:
    opened(page)
    was, url = field(page).input_value(), page.url
    field(page).fill("5000")
    expect(page.get_by_role("alert").filter(has_text="5000")).to_contain_text("expected a number from −1000 to 1000")
    field(page).press("Enter")
    expect(field(page)).to_have_value(was)
    assert page.url == url


def test_keys_alone_set_a_bias(page: Page) -> None:
    at_rest(open_app(page, SMALL))
    page.get_by_test_id("edit-weights").focus()
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    bias = field(page, "Bias of node 1 of layer 1")
    expect(bias).to_be_focused()
    was = float(bias.input_value())
    page.keyboard.press("ArrowUp")
    at_rest(page)
    assert float(bias.input_value()) > was
    assert float(carried(page).biases[0][0]) == pytest.approx(float(bias.input_value()), rel=1e-5)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("editor")).to_be_hidden()
    expect(page.get_by_test_id("edit-weights")).to_be_focused()


def test_a_click_on_an_edge_opens_its_row(page: Page) -> None:
    at_rest(open_app(page, SMALL))
    edge = page.get_by_test_id("edge").nth(3)  # the fourth in the order of drawing: into node 2, from y
    x, y = edge.evaluate("""path => {
      const { x, y } = path.getPointAtLength(0.3 * path.getTotalLength()).matrixTransform(path.getScreenCTM());
      return [x, y];
    }""")
    page.mouse.click(x, y)
    expect(field(page, "Weight from y to node 2 of layer 1")).to_be_focused()


def test_a_large_network_is_not_offered_it(page: Page) -> None:
    at_rest(open_app(page, "/?task=moons&net=12-8&steps=5"))
    expect(page.get_by_test_id("edit-weights")).to_be_hidden()


def test_on_a_phone_the_editor_is_within_the_screen(new_page: Callable[..., Page]) -> None:
    page = opened(new_page(phone=True))
    box = page.get_by_test_id("editor").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    slider = page.get_by_role("slider", name=f"{FIRST}, slider")
    slider.fill("0")
    at_rest(page)
    assert float(carried(page).weights[0][0, 0]) == 0.0
