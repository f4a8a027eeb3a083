"""The points that an activation's whole group makes of one network: how many, or of which dimension.

The group (:func:`permviz.symmetry.groups.symmetry_group`) is that of the shape; its orbit through one network is smaller by
what leaves this network as it is. By the orbit-stabiliser theorem a finite orbit has ``|G| / |Stab|`` points, and an infinite
one the dimension of ``G`` less that of ``Stab``: the rank of the tangent map of the group's action at the network.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from permviz.networks.activations import get_activation
from permviz.networks.checks import checked
from permviz.networks.network import Network
from permviz.symmetry.groups import SymmetryGroup, symmetry_group
from permviz.symmetry.signed import FLIPS, signed_stabiliser_order
from permviz.symmetry.stabiliser import stabiliser

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SymmetryOrbit:
    """The orbit of one network under the group of its shape.

    Attributes:
        group: the group.
        stabiliser: how many of its elements leave every parameter in place, exactly; ``None`` for an infinite group.
        size: the number of different points, exactly; ``None`` if there are infinitely many.
        dimension: of the orbit; 0 if its points are separate.
    """

    group: SymmetryGroup
    stabiliser: int | None
    size: int | None
    dimension: int


@checked
def symmetry_orbit(network: Network) -> SymmetryOrbit:
    """The orbit of a single network under the moves of its activation.

    Floats are compared exactly. For linear neurons the dimension is a numerical rank, at numpy's tolerance.

    Raises:
        ValueError: for a batch, values that are not finite, or weights too regular for
            :func:`permviz.symmetry.stabiliser.stabiliser`.

    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> symmetry_orbit(init_network(NetworkSpec((2, 3, 1), "tanh"))).size
    48
    >>> orbit = symmetry_orbit(init_network(NetworkSpec((2, 4, 3, 1), "linear")))
    >>> orbit.group.dimension, orbit.dimension
    (32, 28)
    """
    group, symmetry = symmetry_group(network.single().spec), get_activation(network.activation).symmetry
    if not bool(network.flatten().isfinite().all()):
        raise ValueError("The network holds values that are not finite: its orbit cannot be measured.")
    if group.order is None:
        ranks = {"scaling": _scaling_rank, "linear": _linear_rank}
        return SymmetryOrbit(group, None, None, ranks[symmetry](network) if symmetry in ranks else 0)
    order = signed_stabiliser_order(network) if symmetry in FLIPS else stabiliser(network).order
    return SymmetryOrbit(group, order, group.order // order, 0)


def _weights(network: Network) -> list[Floats]:
    return [w.detach().to("cpu").double().numpy() for w in network.weights]


def _rank(matrix: Floats) -> int:
    return int(np.linalg.matrix_rank(matrix)) if matrix.size else 0


def _scaling_rank(network: Network) -> int:
    """Neurons, less one for each group of them that hangs together and has no other edge and no bias: such as a zero neuron.

    ``d log|p| = r_i`` for an incoming weight or bias ``p`` of neuron ``i``, ``-r_j`` for an outgoing one of ``j``; only
    whether ``p`` is zero matters, so that this rank does not depend on how large the weights are.
    """
    widths = network.spec.widths
    starts = np.concatenate([[0], np.cumsum(widths[1:-1])])
    total, rows = int(starts[-1]), []
    for k, (w, b) in enumerate(zip(_weights(network), network.biases, strict=True)):
        for i, j in zip(*np.nonzero(w), strict=True):
            row = np.zeros(total)
            if k < len(widths) - 2:
                row[starts[k] + i] += 1
            if k > 0:
                row[starts[k - 1] + j] -= 1
            rows.append(row)
        if k < len(widths) - 2:
            rows += list(np.eye(total)[starts[k] + np.flatnonzero(b.detach().cpu().numpy())])
    return _rank(np.unique(np.array(rows).reshape(-1, total), axis=0))


def _linear_rank(network: Network) -> int:
    """``rank of X -> (X_k W_k - W_k X_{k-1})_k``, plus one for each hidden bias.

    Shifts of the origin bring every hidden bias to zero, along the orbit; there they and the changes of basis move different
    parameters, and no shift but zero leaves all biases.
    """
    weights, columns = _weights(network), []
    widths = network.spec.widths
    for k, n in enumerate(widths[1:-1], start=1):  # X_k moves W_k to X_k W_k and W_{k+1} to -W_{k+1} X_k
        parts = [np.zeros((n * n, after * before)) for before, after in itertools.pairwise(widths)]
        identity = np.eye(n)
        parts[k - 1] = np.einsum("ai,bj->abij", identity, weights[k - 1]).reshape(n * n, -1)
        parts[k] = -np.einsum("ia,bj->abij", weights[k], identity).reshape(n * n, -1)
        columns.append(np.concatenate(parts, axis=1))
    return sum(widths[1:-1]) + _rank(np.concatenate(columns)) if columns else 0
