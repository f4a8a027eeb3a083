"""Claims 1, 2 and 3: their numbers against slow computations, and no conclusion where a hypothesis is broken."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import permviz as pv
from permviz.claims.table import claim_evidence
from permviz.networks.comparison import probe_inputs
from tests import oracles
from tests.cases import Case, dataset
from tests.claims.readings import oracle_network, value


@pytest.mark.parametrize("activation", ["tanh", "relu", "sin"])
def test_1_the_function_stays_and_half_a_swap_changes_it(activation: str) -> None:
    net = Case((2, 3, 2, 1), activation, seed=3).network()
    data = dataset(2, 1, "squared", samples=5)
    found = claim_evidence(1, net, data)
    copy = oracle_network(net, [(1, 0, 2), (0, 1)])
    inputs = probe_inputs(data).numpy()
    assert found.holds is True
    assert np.abs(oracles.outputs(copy, inputs) - oracles.outputs(net, inputs)).max() < 1e-12
    assert value(found, "loss of B") == pytest.approx(oracles.loss(copy, data), rel=1e-12)
    parameters = oracles.parameters(net)
    parameters[0] = tuple(p[[1, 0, 2]] for p in parameters[0])  # incoming edges alone
    half = oracles.network(net.spec, oracles.vector(parameters))
    change = np.abs(oracles.outputs(half, inputs) - oracles.outputs(net, inputs)).max()
    assert change > 0.01
    assert value(found, "after half of the swap") == pytest.approx(change, rel=1e-9)


def test_1_the_size_of_the_sums_is_said_and_rounding_is_measured_by_it() -> None:
    net, data = Case((2, 3, 2, 1), "tanh", seed=3).network(), dataset(2, 1, "squared", samples=5)
    inputs, largest = probe_inputs(data).numpy().tolist(), 0.0
    for x in inputs:
        values = x
        for (w, b), out in zip(oracles.parameters(net), oracles.layer_values(net, x), strict=True):
            largest = max(largest, *(np.abs(w) @ np.abs(values) + np.abs(b)))
            values = out
    found = claim_evidence(1, net, data)
    assert value(found, "size of the sums") == pytest.approx(largest, rel=1e-12)
    assert value(found, "accepted as rounding") == pytest.approx(1e-12 * largest, rel=1e-12)
    assert value(found, "max |F(A) − F(B)|") < 20 * 1e-16 * largest
    hundredfold = pv.Network(net.weights, tuple(b + 100 for b in net.biases), net.activation)
    assert value(claim_evidence(1, hundredfold, data), "size of the sums") > 10 * largest


def test_1_a_copy_with_another_function_is_not_accepted(trained, data, monkeypatch) -> None:
    monkeypatch.setattr(
        "permviz.claims.symmetry.chosen_swap", lambda *_: _Broken(pv.Permutation.transposition(trained.spec, 1, (0, 1)))
    )
    assert claim_evidence(1, trained, data).holds is False


class _Broken:
    """Exchanges the incoming edges alone."""

    def __init__(self, whole: pv.Permutation) -> None:
        self.orders = whole.orders

    def __call__(self, net: pv.Network) -> pv.Network:
        order = self.orders[0]
        return pv.Network((net.weights[0][order], net.weights[1]), (net.biases[0][order], net.biases[1]), net.activation)


@pytest.mark.parametrize("widths", [(2, 3, 1), (2, 3, 3, 1), (2, 2, 1, 3, 1)])
def test_2_the_points_are_those_that_enumeration_finds(widths: tuple[int, ...]) -> None:
    net = Case(widths, "tanh", seed=5).network()
    data = dataset(widths[0], 1, "squared", samples=6)
    found = claim_evidence(2, net, data)
    count = oracles.orbit_size(net)
    assert (
        value(found, "different points")
        == value(found, "counted one by one")
        == count
        == math.prod(map(math.factorial, widths[1:-1]))
    )
    assert value(found, "leave every parameter in place") == 1
    losses = [oracles.loss(oracles.network(net.spec, row), data) for row in oracles.copies(net)]
    assert np.ptp(losses) < 1e-12
    assert value(found, "their losses differ by") < 1e-12


def test_2_coinciding_nodes_make_fewer_points() -> None:
    """Negative control: ∏ nₖ! would be wrong here."""
    net = pv.coupled_network()
    found = claim_evidence(2, net, dataset(2, 1, "squared", samples=6))
    assert found.holds is True
    assert value(found, "different points") == oracles.orbit_size(net) == 2
    assert value(found, "leave every parameter in place") == oracles.stabiliser_order(net) == 2


def test_2_equal_nodes_throughout_leave_one_point() -> None:
    net = pv.symmetric_average(Case((2, 3, 1), "tanh", seed=5).network())
    found = claim_evidence(2, net, dataset(2, 1, "squared", samples=6))
    assert value(found, "different points") == oracles.orbit_size(net) == 1
    assert found.conclusion.startswith("All nodes of each layer are equal, so that every copy is the same point.")


def test_3_the_average_is_that_of_all_copies(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(3, trained, data)
    mean = oracles.network(trained.spec, oracles.copies(trained).mean(axis=0))
    inputs = probe_inputs(data).numpy()[::40]
    nodes = np.array([oracles.layer_values(mean, x)[0] for x in inputs])
    assert np.ptp(nodes, axis=1).max() < 1e-12
    assert value(found, "and in the average") < 1e-12
    assert value(found, "copies averaged one by one") < 1e-12
    assert value(found, "average against one node a layer") < 1e-12
    assert np.allclose(found.details.after.numpy(), oracles.parameters(mean)[0][0], atol=1e-12)


def test_3_the_networks_own_nodes_differ(trained: pv.Network, data: pv.Dataset) -> None:
    """Negative control for the number that is zero after averaging."""
    nodes = [oracles.layer_values(trained, x)[0] for x in probe_inputs(data).numpy()[::7]]
    assert value(claim_evidence(3, trained, data), "nodes of a layer differ by, before") >= np.ptp(nodes, axis=1).max() > 0.1


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "gaussian"])
@pytest.mark.parametrize("sign", [1, -1, 0])
def test_2_signed_points_are_those_of_the_signed_stabiliser(activation: str, sign: int) -> None:
    """Two equal nodes, two opposite ones, a zero node: fewer than twice for each node."""
    net = Case((2, 3, 1), activation, seed=5).network()
    net.weights[0][1], net.biases[0][1] = sign * net.weights[0][0], sign * net.biases[0][0]
    net.weights[1][:, 1] = (abs(sign) if activation == "gaussian" else sign) * net.weights[1][:, 0]
    found = claim_evidence(2, net, dataset(2, 1, "squared", samples=6))
    (number,) = (n for n in found.numbers if n.name == "with the activation’s own moves")
    count = len(oracles.signed_copies(net))
    assert number.text == f"{count} points"
    assert count < 2**3 * math.factorial(3)
    assert f"With the further moves of {pv.ACTIVATIONS[activation].label} nodes: {count} points." in found.conclusion


def test_2_a_generic_network_has_two_points_for_each_sign() -> None:
    """Positive control of the test above."""
    net = Case((2, 3, 1), "tanh", seed=5).network()
    assert len(oracles.signed_copies(net)) == 48
    assert "48 points" in claim_evidence(2, net, dataset(2, 1, "squared", samples=6)).conclusion


def test_2_linear_neurons_have_the_dimensions_of_their_orbit() -> None:
    net = Case((2, 4, 3, 1), "linear", seed=5).network()  # 31 parameters, a group of 32 dimensions
    assert "a continuum of 28 dimensions" in claim_evidence(2, net, dataset(2, 1, "squared", samples=6)).conclusion


def test_3_the_posts_matrices_have_layers_as_columns(trained: pv.Network, data: pv.Dataset) -> None:
    columns = np.array([[1, 3], [2, 4]])  # a layer each, nodes within
    mean = np.mean([[layer[list(order)] for layer in columns] for order in itertools.permutations(range(2))], axis=0)
    (number,) = (n for n in claim_evidence(3, trained, data).numbers if n.name.startswith("the post’s"))
    assert number.text == "; ".join(" ".join(f"{v:g}" for v in row) for row in mean.T) == "2 3; 2 3"
