"""Copies averaged, one, two, all of them: the curve of their losses over what their average answers, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from permviz.figures.frames import moved
from permviz.figures.layout import floats
from permviz.figures.picture import Picture, Steps
from permviz.figures.stacking import stacked

HEIGHT = 480
"""Pixels of the whole: a small laptop shows it with its slider."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What the average answers at each step.

    Attributes:
        picture: with the average at the first step.
        trace: the average's trace in it.
        steps: what that trace shows at each step, such as ``{"z": ...}``.
    """

    picture: Picture
    trace: int
    steps: Sequence[Mapping[str, ArrayLike]]


def averaging_figure(curve: Picture, marks: Sequence[tuple[float, float]], answers: Answers, steps: Steps) -> Picture:
    """``curve`` over ``answers``, with a frame for each step.

    Args:
        curve: of :func:`permviz.figures.average.jensen_figure` with a chosen point, which is moved.
        marks: ``(m, loss)`` of that point at each step.
        answers: below the curve.
        steps: what the slider says at each.

    Raises:
        ValueError: for marks, answers and steps of different lengths.
    """
    if not len(marks) == len(answers.steps) == len(steps.names):
        raise ValueError(
            f"{len(marks)} marks, {len(answers.steps)} answers and {len(steps.names)} steps given: expected as many."
        )
    below = go.Figure(answers.picture.figure).update_traces(showscale=False, selector={"type": "contour"})  # said in words
    if any("y" in shown for shown in answers.steps):  # curves: the axis holds them all, and stays
        below.update_yaxes(range=_holding(*(trace.y for trace in below.data), *(shown["y"] for shown in answers.steps)))
    figure = stacked(go.Figure(curve.figure).update_layout(margin_t=40), below, HEIGHT, share=0.46, gap=72)
    mark, average = len(curve.figure.data) - 1, len(curve.figure.data) + answers.trace
    figure.frames = [
        go.Frame(data=[moved(figure.data[mark], x=[m], y=[loss]), moved(figure.data[average], **shown)], traces=[mark, average])
        for (m, loss), shown in zip(marks, answers.steps, strict=True)
    ]
    return Picture(figure, f"{curve.sentence} {answers.picture.sentence}", curve.title, steps)


def _holding(*values: ArrayLike) -> list[float]:
    """A range that holds all these numbers, with some room."""
    numbers = np.concatenate([floats(value).ravel() for value in values])
    numbers = numbers[np.isfinite(numbers)]
    low, high = (float(numbers.min()), float(numbers.max())) if len(numbers) else (0.0, 0.0)
    room = 0.06 * ((high - low) or 1.0)
    return [low - room, high + room]
