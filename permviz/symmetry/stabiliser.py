"""The permutations that leave a network's parameters as they are, and with them the true number of different copies.

By the orbit-stabiliser theorem the orbit of a network under all ``prod n_k!`` permutations has ``prod n_k! / |Stab|`` points.
The stabiliser is the automorphism group of the layered graph whose edges carry the weights and whose nodes carry the biases,
inputs and outputs held fixed. It is more than duplicated neurons: permutations of several layers can be coupled, each
undoing what the other did (see :func:`coupled_network`), so that a product of multinomials is wrong from two hidden layers on.

The count is exact. Duplicates (nodes with equal bias, row and column) are set aside with the factor ``m!``;
:mod:`permviz.symmetry.automorphisms` searches the rest. Hidden layers are indexed from 0 inside this module's private parts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from permviz.networks.checks import checked
from permviz.networks.network import Network, NetworkSpec
from permviz.symmetry.automorphisms import AutomorphismSearch, Ints, LayeredGraph
from permviz.symmetry.counting import permutation_count
from permviz.symmetry.permutation import Permutation


@dataclass(frozen=True)
class Stabiliser:
    """The permutations that map a network's parameters onto themselves.

    Attributes:
        order: how many, exactly; 1 for a network without symmetry.
        duplicates: for each hidden layer, the groups of two or more nodes equal in bias, row and column.
        coupled_order: what remains of the order when each group of duplicates is taken as one node; over 1 when nodes that
            are not duplicates can be exchanged, several layers at once.
        interchangeable: for each hidden layer, the groups of two or more nodes that some element exchanges.
        generators: permutations that generate the group.
        tolerance: the values that were taken as equal; 0.0 means exactly equal floats.
    """

    order: int
    duplicates: tuple[tuple[tuple[int, ...], ...], ...]
    coupled_order: int
    interchangeable: tuple[tuple[tuple[int, ...], ...], ...]
    generators: tuple[Permutation, ...]
    tolerance: float


@checked
def stabiliser(network: Network, tolerance: float = 0.0) -> Stabiliser:
    """The stabiliser of a single network under the permutations of its hidden nodes.

    Args:
        network: without batch axes, finite.
        tolerance: within each weight matrix and each bias vector, values joined by a chain of gaps of at most this much
            count as equal. 0.0, the default, compares floats exactly (and -0.0 as 0.0).

    Raises:
        ValueError: for a batch, for values that are not finite, or for weights so regular that the search would take longer
            than a few seconds (such as large Hadamard matrices); a wrong count is never returned.

    >>> found = stabiliser(coupled_network())
    >>> found.order, found.duplicates, found.interchangeable
    (2, ((), ()), (((0, 1),), ((0, 1),)))
    """
    if not tolerance >= 0 or not math.isfinite(tolerance):
        raise ValueError(f"Tolerance {tolerance!r} given: expected a finite number of 0 or more.")
    return _automorphisms(LayeredGraph.of(network.single(), tolerance), tolerance)


@lru_cache(maxsize=16)
def remaining_permutations(spec: NetworkSpec) -> Stabiliser:
    """The permutations that keep every frozen entry of a specification in its place and value: the stabiliser of those entries.

    Without frozen entries it is the whole of ``prod n_k!``. Errors are those of :func:`stabiliser`.
    """
    return _automorphisms(LayeredGraph.of_frozen(spec), 0.0)


def _automorphisms(full: LayeredGraph, tolerance: float) -> Stabiliser:
    classes = [full.twins(k) for k in range(len(full.biases))]
    search = AutomorphismSearch(full.quotient(classes))
    coupled_order, coupled = search.chain(search.start())
    generators = [*_twin_moves(classes), *(_lifted(g, classes) for g in coupled)]
    return Stabiliser(
        order=coupled_order * math.prod(math.factorial(len(c)) for layer in classes for c in layer),
        duplicates=tuple(tuple(tuple(c) for c in layer if len(c) > 1) for layer in classes),
        coupled_order=coupled_order,
        interchangeable=_interchangeable(generators, [len(b) for b in full.biases]),
        generators=tuple(generators),
        tolerance=float(tolerance),
    )


@checked
def orbit_size(network: Network, tolerance: float = 0.0) -> int:
    """How many different parameter vectors the ``prod n_k!`` permuted copies are: ``prod n_k! / |Stab|``, exactly.

    With frozen entries, copies are those under the permutations that keep them. Arguments and errors are
    those of :func:`stabiliser`.

    >>> orbit_size(coupled_network())
    2
    """
    own, spec = stabiliser(network, tolerance).order, network.spec
    return (remaining_permutations(spec).order if spec.frozen else permutation_count(spec.hidden)) // own


@checked
def coupled_network() -> Network:
    """A 2-2-2-1 network without duplicated nodes, with an orbit of 2 points instead of 4.

    Equal rows in ``W_1``, ``W_2 = [[a, b], [b, a]]`` and ``W_3 = [c, c]``, biases equal within each layer: swapping the
    nodes of both hidden layers at once changes no parameter.
    """
    weights = ([[0.7, -0.4], [0.7, -0.4]], [[1.0, 2.0], [2.0, 1.0]], [[1.5, 1.5]])
    biases = ([0.1, 0.1], [-0.2, -0.2], [0.3])
    return Network(
        tuple(torch.tensor(w, dtype=torch.float64) for w in weights),
        tuple(torch.tensor(b, dtype=torch.float64) for b in biases),
        "tanh",
    )


def _twin_moves(classes: list[list[list[int]]]) -> Iterator[Permutation]:
    """Of each group of duplicates a swap and the cycle of all, which generate its permutations."""
    widths = [sum(map(len, layer)) for layer in classes]
    for k, layer in enumerate(classes):
        for group in layer:
            for nodes in dict.fromkeys((tuple(group[:2]), tuple(group))) if len(group) > 1 else ():
                orders = [np.arange(n) for n in widths]
                orders[k][list(nodes)] = [*nodes[1:], nodes[0]]
                yield Permutation(tuple(orders))


def _lifted(images: list[Ints], classes: list[list[list[int]]]) -> Permutation:
    """A permutation of the groups of duplicates as a permutation of nodes: first member to first, and so on."""
    orders = []
    for image, layer in zip(images, classes, strict=True):
        order = np.empty(sum(map(len, layer)), dtype=np.int64)
        for source, target in enumerate(image.tolist()):
            order[layer[source]] = layer[target]
        orders.append(order)
    return Permutation(tuple(orders))


def _interchangeable(generators: list[Permutation], widths: list[int]) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """For each layer, the groups of two or more nodes that the generators exchange: what they join is connected."""
    ends: list[list[Ints]] = [[np.empty((2, 0), dtype=np.int64)] for _ in widths]
    for generator in generators:
        for k, order in enumerate(generator.orders):
            moved = np.flatnonzero(order.numpy() != np.arange(widths[k]))
            ends[k].append(np.stack([moved, order.numpy()[moved]]))
    return tuple(_joined(np.concatenate(pairs, axis=1), n) for pairs, n in zip(ends, widths, strict=True))


def _joined(pairs: Ints, width: int) -> tuple[tuple[int, ...], ...]:
    graph = coo_array((np.ones(pairs.shape[1], dtype=np.int8), pairs), shape=(width, width))
    groups: dict[int, list[int]] = {}
    for node, group in enumerate(connected_components(graph, directed=False)[1].tolist()):
        groups.setdefault(group, []).append(node)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)
