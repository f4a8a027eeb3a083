"""Figures of what two networks answer: over the input plane, over one input, or one against the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from plotly.subplots import make_subplots

from permviz.figures.layout import LEGEND_BELOW, floats, styled
from permviz.figures.picture import Picture
from permviz.figures.theme import LIGHT, Palette

ANSWERS = "What they answer"


def output_planes_figure(
    x: ArrayLike,
    y: ArrayLike,
    planes: Sequence[ArrayLike],
    titles: Sequence[str],
    points: tuple[ArrayLike, ArrayLike, ArrayLike],
    names: tuple[str, str],
    *,
    kind: str,
    outputs: tuple[str, str] = ("the first class", "the second class"),
    title: str = ANSWERS,
    palette: Palette = LIGHT,
) -> Picture:
    """What networks answer over the input plane, on one scale, with the data on top.

    ``kind``: "probability" of the second of two classes, 0 to 1; "class", the number of the likeliest of several; or "value".
    ``points`` are the inputs' two coordinates and their targets: classes, or values. ``outputs`` names two classes.
    """
    zs = [floats(plane) for plane in planes]
    inputs_x, inputs_y, targets = (np.asarray(values) for values in points)
    classes = int(np.max(targets)) + 1 if kind == "class" else 2
    if kind == "value":
        top = max(float(np.abs(zs[0]).max()), float(np.abs(targets).max())) or 1.0
        low, high, scale = -top, top, palette.diverging
    elif kind == "probability":
        low, high, scale = 0.0, 1.0, palette.diverging
    else:
        steps = [(edge, palette.node(c)) for c in range(classes) for edge in (c / classes, (c + 1) / classes)]
        low, high, scale = -0.5, classes - 0.5, steps
    figure = make_subplots(rows=1, cols=len(zs), subplot_titles=list(titles), shared_yaxes=True, horizontal_spacing=0.04)
    for column, z in enumerate(zs, start=1):
        bar = {"title": {"probability": "P", "value": "output"}.get(kind, ""), "thickness": 12}
        field = {
            "x": floats(x), "y": floats(y), "z": z.astype(np.int8) if kind == "class" else z, "zmin": low, "zmax": high,
            "colorscale": scale, "opacity": 0.9, "showscale": column == len(zs) and kind != "class", "colorbar": bar,
            "hovertemplate": "(%{x:.2f}, %{y:.2f}): %{z:.3f}<extra></extra>",
        }  # fmt: skip
        heat = _bounded(field, palette) if kind == "probability" else go.Heatmap(**field)
        figure.add_trace(heat, row=1, col=column)
        marks = go.Scatter(
            x=floats(inputs_x), y=floats(inputs_y), mode="markers", showlegend=False, hoverinfo="skip",
            marker={
                "size": 5, "color": floats(targets), "cmin": low, "cmax": high, "colorscale": scale,
                "line": {"width": 0.7, "color": palette.text},
            },
        )  # fmt: skip
        figure.add_trace(marks, row=1, col=column)
    styled(figure, title, palette=palette, height=360, margin={"l": 48, "r": 8, "t": 76, "b": 44})
    figure.update_xaxes(title_text=_as_it_is(names[0]), showgrid=False, zeroline=False)
    figure.update_yaxes(showgrid=False, zeroline=False)
    figure.update_yaxes(title_text=_as_it_is(names[1]), row=1, col=1)
    what = {
        "value": "Colour: the output.",
        "probability": f"Blue: “{outputs[1]}” is likely; orange: “{outputs[0]}”; the line between: P = ½.",
        "class": "Colour: the likeliest class.",
    }[kind]
    rows, columns = zs[0].shape
    return Picture(figure, f"{what} {columns} × {rows} inputs; the dots are the data.")


def _as_it_is(name: str) -> str:
    """A column's name for plotly, which takes HTML in a title for what it says."""
    return escape(name, quote=False)


def _bounded(field: dict[str, Any], palette: Palette) -> go.Contour:
    """Probabilities, and the boundary between two classes as a line."""
    boundary = {"coloring": "heatmap", "start": 0.5, "end": 0.5, "size": 1}
    return go.Contour(**field, contours=boundary, line={"width": 2.5, "color": palette.text})


def output_curves_figure(
    x: ArrayLike,
    curves: Mapping[str, ArrayLike],
    points: tuple[ArrayLike, ArrayLike],
    name: str,
    title: str = ANSWERS,
    palette: Palette = LIGHT,
) -> Picture:
    """What networks of one input answer, as curves over it, with the data."""
    figure = go.Figure(
        go.Scatter(
            x=floats(points[0]), y=floats(points[1]), mode="markers", name="data", marker={"size": 5, "color": palette.muted}
        )
    )
    for i, (label, values) in enumerate(curves.items()):
        line = {"width": 3, "color": palette.node(i), "dash": ("solid", "dash")[i % 2]}
        figure.add_scatter(x=floats(x), y=floats(values), name=label, mode="lines", line=line)
    styled(figure, title, palette=palette, height=340, legend=LEGEND_BELOW)
    figure.update_xaxes(title_text=_as_it_is(name))
    figure.update_yaxes(title_text="output")
    return Picture(figure, f"Exact at {len(floats(x))} inputs, float64; the dots are the data.")


def output_scatter_figure(own: ArrayLike, averaged: ArrayLike, title: str, palette: Palette = LIGHT) -> Picture:
    """The average's outputs against the network's own, one point a sample and output; equal ones lie on the dashed diagonal."""
    x, y = floats(own).ravel(), floats(averaged).ravel()
    ends = [float(min(x.min(), y.min())), float(max(x.max(), y.max()))]
    figure = go.Figure(
        go.Scattergl(x=x, y=y, mode="markers", name="outputs", marker={"size": 4, "color": palette.accent, "opacity": 0.6})
    )
    diagonal = {"color": palette.muted, "dash": "dash"}
    figure.add_scatter(x=ends, y=ends, mode="lines", name="the same function would lie here", line=diagonal)
    styled(figure, title, palette=palette, height=340, legend=LEGEND_BELOW)
    figure.update_xaxes(title_text="output of the network")
    figure.update_yaxes(title_text="output of the average")
    return Picture(figure, "Each point is one output for one sample.")
