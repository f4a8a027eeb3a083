"""What lessons ask, and the answers, computed from the network on the screen: none is quoted."""

from __future__ import annotations

import math

from permviz.experiment.experiment import Experiment
from permviz.lessons.lesson import Asked
from permviz.networks.datasets import Dataset
from permviz.networks.digits import loss_text, told_apart
from permviz.networks.evaluation import best_constant_loss
from permviz.networks.network import Network, loss
from permviz.symmetry.averaging import symmetric_average
from permviz.symmetry.counting import count_text, factorials_text, permutation_count

ALIKE = 0.1
"""Losses that differ by at most this part of the first are called about the same."""
MUCH = 10
"""From this many times as high on, a loss is called much higher."""


def half_way(experiment: Experiment, network: Network, data: Dataset) -> Asked:
    """How high the loss is in the middle between the network and its copy."""
    copy = experiment.permutation(network)
    end, middle = float(loss(network, data)), float(loss(network + 0.5 * (copy - network), data))
    first, second = told_apart(end, middle)
    return Asked(
        f"A and its copy B both have the loss {loss_text(end)}. How high is it half-way on the straight line between them?",
        (
            "lower than at both",
            "about as high, to a tenth of it",
            f"higher, up to {MUCH} times",
            f"more than {MUCH} times as high",
        ),
        _grade(end, middle, MUCH * end),
        f"Half-way it is {second}, at A and B {first}{_times(end, middle)}.",
    )


def orders(experiment: Experiment, network: Network, data: Dataset) -> Asked:
    """In how many orders the nodes can stand."""
    hidden = network.spec.hidden
    count, total = permutation_count(hidden), sum(hidden)
    others = (total, math.prod(hidden), 2**total, math.factorial(total), count + total, 2 * count + 1, 2 * count + 2)
    wrong = [n for n in dict.fromkeys(others) if n != count][:3]
    answers = sorted([count, *wrong])
    widths = " and ".join(map(str, hidden))
    return Asked(
        f"In how many orders can the nodes stand, each in its own layer (of {widths}), so that the answers stay?",
        tuple(map(count_text, answers)),
        answers.index(count),
        f"The nodes of each layer stand in any order, and orders of different layers combine: {factorials_text(hidden)}.",
    )


def average(experiment: Experiment, network: Network, data: Dataset) -> Asked:
    """How good the average of all copies is."""
    each, mean = float(loss(network, data)), float(loss(symmetric_average(network), data))
    guess = best_constant_loss(data.targets, data.loss)
    better = float(loss(symmetric_average(network), data, weight_decay=0.0)) < guess  # guesses have no decay
    alone = " without decay" if data.weight_decay else ""
    first, second = told_apart(each, mean)
    return Asked(
        f"Each copy has the loss {loss_text(each)}. All of them are averaged, weight by weight. How good is their average?",
        (
            "better than each of them",
            "about as good, to a tenth of the loss",
            "worse, but better than the same answer to everything",
            "no better than the same answer to everything",
        ),
        _grade(each, mean, math.inf if better else -math.inf),
        f"The average has the loss {second}, each copy {first}; "
        f"the best single answer to everything has {loss_text(guess)}{alone}.",
    )


OF_THE_ORDER = (half_way,)
"""Those whose answer depends on the order of the nodes, too."""


def _grade(reference: float, value: float, high: float) -> int:
    """0 below the reference, 1 about it, 2 above it and up to ``high``, 3 beyond, or not finite."""
    if not math.isfinite(value):
        return 3
    if abs(value - reference) <= ALIKE * abs(reference):
        return 1
    return 0 if value < reference else 2 if value <= high else 3


def _times(end: float, middle: float) -> str:
    """How many times as high, where that says something."""
    if not (math.isfinite(middle) and end > 0) or middle / end < 1 + ALIKE:
        return ""
    return f": {loss_text(middle / end, 2)} times as high"
