"""The critical points of one-weight neurons counted by index: how many minima, saddles and maxima a search finds."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from permviz.networks.checks import checked
from permviz.networks.results import Result
from permviz.rastrigin.critical_points import CriticalPoints
from permviz.rastrigin.one_weight import OneWeightNeurons
from permviz.rastrigin.symmetric_search import copies_of, find_symmetric_points, morse_sum

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
        morse_sum: ``sum (-1)^index`` over these points and those of the box's faces at which the loss rises inwards. It is 1 if
            none is missing, so that other numbers tell of missing points; ``None`` where degenerate points forbid the check.
    """

    neurons: OneWeightNeurons
    half_width: float
    classes: CriticalPoints
    copies: Tensor
    morse_sum: int | None

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

    Everything is sorted, which is to say taken modulo the ``n!`` orders; every class then stands for all its copies. Every
    subspace of equal weights is searched in its own dimension, and Morse's sum checks the outcome (:mod:`.symmetric_search`).
    ``starts`` are those in all ``n`` dimensions; the subspaces have fewer, and each face of the box an eighth.

    >>> from permviz.rastrigin.one_weight import bump_neurons
    >>> found = count_critical_points(bump_neurons(2), starts=256)
    >>> found.total, found.by_index, found.morse_sum
    (25, (7, 14, 4), 1)

    Raises:
        ValueError: for fewer than 2 starts, or a half-width that is not positive.
    """
    if not 0 < half_width <= 100:
        raise ValueError(f"Half-width {half_width!r} given: expected a number above 0, at most 100.")
    if isinstance(starts, bool) or not isinstance(starts, int) or not 2 <= starts <= 2**20:
        raise ValueError(f"Starts {starts!r} given: expected a whole number from 2 to 2^20.")
    derivatives, n = neurons.derivatives, neurons.neurons
    classes = find_symmetric_points(derivatives, n, half_width, starts, seed)
    checksum = morse_sum(derivatives, classes, half_width, max(2, starts // 8), seed)
    return CriticalCounts(neurons, float(half_width), classes, copies_of(classes.points), checksum)
