"""Permutations of the hidden nodes, and how they act on parameters.

A permutation of hidden layer ``k`` is an index array ``p`` with the *gather* meaning ``new[i] = old[p[i]]`` (numpy's
``old[p]``): slot ``i`` receives node ``p[i]``. It acts by ``W_k -> W_k[p, :]``, ``b_k -> b_k[p]`` and
``W_{k+1} -> W_{k+1}[:, p]``; :mod:`.couplings` states this as data.

As networks do, permutations may carry leading batch axes: all ``n!`` of them are one object.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from permviz.networks.checks import checked
from permviz.networks.frozen import kept
from permviz.networks.network import Network, NetworkSpec, checked_seed
from permviz.networks.parameters import common_batch
from permviz.networks.results import Pictured, described, printed
from permviz.symmetry.couplings import axis_table, gather
from permviz.symmetry.orders_json import orders_from_json

MOST_ENUMERATED = 1_000_000
"""``Permutation.all`` refuses more than this many: ten nodes in one layer are already 3,628,800."""

MOST_PRINTED = 32
"""Numbers of an order that are printed."""


def _checked(order: Any, layer: int) -> NDArray[np.int64]:
    try:
        array = np.asarray(order.cpu() if isinstance(order, Tensor) else order)
    except ValueError:
        raise ValueError(
            f"Layer {layer}: {described(order)} given: expected orders of one length, each of all nodes."
        ) from None
    if array.ndim < 1 or array.dtype.kind not in "iu":
        raise ValueError(
            f"Layer {layer}: {described(order)} is not an order of nodes: expected whole numbers such as (1, 0, 2)."
        )
    n = array.shape[-1]
    if not np.array_equal(np.sort(array, axis=-1), np.broadcast_to(np.arange(n), array.shape)):
        raise ValueError(
            f"Layer {layer}: {described(array.tolist())} is no permutation: expected each of 0 to {n - 1} exactly once."
        )
    array = array.astype(np.int64)  # a copy: the caller's own stays writable, and what it writes is not seen here
    array.flags.writeable = False
    return array


class Permutation(Pictured):
    """One permutation for each hidden layer, or a batch of such. Immutable: equal ones have one hash.

    Args:
        orders: for hidden layers ``1 .. L-1``, whole numbers ``(*batch, n_k)`` in the gather meaning; tensors, arrays or lists.

    Raises:
        ValueError: where an order does not hold each node exactly once.

    >>> spec = NetworkSpec((2, 3, 1))
    >>> p = Permutation.cycle(spec, layer=1, nodes=(0, 1, 2))
    >>> (p @ p @ p) == Permutation.identity(spec), p @ p == p.inverse()
    (True, True)
    """

    __slots__ = ("_orders",)

    @checked
    def __init__(self, orders: Iterable[Any]) -> None:
        self._orders = tuple(_checked(order, k) for k, order in enumerate(orders, start=1))
        if len({order.shape[:-1] for order in self._orders}) > 1:
            raise ValueError(f"Orders of shapes {[o.shape for o in self._orders]} do not share their batch axes.")

    @property
    def orders(self) -> tuple[Tensor, ...]:
        """For each hidden layer, the order ``(*batch, n_k)`` as a new int64 tensor; writing to it changes nothing else."""
        return tuple(torch.from_numpy(order.copy()) for order in self._orders)

    @classmethod
    @checked
    def identity(cls, spec: NetworkSpec) -> Permutation:
        return cls(tuple(np.arange(n) for n in spec.hidden))

    @classmethod
    @checked
    def cycle(cls, spec: NetworkSpec, layer: int, nodes: Sequence[int]) -> Permutation:
        """Slot ``nodes[0]`` receives node ``nodes[1]``, and so on round; every other node stays."""
        n = spec.hidden_width(layer)
        whole = [int(i) for i in nodes if 0 <= i < n and i == int(i)]
        if len(set(whole)) != len(nodes):
            raise ValueError(f"Nodes {tuple(nodes)} given: expected different nodes of layer {layer}, from 0 to {n - 1}.")
        orders = [np.arange(m) for m in spec.hidden]
        orders[layer - 1][whole] = [*whole[1:], *whole[:1]]
        return cls(tuple(orders))

    @classmethod
    @checked
    def transposition(cls, spec: NetworkSpec, layer: int, nodes: tuple[int, int]) -> Permutation:
        """The swap of two nodes of one hidden layer (layers from 1, nodes from 0)."""
        if len(nodes) != 2:
            raise ValueError(f"Nodes {tuple(nodes)} given: a transposition exchanges exactly two.")
        return cls.cycle(spec, layer, nodes)

    @classmethod
    @checked
    def transpositions(cls, spec: NetworkSpec, layer: int) -> Permutation:
        """All ``n (n-1) / 2`` swaps of a layer, one batch axis, in the order (0,1), (0,2), ..., (n-2,n-1)."""
        pairs = list(itertools.combinations(range(spec.hidden_width(layer)), 2))
        if not pairs:
            raise ValueError(f"Layer {layer} has one node: there is nothing to swap.")
        orders = [np.tile(np.arange(n), (len(pairs), 1)) for n in spec.hidden]
        for row, (i, j) in enumerate(pairs):
            orders[layer - 1][row, [i, j]] = [j, i]
        return cls(tuple(orders))

    @classmethod
    @checked
    def random(cls, spec: NetworkSpec, seed: int = 0, batch: tuple[int, ...] = ()) -> Permutation:
        """Uniformly random, from ``seed`` alone; ``ValueError`` for a seed that is no whole number from 0."""
        generator = np.random.default_rng(checked_seed(seed))
        return cls(tuple(generator.permuted(np.broadcast_to(np.arange(n), (*batch, n)), axis=-1) for n in spec.hidden))

    @classmethod
    @checked
    def all(cls, spec: NetworkSpec) -> Permutation:
        """All ``prod n_k!`` permutations as one batch, identity first, the last layer's order changing fastest.

        Raises:
            ValueError: if there are more than :data:`MOST_ENUMERATED`, or no hidden layer at all.
        """
        if not spec.hidden:
            raise ValueError(f"Widths {spec.widths} have no hidden layer: there is nothing to permute.")
        count = math.prod(math.factorial(n) for n in spec.hidden)
        if count > MOST_ENUMERATED:
            raise ValueError(
                f"Widths {spec.widths} have {count} permutations, more than the {MOST_ENUMERATED} that are enumerated: "
                "use Permutation.random for a sample."
            )
        layers = [np.array(list(itertools.permutations(range(n)))) for n in spec.hidden]
        index = np.indices([len(rows) for rows in layers]).reshape(len(layers), -1)
        return cls(tuple(rows[i] for rows, i in zip(layers, index, strict=True)))

    @classmethod
    @checked
    def from_json(cls, text: str) -> Permutation:
        """The inverse of :meth:`to_json`.

        Raises:
            ValueError: for what is no JSON of index arrays, or where one does not hold each node exactly once.
        """
        return cls(orders_from_json(text))

    def to_json(self) -> str:
        """The orders as JSON: an index array for each hidden layer, in the gather meaning.

        >>> Permutation([[2, 0, 1], [0, 1]]).to_json()
        '[[2, 0, 1], [0, 1]]'
        """
        return json.dumps([order.tolist() for order in self._orders])

    def __repr__(self) -> str:
        if sum(order.size for order in self._orders) <= MOST_PRINTED:
            return printed("Permutation", str(tuple(tuple(order.tolist()) for order in self._orders)))
        batch = (f"batch {self.batch_shape}",) if self.batch_shape else ()
        return printed("Permutation", *batch, f"hidden layers of {', '.join(str(o.shape[-1]) for o in self._orders)} nodes")

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return self._orders[0].shape[:-1] if self._orders else ()

    def __len__(self) -> int:
        if not self.batch_shape:
            raise TypeError("This is a single permutation: it has no batch axis and so no length.")
        return self.batch_shape[0]

    def __getitem__(self, index: Any) -> Permutation:
        if not self.batch_shape:
            raise ValueError("This is a single permutation: there is no batch axis to index.")
        return Permutation(tuple(order[index] for order in self._orders))

    def __iter__(self) -> Iterator[Permutation]:
        return (self[i] for i in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Permutation):
            return NotImplemented
        return len(self._orders) == len(other._orders) and all(map(np.array_equal, self._orders, other._orders))

    def __hash__(self) -> int:
        return hash(tuple(order.tobytes() for order in self._orders))

    def __matmul__(self, other: Permutation) -> Permutation:
        """First ``other``, then ``self``: ``(self @ other)(net) == self(other(net))``."""
        if not isinstance(other, Permutation):
            return NotImplemented
        if [o.shape[-1] for o in self._orders] != [o.shape[-1] for o in other._orders]:
            raise ValueError("Permutations of networks of different hidden widths cannot be composed.")
        pairs = (np.broadcast_arrays(p, q) for p, q in zip(self._orders, other._orders, strict=True))
        return Permutation(tuple(np.take_along_axis(q, p, axis=-1) for p, q in pairs))

    def inverse(self) -> Permutation:
        return Permutation(tuple(np.argsort(order, axis=-1) for order in self._orders))

    @property
    def moved_layers(self) -> tuple[int, ...]:
        """The hidden layers, from 1, in which a node leaves its slot (anywhere in a batch)."""
        return tuple(k for k, order in enumerate(self._orders, start=1) if bool(np.any(order != np.arange(order.shape[-1]))))

    def is_identity(self) -> bool:
        return not self.moved_layers

    @checked
    def __call__(self, network: Network) -> Network:
        """The permuted copy; batch axes of the permutation and of the network broadcast against each other.

        Raises:
            ValueError: if the network's hidden widths are not those of the permutation, or its frozen entries would move.
        """
        widths = tuple(order.shape[-1] for order in self._orders)
        if network.spec.hidden != widths:
            raise ValueError(f"A permutation of hidden widths {widths} cannot act on widths {network.spec.widths}.")
        common_batch(self.batch_shape, network.batch_shape)
        orders = [order.to(network.device) for order in self.orders]
        weights, biases = [], []
        for axes, w, b in zip(axis_table(len(network.weights)), network.weights, network.biases, strict=True):
            if axes.rows is not None:
                p = orders[axes.rows - 1]
                w, b = gather(w, p[..., :, None], -2), gather(b, p, -1)
            if axes.columns is not None:
                w = gather(w, orders[axes.columns - 1][..., None, :], -1)
            weights.append(w)
            biases.append(b)
        return kept(network, network.replaced(weights, biases), "This permutation")
