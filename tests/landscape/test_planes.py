"""Planes: against loops over points, the geometry of their anchors, and the symmetry of three copies."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import Tensor

import permviz as pv
from tests import oracles
from tests.cases import dataset_for, drawn


def point(origin: pv.Network, axes: tuple[pv.Network, pv.Network], xy: Tensor) -> pv.Network:
    theta = origin.flatten() + float(xy[0]) * axes[0].flatten() + float(xy[1]) * axes[1].flatten()
    return pv.unflatten(origin.spec, theta)


def three_fold(plane: pv.PlaneSlice) -> float:
    """``max |L(z) - L(R z)|`` over points of the window, ``R`` the rotation by a third about the centre."""
    points = torch.cartesian_prod(plane.x, plane.y)
    c, s = -0.5, math.sqrt(3) / 2
    turned = points @ torch.tensor([[c, s], [-s, c]], dtype=torch.float64)
    return float((plane.at(points) - plane.at(turned)).abs().max())


def cycle_plane(widths: tuple[int, ...], layer: int, **options: object) -> pv.PlaneSlice:
    net = drawn(widths)
    cycle = pv.Permutation.cycle(net.spec, layer, (0, 1, 2))
    copies = cycle(net), (cycle @ cycle)(net)
    return pv.plane_slice(net, *copies, dataset_for(net.spec), resolution=9, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(("widths", "layer"), [((2, 4, 1), 1), ((2, 3, 4, 2), 2)])
def test_the_plane_of_a_three_cycle_is_three_fold_symmetric(widths: tuple[int, ...], layer: int) -> None:
    plane = cycle_plane(widths, layer)
    assert three_fold(plane) < 1e-13
    radii = plane.anchors.norm(dim=1)
    torch.testing.assert_close(radii, radii[:1].expand(3), rtol=1e-13, atol=0)


def test_a_plane_through_a_stranger_is_not_symmetric() -> None:
    net = drawn((2, 4, 1))
    cycle = pv.Permutation.cycle(net.spec, 1, (0, 1, 2))
    stranger = pv.plane_slice(net, cycle(net), drawn((2, 4, 1), seed=9), dataset_for(net.spec), resolution=9)
    assert three_fold(stranger) > 1e-3


def test_a_plane_is_the_loss_point_by_point() -> None:
    networks = [drawn((2, 3, 4, 2), seed=seed) for seed in range(3)]
    data = dataset_for(networks[0].spec)
    plane = pv.plane_slice(*networks, data, resolution=5, margin=0.3)
    for (i, y), (j, x) in itertools.product(enumerate(plane.y), enumerate(plane.x)):
        here = point(plane.origin, plane.axes, torch.stack([x, y]))
        assert float(plane.losses[i, j]) == pytest.approx(float(pv.loss(here, data)), rel=1e-10)
    single = pv.plane_slice(*networks, data, resolution=5, margin=0.3, dtype=torch.float32)
    assert single.losses.dtype == torch.float32
    torch.testing.assert_close(single.losses.double(), plane.losses, rtol=2e-5, atol=2e-6)


def test_a_plane_goes_through_its_anchors_and_keeps_distances() -> None:
    networks = [drawn((2, 3, 4, 2), seed=seed) for seed in range(3)]
    data = dataset_for(networks[0].spec)
    plane = pv.plane_slice(*networks, data, resolution=3, margin=0.25)
    for net, xy, value in zip(networks, plane.anchors, plane.anchor_losses, strict=True):
        torch.testing.assert_close(point(plane.origin, plane.axes, xy).flatten(), net.flatten(), rtol=0, atol=1e-13)
        torch.testing.assert_close(value, pv.loss(net, data), rtol=1e-14, atol=0)  # a batch rounds otherwise than one alone
    torch.testing.assert_close(plane.at(plane.anchors), plane.anchor_losses, rtol=1e-11, atol=0)
    for i, j in itertools.combinations(range(3), 2):
        distance = (networks[i].flatten() - networks[j].flatten()).norm()
        assert float((plane.anchors[i] - plane.anchors[j]).norm()) == pytest.approx(float(distance), rel=1e-12)
    torch.testing.assert_close(plane.anchors.mean(0), torch.zeros(2, dtype=torch.float64), rtol=0, atol=1e-13)
    assert plane.anchors[0, 0] == pytest.approx(0, abs=1e-13)
    assert plane.anchors[0, 1] > 0
    assert float(plane.x[-1]) == float(plane.y[-1]) == pytest.approx(1.25 * float(plane.anchors.norm(dim=1).max()))


def test_axes_are_orthonormal_even_when_the_three_nearly_lie_on_a_line() -> None:
    a, b, aside = (drawn((2, 4, 1), seed=seed) for seed in range(3))
    c = pv.unflatten(a.spec, oracles.interpolated(a, b, 0.6).flatten() + 1e-7 * aside.flatten())
    plane = pv.plane_slice(a, b, c, dataset_for(a.spec), resolution=3)
    axes = torch.stack([axis.flatten() for axis in plane.axes])
    torch.testing.assert_close(axes @ axes.T, torch.eye(2, dtype=torch.float64), rtol=0, atol=1e-14)


def test_projection() -> None:
    plane = cycle_plane((2, 4, 1), 1)
    where = torch.tensor([[0.3, -1.2], [2.0, 0.5]], dtype=torch.float64)
    theta = torch.stack([point(plane.origin, plane.axes, xy).flatten() for xy in where])
    beside = torch.randn(theta.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for axis in plane.axes:
        beside -= (beside @ axis.flatten())[:, None] * axis.flatten()
    coordinates, distances = plane.project(pv.unflatten(plane.origin.spec, theta + beside))
    torch.testing.assert_close(coordinates, where, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(distances, beside.norm(dim=1), rtol=1e-12, atol=1e-12)
    with pytest.raises(ValueError, match="Widths"):
        plane.project(drawn((2, 5, 1)))


def test_three_points_that_span_no_plane_are_refused_by_name() -> None:
    a, b = drawn((2, 4, 1)), drawn((2, 4, 1), seed=1)
    data = dataset_for(a.spec)
    for networks, pair in (((a, a, b), "A and B"), ((a, b, a), "A and C"), ((b, a, a), "B and C")):
        with pytest.raises(ValueError, match=f"Networks {pair} are the same point"):
            pv.plane_slice(*networks, data)
    for t in (0.5, -1.0, 3.0):
        between = oracles.interpolated(a, b, t)
        for order in itertools.permutations((a, b, between)):
            with pytest.raises(ValueError, match="lie on one line"):
                pv.plane_slice(*order, data)


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e140])
def test_planes_through_very_small_and_very_large_networks(scale: float) -> None:
    """Squares of these numbers are 0 or infinite; the three are as different as they were."""
    networks = [drawn((2, 4, 1), seed=seed) for seed in range(3)]
    data = dataset_for(networks[0].spec)
    usual = pv.plane_slice(*networks, data, resolution=3)
    plane = pv.plane_slice(*(net.map(lambda p: scale * p) for net in networks), data, resolution=3)
    torch.testing.assert_close(plane.anchors / scale, usual.anchors, rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(plane.x / scale, usual.x, rtol=1e-9, atol=0)
    with pytest.raises(ValueError, match="same point"):
        pv.plane_slice(*(net.map(lambda p: scale * p) for net in (*networks[:2], networks[0])), data)


def test_weights_whose_distances_underflow_are_refused() -> None:
    net = drawn((2, 3, 1)).map(lambda p: 5e-324 * p.sign())
    turn = pv.Permutation.cycle(net.spec, 1, (0, 1, 2))
    data = pv.load_dataset("moons", samples=20)
    with pytest.raises(ValueError, match="span no plane"):
        pv.plane_slice(net, turn(net), (turn @ turn)(net), data, resolution=3)


def test_weights_whose_distances_overflow_are_refused() -> None:
    networks = [drawn((2, 4, 1), seed=seed).map(lambda p: 1e200 * p) for seed in range(3)]
    with pytest.raises(ValueError, match="else distances overflow"):
        pv.plane_slice(*networks, dataset_for(networks[0].spec))


def test_planes_refuse_what_does_not_fit() -> None:
    a, b, c = (drawn((2, 4, 1), seed=seed) for seed in range(3))
    data = dataset_for(a.spec)
    with pytest.raises(ValueError, match="expected a single network"):
        pv.plane_slice(a, b, pv.stack([c, c]), data)
    with pytest.raises(ValueError, match="different shapes"):
        pv.plane_slice(a, b, drawn((2, 5, 1)), data)
    with pytest.raises(ValueError, match="not finite"):
        pv.plane_slice(a, b, c.map(lambda p: p * math.inf), data)
    with pytest.raises(ValueError, match="Margin"):
        pv.plane_slice(a, b, c, data, margin=-0.1)
    for resolution in (1, 10**6, 5.5):
        with pytest.raises(ValueError, match="Resolution"):
            pv.plane_slice(a, b, c, data, resolution=resolution)  # type: ignore[arg-type]
    for options in ({"normalization": "layer"}, {"span": 0.0}, {"span": math.nan}, {"seed": -1}):
        with pytest.raises(ValueError, match=next(iter(options))[1:]):
            pv.random_plane(a, data, **options)  # type: ignore[arg-type]


def test_random_directions_are_normalised_filter_by_filter() -> None:
    net = drawn((2, 3, 4, 2))
    net = pv.Network((100 * net.weights[0], *net.weights[1:]), net.biases)
    plane = pv.random_plane(net, dataset_for(net.spec), seed=3, resolution=3)
    for axis in plane.axes:
        for k in range(3):
            for i in range(net.weights[k].shape[0]):
                own = math.hypot(*net.weights[k][i].tolist(), float(net.biases[k][i]))
                drawn_row = math.hypot(*axis.weights[k][i].tolist(), float(axis.biases[k][i]))
                assert drawn_row == pytest.approx(own, rel=1e-12)


def test_random_planes() -> None:
    net = drawn((2, 3, 4, 2))
    data = dataset_for(net.spec)
    plane = pv.random_plane(net, data, seed=3, resolution=5, span=0.7)
    assert plane.anchors.tolist() == [[0, 0]]
    torch.testing.assert_close(plane.anchor_losses[0], pv.loss(net, data), rtol=1e-14, atol=0)
    assert float(plane.losses[2, 2]) == pytest.approx(float(pv.loss(net, data)), rel=1e-12)
    assert float(plane.x[-1]) == 0.7
    here = point(plane.origin, plane.axes, torch.stack([plane.x[4], plane.y[1]]))
    assert float(plane.losses[1, 4]) == pytest.approx(float(pv.loss(here, data)), rel=1e-10)
    again = pv.random_plane(net, data, seed=3, resolution=5, span=0.7)
    assert torch.equal(plane.losses, again.losses)
    other = pv.random_plane(net, data, seed=4, resolution=5, span=0.7)
    assert not torch.allclose(plane.losses, other.losses)


def test_unnormalised_directions_are_standard_normal() -> None:
    net = drawn((20, 30, 1))
    plane = pv.random_plane(net, dataset_for(net.spec), normalization="none", resolution=2)
    entries = torch.stack([axis.flatten() for axis in plane.axes])
    assert float(entries.std()) == pytest.approx(1, abs=0.1)
    assert abs(float(entries.mean())) < 0.1
