"""The elementwise activations, as one table: value, derivatives, and the symmetry each one brings.

Every entry is exact: GELU is ``z * Phi(z)`` with the normal distribution function, never its tanh approximation.
The symmetry column is what :mod:`permviz.symmetry.groups` reads; it is stated here once, beside the function it is true of.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import torch
from torch import Tensor, nn

Symmetry = Literal["none", "odd", "even", "sigmoid", "sine", "scaling", "linear"]

LEAKY_SLOPE = 0.01

EXACT_SOFTPLUS = 40.0
"""Above this, softplus is ``z`` to the last bit of float64. Torch's module has 20, where it is off by 2e-9."""

SMALL = 2**13
"""Below this many numbers torch's own tanh is the quicker one."""


@dataclass(frozen=True)
class Form:
    """An activation by way of another: ``sigma(z) = outer * rho(inner * z) + shift``, ``rho`` being the one named."""

    activation: str
    inner: float
    outer: float
    shift: float


@dataclass(frozen=True)
class Activation:
    """One elementwise activation.

    Attributes:
        name: the key in :data:`ACTIVATIONS`.
        label: how people write it.
        value: ``z -> sigma(z)``, any shape.
        value_: the same, overwriting ``z`` (the slice engine's inner loop).
        derivative: ``z -> sigma'(z)``; at a kink, the derivative from the left, as torch's autograd has it.
        second_derivative: ``z -> sigma''(z)``; at a kink, that of the piece on the left.
        symmetry: the moves, beyond permuting neurons, that keep the function. "odd" ``sigma(-z) = -sigma(z)``,
            "even" ``sigma(-z) = sigma(z)``, "sigmoid" ``sigma(-z) = 1 - sigma(z)``, "sine" odd and periodic,
            "scaling" ``sigma(alpha z) = alpha sigma(z)`` for ``alpha > 0``, "linear", or "none".
        smooth: whether the loss is twice differentiable, so that a Hessian certifies a critical point.
        shared: ``z -> (sigma(z), sigma'(z))`` where the two share work, overwriting ``z``.
        bend: ``(sigma(z), sigma'(z)) -> sigma''(z) / sigma'(z)`` where that is a function of the two, which spares training
            its pre-activations.
        form: the activation by way of one for which torch is quicker, if there is one.
        module: torch's own module of it, if there is one.
        formula: of ``z``, in torch's words, where there is none.
    """

    name: str
    label: str
    value: Callable[[Tensor], Tensor]
    value_: Callable[[Tensor], Tensor]
    derivative: Callable[[Tensor], Tensor]
    second_derivative: Callable[[Tensor], Tensor]
    symmetry: Symmetry
    smooth: bool = True
    shared: Callable[[Tensor], tuple[Tensor, Tensor]] | None = None
    bend: Callable[[Tensor, Tensor], Tensor] | None = None
    form: Form | None = None
    module: Callable[[], nn.Module] | None = None
    formula: str = ""

    def value_and_slope(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """``sigma(z)`` and ``sigma'(z)``; ``z`` may be overwritten."""
        return (self.value(z), self.derivative(z)) if self.shared is None else self.shared(z)


def _normal_density(z: Tensor) -> Tensor:
    return torch.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def _normal_distribution(z: Tensor) -> Tensor:
    return 0.5 * (1 + torch.erf(z / math.sqrt(2)))


def _tanh_and_slope(z: Tensor) -> tuple[Tensor, Tensor]:
    # torch's double-precision tanh costs three of its sigmoids or more; tanh z = 2 sigmoid(2z) - 1 agrees within 4e-16.
    h = z.tanh_() if z.numel() < SMALL else z.mul_(2).sigmoid_().mul_(2).sub_(1)
    return h, torch.addcmul(h.new_ones(()), h, h, value=-1)


def _tanh_second(z: Tensor) -> Tensor:
    h = torch.tanh(z)
    return -2 * h * (1 - h * h)


def _sigmoid_slope(z: Tensor) -> Tensor:
    return torch.sigmoid(z) * torch.sigmoid(-z)


def _sigmoid_and_slope(z: Tensor) -> tuple[Tensor, Tensor]:
    h = z.sigmoid_()
    return h, torch.addcmul(h, h, h, value=-1)


def _gelu_second(z: Tensor) -> Tensor:
    density = _normal_density(z)
    return 2 * density - z * (z * density)


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


def _falling(z: Tensor) -> Tensor:
    """``exp(z)`` up to 0, then 1."""
    return torch.exp(torch.clamp(z, max=0))


_TABLE = (
    Activation(
        "tanh", "tanh", torch.tanh, torch.Tensor.tanh_, lambda z: 1 - torch.tanh(z) ** 2, _tanh_second, "odd",
        shared=_tanh_and_slope, bend=lambda h, slope: -2 * h, form=Form("sigmoid", inner=2, outer=2, shift=-1),
        module=nn.Tanh,
    ),
    Activation(
        "relu", "ReLU", torch.relu, torch.Tensor.relu_, lambda z: (z > 0).to(z.dtype), torch.zeros_like, "scaling",
        smooth=False, module=nn.ReLU,
    ),
    Activation(
        "leaky_relu", "leaky ReLU", _leaky, lambda z: torch.nn.functional.leaky_relu_(z, LEAKY_SLOPE),
        lambda z: torch.where(z > 0, torch.ones_like(z), LEAKY_SLOPE), torch.zeros_like, "scaling", smooth=False,
        module=partial(nn.LeakyReLU, LEAKY_SLOPE),
    ),
    Activation(
        "sigmoid", "sigmoid", torch.sigmoid, torch.Tensor.sigmoid_, _sigmoid_slope,
        lambda z: _sigmoid_slope(z) * (1 - 2 * torch.sigmoid(z)), "sigmoid",
        shared=_sigmoid_and_slope, bend=lambda h, slope: 1 - 2 * h,
        module=nn.Sigmoid,
    ),
    Activation(
        "gelu", "GELU", lambda z: z * _normal_distribution(z), lambda z: z.mul_(_normal_distribution(z)),
        lambda z: _normal_distribution(z) + z * _normal_density(z), _gelu_second, "none",
        module=nn.GELU,
    ),
    Activation(
        "silu", "SiLU", torch.nn.functional.silu, lambda z: torch.nn.functional.silu(z, inplace=True), _silu_derivative,
        lambda z: _sigmoid_slope(z) * (2 + z * (1 - 2 * torch.sigmoid(z))), "none",
        module=nn.SiLU,
    ),
    Activation(
        "softplus", "softplus", _softplus, _softplus_, torch.sigmoid, _sigmoid_slope, "none",
        bend=lambda h, slope: 1 - slope,
        module=partial(nn.Softplus, threshold=EXACT_SOFTPLUS),
    ),
    Activation(
        "elu", "ELU", torch.nn.functional.elu, lambda z: torch.nn.functional.elu(z, inplace=True), _falling,
        lambda z: torch.where(z > 0, 0, _falling(z)), "none", smooth=False, module=nn.ELU,
    ),
    Activation(
        "erf", "erf", torch.erf, torch.Tensor.erf_, lambda z: 2 / math.sqrt(math.pi) * torch.exp(-z * z),
        lambda z: -4 / math.sqrt(math.pi) * z * torch.exp(-z * z), "odd",
        formula="torch.erf(z)",
    ),
    Activation("sin", "sine", torch.sin, torch.Tensor.sin_, torch.cos, lambda z: -torch.sin(z), "sine", formula="torch.sin(z)"),
    Activation(
        "gaussian", "Gaussian bump", lambda z: torch.exp(-z * z), lambda z: z.square_().neg_().exp_(),
        lambda z: -2 * z * torch.exp(-z * z),
        lambda z: (2 * z * torch.exp(-0.5 * z * z)).square() - 2 * torch.exp(-z * z), "even",
        formula="torch.exp(-z * z)",
    ),
    Activation("linear", "linear", lambda z: z, lambda z: z, torch.ones_like, torch.zeros_like, "linear", module=nn.Identity),
)  # fmt: skip

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
