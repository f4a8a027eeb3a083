"""The straight-through estimator: a move learnt for the loss at the midpoint (Ainsworth, Hayase & Srinivasa 2023, algorithm 2).

Latent weights start as A's. At every step B is moved to where it is nearest to them, which is weight matching; the loss of
``(A + B') / 2`` has a gradient with respect to ``B'``, and the latent weights take the step as if they were ``B'`` themselves.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from permviz.derivatives.passes import loss_and_gradient
from permviz.landscape.lines import Lines
from permviz.networks.activations import get_activation
from permviz.networks.datasets import Dataset
from permviz.networks.evaluation import LARGEST
from permviz.networks.network import Network
from permviz.symmetry.pairs import Floats, Pair, Places, Point
from permviz.symmetry.weight_matching import ROUNDING, Found, Similarity, descents, weight_descent

STEPS = 60
LONGEST, SHORTEST = 0.3, 0.01
"""First and last step of Adam on the latent weights, in units of the root mean square of A's parameters."""
FIRST, SECOND = 0.9, 0.99


def match_straight_through(pair: Pair, activation: str, data: Dataset, starts: int, seed: int, steps: int = STEPS) -> Found:
    """The move of least barrier at the midpoint among those met: ends of weight matching, what follows, and B as it is.

    ``L((A + B') / 2) - (L(A) + L(B)) / 2``, and 0 where that is negative: no barrier is lower than none, as that of a copy.
    Where A or B has a loss that is not finite it is not a number, and the nearest B' is told.
    """
    rng, identity = np.random.default_rng(seed), pair.identity()
    start, end = (midpoint(replace(pair, a=p, b=p), identity, activation, data)[0] for p in (pair.a, pair.b))
    level = ROUNDING * (abs(start) + abs(end))

    def judged(places: Places) -> tuple[float, Floats]:
        loss, slope = midpoint(pair, places, activation, data)
        losses = torch.tensor([start, loss, end], dtype=torch.float64)
        barrier = float(Lines(torch.tensor([0.0, 0.5, 1.0], dtype=torch.float64), losses).barrier())
        return (0.0 if barrier <= level else barrier), slope

    ends = [places for places, _ in sorted(descents(pair, starts, seed), key=lambda end: end[1])]  # the nearest first
    met = [(judged(places)[0], places) for places in (*ends, identity)]
    given = met[-1][0]
    best_value, best = min(met, key=lambda one: one[0])
    places = min(met[:-1], key=lambda one: one[0])[1]
    theta = _vector(pair.a)
    latent, unit = theta.copy(), float(np.sqrt(np.mean(theta**2)))
    mean, square = np.zeros_like(theta), np.zeros_like(theta)
    for step in range(1, steps + 1):
        if best_value == 0:
            break
        value, slope = judged(places)
        if not float(np.abs(slope).max()) <= LARGEST:  # nor if it is no number: its squares would overflow
            break
        if value < best_value:
            best, best_value = places, value
        mean, square = FIRST * mean + (1 - FIRST) * slope, SECOND * square + (1 - SECOND) * slope**2
        size = np.sqrt(square / (1 - SECOND**step))
        rate = unit * LONGEST * (SHORTEST / LONGEST) ** (step / steps)
        latent = latent - rate * (mean / (1 - FIRST**step)) / (size + 1e-12 * (float(size.max()) or 1.0))
        places = weight_descent(Similarity(replace(pair, a=_point(latent, pair.a))), places, rng)
    return Found(best, best_value, given, len(ends), 1)


def midpoint(pair: Pair, places: Places, activation: str, data: Dataset) -> tuple[float, Floats]:
    """The loss of ``(A + B') / 2``, and its gradient with respect to ``B'``, both in the pair's coordinates."""
    other = pair.moved(places)
    weights = [(v + w) / 2 for v, w in zip(pair.a.weights, other.weights, strict=True)]
    biases = [(b + c) / 2 for b, c in zip(pair.a.biases, other.biases, strict=True)]
    shifted = pair.signed and get_activation(activation).symmetry == "sigmoid"
    if shifted:  # back from b + W 1/2
        biases = [biases[0], *(b - w.sum(1) / 2 for w, b in zip(weights[1:], biases[1:], strict=True))]
    network = Network(tuple(map(torch.from_numpy, weights)), tuple(map(torch.from_numpy, biases)), activation)
    loss, gradient = loss_and_gradient(network, data)
    slopes = [w.numpy() / 2 for w in gradient.weights], [b.numpy() / 2 for b in gradient.biases]
    if shifted:
        later = zip(slopes[0][1:], slopes[1][1:], strict=True)
        slopes = [slopes[0][0], *(w - b[:, None] / 2 for w, b in later)], slopes[1]
    return float(loss), np.concatenate([p.ravel() for p in (*slopes[0], *slopes[1])])


def _vector(point: Point) -> Floats:
    return np.concatenate([p.ravel() for p in (*point.weights, *point.biases)])


def _point(vector: Floats, like: Point) -> Point:
    parts, at = [], 0
    for p in (*like.weights, *like.biases):
        parts.append(vector[at : at + p.size].reshape(p.shape))
        at += p.size
    return Point(parts[: len(like.weights)], parts[len(like.weights) :], like.scales)
