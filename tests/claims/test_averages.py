"""Claims 4, 5 and 7: their numbers against slow computations, and no conclusion where a hypothesis is broken."""

from __future__ import annotations

import numpy as np
import pytest

import permviz as pv
from permviz.claims.table import claim_evidence
from permviz.networks.evaluation import best_constant_loss
from tests import oracles
from tests.claims.readings import SWAP, oracle_network, value


def test_4_the_losses_are_the_oracles(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(4, trained, data)
    mean = oracles.network(trained.spec, oracles.copies(trained).mean(axis=0))
    assert value(found, "loss of every copy") == pytest.approx(oracles.loss(trained, data))
    assert value(found, "loss of their average") == pytest.approx(oracles.loss(mean, data))
    assert value(found, "guessing") == pytest.approx(float(data.targets.var(unbiased=False)))
    ts = [0.0, 0.3, 1.0]
    line = oracles.line_losses(trained, mean, data, ts)
    assert np.allclose(found.details.line.losses.numpy()[[0, 30, 100]], line)


def test_4_is_silent_where_one_node_a_layer_does_as_well(data: pv.Dataset) -> None:
    """Negative control: a network that already is its own average."""
    net = pv.symmetric_average(pv.init_network(pv.NetworkSpec((2, 3, 1)), seed=0))
    found = claim_evidence(4, net, data)
    assert found.holds is False
    assert "silent" in found.conclusion


def test_5_every_midpoint_is_the_oracles(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(5, trained, data)
    copies = [oracle_network(trained, [order]) for order in ((1, 0, 2), (2, 1, 0), (0, 2, 1))]
    middles = np.array([oracles.loss(oracles.interpolated(trained, copy, 0.5), data) for copy in copies])
    own = oracles.loss(trained, data)
    assert np.allclose(found.details.trained.numpy(), middles - own)
    assert value(found, "highest midpoint") == pytest.approx(middles.max())
    assert found.numbers[0].text == f"{int((middles > own + 1e-8).sum())} of 3"
    gradient = oracles.numerical_gradient(oracles.loss_function(trained.spec, data), trained.flatten().numpy())
    assert value(found, "‖∇L‖ at the ends") == pytest.approx(np.linalg.norm(gradient), abs=1e-7)


def test_5_random_networks_are_those_of_the_first_seeds(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(5, trained, data)
    net = pv.init_network(trained.spec, seed=0)
    copy = oracle_network(net, SWAP)
    barrier = oracles.loss(oracles.interpolated(net, copy, 0.5), data) - oracles.loss(net, data)
    assert found.details.random.numpy()[0] == pytest.approx(barrier, abs=1e-12)
    share = float((found.details.random > 0).double().mean())
    assert value(found, "at random weights") == pytest.approx(share)
    assert 0.2 < share < 0.8


def test_5_a_network_that_only_guesses_is_no_optimum(data: pv.Dataset) -> None:
    net = pv.init_network(pv.NetworkSpec((2, 3, 1)), seed=1).map(lambda p: 3 * p)
    assert oracles.loss(net, data) > best_constant_loss(data.targets, data.loss)
    found = claim_evidence(5, net, data)
    assert found.holds is None
    assert "train it" in found.conclusion


def test_5_is_silent_where_no_midpoint_is_worse(data: pv.Dataset) -> None:
    """Negative control: a network of one node, split into three equal ones."""
    one = pv.train(pv.NetworkSpec((2, 1, 1)), data, seeds=[0], steps=200, method="second-order").networks[0]
    weights = (one.weights[0].expand(3, 2), one.weights[1].expand(1, 3) / 3)
    net = pv.Network(weights, (one.biases[0].expand(3), one.biases[1]), one.activation)
    assert oracles.loss(net, data) < best_constant_loss(data.targets, data.loss)
    found = claim_evidence(5, net, data)
    assert found.holds is False
    assert found.numbers[0].text == "0 of 3"


def test_7_rastrigins_points_are_counted_on_a_fine_grid(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(7, trained, data)
    x = np.linspace(-5.12, 5.12, 200_001)
    f = 10 + x**2 - 10 * np.cos(2 * np.pi * x)
    minima = int(((f[1:-1] < f[:-2]) & (f[1:-1] < f[2:])).sum())
    maxima = int(((f[1:-1] > f[:-2]) & (f[1:-1] > f[2:])).sum())
    assert (minima, maxima) == (11, 10)
    assert value(found, "minima in the plane") == minima**2
    assert value(found, "critical points in the plane") == (minima + maxima) ** 2
    n = trained.flatten().numel()
    assert value(found, f"minima with {n} variables") == minima**n
    assert value(found, "Rastrigin: average of minima") == pytest.approx(f.min(), abs=1e-6)
    mean = oracles.network(trained.spec, oracles.copies(trained).mean(axis=0))
    assert value(found, "network: average of copies") == pytest.approx(oracles.loss(mean, data))


def test_7_needs_a_network_that_averaging_harms(data: pv.Dataset) -> None:
    net = pv.symmetric_average(pv.init_network(pv.NetworkSpec((2, 3, 1)), seed=0))
    assert not claim_evidence(7, net, data).holds
