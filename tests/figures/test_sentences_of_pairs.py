"""The sentence of every picture of two networks, or of one along its weight decay, for thirty random settings, against slow
computations of what it says; and that no picture's sentence is left out."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from statistics import median
from types import SimpleNamespace

import numpy as np
import pytest

import permviz as pv
from permviz import figures
from permviz.figures.alignment import alignment_figure, all_moves_figure, methods_figure
from permviz.figures.melt import melt_figure
from permviz.landscape.exhaustive import POINTS as EXHAUSTIVE_POINTS
from permviz.networks.digits import NO_WALL
from permviz.symmetry.counting import count_text
from tests import oracles
from tests.figures import test_sentences_of_networks as of_networks
from tests.figures import test_sentences_of_surfaces as of_surfaces
from tests.figures.pictures import functions
from tests.figures.thirty import SEEDS, data, network, numbers, rise, rounding, shown

POINTS = 9


def alignment(seed: int) -> None:
    a, order = network(seed), of_networks.random_order(network(seed), seed)
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


def melting(seed: int) -> None:
    generator = random.Random(seed)
    count = 1 + seed % 6
    copies = [math.factorial(generator.randint(1, 4 + seed)) for _ in range(count)]
    copies = copies if seed % 2 else sorted(copies, reverse=True)
    distinct, certified = ([generator.randint(low, 4) for _ in range(count)] for low in (1, 0))
    stages = SimpleNamespace(
        decays=tuple(10.0**-k for k in range(count)), copies=tuple(copies), distinct=tuple(distinct),
        certified=tuple(map(bool, certified)),
    )  # fmt: skip
    sentence = melt_figure(stages).sentence
    ends = {copies[0], copies[-1]}
    told = f"from {count_text(copies[0])} to {count_text(copies[-1])}" if len(ends) == 2 else f"{count_text(copies[0])} at both"
    assert told in sentence
    assert f"different neurons: from {distinct[0]} to {distinct[-1]}" in sentence
    more_again = any(copies[k + 1] > copies[k] for k in range(count - 1))
    assert ("On the way they become more again" in sentence) == more_again
    assert f"{sum(map(bool, certified))} of {count} stages are certified" in sentence


CHECKS: dict[str, Callable[[int], None]] = {
    "alignment_figure": alignment,
    "all_moves_figure": all_moves,
    "melt_figure": melting,
    "methods_figure": methods,
}
"""As :data:`of_networks.CHECKS`."""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", CHECKS)
def test_the_sentence_says_what_is_so(name: str, seed: int) -> None:
    CHECKS[name](seed)


def test_no_picture_is_left_out() -> None:
    drawn = {name for name in figures.HOMES if name in functions()}
    assert {name for name in figures.HOMES if name.endswith("_figure")} == drawn == set(functions())
    checked = [*of_networks.CHECKS, *of_surfaces.CHECKS, *CHECKS]
    assert set(checked) == drawn
    assert len(checked) == len(set(checked))
