"""What views and evidence say in words, on thirty random networks, against slow computations of the same numbers.

That all forms of a sentence occur is counted. Sentences of pictures: ``sentences/``.
"""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest

import permviz as pv
from permviz.figures.average import midpoints_figure
from permviz.figures.claims import claim_figure
from permviz.figures.count import subspaces_figure
from permviz.figures.sentences import walls
from permviz.symmetry.counting import log10, minimum_subspaces
from permviz.ui.views.count.views import _narrower
from permviz.ui.views.slices.planes import anchors_sentence
from tests import oracles
from tests.figures.sentences.thirty import SEEDS, average, data, goes, goes_as_said, network, numbers, rise, swapped


def anchors(seed: int) -> str:
    net = network(seed)
    return anchors_sentence(net, swapped(net, 0, 1), swapped(net, 0, 2), data(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plane_tells_of_walls_where_there_are_some(seed: int) -> None:
    net, sentence = network(seed), anchors(seed)
    first, second = swapped(net, 0, 1), swapped(net, 0, 2)
    rises = [rise(a, b, seed, 101) for a, b in ((net, first), (net, second), (first, second))]
    size = 1e-9 * max(1.0, oracles.loss(net, data(seed)))
    if max(rises) <= size:
        assert sentence.endswith("On no straight way between them does the loss rise.")
    else:
        told = numbers(sentence.split("rises by")[1])
        assert told == pytest.approx([r if r > size else 0 for r in rises], rel=5.01e-2, abs=1e-12)


def test_both_kinds_of_plane_occur() -> None:
    kinds = Counter("On no straight way" in anchors(seed) for seed in SEEDS)
    assert kinds[True] >= 3
    assert kinds[False] >= 10


@pytest.mark.parametrize("claim", [4, 7])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_network_is_led_up_or_down_as_its_average_is_worse_or_better(seed: int, claim: int) -> None:
    net = network(seed)
    own, mean = (oracles.loss(n, data(seed)) for n in (net, average(net)))
    found = pv.claim_evidence(claim, net, data(seed))
    sentence = claim_figure(found.details, "mean squares").sentence
    about_it = sentence.split("leads your network" if claim == 7 else "the loss goes")[1]
    goes_as_said(about_it, own, mean)
    if claim == 7:
        assert "leads Rastrigin down from 49.7 to 0" in sentence
    assert (found.holds is True) == (goes(own, mean) == "up")


def test_all_three_ways_occur() -> None:
    ways = Counter(goes(*(oracles.loss(n, data(seed)) for n in (network(seed), average(network(seed))))) for seed in SEEDS)
    assert min(ways["up"], ways["down"], ways["to the same"]) >= 2


@pytest.mark.parametrize("seed", SEEDS)
def test_claim_5_counts_the_midpoints_that_are_worse(seed: int) -> None:
    net, found = network(seed), pv.claim_evidence(5, network(seed), data(seed))
    own, hidden = oracles.loss(net, data(seed)), net.spec.hidden
    barriers = []
    for layer, n in enumerate(hidden):
        for i, j in itertools.combinations(range(n), 2):
            orders = [list(range(m)) for m in hidden]
            orders[layer][i], orders[layer][j] = j, i
            copy = oracles.network(net.spec, oracles.vector(oracles.permuted(net, orders)))
            barriers.append(oracles.loss(oracles.interpolated(net, copy, 0.5), data(seed)) - own)
    worse = sum(b > 1e-9 * (1 + own) for b in barriers)
    assert found.numbers[0].text == f"{worse} of {len(barriers)}"
    if found.holds is None:
        assert "no better than guessing" in found.conclusion
    else:
        assert (f"{worse} of {len(barriers)} midpoints are worse" in found.conclusion) == (worse > 0)
        assert ("No midpoint is worse" in found.conclusion) == (worse == 0)
    figure = midpoints_figure({"random": barriers}, None, "mean squares").figure
    share = sum(np.float32(b) > 0 for b in barriers) / len(barriers)
    assert f"{share:.0%} above 0" in figure.layout.yaxis.ticktext[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_claim_says_that_it_is_shown_where_its_numbers_do_not_show_it(seed: int) -> None:
    """The words of the conclusion against the numbers beside it."""
    net = network(seed)
    for claim in pv.CLAIMS:
        found = pv.claim_evidence(claim.number, net, data(seed))
        texts = {number.name: number for number in found.numbers}
        if claim.number == 2:
            count = len(np.unique(oracles.copies(net).round(12) + 0.0, axis=0))
            assert texts["different points"].value == count
            assert f"{count} different points" in found.conclusion or (count == 1 and "same point" in found.conclusion)
        if claim.number == 12 and found.holds:
            assert texts["loss of A"].value == pytest.approx(oracles.loss(net, data(seed)), rel=1e-9)
            assert f"{oracles.loss(net, data(seed)):#.3g}".rstrip(".") in found.conclusion
        if claim.number == 6 and found.holds is not None:
            assert ("do not yet outnumber" in found.conclusion) == (found.holds is False)
        if found.details is not None:
            assert claim_figure(found.details, "mean squares").sentence


@pytest.mark.parametrize(("r", "m"), [(1, 6), (2, 4), (2, 12), (3, 5), (4, 4), (6, 8), (8, 20), (12, 14)])
def test_subspaces_are_compared_by_their_exact_numbers(r: int, m: int) -> None:
    widths = range(r, max(2 * r + 12, m) + 1)
    minima, critical = [minimum_subspaces(r, w) for w in widths], [_narrower(r, w) for w in widths]
    logarithms = [log10(c) for c in critical] if r > 1 else None
    sentence = subspaces_figure(list(widths), [log10(c) for c in minima], logarithms, r, m).sentence
    more = [a > b for a, b in zip(minima, critical, strict=True)]
    if r == 1:
        assert sentence.startswith("No width is narrower")
    elif all(more):
        assert f"at every width from {widths[0]} to {widths[-1]}" in sentence
    elif more[-1]:
        start = next(w for k, w in enumerate(widths) if all(more[k:]))
        assert sentence.startswith(f"From m = {start} on, up to {widths[-1]}, the minima outnumber")
    else:
        assert sentence.startswith(f"The minima do not outnumber the critical subspaces up to m = {widths[-1]}")


def test_a_rise_within_rounding_is_none() -> None:
    assert walls([1e-12, 0.0], 1.0) == "On no straight way between them does the loss rise."
    assert walls([1e-3, 0.0], 1e9) == "On no straight way between them does the loss rise."
    assert walls([1e-3, 0.0], 1.0) == "On the straight ways between them the loss rises by 0.00100 and 0."
