"""Figures of aligned networks: what they say of walls is what the lines have, whatever became of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from permviz.figures.alignment import alignment_figure, all_moves_figure, change_of_wall, methods_figure


@dataclass
class Hill:
    """A line from 0 to 0 that is as high as ``top`` in the middle."""

    top: float

    @property
    def t(self) -> NDArray[np.float64]:
        return np.linspace(0, 1, 5)

    @property
    def losses(self) -> NDArray[np.float64]:
        return 0.25 + self.top * np.array([0, 0.5, 1, 0.5, 0])

    @property
    def chord(self) -> NDArray[np.float64]:
        return np.full(5, 0.25)

    gradient_norms = t

    def base(self, definition: str = "entezari") -> NDArray[np.float64]:
        return self.chord

    def barrier(self, definition: str = "entezari") -> float:
        return float((self.losses - self.chord).max())


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (0.5, 0.1, "falls from 0.500 to 0.100, by 80 %"),
        (0.5, 0.001, "falls from 0.500 to 0.00100, by more than 99 %"),
        (0.5, 0.4999, "falls from 0.5000 to 0.4999, by less than 1 %"),
        (0.5, 0.0, "of 0.500 is gone"),
        (0.5, 1e-16, "of 0.500 is gone"),
        (0.1, 0.5, "rises from 0.100 to 0.500"),
        (0.5, 0.5, "stays at 0.500"),
        (0.0, 0.0, "stays at 0"),
    ],
)
def test_what_became_of_the_wall_is_said(before: float, after: float, told: str) -> None:
    assert change_of_wall(Hill(before), Hill(after)) == told
    assert told in alignment_figure(Hill(before), Hill(after)).sentence


def test_both_curves_and_both_barriers_are_drawn() -> None:
    figure = alignment_figure(Hill(0.5), Hill(0.1)).figure
    curves = [trace for trace in figure.data if trace.mode is None]
    assert [max(curve.y) for curve in curves] == pytest.approx([0.75, 0.35, 0.25])
    brackets = [tuple(trace.y) for trace in figure.data if trace.mode == "lines+markers"]
    assert brackets == [pytest.approx((0.25, 0.75)), pytest.approx((0.25, 0.35))]


def test_the_lowest_median_is_named_and_so_are_all_that_have_it() -> None:
    assert "“b” has the lowest median barrier, 0.100." in methods_figure({"a": [0.5, 0.7], "b": [0.0, 0.1, 0.9]}).sentence
    assert "“a” and “b” have the lowest median barrier, 0.500." in methods_figure({"a": [0.5], "b": [0.5], "c": [1.0]}).sentence
    for nothing in ({}, {"a": []}):
        with pytest.raises(ValueError, match="Barriers of no pair given"):
            methods_figure(nothing)


def test_all_moves_are_a_curve_that_ends_at_all_of_them() -> None:
    values = np.random.default_rng(0).random(1000)
    figure = all_moves_figure(values, {"B as it is": float(np.median(values))}).figure
    curve, mark = figure.data
    assert (curve.y[0], curve.y[-1]) == pytest.approx((0.1, 100))
    assert mark.y[0] == pytest.approx(100 * np.mean(values <= np.median(values)), abs=0.11)
