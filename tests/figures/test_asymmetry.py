"""The map's words are those of its numbers, whichever way these point."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.figures.asymmetry import QUESTION, answer, asymmetry_controls_figure, asymmetry_figure

SPEC = pv.NetworkSpec((2, 16, 1), "gelu")


def pairs(barrier: float, order: int | None = 1, frozen: pv.FrozenEntries | None = None, matched: bool = False) -> pv.SeedPairs:
    three = torch.tensor([1.0, 1.0, 1.0], dtype=torch.float64)
    return pv.SeedPairs(replace(SPEC, frozen=frozen), matched, order, 0.1 * three, 0.9 * three, barrier * three, three)


def made(
    missing: float,
    frozen: float,
    matched: float = 0.01,
    ordinary: float = 1.0,
    orders: tuple[int | None, int | None] = (1, 1),
) -> pv.AsymmetryMap:
    low, high = (pairs(wall, order, pv.FrozenEntries(0.5, kappa)) for wall, order, kappa in
                 ((missing, orders[0], 0.0), (frozen, orders[1], 0.5)))  # fmt: skip
    arms = pairs(ordinary, 1000), pairs(matched, 1000, matched=True)
    return pv.AsymmetryMap(SPEC, (0.5,), (0.0, 0.5), ((low,), (high,)), *arms, (), (0, 1, 2), 10, 0.01)


def test_a_wall_that_stands_without_the_symmetry_is_told() -> None:
    said = answer(made(1.2, 0.05))
    assert said.startswith("Not by itself: missing edges (share 0.5) leave no move but the identity of 1\u202f000")
    assert "the wall is 1.20, against 1.00 of ordinary networks." in said
    assert "Matching alone, with the whole group still there, leaves 0.0100." in said
    assert "Frozen numbers bring it down to 0.0500 (share 0.5, kappa 0.5)." in said


def test_frozen_numbers_that_do_not_help_are_told_too() -> None:
    said = answer(made(0.6, 0.7, matched=0.9))
    assert "Frozen numbers leave, at their best, 0.700" in said
    assert "Matching" not in said


def test_a_wall_that_falls_with_the_symmetry_is_told_as_well() -> None:
    """Negative control: the answer is not written beforehand."""
    said = answer(made(0.3, 0.05))
    assert said.startswith("Here the wall falls with the symmetry: ")
    assert "Not by itself" not in said


@pytest.mark.parametrize(
    "found",
    [made(1.0, 1.0, ordinary=0.0), made(1.0, 1.0, orders=(None, None)), made(1.0, 1.0, orders=(1000, 1000))],
)
def test_without_a_wall_or_a_broken_group_there_is_no_answer(found: pv.AsymmetryMap) -> None:
    assert answer(found).startswith("No answer: ")


def test_the_fewest_moves_decide_of_several_cells() -> None:
    said = answer(made(2.0, 0.9, orders=(64, 1)))
    assert said.startswith("Not by itself: entries frozen at kappa 0.5 (share 0.5) leave no move but the identity")


def test_networks_that_learn_less_are_not_compared() -> None:
    found = made(1.2, 0.05)
    (missing,), (frozen,) = found.cells
    assert missing is not None
    assert frozen is not None
    worse = replace(missing, accuracies=torch.full((3,), 0.8, dtype=torch.float64))
    assert answer(replace(found, cells=((worse,), (frozen,)))).startswith("Here the wall falls with the symmetry")
    found = replace(found, cells=((worse,), (replace(frozen, accuracies=worse.accuracies),)))
    assert answer(found).startswith("No answer")
    assert "frozen" not in asymmetry_controls_figure(found).sentence


def test_a_part_of_a_map_is_drawn_and_gives_no_answer() -> None:
    whole = made(1.2, 0.05)
    part = replace(whole, cells=((None,), whole.cells[1]))
    assert answer(part) == "Not all is computed: no answer yet."
    drawn = asymmetry_figure(part)
    assert drawn.label == QUESTION
    assert np.isnan(drawn.figure.data[0].z[0][0])
    nothing = replace(part, cells=((None,), (None,)), ordinary=None, matched=None)
    assert asymmetry_figure(nothing).sentence.startswith("Not all is computed")
    assert asymmetry_controls_figure(nothing).sentence == "Nothing is computed yet."


def test_maps_show_the_numbers() -> None:
    found = made(1.2, 0.05, orders=(64, None))
    figure = asymmetry_figure(found).figure
    maps = [trace for trace in figure.data if trace.hoverinfo == "text"]
    assert np.allclose([np.asarray(trace.z).ravel() for trace in maps[:3]], [[1.2, 0.05], [0.9, 0.9], [1, 1]])
    assert np.allclose(np.asarray(maps[3].z).ravel(), [np.log10(64), np.nan], equal_nan=True)
    written = {word for trace in figure.data if trace.text is not None for row in trace.text for word in row if word}
    assert {"1.20", "0.0500", "0.900", "64", "?"} <= written


def test_controls_are_drawn_pair_by_pair() -> None:
    drawn = asymmetry_controls_figure(made(1.2, 0.05))
    assert [trace.name for trace in drawn.figure.data] == [
        "ordinary", "ordinary,<br>matched", "missing edges,<br>share 0.5", "frozen, share 0.5,<br>kappa 0.5",
    ]  # fmt: skip
    assert "ordinary, matched 0.0100; missing edges, share 0.5 1.20;" in drawn.sentence
