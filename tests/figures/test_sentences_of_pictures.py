"""The sentence of every picture, drawn for thirty random networks or settings, against slow computations of what it says.

A check draws the picture of one of the thirty and reads its sentence: numbers, comparisons, counts. Every public function of
:mod:`permviz.figures` that makes a picture has one, in ``sentences/``.
"""

from __future__ import annotations

import pytest

from permviz import figures
from tests.figures.pictures import functions
from tests.figures.sentences import averages, networks, pairs, rastrigin, slices
from tests.figures.sentences.thirty import SEEDS

HOMES = (averages, networks, pairs, rastrigin, slices)
CHECKS = {name: check for home in HOMES for name, check in home.CHECKS.items()}

FORMULAS = {"growth_figure", "ratio_figure", "valley_figure", "matrices_figure", "averaging_figure"}
"""Their sentences say the same of every network, or are other pictures': some are enough."""


@pytest.mark.parametrize(
    ("name", "seed"), [(name, seed) for name in CHECKS for seed in (SEEDS[:6] if name in FORMULAS else SEEDS)]
)
def test_the_sentence_says_what_is_so(name: str, seed: int) -> None:
    CHECKS[name](seed)


def test_no_picture_is_left_out() -> None:
    drawn = {name for name in figures.HOMES if name in functions()}
    assert {name for name in figures.HOMES if name.endswith("_figure")} == drawn == set(functions())
    assert set(CHECKS) == drawn
    assert len(CHECKS) == sum(len(home.CHECKS) for home in HOMES)
