"""Thirty random networks, and what sentences about them are compared with.

Some have walls between their copies and some none; the average is better for some and worse for others: so every sentence is
seen in all its forms.
"""

from __future__ import annotations

import random
import re
from functools import cache

import numpy as np
import pytest

import permviz as pv
from tests import oracles
from tests.cases import Case, dataset

WIDTHS = ((2, 3, 1), (1, 3, 1), (2, 4, 1), (2, 3, 2, 1), (2, 3, 3))
ACTIVATIONS = ("tanh", "relu", "gelu", "sin", "gaussian", "linear")
SEEDS = range(30)


@cache
def network(seed: int) -> pv.Network:
    """Of the thirty: every width with every activation; parameters small, usual and large; every tenth is its own average."""
    net = Case(WIDTHS[seed % 5], ACTIVATIONS[seed // 5], seed=seed).network()
    net = net.map(lambda p: (0.3, 1.0, 2.0)[seed % 3] * p)
    return pv.symmetric_average(net) if seed % 10 == 4 else net


@cache
def data(seed: int) -> pv.Dataset:
    widths = network(seed).spec.widths
    return dataset(widths[0], widths[-1], "squared", samples=12)


@cache
def loss(seed: int) -> float:
    return oracles.loss(network(seed), data(seed))


def rounding(seed: int) -> float:
    """What is no difference of this network's losses."""
    return 1e-9 * max(1.0, loss(seed))


def swapped(net: pv.Network, i: int, j: int, layer: int = 1) -> pv.Network:
    orders = [list(range(n)) for n in net.spec.hidden]
    orders[layer - 1][i], orders[layer - 1][j] = j, i
    return oracles.network(net.spec, oracles.vector(oracles.permuted(net, orders)))


def rise(a: pv.Network, b: pv.Network, seed: int, points: int) -> float:
    """Highest above the chord."""
    t = np.linspace(0, 1, points)
    losses = oracles.line_losses(a, b, data(seed), t)
    return float((losses - (1 - t) * losses[0] - t * losses[-1]).max())


def average(net: pv.Network) -> pv.Network:
    return oracles.network(net.spec, oracles.copies(net).mean(axis=0))


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", text.replace("−", "-"))]


def shown(value: float, least: float = 1e-12) -> object:
    """Equal to a number of a sentence, to the digits that it is given with."""
    return pytest.approx(value, rel=5.01e-3 if 1e-3 <= abs(value) < 1e5 else 5.01e-2, abs=least)


def goes(first: float, last: float) -> str:
    return "to the same" if abs(last - first) <= 1e-9 * max(1, abs(first)) else "up" if last > first else "down"


def said(sentence: str) -> str:
    return next(word for word in ("to the same", "up", "down") if re.search(rf"\b{word}\b", sentence))


def goes_as_said(sentence: str, first: float, last: float) -> None:
    """That it tells the way of a curve between these two numbers."""
    assert said(sentence) == goes(first, last), sentence
    told = numbers(sentence)
    assert told == [shown(v) for v in ((first,) if goes(first, last) == "to the same" else (first, last))], sentence


def random_order(net: pv.Network, seed: int) -> pv.Permutation:
    """One that moves a node."""
    generator = random.Random(seed)
    while True:
        orders = [generator.sample(range(n), n) for n in net.spec.hidden]
        if any(order != sorted(order) for order in orders):
            return pv.Permutation(orders)


def one_weight(seed: int) -> pv.OneWeightNeurons:
    steps = 0.4 + np.random.default_rng(seed).random(3)
    return pv.OneWeightNeurons(tuple((np.cumsum(steps) - 2).tolist()), ("sin", "tanh", "gaussian")[seed % 3], 0.5)


def stands_as_said(sentence: str, own: list[float], others: list[float], size: float = 0.0) -> None:
    told, ordered = numbers(sentence), sorted(own)
    middle = (ordered[len(own) // 2] + ordered[(len(own) - 1) // 2]) / 2
    assert told[-1] == pytest.approx(100 * sum(v < middle for v in others) / len(others), abs=0.51)
    if len(own) == 1:
        assert told[:2] == [1, shown(middle, size)]
        assert ("is worse than its ends (a triangle)" in sentence) == (middle > size)
    else:
        assert told[:2] == [sum(v > size for v in own), len(own)]
        assert told[2:4] == [shown(ordered[0], size), shown(ordered[-1], size)]
