"""The permutations and sign flips together that leave a network's parameters as they are.

A neuron that can be flipped stands twice in a layered graph, once for each sign, and the two are tied by a node of their own;
an automorphism of that graph says where each neuron goes, and with which sign. Flips leave more in place than permutations do:
an antipodal pair ``(w, b, a)``, ``(-w, -b, -a)`` is exchanged by a swap with two flips, and a zero neuron can be flipped alone.

A sigmoid is an odd function but for a constant, ``2 sigma(z) - 1 = tanh(z / 2)``: with the constant moved to the next layer's
biases, ``b + W 1 / 2``, its flips are those of an odd activation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from permviz.networks.activations import get_activation
from permviz.networks.frozen import frozen_matrices
from permviz.networks.network import Network, NetworkSpec
from permviz.symmetry.automorphisms import AutomorphismSearch, Ints, LayeredGraph

FLIPS = ("odd", "even", "sigmoid")
"""Symmetries whose group is that of permutations and flips, ``2^n n!`` elements a layer."""


@dataclass(frozen=True, eq=False)
class _Layer:
    """The neurons of a hidden layer that differ by more than permutation and sign.

    Attributes:
        first: one neuron for each of the classes of neurons that are equal up to sign.
        sizes: how many neurons each class has.
        signs: ``(1, -1)`` for a class, or ``(1,)`` if a flip leaves its neurons as they are.
    """

    first: Ints
    sizes: Ints
    signs: list[tuple[int, ...]]

    @property
    def own_order(self) -> int:
        """Permutations and flips within the classes that leave every neuron's place with an equal one."""
        flips = (2 ** int(m) if s == (1,) else 1 for m, s in zip(self.sizes, self.signs, strict=True))
        return math.prod(math.factorial(int(m)) for m in self.sizes) * math.prod(flips)

    def slots(self) -> tuple[Ints, Ints, Ints]:
        """Of the signed nodes: the class, the neuron, the sign."""
        slots = [(c, int(self.first[c]), s) for c, signs in enumerate(self.signs) for s in signs]
        classes, neurons, signs = np.array(slots, dtype=np.int64).T
        return classes, neurons, signs


def signed_stabiliser_order(network: Network) -> int:
    """How many of the ``prod 2^n_k n_k!`` permutations with sign flips leave every parameter in place, floats compared exactly.

    Args:
        network: single, finite, of an activation whose :attr:`~permviz.networks.activations.Activation.symmetry` is in
            :data:`FLIPS`.

    Raises:
        ValueError: for another activation, a batch, or values as in :func:`permviz.symmetry.stabiliser.stabiliser`.
    """
    symmetry = get_activation(network.activation).symmetry
    if symmetry not in FLIPS:
        raise ValueError(f"A network of {network.activation!r} given: expected an activation with sign flips, such as tanh.")
    weights, biases = _labels(network.single(), shifted=symmetry == "sigmoid")
    return _order(weights, biases, _masks(network.spec), even=symmetry == "even")


def signed_frozen_order(spec: NetworkSpec) -> int:
    """How many permutations with sign flips keep every frozen entry of a specification in its place, value and sign.

    Of the sigmoid, too: its flips change biases besides, which are free.
    """
    weights = [_signed_ranks(values.numpy()) for _, values in frozen_matrices(spec)]
    biases = [np.zeros(n, dtype=np.int64) for n in spec.hidden]
    return _order(weights, biases, _masks(spec), even=get_activation(spec.activation).symmetry == "even")


def _masks(spec: NetworkSpec) -> list[Ints]:
    return [mask.numpy().astype(np.int64) for mask, _ in frozen_matrices(spec)]


def _order(weights: list[Ints], biases: list[Ints], masks: list[Ints], *, even: bool) -> int:
    """The order of the automorphisms; ``masks`` are labels of the weights besides their own, which flips do not touch."""
    layers = [
        _classes(np.column_stack([b, w]), after.T, np.column_stack([mask, mask_after.T]), even=even)
        for b, w, after, mask, mask_after in zip(biases, weights, weights[1:], masks, masks[1:], strict=False)
    ]
    if not layers:
        return 1
    search = AutomorphismSearch(_signed_graph(weights, biases, masks, layers, even=even))
    return search.chain(search.start())[0] * math.prod(layer.own_order for layer in layers)


def _labels(network: Network, *, shifted: bool) -> tuple[list[Ints], list[Ints]]:
    """Integers in place of the weights and the hidden biases: equal for equal floats, opposite for opposite ones."""
    weights = [w.detach().to("cpu").double().numpy() for w in network.weights]
    biases = [b.detach().to("cpu").double().numpy() for b in network.biases]
    if not all(np.isfinite(p).all() for p in (*weights, *biases)):
        raise ValueError("The network holds values that are not finite: its copies cannot be compared.")
    if shifted:  # rounded once, so that equal sums are equal floats in whatever order they are summed
        later = zip(biases[1:], weights[1:], strict=True)
        biases = [biases[0], *(np.array([math.fsum([c, *w / 2]) for c, w in zip(b, a, strict=True)]) for b, a in later)]
    return [_signed_ranks(w) for w in weights], [_signed_ranks(b) for b in biases[:-1]]


def _signed_ranks(values: NDArray[np.float64]) -> Ints:
    sizes = np.unique(np.append(np.abs(values).ravel(), 0.0))
    return np.sign(values).astype(np.int64) * np.searchsorted(sizes, np.abs(values))


def _classes(incoming: Ints, outgoing: Ints, marks: Ints, *, even: bool) -> _Layer:
    """Neurons ``(incoming, outgoing)`` grouped up to sign, which for an even activation is that of the incoming side."""
    groups: dict[tuple[tuple[tuple[int, ...], ...], bytes], list[int]] = {}
    free = []
    for neuron, (w, a, mark) in enumerate(zip(incoming, outgoing, marks, strict=True)):
        pair = [(tuple((s * w).tolist()), tuple((a if even else s * a).tolist())) for s in (1, -1)]
        groups.setdefault((max(pair), mark.tobytes()), []).append(neuron)
        free.append(pair[0] == pair[1])
    first = np.array([group[0] for group in groups.values()], dtype=np.int64)
    sizes = np.array([len(group) for group in groups.values()], dtype=np.int64)
    return _Layer(first, sizes, [(1,) if free[i] else (1, -1) for i in first])


def _signed_graph(
    weights: list[Ints], biases: list[Ints], masks: list[Ints], layers: list[_Layer], *, even: bool
) -> LayeredGraph:
    """Layer ``k + 1`` of the graph holds the signed nodes of hidden layer ``k + 1`` and the ties of layer ``k``; the outputs,
    told apart by their biases, and the last ties stand before a single node that closes the graph."""
    outputs = weights[-1].shape[0]
    ends = [(np.arange(w.shape[1]), np.ones(w.shape[1], dtype=np.int64)) for w in weights[:1]]
    ends += [layer.slots()[1:] for layer in layers]
    ends.append((np.arange(outputs), np.ones(outputs, dtype=np.int64)))
    marks = [b[neurons] * signs for b, (neurons, signs) in zip(biases, ends[1:-1], strict=True)]
    marks.append(np.arange(outputs))
    edges: list[Ints] = []
    colours: list[Ints] = []
    sizes: list[Ints] = []
    ties = np.zeros((0, len(ends[0][0])), dtype=np.int64)
    for k, w in enumerate(weights):
        (before, s), (after, t) = ends[k], ends[k + 1]
        block = w[np.ix_(after, before)] * t[:, None] * (1 if even else s)
        block = block + (2 * np.abs(w).max(initial=0) + 1) * masks[k][np.ix_(after, before)]
        edges.append(_beside(np.vstack([block, ties]), edges))
        colours.append(np.concatenate([marks[k], np.full(len(ties), 1 + max(np.abs(m).max(initial=0) for m in marks))]))
        own = layers[k].sizes[layers[k].slots()[0]] if k < len(layers) else np.ones(outputs, dtype=np.int64)
        sizes.append(np.concatenate([own, np.ones(len(ties), dtype=np.int64)]))
        if k < len(layers):
            classes = layers[k].slots()[0]
            ties = (classes == np.arange(len(layers[k].first))[:, None]).astype(np.int64)
    edges.append(np.zeros((1, len(edges[-1])), dtype=np.int64))
    return LayeredGraph(edges, colours, sizes)


def _beside(block: Ints, edges: list[Ints]) -> Ints:
    """The block widened by zeros to the nodes of the layer before it, whose ties lead nowhere."""
    width = len(edges[-1]) if edges else block.shape[1]
    return np.pad(block, ((0, 0), (0, width - block.shape[1])))
