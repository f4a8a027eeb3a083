"""Claims 1, 2 and 3: what permutations do to the parameters, and how many points they make."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Never

import torch
from torch import Tensor

from permviz.claims.evidence import (
    LOSS,
    NOTHING_TO_SWAP,
    ROUNDING,
    Evidence,
    Number,
    chosen_swap,
    margin,
    not_finite,
    term_size,
    wide_layer,
    widths_text,
)
from permviz.networks.activations import get_activation
from permviz.networks.comparison import compare, probe_inputs
from permviz.networks.datasets import Dataset
from permviz.networks.digits import loss_text
from permviz.networks.network import Network
from permviz.networks.network import loss as loss_of
from permviz.symmetry.averaging import reduced_average, row_permutations, shuffled_permutations, symmetric_average
from permviz.symmetry.counting import count_text, factorials_text, permutation_count
from permviz.symmetry.orbits import SymmetryOrbit, symmetry_orbit
from permviz.symmetry.permutation import Permutation
from permviz.symmetry.stabiliser import stabiliser

MOST_ENUMERATED_NUMBERS = 2_000_000
"""Copies times parameters up to which all copies are made and counted one by one."""

ALWAYS = "nothing: it is true of any parameters and any elementwise activation."


@dataclass(frozen=True, eq=False)
class Exchange:
    """A permutation of a network of these widths that moves at least one node."""

    widths: tuple[int, ...]
    permutation: Permutation


@dataclass(frozen=True, eq=False)
class Matrices:
    """``W_layer``, ``(n, m)``, of a network and of the average of its copies."""

    layer: int
    before: Tensor
    after: Tensor


def _all_copies(network: Network) -> Tensor | None:
    """``(prod n_k!, P)`` where they are few enough."""
    count = permutation_count(network.spec.hidden)
    if count * network.spec.parameter_count > MOST_ENUMERATED_NUMBERS:
        return None
    return Permutation.all(network.spec)(network).flatten()


def _incoming_alone(network: Network, permutation: Permutation) -> Network:
    """The first of the post's two steps: edges into the nodes exchanged, those out of them not."""
    weights, biases = list(network.weights), list(network.biases)
    for k, order in enumerate(permutation.orders):
        weights[k], biases[k] = weights[k][order], biases[k][order]
    return Network(tuple(weights), tuple(biases), network.activation)


def swap_keeps_function(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence[Exchange]:
    """Claim 1: the copy computes the same function, and the post's first step alone does not."""
    swap = chosen_swap(network, permutation)
    if swap is None:
        return NOTHING_TO_SWAP
    found, half = compare(network, swap(network), data), compare(network, _incoming_alone(network, swap), data)
    size = term_size(network, probe_inputs(data))
    tolerance = ROUNDING * size
    if not math.isfinite(found.difference) or not math.isfinite(tolerance):
        return not_finite()
    holds = found.difference <= tolerance
    numbers = (
        Number("max |F(A) − F(B)|", found.difference, ".1e", f"Over {found.points} inputs and all outputs, float64."),
        Number("size of the sums", size, ".3g", "Largest sum of magnitudes, ∑ |Wᵢⱼ hⱼ| + |bᵢ|, of any node and input."),
        Number("accepted as rounding", tolerance, ".1e", f"{ROUNDING:g} of the size of the sums, for sums that feed sums."),
        Number("‖A − B‖", found.distance, help="Euclidean distance in parameter space."),
        Number("loss of A", found.loss_a, LOSS),
        Number("loss of B", found.loss_b, LOSS),
        Number("after half of the swap", half.difference, ".2g", "max |F(A) − F| when only the edges into the nodes moved."),
    )
    conclusion = (
        f"The parameters moved by {loss_text(found.distance)}; the outputs moved by {numbers[0].text}."
        if holds
        else f"The outputs differ by {found.difference:.1e}, more than the {tolerance:.1e} that rounding explains."
    )
    return Evidence(holds, conclusion, ALWAYS, numbers, Exchange(network.spec.widths, swap))


def equivalent_points(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence[Never]:
    """Claim 2: ``prod n_k! / |Stab|`` points, and what the activation adds."""
    if wide_layer(network) is None:
        return NOTHING_TO_SWAP
    if not bool(network.flatten().isfinite().all()):
        return not_finite()
    hypothesis = (
        "nothing, for the copies. That there are no other equivalent points needs more, and fails in an over-wide network."
    )
    count = permutation_count(network.spec.hidden)
    numbers = [Number("permutations", factorials_text(network.spec.hidden))]
    try:
        order, orbit = stabiliser(network).order, symmetry_orbit(network)
    except ValueError as error:
        return Evidence(None, str(error), "Weights that are not too regular for an exact count.", tuple(numbers))
    numbers += [
        Number("leave every parameter in place", order, help="Order of the stabiliser, exact."),
        Number("different points", count // order, help="Permutations divided by the stabiliser's order."),
    ]
    copies = _all_copies(network)
    counted = None if copies is None else len(torch.unique(copies + 0.0, dim=0))
    if counted is not None:
        numbers.append(Number("counted one by one", counted, help="All copies made, and the different ones counted."))
    losses = loss_of(shuffled_permutations(network.spec, most=min(count, 100))(network), data)
    spread = float(losses.max() - losses.min())
    numbers.append(Number("their losses differ by", spread, ".1e", f"Over {len(losses)} of the copies."))
    more = _with_all_moves(orbit)
    if orbit.group.moves:
        numbers.append(Number("with the activation’s own moves", more, help=_group_text(orbit)))
    holds = counted in (None, count // order) and spread <= margin(float(losses[0]))
    points = count_text(count // order)
    if not holds:
        text = f"The counts do not agree, or the losses of the copies differ by {spread:.1e}, more than rounding explains."
        return Evidence(False, text, hypothesis, tuple(numbers))
    conclusion = (
        f"{points} different points of parameter space share one function."
        if order < count
        else "All nodes of each layer are equal, so that every copy is the same point."
    )
    if orbit.group.moves:
        conclusion += f" With the further moves of {get_activation(network.activation).label} nodes: {more}."
        if data.weight_decay:
            conclusion += f" {orbit.group.decayed}"
    return Evidence(holds, conclusion, hypothesis, tuple(numbers))


def _with_all_moves(orbit: SymmetryOrbit) -> str:
    """What the whole group makes of this network."""
    if orbit.size is not None:
        return f"{count_text(orbit.size)} point{'s' if orbit.size > 1 else ''}"
    if not orbit.dimension:
        return "infinitely many points" if not orbit.group.dimension else "no continuum"
    return f"a continuum of {orbit.dimension} dimension{'s' if orbit.dimension > 1 else ''}"


def _group_text(orbit: SymmetryOrbit) -> str:
    still = "" if orbit.stabiliser is None else f", of which {count_text(orbit.stabiliser)} leave every parameter in place"
    return f"{'; '.join(orbit.group.moves)}. Of the group: {orbit.group.text}{still}."


def average_equalises(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence[Matrices]:
    """Claim 3: after averaging all copies the nodes of a layer are equal, and compute what one node computes."""
    layer = wide_layer(network)
    if layer is None:
        return NOTHING_TO_SWAP
    inputs = probe_inputs(data)
    mean, one = symmetric_average(network), reduced_average(network)
    before, after = (max(_node_spread(h) for h in net.layers(inputs)[:-1]) for net in (network, mean))
    difference, tolerance = float((mean(inputs) - one(inputs)).abs().max()), ROUNDING * term_size(mean, inputs)
    if not math.isfinite(before) or not math.isfinite(difference):
        return not_finite()
    numbers = [
        Number("nodes of a layer differ by, before", before, ".3g", f"Largest difference of values over {len(inputs)} inputs."),
        Number("and in the average", after, ".1e"),
        Number("average against one node a layer", difference, ".1e", f"max |F − F| to widths {one.spec.widths}."),
    ]
    post = row_permutations(torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64)).mean(0)
    text = "; ".join(" ".join(f"{v:g}" for v in row) for row in post.tolist())
    told = "Layers are columns, nodes rows: M₁ = (1 2; 3 4), M₂ = (3 4; 1 2). In the average each column holds one value."
    numbers.append(Number("the post’s (M₁ + M₂) / 2", text, help=told))
    copies, error = _all_copies(network), 0.0
    if copies is not None:
        error = float((copies.mean(0) - mean.flatten()).abs().max())
        text = f"All {len(copies)} copies made and averaged, against the closed form used here."
        numbers.append(Number("copies averaged one by one", error, ".1e", text))
    holds = max(after, difference) <= tolerance and error <= ROUNDING * (1 + float(network.flatten().abs().max()))
    conclusion = (
        f"In the average all nodes of a layer are equal; it computes what a {widths_text(one)} network computes."
        if holds
        else f"The average differs from one node a layer by {max(after, difference, error):.1e}, more than rounding explains."
    )
    details = Matrices(layer, network.weights[layer - 1], mean.weights[layer - 1])
    return Evidence(holds, conclusion, ALWAYS, tuple(numbers), details)


def _node_spread(values: Tensor) -> float:
    return float((values.amax(-1) - values.amin(-1)).max())
