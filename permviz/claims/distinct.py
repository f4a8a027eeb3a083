"""Claims 10 and 12: what it takes that nodes are distinct, and that an optimum is then not the only one."""

from __future__ import annotations

import math
from typing import Never

import torch

from permviz.claims.evidence import LOSS, NOTHING_TO_SWAP, Evidence, Number, chosen_swap, margin, not_finite, wide_layer
from permviz.claims.pictures import shared_between_twins
from permviz.networks.comparison import compare, probe_inputs
from permviz.networks.datasets import Dataset
from permviz.networks.digits import loss_text
from permviz.networks.network import Network
from permviz.symmetry.counting import count_text, factorials_text, permutation_count
from permviz.symmetry.moves import make_equal
from permviz.symmetry.permutation import Permutation
from permviz.symmetry.stabiliser import orbit_size


def _rows_equal(network: Network, layer: int) -> Network:
    """Node 1 of the layer gets node 0's incoming row and bias, and keeps its own outgoing edges."""
    weights, biases = list(network.weights), list(network.biases)
    w, b = weights[layer - 1].clone(), biases[layer - 1].clone()
    w[1], b[1] = w[0], b[0]
    weights[layer - 1], biases[layer - 1] = w, b
    return Network(tuple(weights), tuple(biases), network.activation)


def _columns_equal(network: Network, layer: int) -> Network:
    """Node 1 of the layer gets node 0's outgoing weights, and keeps its own incoming ones."""
    weights = [w.clone() for w in network.weights]
    weights[layer][:, 1] = weights[layer][:, 0]
    return Network(tuple(weights), network.biases, network.activation)


def _closest_rows(network: Network) -> float:
    """The least distance of two incoming rows, bias included, in any hidden layer."""
    rows = [torch.cat([w, b[:, None]], 1) for w, b in zip(network.weights[:-1], network.biases[:-1], strict=True)]
    return min(float(torch.pdist(row).min()) for row in rows if len(row) > 1)


def distinct_nodes(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence[Never]:
    """Claim 10: distinct rows give all copies; equal nodes fewer; equal rows alone, or equal outgoing weights, do not."""
    layer = wide_layer(network)
    if layer is None:
        return NOTHING_TO_SWAP
    if not bool(network.flatten().isfinite().all()):
        return not_finite()
    closest, count = _closest_rows(network), permutation_count(network.spec.hidden)
    twins = make_equal(network, layer, 0, 1)
    variants = network, _rows_equal(network, layer), _columns_equal(network, layer), twins
    hypothesis = "For the full number: the incoming rows, bias included, of every layer are distinct."
    try:
        own, rows_only, columns_only, both = (orbit_size(net) for net in variants)
    except ValueError as error:
        return Evidence(None, str(error), "Weights that are not too regular for an exact count.")
    moved = float((Permutation.transposition(network.spec, layer, (0, 1))(twins).flatten() - twins.flatten()).norm())
    numbers = (
        Number("closest two rows", closest, help="Least distance of two incoming rows of one layer, bias included."),
        Number("points in the orbit", own, help=f"All permutations: {factorials_text(network.spec.hidden)}."),
        Number("if two nodes were equal", both, help="Rows, biases and outgoing weights of two nodes made equal."),
        Number("their swap then moves", moved, ".1g", "Distance in parameter space."),
        Number("if only their rows were", rows_only, help="Outgoing weights left distinct: no copy need be lost."),
        Number("if only their outgoing weights", columns_only, help="Rows left distinct: all copies remain."),
    )
    if closest == 0:
        text = "Two nodes of a layer have equal incoming rows, so the hypothesis is not met: train from other weights."
        return Evidence(None, text, hypothesis, numbers)
    holds = own == count and both < own and moved == 0 and rows_only == columns_only == count
    conclusion = (
        f"The rows are distinct, and all {count_text(own)} copies are different points. "
        "Equal nodes would cost copies; equal rows alone, or equal outgoing weights alone, would not: distinct rows are "
        "enough but not needed."
        if holds
        else "The rows are distinct and yet the counts are not as stated."
    )
    return Evidence(holds, conclusion, hypothesis, numbers)


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
    equal = compare(twins, shared_between_twins(twins, layer), data.with_weight_decay(0.0))
    if not math.isfinite(apart + pair.difference + pair.loss_a + pair.loss_b + equal.loss_a + equal.loss_b):
        return not_finite()
    numbers = (
        Number("values of the nodes differ by", apart, ".3g", f"Nodes exchanged in layer {layer}; largest over the inputs."),
        Number("‖A − B‖", pair.distance, help="To the copy with these nodes exchanged."),
        Number("loss of A", pair.loss_a, LOSS),
        Number("loss of B", pair.loss_b, LOSS),
        Number(
            "two equal nodes: ‖A′ − B′‖", equal.distance, help="Nodes 1 and 2 made equal; then 1 of each outgoing weight moved."
        ),
        Number("their losses differ by", abs(equal.loss_a - equal.loss_b), ".1e", "Without decay, which tells them apart."),
    )
    hypothesis = "A loss of the outputs alone, without weight decay, and for an optimum: that there is one (claim 8)."
    if data.weight_decay:
        hypothesis = (
            "Two nodes that differ: of two equal ones only the loss without decay is shared. For an optimum: that it is one."
        )
    if pair.distance == 0:
        text = "The exchanged nodes are equal, so that their swap leads nowhere; but outgoing weights can be shared otherwise."
        return Evidence(None, text, hypothesis, numbers)
    kept = abs(pair.loss_a - pair.loss_b) <= margin(pair.loss_a)
    holds = kept and apart > 0 and equal.distance > 0 and abs(equal.loss_a - equal.loss_b) <= margin(equal.loss_a)
    conclusion = (
        f"At a distance of {loss_text(pair.distance)} from this network stands another of the same loss, "
        f"{loss_text(pair.loss_a)}: were it an optimum, it would not be the only one."
        if holds
        else "The second point does not have the loss of the first, or its nodes show no difference."
    )
    return Evidence(holds, conclusion, hypothesis, numbers)
