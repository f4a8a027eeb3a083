"""Pictures of evidence: every kind of details has one, and it shows what was computed."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

import permviz as pv
from permviz.claims.symmetry import Matrices
from permviz.claims.table import Details
from permviz.figures.claims import claim_figure
from permviz.figures.exchange import exchange_figure
from permviz.figures.theme import LIGHT

SPEC = pv.NetworkSpec((2, 3, 2, 1))


def test_every_kind_of_details_has_its_picture() -> None:
    assert set(get_args(Details)) == set(claim_figure.registry) - {object}


@pytest.mark.parametrize("stray", [None, "Matrices", 3])
def test_what_is_no_evidence_is_refused(stray: object) -> None:
    with pytest.raises(ValueError, match="expected the details"):
        claim_figure(stray, "nats")


def test_the_picture_is_of_what_was_computed() -> None:
    network, data = pv.init_network(SPEC, 0), pv.load_dataset("moons", samples=30)
    found = pv.claim_evidence(3, network, data)
    assert isinstance(found.details, Matrices)
    before, after = (np.asarray(trace.z) for trace in claim_figure(found.details, "nats").figure.data)
    np.testing.assert_allclose(before, network.weights[0], rtol=1e-6)
    np.testing.assert_allclose(after, pv.symmetric_average(network).weights[0], rtol=1e-6)


def test_the_edges_of_the_nodes_that_change_places_are_coloured_and_move_along() -> None:
    swap = pv.Permutation.transposition(SPEC, 2, (0, 1))
    picture = exchange_figure(SPEC.widths, swap)
    assert "nodes 1 (red) and 2 (green) of layer 2" in picture.sentence
    red, green = (
        [[y for y in trace.y if not np.isnan(y)] for trace in picture.figure.data if trace.line.color == colour]
        for colour in (LIGHT.first, LIGHT.second)
    )
    assert red == green[::-1]  # before and after: each stands where the other stood
    assert len(red[0]) == 2 * (3 + 1)  # three edges in, one out
