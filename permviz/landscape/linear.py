"""Linear networks: they do have minima, and the barrier between swapped copies has a closed form.

With squared loss every local minimum of a linear network is global and all other critical points are saddles (Baldi & Hornik
1989; Kawaguchi 2016), yet the loss is not convex in the weights: ``(a w - 1)^2`` already is not. Weight decay takes nothing of
the barrier's closed form at a stationary point, see :class:`LinearBarrier`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from permviz.networks.checks import checked
from permviz.networks.datasets import Dataset
from permviz.networks.evaluation import check_data, check_outputs, decay_of
from permviz.networks.losses import SQUARED
from permviz.networks.network import Network, checked_seed


def scalar_loss(a: Tensor, w: Tensor) -> Tensor:
    """``(a w - 1)^2``: the 1-1-1 linear network without biases that is to learn ``y = x`` from ``x = 1``.

    Minima are the whole hyperbola ``a w = 1``; the origin between its branches is a saddle.

    >>> ends = torch.tensor([1.0, -1.0, 0.0])
    >>> scalar_loss(ends, ends).tolist()
    [0.0, 0.0, 1.0]
    """
    return (a * w - 1).square()


@checked
def identity_example() -> tuple[Network, Dataset]:
    """A linear 2-2-2 network that computes ``y = x`` exactly, and data that ask for it: ``x`` in the corners of a square.

    Its copy with the two nodes swapped has the loss 0 as well; the midpoint between them has the loss 1.
    """
    eye, zero = torch.eye(2, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    x = torch.tensor([[1, 1], [1, -1], [-1, 1], [-1, -1]], dtype=torch.float64)
    names = ("x", "y")
    return Network((eye, eye), (zero, zero), "linear"), Dataset("identity", x, x, SQUARED.name, names, names)


def optimal_linear_network(data: Dataset, width: int, seed: int = 0) -> tuple[Network, Dataset]:
    """A linear network with one hidden layer at its global minimum of squared loss, and the data with that loss.

    ``A`` is random and ``W = pinv(A) M``, so that ``A W = M``, the least-squares map with its constant: no linear network does
    better. Classes become columns of 0 and 1, and there is no weight decay, under which this is no minimum.

    Args:
        data: a task of any loss.
        width: hidden nodes; raised to the number of outputs, and to 2, if it is less.
        seed: of ``A``.
    """
    check_data(data)
    targets, outputs = data.targets, data.network_outputs
    check_outputs(targets, outputs, data.loss)
    if data.is_classification:
        targets = targets[:, None] if outputs == 1 else torch.nn.functional.one_hot(targets, outputs)
    targets = targets.double()
    x = torch.cat([data.inputs, torch.ones_like(data.inputs[:, :1])], dim=1)
    best = torch.from_numpy(np.linalg.lstsq(x.numpy(), targets.numpy(), rcond=None)[0].T.copy())
    generator = torch.Generator().manual_seed(checked_seed(seed))
    out = torch.randn(outputs, max(width, outputs, 2), generator=generator, dtype=torch.float64)
    incoming = torch.linalg.pinv(out) @ best
    network = Network(
        (incoming[:, :-1], out), (incoming[:, -1], torch.zeros(outputs, dtype=torch.float64)), activation="linear"
    )
    return network, replace(data, targets=targets, loss=SQUARED.name, weight_decay=0.0)


@dataclass(frozen=True)
class LinearBarrier:
    """The loss at the midpoint of a swap, less the loss at its ends.

    Attributes:
        barrier: ``quadratic + cross + decay``, exact at any parameters.
        quadratic: ``1/4 ||a_i - a_j||^2 (w_i - w_j)^T Sigma (w_i - w_j)``, never negative.
        cross: ``(a_i - a_j)^T R (w_i - w_j)``, with ``R`` the mean of ``(y - F(x)) x^T``.
        residual_correlation: ``max |R|``; zero at any minimum whose function is the best linear one. With decay in its place
            how far the point is from stationary, ``max(|R W^T - lambda A|, |A^T R - lambda W|)``: where that is zero, ``cross``
            and ``decay`` cancel, being ``lambda ||a_i - a_j||^2 = lambda ||w_i - w_j||^2`` and its negative.
        optimal: whether that is below the tolerance: only then is the barrier the closed form ``quadratic``.
        decay: ``-lambda/2 (||a_i - a_j||^2 + ||w_i - w_j||^2)``, what decay gains halfway between two points of one norm.
    """

    barrier: float
    quadratic: float
    cross: float
    residual_correlation: float
    optimal: bool
    decay: float = 0.0


@checked
def linear_barrier(network: Network, data: Dataset, nodes: tuple[int, int], tolerance: float = 1e-8) -> LinearBarrier:
    """The midpoint barrier of a swap in a linear network with one hidden layer and squared loss.

    At the fraction ``t`` of the way the output has changed by ``-2 t (1-t) (a_i - a_j) (w_i - w_j)^T x``. Here ``x`` and
    ``w`` include the constant 1 and the bias, ``a`` are outgoing columns, and ``Sigma`` is the mean of ``x x^T``.

    Args:
        network: "linear", single, one hidden layer.
        data: with squared loss.
        nodes: the two hidden nodes that are swapped.
        tolerance: for ``optimal``, on ``max |R|``.

    Raises:
        ValueError: for another kind of network or loss, or nodes that are not two of its hidden nodes.

    >>> linear_barrier(*identity_example(), nodes=(0, 1)).barrier
    1.0
    """
    if network.single().activation != "linear" or len(network.weights) != 2 or data.loss != SQUARED.name:
        raise ValueError(
            f"A {network.activation} network of widths {network.spec.widths} and {data.loss} loss given: expected a linear one "
            "with one hidden layer, and squared loss."
        )
    check_data(data)
    check_outputs(data.targets, network.spec.widths[-1], data.loss)
    whole = {int(node) for node in nodes if 0 <= node < network.spec.hidden[0] and node == int(node)}
    if not len(whole) == len(nodes) == 2:
        raise ValueError(f"Nodes {nodes} given: expected two different ones from 0 to {network.spec.hidden[0] - 1}.")
    i, j = sorted(whole)
    x = data.inputs.to(network.dtype)
    ones = torch.ones_like(x[:, :1])
    x1 = torch.cat([x, ones], dim=1)
    incoming = torch.cat([network.weights[0], network.biases[0].unsqueeze(-1)], dim=1)
    dw, da = incoming[i] - incoming[j], network.weights[1][:, i] - network.weights[1][:, j]
    R = (data.targets - network(x)).mT @ x1 / len(x)
    quadratic = float(da @ da * (x1 @ dw).square().mean() / 4)
    cross = float(da @ R @ dw)
    correlation, decay, penalty = float(R.abs().max()), decay_of(data), 0.0
    if decay:
        A = network.weights[1]
        slopes = R @ incoming.mT - decay * A, A.mT @ R - decay * incoming
        correlation = max(float(slope.abs().max()) for slope in slopes)
        penalty = -decay / 2 * float(da @ da + dw @ dw)
    return LinearBarrier(quadratic + cross + penalty, quadratic, cross, correlation, correlation <= tolerance, penalty)
