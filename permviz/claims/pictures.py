"""Claim 11: the values of the nodes as pictures over the inputs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from permviz.claims.evidence import (
    NOTHING_TO_SWAP,
    ROUNDING,
    Evidence,
    Number,
    chosen_swap,
    not_finite,
    term_size,
)
from permviz.networks.comparison import GRID, probe_inputs
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network
from permviz.symmetry.moves import make_equal
from permviz.symmetry.permutation import Permutation


@dataclass(frozen=True, eq=False)
class NodePictures:
    """Activations of a hidden layer's nodes over the input plane (or line), before and after a permutation.

    Attributes:
        layer: from 1.
        before, after: ``(n, 41, 41)``, first axis of a picture: the second input; ``(n, 41)`` for one input.
        order: the node in each slot afterwards.
    """

    layer: int
    before: Tensor
    after: Tensor
    order: tuple[int, ...]


def picture_distances(before: Tensor, after: Tensor) -> float:
    """How far two multisets of pictures ``(N, n)`` are apart: the largest difference in the pairing that makes the sum of
    the pairs' largest differences least."""
    cost = torch.stack([(before - after[:, j : j + 1]).abs().amax(0) for j in range(after.shape[1])], dim=1)
    rows, columns = linear_sum_assignment(cost.numpy())
    return float(cost[torch.from_numpy(rows), torch.from_numpy(columns)].max())


def _one_input_alike(network: Network, x: Tensor) -> Network:
    """Another network, at distance 1, whose every node has the same value at the input ``x``: each row of ``W_1`` and its
    bias move orthogonally to ``(x, 1)``."""
    direction = torch.cat([x.new_ones(1), -x[:1]])  # in the plane of the first input and the constant
    first = direction / direction.norm() / math.sqrt(network.spec.widths[1])
    w, b = network.weights[0].clone(), network.biases[0] + first[1]
    w[:, 0] += first[0]
    return Network((w, *network.weights[1:]), (b, *network.biases[1:]), network.activation)


def shared_between_twins(twins: Network, layer: int) -> Network:
    """Of two equal nodes, the second hands 1 of each outgoing weight to the first."""
    weights = [w.clone() for w in twins.weights]
    weights[layer][:, 0] += 1
    weights[layer][:, 1] -= 1
    return Network(tuple(weights), twins.biases, twins.activation)


def node_pictures(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence[NodePictures]:
    """Claim 11: the nodes' pictures change places and nothing else; different parameters have the same ones."""
    swap = chosen_swap(network, permutation)
    if swap is None:
        return NOTHING_TO_SWAP
    inputs, copy = probe_inputs(data), swap(network)
    before, after = network.layers(inputs)[:-1], copy.layers(inputs)[:-1]
    scale = term_size(network, inputs)
    if not math.isfinite(scale):
        return not_finite()
    apart = max(picture_distances(h, g) for h, g in zip(before, after, strict=True))
    moved = sum(int(((h - g).abs().amax(0) > 1e-6 * (1 + h.abs().max())).sum()) for h, g in zip(before, after, strict=True))
    layer = swap.moved_layers[0]
    twins = make_equal(network, layer, 0, 1)
    shared, x = shared_between_twins(twins, layer), data.inputs[:1]
    pairs = {"all inputs": (twins, shared, inputs), "one input": (network, _one_input_alike(network, x[0]), x)}
    numbers = [
        Number("pictures, places apart", apart, ".1e", f"Multisets paired at best; {len(inputs)} inputs, all hidden layers."),
        Number("pictures that changed place", moved),
        Number("‖A − B‖", float((network.flatten() - copy.flatten()).norm())),
    ]
    alike = []
    for name, (a, b, at) in pairs.items():
        alike.append(max(float((h - g).abs().max()) for h, g in zip(a.layers(at), b.layers(at), strict=True)))
        distance = float((a.flatten() - b.flatten()).norm())
        why = (
            "Two nodes made equal, then 1 of each outgoing weight handed over." if name == "all inputs" else "W₁ and b₁ moved."
        )
        text = f"{why} Every node in place, outputs too: values differ by {alike[-1]:.1e} at most."
        numbers.append(Number(f"alike at {name}, yet apart by", distance, help=text))
    tolerance = ROUNDING * max(scale, term_size(shared, inputs))
    holds = max(apart, *alike) <= tolerance and moved > 0
    conclusion = (
        f"{moved} pictures changed place and none changed; as a collection they differ by {numbers[0].text}."
        if holds
        else f"As a collection the pictures differ by {numbers[0].text}, more than rounding explains."
        if moved
        else "The pictures are not told apart: the nodes that were exchanged compute the same."
    )
    details = _pictures(layer, before[layer - 1], after[layer - 1], swap, data)
    hypothesis = "nothing, for the exchange of places; equal nodes, for different parameters alike in place at all inputs."
    return Evidence(holds if moved else None, conclusion, hypothesis, tuple(numbers), details)


def _pictures(layer: int, before: Tensor, after: Tensor, swap: Permutation, data: Dataset) -> NodePictures | None:
    """The part of the probed values that lies on the grid; ``None`` for more than two inputs."""
    inputs = data.inputs.shape[1]
    if inputs > 2:
        return None
    shape = (-1, *(GRID,) * inputs)
    old, new = (
        values[len(data.inputs) :].T.reshape(shape).mT if inputs == 2 else values[len(data.inputs) :].T
        for values in (before, after)
    )
    return NodePictures(layer, old, new, tuple(swap.orders[layer - 1].tolist()))
