import itertools

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.landscape.permutohedron import permutohedron


@pytest.fixture(scope="module")
def four():
    net = pv.init_network(pv.NetworkSpec((2, 4, 1), "tanh"), seed=1).map(lambda p: 2 * p)
    data = pv.load_dataset("moons", samples=40)
    return net, data, permutohedron(net, data, layer=1, subdivisions=6)


def _mixed(net, orders, shares):
    """The convex combination of permuted copies, slot by slot, for a network with one hidden layer."""
    (w1, w2), (b1, b2) = net.weights, net.biases
    w1, w2, b1 = (sum(s * part(list(p)) for s, p in zip(shares, orders, strict=True))
                  for part in (lambda p: w1[p], lambda p: w2[:, p], lambda p: b1[p]))  # fmt: skip
    return pv.Network((w1, w2), (b1, b2), net.activation)


def test_slots_convention(four):
    """An edge exchanges the nodes of two neighbouring slots; a corner's coordinates are the places of the nodes."""
    _, _, body = four
    orders = body.orders.orders[0]
    assert body.order(0) == (0, 1, 2, 3)
    seen = set()
    for (a, b), nodes in zip(body.edges.tolist(), body.swapped.tolist(), strict=True):
        moved = np.flatnonzero(orders[a] != orders[b])
        assert moved[1] - moved[0] == 1
        assert len(moved) == 2
        assert orders[a][moved].tolist() == orders[b][moved[::-1].copy()].tolist()
        assert sorted(orders[a][moved].tolist()) == nodes
        seen.add(tuple(nodes))
    assert seen == set(itertools.combinations(range(4), 2))
    places = np.argsort(orders.numpy(), axis=1) - 1.5
    distances = np.linalg.norm(places[:, None] - places[None], axis=-1)
    corners = body.corners.numpy()
    np.testing.assert_allclose(np.linalg.norm(corners[:, None] - corners[None], axis=-1), distances, atol=1e-12)


def test_nodes_convention(four):
    """An edge exchanges two nodes that are neighbours in the list given, wherever they are."""
    net, data, _ = four
    body = permutohedron(net, data, 1, nodes=(2, 0, 3, 1), neighbours="nodes", subdivisions=1)
    assert {tuple(s) for s in body.swapped.tolist()} == {(0, 2), (0, 3), (1, 3)}


def test_corners_are_copies_and_face_centres_averages(four):
    net, data, body = four
    np.testing.assert_allclose(body.corner_losses, float(pv.loss(net, data)), rtol=1e-12)
    for face, value in zip(body.faces, body.face_centre_losses.tolist(), strict=True):
        orders = [body.order(c) for c in face]
        average = _mixed(net, orders, [1 / len(face)] * len(face))
        assert value == pytest.approx(float(pv.loss(average, data)), rel=1e-12)
    everything = _mixed(net, list(itertools.permutations(range(4))), [1 / 24] * 24)
    assert body.centre_loss == pytest.approx(float(pv.loss(everything, data)), rel=1e-12)


def test_every_vertex_by_brute_force(four):
    """A point's place alone tells its face and its shares; the loss is then evaluated one network at a time."""
    net, data, body = four
    losses = []
    places, centres = body.corners.numpy(), body.face_centres.numpy()
    for point in body.vertices[::17].numpy():
        heights = [(point @ c) / (c @ c) for c in centres]
        face = body.faces[int(np.argmax(heights))].tolist()
        for a, b in zip(face, [*face[1:], face[0]], strict=True):
            corners = np.stack([centres[int(np.argmax(heights))], places[a], places[b]])
            shares = np.linalg.lstsq(np.vstack([corners.T, np.ones(3)]), np.r_[point, 1], rcond=None)[0]
            if (shares > -1e-9).all():
                break
        orders = [body.order(c) for c in (*face, a, b)]
        losses.append(float(pv.loss(_mixed(net, orders, [*[shares[0] / len(face)] * len(face), *shares[1:]]), data)))
    np.testing.assert_allclose(body.losses[::17], losses, rtol=1e-10)


def test_the_negative_control_a_corner_that_is_no_copy(four):
    """Permuting the incoming weights alone breaks the function: such corners would differ in loss."""
    net, data, body = four
    broken = pv.stack(
        [pv.Network((net.weights[0][list(body.order(c))], net.weights[1]), net.biases, "tanh") for c in range(24)]
    )
    assert float(np.ptp(pv.loss(broken, data).numpy())) > 1e-3


def test_edges_are_segments_between_copies(four):
    net, data, body = four
    for edge in (0, 7, 20):
        a, b = (body.order(c) for c in body.edges[edge].tolist())
        line = [float(pv.loss(_mixed(net, [a, b], [1 - t, t]), data)) for t in body.edge_positions.tolist()]
        np.testing.assert_allclose(body.edge_losses[edge], line, rtol=1e-12)
        np.testing.assert_allclose(body.edge_losses[edge], body.edge_losses[edge].flip(0), rtol=1e-10)
        assert float(body.edge_barriers[edge]) == pytest.approx(max(line) - line[0])


@pytest.mark.parametrize("neighbours", ["slots", "nodes"])
def test_matrix_line_and_body_have_one_barrier(neighbours):
    """A network whose highest points lie between those of coarser lines; the body's faces are painted in float32."""
    net, data = 3.0 * pv.init_network(pv.NetworkSpec((2, 4, 3, 1)), seed=4), pv.load_dataset("teacher", samples=60)
    lines = pv.transposition_lines(net, data, 1)
    swaps = pv.Permutation.transpositions(net.spec, 1)
    one_by_one = torch.stack([pv.line_slice(net, swaps[k](net), data).barrier() for k in range(len(swaps))])
    np.testing.assert_allclose(lines.barrier(), one_by_one, rtol=1e-11)
    body = pv.permutohedron(net, data, 1, neighbours=neighbours, subdivisions=2, dtype=torch.float32)
    matrix = lines.barrier_matrix()
    np.testing.assert_allclose(body.edge_barriers, matrix[body.swapped[:, 0], body.swapped[:, 1]], rtol=1e-11)
    coarse = pv.transposition_lines(net, data, 1, points=41).barrier()
    assert float((coarse - one_by_one).abs().max()) > 1e-3, "negative control"


def test_the_mesh_covers_the_surface(four):
    _, _, body = four
    a, b, c = (body.vertices[body.triangles[:, k]].numpy() for k in range(3))
    area = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()
    side = np.sqrt(2)
    assert area == pytest.approx((6 + 12 * np.sqrt(3)) * side**2)
    assert len(body.triangles) == 72 * 36


def test_some_nodes_of_a_wide_layer_in_a_deep_network():
    net = pv.init_network(pv.NetworkSpec((2, 3, 6, 2, 1), "gelu"), seed=2)
    data = pv.load_dataset("moons", samples=30)
    body = permutohedron(net, data, layer=2, nodes=(5, 1, 2, 4), subdivisions=2)
    np.testing.assert_allclose(body.corner_losses, float(pv.loss(net, data)), rtol=1e-12)
    orders = body.orders.orders[1].numpy()
    assert (orders[:, [0, 3]] == [0, 3]).all()
    assert sorted(map(tuple, orders[:, [1, 2, 4, 5]])) == sorted(itertools.permutations((1, 2, 4, 5)))
    assert body.order(body.corner_of((4, 1, 5, 2))) == (4, 1, 5, 2)
    assert body.orders[body.corner_of((1, 2, 4, 5))].is_identity()


def test_three_nodes(four):
    net, data, _ = four
    body = permutohedron(net, data, 1, nodes=(0, 1, 3), subdivisions=4)
    assert (body.corners.shape, body.vertices.shape[1], len(body.losses)) == ((6, 2), 2, 6 * 15)
    np.testing.assert_allclose(body.corner_losses, float(pv.loss(net, data)), rtol=1e-12)
    centre = body.vertices.norm(dim=1) < 1e-12
    assert int(centre.sum()) == 6
    np.testing.assert_allclose(body.losses[centre], body.centre_loss, rtol=1e-12)


def test_single_precision_is_close(four):
    net, data, body = four
    single = permutohedron(net, data, 1, subdivisions=6, dtype=torch.float32)
    assert single.losses.dtype == torch.float32
    np.testing.assert_allclose(single.losses, body.losses, rtol=1e-4)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"layer": 0}, "Layer"),
        ({"layer": 2}, "Layer"),
        ({"nodes": (0, 1)}, "three or four"),
        ({"nodes": (0, 1, 1)}, "three or four"),
        ({"nodes": (0, 1, 4)}, "three or four"),
        ({"subdivisions": 0}, "Subdivisions"),
        ({"neighbours": "ranks"}, "Neighbours"),
        ({"values": (1.0, 2.0, 3.0)}, "values"),
        ({"values": (1.0, 3.0, 2.0, 4.0)}, "rising"),
    ],
)
def test_bad_input(four, change, word):
    net, data, _ = four
    with pytest.raises(ValueError, match=word):
        permutohedron(net, data, **{"layer": 1, **change})


def test_a_batch_is_refused(four):
    net, data, _ = four
    with pytest.raises(ValueError, match="take one of them"):
        permutohedron(pv.stack([net, net]), data, 1)
