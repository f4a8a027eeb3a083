"""The search of symmetric functions against counts known otherwise, and Morse's sum against points taken away."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
import torch

from permviz.rastrigin.critical_counts import count_critical_points
from permviz.rastrigin.function import rastrigin_curvature, rastrigin_function, rastrigin_gradient, rastrigin_points
from permviz.rastrigin.one_weight import PRESETS, bump_neurons
from permviz.rastrigin.symmetric_search import _partitions, copies_of, find_symmetric_points, morse_sum


def rastrigin(points):
    return rastrigin_function(points), rastrigin_gradient(points), torch.diag_embed(rastrigin_curvature(points))


@pytest.mark.parametrize(
    ("neurons", "by_index"),
    [(1, (2, 2)), (2, (7, 14, 4)), (3, (18, 39, 24, 6)), (4, (24, 108, 140, 53, 10))],
)
def test_bumps_have_the_points_that_interval_subdivision_proves(neurons, by_index):
    """An independent subdivision of the box, by interval arithmetic, left 172,342 boxes for n = 4 and none undecided."""
    found = count_critical_points(bump_neurons(neurons))
    assert found.by_index == by_index
    assert (found.total, found.degenerate) == ((4, 25, 87, 335)[neurons - 1], 0)
    assert found.morse_sum == 1


def test_sines_have_396_points():
    found = count_critical_points(PRESETS["sin"])
    assert (found.total, found.by_index, found.morse_sum) == (396, (60, 162, 136, 38), 1)


def test_all_of_rastrigins_are_found():
    points = rastrigin_points(half_width=1.7)
    found = find_symmetric_points(rastrigin, 3, 1.7, starts=4096)
    copies = copies_of(found.points)
    assert tuple(int(copies[found.index == s].sum()) for s in range(4)) == points.count_by_index(3)
    assert morse_sum(rastrigin, found, 1.7, starts=512) == 1


def test_seeds_do_not_matter():
    totals = {count_critical_points(bump_neurons(3), starts=2048, seed=seed).total for seed in range(4)}
    assert totals == {87}


def without(found, k):
    """The same search had it missed class ``k``."""
    rows = torch.arange(len(found)) != k
    names = ("points", "values", "gradient_norms", "spectra", "index", "hits")
    return dataclasses.replace(found, **{name: getattr(found, name)[rows] for name in names})


def test_morses_sum_notices_every_class_that_is_missing():
    """Negative control of the check."""
    neurons = bump_neurons(3)
    found = find_symmetric_points(neurons.derivatives, 3, 6.0, starts=2048)
    for k in range(0, len(found), 4):
        copies = int(copies_of(found.points[k : k + 1]))
        sign = (-1) ** int(found.index[k])
        assert morse_sum(neurons.derivatives, without(found, k), 6.0, starts=64) == 1 - sign * copies


def test_morses_sum_is_no_number_where_a_point_is_degenerate():
    def quartic(points):
        return (points**4).sum(-1), 4 * points**3, torch.diag_embed(12 * points**2)

    found = find_symmetric_points(quartic, 2, 1.0, starts=32)
    assert set(found.index.tolist()) == {-1}
    assert morse_sum(quartic, found, 1.0, starts=16) is None


def test_morses_sum_of_a_bowl_and_a_hill():
    """By hand: 1 for the bowl, which falls inwards from every face; the hill's 1 - 4 + 4: top, maxima of sides, corners."""
    for signs in ((1.0, 1.0), (-1.0, -1.0)):
        curvatures = torch.tensor(signs, dtype=torch.float64)

        def form(points, curvatures=curvatures):
            bends = torch.diag(curvatures).expand(len(points), 2, 2)
            return (points**2 * curvatures / 2).sum(-1), points * curvatures, bends

        found = find_symmetric_points(form, 2, 1.0, starts=16)
        assert (len(found), int(found.index[0])) == (1, 0 if signs[0] > 0 else 2)
        assert morse_sum(form, found, 1.0, starts=16) == 1


def test_copies_are_the_orders():
    points = torch.tensor([[0.0, 0, 1], [0, 1, 2], [2, 2, 2]], dtype=torch.float64)
    expected = [len(set(itertools.permutations(row))) for row in points.tolist()]
    np.testing.assert_array_equal(copies_of(points), expected)


@pytest.mark.parametrize("whole", range(1, 7))
def test_partitions_are_all_the_ways_to_be_equal(whole):
    """Each pattern of equal weights once: an oracle over all labellings."""
    seen = {
        tuple(sorted((labels.count(label) for label in set(labels)), reverse=True))
        for labels in itertools.product(range(whole), repeat=whole)
    }
    found = list(_partitions(whole))
    assert len(found) == len(set(found))
    assert set(found) == seen
    assert all(math.fsum(parts) == whole for parts in found)
