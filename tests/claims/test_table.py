"""The table of the twelve claims, and what all their evidence has in common."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.claims.evidence import chosen_swap
from permviz.claims.table import CLAIMS, Claim, claim_evidence
from tests import oracles
from tests.claims.readings import SWAP, value


def test_the_table_is_in_order_and_complete() -> None:
    assert [claim.number for claim in CLAIMS] == list(range(1, 13))
    assert {claim.number: claim.verdict for claim in CLAIMS} == {
        1: "right", 2: "loose", 3: "right", 4: "right", 5: "loose", 6: "loose",
        7: "loose", 8: "wrong", 9: "right", 10: "right", 11: "right", 12: "right",
    }  # fmt: skip
    assert all(claim.title and claim.post and claim.precise and claim.source for claim in CLAIMS)


@pytest.mark.parametrize("claim", [c.number for c in CLAIMS])
def test_a_trained_network_shows_every_claim(claim: int, trained: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(claim, trained, data)
    assert found.holds is True
    assert found.conclusion.endswith(".")
    assert found.hypothesis
    assert all(number.text and math.isfinite(number.value) for number in found.numbers if isinstance(number.value, float))


@pytest.mark.parametrize("claim", sorted({c.number for c in CLAIMS} - {6, 8}))
def test_without_two_nodes_in_a_layer_nothing_is_concluded(claim: int, narrow: pv.Network, data: pv.Dataset) -> None:
    found = claim_evidence(claim, narrow, data)
    assert found.holds is None
    assert "two nodes or more" in found.conclusion


@pytest.mark.parametrize("claim", [1, 2, 3, 4, 5, 9, 10, 11, 12])
def test_parameters_that_are_not_finite_are_refused(claim: int, trained: pv.Network, data: pv.Dataset) -> None:
    broken = trained.map(torch.clone)
    broken.biases[0][1] = math.nan
    assert claim_evidence(claim, broken, data).holds is None


def test_bad_arguments_are_answered(trained: pv.Network, data: pv.Dataset) -> None:
    for claim in (0, 13, True):
        with pytest.raises(ValueError, match="from 1 to 12"):
            claim_evidence(claim, trained, data)
    with pytest.raises(ValueError, match="single"):
        claim_evidence(1, pv.stack([trained, trained]), data)
    with pytest.raises(ValueError, match="single"):
        claim_evidence(1, trained, data, pv.Permutation.all(trained.spec))


def test_the_copy_on_the_screen_is_the_one_compared(trained: pv.Network, data: pv.Dataset) -> None:
    turn = pv.Permutation.cycle(trained.spec, 1, (0, 1, 2))
    assert chosen_swap(trained, turn) == turn
    assert chosen_swap(trained, pv.Permutation.identity(trained.spec)) == pv.Permutation(tuple(np.array(row) for row in SWAP))
    distance = np.linalg.norm(oracles.vector(oracles.permuted(trained, [(1, 2, 0)])) - trained.flatten().numpy())
    assert value(claim_evidence(1, trained, data, turn), "‖A − B‖") == pytest.approx(distance)
    for claim in (1, 11):  # with the digits that the card beside the diagram gives it
        found = claim_evidence(claim, trained, data, turn)
        assert [number.text for number in found.numbers if number.name == "‖A − B‖"] == [f"{distance:#.3g}"]
    assert f"moved by {distance:#.3g};" in claim_evidence(1, trained, data, turn).conclusion


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: str(claim.number))
def test_evidence_depends_on_the_permutation_where_the_table_says_so(
    claim: Claim, trained: pv.Network, data: pv.Dataset
) -> None:
    found = [
        claim_evidence(claim.number, trained, data, pv.Permutation.transposition(trained.spec, 1, (0, node))) for node in (1, 2)
    ]
    texts = [(evidence.conclusion, [(number.name, number.text) for number in evidence.numbers]) for evidence in found]
    if claim.of_order:
        assert texts[0] != texts[1] or repr(found[0].details) != repr(found[1].details)
    else:
        assert texts[0] == texts[1]
