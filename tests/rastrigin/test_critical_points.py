import numpy as np
import pytest
import torch

from permviz.rastrigin.critical_points import find_critical_points
from permviz.rastrigin.function import rastrigin_curvature, rastrigin_function, rastrigin_gradient, rastrigin_points


def _rastrigin(points):
    return rastrigin_function(points), rastrigin_gradient(points), torch.diag_embed(rastrigin_curvature(points))


def _box(count, half_width, seed=0, dimensions=2):
    generator = torch.Generator().manual_seed(seed)
    return half_width * (2 * torch.rand(count, dimensions, generator=generator, dtype=torch.float64) - 1)


def test_all_of_rastrigins_are_found_and_named():
    at, index = rastrigin_points(half_width=1.7).in_plane()
    found = find_critical_points(_rastrigin, _box(2000, 1.7), half_width=1.7)
    assert len(found) == len(at)
    order, expected = (np.lexsort(points.numpy().round(6).T) for points in (found.points, at))
    np.testing.assert_allclose(found.points[order], at[expected], atol=1e-9)
    np.testing.assert_array_equal(found.index[order], index[expected])
    assert found.gradient_norms.max() <= found.gradient_tolerance
    assert found.hits.sum() + found.left + found.stalled == found.starts == 2000
    np.testing.assert_allclose(found.values, rastrigin_function(found.points))
    assert len(found.minima) == 9


def test_too_few_starts_find_too_little():
    found = find_critical_points(_rastrigin, _box(5, 1.7), half_width=1.7)
    assert 0 < len(found) <= 5


def test_classes_modulo_a_symmetry():
    found = find_critical_points(_rastrigin, _box(2000, 1.7), 1.7, canonical=lambda p: p.abs().sort(dim=-1).values)
    at, _ = rastrigin_points(half_width=1.7).in_plane()
    assert len(found) == len(np.unique(np.sort(np.abs(at.numpy().round(6)), axis=1), axis=0))


def test_flat_points_are_not_named():
    def quartic(p):
        return (p**4).sum(-1), 4 * p**3, torch.diag_embed(12 * p**2)

    found = find_critical_points(quartic, _box(20, 1.0), half_width=1.0)
    assert set(found.index.tolist()) == {-1}


def test_a_point_where_there_is_none_is_not_named():
    """``x^3 / 6 + 1e-11 x`` has no critical point, though slope and curvature pass at 1.1e-6."""

    def cubic(p):
        return (p**3 / 6 + 1e-11 * p).sum(-1), p**2 / 2 + 1e-11, torch.diag_embed(p)

    found = find_critical_points(cubic, torch.tensor([[1.1e-6]], dtype=torch.float64), half_width=1.0, steps=0)
    assert found.gradient_norms.max() <= found.gradient_tolerance
    assert found.spectra.min() > found.curvature_tolerance
    assert found.index.tolist() == [-1]


def test_what_runs_away_or_rests_elsewhere_is_counted_and_not_named():
    def slope(p):  # no critical point at all; |gradient| falls for ever to the right
        g = torch.exp(-p)
        return -g.sum(-1), g, torch.diag_embed(-g)

    away = find_critical_points(slope, _box(20, 1.0), half_width=1.0)
    assert (len(away), away.left) == (0, 20)

    def bent(p):  # f' = 1 + x^2: its least value, at 0, is not 0
        return (p + p**3 / 3).sum(-1), 1 + p**2, torch.diag_embed(2 * p)

    rests = find_critical_points(bent, _box(20, 1.0), half_width=1.0)
    assert (len(rests), rests.stalled) == (0, 20)


@pytest.mark.parametrize(
    "starts", [torch.zeros(3), torch.zeros(0, 2), torch.full((1, 2), 3.0), torch.full((1, 2), float("nan"))]
)
def test_bad_starts(starts):
    with pytest.raises(ValueError, match="Starts"):
        find_critical_points(_rastrigin, starts, half_width=1.0)
