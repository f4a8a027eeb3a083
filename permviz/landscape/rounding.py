"""How far the rounding of float64 can have carried a computed loss from the true one.

An output is a sum of terms that may cancel; what is left of them has the error of the terms, not its own. First-order
forward analysis (Higham 2002, section 3.5), with weights and biases of magnitudes ``M >= |W|`` and ``m >= |b|`` and the unit
roundoff ``u``: ``e_z = |W| e_h + (2 n_{k-1} + n_k + 4) u (M (|h| + 1) + m)`` and ``e_h = s e_z + 4 u (|h| + 1)``; ``s`` is
the steepest slope of any activation. The loss then errs by ``sum |dL/d outputs| e + sum e^2 / N``, and by its own summation;
decay by ``lambda sum (2 |theta| e_theta + (P + 2) u theta^2)``, with ``e_theta = (2 n_{k-1} + n_k + 4) u M``.
"""

from __future__ import annotations

import torch
from torch import Tensor

from permviz.derivatives.passes import Objective
from permviz.networks.activations import get_activation
from permviz.networks.network import Data, Network

STEEPEST = 1.2
"""No activation of the table is steeper; GELU and erf have slopes of up to 1.13."""


def loss_rounding(network: Network, data: Data, magnitudes: Network | None = None) -> Tensor:
    """A bound on the error of the computed loss, shape of the batch; not a number where a value is not finite.

    Args:
        magnitudes: of the sums that the parameters are, where they are averages: their own absolute values otherwise.
    """
    sizes = (network if magnitudes is None else magnitudes).map(torch.abs)
    unit, sigma = torch.finfo(network.dtype).eps / 2, get_activation(network.activation).value
    h = data.inputs.to(network.dtype).mT
    error, last = torch.zeros_like(h), len(network.weights) - 1
    for k, (w, b, size, m) in enumerate(zip(network.weights, network.biases, sizes.weights, sizes.biases, strict=True)):
        terms = size @ (h.abs() + 1) + m.unsqueeze(-1)
        error = w.abs() @ error + (2 * w.shape[-1] + w.shape[-2] + 4) * unit * terms
        h = w @ h + b.unsqueeze(-1)
        if k < last:
            h = sigma(h)
            error = STEEPEST * error + 4 * unit * (h.abs() + 1)
    objective = Objective.of(network.spec, data, network.dtype)
    flat = h.reshape(-1, *h.shape[-2:])
    slopes, own = objective.output_gradient(flat).abs().reshape(h.shape), objective.losses(flat).reshape(h.shape[:-2])
    bound = (slopes * error + error**2 / h.shape[-1]).sum((-2, -1)) + (h.shape[-1] + 8) * unit * own.abs()
    return bound + objective.decay * _norm_rounding(network, sizes, unit) if objective.decay else bound


def _norm_rounding(network: Network, sizes: Network, unit: float) -> Tensor:
    """The part of the squared norm of all parameters."""
    total = (network.spec.parameter_count + 2) * unit * network.flatten().square().sum(-1)
    for w, b, size, m in zip(network.weights, network.biases, sizes.weights, sizes.biases, strict=True):
        terms = 2 * w.shape[-1] + w.shape[-2] + 4
        total = total + 2 * terms * unit * ((w.abs() * size).sum((-2, -1)) + (b.abs() * m).sum(-1))
    return total
