"""Sentences of lines, planes and bodies through copies, and of the walls on them."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.figures.linear import linear_line_figure, valley_figure
from permviz.figures.lines import MOST_SMALL_MULTIPLES, barrier_matrix_figure, line_figure, swaps_figure
from permviz.figures.permutohedron import permutohedron_figure
from permviz.figures.planes import plane_figure, plane_surface_figure
from permviz.networks.digits import NO_WALL
from tests import oracles
from tests.cases import drawn
from tests.figures.sentences.thirty import (
    data,
    loss,
    network,
    numbers,
    one_weight,
    rise,
    rounding,
    shown,
    swapped,
)

POINTS = 11


def wall(barrier: float, seed: int) -> object:
    """A barrier as it is told, none where it is rounding."""
    return shown(barrier if barrier > rounding(seed) else 0.0, rounding(seed))


def told_wall(text: str) -> float:
    return 0.0 if text == NO_WALL else numbers(text)[0]


def line(seed: int) -> None:
    net, copy = network(seed), swapped(network(seed), 0, 1)
    picture = line_figure(pv.line_slice(net, copy, data(seed), points=POINTS))
    barrier = rise(net, copy, seed, POINTS)
    assert ("here it does not." in picture.sentence) == (barrier <= rounding(seed))
    assert f"Exact: {POINTS} points" in picture.sentence
    told = picture.sentence.split("The bracket is the barrier, ")[1].split(". Below")[0]
    assert told_wall(told) == wall(barrier, seed)
    (legend,) = [trace.name for trace in picture.figure.data if trace.name.startswith("barrier")]
    assert legend.removeprefix("barrier ").startswith(told)


def barrier_matrix(seed: int) -> None:
    net = network(seed)
    layer = 1 + seed % len(net.spec.hidden)
    lines = pv.transposition_lines(net, data(seed), layer, points=POINTS)
    picture = barrier_matrix_figure(lines.barrier_matrix(), layer, highest=float(lines.losses.max()))
    assert numbers(picture.sentence) == [layer]
    dark, bright = (np.array(trace.text) for trace in picture.figure.data[1:])
    for i, j in itertools.combinations(range(net.spec.hidden[layer - 1]), 2):
        barrier = rise(net, swapped(net, i, j, layer), seed, POINTS)
        assert told_wall(dark[i, j] or bright[i, j]) == wall(barrier, seed)


def swaps(seed: int) -> None:
    net, given = (network(seed), data(seed)) if seed % 20 else (drawn((1, 6 + seed // 5, 1), seed=seed), data(1))
    lines = pv.transposition_lines(net, given, 1, points=3)
    picture = swaps_figure(lines.t, lines.losses, lines.pairs, 1)
    curves, pairs = [trace.y for trace in picture.figure.data], math.comb(net.spec.hidden[0], 2)
    own = oracles.loss(net, given)
    assert "begins and ends at the same loss" in picture.sentence
    assert all(curve[at] == pytest.approx(own, rel=1e-5) for curve in curves for at in (0, -1))
    assert (f"The first {len(curves)} of {pairs} are drawn." in picture.sentence) == (pairs > MOST_SMALL_MULTIPLES)
    assert len(curves) == min(pairs, MOST_SMALL_MULTIPLES)


def linear_line(seed: int) -> None:
    net, given = drawn((2, 2, 1), "linear", seed=seed), data(0)
    t = np.linspace(0, 1, POINTS)
    measured = oracles.line_losses(net, swapped(net, 0, 1), given, t)
    formula = 16 * t**2 * (1 - t) ** 2 * measured[POINTS // 2]
    apart = max(abs(a - b) for a, b in zip(measured, formula, strict=True))
    told = linear_line_figure(t, measured, formula).sentence.split("within ")[1].split(" of the measured")[0]
    assert numbers(told)[0] == pytest.approx(apart, rel=0.5)


def valley(seed: int) -> None:
    reach = 1.5 + seed / 20
    axis = np.linspace(-reach, reach, 9)
    picture = valley_figure(axis, (np.outer(axis, axis) - 1) ** 2, surface=bool(seed % 2))
    field, *others = picture.figure.data
    cut = numbers(picture.sentence)[-1]
    assert np.max(field.z) <= cut
    for trace in others[:2]:
        minima = np.asarray(trace.x) * np.asarray(trace.y)
        assert "minima a·w = 1, two valleys at loss 0" in picture.sentence
        np.testing.assert_allclose((minima - 1) ** 2, 0, atol=1e-12)
    assert "(0, 0) is a saddle at loss 1" in picture.sentence
    bend = oracles.numerical_hessian(lambda p: (p[0] * p[1] - 1) ** 2, np.zeros(2))
    assert sorted(np.sign(np.linalg.eigvalsh(bend))) == [-1, 1]


@cache
def body(seed: int) -> pv.Permutohedron:
    if seed % 5 == 4:
        return pv.one_weight_permutohedron(one_weight(seed), subdivisions=1)
    return pv.permutohedron(network(seed), data(seed), 1, subdivisions=1)


def permutohedron(seed: int) -> None:
    """Painted bodies: corners are copies, edges the ways between them, and the dots tell their walls and averages."""
    if seed % 5 == 4:
        task = one_weight(seed)
        net, given, what = (
            task.network(torch.tensor(task.teacher, dtype=torch.float64)),
            task.data,
            "two nodes of neighbouring rank",
        )
    else:
        net, given, what = network(seed), data(seed), "two neighbouring slots"
    picture = permutohedron_figure(body(seed), log=bool(seed % 2))
    assert f"one swap of {what}: both exact" in picture.sentence
    traces: dict[str, Any] = {trace.name: trace for trace in picture.figure.data}
    own, size = oracles.loss(net, given), 1e-9 * max(1.0, float(body(seed).edge_losses.max()))
    rng = random.Random(seed)
    corner = rng.randrange(len(body(seed).corners))
    order = [int(digit) - 1 for digit in traces["copies"].text[corner]]
    orders = [order, *(list(range(n)) for n in net.spec.hidden[1:])]
    copy = oracles.network(net.spec, oracles.vector(oracles.permuted(net, orders)))
    told_order, told_loss = numbers(traces["copies"].hovertext[corner])
    assert (f"{told_order:.0f}", told_loss) == (traces["copies"].text[corner], shown(oracles.loss(copy, given), size))
    assert oracles.loss(copy, given) == pytest.approx(own, rel=1e-9, abs=size)
    edge = rng.randrange(len(body(seed).edges))
    pair, told = re.match(r"(\d ⇄ \d)<br>barrier (.*)", traces["swaps"].text[edge]).groups()  # type: ignore[union-attr]
    i, j = (int(node) - 1 for node in pair.split(" ⇄ "))
    a, b = (_order(traces, int(end)) for end in body(seed).edges[edge])
    slots = [slot for slot in range(len(a)) if a[slot] != b[slot]]
    assert {a[slot] for slot in slots} == {i, j}
    assert abs(slots[0] - slots[1]) == 1 if "slots" in what else abs(i - j) == 1
    t = np.linspace(0, 1, POINTS)
    losses = oracles.line_losses(net, swapped(net, i, j), given, t)
    barrier = float(body(seed).edge_losses[edge].max()) - own
    np.testing.assert_allclose(body(seed).edge_losses[edge, ::10], losses, rtol=1e-9, atol=size)
    assert told_wall(told) == (shown(barrier, size) if barrier > size else 0)
    face = rng.randrange(len(body(seed).faces))
    count, value = numbers(traces["averages"].text[face])
    corners = [_order(traces, int(c)) for c in body(seed).faces[face]]
    copies = [oracles.vector(oracles.permuted(net, [c, *orders[1:]])) for c in corners]
    assert count == len(corners)
    assert value == shown(oracles.loss(oracles.network(net.spec, np.mean(copies, axis=0)), given), 1e-20)


def _order(traces: dict[str, Any], corner: int) -> list[int]:
    return [int(digit) - 1 for digit in traces["copies"].text[corner]]


def plane(seed: int, surface: bool = False) -> None:
    net, given = network(seed), data(seed)
    precision = ("float32", "float64")[seed % 2]
    sliced = pv.random_plane(net, given, seed=seed, resolution=3, dtype=getattr(torch, precision))
    names, title = ["A"], "A random plane"
    picture = (
        plane_surface_figure(sliced, sliced.anchor_losses, names, title) if surface else plane_figure(sliced, names, title)
    )
    assert f"drawn in {precision}" in picture.sentence
    assert picture.figure.data[0].z[1][1] == pytest.approx(loss(seed), rel=1e-4)
    assert "Dark is low" in picture.sentence


def plane_surface(seed: int) -> None:
    plane(seed, surface=True)


CHECKS: dict[str, Callable[[int], None]] = {
    f"{check.__name__}_figure": check
    for check in (barrier_matrix, line, linear_line, permutohedron, plane, plane_surface, swaps, valley)
}
"""A picture's function -> the check of its sentence for one of the thirty."""
