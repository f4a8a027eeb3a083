"""Neurons that are alike: equal, opposite or zero up to a tolerance; networks in which they are so exactly; and how many points
the moves make of those that keep the function *and* the norm of the parameters, as weight decay asks.

A neuron of a hidden layer is ``(w, b, a)``: its incoming row and bias, and its outgoing column. Two are alike if they are
equal, and, where the activation allows flips that keep the norm, if one is the other's flip: ``(-w, -b, -a)`` for odd
activations and sine, ``(-w, -b, a)`` for even ones. A zero neuron has all its numbers 0. Of an
even activation a neuron into which nothing comes, ``w = b = 0``, is its own flip whatever leaves it: a constant one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from permviz.networks.activations import get_activation
from permviz.networks.frozen import refuse_frozen
from permviz.networks.network import Network
from permviz.symmetry.counting import permutation_count
from permviz.symmetry.signed import signed_stabiliser_order
from permviz.symmetry.stabiliser import stabiliser


@dataclass(frozen=True)
class AlikeNeurons:
    """Neurons of one hidden layer that are alike.

    Attributes:
        nodes: from 0, rising.
        signs: of each, +1 or -1, relative to the first; -1 only where a flip makes them equal.
        zero: whether all their numbers are 0.
        constant: whether nothing comes into them, though something leaves them, and a flip that keeps the norm leaves them in
            place: of even activations alone.
    """

    nodes: tuple[int, ...]
    signs: tuple[int, ...]
    zero: bool
    constant: bool = False

    @property
    def mirrored(self) -> bool:
        """Whether some are the flips of others."""
        return -1 in self.signs


EVEN = -1, 1
"""The flip of even activations: the sign of what comes in, not of what leaves."""

Layers = tuple[tuple[AlikeNeurons, ...], ...]
"""For each hidden layer its groups, in the order of their first nodes; every node is in one."""


def flip_of(network: Network) -> tuple[int, int] | None:
    """The signs that a flip which keeps the norm gives to the incoming and the outgoing side, where there is one."""
    symmetry = get_activation(network.activation).symmetry
    return {"odd": (-1, -1), "sine": (-1, -1), "even": EVEN}.get(symmetry)


def alike_neurons(network: Network, tolerance: float = 0.0) -> Layers:
    """The groups of neurons of a single network whose numbers differ by at most ``tolerance`` from those of the group's first.

    >>> from permviz.networks.network import NetworkSpec, unflatten
    >>> net = unflatten(NetworkSpec((1, 3, 1)), torch.tensor([1.0, -1.0, 0.0, 2.0, -2.0, 0.0, 3.0, -3.0, 0.0, 4.0]))
    >>> [(group.nodes, group.signs, group.zero) for group in alike_neurons(net)[0]]
    [((0, 1), (1, -1), False), ((2,), (1,), True)]
    """
    network.single()
    flip, layers = flip_of(network), []
    for w, b, after in zip(network.weights, network.biases, network.weights[1:], strict=False):
        neurons = torch.cat([w, b[:, None], after.mT], dim=1)
        flipped = neurons if flip is None else torch.cat([flip[0] * w, flip[0] * b[:, None], flip[1] * after.mT], dim=1)
        into = w.shape[1] + 1 if flip == EVEN else 0
        layers.append(_layer(neurons, flipped, into, tolerance))
    return tuple(layers)


def _layer(neurons: Tensor, flipped: Tensor, into: int, tolerance: float) -> tuple[AlikeNeurons, ...]:
    """The first ``into`` numbers of a neuron are those that a flip turns and nothing else; 0 where there are none such."""
    left, found = list(range(len(neurons))), []
    zero = [i for i in left if float(neurons[i].abs().max()) <= tolerance]
    if zero:
        found.append(AlikeNeurons(tuple(zero), (1,) * len(zero), zero=True))
        left = [i for i in left if i not in zero]
    while left:
        first = neurons[left[0]]
        straight, turned = ((each[left] - first).abs().amax(1).tolist() for each in (neurons, flipped))
        signs = {
            i: 1 if s <= t else -1 for i, s, t in zip(left, straight, turned, strict=True) if min(s, t) <= tolerance
        } | {left[0]: 1}  # fmt: skip
        nodes = tuple(sorted(signs))
        constant = into > 0 and float(first[:into].abs().max()) <= tolerance
        turns = (1,) * len(nodes) if constant else tuple(signs[i] for i in nodes)
        found.append(AlikeNeurons(nodes, turns, zero=False, constant=constant))
        left = [i for i in left if i not in signs]
    return tuple(sorted(found, key=lambda group: group.nodes))


def made_alike(network: Network, layers: Layers) -> Network:
    """The nearest network in which the neurons of each group are exactly equal or opposite, zero ones zero, and nothing comes
    into constant ones: the average over the moves that exchange them (the projection onto what those leave in place)."""
    flip = flip_of(network) or (1, 1)
    weights, biases = [w.clone() for w in network.weights], [b.clone() for b in network.biases]
    for k, groups in enumerate(layers):
        for group in groups:
            nodes = list(group.nodes)
            signs = weights[k].new_tensor(group.signs)
            into, out = (torch.ones_like(signs) if side == 1 else signs for side in flip)
            scale, comes_in = 0.0 if group.zero else 1.0, 0.0 if group.zero or group.constant else 1.0
            # Over a contiguous last axis, so that columns that are equal are summed in one order and stay so to the last bit.
            rows = (into[:, None] * weights[k][nodes]).mT.contiguous()
            weights[k][nodes] = into[:, None] * (comes_in * rows.mean(-1))
            biases[k][nodes] = into * (comes_in * (into * biases[k][nodes]).mean())
            weights[k + 1][:, nodes] = out * (scale * (out * weights[k + 1][:, nodes]).mean(1, keepdim=True))
    return Network(tuple(w + 0.0 for w in weights), tuple(b + 0.0 for b in biases), network.activation)


@dataclass(frozen=True)
class DecayedOrbit:
    """What the moves that keep function and norm make of one network.

    Attributes:
        order: of the group: ``prod n_k!``, times ``2^n_k`` for each layer whose neurons have flips that keep the norm.
        stabiliser: how many of the moves leave every parameter in place.
    """

    order: int
    stabiliser: int

    @property
    def size(self) -> int:
        """How many points they make: all have one function, and one loss plus decay."""
        return self.order // self.stabiliser


def decayed_orbit(network: Network) -> DecayedOrbit:
    """The orbit of a single network under the moves that keep its function and ``||theta||``, floats compared exactly.

    Permutations for every activation; sign flips too for odd and even ones, sine among them; a sigmoid's flips, half turns and
    rescalings change the norm.

    Raises:
        ValueError: for linear neurons, whose rotations make a continuum; for frozen entries; and as :func:`permviz.stabiliser`.

    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> net = init_network(NetworkSpec((2, 3, 1)))
    >>> decayed_orbit(net).size, decayed_orbit(net.map(torch.zeros_like)).size
    (48, 1)
    """
    if network.activation == "linear":
        raise ValueError(
            "Linear neurons given: rotations of a layer keep function and norm, so the copies are no finite number."
        )
    refuse_frozen(network.spec, "the melting orbit")
    hidden = network.single().spec.hidden
    flip = flip_of(network)
    if flip is None:
        return DecayedOrbit(permutation_count(hidden), stabiliser(network).order)
    even = flip == EVEN
    alike = Network(network.weights, network.biases, "gaussian" if even else "tanh")  # the flips are what matters
    return DecayedOrbit(2 ** sum(hidden) * permutation_count(hidden), signed_stabiliser_order(alike))


def stabiliser_name(layers: Layers, orbit: DecayedOrbit, flips: bool) -> str:
    """The stabiliser in words: a product of symmetric groups of equal neurons and, of zero and constant ones, of those with
    flips, where it is one.

    >>> groups = ((AlikeNeurons((0, 1), (1, -1), False), AlikeNeurons((2, 3), (1, 1), True)),)
    >>> stabiliser_name(groups, DecayedOrbit(384, 16), flips=True)
    'S₂ × B₂'
    """
    parts, product = [], 1
    for group in (group for groups in layers for group in groups):
        m, signed = len(group.nodes), flips and (group.zero or group.constant)
        if m > 1 or signed:
            parts.append(f"{'B' if signed else 'S'}{str(m).translate(_LOWERED)}")
            product *= math.factorial(m) * (2**m if signed else 1)
    if product != orbit.stabiliser:
        return f"a group of {orbit.stabiliser} moves"
    return " × ".join(parts) if parts else "trivial"


_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
