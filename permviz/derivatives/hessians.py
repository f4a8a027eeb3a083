"""Hessians and Gauss-Newton matrices of the losses of small networks, in closed form, by way of the nodes.

First, sample by sample, between nodes: ``S_km = d^2 L / (d z_k d z_m)``. From ``S_LL = d^2 L / d outputs^2`` downwards,
``S_mm = R_m^T S_{m+1,m+1} R_m + diag(dL/dh_m sigma''(z_m))`` with ``R_m = d z_{m+1} / d z_m = W_{m+1} diag(sigma'(z_m))``
(Botev, Ritter & Barber 2017), and ``S_km = R_k^T S_{k+1,m}``. Then, with ``dz_k / dW_k = h_{k-1}``, between parameters:
``sum_n S_km h_{k-1} h_{m-1}``, and for ``k < m`` also ``delta_m dh_{m-1}/dz_k h_{k-1}``, because ``z_m`` is bilinear in ``W_m``
and ``h_{m-1}`` (Bishop 1992). The Gauss-Newton matrix is what remains without ``sigma''`` and without the bilinear terms.

Samples stand last, as in :mod:`permviz.derivatives.passes`. Here layers count from 0, so that ``weights[k]`` makes ``z_k``, and
``inputs[k]`` are what it multiplies, with a row of ones for the bias.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import torch
from torch import Tensor

from permviz.derivatives.jacobians import parameter_jacobian
from permviz.derivatives.passes import Objective, Passes, propagate, pull_back
from permviz.networks.activations import get_activation
from permviz.networks.checks import checked
from permviz.networks.frozen import on_free_pairs
from permviz.networks.network import Data, Network, NetworkSpec, unflatten

MOST_HESSIAN_PARAMETERS = 2000
"""Hessians and Gauss-Newton matrices of more parameters are refused: 2000 already make 32 MB a network."""

CHUNK = 2**20
"""Numbers of the largest product that are held at once (8 MB in float64)."""


@checked
def hessian(network: Network, data: Data) -> Tensor:
    """The exact Hessian of the loss, ``(*batch, P, P)``, parameters in the order of :meth:`Network.flatten`.

    The formulas are those of this module's head; a weight decay ``lambda`` of the data adds ``2 lambda I``. Rows and columns
    of frozen entries are 0. At the kink of a ReLU it is the Hessian of the piece on the left.

    Raises:
        ValueError: if the widths do not fit the data, or for more than :data:`MOST_HESSIAN_PARAMETERS` parameters.

    >>> from permviz.networks.datasets import Dataset
    >>> x = torch.tensor([[1.0], [2.0]])
    >>> line = Network((torch.tensor([[2.0]]),), (torch.tensor([1.0]),))
    >>> hessian(line, Dataset("line", x, 2 * x, "squared", ("x",), ("y",)))  # 2/N sum (x, 1) (x, 1)^T
    tensor([[5., 3.],
            [3., 2.]])
    """
    spec = network.spec
    if spec.parameter_count > MOST_HESSIAN_PARAMETERS:
        raise ValueError(
            f"A network of {spec.parameter_count} parameters given: Hessians are formed for at most {MOST_HESSIAN_PARAMETERS}."
        )
    objective = Objective.of(spec, data, network.dtype, network.device)
    with torch.no_grad():
        flat = unflatten(spec, network.flatten().reshape(-1, spec.parameter_count))
        _, gradient, passes = propagate(objective, flat.weights, flat.biases)
        rows = torch.arange(len(gradient), device=network.device)
        matrices = curvature_matrices(objective, passes, rows, exact=True)
    return matrices.reshape(*network.batch_shape, spec.parameter_count, spec.parameter_count)


def curvature_matrices(objective: Objective, passes: Passes, rows: Tensor, exact: bool) -> Tensor:
    """Hessians, or else Gauss-Newton matrices, of some networks of a batch, a few at a time.

    Gauss-Newton matrices ``sum_n J_n^T (d^2 L / d outputs^2) J_n`` (Schraudolph 2002) are positive semidefinite, losses being
    convex in the outputs, and ``2/N J^T J`` for the squared loss. To either, decay adds ``2 lambda I``.

    Args:
        objective: the loss.
        passes: the forward and the backward pass of all networks of the batch.
        rows: indices of those wanted.
        exact: whether to compute Hessians.

    Returns:
        ``(len(rows), P, P)``, in the order of :meth:`Network.flatten`; 0 in the rows and columns of frozen entries.
    """
    gram = not exact and objective.spec.widths[-1] == 1
    numbers = objective.spec.parameter_count if gram else _largest_product(objective.spec)
    matrices = []
    for piece in torch.split(rows, max(1, CHUNK // (numbers * objective.samples))):
        here = passes.of(piece)
        matrices.append(_gram(objective, here) if gram else _by_nodes(objective, here, exact))
    result = matrices[0] if len(matrices) == 1 else torch.cat(matrices)
    if objective.decay:
        result.diagonal(dim1=1, dim2=2).add_(2 * objective.decay)
    return on_free_pairs(objective.spec, result)


def _gram(objective: Objective, passes: Passes) -> Tensor:
    """The Gauss-Newton matrix of networks with one output: the Gram matrix of their Jacobian, weighted."""
    J = parameter_jacobian(passes.weights, [objective.inputs.unsqueeze(0), *passes.activations[:-1]], passes.slopes).squeeze(1)
    J.mul_(objective.output_hessian(passes.activations[-1]).squeeze(1).sqrt())
    return torch.bmm(J, J.mT)


def _by_nodes(objective: Objective, passes: Passes, exact: bool) -> Tensor:
    """The Hessian or the Gauss-Newton matrix, by the formulas of the module's docstring."""
    weights, _, activations, slopes, deltas = passes
    batch, count = len(deltas[0]), objective.spec.parameter_count
    ones = objective.augmented[-1:].expand(batch, -1, -1)
    inputs = [objective.augmented.unsqueeze(0), *(torch.cat([h, ones], dim=1) for h in activations[:-1])]

    def pull(k: int, x: Tensor) -> Tensor:
        """``R_k^T x``, ``(B, n_k, ..., N)``, of ``(B, n_{k+1}, ..., N)``."""
        if x.shape[1] == 1:  # an outer product, as in pull_back
            return (weights[k + 1].mT * slopes[k]).unsqueeze(2) * x
        return torch.bmm(weights[k + 1].mT, x.flatten(2)).view(batch, -1, *x.shape[2:]).mul_(slopes[k].unsqueeze(2))

    blocks, top = [], objective.output_hessian(activations[-1])
    for m in reversed(range(len(weights))):
        pairs, moved = [top], None  # S_km and dh_{m-1} / dz_k, for k = m, m - 1, ..., 0
        for k in reversed(range(m)):
            pairs.append(pull(k, pairs[-1]))
        for k, pair in zip(reversed(range(m + 1)), pairs, strict=True):
            block = _moments(pair, inputs[k], inputs[m])
            if exact and k < m:
                moved = slopes[k] if moved is None else pull(k, _dense(moved))
                _add_bilinear(block, moved, deltas[m], inputs[k])
            blocks.append(block.flatten(1))
        if m:
            top = pull(m - 1, pairs[1].transpose(1, 2))
            if exact:
                _add_bends(top.diagonal(dim1=1, dim2=2), objective.spec.activation, passes, inputs[m - 1], m - 1)
    places = _places(objective.spec).to(top.device).expand(batch, -1)
    return torch.cat(blocks, dim=1).gather(1, places).view(batch, count, count)


def _moment(values: Tensor, others: Tensor) -> Tensor:
    """``sum_n values_..n others_pn`` as ``(B, ..., p)``, of ``(B, ..., N)`` and ``(B or 1, p, N)``."""
    if len(others) == 1:
        return values @ others[0].mT
    return torch.bmm(values.flatten(1, -2), others.mT).view(*values.shape[:-1], -1)


def _moments(pair: Tensor, left: Tensor, right: Tensor) -> Tensor:
    """``sum_n pair_ijn left_pn right_qn`` as ``(B, i, j, p, q)``; the smaller product is taken first."""
    p, q = left.shape[1], right.shape[1]
    if len(left) == len(right) == 1 and q <= pair[..., 0].numel():  # both are the data, the same for all networks
        return _moment(pair, (left.unsqueeze(2) * right.unsqueeze(1)).flatten(1, 2)).view(*pair.shape[:3], p, q)
    if p <= q:
        return _moment(pair.unsqueeze(3) * left[:, None, None], right)
    return _moment(pair.unsqueeze(3) * right[:, None, None], left).mT


def _dense(moved: Tensor) -> Tensor:
    """``(B, n, n, N)`` of a diagonal ``(B, n, N)``."""
    return torch.diag_embed(moved.mT).permute(0, 2, 3, 1) if moved.ndim == 3 else moved


def _add_bilinear(block: Tensor, moved: Tensor, delta: Tensor, inputs: Tensor) -> None:
    """Add ``sum_n delta_m dh_{m-1}/dz_k h_{k-1}`` to the block of ``W_k`` and ``W_m``, ``(B, n_k, n_m, p, q)``."""
    if moved.ndim == 3:  # k = m - 1: a node moves itself alone
        terms = _moment(delta.unsqueeze(2) * moved.unsqueeze(1), inputs)
        block[..., :-1].diagonal(dim1=1, dim2=4).add_(terms.mT)
    else:
        terms = _moment(moved.unsqueeze(2) * delta[:, None, :, None], inputs)
        block[..., :-1].add_(terms.mT)


def _add_bends(total: Tensor, activation: str, passes: Passes, inputs: Tensor, k: int) -> None:
    """Add ``dL/dh_k sigma''(z_k)`` to ``total``, ``(B, N, n_k)``."""
    sigma = get_activation(activation)
    if sigma.bend is not None:  # delta_k = dL/dh_k sigma'(z_k) is there already
        bend = sigma.bend(passes.activations[k], passes.slopes[k])
        total.addcmul_(passes.deltas[k].mT, bend.mT)
        return
    z = torch.cat([passes.weights[k], passes.biases[k].unsqueeze(-1)], dim=-1) @ inputs
    towards = pull_back(passes.weights[k + 1], passes.deltas[k + 1])
    total.addcmul_(towards.mT, sigma.second_derivative(z).mT)


def _largest_product(spec: NetworkSpec) -> int:
    """Numbers a sample of the largest product in :func:`_by_nodes`, of one network."""
    layers = [(nodes, fan_in + 1) for fan_in, nodes in pairwise(spec.widths)]
    return max(n * m * min(p, q) for n, p in layers for m, q in layers)


@lru_cache(maxsize=4)
def _places(spec: NetworkSpec) -> Tensor:
    """Where in the blocks of :func:`_by_nodes` each entry of the matrix stands, ``(P * P,)``."""
    layers, start = [], 0  # of each layer, the numbers of its parameters as (nodes, weights and bias)
    for fan_in, nodes in pairwise(spec.widths):
        numbers = torch.arange(start, start + nodes * (fan_in + 1))
        layers.append(torch.cat([numbers[:-nodes].view(nodes, fan_in), numbers[-nodes:, None]], dim=1))
        start += len(numbers)
    places, start = torch.empty(start, start, dtype=torch.int64), 0
    for m in reversed(range(len(layers))):
        for k in reversed(range(m + 1)):
            block = torch.arange(start, start + layers[k].numel() * layers[m].numel())
            block = block.view(len(layers[k]), len(layers[m]), layers[k].shape[1], layers[m].shape[1])
            rows, columns = layers[k][:, None, :, None], layers[m][None, :, None, :]
            places[rows, columns] = places[columns, rows] = block
            start += block.numel()
    return places.flatten()
