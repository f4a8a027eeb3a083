"""The evaluation engine: losses at many points of an affine slice of parameter space, without a loop over points.

A slice is ``theta(c) = theta_0 + sum_j c_j u_j`` with coordinates ``c`` of ``d`` numbers. Axes, everywhere below: ``B``
slices (the flattened batch), ``P`` points, ``D = d + 1`` terms (the origin first, with coordinate 1), ``n`` nodes, ``N``
samples. Activations are kept as ``(B, P, n, N)``: one matrix product a point, samples contiguous.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import torch
from torch import Tensor

from permviz.activations import get_activation
from permviz.network import Data, Network, loss_of_outputs

CHUNK_NUMBERS = 2**18
"""Activations of the widest layer held at once, about: enough to keep the products busy, few enough to stay in cache."""


def affine_losses(
    origin: Network,
    directions: Sequence[Network],
    coordinates: Tensor,
    data: Data,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Losses ``(*batch, P)`` at ``theta_0 + sum_j c_j u_j``.

    Args:
        origin: ``theta_0``, batch shape ``(*batch)``.
        directions: ``u_1 .. u_d``, of the origin's shape and batch shape.
        coordinates: ``(P, d)``, shared by the whole batch.
        data: inputs, targets and the loss.
        dtype: of the computation and of the result. float32 takes half the time and is good to about six digits.

    Losses that overflow come out as infinite, as :func:`permviz.network.loss` has them. Not differentiable.

    Raises:
        ValueError: where shapes do not fit together.
    """
    _check(origin, directions, coordinates, data)
    batch, points = origin.batch_shape, coordinates.shape[0]
    with torch.no_grad():
        terms = torch.cat([torch.ones_like(coordinates[:, :1]), coordinates], dim=1).to(origin.device, dtype)
        weights, biases = _stacked(origin, directions, dtype)
        inputs = data.inputs.to(dtype)
        slices = weights[0].shape[0]
        losses = torch.empty(slices, points, dtype=dtype, device=origin.device)
        numbers = inputs.shape[0] * max(w.shape[-2] for w in weights)
        per_chunk = max(1, CHUNK_NUMBERS // numbers)
        point_step = min(points, per_chunk)
        slice_step = max(1, per_chunk // max(1, point_step))
        for b, p in product(range(0, slices, slice_step), range(0, points, max(1, point_step))):
            rows, columns = slice(b, b + slice_step), slice(p, p + point_step)
            outputs = _outputs([w[rows] for w in weights], [v[rows] for v in biases], terms[columns], inputs, origin.activation)
            losses[rows, columns] = loss_of_outputs(outputs, data.targets, data.loss)
    return losses.reshape(*batch, points)


def _check(origin: Network, directions: Sequence[Network], coordinates: Tensor, data: Data) -> None:
    for j, u in enumerate(directions, start=1):
        if u.spec != origin.spec or u.batch_shape != origin.batch_shape:
            raise ValueError(
                f"Direction {j} has widths {u.spec.widths} and batch {tuple(u.batch_shape)}: "
                f"expected those of the origin, {origin.spec.widths} and {tuple(origin.batch_shape)}."
            )
    if coordinates.ndim != 2 or coordinates.shape[1] != len(directions):
        raise ValueError(
            f"Coordinates of shape {tuple(coordinates.shape)} given for {len(directions)} directions: "
            f"expected (P, {len(directions)})."
        )
    if data.inputs.shape[-1] != origin.spec.widths[0]:
        raise ValueError(
            f"Inputs of shape {tuple(data.inputs.shape)} given to a network with {origin.spec.widths[0]} inputs: "
            f"expected (N, {origin.spec.widths[0]})."
        )


def _stacked(origin: Network, directions: Sequence[Network], dtype: torch.dtype) -> tuple[list[Tensor], list[Tensor]]:
    """Per layer, weights ``(B, D, n_k, n_{k-1})`` and biases ``(B, D, n_k)``."""
    networks, rank = (origin, *directions), len(origin.batch_shape)
    weights, biases = [], []
    for ws in zip(*(net.weights for net in networks), strict=True):
        weights.append(torch.stack([w.to(dtype) for w in ws], dim=rank).reshape(-1, len(networks), *ws[0].shape[-2:]))
    for bs in zip(*(net.biases for net in networks), strict=True):
        biases.append(torch.stack([b.to(dtype) for b in bs], dim=rank).reshape(-1, len(networks), bs[0].shape[-1]))
    return weights, biases


def _at(terms: Tensor, basis: Tensor) -> Tensor:
    """``(B, P, ...)`` at terms ``(P, D)`` of the affine map with coefficients ``(B, D, ...)``."""
    return (terms @ basis.flatten(2)).reshape(basis.shape[0], terms.shape[0], *basis.shape[2:])


def _outputs(weights: list[Tensor], biases: list[Tensor], terms: Tensor, inputs: Tensor, activation: str) -> Tensor:
    """Outputs ``(B, P, N, n_L)``."""
    sigma = get_activation(activation).value_
    h = inputs.mT
    for k, (w, b) in enumerate(zip(weights, biases, strict=True), start=1):
        h = torch.matmul(_at(terms, w), h).add_(_at(terms, b).unsqueeze(-1))
        if k < len(weights):
            h = sigma(h)
    return h.mT
