"""Slow, obvious computations that the fast ones are compared with.

Nothing here calls the code under test: forward passes go node by node in Python floats, permutations are matrices, orbits are
enumerated. A network is only read, through ``.weights``, ``.biases`` and ``.activation``; all are for single networks.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

import permviz as pv

Array = NDArray[np.float64]

ACTIVATION_VALUES: dict[str, Callable[[float], float]] = {
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0.0),
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)) if z > -700 else 0.0,
    "gelu": lambda z: z * math.erfc(-z / math.sqrt(2)) / 2,
    "silu": lambda z: z / (1 + math.exp(-z)) if z > -700 else 0.0,
    "softplus": lambda z: math.log1p(math.exp(z)) if z < 30 else z + math.log1p(math.exp(-z)),
    "elu": lambda z: z if z > 0 else math.expm1(z),
    "erf": math.erf,
    "sin": math.sin,
    "gaussian": lambda z: math.exp(-z * z),
    "linear": lambda z: z,
}
"""sigma(z) written a second time, with Python's math alone."""


def layer_values(net: pv.Network, x: Sequence[float]) -> list[list[float]]:
    """Values of every node of layers ``1 .. L`` for one input, node by node and edge by edge."""
    sigma = ACTIVATION_VALUES[net.activation]
    values, result = [float(v) for v in x], []
    for k, (weight, bias) in enumerate(zip(net.weights, net.biases, strict=True), start=1):
        new = []
        for row, b in zip(weight.tolist(), bias.tolist(), strict=True):
            z = math.fsum([b, *(w * h for w, h in zip(row, values, strict=True))])
            new.append(z if k == len(net.weights) else sigma(z))
        values = new
        result.append(values)
    return result


def outputs(net: pv.Network, inputs: Sequence[Sequence[float]] | Array) -> Array:
    """``(N, n_L)``, one input at a time."""
    return np.array([layer_values(net, [float(v) for v in x])[-1] for x in inputs])


def loss_of_outputs(values: Array, targets: Sequence[object] | Array, kind: str) -> float:
    """The loss by its definition, sample by sample; logits must be moderate (below 700)."""
    terms = []
    for y, t in zip(np.asarray(values).tolist(), np.asarray(targets).tolist(), strict=True):
        if kind == "squared":
            terms.append(math.fsum((a - b) ** 2 for a, b in zip(y, t, strict=True)))
        elif kind == "binary-cross-entropy":
            probability = 1 / (1 + math.exp(-y[0]))
            terms.append(-math.log(probability if t == 1 else 1 / (1 + math.exp(y[0]))))
        elif kind == "cross-entropy":
            total = math.fsum(math.exp(v) for v in y)
            terms.append(-math.log(math.exp(y[t]) / total))
        else:
            raise NotImplementedError(f"the oracle has no loss {kind!r}")
    return math.fsum(terms) / len(terms)


def loss(net: pv.Network, data: pv.Dataset) -> float:
    return loss_of_outputs(outputs(net, data.inputs.numpy()), data.targets.numpy(), data.loss)


def permutation_matrix(order: Sequence[int]) -> Array:
    """``P`` with ``(P v)[i] = v[order[i]]``.

    >>> permutation_matrix([2, 0, 1]) @ np.array([10.0, 20.0, 30.0])
    array([30., 10., 20.])
    """
    matrix = np.zeros((len(order), len(order)))
    for slot, node in enumerate(order):
        matrix[slot, node] = 1.0
    return matrix


def parameters(net: pv.Network) -> list[tuple[Array, Array]]:
    """``[(W_1, b_1), ..., (W_L, b_L)]`` as fresh numpy arrays."""
    return [(np.array(w.tolist()).reshape(w.shape), np.array(b.tolist())) for w, b in zip(net.weights, net.biases, strict=True)]


def vector(parameters: Sequence[tuple[Array, Array]]) -> Array:
    """``W_1, b_1, W_2, b_2, ...`` row by row."""
    return np.concatenate([p.ravel() for pair in parameters for p in pair])


def permuted(net: pv.Network, orders: Sequence[Sequence[int]]) -> list[tuple[Array, Array]]:
    """Parameters of the permuted copy by matrix products: ``W_k -> P_k W_k P_{k-1}^T``, ``b_k -> P_k b_k``."""
    widths = net.spec.widths
    matrices = [np.eye(widths[0]), *(permutation_matrix(p) for p in orders), np.eye(widths[-1])]
    return [(matrices[k + 1] @ w @ matrices[k].T, matrices[k + 1] @ b) for k, (w, b) in enumerate(parameters(net))]


def all_orders(hidden: Sequence[int]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Every choice of one permutation a hidden layer, identity first, the last layer changing fastest."""
    return itertools.product(*(itertools.permutations(range(n)) for n in hidden))


def copies(net: pv.Network) -> Array:
    """``(prod n_k!, P)``: the parameter vectors of all permuted copies, in the order of :func:`all_orders`."""
    return np.array([vector(permuted(net, orders)) for orders in all_orders(net.spec.hidden)])


def orbit_size(net: pv.Network) -> int:
    """Number of different parameter vectors among all copies, compared exactly (and 0.0 equal to -0.0)."""
    return len({tuple((row + 0.0).tolist()) for row in copies(net)})


def signed_copies(net: pv.Network) -> set[tuple[float, ...]]:
    """All permutations with all sign flips, one after the other, with what a flip of each activation does written out."""
    found, hidden = set(), net.spec.hidden
    for orders in all_orders(hidden):
        for flips in itertools.product(*(itertools.product((False, True), repeat=n) for n in hidden)):
            layers = [(w.copy(), b.copy()) for w, b in permuted(net, orders)]
            for k, nodes in enumerate(flips):
                for node in np.flatnonzero(nodes):
                    (w, b), (after, c) = layers[k], layers[k + 1]
                    w[node], b[node] = -w[node], -b[node]
                    if net.activation == "sigmoid":
                        c += after[:, node]
                    if net.activation != "gaussian":
                        after[:, node] *= -1
            found.add(tuple((vector(layers).round(9) + 0.0).tolist()))
    return found


def stabiliser_order(net: pv.Network) -> int:
    """Number of permutations that leave every parameter as it is."""
    own = vector(parameters(net))
    return sum(bool(np.array_equal(row, own)) for row in copies(net))


def interpolated(a: pv.Network, b: pv.Network, t: float) -> pv.Network:
    """``(1-t) A + t B``, parameter by parameter."""
    weights = tuple((1 - t) * v + t * w for v, w in zip(a.weights, b.weights, strict=True))
    biases = tuple((1 - t) * v + t * w for v, w in zip(a.biases, b.biases, strict=True))
    return pv.Network(weights, biases, a.activation)


def line_losses(a: pv.Network, b: pv.Network, data: pv.Dataset, ts: Sequence[float]) -> Array:
    """The loss at each ``t`` of the segment, one forward pass after another."""
    return np.array([loss(interpolated(a, b, t), data) for t in ts])


def numerical_gradient(function: Callable[[Array], float], at: Array, step: float = 1e-6) -> Array:
    """Central differences, one coordinate at a time; error of order ``step^2 + 1e-16 / step``.

    >>> numerical_gradient(lambda v: float(v[0] ** 2 * v[1]), np.array([3.0, 2.0])).round(6)
    array([12.,  9.])
    """
    result = np.zeros_like(at)
    for i in range(len(at)):
        ahead, behind = at.copy(), at.copy()
        ahead[i] += step
        behind[i] -= step
        result[i] = (function(ahead) - function(behind)) / (2 * step)
    return result


def numerical_hessian(function: Callable[[Array], float], at: Array, step: float = 1e-4) -> Array:
    """Central differences of :func:`numerical_gradient`, symmetrised; good to about 1e-5."""
    rows = []
    for i in range(len(at)):
        ahead, behind = at.copy(), at.copy()
        ahead[i] += step
        behind[i] -= step
        rows.append((numerical_gradient(function, ahead, step) - numerical_gradient(function, behind, step)) / (2 * step))
    matrix = np.array(rows)
    return (matrix + matrix.T) / 2


def network(spec: pv.NetworkSpec, theta: Array) -> pv.Network:
    """The network whose parameters, layer by layer and row by row, are ``theta``."""
    weights, biases, rest = [], [], np.asarray(theta, dtype=np.float64)
    for n_in, n_out in itertools.pairwise(spec.widths):
        w, b, rest = np.split(rest, [n_in * n_out, n_in * n_out + n_out])
        weights.append(torch.tensor(w.tolist(), dtype=torch.float64).reshape(n_out, n_in))
        biases.append(torch.tensor(b.tolist(), dtype=torch.float64))
    return pv.Network(tuple(weights), tuple(biases), spec.activation)


def loss_function(spec: pv.NetworkSpec, data: pv.Dataset) -> Callable[[Array], float]:
    """``parameter vector -> loss``, for the numerical derivatives."""
    return lambda theta: loss(network(spec, theta), data)
