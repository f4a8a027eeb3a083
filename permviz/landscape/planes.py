"""Slices of the loss along planes: through three networks, or through one in random directions.

A plane is ``theta(x, y) = O + x e_1 + y e_2``; its losses are a matrix with rows ``y`` and columns ``x``. Parameter space is
``Network.flatten``'s, with its Euclidean norm. A plane is exact where it passes, and says nothing of what lies beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from permviz.landscape.affine import affine_losses
from permviz.networks.checks import checked
from permviz.networks.frozen import on_free
from permviz.networks.network import Data, Network, checked_seed, loss, stack, unflatten
from permviz.networks.results import Result

NORMALISATIONS = ("filter", "none")
MOST_RESOLUTION = 1001

COINCIDENT = 1e-12
COLLINEAR = 1e-9
"""Distances, relative to the anchors' own size, below which three points span no plane."""

LARGEST = 1e150
"""The squares of larger weights overflow."""


@dataclass(frozen=True, eq=False, repr=False)
class PlaneSlice(Result):
    """Losses on a square window of a plane ``O + x e_1 + y e_2``.

    Attributes:
        x, y: ``(R,)``, float64.
        losses: ``(R, R)``, row ``i`` at ``y[i]``, column ``j`` at ``x[j]``, in the dtype asked for.
        anchors: ``(K, 2)``, coordinates of the networks that the plane was laid through.
        anchor_losses: ``(K,)``, their losses, each from its own forward pass in float64.
        origin: ``O``.
        axes: ``e_1`` and ``e_2``.
        data: what the loss is taken on.
    """

    x: Tensor
    y: Tensor
    losses: Tensor
    anchors: Tensor
    anchor_losses: Tensor
    origin: Network
    axes: tuple[Network, Network]
    data: Data

    @checked
    def at(self, points: Tensor) -> Tensor:
        """Losses ``(M,)`` in float64 at any points ``(M, 2)`` of the plane, inside the window or not."""
        return affine_losses(self.origin, self.axes, points.to(self.x), self.data)

    def three_fold_difference(self) -> float:
        """``max |L(p) - L(R p)|`` over the window's grid, ``R`` the turn by a third about the origin; float64.

        Zero, to rounding, on the plane through the three copies of a 3-cycle.
        """
        grid = torch.cartesian_prod(self.x, self.y)
        cosine, sine = -0.5, math.sqrt(3) / 2
        turn = grid.new_tensor([[cosine, -sine], [sine, cosine]])
        return float((self.at(grid) - self.at(grid @ turn.T)).abs().max())

    @checked
    def project(self, networks: Network) -> tuple[Tensor, Tensor]:
        """The nearest points of the plane, ``(*batch, 2)``, and the distances to them, ``(*batch,)``."""
        if networks.spec != self.origin.spec:
            raise ValueError(f"Widths {networks.spec.widths} given: the plane is one of networks {self.origin.spec.widths}.")
        axes = torch.stack([axis.flatten() for axis in self.axes], dim=-1)
        offset = networks.to(torch.float64).flatten() - self.origin.flatten()
        coordinates = offset @ torch.linalg.pinv(axes).mT
        return coordinates, torch.linalg.vector_norm(offset - coordinates @ axes.mT, dim=-1)


@checked
def plane_slice(
    a: Network,
    b: Network,
    c: Network,
    data: Data,
    resolution: int = 101,
    margin: float = 0.5,
    dtype: torch.dtype = torch.float64,
) -> PlaneSlice:
    """The loss on the plane through three networks (Garipov et al. 2018).

    The axes are orthonormal, so distances in the plane are Euclidean distances between parameters. The origin is the
    centroid of the three, with ``a`` above it; the plane through the copies of a 3-cycle is three-fold symmetric about it.

    Args:
        a, b, c: single networks of one shape.
        data: inputs, targets and the loss.
        resolution: ``R``, points a side.
        margin: the window reaches ``1 + margin`` times as far from the origin as the farthest network.
        dtype: of the grid's computation; float32 is enough for a picture.

    Raises:
        ValueError: where two of the networks are one point, all three lie on a line, or shapes or numbers do not fit.
    """
    networks = tuple(net.single() for net in (a, b, c))
    if len({net.spec for net in networks}) > 1:
        raise ValueError(f"Networks of different shapes or frozen entries span no plane: {[net.spec for net in networks]}.")
    if not (math.isfinite(margin) and margin >= 0):
        raise ValueError(f"Margin {margin!r} given: expected a number of 0 or more.")
    theta = torch.stack([net.to(torch.float64).flatten() for net in networks])
    origin = theta.mean(0)
    axes = _orthonormal_axes(theta, origin)
    anchors = (theta - origin) @ axes.mT
    scale = anchors.abs().max()  # the squares of very small numbers are 0
    half = (1 + margin) * float(scale * torch.linalg.vector_norm(anchors / scale, dim=-1).max())
    centre, pair = unflatten(a.spec, origin), unflatten(a.spec, axes)
    return _plane(centre, pair, (stack(networks), anchors), half, data, resolution, dtype)


def _orthonormal_axes(theta: Tensor, origin: Tensor) -> Tensor:
    """``(2, P)``: the second axis from the centroid towards A, the first orthogonal to it, with C to the right of B."""
    if not bool(theta.isfinite().all()):
        raise ValueError("The three networks hold weights that are not finite: they span no plane.")
    scale = float(theta.abs().max()) or 1.0
    if scale > LARGEST:
        raise ValueError(
            f"The three networks hold weights of {scale:.0e}: take some below {LARGEST:g}, else distances overflow."
        )
    theta, origin = theta / scale, origin / scale  # squares of very small numbers are 0
    size = float(torch.linalg.vector_norm(theta, dim=-1).max())
    for i, j in ((0, 1), (0, 2), (1, 2)):
        if float(torch.linalg.vector_norm(theta[i] - theta[j])) <= COINCIDENT * size:
            raise ValueError(f"Networks {'ABC'[i]} and {'ABC'[j]} are the same point: a plane needs three different ones.")
    up, side = theta[0] - origin, theta[2] - theta[1]
    if float(torch.linalg.vector_norm(up)) > COLLINEAR * float(torch.linalg.vector_norm(side)):
        up = up / torch.linalg.vector_norm(up)
        rest = side - (side @ up) * up
        rest = rest - (rest @ up) * up  # once more: the first subtraction leaves rounding of its own size
        length = torch.linalg.vector_norm(rest)
        if float(length) > COLLINEAR * float(torch.linalg.vector_norm(side)):
            return torch.stack([rest / length, up])
    raise ValueError("Networks A, B and C lie on one line: a plane needs three that do not. Use line_slice for the line.")


def _plane(
    origin: Network,
    axes: Network,
    anchors: tuple[Network, Tensor],
    half: float,
    data: Data,
    resolution: int,
    dtype: torch.dtype,
) -> PlaneSlice:
    if isinstance(resolution, bool) or not isinstance(resolution, int) or not 2 <= resolution <= MOST_RESOLUTION:
        raise ValueError(f"Resolution {resolution!r} given: expected a whole number from 2 to {MOST_RESOLUTION}.")
    side = torch.linspace(-half, half, resolution, dtype=torch.float64, device=origin.device)
    y, x = torch.meshgrid(side, side, indexing="ij")
    pair = (axes[0], axes[1])
    losses = affine_losses(origin, pair, torch.stack([x, y], dim=-1).flatten(0, 1), data, dtype)
    networks, coordinates = anchors
    exact = loss(networks.to(torch.float64), data)
    return PlaneSlice(side, side, losses.reshape(resolution, resolution), coordinates, exact, origin, pair, data)


@checked
def random_plane(
    net: Network,
    data: Data,
    seed: int = 0,
    normalization: str = "filter",
    resolution: int = 51,
    span: float = 1.0,
    dtype: torch.dtype = torch.float64,
) -> PlaneSlice:
    """The loss on a plane through one network, spanned by two random Gaussian directions.

    Args:
        net: a single network.
        data: inputs, targets and the loss.
        seed: of the directions; every entry is drawn from N(0, 1), but for those that are frozen, which are 0.
        normalization: "filter" scales each row of a direction, bias included, to the norm of the network's own row, bias
            included (Li et al. 2018): a coordinate of 1 then moves every neuron as far as it is from zero, whatever its scale.
            "none" leaves the draws as they are: a coordinate of 1 moves each parameter by a standard normal number.
        resolution: ``R``, points a side.
        span: coordinates reach from ``-span`` to ``span``.
        dtype: of the grid's computation.

    The directions are almost, not exactly, orthogonal, as in that paper. The one anchor is the network, at (0, 0).

    Raises:
        ValueError: for a batch of networks, an unknown normalization, or numbers out of range.
    """
    if normalization not in NORMALISATIONS:
        raise ValueError(f"Unknown normalization {normalization!r}: choose one of {', '.join(NORMALISATIONS)}.")
    if not (math.isfinite(span) and span > 0):
        raise ValueError(f"Span {span!r} given: expected a positive number.")
    generator = torch.Generator().manual_seed(checked_seed(seed))
    origin = net.single().to(torch.float64)
    draws = torch.randn(2, net.spec.parameter_count, generator=generator, dtype=torch.float64)
    axes = unflatten(net.spec, on_free(net.spec, draws.to(net.device)))
    if normalization == "filter":
        axes = _filter_normalised(axes, origin)
    anchor = torch.zeros(1, 2, dtype=torch.float64, device=net.device)
    return _plane(origin, axes, (stack([origin]), anchor), float(span), data, resolution, dtype)


def _filter_normalised(directions: Network, net: Network) -> Network:
    weights, biases = [], []
    for w, b, own_w, own_b in zip(directions.weights, directions.biases, net.weights, net.biases, strict=True):
        norms = torch.linalg.vector_norm(torch.cat([w, b[..., None]], dim=-1), dim=-1)
        scale = torch.linalg.vector_norm(torch.cat([own_w, own_b[..., None]], dim=-1), dim=-1) / norms
        weights.append(w * scale[..., None])
        biases.append(b * scale)
    return directions.replaced(weights, biases)
