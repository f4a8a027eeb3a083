"""What the current network has to say on each claim of the post: computed, with the hypothesis under which it says it.

Every function takes a single network, its data and the permutation on the screen, and returns an :class:`Evidence`, whose type
says what a picture is drawn from. Where the
identity is on the screen, the swap of the first two nodes of the first layer that has two stands for it. All is computed in
float64, and bounded for networks of four layers of sixteen nodes and two thousand samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Never, TypeVar

import torch
from torch import Tensor

from permviz.networks.digits import loss_text, written
from permviz.networks.network import Network
from permviz.symmetry.counting import count_text
from permviz.symmetry.permutation import Permutation

ROUNDING = 1e-12
"""Differences up to this, times the size of the terms that are summed, are the order of summation."""

LOSS = "loss"
"""The format of a loss, or a distance: the rule of :mod:`permviz.networks.digits`."""

Details = TypeVar("Details", covariant=True)


@dataclass(frozen=True)
class Number:
    """A computed number with its name, and the format in which it is shown.

    >>> Number("difference", 2.2e-16, ".1e").text, Number("copies", 24).text
    ('2.2e−16', '24')
    """

    name: str
    value: float | int | str
    format: str = LOSS
    help: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "help", written(self.help))

    @property
    def text(self) -> str:
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, int):
            return count_text(self.value)
        if self.format == LOSS:
            return loss_text(self.value)
        if self.value == 0:
            return "0%" if self.format.endswith("%") else "0"
        return written(format(self.value, self.format))


@dataclass(frozen=True, eq=False)
class Evidence(Generic[Details]):
    """What one network shows of one claim.

    Attributes:
        holds: True: the numbers show the precise statement. False: its hypothesis is met, and they do not show it.
            None: its hypothesis is not met by this network, and nothing is concluded.
        conclusion: a sentence on this network; where ``holds`` is None, why not and what to do.
        hypothesis: what the conclusion rests on.
        numbers: what was computed.
        details: what a picture is drawn from; ``None`` where there is nothing to draw.
    """

    holds: bool | None
    conclusion: str
    hypothesis: str
    numbers: tuple[Number, ...] = ()
    details: Details | None = None

    def __post_init__(self) -> None:
        for name in ("conclusion", "hypothesis"):
            object.__setattr__(self, name, written(getattr(self, name)))


NOTHING_TO_SWAP: Evidence[Never] = Evidence(
    None,
    "Every hidden layer has one node, so there is nothing to swap: give a layer two nodes or more.",
    "A hidden layer of two nodes or more.",
)


def not_finite() -> Evidence[Never]:
    return Evidence(
        None,
        "The network's parameters or outputs are not finite numbers: train again with a smaller learning rate.",
        "Finite parameters and outputs.",
    )


def wide_layer(network: Network) -> int | None:
    """The first hidden layer of two nodes or more."""
    return next((k for k, n in enumerate(network.spec.hidden, start=1) if n > 1), None)


def chosen_swap(network: Network, permutation: Permutation | None = None) -> Permutation | None:
    """The permutation itself if it moves a node, else the swap of two nodes; ``None`` where no layer has two."""
    if permutation is not None and not permutation.is_identity():
        return permutation
    layer = wide_layer(network)
    return None if layer is None else Permutation.transposition(network.spec, layer, (0, 1))


def margin(value: float) -> float:
    return 1e-9 * (1 + abs(value))


def term_size(network: Network, inputs: Tensor) -> float:
    """The largest sum of magnitudes ``sum_j |W_ij h_j| + |b_i|`` in any layer, at least 1; not a number if one is not."""
    values, largest = inputs.to(network.dtype), torch.ones((), dtype=network.dtype)
    for w, b, h in zip(network.weights, network.biases, network.layers(inputs), strict=True):
        largest = torch.maximum(largest, (values.abs() @ w.abs().mT + b.abs()).max())
        values = h
    return float(largest)


def widths_text(network: Network) -> str:
    return "-".join(str(n) for n in network.spec.widths)
