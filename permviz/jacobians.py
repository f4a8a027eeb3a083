"""Jacobians and Hessians of small networks with respect to all their parameters, in closed form.

Columns follow ``Network.flatten``: ``W_1`` row by row, ``b_1``, ``W_2``, ... . Inside, samples stand last (see
:mod:`permviz.gradients`): a Jacobian is ``(B, n_L, P, N)``, and ``(*batch, N, n_L, P)`` only in the public answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor

from permviz.activations import get_activation
from permviz.gradients import Objective, forward, with_ones
from permviz.network import Data, Network, NetworkSpec, unflatten

MOST_HESSIAN_PARAMETERS = 2000
"""Hessians and Gauss-Newton matrices of more parameters are refused: 2000 already make 32 MB a network."""

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
            delta = torch.einsum("bji,bojn->boin", weights[k], delta).mul_(slopes[k - 1].unsqueeze(1))
        end = start
    return result


def jacobian(network: Network, inputs: Tensor) -> Tensor:
    """The derivative of every output with respect to every parameter, for each input.

    Args:
        network: any batch shape.
        inputs: ``(N, n_0)``.

    Returns:
        ``(*batch, N, n_L, P)``, parameters in the order of :meth:`Network.flatten`; in the network's dtype.

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
    objective = Objective(spec, augmented, augmented.new_zeros(outputs, samples), "squared")
    with torch.no_grad():
        theta = network.flatten().reshape(-1, spec.parameter_count)
        size = max(1, CHUNK // max(1, spec.parameter_count * outputs * samples))
        parts = []
        for rows in torch.split(theta, size):
            part = unflatten(spec, rows)
            activations, slopes = forward(objective, part.weights, part.biases)
            parts.append(parameter_jacobian(part.weights, [objective.inputs.unsqueeze(0), *activations[:-1]], slopes))
        result = torch.cat(parts).permute(0, 3, 1, 2)
    return result.reshape(*network.batch_shape, samples, outputs, spec.parameter_count)


def gauss_newton(objective: Objective, rows: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Everything a Gauss-Newton step needs, at parameters ``rows`` of shape ``(B, P)``.

    The generalised Gauss-Newton matrix is ``G = sum_n J_n^T (d^2 L / d outputs^2) J_n`` (Schraudolph 2002); it is positive
    semidefinite for all three losses. For the squared loss it is ``2/N J^T J``.

    Returns:
        Losses ``(B,)``, gradients ``(B, P)``, matrices ``(B, P, P)`` and whether all samples are classified rightly ``(B,)``.
    """
    net = unflatten(objective.spec, rows)
    activations, slopes = forward(objective, net.weights, net.biases)
    outputs = activations[-1]
    J = parameter_jacobian(net.weights, [objective.inputs.unsqueeze(0), *activations[:-1]], slopes)
    # One row of J a parameter, one column a sample and output.
    residual = objective.output_gradient(outputs).flatten(1).unsqueeze(-1)
    gradient = torch.bmm(J.transpose(1, 2).flatten(2), residual).squeeze(-1)
    matrix = _weighted_gram(objective, J, outputs)
    return objective.losses(outputs), gradient, matrix, objective.separated(outputs)


def _weighted_gram(objective: Objective, J: Tensor, outputs: Tensor) -> Tensor:
    if objective.kind == "squared":
        flat = J.transpose(1, 2).flatten(2)
        return torch.bmm(flat, flat.mT).mul_(2 / objective.samples)
    if objective.kind == "binary-cross-entropy":
        p = torch.sigmoid(outputs)
        flat = (J * (p * torch.sigmoid(-outputs)).sqrt().unsqueeze(2)).squeeze(1)
    else:
        # diag(p) - p p^T = sum_k p_k (e_k - p)(e_k - p)^T
        p = torch.softmax(outputs, -2).unsqueeze(2)
        flat = ((J - (p * J).sum(1, keepdim=True)) * p.sqrt()).transpose(1, 2).flatten(2)
    return torch.bmm(flat, flat.mT).div_(objective.samples)


def _second_derivative(activation: str, z: Tensor) -> Tensor:
    """``sigma''(z)``, by differentiating the table's derivative; zero where that is piecewise constant."""
    with torch.enable_grad():
        z = z.detach().requires_grad_()
        slope = get_activation(activation).derivative(z)
        if not slope.requires_grad:
            return torch.zeros_like(z)
        return torch.autograd.grad(slope.sum(), z)[0]


def hessian(network: Network, data: Data) -> Tensor:
    """The exact Hessian of the loss, ``(*batch, P, P)``, parameters in the order of :meth:`Network.flatten`.

    First, sample by sample, between nodes: ``S_km = d^2 L / (d z_k d z_m)`` sums what every later layer bends,
    ``(d z_l / d z_k)^T diag(dL/dh_l sigma''(z_l)) (d z_l / d z_m)``, and ``d^2 L / d outputs^2`` likewise. Then, with
    ``dz_k / dW_k = h_{k-1}``, between parameters: ``sum_n S_km h_{k-1} h_{m-1}``, and for ``k < m`` also
    ``delta_m dh_{m-1}/dz_k h_{k-1}``, because ``z_m`` is bilinear in ``W_m`` and ``h_{m-1}`` (Bishop 1992). At the kink of a
    ReLU it is the Hessian of the piece on the left.

    Raises:
        ValueError: if the widths do not fit the data, or for more than :data:`MOST_HESSIAN_PARAMETERS` parameters.

    >>> from permviz.datasets import Dataset
    >>> x = torch.tensor([[1.0], [2.0]])
    >>> line = Network((torch.tensor([[2.0]]),), (torch.tensor([1.0]),))
    >>> hessian(line, Dataset("line", x, 2 * x, "squared", ("x",), ("y",)))  # 2/N sum (x, 1) (x, 1)^T
    tensor([[5., 3.],
            [3., 2.]])
    """
    spec = network.spec
    if spec.parameter_count > MOST_HESSIAN_PARAMETERS:
        raise ValueError(
            f"A network of {spec.parameter_count} parameters given: Hessians are computed up to {MOST_HESSIAN_PARAMETERS}."
        )
    objective = Objective.of(spec, data, network.dtype, network.device)
    with torch.no_grad():
        theta = network.flatten().reshape(-1, spec.parameter_count)
        matrices = exact_hessian(objective, theta)
    return matrices.reshape(*network.batch_shape, spec.parameter_count, spec.parameter_count)


def exact_hessian(objective: Objective, theta: Tensor) -> Tensor:
    """Hessians ``(B, P, P)`` at parameters ``(B, P)``, a few networks at a time."""
    widths = objective.spec.widths
    widest = max((n_in + 1) * n_out for n_in, n_out in pairwise(widths))
    size = max(1, CHUNK // (widest * max(widths[1:]) * objective.samples))
    return torch.cat([_hessian(objective, rows) for rows in torch.split(theta, size)])


def _hessian(objective: Objective, rows: Tensor) -> Tensor:
    spec, net = objective.spec, unflatten(objective.spec, rows)
    activations, slopes = forward(objective, net.weights, net.biases)
    ones = objective.augmented[-1:].expand(len(rows), -1, -1)
    inputs = objective.augmented.expand(len(rows), -1, -1)
    augmented = [inputs, *(torch.cat([h, ones], dim=1) for h in activations[:-1])]
    deltas, bends = _bends(objective, net, augmented, activations[-1], slopes)
    responses = _responses(net.weights, slopes, objective.samples)

    layers = len(net.weights)
    sizes = [w.shape[1] * (w.shape[2] + 1) for w in net.weights]
    starts = [sum(sizes[:k]) for k in range(layers)]
    result = rows.new_empty(len(rows), spec.parameter_count, spec.parameter_count)
    for k in range(layers):
        for m in range(k, layers):
            pair = _node_hessian(bends, responses, k, m)  # (B, n_k, n_m, N)
            product = pair.unsqueeze(3) * augmented[m][:, None, None]
            if m > k:  # z_m is bilinear in W_m and h_{m-1}, which the parameters of layer k move
                moved = (responses[k][m - 1] * slopes[m - 1].unsqueeze(2)).transpose(1, 2)
                product[:, :, :, :-1] += deltas[m][:, None, :, None] * moved.unsqueeze(2)
            block = torch.bmm(product.flatten(1, 3), augmented[k].mT)
            block = block.view(*product.shape[:4], -1).permute(0, 1, 4, 2, 3).reshape(len(rows), sizes[k], sizes[m])
            result[:, starts[k] : starts[k] + sizes[k], starts[m] : starts[m] + sizes[m]] = block
            result[:, starts[m] : starts[m] + sizes[m], starts[k] : starts[k] + sizes[k]] = block.mT
    order = _flatten_order(spec).to(rows.device)
    return result[:, order[:, None], order]


def _bends(
    objective: Objective, net: Network, augmented: list[Tensor], outputs: Tensor, slopes: list[Tensor]
) -> tuple[list[Tensor], list[Tensor]]:
    """``delta_k`` of each layer, and what each bends: ``dL/dh_k sigma''(z_k)``, ``(B, n_k, N)``; at the last, a matrix."""
    deltas, bends = [objective.output_gradient(outputs)], [objective.output_hessian(outputs)]
    for k in range(len(slopes) - 1, -1, -1):
        towards = torch.bmm(net.weights[k + 1].mT, deltas[0])
        z = torch.bmm(torch.cat([net.weights[k], net.biases[k].unsqueeze(-1)], dim=-1), augmented[k])
        deltas.insert(0, towards * slopes[k])
        bends.insert(0, towards * _second_derivative(net.activation, z))
    return deltas, bends


def _responses(weights: Sequence[Tensor], slopes: Sequence[Tensor], samples: int) -> list[dict[int, Tensor]]:
    """``d z_m / d z_k`` for layers ``k <= m``, counted from 0, as ``answer[k][m]`` of shape ``(B, n_m, n_k, N)``."""
    answer = []
    for k, w in enumerate(weights):
        eye = torch.eye(w.shape[1], dtype=w.dtype, device=w.device)
        found = {k: eye[None, :, :, None].expand(w.shape[0], -1, -1, samples)}
        for m in range(k + 1, len(weights)):
            if m == k + 1:
                found[m] = weights[m].unsqueeze(3) * slopes[k].unsqueeze(1)
                continue
            moved = found[m - 1] * slopes[m - 1].unsqueeze(2)
            found[m] = torch.bmm(weights[m], moved.flatten(2)).view(*moved.shape[:1], -1, *moved.shape[2:])
        answer.append(found)
    return answer


def _node_hessian(bends: list[Tensor], responses: list[dict[int, Tensor]], k: int, m: int) -> Tensor:
    """``d^2 L / (d z_k d z_m)``, ``k <= m``, sample by sample, ``(B, n_k, n_m, N)``: all later bends, seen from both layers."""
    last = len(bends) - 1
    # Layer m bends its own z_m, so that only the response of layer m to layer k is needed there.
    if m == last:
        total = sum((responses[k][m][:, p, :, None] * bends[m][:, p, None] for p in range(bends[m].shape[1])), start=0)
        assert isinstance(total, Tensor)
        return total
    total = (responses[k][m] * bends[m].unsqueeze(2)).transpose(1, 2).contiguous()
    for later in range(m + 1, last + 1):
        here, there = responses[k][later], responses[m][later]
        if later < last:
            there = there * bends[later].unsqueeze(2)
        else:
            there = torch.stack([(bends[later][:, p, :, None] * there).sum(1) for p in range(there.shape[1])], dim=1)
        for p in range(here.shape[1]):
            total.addcmul_(here[:, p, :, None], there[:, p, None])
    return total


def _flatten_order(spec: NetworkSpec) -> Tensor:
    """Where each parameter of ``Network.flatten`` stands if every node's bias follows its row of weights."""
    order, start = [], 0
    for fan_in, nodes in zip(spec.widths, spec.widths[1:], strict=False):
        places = torch.arange(start, start + nodes * (fan_in + 1)).view(nodes, fan_in + 1)
        order += [places[:, :-1].flatten(), places[:, -1]]
        start += nodes * (fan_in + 1)
    return torch.cat(order)
