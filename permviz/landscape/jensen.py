"""Jensen's inequality on the copies of a network: the loss of the average of the first ``m`` of them.

A convex loss has ``L(mean of points) <= mean of L(points)``, and copies all have one loss: no average of them could have more.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from permviz.landscape.affine import affine_losses
from permviz.networks.checks import checked
from permviz.networks.network import Data, Network
from permviz.networks.network import loss as loss_of
from permviz.networks.results import Result
from permviz.symmetry.averaging import running_averages, shuffled_permutations, symmetric_average
from permviz.symmetry.counting import permutation_count


@dataclass(frozen=True, eq=False, repr=False)
class JensenCurve(Result):
    """The loss of the average of the first ``m`` copies.

    Attributes:
        counts: ``(K,)``, ``m = 1 .. K``.
        losses: ``(K,)``, of the averages; the first is that of the network itself.
        bound: the loss that every copy has, and so what convexity would demand of every average at most (Jensen).
        group_average_loss: of the average over all ``prod n_k!`` copies, from the closed form.
        complete: whether the ``K`` copies are all there are; the curve then ends at ``group_average_loss``.
    """

    counts: Tensor
    losses: Tensor
    bound: float
    group_average_loss: float
    complete: bool


@checked
def jensen_curve(network: Network, data: Data, seed: int = 0, most: int = 1000) -> JensenCurve:
    """Average the copies one after another, in a random order, and watch the loss.

    Args:
        network: without batch axes.
        data: inputs, targets and the loss.
        seed: of the order.
        most: copies, at most; see :func:`shuffled_permutations`.

    >>> from permviz.networks.datasets import load_dataset
    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> curve = jensen_curve(init_network(NetworkSpec((2, 3, 1))), load_dataset("moons"))
    >>> curve.complete, len(curve.losses), abs(float(curve.losses[-1]) - curve.group_average_loss) < 1e-12
    (True, 6, True)
    """
    permutations = shuffled_permutations(network.spec, seed, most)
    averages = running_averages(network, permutations)
    losses = affine_losses(averages, [], torch.zeros(1, 0, dtype=network.dtype), data, network.dtype).squeeze(-1)
    return JensenCurve(
        counts=torch.arange(1, len(permutations) + 1),
        losses=losses,
        bound=float(loss_of(network, data)),
        group_average_loss=float(loss_of(symmetric_average(network), data)),
        complete=permutation_count(network.spec.hidden) == len(permutations),
    )
