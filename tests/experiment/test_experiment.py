"""The experiment: what a change of one part does to the others, and what does not fit."""

from __future__ import annotations

import pickle
import random
from typing import Any

import pytest
import torch

from permviz.experiment.codec import encode_parameters
from permviz.experiment.experiment import Experiment, fitted
from permviz.experiment.recipe import Recipe
from permviz.experiment.views import CountView, RastriginView, SlicesView
from permviz.networks.network import init_network
from permviz.symmetry.permutation import Permutation
from tests.experiment.test_link import random_experiment

START = Recipe(hidden=(3,))
THETA = encode_parameters(init_network(START.spec))


def test_a_changed_recipe_drops_the_parameters_and_a_changed_swap_keeps_them() -> None:
    experiment = Experiment(START, ((2, 0, 1),), THETA)
    assert experiment.changed(order=((0, 1, 2),)).theta == THETA
    assert experiment.changed(slices={"log": True}).theta == THETA
    assert experiment.changed(seed=START.seed).theta == THETA
    assert experiment.changed(seed=5).theta == ""
    assert experiment.changed(seed=5).order == ((2, 0, 1),)
    assert experiment.changed(seed=5, theta=THETA).theta == THETA
    assert experiment.changed(recipe=Recipe(seed=5)) == Experiment(Recipe(seed=5))
    assert experiment.changed(hidden=(4,)).order == ()
    assert experiment.changed(task="xor").recipe.noise == 0.3


def test_what_was_done_to_the_other_network_goes_with_the_recipe_that_it_follows() -> None:
    align = {"other": "seed", "seed": 3, "steps": 7, "matched": True, "order": ((1, 0, 2),), "definition": "ainsworth"}
    experiment = Experiment(START).changed(align=align)
    for changes in ({"task": "circles"}, {"steps": 5}, {"hidden": (3, 2)}, {"recipe": START.changed(decay=0.1)}):
        view = experiment.changed(**changes).align
        assert (view.steps, view.matched, view.order) == (-1, False, ())
        assert (view.seed, view.definition) == (3, "ainsworth")
    assert experiment.changed(theta=THETA, order=((1, 0, 2),), rate=START.rate).align == experiment.align
    given = experiment.changed(task="circles", align={"matched": True, "steps": 2}).align
    assert (given.steps, given.matched, given.order) == (2, True, ())


def test_of_a_page_only_the_changes_are_given() -> None:
    experiment = Experiment().changed(slices={"log": True}).changed(slices={"seed": 3})
    assert experiment.slices == SlicesView(log=True, seed=3)
    assert experiment.changed(slices=SlicesView()) == Experiment()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"seed": -1}, "Seed -1 given: expected a whole number from 0 to 999999."),
        ({"hidden": ()}, "Hidden layers () given: expected at least 1 number, and none given."),
        ({"slices": {"span": 11}}, "Span 11 given: expected a number from 0.01 to 10."),
        ({"slices": {"colour": 1}}, "A setting 'colour' given: choose one of show, swap, definition, "),
        ({"slices": 3}, "Slices 3 given: expected a SlicesView."),
        ({"recipe": SlicesView()}, "expected a Recipe."),
        ({"colour": 1}, "A setting 'colour' given: choose one of recipe, order, theta, hide, view, present, swap, "),
        ({"order": ((1, 0),)}, "Order ((1, 0),) given: the order does not fit hidden layers of 4-3 nodes."),
        ({"order": ((1, 1, 2, 3), (0, 1, 2))}, "is no permutation: expected each of 0 to 3 exactly once."),
        ({"theta": "AAAA"}, "Theta 'AAAA' given: the parameters are damaged (cut off, mistyped or followed by something)."),
        ({"theta": THETA}, "the parameters are not those of a network of widths 2-4-3-1."),
    ],
)
def test_a_wrong_change_is_a_sentence(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError) as refused:
        Experiment().changed(**changes)
    assert told in str(refused.value)
    assert str(refused.value).count("given:") == 1


@pytest.mark.parametrize("seed", range(10))
def test_an_experiment_travels(seed: int) -> None:
    experiment = random_experiment(random.Random(seed))
    back = pickle.loads(pickle.dumps(experiment))
    assert back == experiment
    assert hash(back) == hash(experiment)


def test_the_copy_and_the_parameters_are_those_that_are_named() -> None:
    experiment = Experiment(START, ((2, 0, 1),), THETA)
    network = experiment.carried_network()
    assert network is not None
    assert torch.equal(network.flatten(), init_network(START.spec).flatten())
    assert experiment.permutation == Permutation.cycle(START.spec, 1, (0, 2, 1))
    plain = Experiment(START)
    assert plain.carried_network() is None
    assert plain.permutation.is_identity()


def test_another_order_is_shown_at_its_copy_and_not_on_the_way() -> None:
    walked = Experiment(START, ((2, 0, 1),)).changed(swap={"mode": "walk", "t": 0.4})
    assert walked.changed(slices={"log": True}).swap == walked.swap
    assert walked.changed(order=((2, 0, 1),)).swap == walked.swap, "the same order"
    assert walked.changed(order=((1, 0, 2),)).swap == walked.swap.changed(t=1.0)
    assert walked.changed(order=((1, 0, 2),), swap={"t": 0.3}).swap.t == 0.3, "unless it says where"
    assert walked.changed(hidden=(2,)).swap == walked.swap.changed(t=1.0)


def test_settings_that_do_not_fit_go_back_to_their_defaults() -> None:
    misfit = Experiment(
        Recipe(hidden=(4, 2)),
        slices=SlicesView(layer=3, nodes=(1, 2, 3), log=True),
        count=CountView(layer=2, nodes=(1, 2)),
        rastrigin=RastriginView(layer=2, nodes=(0, 1)),
    )
    mended, reasons = fitted(misfit)
    assert reasons == {
        "slices.layer": "the network's hidden layers are 1 to 2",
        "count.nodes": "the nodes of layer 2 are 0 to 1",
    }
    assert mended == misfit.changed(slices={"layer": 1}, count={"nodes": (0, 1)})
    again, none = fitted(mended)
    assert again is mended
    assert none == {}
