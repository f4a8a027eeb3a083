"""The shape of a network, and the seeds from which random ones are drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral

from permviz.networks.activations import get_activation
from permviz.networks.checks import check_fields
from permviz.networks.results import described, given

MOST_KAPPA = 1000.0


@dataclass(frozen=True)
class FrozenEntries:
    """Weights that training leaves alone, the same in all networks of a specification: "W-asymmetric" ones (Lim et al. 2024).

    Of each weight matrix ``W_k``, the outputs' included, ``round(share * n_k * n_{k-1})`` entries are ``kappa`` times a
    standard normal number, for ever. Every row has equally many of them, or one more, at places drawn at random; no two rows
    of a matrix have them at the same places, as long as there are other places. Biases stay free. Places depend
    on ``seed``, widths and share alone, the normal numbers on ``seed`` and widths: no seed of an initialisation matters.

    Lim et al. choose number and kappa for each layer, and do not exclude equal rows; here one share and one kappa serve all.
    What that does to the symmetry: :func:`permviz.symmetry_group`. That it does not remove nearly equivalent solutions:
    Bürgin, Herbst, Lin & Jegelka 2026 (2606.04754).

    Attributes:
        share: of the entries, from 0 to 1.
        kappa: standard deviation of their values; at 0 they are missing edges.
        seed: of places and numbers.

    Raises:
        ValueError: for numbers out of range.
    """

    share: float
    kappa: float
    seed: int = 0

    def __post_init__(self) -> None:
        check_fields(self)
        for name, most in (("share", 1.0), ("kappa", MOST_KAPPA)):
            value = float(getattr(self, name))
            if not (math.isfinite(value) and 0 <= value <= most):
                raise ValueError(f"{name}={value!r} of frozen entries given: expected a number from 0 to {most:g}.")
            object.__setattr__(self, name, value)
        checked_seed(self.seed)


@dataclass(frozen=True, repr=False)
class NetworkSpec:
    """The shape of a network: widths ``(n_0, ..., n_L)``, the activation of its hidden layers, and which weights are frozen.

    Raises:
        ValueError: for fewer than two layers, a width that is not a positive whole number, or an unknown activation.

    >>> NetworkSpec((2, 4, 4, 1)).parameter_count
    37
    """

    widths: tuple[int, ...]
    activation: str = "tanh"
    frozen: FrozenEntries | None = None

    def __post_init__(self) -> None:
        check_fields(self)
        widths = tuple(self.widths)
        if len(widths) < 2 or not all(isinstance(n, int) and not isinstance(n, bool) and n >= 1 for n in widths):
            raise ValueError(
                f"Widths {described(self.widths)} do not describe a network: give at least an input and an output width, "
                "each a whole number of 1 or more, such as (2, 4, 4, 1)."
            )
        object.__setattr__(self, "widths", widths)
        get_activation(self.activation)

    def __repr__(self) -> str:
        frozen = f", frozen={self.frozen}" if self.frozen else ""
        return f"NetworkSpec(widths={self.widths}, activation={self.activation!r}{frozen})"

    @property
    def hidden(self) -> tuple[int, ...]:
        """Widths of the hidden layers, ``(n_1, ..., n_{L-1})``."""
        return self.widths[1:-1]

    def hidden_width(self, layer: int) -> int:
        """``n_layer`` of a hidden layer, from 1; ``ValueError`` for a layer that is none."""
        if isinstance(layer, bool) or not isinstance(layer, Integral) or not 1 <= layer <= len(self.hidden):
            raise ValueError(
                f"Layer {given(layer)} given: hidden layers of widths {described(self.widths)} are 1 to {len(self.hidden)}."
            )
        return self.hidden[layer - 1]

    @property
    def parameter_count(self) -> int:
        """Number of weights and biases."""
        return sum((n_in + 1) * n_out for n_in, n_out in zip(self.widths, self.widths[1:], strict=False))


def checked_seed(seed: int) -> int:
    """The seed itself; ``ValueError`` for what is none."""
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63:
        raise ValueError(f"Seed {given(seed)} given: expected a whole number from 0 to 2^63 - 1.")
    return seed
