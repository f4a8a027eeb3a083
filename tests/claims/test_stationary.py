"""Claims 6, 8 and 9: their numbers against slow computations, and no conclusion where a hypothesis is broken."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.claims.table import claim_evidence
from permviz.landscape.linear import optimal_linear_network
from tests import oracles
from tests.cases import LOSS_CASES, dataset
from tests.claims.readings import SWAP, oracle_network, value


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
    assert found.details.line.gradient_norms[30].item() == pytest.approx(middle, rel=1e-5)
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


def test_9_tells_points_apart_whose_distance_is_too_small_for_a_norm(data: pv.Dataset) -> None:
    tiny = pv.init_network(pv.NetworkSpec((2, 3, 1)), seed=1).map(lambda p: 1e-300 * p)
    found = claim_evidence(9, tiny, data)
    assert "same point" not in found.conclusion
    equal = pv.symmetric_average(tiny)
    assert "same point" in claim_evidence(9, equal, data).conclusion  # negative control
