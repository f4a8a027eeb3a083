"""A minimum that is worse than the point halfway to its copy: three sine neurons of one weight each."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from permviz.rastrigin.one_weight import PRESETS

NEAR = (-3.3, -3.3, 3.57)
"""Where Newton's method starts."""


@dataclass(frozen=True, eq=False)
class WorseMinimum:
    """A strict local minimum, and the midpoint between it and a copy of it.

    Attributes:
        weights: ``(3,)``, of the minimum; in the copy the first and the last are exchanged.
        loss, middle: at the minimum (and its copy), and halfway.
        gradient_norm, least_curvature: at the minimum: 0 up to rounding, and the Hessian's least eigenvalue.
    """

    weights: Tensor
    loss: float
    middle: float
    gradient_norm: float
    least_curvature: float


def worse_minimum() -> WorseMinimum:
    """The sine neurons of the Rastrigin page, ``sin(w_1 x) + sin(w_2 x) + sin(w_3 x)``, teacher (-2.5, 0.5, 2).

    >>> found = worse_minimum()
    >>> round(found.loss, 5), round(found.middle, 5), found.least_curvature > 0.1
    (0.61505, 0.3474, True)
    """
    neurons, weights = PRESETS["sin"], torch.tensor([NEAR], dtype=torch.float64)
    for _ in range(8):
        _, gradient, hessian = neurons.derivatives(weights)
        weights = weights - torch.linalg.solve(hessian, gradient.unsqueeze(-1)).squeeze(-1)
    loss, gradient, hessian = neurons.derivatives(weights)
    middle = neurons.derivatives((weights + weights.flip(-1)) / 2)[0]
    curvature = float(torch.linalg.eigvalsh(hessian[0]).min())
    return WorseMinimum(weights[0], float(loss), float(middle), float(gradient.norm()), curvature)
