"""The body without its paint, against what is known of the truncated octahedron and the hexagon."""

import itertools

import numpy as np
import pytest

from permviz.landscape.permutohedron_geometry import hyperplane_basis, permutohedron_geometry

FOUR = (-1.5, -0.5, 0.5, 1.5)


def test_a_truncated_octahedron():
    body = permutohedron_geometry(FOUR)
    corners = body.corners.numpy()
    np.testing.assert_allclose(np.linalg.norm(corners, axis=1), np.sqrt(5))
    assert len(np.unique(corners.round(9), axis=0)) == 24
    lengths = np.linalg.norm(corners[body.edges[:, 0]] - corners[body.edges[:, 1]], axis=1)
    np.testing.assert_allclose(lengths, np.sqrt(2))
    assert [len(f) for f in body.faces].count(4) == 6
    assert [len(f) for f in body.faces].count(6) == 8
    assert 24 - len(body.edges) + len(body.faces) == 2
    # Edges are exactly the closest pairs of corners: brute force over all pairs.
    pairs = {frozenset(p) for p in body.edges.tolist()}
    close = {frozenset((a, b)) for a, b in itertools.combinations(range(24), 2)
             if np.linalg.norm(corners[a] - corners[b]) < 1.5}  # fmt: skip
    assert pairs == close


def test_faces_are_flat_regular_and_on_the_outside():
    body = permutohedron_geometry(FOUR)
    edges = {frozenset(p) for p in body.edges.tolist()}
    for face in body.faces:
        sides = list(zip(face.tolist(), face.roll(-1).tolist(), strict=True))
        assert all(frozenset(side) in edges for side in sides)
        points = body.corners.numpy()[face]
        normal = points.mean(axis=0)
        np.testing.assert_allclose(points @ normal, normal @ normal)
        assert (body.corners.numpy() @ normal <= normal @ normal + 1e-9).all()
    # Each edge belongs to exactly two faces.
    sides = [frozenset(s) for face in body.faces for s in zip(face.tolist(), face.roll(-1).tolist(), strict=True)]
    assert sorted(map(sides.count, edges)) == [2] * 36


def test_a_hexagon_for_three():
    body = permutohedron_geometry((-1, 0, 1))
    assert (len(body.corners), len(body.edges), [len(f) for f in body.faces]) == (6, 6, [6])
    np.testing.assert_allclose(body.corners.norm(dim=1), np.sqrt(2))


@pytest.mark.parametrize("n", range(2, 7))
def test_coordinates_keep_distances_within_the_hyperplane(n):
    basis, rng = hyperplane_basis(n).numpy(), np.random.default_rng(0)
    points = rng.standard_normal((5, n))
    moved = points - points.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(moved @ basis @ basis.T, moved, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(moved @ basis, axis=1), np.linalg.norm(moved, axis=1))
    # Negative control: off the hyperplane a length is lost.
    assert (np.linalg.norm(points @ basis, axis=1) < np.linalg.norm(points, axis=1) - 1e-6).all()


@pytest.mark.parametrize("values", [(0, 1), (0, 1, 2, 3, 4), (0, 2, 1), (0, 0, 1, 2)])
def test_other_values_are_refused(values):
    with pytest.raises(ValueError, match="rising"):
        permutohedron_geometry(values)
