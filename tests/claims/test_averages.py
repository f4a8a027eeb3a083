"""Claims 4, 5 and 7: their numbers against slow computations, and no conclusion where a hypothesis is broken."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import permviz as pv
from permviz.claims.sine import worse_minimum
from permviz.claims.table import CLAIMS, claim_evidence
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
    assert value(found, "Rastrigin: average of all minima") == pytest.approx(f.min(), abs=1e-6)
    mean = oracles.network(trained.spec, oracles.copies(trained).mean(axis=0))
    assert value(found, "network: average of copies") == pytest.approx(oracles.loss(mean, data))


def test_7_needs_a_network_that_averaging_harms(data: pv.Dataset) -> None:
    net = pv.symmetric_average(pv.init_network(pv.NetworkSpec((2, 3, 1)), seed=0))
    assert not claim_evidence(7, net, data).holds


def test_4_outputs_of_the_average_are_not_made_equal() -> None:
    data = pv.load_dataset("iris", samples=60)
    net = pv.init_network(pv.NetworkSpec((4, 3, 3)), seed=2)
    mean = oracles.network(net.spec, oracles.copies(net).mean(axis=0))
    spread = np.ptp(oracles.outputs(mean, data.inputs.numpy()), axis=1).max()
    found = claim_evidence(4, net, data)
    assert value(found, "outputs of the average differ by") == pytest.approx(spread)
    assert spread > 0.1
    assert "outputs are not permuted" in CLAIMS[3].precise


def test_4_one_output_has_nothing_to_differ_from(trained: pv.Network, data: pv.Dataset) -> None:
    assert not [n for n in claim_evidence(4, trained, data).numbers if "outputs" in n.name]


def sine_loss(weights: np.ndarray) -> float:
    """By its definition: the teacher's sines on 41 inputs from -2 to 2."""
    inputs = [-2 + i / 10 for i in range(41)]
    student, teacher = (lambda x, ws=ws: sum(math.sin(w * x) for w in ws) for ws in (weights, (-2.5, 0.5, 2.0)))
    return sum((student(x) - teacher(x)) ** 2 for x in inputs) / 41


def test_5_a_local_minimum_is_worse_than_the_midpoint_to_its_copy(trained: pv.Network, data: pv.Dataset) -> None:
    found, minimum = claim_evidence(5, trained, data), worse_minimum()
    weights = minimum.weights.numpy()
    assert np.allclose(weights, [-3.298609, -3.298609, 3.574574], atol=1e-6)
    assert np.abs(oracles.numerical_gradient(sine_loss, weights)).max() < 1e-7
    assert np.linalg.eigvalsh(oracles.numerical_hessian(sine_loss, weights)).min() > 0.1
    own, middle = sine_loss(weights), sine_loss((weights + weights[::-1]) / 2)
    assert value(found, "a minimum of three sines") == pytest.approx(own)
    assert value(found, "halfway to its copy") == pytest.approx(middle)
    assert middle < own
    assert f"loss {own:.3f}" in CLAIMS[4].precise
    assert f"has {middle:.3f}" in CLAIMS[4].precise


def test_5_at_a_global_minimum_no_midpoint_is_better() -> None:
    """Negative control: the teacher of those sines."""
    teacher = np.array([-2.5, 0.5, 2.0])
    assert sine_loss(teacher) == 0
    assert min(sine_loss((teacher + teacher[list(o)]) / 2) for o in itertools.permutations(range(3))) >= 0


def test_7_averaging_pairs_of_minima_can_hurt(trained: pv.Network, data: pv.Dataset) -> None:
    x = np.linspace(-5.12, 5.12, 400_001)

    def f(at: np.ndarray | float) -> np.ndarray:
        return 10 + np.square(at) - 10 * np.cos(2 * np.pi * np.asarray(at))

    y = f(x)
    minima = x[1:-1][(y[1:-1] < y[:-2]) & (y[1:-1] < y[2:])]
    pairs = list(itertools.combinations(minima, 2))
    worse = sum(f((a + b) / 2) > max(f(a), f(b)) + 1e-6 for a, b in pairs)
    found = claim_evidence(7, trained, data)
    (number,) = (n for n in found.numbers if n.name == "pairs with a worse midpoint")
    assert number.text == f"{worse} of {len(pairs)}" == "26 of 55"
    assert number.text in found.conclusion
    zero, one = (float(minima[np.abs(minima - near).argmin()]) for near in (0, 1))
    between = float(f((zero + one) / 2))
    assert value(found, "halfway from 0 to 0.995") == pytest.approx(between, rel=1e-4)
    assert f"0 and {one:.3f}, neighbouring minima, average to {between:.1f}" in CLAIMS[6].precise
