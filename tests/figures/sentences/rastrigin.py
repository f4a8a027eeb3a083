"""The sentence of every picture of Rastrigin's function and of one-weight neurons, for thirty random settings, against slow
computations of what it says."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

import permviz as pv
from permviz.figures.critical_counts import critical_counts_figure
from permviz.figures.one_weight import neuron_shares_figure, one_weight_plane_figure, one_weight_surface_figure
from permviz.figures.rastrigin import (
    basins_figure,
    race_figure,
    rastrigin_counts_figure,
    rastrigin_line_figure,
    rastrigin_surface_figure,
)
from permviz.rastrigin.descents import METHODS, surface_grid
from tests import oracles
from tests.figures.sentences.thirty import numbers, one_weight, shown

Array = NDArray[np.float64]


def amplitude_and_width(seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    return float(rng.choice([0, 0.04, 1.3, 5, 10, 20])), float(rng.uniform(0.3, 2.6))


def value(points: Array, amplitude: float) -> Array:
    return np.asarray((amplitude + points**2 - amplitude * np.cos(2 * np.pi * points)).sum(-1))


def slope(points: Array, amplitude: float) -> Array:
    return 2 * points + 2 * np.pi * amplitude * np.sin(2 * np.pi * points)


@cache
def roots(seed: int) -> tuple[list[float], list[float]]:
    """Minima and maxima on the line: where the slope changes its sign, on a fine grid that misses 0 and the ends."""
    amplitude, width = amplitude_and_width(seed)
    x = np.linspace(-width, width, 40_002)
    rising = slope(x, amplitude) > 0
    at = (x[1:] + x[:-1]) / 2
    return at[~rising[:-1] & rising[1:]].tolist(), at[rising[:-1] & ~rising[1:]].tolist()


@cache
def points(seed: int) -> pv.RastriginPoints:
    return pv.rastrigin_points(*amplitude_and_width(seed))


def rastrigin_line(seed: int) -> None:
    picture = rastrigin_line_figure(points(seed))
    named = {trace.name: trace for trace in picture.figure.data}
    assert "all roots of f′" in picture.sentence
    for kind, single, found in (("minima", "minimum", roots(seed)[0]), ("maxima", "maximum", roots(seed)[1])):
        trace = named[f"{len(found)} {single if len(found) == 1 else kind}"]
        np.testing.assert_allclose(trace.x, found, atol=1e-3)


def rastrigin_counts(seed: int) -> None:
    minima, maxima = roots(seed)
    picture = rastrigin_counts_figure(points(seed), (1, 2, 3))
    assert f"Exact integers: {len(minima)}ⁿ minima among {len(minima) + len(maxima)}ⁿ critical points" in picture.sentence
    assert numbers(picture.sentence.split("half-width")[1]) == [pytest.approx(amplitude_and_width(seed)[1], rel=1e-5)]
    assert [int(count) for count in picture.figure.data[0].customdata] == [len(minima) ** n for n in (1, 2, 3)]


def minima_of(seed: int) -> torch.Tensor:
    at, index = points(seed).in_plane()
    return at[index == 0]


@cache
def grid(seed: int) -> Any:
    amplitude, width = amplitude_and_width(seed)
    return surface_grid(pv.rastrigin_surface(amplitude), minima_of(seed), width, resolution=5)


def rastrigin_surface(seed: int) -> None:
    picture = rastrigin_surface_figure(grid(seed))
    count = len(roots(seed)[0]) ** 2
    assert (f"{count} minima are marked" if count > 1 else "1 minimum is marked") in picture.sentence
    z = np.asarray(picture.figure.data[0].z)
    axis = np.asarray(picture.figure.data[0].x, dtype=float)
    assert z[1, 3] == pytest.approx(value(np.array([axis[3], axis[1]]), amplitude_and_width(seed)[0]), rel=1e-5)


def nearest_minimum(ends: Array, seed: int) -> list[int]:
    """Of each end, which minimum is within 0.05, or -1."""
    minima = np.array([(a, b) for a in roots(seed)[0] for b in roots(seed)[0]])
    apart = np.linalg.norm(ends[:, None] - minima, axis=-1)
    return [int(row.argmin()) if row.min() <= 0.05 else -1 for row in apart]


def race(seed: int) -> None:
    amplitude, width = amplitude_and_width(seed)
    starts, rate, steps = pv.seeded_starts(5, width, seed), 0.2 / (2 + 40 * amplitude), 30
    descents = [pv.descend(pv.rastrigin_surface(amplitude), starts, m, rate, steps, minima_of(seed)) for m in METHODS]
    picture = race_figure(grid(seed), descents, "A race")
    assert f"5 starts, the same for every method, {steps} steps" in picture.sentence
    assert picture.steps is not None
    outcomes = picture.sentence.split("are the minima. ")[1].split(". Exact surface")[0].split("; ")
    for method, told in zip(METHODS, outcomes, strict=True):
        ends = _descended(method, starts.numpy(), rate, steps, amplitude)
        arrived = {minimum for minimum in nearest_minimum(ends, seed) if minimum >= 0}
        where = {0: "at no minimum", 1: "at 1 minimum"}.get(len(arrived), f"at {len(arrived)} different minima")
        assert told.lower().startswith(f"{method} (learning rate {rate:g}) ended {where}".replace("e-0", "e−")), (told, where)
        median = numbers(picture.steps.headlines[-1].lower().split(method)[1])[0]
        assert median == shown(float(np.median(value(ends, amplitude))), 1e-9)


def _descended(method: str, start: Array, rate: float, steps: int, amplitude: float) -> Array:
    """Step by step, as the papers have them."""
    at, velocity, mean, square = start.copy(), np.zeros_like(start), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, steps + 1):
        gradient = slope(at, amplitude)
        velocity = 0.9 * velocity + gradient
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        adam = mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        at = at - rate * {"gradient descent": gradient, "momentum": velocity, "adam": adam}[method]
    return at


def basins(seed: int) -> None:
    amplitude, width = amplitude_and_width(seed)
    rate, steps, side = 0.5 / (2 + 40 * amplitude), 12, 6
    found = pv.basins(pv.rastrigin_surface(amplitude), minima_of(seed), width, rate, steps, resolution=side)
    axis = np.linspace(-width, width, side)
    ends = _descended("gradient descent", np.array([(x, y) for y in axis for x in axis]), rate, steps, amplitude)
    lost = sum(minimum < 0 for minimum in nearest_minimum(ends, seed))
    told = numbers(basins_figure(found, "Basins").sentence)
    assert told == [pytest.approx(100 * lost / side**2, rel=5.01e-3)]


@cache
def plane(seed: int) -> pv.OneWeightPlane:
    return pv.one_weight_plane(one_weight(seed), half_width=3.0, resolution=5, starts=16, seed=seed)


def loss_of(neurons: pv.OneWeightNeurons, weights: Array) -> float:
    """Of the free weights, by its definition."""
    sigma = oracles.ACTIVATION_VALUES[neurons.activation]
    inputs = np.linspace(-neurons.reach, neurons.reach, neurons.samples)
    errors = [
        sum(sigma(w * x + neurons.bias) for w in weights) - sum(sigma(w * x + neurons.bias) for w in neurons.teacher)
        for x in inputs
    ]
    return math.fsum(e * e for e in errors) / len(errors)


def kind(loss: Callable[[Array], float], at: Array) -> str:
    """Of a critical point, by differences of the loss."""
    curvatures = np.linalg.eigvalsh(oracles.numerical_hessian(loss, at))
    assert np.abs(oracles.numerical_gradient(loss, at)).max() < 1e-6
    falling = int((curvatures < 0).sum())
    return "minimum" if falling == 0 else "maximum" if falling == len(at) else "saddle"


PLURALS = {"minimum": "minima", "saddle": "saddles", "maximum": "maxima"}


def _tells_the_plane(sentence: str, seed: int) -> None:
    found, task = plane(seed), one_weight(seed)
    basis = np.array([[1, -1, 0], [1, 1, -2]]).T / np.sqrt([2, 6])
    centre = np.mean(task.teacher)

    def restricted(at: Array) -> float:
        return loss_of(task, centre + basis @ at)

    copies = [basis.T @ np.array(order) for order in found.neurons.copies().tolist()]
    assert "holds all six copies of the optimum" in sentence
    assert max(restricted(copy) for copy in copies) < 1e-20
    certain = found.critical.index >= 0
    kinds = [kind(restricted, at) for at in found.critical.points[certain].numpy()]
    for name, plural in PLURALS.items():
        count = kinds.count(name)
        told = f"{count} {name if count == 1 else plural}"
        assert (told in sentence) == (count > 0), (sentence, kinds)
    degenerate = int((~certain).sum())
    assert ("degenerate" in sentence) == (degenerate > 0)
    if not len(certain):
        assert "no critical point was found" in sentence
        return
    weights = [centre + basis @ at for at in found.critical.points.numpy()]
    both = sum(np.abs(oracles.numerical_gradient(partial(loss_of, task), w)).max() < 1e-6 for w in weights)
    assert f"{both} of {len(weights)} {'is' if both == 1 else 'are'} critical in all three weights" in sentence


def one_weight_plane(seed: int) -> None:
    picture = one_weight_plane_figure(plane(seed), (0.3, -0.2) if seed % 2 else None)
    _tells_the_plane(picture.sentence, seed)


def one_weight_surface(seed: int) -> None:
    sentence = one_weight_surface_figure(plane(seed)).sentence
    assert "six equal pits" in sentence
    _tells_the_plane(sentence, seed)


def neuron_shares(seed: int) -> None:
    task, weights = one_weight(seed), np.random.default_rng(seed).normal(size=3)
    inputs = task.data.inputs[:, 0]
    shares = task.shares(torch.from_numpy(weights))
    picture = neuron_shares_figure(inputs, shares, task.data.targets[:, 0], weights.tolist())
    assert "each neuron's share of the output, and their sum" in picture.sentence
    sigma = oracles.ACTIVATION_VALUES[task.activation]
    (total,) = [trace.y for trace in picture.figure.data if trace.name == "sum"]
    assert total[7] == pytest.approx(sum(sigma(w * float(inputs[7]) + task.bias) for w in weights), rel=1e-5, abs=1e-5)


def critical_counts(seed: int) -> None:
    bump = pv.OneWeightNeurons((float(np.random.default_rng(seed).uniform(-3, 3)),), "gaussian", bias=1.5, samples=11)
    found = pv.count_critical_points(bump, starts=16)
    picture = critical_counts_figure([found], points(seed) if seed % 2 else None)
    assert "lower bounds" in picture.sentence
    assert ("Dotted: Rastrigin's, exact" in picture.sentence) == bool(seed % 2)
    w = np.linspace(-6, 6, 402)
    fall = np.sign(np.diff([loss_of(bump, np.array([v])) for v in w]))
    pits, tops = (int(((sign * fall[:-1] < 0) & (sign * fall[1:] > 0)).sum()) for sign in (1, -1))
    exist = {"minima": pits, "saddles and maxima": tops}
    bars = {trace.name: int(trace.y[0]) for trace in picture.figure.data if trace.type == "bar"}
    assert bars["minima"] >= 1
    for name, count in bars.items():
        assert count <= exist[name], "a lower bound"


CHECKS: dict[str, Callable[[int], None]] = {
    f"{check.__name__}_figure": check
    for check in (
        basins, critical_counts, neuron_shares, one_weight_plane, one_weight_surface, race, rastrigin_counts, rastrigin_line,
        rastrigin_surface,
    )
}  # fmt: skip
"""A picture's function -> the check of its sentence for one of thirty settings."""
