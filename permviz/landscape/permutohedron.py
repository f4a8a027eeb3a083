"""The permutohedron of a layer of four (or three) nodes, painted with the loss.

The ``m!`` orders of ``m`` chosen nodes are the corners of the body of :mod:`.permutohedron_geometry`; corner ``q``
stands at ``(r[q[0]], ..., r[q[m-1]])``. ``r`` is ``(-3, -1, 1, 3)/2`` or ``(-1, 0, 1)`` unless other rising numbers are given.
Two conventions say which copy of the network stands at corner ``q``:

* ``neighbours="slots"`` (default): node ``j`` stands in slot ``q[j]``, so the corner is ``M^T r`` with the slot-to-node matrix
  ``M``, its coordinates are the *places* of the nodes, and an edge is what one does in the diagram: the nodes of two
  neighbouring slots change places. All pairs of nodes are seen among the edges, all triples among the hexagons.
* ``neighbours="nodes"``: slot ``i`` holds node ``q[i]``, the corner is ``M r``, and an edge exchanges two nodes of neighbouring
  *rank* (neighbours in the list ``nodes``), wherever they are.

Corners are copies, and every edge is the straight segment between two copies in parameter space, both exactly. A face is cut
into triangles from its centre, the average of its 4 or 6 copies; on each triangle the parameters are the convex combinations of
the three. So the painted body is a *piecewise-linear* surface through the copies, not a flat slice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from permviz.landscape.affine import affine_losses
from permviz.landscape.lines import LINE_POINTS, swap_losses
from permviz.landscape.permutohedron_geometry import Geometry, permutohedron_geometry
from permviz.networks.checks import checked
from permviz.networks.network import Data, Network, loss
from permviz.networks.results import Result
from permviz.symmetry.permutation import Permutation

Neighbours = Literal["slots", "nodes"]

SUBDIVISIONS = 20
"""Parts of a triangle's side: 231 points a triangle, 16,632 on the 72 triangles of the truncated octahedron."""


@dataclass(frozen=True, eq=False, repr=False)
class Permutohedron(Result):
    """The painted body; see the module for its geometry.

    Attributes:
        layer, nodes, neighbours: what was permuted, and the convention.
        orders: the copies at the corners, a :class:`Permutation` batch of ``m!``; corner 0 is the network as given.
        corners: ``(m!, m-1)``.
        edges: ``(E, 2)`` corner numbers.
        swapped: ``(E, 2)`` the two nodes that an edge exchanges.
        faces: corner numbers, each face in cyclic order: the squares first, then the hexagons.
        face_centres: ``(F, m-1)``.
        vertices: ``(P, m-1)``; points on a side shared by two triangles occur twice.
        triangles: ``(M, 3)`` numbers of vertices.
        losses: ``(P,)`` at the vertices.
        corner_losses: ``(m!,)``, all equal up to rounding.
        face_centre_losses: ``(F,)``.
        edge_positions: ``(T,)`` from 0 to 1 along an edge, as many as a line has.
        edge_losses: ``(E, T)``, in float64.
        centre_loss: of the body's centre, the average of all ``m!`` copies.
    """

    layer: int
    nodes: tuple[int, ...]
    neighbours: Neighbours
    orders: Permutation
    corners: Tensor
    edges: Tensor
    swapped: Tensor
    faces: tuple[Tensor, ...]
    face_centres: Tensor
    vertices: Tensor
    triangles: Tensor
    losses: Tensor
    corner_losses: Tensor
    face_centre_losses: Tensor
    edge_positions: Tensor
    edge_losses: Tensor
    centre_loss: float

    @property
    def edge_barriers(self) -> Tensor:
        """``(E,)``: the highest loss met on each edge, above the loss of its ends (which are equal, so that the definitions
        of Entezari et al. 2021 and of Ainsworth et al. 2023 agree)."""
        return self.edge_losses.amax(1) - self.edge_losses[:, 0]

    @checked
    def order(self, corner: int) -> tuple[int, ...]:
        """The chosen nodes in the order of their slots, at this corner."""
        return tuple(self.orders[corner].orders[self.layer - 1][sorted(self.nodes)].tolist())

    @checked
    def corner_of(self, order: Sequence[int]) -> int:
        """The corner at which the chosen slots hold these nodes.

        Raises:
            ValueError: if they are not the chosen nodes in some order.
        """
        for corner in range(len(self.corners)):
            if self.order(corner) == tuple(order):
                return corner
        raise ValueError(f"Order {tuple(order)} given: expected the nodes {self.nodes} of layer {self.layer} in some order.")


@checked
def permutohedron(
    network: Network,
    data: Data,
    layer: int,
    nodes: Sequence[int] | None = None,
    *,
    neighbours: Neighbours = "slots",
    values: Sequence[float] | None = None,
    subdivisions: int = SUBDIVISIONS,
    dtype: torch.dtype = torch.float64,
) -> Permutohedron:
    """Paint the permutohedron of three or four nodes of a hidden layer with the loss.

    Args:
        network: a single network; it stands at corner 0 if the nodes are given in rising order.
        layer: hidden layer, from 1.
        nodes: three or four nodes of it, from 0; the others stay. ``None``: all, if the layer has three or four.
        neighbours: which exchange an edge is; see the module.
        values: ``r``; ``None`` for equally spaced numbers.
        subdivisions: parts of a triangle's side, 1 to 200.
        dtype: in which the faces are evaluated; float32 is enough for the screen.

    Raises:
        ValueError: naming the argument that does not fit.
    """
    chosen = _checked_nodes(network, layer, nodes)
    if isinstance(subdivisions, bool) or not isinstance(subdivisions, int) or not 1 <= subdivisions <= 200:
        raise ValueError(f"Subdivisions {subdivisions!r} given: expected a whole number from 1 to 200.")
    if neighbours not in ("slots", "nodes"):
        raise ValueError(f'Neighbours {neighbours!r} given: expected "slots" or "nodes".')
    m = len(chosen)
    body = permutohedron_geometry(tuple(k - (m - 1) / 2 for k in range(m)) if values is None else values)
    if len(body.labels[0]) != m:
        raise ValueError(f"{len(body.labels[0])} values given for {m} nodes: expected as many.")
    orders = _orders(network, layer, chosen, body.labels, neighbours)
    copies = orders(network)
    centres = torch.stack([body.corners[face].mean(0) for face in body.faces])
    vertices, triangles, losses = _painted_faces(body, centres, copies, data, subdivisions, dtype)
    positions = torch.linspace(0, 1, LINE_POINTS, dtype=torch.float64)
    swapped = _swapped(orders.orders[layer - 1], body.edges)
    face_means = _means(copies, body.faces)
    return Permutohedron(
        layer=layer,
        nodes=chosen,
        neighbours=neighbours,
        orders=orders,
        corners=body.corners,
        edges=body.edges,
        swapped=swapped,
        faces=body.faces,
        face_centres=centres,
        vertices=vertices,
        triangles=triangles,
        losses=losses,
        corner_losses=loss(copies, data),
        face_centre_losses=loss(face_means, data),
        edge_positions=positions,
        edge_losses=_edge_losses(network, layer, swapped, data, positions),
        centre_loss=float(loss(copies.map(lambda p: p.mean(dim=0)), data)),
    )


def _checked_nodes(network: Network, layer: int, nodes: Sequence[int] | None) -> tuple[int, ...]:
    n = network.single().spec.hidden_width(layer)
    chosen = tuple(range(n)) if nodes is None else tuple(nodes)
    if len(chosen) not in (3, 4) or len(set(chosen)) != len(chosen) or not all(0 <= i < n for i in chosen):
        raise ValueError(
            f"Nodes {chosen} of a layer of {n} given: choose three or four different ones, from 0 to {n - 1}; "
            "the others stay where they are."
        )
    return chosen


def _orders(network: Network, layer: int, chosen: tuple[int, ...], labels: Tensor, neighbours: Neighbours) -> Permutation:
    """For each label ``q``, the permutation of the whole network; the chosen slots in rising order are 0 to m-1 of ``q``."""
    held = labels.argsort(dim=1) if neighbours == "slots" else labels
    orders = [torch.arange(n).repeat(len(labels), 1) for n in network.spec.hidden]
    orders[layer - 1][:, sorted(chosen)] = torch.tensor(chosen)[held]
    return Permutation(orders)


def _swapped(orders: Tensor, edges: Tensor) -> Tensor:
    first, second = orders[edges[:, 0]], orders[edges[:, 1]]
    return first[first != second].view(-1, 2).sort(dim=1).values


def _edge_losses(network: Network, layer: int, swapped: Tensor, data: Data, positions: Tensor) -> Tensor:
    """All edges that exchange the same two nodes are one line, seen from different copies: it is computed once."""
    pairs, which = torch.unique(swapped, dim=0, return_inverse=True)
    orders = [torch.arange(n).repeat(len(pairs), 1) for n in network.spec.hidden]
    orders[layer - 1] = orders[layer - 1].scatter(1, pairs, pairs.flip(1))
    return swap_losses(network, Permutation(orders), data, positions)[which]


def _means(copies: Network, faces: tuple[Tensor, ...]) -> Network:
    """The averages over the corners of each face, one batch axis."""
    mixing = torch.zeros(len(faces), copies.batch_shape[0], dtype=copies.dtype)
    for row, face in zip(mixing, faces, strict=True):
        row[face] = 1 / len(face)
    return copies.combine(mixing)


def _painted_faces(
    body: Geometry, centres: Tensor, copies: Network, data: Data, subdivisions: int, dtype: torch.dtype
) -> tuple[Tensor, Tensor, Tensor]:
    """Vertices, triangles and losses of all faces: each triangle (centre, corner, next corner) is a 2-D affine slice."""
    face_of = torch.repeat_interleave(torch.tensor([len(face) for face in body.faces]))
    first, second = torch.cat(body.faces), torch.cat([face.roll(-1) for face in body.faces])
    lattice, small = _lattice(subdivisions)
    origin = _means(copies, body.faces)[face_of]
    directions = [copies[first] - origin, copies[second] - origin]
    losses = affine_losses(origin, directions, lattice, data, dtype)
    spans = torch.stack([body.corners[first], body.corners[second]], dim=1) - centres[face_of][:, None]
    vertices = centres[face_of][:, None] + lattice @ spans
    offsets = len(lattice) * torch.arange(len(face_of))
    return (
        vertices.reshape(-1, vertices.shape[-1]),
        (small + offsets[:, None, None]).reshape(-1, 3),
        losses.reshape(-1),
    )


def _lattice(subdivisions: int) -> tuple[Tensor, Tensor]:
    """Points ``(i, j)/s`` with ``i + j <= s`` of the standard triangle, and the ``s^2`` small triangles between them.

    >>> [len(part) for part in _lattice(20)]
    [231, 400]
    """
    s = subdivisions
    at = {(i, j): k for k, (i, j) in enumerate((i, j) for i in range(s + 1) for j in range(s + 1 - i))}
    upward = [(at[i, j], at[i + 1, j], at[i, j + 1]) for i, j in at if i + j < s]
    downward = [(at[i + 1, j], at[i + 1, j + 1], at[i, j + 1]) for i, j in at if i + j < s - 1]
    return torch.tensor(list(at), dtype=torch.float64) / s, torch.tensor(upward + downward)
