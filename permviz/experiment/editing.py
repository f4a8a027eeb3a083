"""Weights and biases that are set by hand."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from permviz.networks.frozen import kept
from permviz.networks.network import Network

MOST_VALUE = 1000.0
"""The largest weight that is taken; permviz/components/diagram/editing.js has the same."""


@dataclass(frozen=True)
class Edit:
    """One parameter's new value.

    Attributes:
        layer, to: of the neuron that it belongs to; layers count from 1, the outputs' being the last, nodes from 0.
        source: the node of the layer before whose edge it is, or ``None`` for the bias.
        value: what it is to be.
    """

    layer: int
    to: int
    source: int | None
    value: float


def edited(network: Network, edits: Iterable[Edit]) -> Network:
    """A single network with the edits, one after the other; the network itself stays as it is.

    Raises:
        ValueError: for a parameter that it does not have, or a value that is not between -1000 and 1000.

    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> net = edited(init_network(NetworkSpec((2, 3, 1))), [Edit(1, 2, 0, 0.5), Edit(2, 0, None, -1)])
    >>> float(net.weights[0][2, 0]), float(net.biases[1][0])
    (0.5, -1.0)
    """
    weights = [weight.clone() for weight in network.single().weights]
    biases = [bias.clone() for bias in network.biases]
    widths = network.spec.widths
    for edit in edits:
        fits = 1 <= edit.layer < len(widths) and 0 <= edit.to < widths[edit.layer]
        if not fits or (edit.source is not None and not 0 <= edit.source < widths[edit.layer - 1]):
            shape = "-".join(map(str, widths))
            raise ValueError(f"{edit} given: a network {shape} has no such parameter. Nothing was changed.")
        if not (math.isfinite(edit.value) and abs(edit.value) <= MOST_VALUE):
            raise ValueError(f"The value {edit.value:g} given: expected a number from -1000 to 1000. Nothing was changed.")
        if edit.source is None:
            biases[edit.layer - 1][edit.to] = edit.value
        else:
            weights[edit.layer - 1][edit.to, edit.source] = edit.value
    return kept(network, network.replaced(weights, biases), "This edit")
