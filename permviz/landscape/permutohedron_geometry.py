"""The permutohedron as a body: the corners, edges and faces of a truncated octahedron, or of a hexagon.

The ``m!`` orders ``q`` of ``m`` things are the corners. Corner ``q`` stands at ``(r[q[0]], ..., r[q[m-1]])`` for rising numbers
``r``, in the hyperplane of constant sum, drawn in ``m - 1`` orthonormal coordinates: a truncated octahedron for ``m = 4`` (24
corners, 36 edges, 6 squares, 8 hexagons), a hexagon for ``m = 3``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Geometry:
    """The body.

    Attributes:
        labels: ``(m!, m)`` the permutations ``q``, in lexicographic order.
        corners: ``(m!, m-1)``.
        edges: ``(E, 2)`` corner numbers.
        faces: corner numbers, each face in cyclic order: the squares first, then the hexagons.
    """

    labels: Tensor
    corners: Tensor
    edges: Tensor
    faces: tuple[Tensor, ...]


def hyperplane_basis(n: int) -> Tensor:
    """``(n, n-1)`` float64, orthonormal columns orthogonal to ``(1, ..., 1)``.

    For ``n = 4`` the columns are those of Hadamard's matrix, so that the squares of the truncated octahedron face the axes;
    otherwise Helmert's.

    >>> hyperplane_basis(4).sum(axis=0).tolist()
    [0.0, 0.0, 0.0]
    >>> basis = hyperplane_basis(5)
    >>> torch.allclose(basis.mT @ basis, torch.eye(4, dtype=torch.float64))
    True
    """
    if n == 4:
        return torch.tensor([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=torch.float64) / 2
    columns = [[1.0] * k + [-k] + [0.0] * (n - k - 1) for k in range(1, n)]
    lengths = [math.sqrt(k * (k + 1)) for k in range(1, n)]
    return (torch.tensor(columns, dtype=torch.float64) / torch.tensor(lengths, dtype=torch.float64)[:, None]).T


def permutohedron_geometry(values: Sequence[float]) -> Geometry:
    """The permutohedron with corners ``(values[q[0]], ..., values[q[m-1]])``, for ``m = 3`` or ``4`` strictly rising values.

    Edges join corners that differ by an exchange of two neighbouring values. Its faces are the corners that share the *set*
    of their ``k`` lowest coordinates: squares for pairs, hexagons for the lowest one or the lowest three.

    >>> body = permutohedron_geometry((-1.5, -0.5, 0.5, 1.5))
    >>> len(body.corners), len(body.edges), [len(face) for face in body.faces]
    (24, 36, [4, 4, 4, 4, 4, 4, 6, 6, 6, 6, 6, 6, 6, 6])
    """
    m = len(values)
    if m not in (3, 4) or not all(a < b for a, b in itertools.pairwise(values)):
        raise ValueError(f"Values {tuple(values)} given: expected three or four strictly rising numbers.")
    labels = list(itertools.permutations(range(m)))
    place = {q: c for c, q in enumerate(labels)}
    edges = [
        (c, place[_exchanged(q, low)]) for c, q in enumerate(labels) for low in range(m - 1) if c < place[_exchanged(q, low)]
    ]
    subsets = [s for k in (2, 1, 3) for s in itertools.combinations(range(m), k)] if m == 4 else [range(m)]
    groups = [{c for c, q in enumerate(labels) if all(q[i] < len(s) for i in s)} for s in subsets]
    points = torch.tensor([float(v) for v in values], dtype=torch.float64)[torch.tensor(labels)] @ hyperplane_basis(m)
    return Geometry(torch.tensor(labels), points, torch.tensor(edges), tuple(_cyclic(group, edges) for group in groups))


def _exchanged(q: tuple[int, ...], low: int) -> tuple[int, ...]:
    swap = {low: low + 1, low + 1: low}
    return tuple(swap.get(v, v) for v in q)


def _cyclic(members: set[int], edges: list[tuple[int, int]]) -> Tensor:
    """The corners of a face in the order in which its edges join them."""
    neighbours = {c: [b if a == c else a for a, b in edges if c in (a, b) and {a, b} <= members] for c in members}
    walk = [min(members)]
    while len(walk) < len(members):
        walk.append(next(c for c in neighbours[walk[-1]] if c not in walk))
    return torch.tensor(walk)
