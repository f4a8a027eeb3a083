"""Two networks in coordinates in which moving nodes is linear and scales are settled, so that distances mean something.

ReLU: each neuron is *balanced*, ``|(w, b)| = |a|``, by the one positive scale that does so; the scales that do it for all
layers together minimise the sum of squares of all parameters, convex in their logarithms (Stock et al. 2019, 1902.10416).
Sigmoid: ``2 sigma(z) - 1 = tanh(z / 2)`` is odd, and with ``b + W 1/2`` in the place of the next layer's ``b`` its flips are
plain.

With weight decay the moves that change ``|theta|`` change the objective: neither scales nor the sigmoid's flips are among them.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from permviz.networks.activations import get_activation
from permviz.networks.evaluation import LARGEST
from permviz.networks.network import Network
from permviz.symmetry.monomial import SCALABLE, Monomial
from permviz.symmetry.moves import has_sign_flips
from permviz.symmetry.permutation import Permutation

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SWEEPS, SETTLED = 1000, 1e-13
"""Of balancing: rounds over all layers, and the change of a scale's logarithm at which they end."""


@dataclass(frozen=True, eq=False)
class Point:
    """A network in these coordinates: weights, biases, and the scales that have been applied to its hidden nodes."""

    weights: list[Floats]
    biases: list[Floats]
    scales: list[Floats]

    @cached_property
    def size(self) -> float:
        """Its squared norm."""
        return float(sum(np.vdot(p, p) for p in (*self.weights, *self.biases)))


@dataclass(frozen=True, eq=False)
class Places:
    """Where nodes go: for each hidden layer the order ``p`` and the sign ``s`` of each node in its new place."""

    orders: list[Ints]
    signs: list[Floats]

    def replaced(self, layer: int, order: Ints, sign: Floats) -> Places:
        orders, signs = list(self.orders), list(self.signs)
        orders[layer], signs[layer] = order, sign
        return Places(orders, signs)


@dataclass(frozen=True, eq=False)
class Pair:
    """A and B, and how the nodes of B may move.

    Attributes:
        signed: whether they may be flipped in sign.
        even: whether a flipped node's outgoing weights stay as they are.
    """

    a: Point
    b: Point
    signed: bool
    even: bool

    @classmethod
    def of(cls, a: Network, b: Network, signed: bool, decay: float = 0.0) -> Pair:
        even = get_activation(a.activation).symmetry == "even"
        return cls(coordinates(a, signed, decay), coordinates(b, signed, decay), signed, even)

    @property
    def hidden(self) -> list[int]:
        return [len(b) for b in self.b.biases[:-1]]

    def identity(self) -> Places:
        return Places([np.arange(n) for n in self.hidden], [np.ones(n) for n in self.hidden])

    def moved(self, places: Places) -> Point:
        """B with its nodes at these places."""
        weights, biases = list(self.b.weights), list(self.b.biases)
        for k, (p, s) in enumerate(zip(places.orders, places.signs, strict=True)):
            weights[k], biases[k] = s[:, None] * weights[k][p], s * biases[k][p]
            weights[k + 1] = weights[k + 1][:, p] * (1.0 if self.even else s)
        scales = [scale[p] for scale, p in zip(self.b.scales, places.orders, strict=True)]
        return Point(weights, biases, scales)

    def distance(self, places: Places) -> float:
        """``|A - B'|^2`` with ``B'`` moved."""
        other = self.moved(places)
        pairs = itertools.chain(zip(self.a.weights, other.weights, strict=True), zip(self.a.biases, other.biases, strict=True))
        return float(sum(np.vdot(p - q, p - q) for p, q in pairs))

    def monomial(self, places: Places) -> Monomial:
        """The move of B itself: to these places, and to the scales that A's nodes have."""
        scales = zip(places.signs, places.orders, self.a.scales, self.b.scales, strict=True)
        factors = [s * scale_b[p] / scale_a for s, p, scale_a, scale_b in scales]
        return Monomial(Permutation(places.orders), tuple(torch.from_numpy(f) for f in factors))


def may_be_signed(network: Network, signed: bool | None, decay: float = 0.0) -> bool:
    """Whether nodes are flipped: as asked for, or else wherever that leaves function and objective alone.

    Raises:
        ValueError: where it is asked for and does not.
    """
    if signed and not has_sign_flips(network, decay):
        label = get_activation(network.activation).label
        if has_sign_flips(network):
            raise ValueError(
                f"Signed matching asked for {label} neurons with weight decay, whose flips change ‖θ‖, and so loss plus decay: "
                "leave it out, or give the data without decay."
            )
        raise ValueError(f"Signed matching asked for {label} neurons, which cannot be flipped in sign: leave it out.")
    return has_sign_flips(network, decay) if signed is None else bool(signed)


def coordinates(network: Network, signed: bool = False, decay: float = 0.0) -> Point:
    """A single network in the coordinates of this module; with decay it is not balanced.

    Raises:
        ValueError: for a batch, or numbers that are not finite or beyond 1e100, whose squares overflow.
    """
    network = network.single()
    weights = [w.detach().cpu().double().numpy() for w in network.weights]
    biases = [b.detach().cpu().double().numpy() for b in network.biases]
    if not all(bool((np.abs(p) <= LARGEST).all()) for p in (*weights, *biases)):
        raise ValueError(f"A network with numbers that are not finite, or beyond {LARGEST:g}, given: nothing matches it.")
    symmetry = get_activation(network.activation).symmetry
    if symmetry == "sigmoid" and signed:
        biases = [biases[0], *(b + w.sum(1) / 2 for w, b in zip(weights[1:], biases[1:], strict=True))]
    if symmetry not in SCALABLE or decay:
        return Point(weights, biases, [np.ones(len(b)) for b in biases[:-1]])
    scales = _balancing(weights, biases)
    full = [np.ones(weights[0].shape[1]), *scales, np.ones(len(biases[-1]))]
    return Point(
        [full[k + 1][:, None] * w / full[k] for k, w in enumerate(weights)],
        [full[k + 1] * b for k, b in enumerate(biases)],
        scales,
    )


def _balancing(weights: list[Floats], biases: list[Floats]) -> list[Floats]:
    """The scales of the hidden nodes at which what comes into each neuron is as large as what leaves it.

    ``r^4 = |a|^2 / |(w, b)|^2`` for one layer given its neighbours, in turn until nothing changes. A neuron of which one
    side is zero is given a norm of 1 on the other.
    """
    w2, b2 = [np.square(w) for w in weights], [np.square(b) for b in biases]
    squares = [np.ones(w2[0].shape[1]), *(np.ones(len(b)) for b in b2[:-1]), np.ones(len(b2[-1]))]
    for _ in range(SWEEPS):
        change = 0.0
        for k in range(1, len(squares) - 1):
            incoming = w2[k - 1] @ (1 / squares[k - 1]) + b2[k - 1]
            outgoing = squares[k + 1] @ w2[k]
            new = np.where(
                (incoming > 0) & (outgoing > 0),
                np.sqrt(outgoing / np.where(incoming > 0, incoming, 1)),
                np.where(incoming > 0, 1 / np.where(incoming > 0, incoming, 1), np.where(outgoing > 0, outgoing, 1)),
            )
            new = np.clip(new, 1 / LARGEST, LARGEST)  # so that no product overflows
            change = max(change, float(np.abs(np.log(new / squares[k])).max(initial=0)))
            squares[k] = new
        if change <= SETTLED:
            break
    return [np.sqrt(s) for s in squares[1:-1]]
