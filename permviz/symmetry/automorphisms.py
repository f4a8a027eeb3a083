"""The search for the automorphisms of a layered graph: colour refinement and backtracking (McKay 1981).

A :class:`LayeredGraph` is a network's structure: which weights are equal, which biases are. Its automorphisms are the
permutations of the nodes within each hidden layer that keep both, inputs and outputs held fixed. The order of their group is
that of a chain of subgroups: at each step the search finds an automorphism, or proves that there is none, for each image that
a base point may have. Exact; hidden layers are indexed from 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from permviz.networks.frozen import frozen_matrices
from permviz.networks.network import Network, NetworkSpec

Ints = NDArray[np.int64]
Colours = list[Ints]

MOST_REFINEMENTS = 4000
"""The search gives up after so much work, a few seconds; trained networks need a handful."""


def _identified(values: NDArray[np.float64], tolerance: float) -> Ints:
    """Integers in place of floats: equal where the values are equal."""
    flat = values.ravel()
    order = np.argsort(flat, kind="stable")
    new = np.diff(flat[order], prepend=flat[order][:1]) > tolerance
    labels = np.empty(flat.size, dtype=np.int64)
    labels[order] = np.cumsum(new)
    return labels.reshape(values.shape)


@dataclass(frozen=True, eq=False)
class LayeredGraph:
    """Weights and biases as integer labels; ``sizes`` counts the duplicates that each node stands for."""

    weights: list[Ints]
    biases: list[Ints]
    sizes: list[Ints]

    @classmethod
    def of(cls, network: Network, tolerance: float) -> LayeredGraph:
        tensors = [p.detach().to("cpu", torch.float64).numpy() for p in (*network.weights, *network.biases)]
        if not all(np.isfinite(p).all() for p in tensors):
            raise ValueError("The network holds values that are not finite: its copies cannot be compared.")
        labels = [_identified(p, tolerance) for p in tensors]
        depth = len(network.weights)
        weights, sizes = labels[:depth], [np.ones(len(b), dtype=np.int64) for b in labels[depth:-1]]
        if network.frozen is not None:  # which are equal only exactly, and to no free one
            frozen = cls.of_frozen(network.spec).weights
            weights = [np.where(own > 0, -own, w) for own, w in zip(frozen, weights, strict=True)]
        return cls(weights, labels[depth:-1], sizes)

    @classmethod
    def of_frozen(cls, spec: NetworkSpec) -> LayeredGraph:
        """That of the frozen entries alone: free weights and biases are all alike."""
        weights = [mask.numpy() * (1 + _identified(values.numpy(), 0.0)) for mask, values in frozen_matrices(spec)]
        biases = [np.zeros(n, dtype=np.int64) for n in spec.hidden]
        return cls(weights, biases, [np.ones(n, dtype=np.int64) for n in spec.hidden])

    def twins(self, k: int) -> list[list[int]]:
        """The nodes of hidden layer ``k`` grouped by equal bias, row and column, in the order of their first members."""
        rows = np.concatenate([self.biases[k][:, None], self.weights[k], self.weights[k + 1].T], axis=1)
        groups: dict[tuple[int, ...], list[int]] = {}
        for node, row in enumerate(rows.tolist()):
            groups.setdefault(tuple(row), []).append(node)
        return list(groups.values())

    def quotient(self, classes: list[list[list[int]]]) -> LayeredGraph:
        """One node for each group of duplicates."""
        first = [np.array([c[0] for c in layer], dtype=np.int64) for layer in classes]
        weights = list(self.weights)
        for k, keep in enumerate(first):
            weights[k], weights[k + 1] = weights[k][keep], weights[k + 1][:, keep]
        sizes = [np.array([len(c) for c in layer], dtype=np.int64) for layer in classes]
        return LayeredGraph(weights, [b[keep] for b, keep in zip(self.biases, first, strict=True)], sizes)


@dataclass
class AutomorphismSearch:
    """Colour refinement and backtracking on two copies of one graph at once.

    A colouring holds, for each hidden layer, an array ``(2, n_k)``: the colours of the nodes of the left copy and of the
    right one. An automorphism is a bijection from left to right that keeps colours, weights and biases; it is given as the
    images of the nodes, one array a layer.

    Raises:
        ValueError: in any search that exceeds :data:`MOST_REFINEMENTS`; a wrong group is never returned.
    """

    graph: LayeredGraph
    work: int = 0

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
                refuted |= orbit(node, [g[layer] for g in generators])
            else:
                generators.append(found)
                reached = orbit(base, [g[layer] for g in generators])
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


def orbit(node: int, generators: list[Ints]) -> set[int]:
    """The orbit of a node under permutations of its layer (of finite order, so that images suffice).

    >>> sorted(orbit(0, [np.array([1, 2, 0, 3])]))
    [0, 1, 2]
    """
    found, new = {node}, [node]
    while new:
        images = {int(g[i]) for g in generators for i in new}
        new = list(images - found)
        found |= images
    return found
