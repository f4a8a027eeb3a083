"""Midpoints of swaps: against one interpolation after another, and what a global minimum and random weights make of them."""

import math

import pytest

import permviz as pv
from permviz.landscape.midpoints import midpoint_barriers
from tests import oracles
from tests.cases import Case, dataset_for
from tests.landscape.test_convexity import TEACHER, teacher_data


@pytest.mark.parametrize("widths", [(2, 4, 1), (2, 3, 1, 2, 1)])
def test_midpoints_agree_with_one_interpolation_after_another(widths):
    case = Case(widths, "tanh", seed=1)
    net, data = case.network(), dataset_for(case.spec)
    found = midpoint_barriers(net, data)
    own = oracles.loss(net, data)
    assert len(found.swaps) == sum(n * (n - 1) // 2 for n in case.spec.hidden)
    for (layer, i, j), loss, barrier in zip(found.swaps, found.losses, found.barriers, strict=True):
        copy = pv.Permutation.transposition(case.spec, layer, (i, j))(net)
        slow = oracles.line_losses(net, copy, data, [0.5])[0]
        assert float(loss) == pytest.approx(slow, rel=1e-11)
        assert float(barrier) == pytest.approx(slow - own, rel=1e-9, abs=1e-12)


def test_at_random_weights_both_signs_occur_about_equally():
    net = Case((2, 4, 1), "tanh", batch=(200,)).network()
    found = midpoint_barriers(net, pv.load_dataset("moons", samples=100))
    assert found.barriers.shape == (200, 6)
    share = float(found.positive_fraction.mean())
    assert 0.35 < share < 0.65


def test_at_a_global_minimum_no_midpoint_is_better():
    found = midpoint_barriers(TEACHER.network(), teacher_data())
    assert float(found.positive_fraction) == 1
    assert float(found.barriers.min()) > 1e-6


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (Case((2, 1, 1), "tanh").network(), "nothing to swap"),
        (TEACHER.network().map(lambda p: p * math.nan), "parameters that are not finite"),
        (TEACHER.network().map(lambda p: p + math.inf), "parameters that are not finite"),
    ],
)
def test_bad_arguments_are_refused(network, message):
    with pytest.raises(ValueError, match=message):
        midpoint_barriers(network, teacher_data())
