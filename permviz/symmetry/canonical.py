"""One network for all that the symmetry of its activation makes of it: equal forms, equal up to symmetry.

Layer by layer, from the inputs on, every neuron ``(w, b, a)`` is given the scale, the sign and the place that its own numbers
choose: ``|(w, b)| = 1`` where the activation can be scaled, a positive product with a fixed direction where it can be flipped,
and the order of the products with another one. Before the outputs, whose order is fixed, ``a`` has a part in both products.

Each step is a move of the group, so a form computes what its network computes, and near forms always mean near orbits. The
converse holds but where a form jumps, to within what the networks differ by. By chance, so that another seed jumps elsewhere:
where a product is 0 or two of them are equal, and where the bias of a sine neuron is the seed's offset but for half turns. For
every seed: in deeper layers for neurons that see the same, whose order is not fixed, and at a ReLU neuron whose ``(w, b)`` is
near 0, as that has no direction.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from permviz.networks.activations import get_activation
from permviz.networks.checks import checked
from permviz.networks.evaluation import checked_decay
from permviz.networks.frozen import refuse_frozen
from permviz.networks.network import Network
from permviz.networks.spec import checked_seed
from permviz.symmetry.moves import has_sign_flips, scale_nodes, sign_flips
from permviz.symmetry.permutation import Permutation


@checked
def canonical_form(network: Network, seed: int = 0, weight_decay: float = 0.0) -> Network:
    """The network's form, one of the points of its orbit under :func:`permviz.symmetry_group`.

    Args:
        network: one, or a batch.
        seed: of the directions; forms of one seed are compared with each other.
        weight_decay: of the objective. Above 0 the moves that change ``||theta||`` are left out: a sigmoid's flips, half turns
            of sine, scalings.

    Raises:
        ValueError: for frozen entries; for linear neurons, whose group is that of all changes of basis; for parameters that
            are not finite, or a decay that is no number from 0 to 100.

    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> from permviz.symmetry.moves import sign_flip
    >>> net = init_network(NetworkSpec((2, 3, 1), "tanh"))
    >>> copy = sign_flip(Permutation(([2, 0, 1],))(net), 1, 0)
    >>> bool((canonical_form(copy).flatten() == canonical_form(net).flatten()).all())
    True
    """
    refuse_frozen(network.spec, "a canonical form")
    entry = get_activation(network.activation)
    if entry.symmetry == "linear":
        raise ValueError("A network of linear neurons given: its copies are all changes of basis, and no form is singled out.")
    weight_decay = checked_decay(weight_decay)
    if not bool(network.flatten().isfinite().all()):
        raise ValueError("The network holds values that are not finite: it has no form.")
    generator = torch.Generator().manual_seed(checked_seed(seed))
    flips, half_turns = has_sign_flips(network, weight_decay), entry.symmetry == "sine" and not weight_decay
    last = len(network.spec.hidden)
    for layer in range(1, last + 1):
        shape = network.weights[layer - 1].shape[-1] + 1 + network.weights[layer].shape[-2]
        for_sign, for_place = torch.randn(2, shape, generator=generator, dtype=torch.float64).to(network.device, network.dtype)
        offset = float(torch.rand((), generator=generator, dtype=torch.float64)) * math.pi
        if entry.symmetry == "scaling" and not weight_decay:
            network = _scaled(network, layer)
        if flips:
            # A half turn changes b and the sign of a: where there are some, neither chooses the sign.
            parts = (True, not half_turns, layer == last and entry.symmetry != "even" and not half_turns)
            products = _products(network, layer, for_sign, parts)
            network = sign_flips(network, layer, torch.where(products < 0, -1.0, 1.0))
        if half_turns:
            network = _turned(network, layer, offset)
        order = torch.argsort(_products(network, layer, for_place, (True, True, layer == last)), dim=-1, stable=True)
        orders = [torch.arange(n).expand(*network.batch_shape, n) for n in network.spec.hidden]
        orders[layer - 1] = order.cpu()
        network = Permutation(tuple(orders))(network)
    return network


def _products(network: Network, layer: int, direction: Tensor, parts: tuple[bool, bool, bool]) -> Tensor:
    """``(*batch, n)``: of each neuron's ``w``, ``b`` and ``a``, as far as they have a part, with a direction."""
    w, b, a = network.weights[layer - 1], network.biases[layer - 1], network.weights[layer]
    if layer > 1 and get_activation(network.activation).symmetry == "sigmoid":
        b = b + w.sum(-1) / 2  # what a flip negates: sigma(z) - 1/2 is odd
    at = w.shape[-1]
    total = w @ direction[:at]
    if parts[1]:
        total = total + b * direction[at]
    if parts[2]:
        total = total + (a * direction[at + 1 :].unsqueeze(-1)).sum(-2)
    return total


def _scaled(network: Network, layer: int) -> Network:
    w, b = network.weights[layer - 1], network.biases[layer - 1]
    size = (w.square().sum(-1) + b.square()).sqrt()
    size = torch.where(size > 0, size, 1.0)
    return scale_nodes(network, layer, 1 / size, size)


def _turned(network: Network, layer: int, offset: float) -> Network:
    """Half turns of sine that bring every bias between ``offset`` and ``offset + pi``."""
    turns = torch.floor((network.biases[layer - 1] - offset) / math.pi)
    turned = scale_nodes(network, layer, torch.ones_like(turns), 1 - 2 * (turns % 2))
    biases = list(turned.biases)
    biases[layer - 1] = biases[layer - 1] - math.pi * turns
    return network.replaced(turned.weights, biases)
