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

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Geometry:
    """The body.

    Attributes:
        labels: ``(m!, m)`` the permutations ``q``, in lexicographic order.
        corners: ``(m!, m-1)``.
        edges: ``(E, 2)`` corner numbers.
        faces: corner numbers, each face in cyclic order: the squares first, then the hexagons.
    """

    labels: IntArray
    corners: FloatArray
    edges: IntArray
    faces: tuple[IntArray, ...]


def hyperplane_basis(n: int) -> FloatArray:
    """``(n, n-1)`` orthonormal columns orthogonal to ``(1, ..., 1)``.

    For ``n = 4`` the columns are those of Hadamard's matrix, so that the squares of the truncated octahedron face the axes;
    otherwise Helmert's.

    >>> hyperplane_basis(4).sum(axis=0).tolist()
    [0.0, 0.0, 0.0]
    >>> bool(np.allclose(hyperplane_basis(5).T @ hyperplane_basis(5), np.eye(4)))
    True
    """
    if n == 4:
        return np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / 2
    columns = [np.r_[np.ones(k), -k, np.zeros(n - k - 1)] / math.sqrt(k * (k + 1)) for k in range(1, n)]
    return np.stack(columns, axis=1)


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
    labels = np.array(list(itertools.permutations(range(m))))
    place = {tuple(q): c for c, q in enumerate(labels.tolist())}
    edges = [
        (c, place[tuple(_exchanged(q, low))])
        for c, q in enumerate(labels.tolist())
        for low in range(m - 1)
        if c < place[tuple(_exchanged(q, low))]
    ]
    if m == 3:
        groups = [np.arange(6)]
    else:
        subsets = [s for k in (2, 1, 3) for s in itertools.combinations(range(m), k)]
        groups = [np.flatnonzero((labels[:, list(s)] < len(s)).all(axis=1)) for s in subsets]
    points = np.asarray(values, dtype=float)[labels] @ hyperplane_basis(m)
    return Geometry(labels, points, np.array(edges), tuple(_cyclic(group, edges) for group in groups))


def _exchanged(q: list[int], low: int) -> list[int]:
    swap = {low: low + 1, low + 1: low}
    return [swap.get(v, v) for v in q]


def _cyclic(group: IntArray, edges: list[tuple[int, int]]) -> IntArray:
    """The corners of a face in the order in which its edges join them."""
    members = {int(c) for c in group}
    neighbours = {c: [b if a == c else a for a, b in edges if c in (a, b) and {a, b} <= members] for c in members}
    walk = [min(members)]
    while len(walk) < len(members):
        walk.append(next(c for c in neighbours[walk[-1]] if c not in walk))
    return np.array(walk)
