"""The elementwise activations, as one table: value, derivative, and the symmetry each one brings.

Every entry is exact: GELU is ``z * Phi(z)`` with the normal distribution function, never its tanh approximation.
The symmetry column is what :mod:`permviz.symmetry.groups` reads; it is stated here once, beside the function it is true of.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

Symmetry = Literal["none", "odd", "even", "sigmoid", "sine", "scaling", "linear"]

LEAKY_SLOPE = 0.01


@dataclass(frozen=True)
class Activation:
    """One elementwise activation.

    Attributes:
        name: the key in :data:`ACTIVATIONS`.
        label: how people write it.
        value: ``z -> sigma(z)``, any shape.
        value_: the same, overwriting ``z`` (the slice engine's inner loop).
        derivative: ``z -> sigma'(z)``; at a kink, the derivative from the left, as torch's autograd has it.
        symmetry: the moves, beyond permuting neurons, that keep the function. "odd" ``sigma(-z) = -sigma(z)``,
            "even" ``sigma(-z) = sigma(z)``, "sigmoid" ``sigma(-z) = 1 - sigma(z)``, "sine" odd and periodic,
            "scaling" ``sigma(alpha z) = alpha sigma(z)`` for ``alpha > 0``, "linear", or "none".
        smooth: whether the loss is twice differentiable, so that a Hessian certifies a critical point.
    """

    name: str
    label: str
    value: Callable[[Tensor], Tensor]
    value_: Callable[[Tensor], Tensor]
    derivative: Callable[[Tensor], Tensor]
    symmetry: Symmetry
    smooth: bool = True


def _normal_density(z: Tensor) -> Tensor:
    return torch.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def _normal_distribution(z: Tensor) -> Tensor:
    return 0.5 * (1 + torch.erf(z / math.sqrt(2)))


def _silu_derivative(z: Tensor) -> Tensor:
    s = torch.sigmoid(z)
    return s * (1 + z * (1 - s))


def _softplus_(z: Tensor) -> Tensor:
    return z.copy_(_softplus(z))


def _softplus(z: Tensor) -> Tensor:
    # Exact to rounding at every z; torch's own softplus switches to z above 20.
    return -torch.nn.functional.logsigmoid(-z)


def _leaky(z: Tensor) -> Tensor:
    return torch.nn.functional.leaky_relu(z, LEAKY_SLOPE)


_TABLE = (
    Activation("tanh", "tanh", torch.tanh, torch.Tensor.tanh_, lambda z: 1 - torch.tanh(z) ** 2, "odd"),
    Activation("relu", "ReLU", torch.relu, torch.Tensor.relu_, lambda z: (z > 0).to(z.dtype), "scaling", smooth=False),
    Activation(
        "leaky_relu",
        "leaky ReLU",
        _leaky,
        lambda z: torch.nn.functional.leaky_relu_(z, LEAKY_SLOPE),
        lambda z: torch.where(z > 0, torch.ones_like(z), LEAKY_SLOPE),
        "scaling",
        smooth=False,
    ),
    Activation(
        "sigmoid",
        "sigmoid",
        torch.sigmoid,
        torch.Tensor.sigmoid_,
        lambda z: torch.sigmoid(z) * torch.sigmoid(-z),
        "sigmoid",
    ),
    Activation(
        "gelu",
        "GELU",
        lambda z: z * _normal_distribution(z),
        lambda z: z.mul_(_normal_distribution(z)),
        lambda z: _normal_distribution(z) + z * _normal_density(z),
        "none",
    ),
    Activation(
        "silu",
        "SiLU",
        torch.nn.functional.silu,
        lambda z: torch.nn.functional.silu(z, inplace=True),
        _silu_derivative,
        "none",
    ),
    Activation("softplus", "softplus", _softplus, _softplus_, torch.sigmoid, "none"),
    Activation(
        "elu",
        "ELU",
        torch.nn.functional.elu,
        lambda z: torch.nn.functional.elu(z, inplace=True),
        lambda z: torch.exp(torch.clamp(z, max=0)),
        "none",
        smooth=False,
    ),
    Activation(
        "erf",
        "erf",
        torch.erf,
        torch.Tensor.erf_,
        lambda z: 2 / math.sqrt(math.pi) * torch.exp(-z * z),
        "odd",
    ),
    Activation("sin", "sine", torch.sin, torch.Tensor.sin_, torch.cos, "sine"),
    Activation(
        "gaussian",
        "Gaussian bump",
        lambda z: torch.exp(-z * z),
        lambda z: z.square_().neg_().exp_(),
        lambda z: -2 * z * torch.exp(-z * z),
        "even",
    ),
    Activation("linear", "linear", lambda z: z, lambda z: z, torch.ones_like, "linear"),
)

ACTIVATIONS: dict[str, Activation] = {entry.name: entry for entry in _TABLE}
"""Every activation by name."""


def get_activation(name: str) -> Activation:
    """The table's entry for ``name``.

    Raises:
        ValueError: for a name that is not in :data:`ACTIVATIONS`.

    >>> get_activation("tanh").symmetry
    'odd'
    """
    try:
        return ACTIVATIONS[name]
    except (KeyError, TypeError):
        raise ValueError(f"Unknown activation {name!r}: choose one of {', '.join(ACTIVATIONS)}.") from None
