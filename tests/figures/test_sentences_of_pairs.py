"""The sentences of pictures of two networks, for thirty random pairs, against slow computations of what they say."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest

import permviz as pv
from permviz.figures.alignment import alignment_figure, all_moves_figure, methods_figure
from tests import oracles
from tests.cases import Case
from tests.figures.thirty import SEEDS, data, network, numbers, rise, rounding, swapped

POINTS = 11


def other(seed: int) -> pv.Network:
    """Of the same shape as the thirty's, and another."""
    spec = network(seed).spec
    return Case(spec.widths, spec.activation, seed=100 + seed).network()


def alignment(seed: int) -> None:
    a, b = network(seed), other(seed)
    moved = swapped(b, 0, 1)
    lines = [pv.line_slice(a, end, data(seed), points=POINTS) for end in (b, moved)]
    before, after = (rise(a, end, seed, POINTS) for end in (b, moved))
    told = alignment_figure(*lines).sentence.split(". ")[0].removeprefix("With B matched the barrier ")
    first = {"rises": after > before, "falls": after < before, "stays": abs(after - before) <= rounding(seed), "of": after == 0}
    said = told.split()[0]
    assert first[said] or (said == "of" and after <= rounding(seed) * max(1.0, *map(float, lines[1].losses)))
    if said in ("rises", "falls"):
        assert numbers(told)[:2] == pytest.approx([before, after], rel=6e-3, abs=1e-12)


def methods(seed: int) -> None:
    barriers = {name: [rise(network(seed), swapped(other(seed), 0, i), seed, POINTS) for i in (1, 2)] for name in ("a", "b")}
    barriers["b"] = [wall + 0.5 for wall in barriers["b"]]
    sentence = methods_figure(barriers).sentence
    assert sentence.startswith("“a” has the lowest median barrier")
    assert numbers(sentence)[0] == pytest.approx(sum(barriers["a"]) / 2, rel=6e-3, abs=1e-12)


def all_moves(seed: int) -> None:
    b = other(seed)
    rest = [tuple(range(n)) for n in b.spec.hidden[1:]]
    ends = [
        oracles.network(b.spec, oracles.vector(oracles.permuted(b, [order, *rest])))
        for order in permutations(range(b.spec.hidden[0]))
    ]
    walls = np.array([rise(network(seed), end, seed, POINTS) for end in ends])
    count, low, high = numbers(all_moves_figure(walls, {"B as it is": walls[0]}).sentence)[:3]
    assert count == len(ends)
    assert (low, high) == pytest.approx((walls.min(), walls.max()), rel=6e-3, abs=1e-12)


CHECKS: dict[str, Callable[[int], None]] = {f"{check.__name__}_figure": check for check in (alignment, methods, all_moves)}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", CHECKS)
def test_the_sentence_says_what_is_so(name: str, seed: int) -> None:
    CHECKS[name](seed)
