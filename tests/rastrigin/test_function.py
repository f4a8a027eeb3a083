import itertools

import numpy as np
import pytest
import torch

from permviz.rastrigin.function import (
    rastrigin_curvature,
    rastrigin_function,
    rastrigin_gradient,
    rastrigin_line,
    rastrigin_points,
)

SETTINGS = [(10.0, 5.12), (10.0, 2.5), (3.0, 4.0), (0.2, 3.0), (25.0, 1.0)]


def _scanned(amplitude: float, half_width: float) -> tuple[int, int]:
    """Minima and maxima by looking at a very fine table of values."""
    x = np.linspace(-half_width, half_width, 400_001)
    f = amplitude + x * x - amplitude * np.cos(2 * np.pi * x)
    rising = np.diff(f) > 0
    return int((~rising[:-1] & rising[1:]).sum()), int((rising[:-1] & ~rising[1:]).sum())


def test_value_by_hand():
    x = torch.tensor([0.5, -1.0, 0.25], dtype=torch.float64)
    expected = 10 * 3 + (0.25 + 10) + (1 - 10) + (0.0625 - 0)
    assert float(rastrigin_function(x)) == pytest.approx(expected, abs=1e-12)


def test_derivatives_against_autograd():
    x = torch.linspace(-4.7, 4.9, 12, dtype=torch.float64).reshape(4, 3).requires_grad_(True)
    (gradient,) = torch.autograd.grad(rastrigin_function(x, 7.0).sum(), x)
    torch.testing.assert_close(rastrigin_gradient(x.detach(), 7.0), gradient)
    hessian = torch.autograd.functional.hessian(lambda p: rastrigin_function(p, 7.0), x[1].detach())
    torch.testing.assert_close(torch.diag(rastrigin_curvature(x[1].detach(), 7.0)), hessian)


@pytest.mark.parametrize(("amplitude", "half_width"), SETTINGS)
def test_roots_are_all_there(amplitude, half_width):
    points = rastrigin_points(amplitude, half_width)
    assert (len(points.minima), len(points.maxima)) == _scanned(amplitude, half_width)
    line = torch.cat([points.minima, points.maxima])
    assert float(rastrigin_gradient(line, amplitude).abs().max()) < 1e-11
    assert bool((rastrigin_curvature(points.minima, amplitude) > 0).all())
    assert bool((rastrigin_curvature(points.maxima, amplitude) < 0).all())


def test_the_known_counts_and_that_they_depend_on_the_interval():
    points = rastrigin_points()
    for n in (1, 2, 5):
        assert points.count_by_index(n)[0] == 11**n
        assert points.count(n) == 21**n
    assert rastrigin_points(half_width=4.0).count(2) != 441


def test_a_bowl_has_one_critical_point():
    assert rastrigin_points(0.0).count_by_index(3) == (1, 0, 0, 0)
    # Below 1 / (2 pi^2) the cosine is too weak to bend the bowl.
    assert rastrigin_points(0.05).count(4) == 1


def test_plane_points_against_hessians_and_products():
    points = rastrigin_points(10.0, 1.6)
    at, index = points.in_plane()
    for position, s in zip(at, index.tolist(), strict=True):
        hessian = torch.autograd.functional.hessian(rastrigin_function, position)
        assert int((torch.linalg.eigvalsh(hessian) < 0).sum()) == s
    assert float(rastrigin_gradient(at).abs().max()) < 1e-11
    assert len({tuple(p) for p in at.numpy().round(9)}) == len(at) == points.count(2)
    assert tuple(index.bincount().tolist()) == points.count_by_index(2)


def test_average_of_all_minima_is_the_global_minimum():
    points = rastrigin_points(half_width=2.2)
    every = np.array(list(itertools.product(points.minima.tolist(), repeat=3)))
    np.testing.assert_allclose(every.mean(axis=0), points.average_of_minima(), atol=1e-13)
    assert float(rastrigin_function(torch.from_numpy(every.mean(axis=0)))) == pytest.approx(0, abs=1e-12)


def test_line_values():
    points = rastrigin_points()
    x, values = (part.numpy() for part in rastrigin_line(points, points.minima))
    np.testing.assert_allclose(values, 10 + x * x - 10 * np.cos(2 * np.pi * x))
    assert len(rastrigin_line(points)[0]) == 2001


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: rastrigin_points(amplitude=-1.0), "Amplitude"),
        (lambda: rastrigin_points(amplitude=float("nan")), "Amplitude"),
        (lambda: rastrigin_points(half_width=0.0), "Half-width"),
        (
            lambda: rastrigin_points(amplitude=1 / (2 * np.pi**2) * (-1 / np.cos(4.493409457909064)), half_width=5.0),
            "degenerate",
        ),
        (lambda: rastrigin_points().count(0), "Dimensions"),
    ],
)
def test_bad_input(call, word):
    with pytest.raises(ValueError, match=word):
        call()
