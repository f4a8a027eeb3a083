"""The sentence of every picture of two networks, of broken symmetries, or of one network along its weight decay, for thirty
random settings, against slow computations of what it says; and that no picture's sentence is left out."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from statistics import median
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.figures.alignment import alignment_figure, all_moves_figure, methods_figure
from permviz.figures.alignment_widths import alignment_widths_figure
from permviz.figures.asymmetry import asymmetry_controls_figure, asymmetry_figure
from permviz.figures.melt import melt_figure, melts_figure
from permviz.landscape.exhaustive import POINTS as EXHAUSTIVE_POINTS
from permviz.networks.digits import NO_WALL
from permviz.symmetry.counting import count_text
from tests import oracles
from tests.figures.sentences.thirty import data, network, numbers, random_order, rise, rounding, shown

POINTS = 9


def alignment(seed: int) -> None:
    a, order = network(seed), random_order(network(seed), seed)
    b = a + 0.7 * pv.init_network(a.spec, seed)
    copy = oracles.network(a.spec, oracles.vector(oracles.permuted(b, [o.tolist() for o in order.orders])))
    if seed % 4 == 0:
        b, copy = copy, b
    if seed % 7 == 0:
        copy = a  # matched at best: no wall is left
        b = oracles.network(a.spec, oracles.vector(oracles.permuted(a, [o.tolist() for o in order.orders])))
    before, after = (pv.line_slice(a, end, data(seed), points=POINTS) for end in (b, copy))
    first, last = (rise(a, end, seed, POINTS) for end in (b, copy))
    sentence = alignment_figure(before, after, moved="B matched").sentence
    assert f"Exact: {POINTS} points of parameter space on both lines" in sentence
    told = sentence.split("With B matched the barrier ")[1].split(". The ends")[0]
    size = rounding(seed) + 1e-9 * float(max(before.losses.max(), after.losses.max()))
    if abs(last - first) <= size:
        assert told.startswith("stays at")
    elif last <= size:
        assert told.startswith("of ")
        assert told.endswith("is gone")
    else:
        assert told.startswith("rises" if last > first else "falls")
        assert numbers(told)[:2] == [shown(first, size), shown(last, size)]
        if last < first:
            assert numbers(told)[2] == pytest.approx(100 * (1 - last / first), abs=1)
    alone = alignment_figure(before).sentence.split("as it is, ")[1].split(". The barrier")[0]
    assert numbers(alone.replace(NO_WALL, "0"))[0] == (shown(first, size) if first > size else 0)


def methods(seed: int) -> None:
    generator = random.Random(seed)
    pairs = 1 + seed % 4
    barriers = {name: [round(generator.random(), 1 + seed % 2) for _ in range(pairs)] for name in "abc"[: 1 + seed % 3]}
    sentence = methods_figure(barriers).sentence
    medians = {name: median(values) for name, values in barriers.items()}
    least = min(medians.values())
    best = [name for name in barriers if medians[name] - least < 1e-9]
    named, rest = sentence.split(" the lowest median barrier, ")
    assert [name for name in barriers if f"“{name}”" in named] == best
    assert named.endswith("has" if len(best) == 1 else "have")
    assert numbers(rest)[0] == shown(least)
    assert ("one pair," in rest) if pairs == 1 else (f"{pairs} pairs," in rest)


def all_moves(seed: int) -> None:
    values = np.random.default_rng(seed).random(1 + seed)
    picture = all_moves_figure(values, {"B as it is": float(values[0])})
    count, low, high, points, *_ = numbers(picture.sentence)
    assert (count, points) == (len(values), EXHAUSTIVE_POINTS)
    assert [low, high] == [shown(min(values)), shown(max(values))]
    assert picture.figure.data[1].y[0] == pytest.approx(100 * sum(v <= values[0] for v in values) / len(values))


def melted(seed: int) -> SimpleNamespace:
    """Numbers as those of a melt."""
    generator = random.Random(seed)
    count = 1 + seed % 6
    copies = [math.factorial(generator.randint(1, 4 + seed)) for _ in range(count)]
    copies = copies if seed % 2 else sorted(copies, reverse=True)
    distinct, certified = ([generator.randint(low, 4) for _ in range(count)] for low in (1, 0))
    return SimpleNamespace(
        decays=tuple(10.0**-k for k in range(count)), copies=tuple(copies), distinct=tuple(distinct),
        certified=tuple(map(bool, certified)),
    )  # fmt: skip


def melting(seed: int) -> None:
    stages = melted(seed)
    copies, distinct, certified, count = stages.copies, stages.distinct, stages.certified, len(stages.copies)
    sentence = melt_figure(stages).sentence
    ends = {copies[0], copies[-1]}
    told = f"from {count_text(copies[0])} to {count_text(copies[-1])}" if len(ends) == 2 else f"{count_text(copies[0])} at both"
    assert told in sentence
    first, last = distinct[0], distinct[-1]
    assert f"distinct nodes: {f'from {first} to {last}' if first != last else f'{first} at both ends'}." in sentence
    more_again = any(copies[k + 1] > copies[k] for k in range(count - 1))
    assert ("On the way they become more again" in sentence) == more_again
    assert f"{sum(map(bool, certified))} of {count} stages are certified" in sentence


def meltings(seed: int) -> None:
    several = {"tanh": melted(seed), "GELU": melted(seed + 1)}
    sentence = melts_figure(several).sentence
    for name, one in several.items():
        assert f" {name}: {count_text(one.copies[0])} to {count_text(one.copies[-1])}" in sentence


def widths(seed: int) -> None:
    """Medians by numpy, of matches whose walls are random."""
    generator = np.random.default_rng(seed)
    methods = ["none", "weights", "activations"]
    walls = {
        (activation, width, method): np.round(generator.uniform(0.01, 1, int(pairs)), 4)
        for activation, width, pairs in (("relu", 4, 2), ("relu", 8, 3), ("tanh", 4, 5))
        for method in methods
    }
    if seed % 3 == 0:
        walls["relu", 4, "weights"][:] = 0.0
    matches = [
        pv.StoredMatch(*key, pair, {"train": value, "test": 2 * value}, 0.9, 1.0)
        for key, values in walls.items()
        for pair, value in enumerate(values.tolist())
    ]
    for barrier, times in (("train", 1), ("test", 2)):
        sentence = alignment_widths_figure(matches, barrier).sentence
        for label, activation, width in (("ReLU", "relu", 8), ("tanh", "tanh", 4)):
            own = {method: times * float(np.median(walls[activation, width, method])) for method in methods}
            best = min(own, key=lambda method: own[method])
            told = sentence.split(f"{label} networks of width {width}: ")[1].split("”")[0]
            assert numbers(told) == [shown(own["none"]), shown(own[best])]
            assert told.endswith(f"by “{best}")
        assert "Medians over 2 to 5 pairs of networks on the digits" in sentence
        assert ("1 median of 0 or less has no place on this axis" in sentence) == (seed % 3 == 0)


def asymmetry_map(seed: int) -> tuple[pv.AsymmetryMap, dict[str, float], list[int]]:
    """A map of two cells, their walls, and the moves left in them, of 1000."""
    generator = random.Random(seed)
    names = "missing", "frozen", "matched"
    walls = {name: 0.001 + round(generator.choice((0.05, 0.3, 1.0)) * generator.random(), 3) for name in names}
    walls["ordinary"] = 0.8 if seed % 6 else 0.0
    orders = [generator.choice((1, 1, 8, 1000)) for _ in range(2)]
    cells = [
        made(walls[name], order, pv.FrozenEntries(0.5, kappa))
        for name, order, kappa in zip(("missing", "frozen"), orders, (0.0, 0.5), strict=True)
    ]
    arms = made(walls["ordinary"], 1000), made(walls["matched"], 1000, matched=True)
    spec = pv.NetworkSpec((2, 16, 1), "gelu")
    return pv.AsymmetryMap(spec, (0.5,), (0.0, 0.5), ((cells[0],), (cells[1],)), *arms, (), (0, 1, 2), 10, 0.01), walls, orders


def asymmetry(seed: int) -> None:
    found, walls, orders = asymmetry_map(seed)
    sentence = asymmetry_figure(found).sentence
    assert "Each cell: 3 networks that share their frozen entries, one draw of these, and 3 straight lines" in sentence
    left = [order for order in orders if order < 1000]
    if not left or walls["ordinary"] == 0:
        assert sentence.startswith("No answer: ")
        return
    # Of those with the fewest moves the one with the highest wall answers.
    wall, order, name = max(
        (walls[name], order, name) for name, order in zip(("missing", "frozen"), orders, strict=True) if order == min(left)
    )
    falls = wall < walls["ordinary"] / 2
    assert sentence.startswith("Here the wall falls with the symmetry: " if falls else "Not by itself: ")
    assert ("missing edges (share 0.5) leave" in sentence) == (name == "missing")
    assert ("leave no move but the identity" if order == 1 else f"leave {order} moves") in sentence
    assert numbers(sentence.split("the wall is ")[1])[:2] == [shown(wall), shown(walls["ordinary"])]
    helped = not falls and walls["matched"] <= walls["ordinary"] / 4
    assert ("Matching alone" in sentence) == helped
    if helped:
        assert numbers(sentence.split("still there, leaves ")[1])[0] == shown(walls["matched"])
    if not falls:
        low = walls["frozen"] <= walls["ordinary"] / 4
        told = "Frozen numbers bring it down to " if low else "Frozen numbers leave, at their best, "
        assert numbers(sentence.split(told)[1])[:3] == [shown(walls["frozen"]), 0.5, 0.5]


def asymmetry_controls(seed: int) -> None:
    found, walls, _ = asymmetry_map(seed)
    told = asymmetry_controls_figure(found).sentence.split("Median walls: ")[1].rstrip(".").split("; ")
    order = ("ordinary", "matched", "missing", "frozen")
    assert [numbers(text)[-1] for text in told] == [shown(walls[name]) for name in order]
    assert all(name in text for name, text in zip(order, told, strict=True))


def made(barrier: float, order: int, frozen: pv.FrozenEntries | None = None, *, matched: bool = False) -> pv.SeedPairs:
    """Three pairs whose median wall is that; they answer alike, whatever they are."""
    three = torch.ones(3, dtype=torch.float64)
    spec = pv.NetworkSpec((2, 16, 1), "gelu", frozen)
    return pv.SeedPairs(spec, matched, order, 0.1 * three, 0.9 * three, barrier * three * torch.tensor([0.5, 1.0, 2.0]), three)


CHECKS: dict[str, Callable[[int], None]] = {
    "alignment_figure": alignment,
    "alignment_widths_figure": widths,
    "all_moves_figure": all_moves,
    "asymmetry_controls_figure": asymmetry_controls,
    "asymmetry_figure": asymmetry,
    "melt_figure": melting,
    "melts_figure": meltings,
    "methods_figure": methods,
}
"""A picture's function -> the check of its sentence for one of thirty settings."""
