"""Matching all layers at once: Frank and Wolfe's method on doubly stochastic matrices (Crisostomi et al. 2024, C2M3).

``f(M) = sum_k <W_k, M_k W'_k M_{k-1}^T> + <b_k, M_k b'_k>`` is maximised over the convex hull of the moves: the gradient's best
vertex is an assignment problem a layer, and between two points ``f`` is a quadratic, whose maximum is known. The end is rounded
to the vertex that has most of it, from which a descent over single layers (weight matching's) goes on if it can.
"""

from __future__ import annotations

import numpy as np

from permviz.symmetry.pairs import Floats, Pair, Places
from permviz.symmetry.weight_matching import ROUNDING, Found, Similarity, assignment, signed_score, weight_descent

STEPS = 100
GAP = 1e-7
"""``<gradient, vertex - M>`` as a part of ``|A|^2 + |B|^2`` at which the search ends."""

Hull = list[tuple[Floats, Floats]]
"""For each layer what multiplies the rows of ``W_k``, and the columns of ``W_{k+1}``: the same, but for even activations."""


def match_frank_wolfe(pair: Pair, starts: int, seed: int) -> Found:
    """The nearest moved B that the method finds: from the middle of the hull, and halfway from there to random moves.

    Where all of these end farther away than the nodes as given, a descent from there is one start more.
    """
    rng, similarity, scale = np.random.default_rng(seed), Similarity(pair), pair.a.size + pair.b.size
    given, ends = pair.distance(pair.identity()), []

    def ended(start: Places) -> float:
        places = weight_descent(similarity, start, rng)
        ends.append((places, pair.distance(places)))
        return ends[-1][1]

    for index in range(1 if len(pair.hidden) == 1 else starts):
        hull = [_towards(n, pair.signed, rng if index else None) for n in pair.hidden]
        if ended(_rounded(pair, _climb(pair, hull))) <= ROUNDING**2 * scale:
            break
    if min(value for _, value in ends) > given:
        ended(pair.identity())
    places, value = min(ends, key=lambda end: end[1])
    hits = sum(other <= value + ROUNDING * scale for _, other in ends)
    return Found(places, value, given, len(ends), hits)


def _towards(n: int, signed: bool, rng: np.random.Generator | None) -> tuple[Floats, Floats]:
    middle = np.full((n, n), 1 / n)
    if rng is None:
        return middle, middle
    vertex = np.eye(n)[rng.permutation(n)]
    sign = rng.choice([-1.0, 1.0], (n, 1)) if signed else 1.0
    return (middle + sign * vertex) / 2, (middle + vertex) / 2


def _climb(pair: Pair, hull: Hull) -> Hull:
    if not pair.even:
        hull = [(rows, rows) for rows, _ in hull]
    limit = GAP * (pair.a.size + pair.b.size)
    for _ in range(STEPS):
        slopes = _gradient(pair, hull)
        vertices = [_vertex(pair, *slope) for slope in slopes]
        ways = [(v - x, w - y) for (v, w), (x, y) in zip(vertices, hull, strict=True)]
        first = sum(np.vdot(g, d) + np.vdot(h, e) for (g, h), (d, e) in zip(slopes, ways, strict=True))
        if first <= limit:
            break
        second = sum(np.vdot(pair.a.weights[k], ways[k][0] @ pair.b.weights[k] @ ways[k - 1][1].T) for k in range(1, len(ways)))
        step = 1.0 if second >= -first / 2 else float(-first / (2 * second))
        hull = [(x + step * d, y + step * e) for (x, y), (d, e) in zip(hull, ways, strict=True)]
    return hull


def _gradient(pair: Pair, hull: Hull) -> list[tuple[Floats, Floats]]:
    """``df/d rows`` and ``df/d columns`` of each layer."""
    a, b, found = pair.a, pair.b, []
    for k in range(len(hull)):
        columns = b.weights[k] if k == 0 else b.weights[k] @ hull[k - 1][1].T
        rows = b.weights[k + 1] if k == len(hull) - 1 else hull[k + 1][0] @ b.weights[k + 1]
        found.append((a.weights[k] @ columns.T + np.outer(a.biases[k], b.biases[k]), a.weights[k + 1].T @ rows))
    return found


def _vertex(pair: Pair, rows: Floats, columns: Floats) -> tuple[Floats, Floats]:
    score, sign = signed_score(pair, rows, columns)
    order = assignment(score)
    plain = np.zeros_like(score)
    plain[np.arange(len(order)), order] = 1
    signed = plain * sign
    return signed, plain if pair.even else signed


def _rounded(pair: Pair, hull: Hull) -> Places:
    places = pair.identity()
    for layer, (rows, _) in enumerate(hull):
        order = assignment(np.abs(rows) if pair.signed else rows)
        held = rows[np.arange(len(order)), order]
        places = places.replaced(layer, order, np.where(held < 0, -1.0, 1.0) if pair.signed else np.ones(len(order)))
    return places
