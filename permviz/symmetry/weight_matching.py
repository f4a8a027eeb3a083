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
PRICED, PRICE_ROUNDS = 64, 10
"""Layers from this width on keep prices for their next assignment."""
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


def assignment(score: Floats, prices: Floats | None = None) -> Ints:
    """``p`` that maximises ``sum_i score[i, p[i]]``.

    Prices of the columns do not change which ``p`` that is, only how soon it is found: those of a problem nearly the same are
    a good guess. They are brought up to date in place, towards dual variables of this problem.
    """
    favourites: Ints = score.argmax(1)
    if len(np.unique(favourites)) == len(favourites):
        return favourites
    cost = -score if prices is None else -score - prices
    cost -= cost.min(1, keepdims=True)
    columns: Ints = linear_sum_assignment(cost)[1]
    if prices is not None:
        slack = cost - cost[np.arange(len(columns)), columns][:, None]
        dual = np.zeros(len(columns))
        for _ in range(PRICE_ROUNDS):  # of Bellman and Ford's shortest paths
            dual = np.minimum(dual, (slack + dual[columns][:, None]).min(0))
        prices += dual
    return columns


class Similarity:
    """Inner products of A's nodes with B's, layer by layer; what has not changed since is not computed again."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self._kept: dict[tuple[int, bool], tuple[Ints, Floats, Floats]] = {}
        self._prices = [np.zeros(n) for n in pair.hidden]

    def incoming(self, layer: int, places: Places) -> Floats:
        """``<(w_i, b_i), (w'_j, b'_j)>``, ``(n, n)``, where the layer before has moved; hidden layers count from 0."""
        a, b = self.pair.a, self.pair.b
        if layer == 0:
            p, s = np.arange(a.weights[0].shape[1]), np.ones(a.weights[0].shape[1])
        else:
            p, s = places.orders[layer - 1], places.signs[layer - 1]
        signs = np.ones(len(s)) if self.pair.even else s
        return self._product((layer, True), a.weights[layer].T, b.weights[layer].T, p, signs)

    def outgoing(self, layer: int, places: Places) -> Floats:
        """``<a_i, a'_j>``, where the layer behind has moved."""
        a, b = self.pair.a.weights[layer + 1], self.pair.b.weights[layer + 1]
        if layer == len(places.orders) - 1:
            return self._product((layer, False), a, b, np.arange(len(a)), np.ones(len(a)))
        return self._product((layer, False), a, b, places.orders[layer + 1], places.signs[layer + 1])

    def _product(self, key: tuple[int, bool], a: Floats, b: Floats, p: Ints, s: Floats) -> Floats:
        """``a^T (s * b[p])``, and the biases' product for incoming weights; only the rows that changed since are computed."""
        if key in self._kept:
            order, sign, product = self._kept[key]
            new = np.flatnonzero((p != order) | (s != sign))
            if not len(new):
                return product
            if 2 * len(new) <= len(p):
                rows = s[new, None] * b[p[new]] - sign[new, None] * b[order[new]]
                product = product + a[new].T @ rows
                self._kept[key] = p, s, product
                return product
        product = a.T @ (s[:, None] * b[p])
        layer, comes_in = key
        if comes_in:
            product += np.outer(self.pair.a.biases[layer], self.pair.b.biases[layer])
        self._kept[key] = p, s, product
        return product

    def best(self, layer: int, incoming: Floats | None, outgoing: Floats | None) -> tuple[Ints, Floats, float]:
        """Order and signs of a layer that maximise the sum of both, and that sum."""
        score, sign = signed_score(self.pair, incoming, outgoing)
        order = assignment(score, self._prices[layer] if len(score) >= PRICED else None)
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


def weight_descent(
    similarity: Similarity, places: Places, rng: np.random.Generator, unsettled: set[int] | None = None
) -> Places:
    """Coordinate descent from ``places``, layers in random order, until no layer gains; the distance never grows.

    ``unsettled`` are layers that may not be the best for their neighbours; all of them if nothing is known.
    """
    pair, layers = similarity.pair, len(places.orders)
    limit = ROUNDING * (pair.a.size + pair.b.size)
    todo = set(range(layers)) if unsettled is None else set(unsettled)
    for _ in range(MOST_SWEEPS):
        for layer in rng.permutation(sorted(todo)).tolist():
            incoming, outgoing = similarity.incoming(layer, places), similarity.outgoing(layer, places)
            order, sign, gained = similarity.best(layer, incoming, outgoing)
            rows, old, s = np.arange(len(order)), places.orders[layer], places.signs[layer]
            held = (incoming[rows, old] * s + outgoing[rows, old] * (1.0 if pair.even else s)).sum()
            todo.discard(layer)
            if gained - held > limit:
                places = places.replaced(layer, order, sign)
                todo |= {layer - 1, layer + 1} & set(range(layers))
        if not todo:
            break
    return places


def starts_of(similarity: Similarity, count: int, rng: np.random.Generator) -> Iterator[tuple[Places, set[int] | None]]:
    """Layer by layer from the outputs; from the inputs; as given; then random ones. With each, the layers not settled yet."""
    pair = similarity.pair
    layers = len(pair.hidden)
    for index in range(count):
        places, unsettled = pair.identity(), None
        if index < 2:
            forwards = index == 1
            for layer in range(layers) if forwards else reversed(range(layers)):
                order, sign, _ = similarity.best(
                    layer,
                    similarity.incoming(layer, places) if forwards or layer == 0 else None,
                    similarity.outgoing(layer, places) if not forwards or layer == layers - 1 else None,
                )
                places = places.replaced(layer, order, sign)
            unsettled = set(range(layers)) - {layers - 1 if forwards else 0}
        elif index > 2:
            for layer, n in enumerate(pair.hidden):
                sign = rng.choice([-1.0, 1.0], n) if pair.signed else np.ones(n)
                places = places.replaced(layer, rng.permutation(n), sign)
        yield places, unsettled


def descents(pair: Pair, starts: int, seed: int) -> Iterator[tuple[Places, float]]:
    """Where descents from ``starts`` starts end, with ``|A - B'|^2``; none after a copy has been found, and one more, from the
    nodes as given, where all others end farther away than that."""
    rng, similarity = np.random.default_rng(seed), Similarity(pair)
    given, least = pair.distance(pair.identity()), np.inf
    if len(pair.hidden) == 1:
        starts = 1  # a single assignment problem, solved exactly from wherever
    for start, unsettled in starts_of(similarity, starts, rng):
        places = weight_descent(similarity, start, rng, unsettled)
        value = pair.distance(places)
        least = min(least, value)
        yield places, value
        if least <= EXACT * (pair.a.size + pair.b.size):
            return
    if least > given:
        places = weight_descent(similarity, pair.identity(), rng)
        yield places, pair.distance(places)


def match_weights(pair: Pair, starts: int, seed: int) -> Found:
    """The nearest moved B that descents from ``starts`` starts find, by ``|A - B'|^2``."""
    ends = list(descents(pair, starts, seed))
    places, value = min(ends, key=lambda end: end[1])
    hits = sum(other <= value + ROUNDING * (pair.a.size + pair.b.size) for _, other in ends)
    return Found(places, value, pair.distance(pair.identity()), len(ends), hits)
