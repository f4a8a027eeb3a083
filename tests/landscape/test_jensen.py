"""Jensen's curve against one average after another."""

import math

import numpy as np
import pytest

import permviz as pv
from permviz.landscape.jensen import jensen_curve
from permviz.symmetry.averaging import shuffled_permutations, symmetric_average
from tests import oracles
from tests.cases import Case, dataset_for


@pytest.mark.parametrize("activation", ["tanh", "relu", "gaussian"])
def test_jensen_curve_agrees_with_one_average_after_another(activation):
    case = Case((2, 3, 2, 1), activation, seed=2)
    net, data = case.network(), dataset_for(case.spec)
    curve = jensen_curve(net, data, seed=5)
    copies = [oracles.vector(oracles.permuted(net, [o.tolist() for o in p.orders]))
              for p in shuffled_permutations(net.spec, seed=5)]  # fmt: skip
    expected = [oracles.loss(oracles.network(net.spec, np.mean(copies[:m], axis=0)), data) for m in range(1, len(copies) + 1)]
    np.testing.assert_allclose(curve.losses, expected, rtol=1e-11)
    assert curve.counts.tolist() == list(range(1, 13))
    assert curve.bound == pytest.approx(oracles.loss(net, data), rel=1e-12)
    assert curve.group_average_loss == pytest.approx(expected[-1], rel=1e-11)
    assert curve.complete
    assert not jensen_curve(net, data, most=5).complete


def test_a_convex_loss_obeys_jensen_along_the_whole_curve():
    """Negative control: with only the output layer free and hidden neurons equal, the loss is convex and never rises."""
    net = Case((2, 4, 1), "tanh").network()
    equal = pv.Network((net.weights[0][:1].expand(4, 2), net.weights[1]), (net.biases[0][:1].expand(4), net.biases[1]), "tanh")
    curve = jensen_curve(equal, dataset_for(net.spec))
    assert float(curve.losses.max()) <= curve.bound + 1e-12


def test_the_average_of_a_good_network_is_worse_than_guessing():
    """Two moons, 2-3-1 tanh: the averages over all copies, and over all copies and flips, against always saying 50 %."""
    data = pv.load_dataset("moons")
    run = pv.train(pv.NetworkSpec((2, 3, 1)), data, seeds=range(4), steps=20, method="second-order")
    net = run.networks[int(run.losses.argmin())]
    curve = jensen_curve(net, data)
    assert curve.bound < 0.1
    assert curve.group_average_loss > math.log(2)
    assert float(pv.loss(symmetric_average(net, signed=True), data)) >= math.log(2) - 1e-12
