"""The networks that the claims are tested on."""

from __future__ import annotations

import pytest

import permviz as pv


@pytest.fixture(scope="module")
def data() -> pv.Dataset:
    return pv.load_dataset("egg-box", samples=60)


@pytest.fixture(scope="module")
def trained(data: pv.Dataset) -> pv.Network:
    """A 2-3-1 tanh network at a stationary point of lower loss than guessing."""
    run = pv.train(pv.NetworkSpec((2, 3, 1)), data, seeds=range(4), steps=300, method="second-order")
    best = int(run.losses.argmin())
    assert run.status[best] == "converged"
    return run.networks[best]


@pytest.fixture(scope="module")
def untrained() -> pv.Network:
    return pv.init_network(pv.NetworkSpec((2, 3, 1)), seed=1)


@pytest.fixture(scope="module")
def narrow(data: pv.Dataset) -> pv.Network:
    """Nothing can be swapped in it."""
    return pv.init_network(pv.NetworkSpec((2, 1, 1, 1)), seed=0)
