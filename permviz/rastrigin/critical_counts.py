"""The critical points of one-weight neurons counted by index: how many minima, saddles and maxima a search finds."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from permviz.networks.checks import checked
from permviz.networks.results import Result
from permviz.rastrigin.critical_points import SAME_POINT, CriticalPoints, find_critical_points, spread_starts
from permviz.rastrigin.one_weight import OneWeightNeurons

OPTIMAL = 1e-12
"""A minimum of at most this loss is an optimum: the least loss is 0."""


@dataclass(frozen=True, eq=False, repr=False)
class CriticalCounts(Result):
    """Critical points in the box ``|w_i| <= half_width`` of the loss in all ``n`` free weights.

    Attributes:
        neurons: the task.
        half_width: of the box.
        classes: one point of each class modulo the ``n!`` orders, its weights rising.
        copies: ``(K,)`` how many different points each class holds: ``n! / prod m_i!``, ``m_i`` counting equal weights.
    """

    neurons: OneWeightNeurons
    half_width: float
    classes: CriticalPoints
    copies: Tensor

    @property
    def by_index(self) -> tuple[int, ...]:
        """Certified points of index ``0 .. n`` (minima first), copies counted; a lower bound on what exists."""
        return tuple(int(self.copies[self.classes.index == s].sum()) for s in range(self.neurons.neurons + 1))

    @property
    def degenerate(self) -> int:
        """Stationary points found whose index the Hessian does not decide."""
        return int(self.copies[self.classes.index < 0].sum())

    @property
    def optima(self) -> int:
        """How many of the minima found have loss 0, copies counted."""
        return int(self.copies[(self.classes.index == 0) & (self.classes.values <= OPTIMAL)].sum())

    @property
    def total(self) -> int:
        return int(self.copies.sum())

    @property
    def seen_once(self) -> int:
        """Classes hit by a single start: where there are many, others have surely been missed."""
        return int((self.classes.hits == 1).sum())


@checked
def count_critical_points(
    neurons: OneWeightNeurons, half_width: float = 6.0, starts: int = 4096, seed: int = 0
) -> CriticalCounts:
    """Count the critical points of the loss in the free weights, each certified by gradient and Hessian.

    Everything is sorted, which is to say taken modulo the ``n!`` orders; every class then stands for all its copies. Half of
    the starts are spread over the box; the other half recombine single weights of the points that those led to, with noise of
    deviation 0.3, because a point of ``n`` neurons often repeats the weights of another.

    Raises:
        ValueError: for fewer than 2 starts, or a half-width that is not positive.
    """
    if not 0 < half_width <= 100:
        raise ValueError(f"Half-width {half_width!r} given: expected a number above 0, at most 100.")
    if isinstance(starts, bool) or not isinstance(starts, int) or not 2 <= starts <= 2**20:
        raise ValueError(f"Starts {starts!r} given: expected a whole number from 2 to 2^20.")
    n, box = neurons.neurons, _sorted(spread_starts(neurons.neurons, starts // 2, half_width, seed))
    pool = find_critical_points(neurons.derivatives, box, half_width, canonical=_sorted).points.flatten()
    if len(pool):
        generator = torch.Generator().manual_seed(seed)
        chosen = pool[torch.randint(len(pool), (starts - len(box), n), generator=generator)]
        noise = 0.3 * torch.randn(chosen.shape, generator=generator, dtype=torch.float64)
        box = torch.cat([box, _sorted((chosen + noise).clamp(-half_width, half_width))])
    classes = find_critical_points(neurons.derivatives, box, half_width, canonical=_sorted)
    copies = [_copies(weights) for weights in classes.points.tolist()]
    return CriticalCounts(neurons, float(half_width), classes, torch.tensor(copies, dtype=torch.int64))


def _sorted(weights: Tensor) -> Tensor:
    return weights.sort(dim=-1).values


def _copies(weights: Sequence[float]) -> int:
    runs, length = [], 1
    for a, b in itertools.pairwise(weights):
        length = length + 1 if b - a <= SAME_POINT else 1
        runs.append(length)
    # A run of length m adds factors 2, ..., m, that is m!.
    return math.factorial(len(weights)) // math.prod(runs)
