"""The permutations that leave a network's parameters as they are, and with them the true number of different copies.

By the orbit-stabiliser theorem the orbit of a network under all ``prod n_k!`` permutations has ``prod n_k! / |Stab|`` points.
The stabiliser is the automorphism group of the layered graph whose edges carry the weights and whose nodes carry the biases,
inputs and outputs held fixed. It is more than duplicated neurons: permutations of several layers can be coupled, each
undoing what the other did (see :func:`coupled_network`), so that a product of multinomials is wrong from two hidden layers on.

The count is exact. Duplicates (nodes with equal bias, row and column) are set aside with the factor ``m!``; on the rest,
colour refinement and backtracking find one automorphism, or prove that there is none, for each image of a chain of base
points (McKay 1981). Hidden layers are indexed from 0 inside this module's private parts.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from permviz.counting import permutation_count
from permviz.network import Network
from permviz.permutation import Permutation

Ints = NDArray[np.int64]
Colours = list[Ints]

MOST_REFINEMENTS = 4000
"""The search gives up after so much work, a few seconds; trained networks need a handful."""


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


def stabiliser(network: Network, tolerance: float = 0.0) -> Stabiliser:
    """The stabiliser of a single network under the permutations of its hidden nodes.

    Args:
        network: without batch axes, finite.
        tolerance: within each weight matrix and each bias vector, values joined by a chain of gaps of at most this much
            count as equal. 0.0, the default, compares floats exactly (and -0.0 as 0.0).

    Raises:
        ValueError: for a batch, for values that are not finite, or where the search exceeds :data:`MOST_REFINEMENTS`
            (highly regular weights, such as large Hadamard matrices); a wrong count is never returned.

    >>> found = stabiliser(coupled_network())
    >>> found.order, found.duplicates, found.interchangeable
    (2, ((), ()), (((0, 1),), ((0, 1),)))
    """
    if network.batch_shape:
        raise ValueError(f"A batch of networks of shape {tuple(network.batch_shape)} given: expected a single network.")
    if not tolerance >= 0 or not math.isfinite(tolerance):
        raise ValueError(f"Tolerance {tolerance!r} given: expected a finite number of 0 or more.")
    full = _Graph.of(network, tolerance)
    classes = [full.twins(k) for k in range(len(full.biases))]
    search = _Search(full.quotient(classes))
    coupled_order, coupled = search.chain(search.start())
    generators = [*_twin_swaps(classes), *(_lifted(g, classes) for g in coupled)]
    return Stabiliser(
        order=coupled_order * math.prod(math.factorial(len(c)) for layer in classes for c in layer),
        duplicates=tuple(tuple(tuple(c) for c in layer if len(c) > 1) for layer in classes),
        coupled_order=coupled_order,
        interchangeable=tuple(_orbits([g.orders[k] for g in generators], len(b)) for k, b in enumerate(full.biases)),
        generators=tuple(generators),
        tolerance=float(tolerance),
    )


def orbit_size(network: Network, tolerance: float = 0.0) -> int:
    """How many different parameter vectors the ``prod n_k!`` permuted copies are: ``prod n_k! / |Stab|``, exactly.

    Arguments and errors are those of :func:`stabiliser`.

    >>> orbit_size(coupled_network())
    2
    """
    return permutation_count(network.spec.hidden) // stabiliser(network, tolerance).order


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


def _identified(values: NDArray[np.float64], tolerance: float) -> Ints:
    """Integers in place of floats: equal where the values are equal."""
    flat = values.ravel()
    order = np.argsort(flat, kind="stable")
    new = np.diff(flat[order], prepend=flat[order][:1]) > tolerance
    labels = np.empty(flat.size, dtype=np.int64)
    labels[order] = np.cumsum(new)
    return labels.reshape(values.shape)


@dataclass(frozen=True)
class _Graph:
    """Weights and biases as integer labels; ``sizes`` counts the duplicates that each node stands for."""

    weights: list[Ints]
    biases: list[Ints]
    sizes: list[Ints]

    @classmethod
    def of(cls, network: Network, tolerance: float) -> _Graph:
        tensors = [p.detach().to("cpu", torch.float64).numpy() for p in (*network.weights, *network.biases)]
        if not all(np.isfinite(p).all() for p in tensors):
            raise ValueError("The network holds values that are not finite: its copies cannot be compared.")
        labels = [_identified(p, tolerance) for p in tensors]
        depth = len(network.weights)
        return cls(labels[:depth], labels[depth:-1], [np.ones(len(b), dtype=np.int64) for b in labels[depth:-1]])

    def twins(self, k: int) -> list[list[int]]:
        """The nodes of hidden layer ``k`` grouped by equal bias, row and column, in the order of their first members."""
        rows = np.concatenate([self.biases[k][:, None], self.weights[k], self.weights[k + 1].T], axis=1)
        groups: dict[tuple[int, ...], list[int]] = {}
        for node, row in enumerate(rows.tolist()):
            groups.setdefault(tuple(row), []).append(node)
        return list(groups.values())

    def quotient(self, classes: list[list[list[int]]]) -> _Graph:
        """One node for each group of duplicates."""
        first = [np.array([c[0] for c in layer], dtype=np.int64) for layer in classes]
        weights = list(self.weights)
        for k, keep in enumerate(first):
            weights[k], weights[k + 1] = weights[k][keep], weights[k + 1][:, keep]
        sizes = [np.array([len(c) for c in layer], dtype=np.int64) for layer in classes]
        return _Graph(weights, [b[keep] for b, keep in zip(self.biases, first, strict=True)], sizes)


@dataclass
class _Search:
    """Colour refinement and backtracking on two copies of one graph at once.

    A colouring holds, for each hidden layer, an array ``(2, n_k)``: the colours of the nodes of the left copy and of the
    right one. An automorphism is a bijection from left to right that keeps colours, weights and biases.
    """

    graph: _Graph
    work: int = field(default=0)

    def start(self) -> Colours:
        pairs = zip(self.graph.biases, self.graph.sizes, strict=True)
        return [np.stack([_ranks(np.stack([b, s], axis=1))] * 2) for b, s in pairs]

    def refine(self, colours: Colours) -> Colours | None:
        """The coarsest stable colouring finer than ``colours``; ``None`` once left and right can no longer match."""
        while True:
            self.work += 1
            if self.work > MOST_REFINEMENTS:
                raise ValueError(
                    "The weights are too regular for the exact count of their symmetries to be finished in a few seconds: "
                    "change some weights a little, or take a narrower network."
                )
            refined = [self._refined_layer(k, colours) for k in range(len(colours))]
            if any(not np.array_equal(np.sort(c[0]), np.sort(c[1])) for c in refined):
                return None
            if all(a.max() == b.max() for a, b in zip(refined, colours, strict=True)):
                return refined
            colours = refined

    def _refined_layer(self, k: int, colours: Colours) -> Ints:
        """New colours from a node's own colour and the multisets of (weight, colour) over its edges."""
        incoming, outgoing = self.graph.weights[k], self.graph.weights[k + 1].T
        sides = []
        for half in (0, 1):
            keys = [colours[k][half][:, None]]
            keys.append(_edges(incoming, colours[k - 1][half] if k else None))
            keys.append(_edges(outgoing, colours[k + 1][half] if k + 1 < len(colours) else None))
            sides.append(np.concatenate(keys, axis=1))
        return _ranks(np.concatenate(sides)).reshape(2, -1)

    def isomorphism(self, colours: Colours) -> list[Ints] | None:
        """For each layer the image of every node under an automorphism that keeps ``colours``, or ``None``."""
        refined = self.refine(colours)
        if refined is None:
            return None
        cell = _first_cell(refined)
        if cell is None:
            images = [np.argsort(c[1])[np.argsort(np.argsort(c[0]))] for c in refined]
            return images if self._is_automorphism(images) else None
        layer, members = cell
        for image in np.flatnonzero(refined[layer][1] == refined[layer][0][members[0]]):
            found = self.isomorphism(_individualised(refined, layer, members[0], int(image)))
            if found is not None:
                return found
        return None

    def _is_automorphism(self, images: list[Ints]) -> bool:
        w = self.graph.weights
        ends = [np.arange(w[0].shape[1]), *images, np.arange(w[-1].shape[0])]
        return all(np.array_equal(w[k][np.ix_(ends[k + 1], ends[k])], w[k]) for k in range(len(w)))

    def chain(self, colours: Colours) -> tuple[int, list[list[Ints]]]:
        """Order and generators of the automorphisms that keep ``colours`` (equal on both sides)."""
        refined = self.refine(colours)
        cell = None if refined is None else _first_cell(refined)
        if refined is None or cell is None:
            return 1, []
        layer, members = cell
        base = members[0]
        order, generators = self.chain(_individualised(refined, layer, base, base))
        reached, refuted = {base}, set[int]()
        for node in members[1:]:
            if node in reached or node in refuted:
                continue
            found = self.isomorphism(_individualised(refined, layer, base, node))
            if found is None:
                refuted |= _reached(node, layer, generators)
            else:
                generators.append(found)
                reached = _reached(base, layer, generators)
        return order * len(reached), generators


def _ranks(rows: Ints) -> Ints:
    """Numbers from 0 in place of rows, equal rows alike, whatever the order in which the rows come."""
    keys = [row.tobytes() for row in rows]
    names = {key: number for number, key in enumerate(sorted(set(keys)))}
    return np.array([names[key] for key in keys], dtype=np.int64)


def _edges(labels: Ints, colours: Ints | None) -> Ints:
    """For each node, its edges' (label, colour of the other end) as sorted numbers; fixed ends keep their places."""
    if colours is None:
        return labels
    return np.sort(labels * (int(colours.max(initial=0)) + 1) + colours, axis=1)


def _first_cell(colours: Colours) -> tuple[int, list[int]] | None:
    """The first colour class with several nodes: its layer and its left members."""
    for layer, c in enumerate(colours):
        values, counts = np.unique(c[0], return_counts=True)
        if (counts > 1).any():
            return layer, np.flatnonzero(c[0] == values[counts > 1][0]).tolist()
    return None


def _individualised(colours: Colours, layer: int, left: int, right: int) -> Colours:
    """``left`` and ``right`` get a colour of their own."""
    result = [c.copy() for c in colours]
    result[layer][0, left] = result[layer][1, right] = int(colours[layer].max()) + 1
    return result


def _reached(node: int, layer: int, generators: list[list[Ints]]) -> set[int]:
    """The orbit of a node under the generators (of finite order, so that images suffice)."""
    found, new = {node}, [node]
    while new:
        images = {int(g[layer][i]) for g in generators for i in new}
        new = list(images - found)
        found |= images
    return found


def _twin_swaps(classes: list[list[list[int]]]) -> Iterator[Permutation]:
    """The swaps of neighbouring members of each group of duplicates."""
    widths = [sum(map(len, layer)) for layer in classes]
    for k, layer in enumerate(classes):
        for group in layer:
            for i, j in itertools.pairwise(group):
                orders = [np.arange(n) for n in widths]
                orders[k][[i, j]] = [j, i]
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


def _orbits(orders: list[Ints], width: int) -> tuple[tuple[int, ...], ...]:
    """The groups of two or more nodes that the orders exchange among themselves."""
    generators = [[order] for order in orders]
    groups = {frozenset(_reached(node, 0, generators)) for node in range(width)}
    return tuple(sorted(tuple(sorted(group)) for group in groups if len(group) > 1))
