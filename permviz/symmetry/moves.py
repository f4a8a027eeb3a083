"""Moves beyond permutation that keep the function of a network: flips, half turns, scalings, changes of basis.

A neuron of hidden layer ``k`` is ``(w, b, a)``: its incoming row and bias, and its outgoing column, a column of ``W_{k+1}``.
Each move belongs to the activations whose identity it rests on (the column ``symmetry`` of the activations' table), takes a
network with any batch axes, and returns a new one; one that would move frozen entries is refused. Layers count from 1, nodes
from 0.

Sources: Hecht-Nielsen 1990; Sussmann 1992 and Chen, Lu & Hecht-Nielsen 1993 for tanh; Albertini & Sontag 1993 and Kurkova &
Kainen 1994 for other odd activations, such as erf; Dinh et al. 2017 (1703.04933) for ReLU.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from permviz.networks.activations import Symmetry, get_activation
from permviz.networks.checks import checked
from permviz.networks.frozen import kept
from permviz.networks.network import Network

FLIPPABLE: frozenset[Symmetry] = frozenset({"odd", "even", "sigmoid", "sine", "linear"})
"""Symmetries of the activations whose neurons can be flipped in sign."""


def has_sign_flips(network: Network, weight_decay: float = 0.0) -> bool:
    """Whether flips of single neurons keep the function, so that :func:`sign_flips` takes the network; with decay the norm of
    the parameters too, which a sigmoid's flips do not."""
    symmetry = get_activation(network.activation).symmetry
    return symmetry in FLIPPABLE and not (weight_decay and symmetry == "sigmoid")


def _checked_node(network: Network, layer: int, node: int) -> int:
    width = network.spec.hidden_width(layer)
    if isinstance(node, bool) or not isinstance(node, int) or not 0 <= node < width:
        raise ValueError(f"Node {node!r} given: expected a node of layer {layer}, from 0 to {width - 1}.")
    return width


def _require(network: Network, move: str, allowed: frozenset[Symmetry]) -> Symmetry:
    entry = get_activation(network.activation)
    if entry.symmetry not in allowed:
        raise ValueError(
            f"{move} changes the function of a network of {entry.label} neurons: its activation lacks that symmetry."
        )
    return entry.symmetry


def scale_nodes(network: Network, layer: int, incoming: Tensor, outgoing: Tensor) -> Network:
    """Rows and biases of a layer times ``incoming``, the columns that leave it times ``outgoing``, both ``(*batch, n)``."""
    weights, biases = list(network.weights), list(network.biases)
    weights[layer - 1] = weights[layer - 1] * incoming.unsqueeze(-1)
    biases[layer - 1] = biases[layer - 1] * incoming
    weights[layer] = weights[layer] * outgoing.unsqueeze(-2)
    return kept(network, network.replaced(weights, biases), "This move")


@checked
def sign_flips(network: Network, layer: int, signs: Tensor) -> Network:
    """Flip the neurons of a layer whose sign is -1, in the way that the activation allows.

    odd (tanh, erf, sine, linear): ``(w, b, a) -> (-w, -b, -a)``. even (Gaussian bump): ``(w, b, a) -> (-w, -b, a)``.
    sigmoid: ``(w, b, a) -> (-w, -b, -a)`` and the next layer's bias ``c -> c + a``, for ``sigma(-z) = 1 - sigma(z)``.

    Args:
        network: batch axes broadcast against those of ``signs``.
        layer: hidden layer, from 1.
        signs: ``(*batch, n)`` of +1 and -1.

    Raises:
        ValueError: for an activation without such a flip (ReLU, GELU, ...), or signs that are not of that form.
    """
    width = network.spec.hidden_width(layer)
    symmetry = _require(network, "A sign flip", FLIPPABLE)
    signs = torch.as_tensor(signs, dtype=network.dtype, device=network.device)
    if signs.ndim < 1 or signs.shape[-1] != width or not bool((signs.abs() == 1).all()):
        raise ValueError(f"Signs of shape {tuple(signs.shape)} given: expected {width} numbers +1 or -1 for layer {layer}.")
    flipped = scale_nodes(network, layer, signs, torch.ones_like(signs) if symmetry == "even" else signs)
    if symmetry != "sigmoid":
        return flipped
    biases = list(flipped.biases)
    biases[layer] = biases[layer] + (network.weights[layer] * ((1 - signs) / 2).unsqueeze(-2)).sum(-1)
    return network.replaced(flipped.weights, biases)


@checked
def sign_flip(network: Network, layer: int, node: int) -> Network:
    """Flip one neuron: see :func:`sign_flips`.

    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> net = init_network(NetworkSpec((2, 3, 1), "tanh"))
    >>> x = torch.ones(1, 2, dtype=torch.float64)
    >>> bool((sign_flip(net, 1, 0)(x) - net(x)).abs().max() < 1e-15)
    True
    """
    signs = torch.ones(_checked_node(network, layer, node), dtype=network.dtype)
    signs[node] = -1
    return sign_flips(network, layer, signs)


@checked
def half_turns(network: Network, layer: int, node: int, turns: int = 1) -> Network:
    """For sine: ``b -> b + turns pi`` and ``a -> (-1)^turns a``, since ``sin(z + pi) = -sin(z)``.

    Raises:
        ValueError: for another activation, or turns that are not a whole number.
    """
    width = _checked_node(network, layer, node)
    _require(network, "A half turn", frozenset({"sine"}))
    if isinstance(turns, bool) or not isinstance(turns, int):
        raise ValueError(f"Turns {turns!r} given: expected a whole number of half turns, such as 1 or -2.")
    outgoing = torch.ones(width, dtype=network.dtype, device=network.device)
    outgoing[node] = -1 if turns % 2 else 1
    turned = scale_nodes(network, layer, torch.ones_like(outgoing), outgoing)
    biases = [b.clone() for b in turned.biases]
    biases[layer - 1][..., node] += turns * math.pi
    return turned.replaced(turned.weights, biases)


@checked
def rescale(network: Network, layer: int, node: int, alpha: float | Tensor) -> Network:
    """``(w, b, a) -> (alpha w, alpha b, a / alpha)``, for ``sigma(alpha z) = alpha sigma(z)``.

    Args:
        network: of ReLU, leaky ReLU (``alpha > 0``) or linear (``alpha != 0``) neurons.
        layer: hidden layer, from 1.
        node: from 0.
        alpha: a number, or a tensor whose axes broadcast against the network's batch axes.

    Raises:
        ValueError: for another activation, or an ``alpha`` that is zero, not finite, or negative for ReLU.
    """
    width = _checked_node(network, layer, node)
    symmetry = _require(network, "A rescaling", frozenset({"scaling", "linear"}))
    factor = torch.as_tensor(alpha, dtype=network.dtype, device=network.device)
    if not bool((factor.isfinite() & (factor != 0)).all()) or (symmetry == "scaling" and bool((factor < 0).any())):
        raise ValueError(
            f"Scale {alpha!r} given: expected finite numbers "
            + ("greater than 0." if symmetry == "scaling" else "other than 0.")
        )
    incoming = torch.ones(*factor.shape, width, dtype=network.dtype, device=network.device)
    incoming[..., node] = factor
    return scale_nodes(network, layer, incoming, 1 / incoming)


@checked
def change_basis(network: Network, layer: int, matrix: Tensor) -> Network:
    """For linear neurons: ``W_k -> G W_k``, ``b_k -> G b_k``, ``W_{k+1} -> W_{k+1} G^-1``.

    Args:
        network: with the activation "linear".
        layer: hidden layer, from 1.
        matrix: ``G``, ``(n, n)`` and invertible.

    Raises:
        ValueError: for another activation, another shape, or a matrix of condition number above 1e12.
    """
    width = network.spec.hidden_width(layer)
    _require(network, "A change of basis", frozenset({"linear"}))
    G = torch.as_tensor(matrix, dtype=network.dtype, device=network.device)
    if G.shape != (width, width) or not bool(G.isfinite().all()):
        raise ValueError(f"Matrix of shape {tuple(G.shape)} given: expected ({width}, {width}), of finite numbers.")
    if not float(torch.linalg.cond(G)) <= 1e12:  # of the zero matrix it is not a number
        raise ValueError("The matrix is singular, or too close to it: a change of basis must be invertible.")
    weights, biases = list(network.weights), list(network.biases)
    weights[layer - 1], biases[layer - 1] = G @ weights[layer - 1], (G @ biases[layer - 1].unsqueeze(-1)).squeeze(-1)
    weights[layer] = torch.linalg.solve(G, weights[layer], left=False)
    return kept(network, network.replaced(weights, biases), "This change of basis")


@checked
def shift_origin(network: Network, layer: int, shift: Tensor) -> Network:
    """For linear neurons: ``b_k -> b_k + s`` and ``b_{k+1} -> b_{k+1} - W_{k+1} s``; ``s`` is ``(n,)``."""
    width = network.spec.hidden_width(layer)
    _require(network, "A shift", frozenset({"linear"}))
    s = torch.as_tensor(shift, dtype=network.dtype, device=network.device)
    if s.shape != (width,) or not bool(s.isfinite().all()):
        raise ValueError(f"Shift of shape {tuple(s.shape)} given: expected {width} finite numbers for layer {layer}.")
    biases = list(network.biases)
    biases[layer - 1], biases[layer] = biases[layer - 1] + s, biases[layer] - network.weights[layer] @ s
    return network.replaced(network.weights, biases)


@checked
def make_equal(network: Network, layer: int, i: int, j: int) -> Network:
    """Neuron ``j`` becomes a duplicate of neuron ``i``: its incoming row and bias are those of ``i``, and both leave with
    the mean of the two outgoing columns.

    This is not a symmetry: the outputs change as if ``j`` had seen what ``i`` sees, that is by ``a_j (sigma_i - sigma_j)``
    in the next layer's pre-activations, and not at all where the two saw the same already. Afterwards the swap of ``i``
    and ``j`` moves nothing, and :func:`permviz.orbit_size` falls.
    """
    _checked_node(network, layer, i)
    _checked_node(network, layer, j)
    if i == j:
        raise ValueError(f"Node {i} given twice: expected two different nodes to make equal.")
    weights, biases = list(network.weights), list(network.biases)
    weights[layer - 1], biases[layer - 1], weights[layer] = (
        p.clone() for p in (weights[layer - 1], biases[layer - 1], weights[layer])
    )
    weights[layer - 1][..., j, :] = weights[layer - 1][..., i, :]
    biases[layer - 1][..., j] = biases[layer - 1][..., i]
    mean = (weights[layer][..., i] + weights[layer][..., j]) / 2
    weights[layer][..., i] = mean
    weights[layer][..., j] = mean
    return kept(network, network.replaced(weights, biases), "A duplicate")
