import itertools
import math

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.landscape.stationary import certify_point
from permviz.rastrigin.critical_counts import count_critical_points
from permviz.rastrigin.one_weight import PRESETS, OneWeightNeurons, bump_neurons
from permviz.rastrigin.one_weight_surfaces import one_weight_permutohedron, one_weight_plane

SIGMAS = {
    "sin": math.sin,
    "gaussian": lambda z: math.exp(-z * z),
    "tanh": math.tanh,
    "gelu": lambda z: z * (1 + math.erf(z / math.sqrt(2))) / 2,
}


def _plain_loss(neurons, weights):
    """The loss written out, one sample and one neuron at a time."""
    sigma, total = SIGMAS[neurons.activation], 0.0
    for s in range(neurons.samples):
        x = -neurons.reach + 2 * neurons.reach * s / (neurons.samples - 1)
        f, y = (neurons.outgoing * sum(sigma(w * x + neurons.bias) for w in ws) for ws in (weights, neurons.teacher))
        total += (f - y) ** 2
    return total / neurons.samples


@pytest.fixture(scope="module")
def planes():
    return {name: one_weight_plane(neurons, resolution=21, starts=256) for name, neurons in PRESETS.items()}


@pytest.mark.parametrize("name", PRESETS)
def test_derivatives(name):
    neurons = PRESETS[name]
    points = torch.tensor([[0.3, -1.2, 2.0], [0.5, 0.5, -0.1]], dtype=torch.float64)
    values, gradients, hessians = neurons.derivatives(points)
    for point, value, gradient, hessian in zip(points, values, gradients, hessians, strict=True):
        assert float(value) == pytest.approx(_plain_loss(neurons, point.tolist()), rel=1e-12)
        at = point.clone().requires_grad_(True)
        (slope,) = torch.autograd.grad(pv.loss(neurons.network(at), neurons.data), at)
        torch.testing.assert_close(gradient, slope)
        bend = torch.autograd.functional.hessian(lambda p: pv.loss(neurons.network(p), neurons.data), point)
        torch.testing.assert_close(hessian, bend)


def test_fixed_parts_enter_the_derivatives():
    neurons = OneWeightNeurons((-1.0, 2.0), "tanh", bias=-0.4, outgoing=1.7, reach=1.3, samples=9)
    point = torch.tensor([0.3, -1.2], dtype=torch.float64)
    value, gradient, hessian = (part[0] for part in neurons.derivatives(point[None]))
    assert float(value) == pytest.approx(_plain_loss(neurons, point.tolist()), rel=1e-12)
    loss = lambda p: pv.loss(neurons.network(p), neurons.data)  # noqa: E731
    torch.testing.assert_close(gradient, torch.autograd.functional.jacobian(loss, point))
    torch.testing.assert_close(hessian, torch.autograd.functional.hessian(loss, point))


def test_linear_activation_has_no_bend():
    _, _, hessian = OneWeightNeurons((1.0, 2.0), "linear").derivatives(torch.zeros(1, 2, dtype=torch.float64))
    torch.testing.assert_close(hessian[0], hessian[0, 0, 0].expand(2, 2))


@pytest.mark.parametrize("n", [2, 3, 4])
def test_the_copies_lie_in_the_hyperplane_and_distances_are_kept(n):
    neurons = bump_neurons(n)
    copies = neurons.copies()
    assert len(copies) == math.factorial(n)
    coordinates = neurons.to_coordinates(copies)
    assert coordinates.shape == (len(copies), n - 1)
    torch.testing.assert_close(neurons.to_weights(coordinates), copies)
    torch.testing.assert_close(torch.cdist(coordinates, coordinates), torch.cdist(copies, copies), atol=1e-7, rtol=0)
    assert float(neurons.derivatives(copies)[0].max()) < 1e-28
    outside = copies + 0.5
    assert not torch.allclose(neurons.to_weights(neurons.to_coordinates(outside)), outside)


def _mirrored(neurons, points, i, j):
    """Points after neurons i and j have changed places."""
    order = list(range(3))
    order[i], order[j] = j, i
    return neurons.to_coordinates(neurons.to_weights(points)[..., order])


@pytest.mark.parametrize("name", PRESETS)
def test_six_fold_mirror_symmetry(name):
    neurons = PRESETS[name]
    points = 4 * torch.randn(50, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    losses, _ = neurons.plane_surface(points)
    for i, j in itertools.combinations(range(3), 2):
        image = _mirrored(neurons, points, i, j)
        torch.testing.assert_close(neurons.plane_surface(image)[0], losses, atol=1e-12, rtol=1e-12)
        # A reflection: it keeps lengths, is its own inverse, and fixes the line w_i = w_j through the centre.
        torch.testing.assert_close(image.norm(dim=1), points.norm(dim=1))
        torch.testing.assert_close(_mirrored(neurons, image, i, j), points)
        middle = (points + image) / 2
        weights = neurons.to_weights(middle)
        torch.testing.assert_close(weights[:, i], weights[:, j])


def test_unequal_outgoing_weights_break_the_symmetry():
    neurons = PRESETS["sin"]
    net = neurons.network(torch.tensor(neurons.teacher, dtype=torch.float64))
    unequal = pv.Network((net.weights[0], net.weights[1] * torch.tensor([1.0, 1.2, 0.8])), net.biases, "sin")
    data = pv.Dataset("own", neurons.data.inputs, unequal(neurons.data.inputs), "squared", ("x",), ("y",))
    swapped = pv.Network((unequal.weights[0][[1, 0, 2]], unequal.weights[1]), unequal.biases, "sin")
    assert float(pv.loss(swapped, data)) > 1e-3


@pytest.mark.parametrize("name", PRESETS)
def test_the_orders_move_the_plane_as_a_group_of_turns_and_mirrors(planes, name):
    neurons, maps = PRESETS[name], planes[name].mirrorings()
    points = torch.randn(20, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    for found, order in zip(maps, itertools.permutations(range(3)), strict=True):
        wanted = neurons.to_coordinates(neurons.to_weights(points)[:, list(order)])
        torch.testing.assert_close(points @ found.mT, wanted, atol=1e-13, rtol=0)
        found = found.numpy()
        np.testing.assert_allclose(found.T @ found, np.eye(2), atol=1e-15)
        assert any(np.allclose(found @ found @ found, m) for m in (np.eye(2), found)), "a turn by a third, or a mirror"
    assert sorted(np.sign(np.linalg.det(maps))) == [-1, -1, -1, 1, 1, 1]
    loss = neurons.plane_surface(points)[0]
    quarter = torch.stack([-points[:, 1], points[:, 0]], dim=1)
    assert not torch.allclose(neurons.plane_surface(quarter)[0], loss), "negative control: a quarter turn is no symmetry"


@pytest.mark.parametrize("name", PRESETS)
def test_the_map_is_the_loss_itself(planes, name):
    plane, neurons = planes[name], PRESETS[name]
    for row, column in ((0, 0), (3, 17), (20, 5), (11, 11)):
        weights = neurons.to_weights(plane.axis[[column, row]])
        assert float(plane.losses[row, column]) == pytest.approx(_plain_loss(neurons, weights.tolist()), rel=1e-10)
        torch.testing.assert_close(plane.grid_weights[row, column], weights, rtol=0, atol=0)
    np.testing.assert_allclose(plane.weights(plane.copies), neurons.copies(), atol=1e-12)


@pytest.mark.parametrize("name", PRESETS)
def test_critical_points_on_the_plane(planes, name):
    plane, neurons = planes[name], PRESETS[name]
    for copy in plane.copies:
        assert float((plane.critical.minima - copy).abs().sum(1).min()) < 1e-6
    restricted = lambda c: neurons.plane_surface(c[None])[0][0]  # noqa: E731
    for point, index in zip(plane.critical.points[::4], plane.critical.index[::4], strict=True):
        loss = lambda c: pv.loss(neurons.network(neurons.to_weights(c)), neurons.data)  # noqa: E731
        found = certify_point(loss, point)
        assert found.stationary
        assert found.index == index
        assert float(restricted(point)) == pytest.approx(float(loss(point)))
    assert 6 <= plane.truly_critical.sum() < len(plane.critical)


def test_the_bump_has_more_wells_than_gelu(planes):
    assert len(planes["gaussian"].critical) > len(planes["gelu"].critical)


def test_the_hull_of_24_copies_is_exact():
    """No piece of this body is bent: its points are weights, and the painted loss is the loss there."""
    neurons = bump_neurons(4)
    body = one_weight_permutohedron(neurons, subdivisions=4)
    weights = neurons.to_weights(body.vertices)
    np.testing.assert_allclose(body.losses, neurons.derivatives(weights)[0], atol=1e-12)
    assert body.corner_losses.max() < 1e-28
    corners = neurons.to_weights(body.corners).numpy()
    expected = {tuple(row) for row in neurons.copies().numpy().round(9)}
    assert {tuple(row) for row in corners.round(9)} == expected
    for corner, row in enumerate(corners):
        np.testing.assert_allclose(row, np.array(neurons.teacher)[list(body.order(corner))], atol=1e-12)


def test_critical_points_of_one_neuron_against_a_scan():
    neurons = bump_neurons(1)
    found = count_critical_points(neurons, starts=128)
    w = torch.linspace(-6, 6, 20_001, dtype=torch.float64)[:, None]
    slope = np.diff(neurons.derivatives(w)[0].numpy())
    minima = int(((slope[:-1] < 0) & (slope[1:] > 0)).sum())
    maxima = int(((slope[:-1] > 0) & (slope[1:] < 0)).sum())
    assert found.by_index == (minima, maxima) == (2, 2)


def _winding(neurons, half_width):
    """Turns of the gradient along the border of the box: by Poincare and Hopf the sum of (-1)^index inside."""
    t = np.linspace(-half_width, half_width, 20_001)
    full = np.full_like(t, half_width)
    border = np.concatenate([np.c_[t, -full], np.c_[full, t], np.c_[-t, full], np.c_[-full, -t]])
    _, gradient, _ = neurons.derivatives(torch.from_numpy(border))
    angle = np.unwrap(np.arctan2(gradient[:, 1].numpy(), gradient[:, 0].numpy()))
    return round((angle[-1] - angle[0]) / (2 * np.pi))


def test_critical_points_of_two_neurons():
    """Seven minima of 25, all counted alike by the degree of the gradient on the border, which no search enters."""
    neurons = bump_neurons(2)
    found = count_critical_points(neurons, starts=512)
    assert found.by_index == (7, 14, 4)
    assert (found.total, found.degenerate) == (25, 0)
    minima, saddles, maxima = found.by_index
    assert minima - saddles + maxima == _winding(neurons, found.half_width)


def test_classes_stand_for_all_their_copies():
    found = count_critical_points(bump_neurons(2), starts=256)
    for point, copies in zip(found.classes.points.numpy(), found.copies.tolist(), strict=True):
        assert copies == len({tuple(order) for order in itertools.permutations(point.round(4))})
        for order in itertools.permutations(point):
            gradient = found.neurons.derivatives(torch.tensor([order], dtype=torch.float64))[1]
            assert float(gradient.norm()) <= found.classes.gradient_tolerance


def test_searches_are_repeatable():
    first, second = (count_critical_points(bump_neurons(1), starts=64, seed=5) for _ in range(2))
    np.testing.assert_array_equal(first.classes.points, second.classes.points)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: OneWeightNeurons((1.0, 1.0)), "rising"),
        (lambda: OneWeightNeurons(()), "Teacher"),
        (lambda: OneWeightNeurons((1.0,), "relu"), "smooth"),
        (lambda: OneWeightNeurons((1.0,), outgoing=0.0), "outgoing"),
        (lambda: OneWeightNeurons((1.0,), samples=1), "Samples"),
        (lambda: bump_neurons(5), "1 to 4"),
        (lambda: bump_neurons(3).network(torch.zeros(2)), "expected"),
        (lambda: one_weight_plane(bump_neurons(4)), "three"),
        (lambda: one_weight_plane(bump_neurons(3), resolution=1), "Resolution"),
        (lambda: one_weight_permutohedron(bump_neurons(2)), "three or four"),
        (lambda: count_critical_points(bump_neurons(1), starts=0), "Starts"),
        (lambda: count_critical_points(bump_neurons(1), half_width=0.0), "Half-width"),
    ],
)
def test_bad_input(call, word):
    with pytest.raises(ValueError, match=word):
        call()
