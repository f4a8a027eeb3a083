"""Arguments and the barrier of linear networks with weight decay: they are of the objective, and say so."""

from __future__ import annotations

import math

import pytest
import torch

import permviz as pv
from tests.cases import drawn
from tests.test_weight_decay import oracle


def test_the_argument_of_the_average_is_of_the_objective_and_says_so() -> None:
    data = pv.load_dataset("moons", samples=60)
    net = pv.train(pv.NetworkSpec((2, 4, 1)), data, [0], steps=400).networks[0]
    for decay, words in ((0.0, "has the loss 0"), (1e-4, "has the loss plus decay 0")):
        found = pv.jensen_argument(net, data.with_weight_decay(decay))
        assert found.holds
        assert words in found.statement
        assert math.isclose(found.low, float(oracle(net, data, decay)), rel_tol=1e-12)
        assert math.isclose(found.high, float(oracle(pv.symmetric_average(net), data, decay)), rel_tol=1e-12)
    # Enough of it, being convex, silences the argument: far out the average has the lesser norm.
    assert pv.jensen_argument(net, data.with_weight_decay(10.0)).holds is False
    assert pv.jensen_argument(net, data.with_weight_decay(1e-4), signed=True).holds is not None


def test_a_sigmoids_flips_are_no_argument_with_decay() -> None:
    data = pv.load_dataset("moons", samples=40)
    net = drawn((2, 3, 1), "sigmoid")
    assert pv.jensen_argument(net, data, signed=True).holds is not None
    refused = pv.jensen_argument(net, data.with_weight_decay(0.01), signed=True)
    assert refused.holds is None
    assert "a sigmoid's flip moves the next bias" in refused.hypothesis
    assert pv.jensen_argument(net, data.with_weight_decay(0.01)).holds is not None


def test_the_width_argument_compares_the_objective_with_narrow_losses_without_decay() -> None:
    data, least = pv.load_dataset("teacher", samples=60), pv.LeastLoss((2, 1, 1), 0.7, starts=12, converged=12, agreeing=4)
    wide = pv.train(pv.NetworkSpec((2, 4, 1)), data, [0], steps=200, method="second-order", weight_decay=1e-4).networks[0]
    held = pv.width_argument(wide, data.with_weight_decay(1e-4), least)
    assert held.holds
    assert "has the loss plus decay" in held.statement
    assert math.isclose(held.low, float(oracle(wide, data, 1e-4)), rel_tol=1e-12)
    assert pv.width_argument(wide, data.with_weight_decay(1.0), least).holds is False
    narrow = pv.least_loss(pv.train(pv.NetworkSpec((2, 1, 1)), data, range(2), steps=5, weight_decay=0.01))
    assert narrow.weight_decay == 0.01
    with pytest.raises(ValueError, match=r"weight decay 0\.01 given"):
        pv.width_argument(wide, data, narrow)


def test_the_barrier_of_linear_networks_is_exact_with_decay_and_its_closed_form_stays_at_minima() -> None:
    x = torch.randn(40, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    data = pv.Dataset("linear", x, x @ x.new_tensor([[1.0, 0.5], [-0.5, 2.0]]) + 0.3, "squared", ("x", "y"), ("u", "v"))
    data = data.with_weight_decay(0.05)
    run = pv.train(pv.NetworkSpec((2, 3, 2), "linear"), data, range(3), steps=400, method="second-order")
    for net, optimal in ((drawn((2, 3, 2), "linear"), False), (run.networks[0], True)):
        for nodes in ((0, 1), (0, 2), (1, 2)):
            found = pv.linear_barrier(net, data, nodes, tolerance=1e-7)
            middle = 0.5 * (net + pv.Permutation.transposition(net.spec, 1, nodes)(net))
            measured = float(oracle(middle, data, 0.05) - oracle(net, data, 0.05))
            assert math.isclose(found.barrier, measured, rel_tol=1e-9, abs_tol=1e-12)
            assert found.optimal == optimal
            assert math.isclose(found.barrier, found.quadratic, rel_tol=1e-6, abs_tol=1e-9) == optimal
            assert found.decay < 0
