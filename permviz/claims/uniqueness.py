"""Claim 12, the post's last line: an optimum with two different nodes in a layer is not the only one."""

from __future__ import annotations

import math
from typing import Never

from permviz.claims.evidence import NOTHING_TO_SWAP, Evidence, Number, chosen_swap, margin, not_finite
from permviz.claims.pictures import shared_between_twins
from permviz.networks.comparison import compare, probe_inputs
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network
from permviz.symmetry.moves import make_equal
from permviz.symmetry.permutation import Permutation


def no_unique_optimum(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence[Never]:
    """Claim 12: another point of the same loss, for two nodes that differ and for two that are equal."""
    swap = chosen_swap(network, permutation)
    if swap is None:
        return NOTHING_TO_SWAP
    layer = swap.moved_layers[0]
    order = swap.orders[layer - 1]
    values = network.layers(probe_inputs(data))[layer - 1]
    apart, pair = float((values - values[:, order]).abs().max()), compare(network, swap(network), data)
    twins = make_equal(network, layer, 0, 1)
    equal = compare(twins, shared_between_twins(twins, layer), data)
    if not math.isfinite(apart + pair.difference + pair.loss_a + pair.loss_b + equal.loss_a + equal.loss_b):
        return not_finite()
    numbers = (
        Number("values of the nodes differ by", apart, ".3g", f"Nodes exchanged in layer {layer}; largest over the inputs."),
        Number("‖A − B‖", pair.distance, help="To the copy with these nodes exchanged."),
        Number("loss of A", pair.loss_a, ".6g"),
        Number("loss of B", pair.loss_b, ".6g"),
        Number(
            "two equal nodes: ‖A′ − B′‖", equal.distance, help="Nodes 1 and 2 made equal; then 1 of each outgoing weight moved."
        ),
        Number("their losses differ by", abs(equal.loss_a - equal.loss_b), ".1e"),
    )
    hypothesis = "A loss of the outputs alone, without weight decay, and for an optimum: that there is one (claim 8)."
    if pair.distance == 0:
        text = "The exchanged nodes are equal, so that their swap leads nowhere; but outgoing weights can be shared otherwise."
        return Evidence(None, text, hypothesis, numbers)
    kept = abs(pair.loss_a - pair.loss_b) <= margin(pair.loss_a)
    holds = kept and apart > 0 and equal.distance > 0 and abs(equal.loss_a - equal.loss_b) <= margin(equal.loss_a)
    conclusion = (
        f"At a distance of {pair.distance:.3g} from this network stands another of the same loss, {pair.loss_a:.4g}: were it "
        "an optimum, it would not be the only one."
        if holds
        else "The second point does not have the loss of the first, or its nodes show no difference."
    )
    return Evidence(holds, conclusion, hypothesis, numbers)
