"""The loss of one-weight neurons over all their copies at once: a plane that holds six, a body whose corners are twenty-four.

Both are exact slices: see :mod:`permviz.rastrigin.one_weight` for the coordinates.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
from torch import Tensor

from permviz.landscape.affine import affine_losses
from permviz.landscape.permutohedron import SUBDIVISIONS, Permutohedron, permutohedron
from permviz.landscape.permutohedron_geometry import hyperplane_basis
from permviz.networks.checks import checked
from permviz.networks.network import Network
from permviz.networks.results import Result
from permviz.rastrigin.critical_points import CriticalPoints, find_critical_points, spread_starts
from permviz.rastrigin.one_weight import OneWeightNeurons


@dataclass(frozen=True, eq=False, repr=False)
class OneWeightPlane(Result):
    """The plane through all six optima of three neurons; exact.

    Attributes:
        neurons: the task.
        axis: ``(R,)`` coordinates of the columns, and of the rows.
        losses: ``(R, R)``, row ``i`` at second coordinate ``axis[i]``.
        copies: ``(6, 2)`` the optima.
        critical: critical points of the loss *restricted to the plane*.
        full_gradient_norms: ``(K,)`` the norm at those points of the gradient in all three weights; where it vanishes
            too, the point is critical for the network and not only for the slice.
    """

    neurons: OneWeightNeurons
    axis: Tensor
    losses: Tensor
    copies: Tensor
    critical: CriticalPoints
    full_gradient_norms: Tensor

    @checked
    def weights(self, coordinates: Tensor) -> Tensor:
        """The three weights ``(*batch, 3)`` of points ``(*batch, 2)`` of the plane."""
        return self.neurons.to_weights(coordinates)

    @property
    def grid_weights(self) -> Tensor:
        """The three weights ``(R, R, 3)`` of the points at which the losses were taken."""
        return self.weights(torch.stack(torch.meshgrid(self.axis, self.axis, indexing="xy"), dim=-1))

    def mirrorings(self) -> Tensor:
        """``(6, 2, 2)``: how the orders of the three neurons move the plane, the identity first.

        Orthogonal matrices in the plane's coordinates: three turns by multiples of a third, and three mirrors.
        """
        basis = hyperplane_basis(3)
        return torch.stack([basis.mT @ basis[list(order)] for order in itertools.permutations(range(3))])

    @property
    def truly_critical(self) -> Tensor:
        """``(K,)``: which of ``critical`` are critical in all three weights."""
        return self.full_gradient_norms <= self.critical.gradient_tolerance


@checked
def one_weight_plane(
    neurons: OneWeightNeurons, half_width: float = 5.0, resolution: int = 101, starts: int = 2048, seed: int = 0,
    dtype: torch.dtype = torch.float64,
) -> OneWeightPlane:  # fmt: skip
    """The loss of three one-weight neurons over the plane of their copies, with its critical points.

    Args:
        half_width: of the square map, in weight units.
        resolution: points a side, 2 to 1001.
        starts: of the search for critical points, a power of 2 spreads them best (Sobol 1967); 0 for none.

    Raises:
        ValueError: for other than three neurons, or a number out of range.
    """
    if neurons.neurons != 3:
        raise ValueError(f"{neurons.neurons} neurons given: the copies of three lie in a plane.")
    if not 2 <= resolution <= 1001 or not 0 < half_width <= 100:
        raise ValueError(f"Resolution {resolution!r}, half-width {half_width!r}: expected 2 to 1001, and above 0 to 100.")
    axis = torch.linspace(-half_width, half_width, resolution, dtype=torch.float64)
    coordinates = torch.cartesian_prod(axis, axis).flip(-1)
    centre = neurons.network(neurons.to_weights(torch.zeros(2)))
    directions = [_weights_only(neurons.network(column)) for column in hyperplane_basis(3).mT]
    losses = affine_losses(centre, directions, coordinates, neurons.data, dtype)
    critical = find_critical_points(neurons.hyperplane_derivatives, spread_starts(2, starts, half_width, seed), half_width)
    _, gradients, _ = neurons.derivatives(neurons.to_weights(critical.points))
    return OneWeightPlane(
        neurons=neurons,
        axis=axis,
        losses=losses.reshape(resolution, resolution),
        copies=neurons.to_coordinates(neurons.copies()),
        critical=critical,
        full_gradient_norms=gradients.norm(dim=-1),
    )


def _weights_only(network: Network) -> Network:
    """A direction that moves the free weights alone."""
    (free, outgoing), biases = network.weights, network.biases
    return Network((free, torch.zeros_like(outgoing)), tuple(map(torch.zeros_like, biases)), network.activation)


@checked
def one_weight_permutohedron(
    neurons: OneWeightNeurons, subdivisions: int = SUBDIVISIONS, dtype: torch.dtype = torch.float64
) -> Permutohedron:
    """The convex hull of all 24 copies of four neurons (six, of three), painted with the loss.

    Here nothing is piecewise or projected: the body's points *are* weights, :meth:`OneWeightNeurons.to_weights` of them,
    and its edges exchange neurons of neighbouring rank.
    """
    if neurons.neurons not in (3, 4):
        raise ValueError(f"{neurons.neurons} neurons given: the body is drawn for three or four.")
    network = neurons.network(torch.tensor(neurons.teacher, dtype=torch.float64))
    return permutohedron(
        network, neurons.data, 1, neighbours="nodes", values=neurons.teacher, subdivisions=subdivisions, dtype=dtype
    )
