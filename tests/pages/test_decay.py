"""With weight decay every page says what it calls the loss, and shows the objective's numbers."""

from __future__ import annotations

import pytest

import permviz as pv
from permviz.networks.digits import loss_text
from tests.pages.app_page import AppPage

DECAYED = {"task": "moons", "samples": "40", "net": "3", "seed": "1", "steps": "60", "decay": "0.002"}
MEANT = "“loss” means loss plus decay, L + λ‖θ‖², λ = 0.002"


def objective() -> tuple[pv.Network, pv.Dataset]:
    recipe = pv.from_query(DECAYED)[0].recipe
    return pv.follow_recipe(recipe).network, recipe.dataset()


@pytest.mark.parametrize("name", ["swap", "slices", "average", "count", "rastrigin", "claims"])
def test_every_page_says_what_it_calls_the_loss(name: str) -> None:
    page = AppPage.opened(DECAYED, page=name)
    assert not page.at.exception
    captions = [caption.value for caption in page.at.caption]
    assert any(MEANT in caption for caption in captions)
    net, data = objective()
    reached = f"at loss plus decay {loss_text(float(pv.loss(net, data)))}."
    assert any(reached in caption for caption in captions)
    without = AppPage.opened({key: value for key, value in DECAYED.items() if key != "decay"}, page=name)
    assert not any("plus decay" in caption.value for caption in without.at.caption)


def test_slices_and_averages_show_the_objective() -> None:
    net, data = objective()
    page = AppPage.opened(DECAYED | {"slices.show": "line"}, page="slices")
    metrics = {metric.label: metric.value for metric in page.at.metric}
    assert metrics["Loss at both ends"] == loss_text(float(pv.loss(net, data)))
    assert metrics["Loss at both ends"] != loss_text(float(pv.loss(net, data, 0.0)))
    page = AppPage.opened(DECAYED | {"average.show": "average"}, page="average")
    metrics = {metric.label: metric.value for metric in page.at.metric}
    assert metrics["Average of all copies"] == loss_text(float(pv.loss(pv.symmetric_average(net), data)))


def test_arguments_of_a_sigmoid_leave_flips_out_with_decay_alone() -> None:
    def stated(**changes: str) -> list[str]:
        page = AppPage.opened({**DECAYED, "act": "sigmoid", "average.show": "certificate", **changes}, page="average")
        return [message.value for message in (*page.at.info, *page.at.success) if "average of" in message.value]

    assert len(stated()) == 1
    assert len(stated(decay="0")) == 2
    assert len(stated(act="tanh")) == 2


def test_count_says_which_moves_keep_the_objective() -> None:
    for activation, words in (("tanh", "These flips keep ‖θ‖"), ("relu", "Scalings do not keep ‖θ‖")):
        page = AppPage.opened(DECAYED | {"act": activation}, page="count")
        assert any(words in caption.value for caption in page.at.caption)
        plain = AppPage.opened(DECAYED | {"act": activation, "decay": "0"}, page="count")
        assert not any(words in caption.value for caption in plain.at.caption)


def test_the_control_sets_it_and_shows_one_between_its_steps() -> None:
    page = AppPage.opened(DECAYED)
    slider = page.at.select_slider(key="build-decay")
    assert slider.value == 0.002
    slider.set_value(0.0)
    page.run()
    assert page.experiment.recipe.decay == 0.0
    page.at.select_slider(key="build-decay").set_value(0.01)
    page.run()
    assert page.experiment.recipe.decay == 0.01
    between = AppPage.opened(DECAYED | {"decay": "0.0123"})
    assert between.at.select_slider(key="build-decay").value == 0.0123
