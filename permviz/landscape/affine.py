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

import torch
from torch import Tensor

from permviz.landscape.affine_slices import Slices
from permviz.landscape.processor import spread
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
        slices = Slices.of(origin, directions, dtype)
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


class _Shared:
    """Some slices and their bases, which whoever comes first computes and the others wait for."""

    def __init__(self, part: Slices, inputs: Tensor) -> None:
        self.part, self._inputs, self._lock = part, inputs, threading.Lock()
        self._bases: list[Tensor] | None = None

    def bases(self) -> list[Tensor]:
        with self._lock:
            if self._bases is None:
                self._bases = self.part.bases(self._inputs)
            return self._bases
