"""A recipe followed: the library's own training, wherever it goes on from; and what is known of a network from a link."""

from __future__ import annotations

import pytest
import torch

import permviz as pv
from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import carried, follow_recipe, snapshot, with_parameters
from permviz.experiment.recipe import Recipe

RECIPE = Recipe(task="circles", samples=40, hidden=(3, 2), seed=3, steps=60)


def test_a_recipe_is_followed_as_the_library_trains() -> None:
    known = follow_recipe(RECIPE)
    run = pv.train(RECIPE.spec, RECIPE.dataset(), seeds=[3], steps=60, learning_rate=0.03)
    assert torch.equal(known.network.flatten(), run.networks[0].flatten())
    assert (known.recipe, known.steps) == (RECIPE, 60)
    assert known.loss == float(pv.loss(known.network, RECIPE.dataset()))


def test_of_an_experiment_the_recipe_is_followed() -> None:
    other = pv.init_network(RECIPE.spec, seed=9)
    experiment = with_parameters(Experiment(RECIPE, order=((2, 0, 1), (1, 0))), other)
    assert torch.equal(follow_recipe(experiment).network.flatten(), follow_recipe(RECIPE).network.flatten())


def test_going_on_is_the_same_as_never_having_stopped() -> None:
    half = follow_recipe(RECIPE.changed(steps=25))
    whole = follow_recipe(RECIPE, resume=half.run)
    assert torch.equal(whole.network.flatten(), follow_recipe(RECIPE).network.flatten())
    assert half.recipe.start == whole.recipe.start == RECIPE.changed(steps=0)


def test_finishing_goes_on_to_a_smaller_gradient() -> None:
    adam, finished = follow_recipe(RECIPE), follow_recipe(RECIPE.changed(finish=True))
    assert finished.gradient_norm < adam.gradient_norm / 100
    assert finished.steps == adam.steps


def test_a_network_that_came_with_a_link_is_known_without_training() -> None:
    network = pv.init_network(RECIPE.spec, seed=9)
    known = carried(with_parameters(Experiment(RECIPE), network))
    assert torch.equal(known.network.flatten(), network.flatten())
    assert known.loss == float(pv.loss(network, RECIPE.dataset()))
    assert known.run is None
    with pytest.raises(ValueError, match="carries no parameters"):
        carried(Experiment(RECIPE))


def test_what_is_known_of_a_stopped_training() -> None:
    network = pv.init_network(RECIPE.spec, seed=9)
    known = snapshot(RECIPE, network, (0, 60), (1.0, 0.5))
    assert (known.recipe, known.steps, known.history_losses) == (RECIPE, 60, (1.0, 0.5))


def test_a_large_network_is_not_carried() -> None:
    wide = Recipe(hidden=(16, 16))
    assert with_parameters(Experiment(wide), pv.init_network(wide.spec)) == Experiment(wide)
