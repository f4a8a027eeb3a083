"""Matches where the data have weight decay: no move changes the objective, which is written anew here."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import permviz as pv
from permviz.landscape.matching_methods import METHODS
from tests import oracles
from tests.cases import drawn

DECAY = 0.02
PLAIN = pv.load_dataset("moons", samples=20)
DATA = PLAIN.with_weight_decay(DECAY)
MOVED_BY_OTHERS = ("relu", "leaky_relu", "sigmoid", "linear")
"""Activations with moves that keep the function alone, which the searches know."""


def objective(net: pv.Network) -> float:
    return oracles.loss(net, PLAIN) + DECAY * float((oracles.vector(oracles.parameters(net)) ** 2).sum())


def pair(activation: str) -> tuple[pv.Network, pv.Network]:
    return drawn((2, 3, 1), activation, seed=3), drawn((2, 3, 1), activation, seed=4) * 3


@pytest.mark.parametrize("method", list(METHODS))
@pytest.mark.parametrize("activation", list(pv.ACTIVATIONS))
def test_moved_networks_have_the_objective_of_the_given_ones(activation: str, method: str) -> None:
    a, b = pair(activation)
    found = pv.match(a, b, DATA, method)
    wanted = objective(b)
    assert objective(found.aligned) == pytest.approx(wanted, rel=1e-12)
    assert found.after is not None
    assert found.before is not None
    assert float(found.after.line.losses[-1]) == pytest.approx(wanted, rel=1e-12)
    assert torch.allclose(found.after.line.chord, found.before.line.chord, rtol=1e-12)  # the figure draws one for both
    assert found.signed == (pv.ACTIVATIONS[activation].symmetry in ("odd", "even", "sine", "linear"))
    without = pv.match(a, b, PLAIN, method)
    changed = abs(objective(without.aligned) - wanted) > 1e-3 * wanted
    assert changed <= (activation in MOVED_BY_OTHERS)
    if activation != "sigmoid":
        assert changed == (activation in MOVED_BY_OTHERS)  # negative control


def test_a_sigmoids_flips_change_the_objective_and_are_refused() -> None:
    a, b = pair("sigmoid")
    every = pv.all_barriers(a, b, PLAIN)
    values = [objective(every.move(index)(b)) for index in range(len(every.barriers))]
    assert max(values) - min(values) > 0.1  # negative control
    kept = pv.all_barriers(a, b, DATA)
    assert (kept.signed, len(kept.barriers)) == (False, 6)
    calls: list[Any] = [
        lambda: pv.match(a, b, DATA, signed=True),
        lambda: pv.all_barriers(a, b, DATA, signed=True),
        lambda: pv.merge([a, b], DATA, signed=True),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=r"sigmoid neurons with weight decay, whose flips change ‖θ‖.*decay\.$"):
            call()
    assert pv.match(a, b, PLAIN, signed=True).signed


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_all_moves_merges_and_pairs_of_seeds_keep_to_them_too(activation: str) -> None:
    a, b = pair(activation)
    truth = pv.all_barriers(a, b, DATA)
    for index in range(len(truth.barriers)):
        moved = truth.move(index)(b)
        assert objective(moved) == pytest.approx(objective(b), rel=1e-12)
        barrier = float(pv.line_slice(a, moved, DATA, 25).barrier())
        assert float(truth.barriers[index]) == pytest.approx(barrier, rel=1e-9, abs=1e-12)
    merged = pv.merge([a, b], DATA)
    for given, moved in zip((a, b), (merged.aligned[0], merged.aligned[1]), strict=True):
        assert objective(moved) == pytest.approx(objective(given), rel=1e-12)
    pairs = pv.seed_pairs(pv.stack([a, b]), DATA, matched=True)
    wanted = pv.line_slice(a, pv.match(a, b, DATA).aligned, DATA, 25).barrier()
    assert float(pairs.barriers) == pytest.approx(float(wanted), rel=1e-12)
