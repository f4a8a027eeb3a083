"""Averages of a network over its permuted copies: the projection onto what permutations leave alone.

The average over a whole group is the projection onto the parameters that the group leaves fixed. For the permutations of all
hidden layers that is closed form: ``W_1`` is averaged over its rows, ``W_L`` over its columns, the matrices between over both,
hidden biases over their nodes. All nodes of a layer become equal, and ``n`` equal nodes compute what one node computes whose
outgoing weights are ``n`` times theirs.
"""

from __future__ import annotations

import numpy as np
import torch
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from torch import Tensor

from permviz.networks.activations import get_activation
from permviz.networks.checks import checked
from permviz.networks.frozen import refuse_frozen, with_frozen
from permviz.networks.network import Network, NetworkSpec, checked_seed, unflatten
from permviz.symmetry.counting import permutation_count
from permviz.symmetry.couplings import axis_table
from permviz.symmetry.moves import FLIPPABLE
from permviz.symmetry.permutation import Permutation
from permviz.symmetry.stabiliser import remaining_permutations

MOST_COPIES = 50_000
"""``shuffled_permutations`` enumerates the group up to this order, and draws at random from larger ones."""


@checked
def symmetric_average(network: Network, signed: bool = False) -> Network:
    """The average of all ``prod n_k!`` permuted copies, in closed form; batch axes stay.

    Args:
        network: one network or a batch.
        signed: average over sign flips too (:func:`permviz.sign_flips`). What remains is a constant function: every hidden
            neuron's incoming weights and bias average to zero.

    With frozen entries the average is over the permutations that keep them: each parameter becomes the mean of those to which
    they bring it. If the identity is the only one, the network is its own average.

    Raises:
        ValueError: for ``signed`` with an activation that has no sign flips, or with frozen entries.

    >>> from permviz.networks.network import init_network
    >>> mean = symmetric_average(init_network(NetworkSpec((2, 3, 1))))
    >>> bool((mean.weights[0] == mean.weights[0][0]).all())
    True
    """
    if network.frozen is not None:
        if signed:
            refuse_frozen(network.spec, "the average over sign flips")
        return _remaining_average(network)
    weights, biases = [], []
    for axes, w, b in zip(axis_table(len(network.weights)), network.weights, network.biases, strict=True):
        if axes.rows is not None:
            w, b = w.mean(-2, keepdim=True).expand_as(w), b.mean(-1, keepdim=True).expand_as(b)
        if axes.columns is not None:
            w = w.mean(-1, keepdim=True).expand_as(w)
        weights.append(w.clone())
        biases.append(b.clone())
    average = Network(tuple(weights), tuple(biases), network.activation)
    return _without_signs(average) if signed else average


def _remaining_average(network: Network) -> Network:
    """The average over the permutations that keep the frozen entries: over the orbits of the parameters' places."""
    count = network.spec.parameter_count
    places = unflatten(network.spec, torch.arange(count, dtype=torch.float64)).thawed()
    moved = [p(places).flatten().long().numpy() for p in remaining_permutations(network.spec).generators]
    ends = np.concatenate(moved) if moved else np.zeros(0, dtype=np.int64)
    edges = (np.ones(len(ends)), (np.tile(np.arange(count), len(moved)), ends))
    number, orbits = connected_components(coo_array(edges, shape=(count, count)), directed=False)
    index, theta = torch.from_numpy(orbits).long().to(network.device), network.flatten()
    sums = theta.new_zeros(*theta.shape[:-1], number).index_add_(-1, index, theta)
    means = sums / torch.bincount(index, minlength=number).to(theta.dtype)
    return unflatten(network.spec, with_frozen(network.spec, means[..., index]))


def _without_signs(average: Network) -> Network:
    """The average over sign flips of a network that is already averaged over permutations."""
    entry = get_activation(average.activation)
    if entry.symmetry not in FLIPPABLE:
        raise ValueError(f"{entry.label} neurons have no sign flips: average over permutations alone.")
    weights, biases = [torch.zeros_like(w) for w in average.weights], [torch.zeros_like(b) for b in average.biases]
    if len(weights) == 1:
        return average
    last, bias = average.weights[-1], average.biases[-1]
    # Even: the outgoing weights do not change sign. Sigmoid: each flip moves a to the next bias, half of the time.
    weights[-1] = last if entry.symmetry == "even" else weights[-1]
    biases[-1] = bias + last.sum(-1) / 2 if entry.symmetry == "sigmoid" else bias
    return Network(tuple(weights), tuple(biases), average.activation)


@checked
def reduced_average(network: Network) -> Network:
    """The network of widths ``(n_0, 1, ..., 1, n_L)`` that computes what :func:`symmetric_average` computes.

    ``W_1`` and the hidden biases are averaged over the nodes; ``W_{k+1}`` too, then multiplied by ``n_k``.

    >>> from permviz.networks.network import init_network
    >>> reduced_average(init_network(NetworkSpec((2, 3, 4, 2)))).spec.widths
    (2, 1, 1, 2)

    Raises:
        ValueError: for frozen entries, as they keep nodes from becoming equal.
    """
    refuse_frozen(network.spec, "the average over all permutations")
    weights, biases = [], []
    for axes, w, b in zip(axis_table(len(network.weights)), network.weights, network.biases, strict=True):
        if axes.rows is not None:
            w, b = w.mean(-2, keepdim=True), b.mean(-1, keepdim=True)
        if axes.columns is not None:
            w = w.sum(-1, keepdim=True)
        weights.append(w)
        biases.append(b)
    return Network(tuple(weights), tuple(biases), network.activation)


@checked
def row_permutations(matrix: Tensor) -> Tensor:
    """All ``n!`` matrices with the rows of an ``(n, m)`` matrix permuted, ``(n!, n, m)``, the matrix itself first.

    >>> both = row_permutations(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    >>> both[1].tolist(), both.mean(0).tolist()
    ([[3.0, 4.0], [1.0, 2.0]], [[2.0, 3.0], [2.0, 3.0]])
    """
    if matrix.ndim != 2 or not 1 <= matrix.shape[0] <= 8:
        raise ValueError(f"Matrix of shape {tuple(matrix.shape)} given: expected (n, m) with 1 to 8 rows.")
    orders = Permutation.all(NetworkSpec((1, matrix.shape[0], 1))).orders[0]
    return matrix[orders]


@checked
def shuffled_permutations(spec: NetworkSpec, seed: int = 0, most: int = 1000) -> Permutation:
    """The identity, then other permutations in random order; one batch axis.

    All of them if there are at most ``most``; else ``most``, without repetition from groups of order up to
    :data:`MOST_COPIES`, independent uniform draws from larger ones.

    Raises:
        ValueError: for ``most`` or a seed out of range, or a network without hidden layers.
    """
    if isinstance(most, bool) or not isinstance(most, int) or not 1 <= most <= MOST_COPIES:
        raise ValueError(f"At most {most!r} copies asked for: expected a whole number from 1 to {MOST_COPIES}.")
    if not spec.hidden:
        raise ValueError(f"Widths {spec.widths} have no hidden layer: there is nothing to permute.")
    count, seed = permutation_count(spec.hidden), checked_seed(seed)
    if count <= MOST_COPIES:
        others = 1 + np.random.default_rng(seed).permutation(count - 1)
        return Permutation.all(spec)[np.concatenate([[0], others])[:most]]
    drawn = Permutation.random(spec, seed, batch=(most,))
    for order in (orders := drawn.orders):
        order[0] = torch.arange(order.shape[-1])
    return Permutation(orders)


@checked
def running_averages(network: Network, permutations: Permutation) -> Network:
    """The averages of the first 1, 2, ..., K copies of a single network, as one batch ``(K,)``.

    Args:
        network: without batch axes.
        permutations: one batch axis of ``K``; copy ``i`` is ``permutations[i](network)``.
    """
    network.single()
    if len(permutations.batch_shape) != 1:
        raise ValueError(f"Permutations of batch shape {permutations.batch_shape} given: expected one axis of them.")
    count = torch.arange(1, len(permutations) + 1, dtype=network.dtype, device=network.device)
    return permutations(network).map(lambda p: p.cumsum(0) / count.reshape(-1, *(1,) * (p.ndim - 1)))
