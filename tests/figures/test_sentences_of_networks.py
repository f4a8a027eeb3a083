"""The sentence of every picture of networks, drawn for thirty random ones, against slow computations of what it says.

A check draws the picture of one of the thirty and reads its sentence: numbers, comparisons, counts. Every public function of
:mod:`permviz.figures` that makes a picture has one, here or in ``.._of_surfaces.py`` or ``.._of_pairs.py``.
"""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.figures.average import jensen_figure, matrices_figure, midpoints_figure
from permviz.figures.averaging import Answers, averaging_figure
from permviz.figures.claims import (
    average_line_figure,
    averaged_matrix_figure,
    claim_figure,
    node_pictures_figure,
    subspaces_per_copy_figure,
    two_averages_figure,
)
from permviz.figures.count import growth_figure, ratio_figure, subspaces_figure
from permviz.figures.exchange import exchange_figure
from permviz.figures.linear import linear_line_figure, valley_figure
from permviz.figures.lines import MOST_SMALL_MULTIPLES, barrier_matrix_figure, line_figure, swaps_figure
from permviz.figures.network import MOST_NODES, networks_figure
from permviz.figures.outputs import output_curves_figure, output_planes_figure, output_scatter_figure
from permviz.figures.permutohedron import permutohedron_figure
from permviz.figures.picture import Steps
from permviz.figures.planes import plane_figure, plane_surface_figure
from permviz.networks.digits import NO_WALL
from tests import oracles
from tests.cases import drawn
from tests.figures.thirty import (
    SEEDS,
    average,
    data,
    goes_as_said,
    loss,
    network,
    numbers,
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


def to_average(seed: int) -> pv.LineSlice:
    return pv.line_slice(network(seed), pv.symmetric_average(network(seed)), data(seed), points=5)


def average_line(seed: int) -> None:
    line = to_average(seed)
    sentence = average_line_figure(line.t, line.losses, "nats").sentence
    assert "Exact, 5 points" in sentence
    goes_as_said(sentence.split("the loss goes")[1], loss(seed), oracles.loss(average(network(seed)), data(seed)))


def two_averages(seed: int) -> None:
    line, low, high = to_average(seed), *np.random.default_rng(seed).integers(0, 9, 2)
    sentence = two_averages_figure(line.t, np.linspace(low, high, 5), line.losses).sentence
    first, second = sentence.split(", and averaging all its copies leads your network")
    goes_as_said(first.split("leads Rastrigin")[1], low, high)
    goes_as_said(second, loss(seed), oracles.loss(average(network(seed)), data(seed)))


def averaged_matrix(seed: int) -> None:
    net = network(seed)
    layer = 1 + seed % len(net.weights)
    before, after = (oracles.parameters(n)[layer - 1][0] for n in (net, average(net)))
    sentence = averaged_matrix_figure(before, after, layer).sentence
    alike = [len(set(map(tuple, matrix.round(9).tolist()))) == 1 < len(matrix) for matrix in (after, after.T)]
    words = [" and ".join(w for w, same in zip(("all rows", "all columns"), alike, strict=True) if same), "neither all rows"]
    assert f"In the average {words[0] or words[1]}" in sentence
    assert sentence.endswith("are alike.")


def averaging(seed: int) -> None:
    net, given = network(seed), data(seed)
    curve, side = pv.jensen_curve(net, given, most=4), 2 + seed % 5
    axis = np.linspace(-1, 1, side)
    points = np.asarray(given.inputs)[:, 0], np.asarray(given.targets)[:, 0]
    below = output_curves_figure(axis, {"A": axis, "mean": axis}, points, "x")
    steps = Steps("Copies", ["1 copy"], ["One."], 0, [np.zeros(1, np.float32)])
    over = jensen_figure(curve, (1.0, loss(seed)), loss_label="nats")
    sentence = averaging_figure(over, [(1.0, loss(seed))], Answers(below, 2, [{"y": axis}]), steps).sentence
    assert "4 copies drawn at random" in sentence
    assert f"Exact at {side} inputs" in sentence


def jensen(seed: int) -> None:
    curve = pv.jensen_curve(network(seed), data(seed), most=20)
    picture = jensen_figure(curve, loss_label="mean squares")
    copies = math.prod(math.factorial(n) for n in network(seed).spec.hidden)
    assert ("Exact, all copies" in picture.sentence) == (copies <= 20)
    assert ("20 copies drawn at random" in picture.sentence) == (copies > 20)
    levels = [numbers(note.text.split(": ")[1])[0] for note in picture.figure.layout.annotations]
    own, mean = loss(seed), oracles.loss(average(network(seed)), data(seed))
    assert levels == [shown(own), shown(mean, 1e-20)]


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


def midpoints(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = {name: np.round(rng.normal(size=rng.integers(1, 9)), 1) for name in "ab"[: 1 + seed % 2]}
    own = ("this network", np.round(rng.normal(size=rng.integers(1, 7)), 2)) if seed % 3 else None
    picture = midpoints_figure(rows, own, "nats")
    first, _ = picture.parts
    for name, values in [*rows.items(), *([own] if own else [])]:
        (label,) = [text for text in picture.figure.layout.yaxis.ticktext if text.startswith(f"{name}:")]
        assert label.endswith(f"{sum(v > 0 for v in values) / len(values):.0%} above 0")
    if own is None:
        assert "this network" not in picture.sentence
        return
    others = [v for values in rows.values() for v in values]
    _stands_as_said(first, own[1].tolist(), others)


def _stands_as_said(sentence: str, own: list[float], others: list[float], size: float = 0.0) -> None:
    told, ordered = numbers(sentence), sorted(own)
    middle = (ordered[len(own) // 2] + ordered[(len(own) - 1) // 2]) / 2
    assert told[-1] == pytest.approx(100 * sum(v < middle for v in others) / len(others), abs=0.51)
    if len(own) == 1:
        assert told[:2] == [1, shown(middle, size)]
        assert ("is worse than its ends (a triangle)" in sentence) == (middle > size)
    else:
        assert told[:2] == [sum(v > size for v in own), len(own)]
        assert told[2:4] == [shown(ordered[0], size), shown(ordered[-1], size)]


def matrices(seed: int) -> None:
    rng = np.random.default_rng(seed)
    given = [rng.integers(-99, 100, (2, 2)) / 2 for _ in range(2)]
    picture = matrices_figure(given, ["M₁", "M₂"])
    assert "A column is a layer" in picture.sentence
    for trace, matrix in zip(picture.figure.data, given, strict=True):
        assert [[numbers(text)[0] for text in row] for row in trace.text] == matrix.tolist()


def networks(seed: int) -> None:
    inputs = 1 + seed
    weights = [np.ones((2, inputs)), np.ones((1, 2))]
    picture = networks_figure([weights] * (1 + seed % 2), ["A", "B"][: 1 + seed % 2], "Networks")
    places = next(trace.x for trace in picture.figure.data if trace.mode == "markers+text")
    assert sum(x == 0 for x in places) == min(inputs, MOST_NODES)
    assert (f"The first {MOST_NODES} of {inputs} inputs are drawn." in picture.sentence) == (inputs > MOST_NODES)
    assert ("one scale for both" in picture.sentence) == (seed % 2 == 1)


def random_order(net: pv.Network, seed: int) -> pv.Permutation:
    """One that moves a node."""
    generator = random.Random(seed)
    while True:
        orders = [generator.sample(range(n), n) for n in net.spec.hidden]
        if any(order != sorted(order) for order in orders):
            return pv.Permutation(orders)


def exchange(seed: int) -> None:
    net = network(seed)
    order = random_order(net, seed)
    sentence = exchange_figure(net.spec.widths, order).sentence
    _exchanged(sentence, order)


def _exchanged(sentence: str, order: pv.Permutation) -> None:
    first, second, layer = map(int, numbers(sentence))
    moved = [k for k, nodes in enumerate(order.orders, start=1) if nodes.tolist() != sorted(nodes.tolist())]
    held = order.orders[layer - 1].tolist()
    assert layer == moved[0]
    assert first != second
    assert held[first - 1] == second - 1, "the second stands where the first stood"


def node_pictures(seed: int) -> None:
    n = 2 + seed % 3
    order = random.Random(seed).sample(range(n), n)
    values = np.random.default_rng(seed).normal(size=(n, 3, 3) if seed % 2 else (n, 3))
    picture = node_pictures_figure(values, values[order], order, 1 + seed % 3)
    assert numbers(picture.sentence)[0] == 1 + seed % 3
    assert ("input plane" in picture.sentence) == bool(seed % 2)
    bold = [note.text for note in picture.figure.layout.annotations if note.text.startswith("<b>")]
    assert bold == [f"<b>{node + 1}</b>" for slot, node in enumerate(order) if node != slot]


def claim(seed: int) -> None:
    """Its pictures are those above, of what the evidence holds."""
    with_pictures = [c.number for c in pv.CLAIMS if c.number not in (2, 10, 12)]
    number = with_pictures[seed % len(with_pictures)]
    net, order = network(seed), random_order(network(seed), seed)
    details = pv.claim_evidence(number, net, data(seed), order).details
    sentence = claim_figure(details, "nats").sentence
    if number == 1:
        _exchanged(sentence, order)
    if number == 3:
        assert "In the average all rows" in sentence
    if number in (4, 7):
        goes_as_said(
            re.split("the loss goes|leads your network", sentence)[1], loss(seed), oracles.loss(average(net), data(seed))
        )
    if number == 5:
        pairs = [(k, *p) for k, n in enumerate(net.spec.hidden, 1) for p in itertools.combinations(range(n), 2)]
        middles = [oracles.interpolated(net, swapped(net, i, j, k), 0.5) for k, i, j in pairs]
        barriers = [oracles.loss(middle, data(seed)) - loss(seed) for middle in middles]
        starts = [pv.init_network(net.spec, start) for start in range(3)]
        details = replace(details, random=pv.midpoint_barriers(pv.stack(starts), data(seed)).barriers.flatten())
        middles = [(n, oracles.interpolated(n, swapped(n, i, j, k), 0.5)) for n in starts for k, i, j in pairs]
        others = [oracles.loss(middle, data(seed)) - oracles.loss(n, data(seed)) for n, middle in middles]
        _stands_as_said(claim_figure(details, "nats").parts[0], barriers, others, rounding(seed))
    if number in (8, 9):
        losses = details.line.losses.numpy()
        chord = np.linspace(losses[0], losses[-1], len(losses))
        assert ("here it does not." in sentence) == ((losses - chord).max() <= 1e-9 * max(losses))
    if number == 11 and details is not None:
        assert numbers(sentence)[0] == next(k for k, o in enumerate(order.orders, 1) if o.tolist() != sorted(o.tolist()))


def growth(seed: int) -> None:
    net = network(seed)
    copies = math.prod(len(list(itertools.permutations(range(n)))) for n in net.spec.hidden)
    widths, mean = list(range(1, 3 + seed)), sum(net.spec.hidden) / len(net.spec.hidden)
    own = "this network", mean, math.log10(copies)
    curve = [math.log10(math.factorial(n)) for n in widths]
    picture = growth_figure(widths, {"1 hidden layer": curve}, own)
    assert "∏ nₖ!" in picture.sentence
    exact = [math.lgamma(n + 1) / math.log(10) for n in widths]
    np.testing.assert_allclose(picture.figure.data[0].y, exact, rtol=1e-6, atol=1e-6)
    assert "The diamond is this network, at the mean of its widths." in picture.sentence
    assert picture.figure.data[-1].marker.symbol == "diamond"
    assert (picture.figure.data[-1].x[0], picture.figure.data[-1].y[0]) == (mean, math.log10(copies))


@cache
def surjections(kinds: int, nodes: int) -> int:
    """Maps of so many nodes onto so many kinds: the last node alone of its kind, or not."""
    if kinds in (0, nodes) or kinds > nodes:
        return math.factorial(nodes) if kinds == nodes else 0
    return kinds * (surjections(kinds, nodes - 1) + surjections(kinds - 1, nodes - 1))


def bell(n: int) -> int:
    return sum(surjections(k, n) // math.factorial(k) for k in range(n + 1))


def ratio(seed: int) -> None:
    widths = list(range(1, 4 + seed))
    exact = [sum(surjections(r, m) for r in range(1, m + 1)) / math.factorial(m) for m in widths]
    formula = [1 / (2 * math.log(2) ** (m + 1)) for m in widths]
    picture = ratio_figure(widths, exact, formula)
    assert "1 / (2 (ln 2)ᵐ⁺¹) ≈ 0.72 · 1.44ᵐ" in picture.sentence
    for m, (counted, curve) in enumerate(zip(exact, formula, strict=True), start=1):
        assert curve == pytest.approx(0.72 * 1.44**m, rel=2e-3 * (1 + m))
        assert counted == pytest.approx(curve, rel=0.05)


def subspaces(seed: int) -> None:
    r, m = 1 + seed % 6, 1 + seed % 6 + seed // 6
    widths = list(range(r, r + 8))
    minima = [sum(math.comb(w, u) * surjections(r, w - u) * bell(u) for u in range(w - r + 1)) for w in widths]
    critical = [sum(surjections(k, w) for k in range(1, r)) for w in widths]
    logarithms = (
        [[math.log10(v) for v in values] for values in (minima, critical)] if r > 1 else [list(map(math.log10, minima)), None]
    )
    sentence = subspaces_figure(widths, *logarithms, r, m).sentence
    more = [a > b for a, b in zip(minima, critical, strict=True)]
    assert sentence.startswith("No width is narrower") == (r == 1)
    if r > 1 and all(more):
        assert f"outnumber the critical subspaces at every width from {widths[0]} to {widths[-1]}" in sentence
    elif r > 1 and more[-1]:
        start = next(w for k, w in enumerate(widths) if all(more[k:]))
        assert sentence.startswith(f"From m = {start} on, up to {widths[-1]}, the minima outnumber")
    elif r > 1:
        assert sentence.startswith(f"The minima do not outnumber the critical subspaces up to m = {widths[-1]}")


def subspaces_per_copy(seed: int) -> None:
    widths, width = list(range(1, 9)), 1 + seed % 9
    ratios = [sum(surjections(r, m) for r in range(1, m)) / math.factorial(m) for m in widths]
    picture = subspaces_per_copy_figure(widths, ratios, width)
    assert "Exact counts of subspaces, for one hidden layer" in picture.sentence
    curve, own = picture.figure.data
    assert list(curve.y) == [r for r in ratios if r]
    assert own.name == f"your widest layer: {width}"
    assert list(own.x) == [width] * (2 <= width <= 8)


def output_planes(seed: int) -> None:
    net, given = drawn((2, 3, 1), seed=seed), data(0)
    x, y = np.linspace(-1, 1, 2 + seed % 4), np.linspace(-1, 1, 3)
    values = oracles.outputs(net, [(a, b) for b in y for a in x]).reshape(len(y), len(x))
    kind = ("value", "probability", "class")[seed % 3]
    z = {"value": values, "probability": 1 / (1 + np.exp(-values)), "class": (values > 0) * 1}[kind]
    points = given.inputs[:, 0].numpy(), given.inputs[:, 1].numpy(), (given.targets[:, 0].numpy() > 0) * 1
    picture = output_planes_figure(x, y, [z, z], ["A", "B"], points, ("x", "y"), kind=kind, outputs=("no", "yes"))
    assert f"{len(x)} × {len(y)} inputs" in picture.sentence
    if kind == "probability":
        assert "Blue: “yes” is likely; orange: “no”; the line between: P = ½." in picture.sentence
        field = picture.figure.data[0]
        assert (field.contours.start, field.zmin, field.zmax) == (0.5, 0, 1)
        np.testing.assert_allclose(np.asarray(field.z) > 0.5, values > 0)


def output_curves(seed: int) -> None:
    x = np.linspace(-1, 1, 2 + seed)
    sentence = output_curves_figure(x, {"A": x, "B": -x}, (x, x), "x").sentence
    assert numbers(sentence.replace("float64", "")) == [2 + seed]


def output_scatter(seed: int) -> None:
    net, given = network(seed), data(seed)
    own = net(given.inputs)
    picture = output_scatter_figure(own, pv.symmetric_average(net)(given.inputs), "Outputs")
    expected = oracles.outputs(net, given.inputs.numpy())
    assert "Each point is one output for one sample." in picture.sentence
    assert len(picture.figure.data[0].x) == expected.size
    np.testing.assert_allclose(picture.figure.data[0].x, expected.ravel(), rtol=1e-5, atol=1e-5)


@cache
def body(seed: int) -> pv.Permutohedron:
    if seed % 5 == 4:
        return pv.one_weight_permutohedron(one_weight(seed), subdivisions=1)
    return pv.permutohedron(network(seed), data(seed), 1, subdivisions=1)


def one_weight(seed: int) -> pv.OneWeightNeurons:
    steps = 0.4 + np.random.default_rng(seed).random(3)
    return pv.OneWeightNeurons(tuple((np.cumsum(steps) - 2).tolist()), ("sin", "tanh", "gaussian")[seed % 3], 0.5)


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
    for check in (
        average_line, averaged_matrix, averaging, barrier_matrix, claim, exchange, growth, jensen, line, linear_line, matrices,
        midpoints, networks, node_pictures, output_curves, output_planes, output_scatter, permutohedron, plane, plane_surface,
        ratio, subspaces, subspaces_per_copy, swaps, two_averages, valley,
    )
}  # fmt: skip
"""A picture's function -> the check of its sentence for one of the thirty."""


FORMULAS = {"growth_figure", "ratio_figure", "valley_figure", "matrices_figure", "averaging_figure"}
"""Their sentences say the same of every network, or are other pictures': some are enough."""


@pytest.mark.parametrize(
    ("name", "seed"), [(name, seed) for name in CHECKS for seed in (SEEDS[:6] if name in FORMULAS else SEEDS)]
)
def test_the_sentence_says_what_is_so(name: str, seed: int) -> None:
    CHECKS[name](seed)
