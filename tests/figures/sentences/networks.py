"""Sentences of a network itself: its nodes, its answers, its copies counted, the claims' evidence."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import permviz as pv
from permviz.figures.claims import (
    claim_figure,
    node_pictures_figure,
    subspaces_per_copy_figure,
)
from permviz.figures.count import growth_figure, ratio_figure, subspaces_figure
from permviz.figures.exchange import exchange_figure
from permviz.figures.network import MOST_NODES, networks_figure
from permviz.figures.outputs import output_curves_figure, output_planes_figure, output_scatter_figure
from tests import oracles
from tests.cases import drawn
from tests.figures.sentences.thirty import (
    average,
    data,
    goes_as_said,
    loss,
    network,
    numbers,
    random_order,
    rounding,
    stands_as_said,
    swapped,
)


def networks(seed: int) -> None:
    inputs = 1 + seed
    weights = [np.ones((2, inputs)), np.ones((1, 2))]
    picture = networks_figure([weights] * (1 + seed % 2), ["A", "B"][: 1 + seed % 2], "Networks")
    places = next(trace.x for trace in picture.figure.data if trace.mode == "markers+text")
    assert sum(x == 0 for x in places) == min(inputs, MOST_NODES)
    assert (f"The first {MOST_NODES} of {inputs} inputs are drawn." in picture.sentence) == (inputs > MOST_NODES)
    assert ("one scale for both" in picture.sentence) == (seed % 2 == 1)


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
        stands_as_said(claim_figure(details, "nats").parts[0], barriers, others, rounding(seed))
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


CHECKS: dict[str, Callable[[int], None]] = {
    f"{check.__name__}_figure": check
    for check in (
        claim,
        exchange,
        growth,
        networks,
        node_pictures,
        output_curves,
        output_planes,
        output_scatter,
        ratio,
        subspaces,
        subspaces_per_copy,
    )
}
"""A picture's function -> the check of its sentence for one of the thirty."""
