"""Midpoints between a network and its copies with two nodes swapped: convexity would let none of them be worse."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from permviz.landscape.lines import transposition_lines
from permviz.networks.checks import checked
from permviz.networks.digits import ROUNDING
from permviz.networks.network import Data, Network
from permviz.networks.network import loss as loss_of
from permviz.networks.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class MidpointBarriers(Result):
    """Midpoints between a network and each of its copies with two nodes swapped.

    Attributes:
        swaps: ``(layer, i, j)`` of each, layer by layer.
        losses: ``(*batch, S)``, at the midpoints.
        barriers: ``(*batch, S)``, those less the network's own loss, 0 where that is rounding (1e-9 of the larger one);
            convexity would forbid positive ones.
    """

    swaps: tuple[tuple[int, int, int], ...]
    losses: Tensor
    barriers: Tensor

    @property
    def positive_fraction(self) -> Tensor:
        """The share of swaps whose midpoint is worse, ``(*batch,)``. At random weights about half; at a global minimum no
        barrier is negative."""
        return (self.barriers > 0).to(self.barriers.dtype).mean(-1)


@checked
def midpoint_barriers(network: Network, data: Data) -> MidpointBarriers:
    """The midpoint of every transposition of every hidden layer; batch axes stay.

    Raises:
        ValueError: for parameters that are not finite, or a network without two nodes in a layer.
    """
    if not bool(network.flatten().isfinite().all()):
        raise ValueError("The network has parameters that are not finite: its barriers mean nothing, so give finite ones.")
    swaps, middle, own = [], [], loss_of(network, data).unsqueeze(-1)
    for layer, n in enumerate(network.spec.hidden, start=1):
        if n > 1:
            lines = transposition_lines(network, data, layer, points=3, dtype=network.dtype)
            swaps += [(layer, i, j) for i, j in lines.pairs]
            middle.append(lines.losses[..., 1])
    if not swaps:
        raise ValueError(f"Widths {network.spec.widths} have no layer of two nodes: there is nothing to swap.")
    losses = torch.cat(middle, dim=-1)
    barriers = losses - own
    rounding = barriers.abs() <= ROUNDING * torch.maximum(losses.abs(), own.abs())
    return MidpointBarriers(tuple(swaps), losses, barriers.masked_fill(rounding, 0.0))
