"""Sentences of averages of copies, and of what Jensen's inequality demands of them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

import permviz as pv
from permviz.figures.average import jensen_figure, matrices_figure, midpoints_figure
from permviz.figures.averaging import Answers, averaging_figure
from permviz.figures.claims import (
    average_line_figure,
    averaged_matrix_figure,
    two_averages_figure,
)
from permviz.figures.outputs import output_curves_figure
from permviz.figures.picture import Steps
from tests import oracles
from tests.figures.sentences.thirty import (
    average,
    data,
    goes_as_said,
    loss,
    network,
    numbers,
    shown,
    stands_as_said,
)

POINTS = 11


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
    stands_as_said(first, own[1].tolist(), others)


def matrices(seed: int) -> None:
    rng = np.random.default_rng(seed)
    given = [rng.integers(-99, 100, (2, 2)) / 2 for _ in range(2)]
    picture = matrices_figure(given, ["M₁", "M₂"])
    assert "A column is a layer" in picture.sentence
    for trace, matrix in zip(picture.figure.data, given, strict=True):
        assert [[numbers(text)[0] for text in row] for row in trace.text] == matrix.tolist()


CHECKS: dict[str, Callable[[int], None]] = {
    f"{check.__name__}_figure": check
    for check in (average_line, averaged_matrix, averaging, jensen, matrices, midpoints, two_averages)
}
"""A picture's function -> the check of its sentence for one of the thirty."""
