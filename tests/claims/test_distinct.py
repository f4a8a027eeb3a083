"""Claims 10 and 12: their numbers against slow computations, and no conclusion where nodes are equal."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import permviz as pv
from permviz.claims.pictures import shared_between_twins
from permviz.claims.table import claim_evidence
from permviz.networks.comparison import probe_inputs
from tests import oracles
from tests.claims.readings import SWAP, oracle_network, value


def test_10_orbits_are_those_that_enumeration_finds(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(10, trained, data)
    rows = np.hstack([oracles.parameters(trained)[0][0], oracles.parameters(trained)[0][1][:, None]])
    closest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(rows, 2))
    assert value(found, "closest two rows") == pytest.approx(closest)
    assert value(found, "points in the orbit") == oracles.orbit_size(trained) == 6
    parameters = oracles.parameters(trained)
    parameters[0][0][1], parameters[0][1][1] = parameters[0][0][0], parameters[0][1][0]
    rows_only = oracles.network(trained.spec, oracles.vector(parameters))
    assert value(found, "if only their rows were") == oracles.orbit_size(rows_only) == 6
    parameters[1][0][0, :2] = parameters[1][0][0, :2].mean()
    twins = oracles.network(trained.spec, oracles.vector(parameters))
    assert value(found, "if two nodes were equal") == oracles.orbit_size(twins) == 3
    assert value(found, "their swap then moves") == 0


def test_10_equal_rows_break_its_hypothesis(trained: pv.Network, data: pv.Dataset) -> None:
    assert claim_evidence(10, pv.make_equal(trained, 1, 0, 2), data).holds is None


def test_10_equal_outgoing_weights_alone_leave_all_copies(trained: pv.Network, data: pv.Dataset) -> None:
    parameters = oracles.parameters(trained)
    parameters[1][0][:, 1] = parameters[1][0][:, 0]
    equal = oracles.network(trained.spec, oracles.vector(parameters))
    found = claim_evidence(10, trained, data)
    assert value(found, "if only their outgoing weights") == oracles.orbit_size(equal) == 6
    assert "outgoing weights alone" in found.conclusion


def test_12_the_other_point_has_the_same_loss(trained: pv.Network, data: pv.Dataset) -> None:
    found, copy = claim_evidence(12, trained, data), oracle_network(trained, SWAP)
    assert value(found, "‖A − B‖") == pytest.approx(np.linalg.norm((copy.flatten() - trained.flatten()).numpy()))
    assert value(found, "loss of B") == pytest.approx(oracles.loss(copy, data))
    nodes = np.array([oracles.layer_values(trained, x)[0] for x in probe_inputs(data).numpy().tolist()])
    assert value(found, "values of the nodes differ by") == pytest.approx(np.abs(nodes[:, 0] - nodes[:, 1]).max())


def test_12_equal_nodes_share_their_outgoing_weights_otherwise(trained: pv.Network, data: pv.Dataset) -> None:
    twins = pv.make_equal(trained, 1, 0, 1)
    shared = shared_between_twins(twins, 1)
    assert oracles.loss(shared, data) == pytest.approx(oracles.loss(twins, data), rel=1e-12)
    found = claim_evidence(12, trained, data)
    assert value(found, "two equal nodes: ‖A′ − B′‖") == pytest.approx(math.sqrt(2))
    assert value(found, "their losses differ by") < 1e-12


def test_12_nothing_follows_from_the_swap_of_equal_nodes(trained: pv.Network, data: pv.Dataset) -> None:
    """Negative control."""
    found = claim_evidence(12, pv.make_equal(trained, 1, 0, 1), data)
    assert found.holds is None
    assert value(found, "‖A − B‖") == 0
