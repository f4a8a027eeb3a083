"""Weight matching (Ainsworth, Hayase & Srinivasa 2023, algorithm 1): coordinate descent over assignment problems.

The moved B nearest to A maximises ``sum_k <W_k, M_k W'_k M_{k-1}^-1> + <b_k, M_k b'_k>``, whose part in one layer's ``M_k`` is
linear: a linear assignment problem, solved exactly. With signs a pair of nodes counts by the size of its inner product. One
hidden layer is solved exactly so; more are NP-hard, so the descent sets out from several starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from permviz.symmetry.pairs import Floats, Ints, Pair, Places

ROUNDING = 1e-12
"""Gains up to this part of the largest possible are rounding: the descent would not end."""
MOST_SWEEPS = 1000
EXACT = 1e-24
"""``|A - B|^2`` as a part of ``|A|^2 + |B|^2`` at which B is a copy, and no other start is tried."""


@dataclass(frozen=True, eq=False)
class Found:
    """The best of several searches.

    Attributes:
        places: where the nodes go.
        value: its objective, less is better.
        start: the objective where the nodes are as given.
        tried, hits: how many starts there were, and how many came as low to rounding.
    """

    places: Places
    value: float
    start: float
    tried: int
    hits: int


def assignment(score: Floats) -> Ints:
    """``p`` that maximises ``sum_i score[i, p[i]]``."""
    favourites: Ints = score.argmax(1)
    if len(np.unique(favourites)) == len(favourites):
        return favourites
    columns: Ints = linear_sum_assignment(score, maximize=True)[1]
    return columns


class Similarity:
    """Inner products of A's nodes with B's, layer by layer; what never changes is computed once."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self._first: Floats | None = None
        self._last: Floats | None = None

    def incoming(self, layer: int, places: Places) -> Floats:
        """``<(w_i, b_i), (w'_j, b'_j)>``, ``(n, n)``, where the layer before has moved; hidden layers count from 0."""
        a, b = self.pair.a, self.pair.b
        if layer == 0:
            if self._first is None:
                self._first = a.weights[0] @ b.weights[0].T + np.outer(a.biases[0], b.biases[0])
            return self._first
        p, s = places.orders[layer - 1], places.signs[layer - 1]
        columns = b.weights[layer][:, p] if self.pair.even else b.weights[layer][:, p] * s
        product: Floats = a.weights[layer] @ columns.T + np.outer(a.biases[layer], b.biases[layer])
        return product

    def outgoing(self, layer: int, places: Places) -> Floats:
        """``<a_i, a'_j>``, where the layer behind has moved."""
        a, b = self.pair.a.weights[layer + 1], self.pair.b.weights[layer + 1]
        if layer == len(places.orders) - 1:
            if self._last is None:
                self._last = a.T @ b
            return self._last
        p, s = places.orders[layer + 1], places.signs[layer + 1]
        product: Floats = a.T @ (s[:, None] * b[p])
        return product

    def best(self, incoming: Floats | None, outgoing: Floats | None) -> tuple[Ints, Floats, float]:
        """Order and signs of a layer that maximise the sum of both, and that sum."""
        score, sign = signed_score(self.pair, incoming, outgoing)
        order = assignment(score)
        chosen = np.arange(len(order)), order
        return order, sign[chosen], float(score[chosen].sum())


def signed_score(pair: Pair, incoming: Floats | None, outgoing: Floats | None) -> tuple[Floats, Floats]:
    """What each pair of nodes scores with its better sign, and that sign."""
    if pair.signed and pair.even:
        size: Floats = np.zeros_like(outgoing) if incoming is None else incoming
        score = np.abs(size) if outgoing is None else np.abs(size) + outgoing
        return score, np.where(size < 0, -1.0, 1.0)
    total = incoming if outgoing is None else outgoing if incoming is None else incoming + outgoing
    assert total is not None
    return (np.abs(total), np.where(total < 0, -1.0, 1.0)) if pair.signed else (total, np.ones_like(total))


def weight_descent(similarity: Similarity, places: Places, rng: np.random.Generator) -> Places:
    """Coordinate descent from ``places``, layers in random order, until no layer gains; the distance never grows."""
    pair, layers = similarity.pair, len(places.orders)
    limit = ROUNDING * (pair.a.size + pair.b.size)
    open_layers = set(range(layers))
    for _ in range(MOST_SWEEPS):
        for layer in rng.permutation(sorted(open_layers)).tolist():
            incoming, outgoing = similarity.incoming(layer, places), similarity.outgoing(layer, places)
            order, sign, gained = similarity.best(incoming, outgoing)
            rows, old, s = np.arange(len(order)), places.orders[layer], places.signs[layer]
            held = (incoming[rows, old] * s + outgoing[rows, old] * (1.0 if pair.even else s)).sum()
            open_layers.discard(layer)
            if gained - held > limit:
                places = places.replaced(layer, order, sign)
                open_layers |= {layer - 1, layer + 1} & set(range(layers))
        if not open_layers:
            break
    return places


def starts_of(similarity: Similarity, count: int, rng: np.random.Generator) -> Iterator[Places]:
    """As given; layer by layer from the inputs; from the outputs; then random ones."""
    pair = similarity.pair
    layers = len(pair.hidden)
    for index in range(count):
        places = pair.identity()
        if index in (1, 2):
            for layer in range(layers) if index == 1 else reversed(range(layers)):
                fixed_in = index == 1 or layer == 0
                fixed_out = index == 2 or layer == layers - 1
                order, sign, _ = similarity.best(
                    similarity.incoming(layer, places) if fixed_in else None,
                    similarity.outgoing(layer, places) if fixed_out else None,
                )
                places = places.replaced(layer, order, sign)
        elif index:
            for layer, n in enumerate(pair.hidden):
                sign = rng.choice([-1.0, 1.0], n) if pair.signed else np.ones(n)
                places = places.replaced(layer, rng.permutation(n), sign)
        yield places


def descents(pair: Pair, starts: int, seed: int) -> Iterator[tuple[Places, float]]:
    """Where descents from ``starts`` starts end, with ``|A - B'|^2``; none after a copy has been found."""
    rng, similarity = np.random.default_rng(seed), Similarity(pair)
    if len(pair.hidden) == 1:
        starts = 1  # a single assignment problem, solved exactly from wherever
    for start in starts_of(similarity, starts, rng):
        places = weight_descent(similarity, start, rng)
        value = pair.distance(places)
        yield places, value
        if value <= EXACT * (pair.a.size + pair.b.size):
            return


def match_weights(pair: Pair, starts: int, seed: int) -> Found:
    """The nearest moved B that descents from ``starts`` starts find, by ``|A - B'|^2``."""
    ends = list(descents(pair, starts, seed))
    places, value = min(ends, key=lambda end: end[1])
    hits = sum(other <= value + ROUNDING * (pair.a.size + pair.b.size) for _, other in ends)
    return Found(places, value, pair.distance(pair.identity()), len(ends), hits)
