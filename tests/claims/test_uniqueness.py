"""Claim 12: another point of the same loss, by slow computations; nothing concluded where the swap moves nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

import permviz as pv
from permviz.claims.pictures import shared_between_twins
from permviz.claims.table import claim_evidence
from permviz.networks.comparison import probe_inputs
from tests import oracles
from tests.claims.readings import SWAP, oracle_network, value


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
