"""Jacobians of small networks with respect to all their parameters, in closed form.

Columns follow ``Network.flatten``: ``W_1`` row by row, ``b_1``, ``W_2``, ... . Inside, samples stand last (see
:mod:`permviz.derivatives.passes`): a Jacobian is ``(B, n_L, P, N)``, and ``(*batch, N, n_L, P)`` only in the public answer.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from permviz.derivatives.passes import forward, with_ones
from permviz.networks.checks import checked
from permviz.networks.frozen import on_free
from permviz.networks.network import Network, unflatten

CHUNK = 2**20
"""Numbers of a Jacobian that are held at once (8 MB in float64)."""


def parameter_jacobian(weights: Sequence[Tensor], activations: Sequence[Tensor], slopes: Sequence[Tensor]) -> Tensor:
    """``d outputs / d theta`` as ``(B, n_L, P, N)``: for each output, delta outer activation, layer by layer.

    Args:
        weights: ``W_1 .. W_L``, each ``(B, n_k, n_{k-1})``.
        activations: ``h_0, ..., h_{L-1}``, each ``(B or 1, n_k, N)``.
        slopes: ``sigma'(z_1), ..., sigma'(z_{L-1})``, each ``(B, n_k, N)``.
    """
    batch, outputs, _ = weights[-1].shape
    samples = activations[-1].shape[-1]
    eye = torch.eye(outputs, dtype=weights[0].dtype, device=weights[0].device)
    delta = eye[None, :, :, None].expand(batch, outputs, outputs, samples)
    end = sum(w.shape[1] * (w.shape[2] + 1) for w in weights)
    result = delta.new_empty(batch, outputs, end, samples)
    for k in range(len(weights) - 1, -1, -1):
        nodes, fan_in = weights[k].shape[1:]
        start = end - nodes * (fan_in + 1)
        result[:, :, end - nodes : end] = delta
        block = result[:, :, start : end - nodes].view(batch, outputs, nodes, fan_in, samples)
        torch.mul(delta.unsqueeze(3), activations[k][:, None, None], out=block)
        if k:
            last = k == len(weights) - 1  # where delta is the identity
            pulled = weights[k].unsqueeze(-1) if last else weights[k].mT.unsqueeze(1) @ delta
            delta = pulled * slopes[k - 1].unsqueeze(1)
        end = start
    return result


@checked
def jacobian(network: Network, inputs: Tensor) -> Tensor:
    """The derivative of every output with respect to every parameter, for each input.

    Args:
        network: any batch shape.
        inputs: ``(N, n_0)``.

    Returns:
        ``(*batch, N, n_L, P)``, parameters in the order of :meth:`Network.flatten`, 0 for frozen ones; in the network's dtype.

    Raises:
        ValueError: if the inputs do not fit the network.

    >>> line = Network((torch.tensor([[2.0]]),), (torch.tensor([1.0]),))
    >>> jacobian(line, torch.tensor([[3.0]]))  # d(w x + b) = (x, 1)
    tensor([[[3., 1.]]])
    """
    spec = network.spec
    if inputs.ndim != 2 or inputs.shape[-1] != spec.widths[0]:
        raise ValueError(f"Inputs of shape {tuple(inputs.shape)} given: expected (N, {spec.widths[0]}).")
    outputs, samples = spec.widths[-1], inputs.shape[0]
    augmented = with_ones(inputs.to(network.device, network.dtype))
    with torch.no_grad():
        theta = network.flatten().reshape(-1, spec.parameter_count)
        size = max(1, CHUNK // max(1, spec.parameter_count * outputs * samples))
        parts = []
        for rows in torch.split(theta, size):
            part = unflatten(spec, rows)
            activations, slopes = forward(spec.activation, augmented, part.weights, part.biases)
            parts.append(parameter_jacobian(part.weights, [augmented[None, :-1], *activations[:-1]], slopes))
        result = torch.cat(parts).permute(0, 3, 1, 2)
    return on_free(spec, result.reshape(*network.batch_shape, samples, outputs, spec.parameter_count))
