"""The claims with weight decay: every one says that its loss is the objective, and its numbers are."""

from __future__ import annotations

import math

import pytest

import permviz as pv
from tests.test_weight_decay import oracle


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "gelu"])
def test_every_claim_says_that_its_loss_is_the_objective(activation: str) -> None:
    data = pv.load_dataset("moons", samples=40)
    net = pv.train(pv.NetworkSpec((2, 3, 1), activation), data, [1], steps=200, weight_decay=1e-3).networks[0]
    with_decay = data.with_weight_decay(1e-3)
    for claim in pv.CLAIMS:
        found = pv.claim_evidence(claim.number, net, with_decay)
        assert found.holds is not False, claim.title
        meant = "loss is loss plus decay, L + λ‖θ‖² with λ = 0.001"
        assert (meant in found.hypothesis) == (claim.number not in (6, 8))
        assert "plus decay" not in pv.claim_evidence(claim.number, net, data).hypothesis
    assert pv.claim_evidence(6, net, with_decay).holds is None


def test_the_claims_numbers_are_of_the_objective() -> None:
    data = pv.load_dataset("moons", samples=40).with_weight_decay(0.01)
    net = pv.train(pv.NetworkSpec((2, 3, 1)), data, [1], steps=200).networks[0]
    own, mean = oracle(net, data, 0.01), oracle(pv.symmetric_average(net), data, 0.01)

    def read(claim: int, name: str) -> float:
        (value,) = (n.value for n in pv.claim_evidence(claim, net, data).numbers if n.name == name)
        return float(value)

    assert math.isclose(read(1, "loss of A"), float(own), rel_tol=1e-12)
    assert math.isclose(read(1, "loss of B"), float(own), rel_tol=1e-12)
    assert math.isclose(read(4, "loss of their average"), float(mean), rel_tol=1e-12)
    assert math.isclose(read(9, "loss at the ends"), float(own), rel_tol=1e-12)
    assert math.isclose(read(12, "loss of B"), float(own), rel_tol=1e-12)
    assert read(12, "their losses differ by") < 1e-12  # equal nodes share the loss alone
