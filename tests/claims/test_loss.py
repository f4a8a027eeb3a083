"""Claims 4 to 9: their numbers against slow computations, and no conclusion where a hypothesis is broken."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.claims.table import claim_evidence
from permviz.landscape.linear import optimal_linear_network
from permviz.networks.evaluation import best_constant_loss
from tests import oracles
from tests.cases import LOSS_CASES, dataset
from tests.claims.readings import SWAP, oracle_network, value


def test_4_the_losses_are_the_oracles(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(4, trained, data)
    mean = oracles.network(trained.spec, oracles.copies(trained).mean(axis=0))
    assert value(found, "loss of every copy") == pytest.approx(oracles.loss(trained, data))
    assert value(found, "loss of their average") == pytest.approx(oracles.loss(mean, data))
    assert value(found, "guessing") == pytest.approx(float(data.targets.var(unbiased=False)))
    ts = [0.0, 0.3, 1.0]
    line = oracles.line_losses(trained, mean, data, ts)
    assert np.allclose(found.details.losses.numpy()[[0, 30, 100]], line)


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


@pytest.mark.parametrize("width", [2, 3, 4])
def test_6_subspaces_are_those_that_enumeration_finds(width: int, data: pv.Dataset) -> None:
    net = pv.init_network(pv.NetworkSpec((2, width, 1)), seed=0)
    found = claim_evidence(6, net, data)
    surjections = sum(
        len(set(assignment)) == r for r in range(1, width) for assignment in itertools.product(range(r), repeat=width)
    )
    assert value(found, "critical subspaces") == surjections
    assert value(found, f"copies of a minimum, {width}!") == len(list(itertools.permutations(range(width))))
    assert found.holds is (surjections > math.factorial(width))
    at = found.details.widths.index(width)
    assert found.details.ratios[at] == pytest.approx(surjections / math.factorial(width))


@pytest.mark.parametrize(
    ("widths", "activation"), [((2, 3, 3, 1), "tanh"), ((2, 3, 1), "relu"), ((2, 3, 1), "linear"), ((2, 1, 1), "tanh")]
)
def test_6_is_not_claimed_beyond_its_hypothesis(widths: tuple[int, ...], activation: str, data: pv.Dataset) -> None:
    assert claim_evidence(6, pv.init_network(pv.NetworkSpec(widths, activation), seed=0), data).holds is None


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


@pytest.mark.parametrize(("loss", "outputs"), LOSS_CASES)
def test_8_the_linear_network_is_the_optimal_one_with_a_wall(loss: str, outputs: int) -> None:
    data = dataset(2, outputs, loss, samples=12)
    linear, squared = optimal_linear_network(data, width=2)
    least = oracles.loss(linear, squared)
    found = claim_evidence(8, pv.init_network(pv.NetworkSpec((2, 2, data.network_outputs))), data)
    order = [1, 0, *range(2, linear.spec.hidden[0])]
    middle = oracles.loss(oracles.interpolated(linear, oracle_network(linear, [order]), 0.5), squared)
    assert found.holds is True
    assert value(found, "its loss, a minimum") == pytest.approx(least)
    assert value(found, "barrier to a swapped copy") == pytest.approx(middle - least)
    assert value(found, "by the closed form") == pytest.approx(middle - least)
    assert [n.text for n in found.numbers[-2:]] == ["0, 0, 1", "0, 0, 1"]


def test_8_shows_no_wall_where_the_best_linear_answer_is_constant() -> None:
    """Negative control: targets that do not depend on the inputs."""
    data = dataset(2, 1, "squared", samples=12)
    constant = pv.Dataset(
        data.name, data.inputs, torch.zeros_like(data.targets), data.loss, data.input_names, data.output_names
    )
    found = claim_evidence(8, pv.init_network(pv.NetworkSpec((2, 2, 1))), constant)
    assert found.holds is False


def test_9_slopes_and_gradients_are_the_oracles(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(9, trained, data)
    copy = oracle_network(trained, SWAP)
    losses = oracles.line_losses(trained, copy, data, np.linspace(0, 1, 101))
    slopes = np.gradient(losses, 0.01)
    assert value(found, "steepest slope between") == pytest.approx(np.abs(slopes).max(), rel=0.02)
    function = oracles.loss_function(trained.spec, data)
    start, end = trained.flatten().numpy(), copy.flatten().numpy()
    ends = [np.linalg.norm(oracles.numerical_gradient(function, at)) for at in (start, end)]
    assert value(found, "‖∇L‖ at the ends") == pytest.approx(max(ends), abs=1e-7)
    middle = np.linalg.norm(oracles.numerical_gradient(function, 0.7 * start + 0.3 * end))
    assert found.details.gradient_norms[30].item() == pytest.approx(middle, rel=1e-5)
    assert value(found, "largest ‖∇L‖ between") >= middle * (1 - 1e-5)
    assert value(found, "convexity allows") == pytest.approx(
        value(found, "‖∇L‖ at the ends") * np.linalg.norm(end - start), rel=1e-6
    )


def test_9_a_convex_loss_is_never_refuted() -> None:
    """Negative control: linear nodes with equal rows, for which the loss on the line to the copy is convex."""
    data = dataset(2, 1, "squared", samples=12)
    generator = torch.Generator().manual_seed(0)
    for _ in range(20):
        row = torch.randn(1, 2, generator=generator, dtype=torch.float64).expand(3, 2)
        out = torch.randn(1, 3, generator=generator, dtype=torch.float64)
        net = pv.Network((row, out), (torch.zeros(3, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)), "linear")
        assert claim_evidence(9, net, data).holds is None


def test_9_needs_ends_that_are_nearly_stationary(untrained: pv.Network, data: pv.Dataset) -> None:
    steep = untrained.map(lambda p: 0.1 * p)
    found = claim_evidence(9, steep, data)
    assert found.holds is None
    assert "not stationary enough" in found.conclusion


def test_9_is_not_said_of_kinks(data: pv.Dataset) -> None:
    found = claim_evidence(9, pv.init_network(pv.NetworkSpec((2, 3, 1), "relu")), data)
    assert found.holds is None
    assert "kink" in found.conclusion


def test_9_needs_two_points(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(9, pv.make_equal(trained, 1, 0, 1), data)
    assert found.holds is None
    assert "same point" in found.conclusion
