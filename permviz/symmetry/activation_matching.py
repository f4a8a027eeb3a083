"""Activation matching: nodes are partners if they answer alike on the data (Li et al. 2016, 1511.07543; Ainsworth et al. 2023).

Each layer is one assignment problem over the correlations of A's nodes with B's; with signs it is their size that counts.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from permviz.networks.network import Network
from permviz.symmetry.pairs import Floats, Pair, Places
from permviz.symmetry.weight_matching import Found, Similarity, assignment, signed_score

TIE = 1e-9
"""Weight of the parameters' own similarity beside a correlation: they decide between nodes that answer alike, or are dead."""
CONSTANT = 1e-12
"""Deviation, as a part of the largest value, below which a node is constant and correlates with nothing."""
PASSES = 10


def match_activations(pair: Pair, a: Network, b: Network, inputs: Tensor) -> Found:
    """Layers matched by ``sum_i corr(h_i, h'_{p[i]})``, of which the mean of ``1 - corr`` over all hidden nodes is told."""
    correlations = [
        _standardised(x).T @ _standardised(y) for x, y in zip(a.layers(inputs)[:-1], b.layers(inputs)[:-1], strict=True)
    ]
    flips = pair.signed and not pair.even  # a flipped node of an even activation answers as before
    similarity, places = Similarity(pair), pair.identity()
    for turn in range(PASSES):
        before = places
        for layer, correlation in enumerate(correlations):
            weights, sign = signed_score(
                pair,
                similarity.incoming(layer, places) if layer == 0 or turn else _nothing(correlation),
                similarity.outgoing(layer, places) if turn else None,
            )
            size = np.abs(correlation) if flips else correlation
            order = assignment(size + TIE * weights / (np.abs(weights).max() or 1.0))
            chosen = np.arange(len(order)), order
            signs = np.ones(len(order))
            if pair.signed:
                told = flips & (np.abs(correlation[chosen]) > TIE)
                signs = np.where(told, np.sign(correlation[chosen]), sign[chosen])
            places = places.replaced(layer, order, signs)
        if all(map(np.array_equal, (*before.orders, *before.signs), (*places.orders, *places.signs))) and turn:
            break
    return Found(places, _mean(correlations, places, flips), _mean(correlations, pair.identity(), flips), 1, 1)


def _nothing(like: Floats) -> Floats:
    return np.zeros_like(like)


def _standardised(values: Tensor) -> Floats:
    """Columns of mean 0 and norm 1; constant ones are 0."""
    h = values.detach().to("cpu", torch.float64).numpy()
    centred: Floats = h - h.mean(0)
    norms = np.linalg.norm(centred, axis=0)
    alive = norms > CONSTANT * np.sqrt(len(h)) * (np.abs(h).max(0) + np.finfo(float).tiny)
    return np.where(alive, centred / np.where(alive, norms, 1), 0.0)


def _mean(correlations: list[Floats], places: Places, flips: bool) -> float:
    rows = zip(correlations, places.orders, places.signs, strict=True)
    parts = [1 - c[np.arange(len(p)), p] * (s if flips else 1.0) for c, p, s in rows]
    return float(np.concatenate(parts).mean()) if parts else 0.0
