"""Two networks aligned: the nodes of B moved to their partners in A, and what that does to the barrier between the two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from permviz.landscape.interpolation import Barriers, Interpolation, interpolate, interpolate_to_copy
from permviz.landscape.matching_methods import METHODS, find_moves
from permviz.networks.activations import get_activation
from permviz.networks.checks import checked
from permviz.networks.comparison import largest_difference, probe_inputs
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network, broadcast
from permviz.networks.results import Result
from permviz.symmetry.monomial import Monomial
from permviz.symmetry.permutation import Permutation
from permviz.symmetry.weight_matching import Found

PROBES = 200
"""Standard normal inputs on which B and B moved are compared where there are no data."""
COPY = {torch.float64: 1e-9, torch.float32: 1e-4}
"""``|A - B'|`` as a part of ``|A|``, and likewise of the answers, up to which B is called a copy: rounding."""


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
            are balanced if there is no weight decay; "activations": the mean over hidden nodes of ``1 - corr``;
            "straight-through": the barrier at the midpoint, 0 where there is none; "exhaustive": the barrier above the chord,
            over 25 points.
        start_objective: the same of B with its nodes as given.
        starts, hits: how many starts were tried, and how many of them came as low; of "exhaustive" they are moves.
        distance_before, distance_after: ``|A - B|`` and ``|A - B'|`` of the parameters.
        difference: ``max |F(B) - F(B')|`` over ``points`` inputs: the certificate that alignment left B's function alone.
        largest_output: ``max |F(B)|`` over the same, which says how large that is.
        is_copy: whether ``B'`` is A but for rounding: ``|A - B'| <= 1e-9 |A|``, and ``max |F(A) - F(B')| <= 1e-9 max |F(A)|``
            over those inputs (1e-4 in float32). A weight that matters may be small beside others.
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
        signs = " with signs" if self.signed else ""
        best = f"no other permutation{signs} does better by this measure"
        if self.method == "exhaustive":
            hits = int(self.hits.max())
            alike = f", {hits} of them do as well, and this one leads nearest to A" if hits > 1 else ""
            return f"each of {int(self.starts.max())} permutations{signs} was tried{alike}{self._left_out}"
        if len(self.b.spec.hidden) == 1 and METHODS[self.method].exact:
            return f"{best}, as one layer is solved exactly{self._left_out}"
        if self.method == "activations":
            return f"{best}, as each layer is solved by itself{self._left_out}"
        if self.method == "straight-through":
            return "the best of the moves met on the way: another may do better"
        if bool(self.is_copy.all()):
            return best
        tried, hits = int(self.starts.max()), int(self.hits.min())
        return f"the best of {tried} start{'s' * (tried != 1)}, reached from {hits}: another move may do better"

    @property
    def _left_out(self) -> str:
        """What of the activation's group is not searched."""
        symmetry = get_activation(self.b.activation).symmetry
        return {"sine": "; half turns are not searched", "linear": "; mixtures of nodes are not searched"}.get(symmetry, "")


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
    neurons and mixtures of linear ones are not searched. Biases count. With data that have weight decay only those moves are
    searched that keep ``|theta|``, and so B's loss plus decay, too: no scales, and no flips of sigmoid neurons.

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
        signed: whether nodes may be flipped in sign; ``None``: where the activation allows it, and the decay.
        starts: of the search; ``None``: 11, or 1 where a layer is wider than 128.
        seed: of starts and orders.

    Raises:
        ValueError: for networks of different shapes or activations, frozen entries, numbers that are not finite, layers of more
            than 4096 nodes, data that do not fit, flips that change function or objective, or arguments out of range.

    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> net = init_network(NetworkSpec((2, 5, 5, 1)))
    >>> shuffle = Permutation.random(net.spec, seed=1)
    >>> found = match(net, shuffle(net))
    >>> found.permutation == shuffle.inverse(), bool(found.is_copy)
    (True, True)
    """
    return match_beside(None, a, b, data, method, signed, starts, seed)


def match_beside(
    before: Interpolation | None,
    a: Network,
    b: Network,
    data: Dataset | None,
    method: str,
    signed: bool | None,
    starts: int | None = None,
    seed: int = 0,
) -> Match:
    """:func:`match`, where the line from A to B is known already, as it is when several methods are compared."""
    a, b = broadcast(a, b)
    move, signed, found = find_moves(a, b, data, method, signed, starts, seed)
    if before is None and data is not None:
        before = interpolate(a, b, data)
    return _told(a, b, move, method, signed, data, found, before)


def _told(
    a: Network, b: Network, move: Monomial, method: str, signed: bool, data: Dataset | None, found: list[Found],
    before: Interpolation | None,
) -> Match:  # fmt: skip
    """All that is told of a move, whichever way it was found."""
    batch, aligned = a.batch_shape, move(b)

    def numbers(name: str, dtype: torch.dtype = torch.float64) -> Tensor:
        return torch.tensor([getattr(each, name) for each in found], dtype=dtype).reshape(batch)

    inputs = probe_inputs(data) if data is not None else _normal_inputs(a.spec.widths[0])
    told = [largest_difference(b[index], aligned[index], inputs) for index in np.ndindex(*batch)]
    difference, largest = torch.tensor(told, dtype=torch.float64).T.reshape(2, *batch)
    after = (a - aligned).flatten().norm(dim=-1)
    return Match(
        a, b, move, aligned, method, signed,
        objective=numbers("value"), start_objective=numbers("start"),
        starts=numbers("tried", torch.int64), hits=numbers("hits", torch.int64),
        distance_before=(a - b).flatten().norm(dim=-1), distance_after=after,
        difference=difference, largest_output=largest, points=len(inputs), is_copy=are_copies(a, aligned, inputs),
        before=before, after=None if before is None else interpolate_to_copy(before, aligned),
    )  # fmt: skip


def are_copies(a: Network, aligned: Network, inputs: Tensor) -> Tensor:
    """Whether each of the second is one of the first but for rounding, in its parameters and in its answers, ``(*batch,)``."""
    most, batch = COPY[a.dtype], a.batch_shape
    near = (a - aligned).flatten().norm(dim=-1) <= most * a.flatten().norm(dim=-1)
    told = [largest_difference(a[index], aligned[index], inputs) for index in np.ndindex(*batch)]
    alike = torch.tensor([difference <= most * largest for difference, largest in told]).reshape(batch)
    return torch.logical_and(near, alike.to(near.device))


def _normal_inputs(width: int) -> Tensor:
    return torch.randn(PROBES, width, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
