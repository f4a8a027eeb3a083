"""Slices of the loss along straight lines, and the barriers on them. Planes are in :mod:`permviz.landscape.planes`.

A line is ``theta(t) = (1 - t) A + t B``. Parameter space is ``Network.flatten``'s, with its Euclidean norm. A slice is exact
where it passes, and says nothing of what lies beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from permviz.derivatives.passes import loss_and_gradient
from permviz.landscape.affine import affine_losses
from permviz.landscape.planes import PlaneSlice as PlaneSlice
from permviz.landscape.planes import plane_slice as plane_slice
from permviz.landscape.planes import random_plane as random_plane
from permviz.networks.checks import checked
from permviz.networks.network import Data, Network, broadcast, unflatten
from permviz.networks.results import Result
from permviz.symmetry.permutation import Permutation

BARRIERS = ("entezari", "ainsworth")
LINE_POINTS = 101
"""Points of every line, so that its barrier is one number wherever it is told; odd, so that its middle is one of them."""
MOST_POINTS = 10_001
PARAMETERS_AT_ONCE = 2**22
"""Numbers (32 MB in float64) to which the parameters of many points are limited at any moment."""


@dataclass(frozen=True, eq=False, repr=False)
class Lines(Result):
    """Losses along one line, or along a batch of lines.

    Attributes:
        t: ``(T,)``, from 0 to 1.
        losses: ``(*batch, T)``.
    """

    t: Tensor
    losses: Tensor

    @property
    def chord(self) -> Tensor:
        """``(1 - t) L(A) + t L(B)``, ``(*batch, T)``: a convex loss stays on or below it."""
        start, end = self.losses[..., :1], self.losses[..., -1:]
        chord = (1 - self.t) * start + self.t * end
        chord[..., :1], chord[..., -1:] = start, end  # 0 times an infinite loss is not a number
        return chord

    def base(self, definition: str = "entezari") -> Tensor:
        """What a barrier rises above, ``(*batch, T)``: the chord, or the mean of the ends; names as in :meth:`barrier`."""
        if definition == "entezari":
            return self.chord
        if definition == "ainsworth":
            return ((self.losses[..., :1] + self.losses[..., -1:]) / 2).expand_as(self.losses)
        raise ValueError(f"Unknown barrier {definition!r}: choose one of {', '.join(BARRIERS)}.")

    def _excess(self, definition: str) -> Tensor:
        return self.losses - self.base(definition)

    @checked
    def barrier(self, definition: str = "entezari") -> Tensor:
        """The barrier on each line, ``(*batch,)``, over the points that were computed.

        Args:
            definition: "entezari", ``max_t L(theta(t)) - [(1 - t) L(A) + t L(B)]`` (Entezari et al. 2021, eq. 1), or
                "ainsworth", ``max_t L(theta(t)) - [L(A) + L(B)] / 2`` (Ainsworth et al. 2023, def. 2.2). They agree where both
                ends have the same loss, as copies have; else the second is positive even on a line that keeps to its chord.

        Raises:
            ValueError: for another name.
        """
        return self._excess(definition).amax(-1)

    @checked
    def barrier_at(self, definition: str = "entezari") -> Tensor:
        """The ``t`` at which the barrier is reached, ``(*batch,)``; the first of several."""
        return self.t[self._excess(definition).argmax(-1)]


@dataclass(frozen=True, eq=False, repr=False)
class LineSlice(Lines):
    """The line from ``start`` (A, ``t = 0``) to ``end`` (B, ``t = 1``)."""

    start: Network
    end: Network
    data: Data

    @property
    def gradient_norms(self) -> Tensor:
        """``||dL/dtheta||_2`` at every point, ``(*batch, T)``; computed at the first request."""
        return self._derivatives[0]

    @property
    def slopes(self) -> Tensor:
        """``d/dt L(theta(t)) = <dL/dtheta, B - A>`` at every point, ``(*batch, T)``; computed at the first request."""
        return self._derivatives[1]

    @cached_property
    def _derivatives(self) -> tuple[Tensor, Tensor]:
        spec, dtype = self.start.spec, self.losses.dtype
        start, end = (net.to(dtype).flatten().reshape(-1, 1, spec.parameter_count) for net in (self.start, self.end))
        norms, slopes = [], []
        step = max(1, PARAMETERS_AT_ONCE // max(1, start.numel()))
        for first in range(0, len(self.t), step):
            theta = torch.lerp(start, end, self.t[first : first + step, None])
            gradient = loss_and_gradient(unflatten(spec, theta), self.data)[1].flatten()
            norms.append(torch.linalg.vector_norm(gradient, dim=-1))
            slopes.append((gradient * (end - start)).sum(-1))
        shape = self.losses.shape
        return torch.cat(norms, dim=1).reshape(shape), torch.cat(slopes, dim=1).reshape(shape)


def _fractions(points: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    if isinstance(points, bool) or not isinstance(points, int) or not 2 <= points <= MOST_POINTS:
        raise ValueError(f"Points {points!r} given: expected a whole number from 2 (the ends alone) to {MOST_POINTS}.")
    return torch.linspace(0, 1, points, dtype=torch.float64, device=device).to(dtype)


@checked
def line_slice(a: Network, b: Network, data: Data, points: int = LINE_POINTS, dtype: torch.dtype = torch.float64) -> LineSlice:
    """The loss on the straight line from ``a`` to ``b`` (Goodfellow, Vinyals & Saxe 2014).

    Args:
        a, b: networks of one shape; batch axes broadcast against each other, one line each.
        data: inputs, targets and the loss.
        points: ``T``, ends included; an odd number includes the midpoint.
        dtype: of the computation and of the result.

    Raises:
        ValueError: for networks of different shapes, batch axes that do not broadcast, or too few points.

    >>> from permviz.networks.datasets import load_dataset
    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> net = init_network(NetworkSpec((2, 4, 1)))
    >>> copy = Permutation.transposition(net.spec, layer=1, nodes=(0, 1))(net)
    >>> line = line_slice(net, copy, load_dataset("moons"), points=11)
    >>> bool(torch.allclose(line.losses, line.losses.flip(-1), rtol=1e-13))  # swapping again exchanges the ends
    True
    """
    a, b = broadcast(a.to(dtype), b.to(dtype))
    t = _fractions(points, dtype, a.device)
    return LineSlice(t, affine_losses(a, [b - a], t[:, None], data, dtype), a, b, data)


@dataclass(frozen=True, eq=False, repr=False)
class TranspositionLines(Lines):
    """Lines from a network to each of its copies with two nodes of one layer swapped; losses ``(*batch, n (n-1) / 2, T)``.

    Attributes:
        layer: the hidden layer, counted from 1.
        pairs: the nodes swapped, ``(i, j)`` with ``i < j``, in the order of :meth:`Permutation.transpositions`.
    """

    layer: int
    pairs: tuple[tuple[int, int], ...]

    @checked
    def barrier_matrix(self, definition: str = "entezari") -> Tensor:
        """Barriers as a symmetric matrix ``(*batch, n, n)`` over the layer's nodes, zero on the diagonal."""
        barriers, n = self.barrier(definition), self.pairs[-1][1] + 1
        i, j = torch.tensor(self.pairs, device=barriers.device).T
        matrix = barriers.new_zeros(*barriers.shape[:-1], n, n)
        matrix[..., i, j] = barriers
        matrix[..., j, i] = barriers
        return matrix


@checked
def transposition_lines(
    network: Network, data: Data, layer: int, points: int = LINE_POINTS, dtype: torch.dtype = torch.float64
) -> TranspositionLines:
    """The lines from a network to all its copies with two nodes of ``layer`` swapped.

    Swapping again exchanges the ends of such a line, so ``L(theta(t)) = L(theta(1 - t))`` and half of it is computed.

    Raises:
        ValueError: for a layer that is not hidden or has one node, or too few points.
    """
    swaps = Permutation.transpositions(network.spec, layer)
    t = _fractions(points, dtype, network.device)
    losses = swap_losses(network, swaps, data, t)
    pairs = torch.combinations(torch.arange(network.spec.hidden[layer - 1])).tolist()
    return TranspositionLines(t, losses, layer, tuple((i, j) for i, j in pairs))


def swap_losses(network: Network, swaps: Permutation, data: Data, t: Tensor) -> Tensor:
    """Losses ``(*batch, S, T)`` on the lines to the copies under ``S`` swaps of two nodes, at the fractions ``t``, which lie
    symmetrically; half of them is computed, in ``t``'s dtype."""
    points, dtype = len(t), t.dtype
    half = t[: (points + 1) // 2, None]
    origin = network.to(dtype)[..., None]
    networks = math.prod(network.batch_shape)
    step = max(1, PARAMETERS_AT_ONCE // (network.spec.parameter_count * max(1, networks)))
    parts = []
    for first in range(0, len(swaps), step):
        start, copies = broadcast(origin, swaps[first : first + step](origin))
        parts.append(affine_losses(start, [copies - start], half, data, dtype))
    losses = torch.cat(parts, dim=-2)
    return torch.cat([losses, losses[..., : points // 2].flip(-1)], dim=-1)
