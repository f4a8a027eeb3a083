"""The whole truth about small pairs: the barrier to B under each move of its nodes, and where one move stands among all."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from permviz.derivatives.passes import check_widths
from permviz.landscape.affine import affine_losses
from permviz.landscape.lines import PARAMETERS_AT_ONCE, Lines
from permviz.networks.checks import checked
from permviz.networks.datasets import Dataset
from permviz.networks.evaluation import decay_of
from permviz.networks.frozen import refuse_frozen
from permviz.networks.network import Network, NetworkSpec, broadcast
from permviz.networks.results import Result
from permviz.symmetry.counting import count_text, permutation_count
from permviz.symmetry.monomial import Monomial
from permviz.symmetry.pairs import Floats, Ints, Pair, Places, may_be_signed
from permviz.symmetry.weight_matching import Found

MOST_MOVES = 50_000
"""2-6-2 with signs has 46,080."""
MOST_WORK = 2e10
"""Of moves times points times samples times nodes: about a minute."""
POINTS = 25
"""Of each line, ends included; odd, so that the midpoint is one."""
TIE = 1e-9
"""Barriers that differ by less, as a part of the largest loss of an end and of themselves, are equal."""


@dataclass(frozen=True, eq=False, repr=False)
class Rank(Result):
    """Where a barrier stands among all.

    Attributes:
        least: 1 + how many moves have a lower barrier.
        greatest: how many have a lower one or the same, its own included; above ``least`` where there are ties.
        among: how many moves there are.
        barrier: the barrier itself, over the same points as the others.
    """

    least: int
    greatest: int
    among: int
    barrier: float

    @property
    def share(self) -> float:
        """Of the moves, those with a lower barrier: 0 for the best."""
        return (self.least - 1) / self.among


@dataclass(frozen=True, eq=False, repr=False)
class AllBarriers(Result):
    """Barriers from A to B under each of its moves.

    Attributes:
        a, b: single networks.
        data: the task.
        signed: whether flips are among the moves, ``2^n n!`` a layer instead of ``n!``.
        barriers: ``(M,)``, above the chord (Entezari et al. 2021), over 25 points a line; B as it is comes first.
        resolution: difference up to which two of them count as equal.
    """

    a: Network
    b: Network
    data: Dataset
    signed: bool
    barriers: Tensor
    resolution: float

    @property
    def best(self) -> float:
        """The least barrier of all."""
        return float(self.barriers.min())

    @property
    def best_index(self) -> int:
        """Which move has the least barrier; of several that are equal, the one that leads nearest to A: B as a copy of A has
        its own nodes back."""
        equal = np.flatnonzero((self.barriers <= self.best + self.resolution).numpy())
        pair = Pair.of(self.a, self.b, self.signed, decay_of(self.data))
        step = max(1, PARAMETERS_AT_ONCE // self.a.spec.parameter_count)
        parts = (pair.monomial(_places(pair, equal[first : first + step]))(self.b) for first in range(0, len(equal), step))
        distances = torch.cat([(self.a - moved).flatten().norm(dim=-1).reshape(-1) for moved in parts])
        return int(equal[int(distances.argmin())])

    @checked
    def move(self, index: int) -> Monomial:
        """The move behind a barrier, with the scales that A's nodes have, unless there is weight decay.

        Raises:
            ValueError: for an index that is not one of ``barriers``.
        """
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(self.barriers):
            raise ValueError(f"Move {index!r} given: expected the index of a barrier, from 0 to {len(self.barriers) - 1}.")
        pair = Pair.of(self.a, self.b, self.signed, decay_of(self.data))
        return pair.monomial(_places(pair, np.array([index]), single=True))

    @checked
    def rank(self, move: Monomial) -> Rank:
        """Where a move of B stands, such as ``match(a, b).move``; ties are told.

        Raises:
            ValueError: for a move that does not fit B, or a batch of moves.
        """
        if move.batch_shape:
            raise ValueError(f"A batch of moves {tuple(move.batch_shape)} given: expected one, such as move[0].")
        value = float(_barriers(self.a, move(self.b), self.data))
        below = int((self.barriers < value - self.resolution).sum())
        # Infinite ones are equal, though their difference is no number.
        same = int(((self.barriers == value) | ((self.barriers - value).abs() <= self.resolution)).sum())
        return Rank(below + 1, below + max(same, 1), len(self.barriers), value)


def count_of_moves(spec: NetworkSpec, signed: bool) -> int:
    """Of B's nodes: ``prod n_k!``, times ``2^n_k`` with signs.

    >>> count_of_moves(NetworkSpec((2, 6, 2)), signed=True)
    46080
    """
    return int(permutation_count(spec.hidden)) * (2 ** sum(spec.hidden) if signed else 1)


def work(spec: NetworkSpec, data: Dataset, signed: bool) -> float:
    """What trying each move takes, in the unit of :data:`MOST_WORK`; infinite for more than a billion moves, which may be more
    than a float holds."""
    moves = count_of_moves(spec, signed)
    return math.inf if moves > 10**9 else float(moves) * POINTS * len(data.inputs) * sum(spec.widths[1:])


@checked
def all_barriers(a: Network, b: Network, data: Dataset, signed: bool | None = None) -> AllBarriers:
    """The barrier from A to B under each permutation of its nodes, and each sign.

    ReLU neurons have the scales of A's, after both are balanced, and with weight decay their own, as in :func:`permviz.match`.

    Args:
        a, b: single networks of one shape.
        data: the task on which barriers are told.
        signed: whether nodes are flipped as well; ``None``: where the activation allows it, and the decay.

    Raises:
        ValueError: for frozen entries, more than 50,000 moves, fewer that with the data would take minutes, flips that
            change function or objective, or losses of A or B that are not finite.

    >>> from permviz.networks.datasets import load_dataset
    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> a, b = (init_network(NetworkSpec((2, 3, 1), "gelu"), seed) for seed in (0, 1))
    >>> truth = all_barriers(a, b, load_dataset("moons", samples=50))
    >>> len(truth.barriers), truth.rank(truth.move(truth.best_index)).least
    (6, 1)
    """
    a, b = broadcast(a.single(), b.single())
    refuse_frozen(a.spec, "trying all moves")
    check_widths(a.spec, data)
    decay = decay_of(data)
    return _each_move(Pair.of(a, b, may_be_signed(a, signed, decay), decay), a, b, data)


def _each_move(pair: Pair, a: Network, b: Network, data: Dataset) -> AllBarriers:
    a, b = a.to(torch.float64), b.to(torch.float64)
    count = count_of_moves(a.spec, pair.signed)
    if count > MOST_MOVES:
        raise ValueError(
            f"Widths {a.spec.widths} have {count_text(count)} moves{' with signs' * pair.signed}, more than the "
            f"{count_text(MOST_MOVES)} that are tried one by one: use another method."
        )
    if work(a.spec, data, pair.signed) > MOST_WORK:
        raise ValueError(
            f"{count_text(count)} moves on {count_text(len(data.inputs))} samples given: that takes minutes, so give fewer "
            "samples or another method."
        )
    ends = affine_losses(a, [b - a], torch.tensor([[0.0], [1.0]]), data)
    if not bool(ends.isfinite().all()):
        raise ValueError("Networks whose losses are not finite given: no barrier is measured between them.")
    step = max(1, PARAMETERS_AT_ONCE // a.spec.parameter_count)
    parts = []
    for first in range(0, count, step):
        move = pair.monomial(_places(pair, np.arange(first, min(first + step, count))))
        parts.append(_barriers(a, move(b), data))
    barriers = torch.cat(parts)
    largest = float(torch.cat([ends, barriers[barriers.isfinite()]]).abs().max())
    return AllBarriers(a, b, data, pair.signed, barriers, TIE * largest)


def match_exhaustively(pair: Pair, a: Network, b: Network, data: Dataset) -> Found:
    """The move of least barrier, by trying all; of several the one nearest to A."""
    truth = _each_move(pair, a, b, data)
    index = truth.best_index
    count, least = len(truth.barriers), truth.best
    hits = int((truth.barriers <= least + truth.resolution).sum())
    return Found(_places(pair, np.array([index]), single=True), least, float(truth.barriers[0]), count, hits)


def _places(pair: Pair, index: Ints, single: bool = False) -> Places:
    """Moves by their numbers: orders change slower than signs, the last layer fastest; the identity is 0."""
    orders: list[Ints] = []
    signs: list[Floats] = []
    for n in reversed(pair.hidden):
        if pair.signed:
            index, bits = np.divmod(index, 2**n)
            signs.append(np.where((bits[:, None] >> np.arange(n)) & 1, -1.0, 1.0))
        else:
            signs.append(np.ones((len(index), n)))
        index, rest = np.divmod(index, math.factorial(n))
        orders.append(_unranked(rest, n))
    found = Places(orders[::-1], signs[::-1])
    return Places([p[0] for p in found.orders], [s[0] for s in found.signs]) if single else found


def _unranked(index: Ints, n: int) -> Ints:
    """Permutations by their lexicographic number, ``(M, n)``."""
    left = np.tile(np.arange(n), (len(index), 1))
    order = np.empty_like(left)
    for place in range(n):
        digit, index = np.divmod(index, math.factorial(n - 1 - place))
        order[:, place] = np.take_along_axis(left, digit[:, None], 1)[:, 0]
        keep = np.arange(left.shape[1]) != digit[:, None]
        left = left[keep].reshape(len(left), -1)
    return order


def _barriers(a: Network, b: Network, data: Dataset) -> Tensor:
    """Above the chord, ``(M,)`` for single networks or batches ``(M,)``."""
    a, b = broadcast(a, b)
    t = torch.linspace(0, 1, POINTS, dtype=torch.float64)
    losses = affine_losses(a, [b - a], t[:, None], data)
    return Lines(t, losses).barrier().reshape(-1)
