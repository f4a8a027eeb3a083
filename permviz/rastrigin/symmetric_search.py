"""Critical points of a symmetric function of ``d`` weights, searched where they like to hide, and Morse's sum as a check.

A function that does not change when its arguments are permuted has critical points with equal arguments on every subspace of
equal arguments, and what is critical within such a subspace is critical (symmetric criticality, Palais 1979). Few starts in all
``d`` dimensions lead there, as most basins there are thin; each subspace is therefore searched in its own dimension.

**The check.** On a box, count the critical points inside, and those of the function restricted to each face of every dimension
(corners too) at which the function rises inwards along every weight that the face holds fixed. Then ``sum (-1)^index = 1``, the
box's Euler characteristic, if all are nondegenerate (Morse theory on manifolds with corners; inside alone it is Poincare's and
Hopf's sum). Any other number tells that points are missing; 1 tells that none are, or that what is missing cancels.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator

import torch
from torch import Tensor

from permviz.rastrigin.critical_points import (
    SAME_POINT,
    CriticalPoints,
    Derivatives,
    find_critical_points,
    spread_starts,
)


def find_symmetric_points(
    derivatives: Derivatives, dimensions: int, half_width: float, starts: int, seed: int = 0
) -> CriticalPoints:
    """One point, its weights rising, of every class of critical points found modulo the ``d!`` orders.

    Args:
        derivatives: of a function that no permutation of its ``d`` arguments changes.
        starts: in ``d`` dimensions: a half spread over the box, the other recombining single weights of the points found, with
            noise of deviation 0.3, because a point often repeats the weights of another. A subspace of ``r`` different weights
            gets half as many for each dimension that it has less.
    """
    solutions, tried, left, stalled = [], 0, 0, 0
    for multiplicities in _partitions(dimensions):
        r = len(multiplicities)
        if r == dimensions:
            continue
        box = spread_starts(r, max(16, starts >> (dimensions - r)), half_width, seed)
        found = find_critical_points(_on_subspace(derivatives, multiplicities), box, half_width)
        # What one start has found stands for one start below.
        solutions.append(_expanded(found.points, multiplicities).repeat_interleave(found.hits, dim=0))
        tried, left, stalled = tried + found.left + found.stalled, left + found.left, stalled + found.stalled
    first = _sorted(torch.cat([spread_starts(dimensions, starts // 2, half_width, seed), *solutions]))
    pool = find_critical_points(derivatives, first, half_width, canonical=_sorted).points.flatten()
    if len(pool):
        generator = torch.Generator().manual_seed(seed)
        chosen = pool[torch.randint(len(pool), (starts - starts // 2, dimensions), generator=generator)]
        noise = 0.3 * torch.randn(chosen.shape, generator=generator, dtype=torch.float64)
        first = torch.cat([first, _sorted((chosen + noise).clamp(-half_width, half_width))])
    classes = find_critical_points(derivatives, first, half_width, canonical=_sorted)
    return dataclasses.replace(
        classes, starts=classes.starts + tried, left=classes.left + left, stalled=classes.stalled + stalled
    )


def copies_of(points: Tensor) -> Tensor:
    """How many different orders the weights of each rising point ``(K, d)`` have, ``(K,)``: ``d! / prod m_i!``."""
    return torch.tensor([_orders(weights) for weights in points.tolist()], dtype=torch.int64)


def morse_sum(derivatives: Derivatives, inside: CriticalPoints, half_width: float, starts: int, seed: int = 0) -> int | None:
    """``sum (-1)^index`` over the points inside and those of the faces at which the function rises inwards: 1 on a box.

    Args:
        inside: the classes found in the open box, of :func:`find_symmetric_points`.
        starts: of the search on each face.

    Returns:
        ``None`` where a point is degenerate, or where a fixed weight has no slope at one: the theorem does not apply.
    """
    dimensions, total = inside.points.shape[-1], _alternating(inside.index, copies_of(inside.points))
    for above in range(dimensions + 1):
        for below in range(dimensions + 1 - above):
            held = torch.tensor([half_width] * above + [-half_width] * below, dtype=torch.float64)
            if not len(held) or total is None:
                continue
            free = dimensions - len(held)
            points, index = torch.zeros(1, 0, dtype=torch.float64), torch.zeros(1, dtype=torch.int64)
            if free:
                found = find_symmetric_points(_on_face(derivatives, held), free, half_width, starts, seed)
                points, index = found.points, found.index
            outward = derivatives(_held(points, held))[1][:, free:] * held.sign()
            if bool((outward == 0).any()):
                return None
            rising = (outward < 0).all(-1)
            face = _alternating(index[rising], copies_of(points[rising]))
            faces = math.factorial(dimensions) // (math.factorial(above) * math.factorial(below) * math.factorial(free))
            total = None if face is None else total + faces * face
    return total


def _alternating(index: Tensor, copies: Tensor) -> int | None:
    return None if bool((index < 0).any()) else int((copies * (1 - 2 * (index % 2))).sum())


def _on_subspace(derivatives: Derivatives, multiplicities: tuple[int, ...]) -> Derivatives:
    """The function of the different weights, each standing for as many equal ones as its multiplicity says."""
    rows = torch.eye(len(multiplicities), dtype=torch.float64).repeat_interleave(torch.tensor(multiplicities), dim=0)

    def restricted(points: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        value, gradient, hessian = derivatives(points @ rows.mT)
        return value, gradient @ rows, rows.mT @ hessian @ rows

    return restricted


def _on_face(derivatives: Derivatives, held: Tensor) -> Derivatives:
    """The function of the free weights, the others held at ``held``."""

    def restricted(points: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        value, gradient, hessian = derivatives(_held(points, held))
        free = points.shape[-1]
        return value, gradient[:, :free], hessian[:, :free, :free]

    return restricted


def _held(points: Tensor, held: Tensor) -> Tensor:
    return torch.cat([points, held.expand(len(points), -1)], dim=-1)


def _expanded(points: Tensor, multiplicities: tuple[int, ...]) -> Tensor:
    return points.repeat_interleave(torch.tensor(multiplicities), dim=-1)


def _partitions(whole: int, largest: int | None = None) -> Iterator[tuple[int, ...]]:
    """Every way to write ``whole`` as a sum of falling numbers of at least 1."""
    if whole == 0:
        yield ()
    for first in range(min(whole, largest or whole), 0, -1):
        for rest in _partitions(whole - first, first):
            yield first, *rest


def _sorted(weights: Tensor) -> Tensor:
    return weights.sort(dim=-1).values


def _orders(weights: list[float]) -> int:
    product, length = math.factorial(len(weights)), 1
    for i in range(1, len(weights)):
        # A run of equal weights of length m divides by 2, ..., m, that is by m!.
        length = length + 1 if weights[i] - weights[i - 1] <= SAME_POINT else 1
        product //= length
    return product
