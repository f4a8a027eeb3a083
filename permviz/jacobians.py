"""Jacobians and Hessians of small networks with respect to all their parameters, in closed form.

Columns follow ``Network.flatten``: ``W_1`` row by row, ``b_1``, ``W_2``, ... . Inside, samples stand last (see
:mod:`permviz.gradients`): a Jacobian is ``(B, n_L, P, N)``, and ``(*batch, N, n_L, P)`` only in the public answer.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from permviz.activations import get_activation
from permviz.gradients import Objective, forward, with_ones
from permviz.network import Data, Network, unflatten

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
    parts: list[Tensor] = []
    for k in range(len(weights) - 1, -1, -1):
        outer = delta.unsqueeze(3) * activations[k][:, None, None]
        parts += [delta, outer.reshape(batch, outputs, -1, samples)]
        if k:
            delta = torch.einsum("bji,bojn->boin", weights[k], delta) * slopes[k - 1].unsqueeze(1)
    return torch.cat(parts[::-1], dim=2)


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

    With ``A_k = d z_k / d theta``, ``D_k = d h_k / d theta`` and ``delta_k = dL/dz_k``, it is the sum of three terms:
    ``A_L^T (d^2 L / d outputs^2) A_L``; for each hidden layer ``A_k^T diag(dL/dh_k sigma''(z_k)) A_k``; and, because ``z_k`` is
    bilinear in ``W_k`` and ``h_{k-1}``, ``delta_k D_{k-1}`` between the entries of ``W_k`` and all earlier parameters (Bishop
    1992). At the kink of a ReLU it is the Hessian of the piece on the left.

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
    size = max(1, CHUNK // (objective.spec.parameter_count * objective.samples * max(objective.spec.widths[1:])))
    return torch.cat([_hessian(objective, rows) for rows in torch.split(theta, size)])


def _hessian(objective: Objective, rows: Tensor) -> Tensor:
    spec, net = objective.spec, unflatten(objective.spec, rows)
    activations, slopes = forward(objective, net.weights, net.biases)
    inputs = objective.inputs.expand(len(rows), -1, -1)
    previous = [inputs, *activations[:-1]]
    deltas = [objective.output_gradient(activations[-1])]
    towards = []  # dL/dh_k, last hidden layer first
    for w, slope in zip(net.weights[:0:-1], slopes[::-1], strict=True):
        towards.append(torch.bmm(w.mT, deltas[-1]))
        deltas.append(towards[-1] * slope)
    deltas, towards = deltas[::-1], towards[::-1]

    result = rows.new_zeros(len(rows), spec.parameter_count, spec.parameter_count)
    D = rows.new_zeros(len(rows), spec.widths[0], 0, objective.samples)  # the inputs depend on no parameter
    for k, w in enumerate(net.weights):
        before, nodes, fan_in = D.shape[2], w.shape[1], w.shape[2]
        cross = torch.einsum("bin,bjpn->bijp", deltas[k], D).flatten(1, 2)
        own = slice(before, before + nodes * fan_in)
        result[:, own, :before] += cross
        result[:, :before, own] += cross.mT
        A = torch.cat([torch.einsum("bij,bjpn->bipn", w, D), _direct(previous[k], nodes)], dim=2)
        if k == len(slopes):
            return result + _weighted_gram(objective, A, activations[-1])
        z = torch.baddbmm(net.biases[k].unsqueeze(-1), w, previous[k])
        curvature = towards[k] * _second_derivative(spec.activation, z)
        seen = A.shape[2]
        result[:, :seen, :seen] += torch.bmm(
            (A * curvature.unsqueeze(2)).transpose(1, 2).flatten(2), A.transpose(1, 2).flatten(2).mT
        )
        D = A * slopes[k].unsqueeze(2)
    raise AssertionError("a network has an output layer")


def _direct(h: Tensor, nodes: int) -> Tensor:
    """``d z_k / d (W_k, b_k)`` at fixed ``h_{k-1}``: ``(B, n_k, n_k n_{k-1} + n_k, N)``."""
    batch, fan_in, samples = h.shape
    weight = h.new_zeros(batch, nodes, nodes, fan_in, samples)
    weight.diagonal(dim1=1, dim2=2).copy_(h.unsqueeze(-1).expand(-1, -1, -1, nodes))
    bias = torch.eye(nodes, dtype=h.dtype, device=h.device)[None, :, :, None].expand(batch, -1, -1, samples)
    return torch.cat([weight.flatten(2, 3), bias], dim=2)
