"""What lessons ask: every answer against a slow computation that shares nothing with the library's."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import follow_recipe
from permviz.experiment.recipe import Recipe
from permviz.lessons import questions
from permviz.networks.digits import loss_text
from permviz.networks.network import Network, init_network
from permviz.symmetry.permutation import Permutation

TRAINED = Recipe(hidden=(3, 2), samples=60, steps=150)
RECIPES = {
    "trained": TRAINED,
    "untrained": TRAINED.changed(steps=0),
    "a regression": Recipe(task="wave", hidden=(4,), samples=40, steps=100),
    "classes": Recipe(task="four-blobs", hidden=(2, 3), samples=40, steps=60),
}


def slow_loss(weights: list[np.ndarray], biases: list[np.ndarray], recipe: Recipe) -> float:
    """tanh networks, sample by sample."""
    data, total = recipe.dataset(), 0.0
    for x, y in zip(data.inputs.numpy(), data.targets.numpy(), strict=True):
        for at, (w, b) in enumerate(zip(weights, biases, strict=True)):
            x = w @ x + b
            if at < len(weights) - 1:
                x = np.tanh(x)
        if data.loss == "squared":
            total += float(((x - y) ** 2).sum())
        elif data.loss == "binary-cross-entropy":
            total += math.log1p(math.exp(-abs(x[0]))) + max(x[0], 0) - float(y) * x[0]
        else:
            total += math.log(np.exp(x - x.max()).sum()) + x.max() - x[int(y)]
    return total / len(data.inputs)


def parts(network: Network) -> tuple[list[np.ndarray], list[np.ndarray]]:
    return [w.numpy() for w in network.weights], [b.numpy() for b in network.biases]


def reordered(network: Network, orders: list[list[int]]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """A copy, one number at a time."""
    weights, biases = parts(network)
    ends = [list(range(weights[0].shape[1])), *orders, list(range(weights[-1].shape[0]))]
    w = [np.array([[w[i][j] for j in ends[k]] for i in ends[k + 1]]) for k, w in enumerate(weights)]
    return w, [np.array([b[i] for i in ends[k + 1]]) for k, b in enumerate(biases)]


def graded(reference: float, value: float, high: float) -> int:
    """The place of the answer, in words of its own."""
    if 0.9 * reference <= value <= 1.1 * reference:
        return 1
    if value < reference:
        return 0
    return 2 if value <= high else 3


def network_of(recipe: Recipe) -> Network:
    return follow_recipe(recipe).network if recipe.steps else init_network(recipe.spec, recipe.seed)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_half_way(recipe: Recipe) -> None:
    network = network_of(recipe)
    order = tuple(tuple(reversed(range(n))) for n in recipe.hidden)
    asked = questions.half_way(Experiment(recipe, order), network, recipe.dataset())
    (wa, ba), (wb, bb) = parts(network), reordered(network, [list(row) for row in order])
    middle = slow_loss(
        [(a + b) / 2 for a, b in zip(wa, wb, strict=True)], [(a + b) / 2 for a, b in zip(ba, bb, strict=True)], recipe
    )
    end = slow_loss(wa, ba, recipe)
    assert asked.right == graded(end, middle, 10 * end)
    assert loss_text(end) in asked.text
    assert loss_text(middle)[:4] in asked.why


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_average(recipe: Recipe) -> None:
    network, data = network_of(recipe), recipe.dataset()
    copies = [
        reordered(network, list(map(list, o)))
        for o in itertools.product(*(itertools.permutations(range(n)) for n in recipe.hidden))
    ]
    weights = [np.mean([w[k] for w, _ in copies], axis=0) for k in range(len(recipe.hidden) + 1)]
    biases = [np.mean([b[k] for _, b in copies], axis=0) for k in range(len(recipe.hidden) + 1)]
    targets = data.targets.numpy()
    if data.loss == "squared":
        guess = float(((targets - targets.mean(axis=0)) ** 2).sum() / len(targets))
    else:
        shares = np.unique(targets, return_counts=True)[1] / len(targets)
        guess = -float((shares * np.log(shares)).sum())
    end, mean = slow_loss(*parts(network), recipe), slow_loss(weights, biases, recipe)
    asked = questions.average(Experiment(recipe), network, data)
    assert asked.right == graded(end, mean, guess - 1e-12)
    assert loss_text(mean)[:4] in asked.why
    assert loss_text(guess)[:4] in asked.why


@pytest.mark.parametrize("hidden", [(1,), (2,), (3,), (2, 2), (4, 3), (1, 1), (16, 16, 16, 16)])
def test_orders(hidden: tuple[int, ...]) -> None:
    recipe = Recipe(hidden=hidden, samples=20, steps=0)
    asked = questions.orders(Experiment(recipe), init_network(recipe.spec), recipe.dataset())
    if max(hidden) < 5:
        count = len(list(itertools.product(*(itertools.permutations(range(n)) for n in hidden))))
        assert asked.answers[asked.right] == str(count)
    assert len(set(asked.answers)) == len(asked.answers) == 4
    assert asked.why.endswith(".")


@pytest.mark.parametrize(
    ("reference", "value", "high", "place"),
    [(1, 0.5, 10, 0), (1, 0.95, 10, 1), (1, 1.05, 10, 1), (1, 5, 10, 2), (1, 10, 10, 2), (1, 11, 10, 3), (1, math.nan, 10, 3),
     (1, math.inf, 10, 3), (0, 0, 0, 1), (0, 1e-3, 0, 3)],
)  # fmt: skip
def test_grades(reference: float, value: float, high: float, place: int) -> None:
    assert questions._grade(reference, value, high) == place


def test_where_no_wall_is_none_is_told_of() -> None:
    """Negative control: two equal neurons exchanged make no other point, and the middle is as high as the ends."""
    recipe = Recipe(hidden=(2,), samples=20, steps=0)
    network = init_network(recipe.spec).map(lambda p: torch.zeros_like(p))
    asked = questions.half_way(Experiment(recipe, ((1, 0),)), network, recipe.dataset())
    assert asked.right == 1
    assert "times" not in asked.why
    assert Permutation(((1, 0),))(network).flatten().equal(network.flatten())


def test_those_that_depend_on_the_order_are_named() -> None:
    network, data = follow_recipe(TRAINED).network, TRAINED.dataset()
    swaps = [Experiment(TRAINED, order) for order in (((1, 0, 2), (0, 1)), ((0, 2, 1), (1, 0)))]
    asked = (questions.half_way, questions.orders, questions.average)
    told = {question: {question(experiment, network, data) for experiment in swaps} for question in asked}
    assert tuple(question for question, answers in told.items() if len(answers) > 1) == questions.OF_THE_ORDER
