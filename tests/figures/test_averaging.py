"""The averages step by step: every frame shows the numbers that were given, under the curve that they belong to."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

from permviz.figures.average import jensen_figure
from permviz.figures.averaging import HEIGHT, Answers, averaging_figure
from permviz.figures.outputs import output_curves_figure, output_planes_figure
from permviz.figures.picture import Picture, Steps
from permviz.figures.stacking import stacked
from permviz.landscape.jensen import JensenCurve

AXIS, Z = np.linspace(-1, 1, 3), np.arange(9.0).reshape(3, 3) / 9
CURVE = JensenCurve(torch.arange(1, 4), torch.tensor([0.1, 0.5, 0.4]), 0.1, 0.4, complete=True)
MARKS = [(1.0, 0.1), (3.0, 0.4)]


def steps(names: tuple[str, ...] = ("1 copy", "3 copies")) -> Steps:
    return Steps("Copies", names, [f"After {name}." for name in names], 1, [np.zeros(2, np.float32)] * len(names))


def curve() -> Picture:
    return jensen_figure(CURVE, MARKS[1], loss_label="nats", steps=[0, 1, 1])


def planes() -> Answers:
    picture = output_planes_figure(AXIS, AXIS, [Z, Z.T], ("A", "mean"), (AXIS, AXIS, [0, 1, 1]), ("x", "y"), kind="probability")
    return Answers(picture, 2, [{"z": Z}, {"z": Z.T}])


def unpacked(packed: dict[str, str]) -> np.ndarray[Any, Any]:
    flat = np.frombuffer(base64.b64decode(packed["bdata"]), "<f4")
    return flat.reshape([int(n) for n in packed["shape"].split(",")]) if "shape" in packed else flat


def test_every_frame_moves_the_mark_and_shows_what_the_average_then_answers() -> None:
    picture = averaging_figure(curve(), MARKS, planes(), steps())
    figure = picture.figure
    assert picture.steps is not None
    assert len(figure.frames) == 2
    for frame, mark, z in zip(figure.frames, MARKS, (Z, Z.T), strict=True):
        moved, field = (trace.to_plotly_json() for trace in frame.data)
        assert (unpacked(moved["x"])[0], round(float(unpacked(moved["y"])[0]), 6)) == mark
        np.testing.assert_allclose(unpacked(field["z"]), z, rtol=1e-6)
        marked, average = (figure.data[trace] for trace in frame.traces)
        assert marked.marker.size == 14
        assert average.xaxis == "x3"
    assert list(figure.data[0].customdata) == [0, 1, 1]  # a click on the curve chooses the nearest step
    assert figure.layout.height == HEIGHT


def test_losses_beyond_single_precision_travel_in_double() -> None:
    huge = replace(CURVE, losses=CURVE.losses.double() * 1e60, bound=1e59, group_average_loss=4e59)
    over = jensen_figure(huge, (1.0, 1e59), loss_label="nats")
    figure = averaging_figure(over, [(1.0, 1e59), (3.0, 4e59)], planes(), steps()).figure
    packed = figure.frames[0].data[0].to_plotly_json()["y"]
    assert np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])[0] == 1e59
    assert packed["dtype"] == "f8"


def test_the_curve_stands_over_the_answers_and_the_axes_of_curves_hold_every_step() -> None:
    below = Answers(output_curves_figure(AXIS, {"A": AXIS, "mean": AXIS}, (AXIS, AXIS), "x"), 2, [{"y": AXIS}, {"y": 5 * AXIS}])
    layout = averaging_figure(curve(), MARKS, below, steps()).figure.layout
    assert layout.yaxis.domain[0] > layout.yaxis2.domain[1]
    assert layout.xaxis2.anchor == "y2"
    assert layout.yaxis2.range[0] < -5
    assert layout.yaxis2.range[1] > 5
    assert layout.showlegend


def test_stacking_renumbers_axes_and_keeps_every_trace() -> None:
    top, below = go.Figure(go.Scatter(x=[1], y=[2], name="top")), planes().picture.figure
    top.update_layout(title="Top", margin={"t": 40})
    figure = stacked(top, below, 480, share=0.5, gap=60)
    assert [trace.type for trace in figure.data] == ["scatter", *(trace.type for trace in below.data)]
    assert [trace.xaxis for trace in figure.data] == [None, "x2", "x2", "x3", "x3"]
    assert figure.layout.title.text == "Top"
    assert {note.text for note in figure.layout.annotations} == {"A", "mean"}
    assert figure.layout.yaxis2.matches is None
    assert figure.layout.yaxis3.matches == "y2"
    assert below.layout.yaxis2.matches == "y", "the given figure is left alone"


def test_steps_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="2 marks, 2 answers and 3 steps"):
        averaging_figure(curve(), MARKS, planes(), steps(("a", "b", "c")))
    with pytest.raises(ValueError, match="2 steps of 0 frames"):
        Picture(curve().figure, "It climbs.", steps=steps())
    with pytest.raises(ValueError, match="0 steps of 1 frames"):
        Picture(go.Figure(layout={"height": 300}, frames=[go.Frame()]), "It climbs.", "A line")
    with pytest.raises(ValueError, match="end at 2"):
        Steps("Copies", ["a", "b"], ["A", "B"], 2, [np.zeros(1, np.float32)] * 2)
