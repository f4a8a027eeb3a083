"""Two networks aligned: the nodes of B moved to their partners in A, and what that does to the barrier between the two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from permviz.landscape.exhaustive import match_exhaustively
from permviz.landscape.interpolation import Barriers, Interpolation, interpolate
from permviz.landscape.straight_through import match_straight_through
from permviz.networks.checks import checked
from permviz.networks.comparison import RANDOM_POINTS, probe_inputs
from permviz.networks.datasets import Dataset
from permviz.networks.frozen import refuse_frozen
from permviz.networks.network import Network, broadcast, checked_seed
from permviz.networks.results import Result
from permviz.symmetry.activation_matching import match_activations
from permviz.symmetry.frank_wolfe import match_frank_wolfe
from permviz.symmetry.monomial import Monomial
from permviz.symmetry.pairs import Pair, may_be_signed
from permviz.symmetry.permutation import Permutation
from permviz.symmetry.weight_matching import Found, match_weights

STARTS = 11
"""Starts of a search; on trained 2-5-5-2 pairs they found the optimum of its objective every time."""
WIDE, STARTS_WIDE = 128, 3
"""Layers wider than this are searched from fewer starts: as given, from the inputs, from the outputs."""
MOST_STARTS = 1000
MOST_WIDTH = 4096
"""Nodes of a layer beyond which its assignment problem (n^3 steps, n^2 numbers) is refused."""
COPY = {torch.float64: 1e-9, torch.float32: 1e-4}
"""``|A - B'|`` as a part of ``|A|`` up to which B is called a copy, and the difference is rounding."""


@dataclass(frozen=True, eq=False)
class Problem:
    """What a search is given: a single pair of networks, and how long to look."""

    a: Network
    b: Network
    pair: Pair
    data: Dataset | None
    starts: int
    seed: int


@dataclass(frozen=True)
class Method:
    """A way to match.

    Attributes:
        judged_by: what it looks at.
        needs_data: whether it must have some.
        exact: whether its end is the optimum of its objective if there is one hidden layer.
        search: the search itself.
    """

    judged_by: str
    needs_data: bool
    exact: bool
    search: Callable[[Problem], Found]


def _weights(given: Problem) -> Found:
    return match_weights(given.pair, given.starts, given.seed)


def _frank_wolfe(given: Problem) -> Found:
    return match_frank_wolfe(given.pair, given.starts, given.seed)


def _activations(given: Problem) -> Found:
    assert given.data is not None
    return match_activations(given.pair, given.a, given.b, given.data.inputs)


def _straight_through(given: Problem) -> Found:
    assert given.data is not None
    return match_straight_through(given.pair, given.a.activation, given.data, given.starts, given.seed)


def _exhaustive(given: Problem) -> Found:
    assert given.data is not None
    return match_exhaustively(given.a, given.b, given.data, given.pair.signed)


METHODS = {
    "weights": Method("weights alone", False, True, _weights),
    "activations": Method("the nodes' answers to the data", True, True, _activations),
    "straight-through": Method("weights, and the loss of the midpoint on the data", True, False, _straight_through),
    "frank-wolfe": Method("weights alone", False, True, _frank_wolfe),
    "exhaustive": Method("the barrier on the data", True, True, _exhaustive),
}
"""Every method by name."""


@dataclass(frozen=True, eq=False, repr=False)
class Match(Result):
    """B aligned to A, for one pair or a batch of them; tensors are ``(*batch,)``.

    Attributes:
        a, b: the networks.
        move: of B: permutation, signs, scales.
        aligned: B moved.
        method: by which the move was found.
        signed: whether nodes could be flipped in sign.
        objective: what the method made small. "weights", "frank-wolfe": ``|A - B'|^2``, in coordinates in which ReLU neurons
            are balanced; "activations": the mean over hidden nodes of ``1 - corr``; "straight-through": the barrier
            at the midpoint, 0 where there is none; "exhaustive": the barrier above the chord, over 25 points.
        start_objective: the same of B with its nodes as given.
        starts, hits: how many starts were tried, and how many of them came as low; of "exhaustive" they are moves.
        distance_before, distance_after: ``|A - B|`` and ``|A - B'|`` of the parameters.
        difference: ``max |F(B) - F(B')|`` over ``points`` inputs: the certificate that alignment left B's function alone.
        largest_output: ``max |F(B)|`` over the same, which says how large that is.
        is_copy: whether ``B'`` is A but for rounding, ``|A - B'| <= 1e-9 |A|`` (1e-4 in float32).
        before, after: the lines from A to B and to ``B'``; ``None`` without data.
    """

    a: Network
    b: Network
    move: Monomial
    aligned: Network
    method: str
    signed: bool
    objective: Tensor
    start_objective: Tensor
    starts: Tensor
    hits: Tensor
    distance_before: Tensor
    distance_after: Tensor
    difference: Tensor
    largest_output: Tensor
    points: int
    is_copy: Tensor
    before: Interpolation | None
    after: Interpolation | None

    @property
    def permutation(self) -> Permutation:
        """Where the nodes of B go: slot ``i`` receives node ``p[i]``, the partner of A's node ``i``."""
        return self.move.permutation

    @property
    def signs(self) -> tuple[Tensor, ...]:
        return self.move.signs

    @property
    def scales(self) -> tuple[Tensor, ...]:
        return self.move.scales

    @property
    def barrier_before(self) -> Barriers | None:
        return None if self.before is None else self.before.barriers

    @property
    def barrier_after(self) -> Barriers | None:
        return None if self.after is None else self.after.barriers

    @property
    def judged_by(self) -> str:
        """What the method looked at."""
        return METHODS[self.method].judged_by

    @property
    def status(self) -> str:
        """In a sentence: what was looked at, how the search ended, what may be said of its end."""
        copies, count = int(self.is_copy.sum()), self.is_copy.numel()
        found = f"{'B is' if count == 1 else f'Of {count} networks {copies} are'} A's copy but for rounding. " if copies else ""
        return f"{found}Matched by {self.judged_by}; {self._ending}."

    @property
    def _ending(self) -> str:
        if not self.b.spec.hidden:
            return "there is no hidden layer, so nothing could move"
        if self.method == "exhaustive":
            return f"each of {int(self.starts.max())} moves was tried"
        if len(self.b.spec.hidden) == 1 and METHODS[self.method].exact:
            return "no other move does better by this measure, as one layer is solved exactly"
        if self.method == "activations":
            return "no other move does better by this measure, as each layer is solved by itself"
        if self.method == "straight-through":
            return "the best of the moves met on the way: another may do better"
        if bool(self.is_copy.all()):
            return "no other move does better by this measure"
        tried, hits = int(self.starts.max()), int(self.hits.min())
        return f"the best of {tried} start{'s' * (tried != 1)}, reached from {hits}: another move may do better"


@checked
def match(
    a: Network,
    b: Network,
    data: Dataset | None = None,
    method: str = "weights",
    signed: bool | None = None,
    starts: int | None = None,
    seed: int = 0,
) -> Match:
    """The nodes of B permuted so that it lies near A, or interpolates well with it.

    The move is one of the activation's own group, so B's function stays what it is: permutations; signs, where the activation
    has flips (tanh, erf, sine, linear, sigmoid, Gaussian bump); and for ReLU, leaky ReLU and linear neurons the scales of A's
    (both are balanced first, so that no barrier depends on where on its scaling orbit a network lies). Half turns of sine
    neurons and mixtures of linear ones are not searched. Biases count.

    Whoever knows *git-re-basin* or *rebasin*: this is ``weight_matching`` (``PermutationCoordinateDescent``) with method
    "weights"; a ``PermutationSpec`` is not needed, as :func:`permviz.symmetry.permutation.axis_table` says which axis moves;
    ``match.move(b)`` is ``apply_permutation``; for ``merge_many`` see :func:`permviz.merge`.

    Args:
        a, b: networks of one shape; of batches, whose axes broadcast, each pair is matched by itself.
        data: the task on which barriers, accuracy and calibrated losses are told; without, they are ``None``. Methods other
            than "weights" and "frank-wolfe" look at it, too.
        method: "weights": ``|A - B'|^2`` by coordinate descent over assignment problems (Ainsworth et al. 2023, algorithm 1),
            from several starts. "frank-wolfe": the same by all layers at once (Crisostomi et al. 2024, C2M3). "activations":
            correlations of the nodes' answers on the data. "straight-through": the barrier at the midpoint, by 60 steps from
            what "weights" finds (Ainsworth et al. 2023, algorithm 2). "exhaustive": the least barrier of all moves, if they
            are few: see :func:`permviz.all_barriers`, which ranks the others.
        signed: whether nodes may be flipped in sign; ``None``: where the activation allows it.
        starts: of the search; ``None``: 11, or 3 where a layer is wider than 128.
        seed: of starts and orders.

    Raises:
        ValueError: for networks of different shapes or activations, frozen entries, numbers that are not finite, layers of more
            than 4096 nodes, data that do not fit, or arguments out of range.

    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> net = init_network(NetworkSpec((2, 5, 5, 1)))
    >>> shuffle = Permutation.random(net.spec, seed=1)
    >>> found = match(net, shuffle(net))
    >>> found.permutation == shuffle.inverse(), bool(found.is_copy)
    (True, True)
    """
    way, signed, seed = _checked_method(method, data), may_be_signed(a.activation, signed), checked_seed(seed)
    a, b = broadcast(a, b)
    refuse_frozen(a.spec, "matching")
    starts = checked_starts(starts, a)
    pairs = [(a[index], b[index]) for index in np.ndindex(*a.batch_shape)]
    problems = [Problem(*each, Pair.of(*each, signed), data, starts, seed) for each in pairs]
    found = [way.search(problem) for problem in problems]
    moves = [problem.pair.monomial(each.places) for problem, each in zip(problems, found, strict=True)]
    return _told(a, b, stack_moves(moves, a.batch_shape), method, signed, data, found)


def _told(a: Network, b: Network, move: Monomial, method: str, signed: bool, data: Dataset | None, found: list[Found]) -> Match:
    """All that is told of a move, whichever way it was found."""
    batch, aligned = a.batch_shape, move(b)

    def numbers(name: str, dtype: torch.dtype = torch.float64) -> Tensor:
        return torch.tensor([getattr(each, name) for each in found], dtype=dtype).reshape(batch)

    inputs = probe_inputs(data) if data is not None else _normal_inputs(a.spec.widths[0])
    told = [_difference(b[index], aligned[index], inputs) for index in np.ndindex(*batch)]
    difference, largest = torch.tensor(told, dtype=torch.float64).T.reshape(2, *batch)
    norm, after = a.flatten().norm(dim=-1), (a - aligned).flatten().norm(dim=-1)
    return Match(
        a, b, move, aligned, method, signed,
        objective=numbers("value"), start_objective=numbers("start"),
        starts=numbers("tried", torch.int64), hits=numbers("hits", torch.int64),
        distance_before=(a - b).flatten().norm(dim=-1), distance_after=after,
        difference=difference, largest_output=largest, points=len(inputs), is_copy=after <= COPY[a.dtype] * norm,
        before=None if data is None else interpolate(a, b, data),
        after=None if data is None else interpolate(a, aligned, data),
    )  # fmt: skip


def _normal_inputs(width: int) -> Tensor:
    return torch.randn(RANDOM_POINTS, width, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def _difference(b: Network, aligned: Network, inputs: Tensor) -> tuple[float, float]:
    # Fresh copies lie alike in memory, which the last bits of products depend on.
    before, after = b.map(torch.clone)(inputs), aligned.map(torch.clone)(inputs)
    return float((before - after).abs().max()), float(before.abs().max())


def _checked_method(method: str, data: Dataset | None) -> Method:
    if method not in METHODS:
        raise ValueError(f"Unknown method {method!r}: choose one of {', '.join(METHODS)}.")
    if METHODS[method].needs_data and data is None:
        raise ValueError(f"The method {method!r} without data given: it looks at them, so give the task's.")
    return METHODS[method]


def checked_starts(starts: int | None, network: Network) -> int:
    """How many, or as many as suit the widths; ``ValueError`` for other numbers and for layers that are too wide."""
    widest = max(network.spec.hidden, default=1)
    if widest > MOST_WIDTH:
        raise ValueError(f"A layer of {widest} nodes given: layers of at most {MOST_WIDTH} are matched.")
    if starts is None:
        return STARTS if widest <= WIDE else STARTS_WIDE
    if isinstance(starts, bool) or not isinstance(starts, int) or not 1 <= starts <= MOST_STARTS:
        raise ValueError(f"Starts {starts!r} given: expected a whole number from 1 to {MOST_STARTS}.")
    return starts


def stack_moves(moves: list[Monomial], batch: tuple[int, ...]) -> Monomial:
    """Moves of single networks as one of a batch."""
    orders = [torch.stack(layer).reshape(*batch, -1) for layer in zip(*(m.permutation.orders for m in moves), strict=True)]
    factors = [torch.stack(layer).reshape(*batch, -1) for layer in zip(*(m.factors for m in moves), strict=True)]
    return Monomial(Permutation(orders), tuple(factors))
