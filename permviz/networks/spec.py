"""The shape of a network, and the seeds from which random ones are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral

from permviz.networks.activations import get_activation
from permviz.networks.checks import check_fields


@dataclass(frozen=True)
class NetworkSpec:
    """The shape of a network: widths ``(n_0, ..., n_L)`` and the activation of its hidden layers.

    Raises:
        ValueError: for fewer than two layers, a width that is not a positive whole number, or an unknown activation.

    >>> NetworkSpec((2, 4, 4, 1)).parameter_count
    37
    """

    widths: tuple[int, ...]
    activation: str = "tanh"

    def __post_init__(self) -> None:
        check_fields(self)
        widths = tuple(self.widths)
        if len(widths) < 2 or not all(isinstance(n, int) and not isinstance(n, bool) and n >= 1 for n in widths):
            raise ValueError(
                f"Widths {self.widths!r} do not describe a network: give at least an input and an output width, "
                "each a whole number of 1 or more, such as (2, 4, 4, 1)."
            )
        object.__setattr__(self, "widths", widths)
        get_activation(self.activation)

    @property
    def hidden(self) -> tuple[int, ...]:
        """Widths of the hidden layers, ``(n_1, ..., n_{L-1})``."""
        return self.widths[1:-1]

    def hidden_width(self, layer: int) -> int:
        """``n_layer`` of a hidden layer, from 1; ``ValueError`` for a layer that is none."""
        if isinstance(layer, bool) or not isinstance(layer, Integral) or not 1 <= layer <= len(self.hidden):
            raise ValueError(f"Layer {layer!r} given: hidden layers of widths {self.widths} are 1 to {len(self.hidden)}.")
        return self.hidden[layer - 1]

    @property
    def parameter_count(self) -> int:
        """Number of weights and biases."""
        return sum((n_in + 1) * n_out for n_in, n_out in zip(self.widths, self.widths[1:], strict=False))


def checked_seed(seed: int) -> int:
    """The seed itself; ``ValueError`` for what is none."""
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63:
        raise ValueError(f"Seed {seed!r} given: expected a whole number from 0 to 2^63 - 1.")
    return seed
