"""The evaluation engine: losses at many points of affine slices of parameter space, without a loop over points.

A slice is ``theta(c) = theta_0 + sum_j c_j u_j`` with ``d`` coordinates ``c``. Axes, everywhere below: ``B`` slices (the
flattened batch), ``P`` points, ``D = d + 1`` terms (the origin first, with coordinate 1), ``n`` nodes, ``N`` samples.
Activations are kept as ``(B P, n, N)``: one matrix product a point, samples next to each other in memory.

Three facts about affine slices save most of the work. The first pre-activations are affine in ``c``, so their products with
the inputs are taken once a slice. Nodes whose incoming weights no direction touches are the same at every point: when two
nodes of sixteen are swapped, fourteen. And ``tanh(z) = 2 sigmoid(2 z) - 1``: a tanh network is a sigmoid network with other
weights, and torch needs less time for a sigmoid on most processors (:func:`.processor.preferred_form`). Weight decay needs no
pass at all: ``||theta(c)||^2`` is a quadratic form in ``(1, c)``, the Gram matrix of the slice.

The points go through in chunks, which are dealt to as many threads as torch has. How they are cut does not depend on that
number, so the losses are the same to the last bit whatever it is.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from permviz.landscape.processor import preferred_form, spread
from permviz.networks.activations import Form, get_activation
from permviz.networks.checks import checked
from permviz.networks.evaluation import check_data, check_outputs, decay_of
from permviz.networks.losses import get_loss
from permviz.networks.network import Data, Network

CHUNK_BYTES = 2**21
"""Activations of the widest layer held at once, about: enough to keep the products busy, few enough to stay in cache."""


@checked
def affine_losses(
    origin: Network,
    directions: Sequence[Network],
    coordinates: Tensor,
    data: Data,
    dtype: torch.dtype = torch.float64,
    *,
    workers: int | None = None,
) -> Tensor:
    """Losses ``(*batch, P)`` at ``theta_0 + sum_j c_j u_j``.

    Args:
        origin: ``theta_0``, batch shape ``(*batch)``.
        directions: ``u_1 .. u_d``, of the origin's shape and batch shape.
        coordinates: ``(P, d)``, shared by the whole batch.
        data: inputs, targets, the loss, and the decay that is added.
        dtype: of the computation and of the result; float32 takes half the time and keeps about six digits. Where it overflows,
            all is computed in float64 in its place.
        workers: threads to deal the work to; ``None``: as many as torch has in this thread, ``torch.get_num_threads()``.

    Losses that overflow come out as infinite, as :func:`permviz.networks.network.loss` has them. Not differentiable.

    Raises:
        ValueError: where shapes do not fit together, the data not the loss, or for fewer workers than one.
    """
    _check(origin, directions, coordinates, data)
    workers = _checked_workers(workers, origin.device)
    points, samples = coordinates.shape[0], data.inputs.shape[0]
    with torch.no_grad():
        ones = torch.ones(points, 1, dtype=dtype, device=origin.device)
        terms = torch.cat([ones, coordinates.to(ones)], dim=1)
        loss, inputs = get_loss(data.loss), data.inputs.to(ones)
        targets = loss.pack(data.targets.to(origin.device), dtype)
        slices = _Slices.of(origin, directions, dtype)
        losses = torch.empty(slices.count, points, dtype=dtype, device=origin.device)
        numbers = samples * slices.width
        together = max(1, CHUNK_BYTES // (dtype.itemsize * numbers))
        point_step = max(1, min(points, together))
        slice_step = max(1, together // point_step)

        def evaluate(chunks: Iterator[tuple[_Shared, int, int]]) -> None:
            # Two buffers, read and written in turn: fresh memory for every product would cost more than the product.
            buffers = torch.empty(2, point_step * min(slice_step, slices.count) * numbers, dtype=dtype, device=origin.device)
            for shared, b, p in chunks:
                outputs = shared.part.outputs(shared.bases(), terms[p : p + point_step], buffers)
                losses[b : b + slice_step, p : p + point_step] = loss.value_(outputs, targets).view(shared.part.count, -1)

        chunks = (
            (shared, b, p)
            for b in range(0, slices.count, slice_step)
            for shared in [_Shared(slices[b : b + slice_step], inputs.mT)]
            for p in range(0, points, point_step)
        )
        spread(evaluate, chunks, workers)
    if decay := decay_of(data):
        losses += (decay * _squared_norms(origin, directions, coordinates)).to(dtype)
    if dtype == torch.float32 and not bool(losses.isfinite().all()):
        return affine_losses(origin, directions, coordinates, data, torch.float64, workers=workers)
    return losses.reshape(*origin.batch_shape, points)


def _squared_norms(origin: Network, directions: Sequence[Network], coordinates: Tensor) -> Tensor:
    """``||theta(c)||^2``, ``(B, P)``, in float64: a norm beyond its range is infinite, as it is when summed."""
    parameters = [net.flatten().detach().double().reshape(-1, origin.spec.parameter_count) for net in (origin, *directions)]
    terms = torch.cat([coordinates.new_ones(len(coordinates), 1), coordinates], dim=1).double()
    theta = torch.stack(parameters, dim=1)
    scale = theta.abs().amax((1, 2)).clamp(min=torch.finfo(theta.dtype).tiny)
    theta = theta / scale[:, None, None]
    squares = torch.einsum("pd,bde,pe->bp", terms, theta @ theta.mT, terms)
    return (squares.clamp(min=0).sqrt() * scale[:, None]).square()


def _checked_workers(workers: int | None, device: torch.device) -> int:
    if workers is None:
        return torch.get_num_threads() if device.type == "cpu" else 1
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise ValueError(f"Workers {workers!r} given: expected a whole number of 1 or more, or None.")
    return workers


def _check(origin: Network, directions: Sequence[Network], coordinates: Tensor, data: Data) -> None:
    for j, u in enumerate(directions, start=1):
        if u.spec != origin.spec or u.batch_shape != origin.batch_shape:
            raise ValueError(
                f"Direction {j} has widths {u.spec.widths}, {u.activation} and batch {tuple(u.batch_shape)}: "
                f"expected those of the origin, {origin.spec.widths}, {origin.activation} and {tuple(origin.batch_shape)}."
            )
    if coordinates.ndim != 2 or coordinates.shape[1] != len(directions):
        raise ValueError(
            f"Coordinates of shape {tuple(coordinates.shape)} given for {len(directions)} directions: "
            f"expected (P, {len(directions)})."
        )
    check_data(data)
    if data.inputs.shape[-1] != origin.spec.widths[0]:
        raise ValueError(
            f"Inputs of shape {tuple(data.inputs.shape)} given to a network with {origin.spec.widths[0]} inputs: "
            f"expected (N, {origin.spec.widths[0]})."
        )
    check_outputs(data.targets, origin.spec.widths[-1], data.loss)


@dataclass(frozen=True, eq=False)
class _Slices:
    """``B`` slices through networks of one shape.

    Attributes:
        weights: one a layer, ``(B, D, n_k, n_{k-1})``.
        biases: one a layer, ``(B, D, n_k)``.
        activation: of the hidden layers.
        still: how many of the first layers no direction touches; never the last one.
        moving: of the layer after those, how many nodes change along the slice; they come first.
    """

    weights: list[Tensor]
    biases: list[Tensor]
    activation: str
    still: int
    moving: int

    @classmethod
    def of(cls, origin: Network, directions: Sequence[Network], dtype: torch.dtype) -> _Slices:
        networks, axis = (origin, *directions), len(origin.batch_shape)
        weights, biases = (
            [torch.stack(kind, dim=axis).to(dtype).flatten(0, axis - 1) if axis else torch.stack(kind)[None].to(dtype)
             for kind in zip(*parameters, strict=True)]
            for parameters in ([net.weights for net in networks], [net.biases for net in networks])
        )  # fmt: skip
        activation = origin.activation
        if (form := preferred_form(activation, dtype)) is not None:
            weights, biases, activation = *_rewritten(weights, biases, form), form.activation
        still, touched = 0, _touched(weights[0], biases[0])
        while still < len(weights) - 1 and not touched.any():
            still += 1
            touched = _touched(weights[still], biases[still])
        moving = int(touched.sum(-1).max()) if still < len(weights) - 1 else touched.shape[-1]
        if moving < touched.shape[-1]:
            order = touched.to(torch.int8).argsort(dim=-1, descending=True, stable=True)[:, None, :]
            weights[still] = torch.take_along_dim(weights[still], order[..., None], dim=-2)
            biases[still] = torch.take_along_dim(biases[still], order, dim=-1)
            weights[still + 1] = torch.take_along_dim(weights[still + 1], order[..., None, :], dim=-1)
        return cls(weights, biases, activation, still, moving)

    @property
    def count(self) -> int:
        return self.weights[0].shape[0]

    @property
    def width(self) -> int:
        """Nodes of the widest layer that must be computed at every point."""
        return max([self.moving, *(w.shape[-2] for w in self.weights[self.still + 1 :])])

    def __getitem__(self, rows: slice) -> _Slices:
        return _Slices(
            [w[rows] for w in self.weights], [b[rows] for b in self.biases], self.activation, self.still, self.moving
        )

    def bases(self, inputs: Tensor) -> list[Tensor]:
        """For each layer that moves, the part of its pre-activations that is affine in ``c``: ``(B, D, n, N or 1)``."""
        sigma, first, m, h = get_activation(self.activation).value_, self.still, self.moving, inputs
        for w, b in zip(self.weights[:first], self.biases[:first], strict=True):
            h = sigma(_products(w[:, :1], h).add_(b[:, :1, :, None])).squeeze(1)
        w, b = self.weights[first], self.biases[first]
        bases = [_products(w[:, :, :m], h).add_(b[:, :, :m, None])]
        rest = [v[..., None] for v in self.biases[first + 1 :]]
        if rest and m < w.shape[-2]:
            h = sigma(_products(w[:, :1, m:], h).add_(b[:, :1, m:, None])).squeeze(1)
            rest[0] = _products(self.weights[first + 1][..., m:], h).add_(rest[0])
        return bases + rest

    def outputs(self, bases: list[Tensor], terms: Tensor, buffers: Tensor) -> Tensor:
        """Outputs ``(B P, n_L, N)`` at terms ``(P, D)``, in one of the two buffers."""
        sigma, samples = get_activation(self.activation).value_, bases[0].shape[-1]
        out, spare = buffers
        rows = self.count * terms.shape[0]

        def room(buffer: Tensor, nodes: int) -> Tensor:
            return buffer[: rows * nodes * samples].view(rows, nodes, samples)

        h = room(out, bases[0].shape[-2])
        torch.bmm(terms.expand(self.count, -1, -1), bases[0].flatten(2), out=h.view(self.count, terms.shape[0], -1))
        for k, (base, w) in enumerate(zip(bases[1:], self.weights[self.still + 1 :], strict=True)):
            w = w[..., : self.moving] if k == 0 else w
            out, spare = spare, out
            h = torch.baddbmm(_at(terms, base), _at(terms, w), sigma(h), out=room(out, w.shape[-2]))
        return h


class _Shared:
    """Some slices and their bases, which whoever comes first computes and the others wait for."""

    def __init__(self, part: _Slices, inputs: Tensor) -> None:
        self.part, self._inputs, self._lock = part, inputs, threading.Lock()
        self._bases: list[Tensor] | None = None

    def bases(self) -> list[Tensor]:
        with self._lock:
            if self._bases is None:
                self._bases = self.part.bases(self._inputs)
            return self._bases


def _rewritten(weights: list[Tensor], biases: list[Tensor], form: Form) -> tuple[list[Tensor], list[Tensor]]:
    """The same functions by way of another activation: ``sigma(z) = outer * rho(inner * z) + shift``."""
    scaled_weights, scaled_biases = [], []
    for k, (w, b) in enumerate(zip(weights, biases, strict=True)):
        if k > 0:
            w, b = form.outer * w, b + form.shift * w.sum(-1)
        inner = form.inner if k < len(weights) - 1 else 1.0
        scaled_weights.append(w * inner)
        scaled_biases.append(b * inner)
    return scaled_weights, scaled_biases


def _touched(weight: Tensor, bias: Tensor) -> Tensor:
    """Nodes ``(B, n)`` whose incoming weights or bias some direction changes."""
    return (weight[:, 1:] != 0).any(-1).any(1) | (bias[:, 1:] != 0).any(1)


def _products(weight: Tensor, h: Tensor) -> Tensor:
    """``(B, D, n, N)`` from ``(B, D, n, m)`` and activations ``(m, N)`` or ``(B, m, N)``."""
    return (weight.flatten(1, 2) @ h).view(*weight.shape[:3], h.shape[-1])


def _at(terms: Tensor, basis: Tensor) -> Tensor:
    """``(B P, n, m)`` at terms ``(P, D)`` of the affine map with coefficients ``(B, D, n, m)``."""
    return (terms @ basis.flatten(2)).view(-1, *basis.shape[2:])
