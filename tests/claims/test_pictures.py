"""Claim 11: pictures against slow computations, and no conclusion where they do not change places."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.claims.pictures import picture_distances
from permviz.claims.table import claim_evidence
from permviz.networks.comparison import probe_inputs
from tests import oracles
from tests.claims.readings import SWAP, oracle_network, value


def test_11_pictures_change_places_alone(trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(11, trained, data)
    assert value(found, "pictures, places apart") < 1e-12
    assert value(found, "pictures that changed place") == 2
    before, after = found.details.before, found.details.after
    inputs = probe_inputs(data).numpy()[len(data.inputs) :]
    copy = oracle_network(trained, SWAP)
    for net, pictures in ((trained, before), (copy, after)):
        for k in (0, 40, 700, 1680):  # the grid runs through the second input first; a picture's rows are the second input
            assert np.allclose(pictures[:, k % 41, k // 41], oracles.layer_values(net, inputs[k])[0], atol=1e-12)
    assert found.details.order == (1, 0, 2)


def test_11_two_parameter_points_share_their_pictures(trained: pv.Network, data: pv.Dataset) -> None:
    from permviz.claims.pictures import _one_input_alike, shared_between_twins

    x = data.inputs[0]
    other = _one_input_alike(trained, x)
    assert np.linalg.norm((other.flatten() - trained.flatten()).numpy()) == pytest.approx(1)
    assert np.allclose(oracles.layer_values(other, x.tolist())[0], oracles.layer_values(trained, x.tolist())[0], atol=1e-12)
    assert np.abs(oracles.outputs(other, data.inputs.numpy()) - oracles.outputs(trained, data.inputs.numpy())).max() > 1e-3
    twins = pv.make_equal(trained, 1, 0, 1)
    shared = shared_between_twins(twins, 1)
    for x in data.inputs.numpy()[:20]:
        for a, b in zip(oracles.layer_values(twins, x), oracles.layer_values(shared, x), strict=True):
            assert np.allclose(a, b, atol=1e-12)
    assert value(claim_evidence(11, trained, data), "alike at all inputs, yet apart by") == pytest.approx(math.sqrt(2))


def test_11_other_pictures_are_told_apart() -> None:
    """Negative control for the comparison of collections, and the pairing against all pairings."""
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randn(30, 4, generator=generator, dtype=torch.float64) for _ in range(2))
    assert picture_distances(a, a[:, [2, 0, 3, 1]]) == 0
    cost = (a[:, :, None] - b[:, None, :]).abs().amax(0).numpy()
    best = min(itertools.permutations(range(4)), key=lambda p: sum(cost[i, j] for i, j in enumerate(p)))
    assert picture_distances(a, b) == pytest.approx(max(cost[i, j] for i, j in enumerate(best)))
    assert picture_distances(a, b) > 0.1


def test_11_equal_nodes_leave_nothing_to_see(trained: pv.Network, data: pv.Dataset) -> None:
    assert claim_evidence(11, pv.make_equal(trained, 1, 0, 1), data).holds is None
