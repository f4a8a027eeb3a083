"""Several networks merged: all of them aligned at once, so that going round through others leads back to the same node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from permviz.derivatives.passes import check_widths
from permviz.landscape.lines import line_slice
from permviz.landscape.matching_methods import checked_starts, stack_moves
from permviz.networks.activations import get_activation
from permviz.networks.calibration import Calibration, calibrate
from permviz.networks.checks import checked
from permviz.networks.datasets import Dataset
from permviz.networks.evaluation import decay_of
from permviz.networks.frozen import refuse_frozen
from permviz.networks.network import Network, checked_seed, stack
from permviz.networks.results import Result
from permviz.symmetry.frank_wolfe import match_frank_wolfe
from permviz.symmetry.monomial import Monomial
from permviz.symmetry.pairs import Pair, Places, Point, coordinates, may_be_signed
from permviz.symmetry.weight_matching import ROUNDING, match_weights

MOST_NETWORKS = 64
MOST_ROUNDS = 50
POINTS = 25
"""Of the lines between each two."""
SEARCHES = {"weights": match_weights, "frank-wolfe": match_frank_wolfe}


@dataclass(frozen=True, eq=False, repr=False)
class Merge(Result):
    """``K`` networks in one order of nodes, that of the first, and their average.

    Attributes:
        networks, aligned: as given and moved, with one batch axis ``(K,)``.
        moves: of the networks, ``(K,)``; the first stays.
        merged: the average of the aligned ones.
        method: "weights" or "frank-wolfe".
        signed: whether nodes could be flipped in sign.
        objective, start_objective: ``sum_i |theta_i - mean|^2`` afterwards and before, in coordinates in which ReLU neurons are
            balanced, unless the data have weight decay.
        rounds: how many rounds of matching there were in which a network moved.
        barriers, barriers_before: between each two, above the chord, ``(K, K)``; ``None`` without data.
        alone, together, unaligned: of the networks ``(K,)``, of ``merged``, and of the average without alignment.
    """

    networks: Network
    moves: Monomial
    aligned: Network
    merged: Network
    method: str
    signed: bool
    objective: float
    start_objective: float
    rounds: int
    barriers: Tensor | None
    barriers_before: Tensor | None
    alone: Calibration | None
    together: Calibration | None
    unaligned: Calibration | None

    def between(self, i: int, j: int) -> Monomial:
        """What moves network ``j`` to where ``i``'s nodes are: ``between(i, j) @ between(j, k)`` has the permutation of
        ``between(i, k)``, and to rounding its factors."""
        return self.moves[i].inverse() @ self.moves[j]


@checked
def merge(
    networks: Sequence[Network],
    data: Dataset | None = None,
    method: Literal["weights", "frank-wolfe"] = "weights",
    signed: bool | None = None,
    starts: int | None = None,
    seed: int = 0,
) -> Merge:
    """Two or more networks aligned with one another and averaged.

    One network after another is matched to the average of the others until none moves: ``merge_many`` of git-re-basin and
    rebasin (Ainsworth et al. 2023, algorithm 3), whose objective falls with every match. A round before matches each network to
    the first one; should that end above the start, all is done again without it, so that the objective never rises. All moves
    lead into one common order, so they are cycle-consistent, as those of C2M3 (Crisostomi et al. 2024), whose Frank-Wolfe steps
    the other method takes. A permutation for each *pair* need not be one for all: the barriers between each two are told.

    Args:
        networks: 2 to 64 single networks of one shape.
        data: the task on which barriers, accuracies and losses are told; no method looks at it, but its weight decay says which
            moves leave the objective alone.
        method: how a network is matched to an average: see :func:`permviz.match`.
        signed, starts, seed: as there.

    Raises:
        ValueError: for fewer networks, networks of different shapes or activations, and as :func:`permviz.match`.

    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> from permviz.symmetry.permutation import Permutation
    >>> net = init_network(NetworkSpec((2, 5, 1)))
    >>> both = merge([net, Permutation.random(net.spec, seed=1)(net)])
    >>> bool((both.merged.flatten() - net.flatten()).abs().max() < 1e-12)
    True
    """
    if not 2 <= len(networks) <= MOST_NETWORKS:
        raise ValueError(f"{len(networks)} networks given: expected 2 to {MOST_NETWORKS} to merge.")
    if method not in SEARCHES:
        raise ValueError(f"Unknown method {method!r}: choose one of {', '.join(SEARCHES)}.")
    nets = stack([net.single() for net in networks])
    refuse_frozen(nets.spec, "merging")
    if data is not None:
        check_widths(nets.spec, data)
    decay = 0.0 if data is None else decay_of(data)
    signed, seed, starts = may_be_signed(nets, signed, decay), checked_seed(seed), checked_starts(starts, nets)
    points = [coordinates(nets[i], signed, decay) for i in range(len(networks))]
    like = Pair(points[0], points[0], signed, get_activation(nets.activation).symmetry == "even")
    places, start, objective, rounds = _in_turn(points, like, method, starts, seed)
    into = [
        replace(like, b=point).monomial(_beside_the_first(own, places[0])) for own, point in zip(places, points, strict=True)
    ]
    moves = stack_moves(into, (len(points),))
    aligned = moves(nets)
    merged, plain = aligned.map(lambda p: p.mean(0)), nets.map(lambda p: p.mean(0))
    return Merge(
        nets, moves, aligned, merged, method, signed, objective, start, rounds,
        barriers=_barriers(aligned, data) if data is not None else None,
        barriers_before=_barriers(nets, data) if data is not None else None,
        alone=calibrate(nets, data) if data is not None else None,
        together=calibrate(merged, data) if data is not None else None,
        unaligned=calibrate(plain, data) if data is not None else None,
    )  # fmt: skip


def _in_turn(points: list[Point], like: Pair, method: str, starts: int, seed: int) -> tuple[list[Places], float, float, int]:
    """Places of all, the objective before and after, and the number of rounds."""
    start = _spread(points)
    places, end, rounds = _turns(points, like, method, starts, seed, to_first=True)
    if end > start:  # the first round, which is towards one network and not towards a mean, may have led astray
        places, end, rounds = _turns(points, like, method, starts, seed, to_first=False)
    return places, start, end, rounds


def _turns(
    points: list[Point], like: Pair, method: str, starts: int, seed: int, to_first: bool
) -> tuple[list[Places], float, int]:
    """Places, objective and rounds; but for a round towards the first network the objective falls with every match."""
    rng, rounds = np.random.default_rng(seed), 0
    places, moved = [like.identity() for _ in points], list(points)
    limit = ROUNDING * sum(point.size for point in points)
    for turn in range(MOST_ROUNDS):
        first, changed = to_first and turn == 0, False
        for i in range(1, len(points)) if first else rng.permutation(len(points)).tolist():
            target = points[0] if first else _mean([p for j, p in enumerate(moved) if j != i])
            pair = replace(like, a=target, b=points[i])
            found = SEARCHES[method](pair, starts, seed)
            if found.value < pair.distance(places[i]) - limit:
                places[i], moved[i], changed = found.places, pair.moved(found.places), True
        rounds += changed
        if not (first or changed):
            break
    return places, _spread(moved), rounds


def _mean(points: list[Point]) -> Point:
    weights = [np.mean(layer, axis=0) for layer in zip(*(p.weights for p in points), strict=True)]
    return Point(weights, [np.mean(layer, axis=0) for layer in zip(*(p.biases for p in points), strict=True)], points[0].scales)


def _spread(points: list[Point]) -> float:
    mean = _mean(points)
    parts = [
        np.vdot(p - m, p - m)
        for point in points
        for p, m in zip((*point.weights, *point.biases), (*mean.weights, *mean.biases), strict=True)
    ]
    return float(sum(parts))


def _beside_the_first(places: Places, first: Places) -> Places:
    """Places in the order in which the first network's nodes stand as they are given."""
    back = [np.argsort(order) for order in first.orders]
    return Places(
        [order[q] for order, q in zip(places.orders, back, strict=True)],
        [sign[q] * own[q] for sign, own, q in zip(places.signs, first.signs, back, strict=True)],
    )


def _barriers(nets: Network, data: Dataset) -> Tensor:
    """Between each two, ``(K, K)``; the way back is the same line."""
    (count,) = nets.batch_shape
    i, j = torch.triu_indices(count, count, 1)
    found = line_slice(nets[i], nets[j], data, POINTS).barrier("entezari")
    matrix = found.new_zeros(count, count)
    matrix[i, j] = found
    matrix[j, i] = found
    return matrix
