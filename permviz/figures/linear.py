"""Figures of linear networks: the wall between two copies, and the valleys of ``(a w - 1)^2``."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from permviz.figures.layout import LABEL_ON_LOSS, LEGEND_BELOW, floats, labels_over, precision, styled
from permviz.figures.picture import Picture
from permviz.figures.theme import AROUND_LOSS, LIGHT, LOSS_SCALE, ON_LOSS, Palette

Floats = NDArray[np.floating[Any]]

VALLEY_CUT = 3.0
"""Losses above this are drawn as this in :func:`valley_figure`: the corners would hide the valleys."""

TITLE = "(a·w − 1)²"
MARKS = ((1.0, 1.0, 0.0), (-1.0, -1.0, 0.0), (0.0, 0.0, 1.0))
"""Marked points of that function, ``(a, w, loss)``: two minima, and the saddle between them."""
NAMES = ("(1, 1): 0", "(−1, −1): 0", "(0, 0): 1, a saddle")


def linear_line_figure(t: ArrayLike, measured: ArrayLike, formula: ArrayLike, palette: Palette = LIGHT) -> Picture:
    """The loss from a linear network to its swapped copy: measured points on the curve of the closed form."""
    figure = go.Figure(
        go.Scatter(x=floats(t), y=floats(formula), name="closed form", line={"width": 3, "color": palette.accent})
    )
    marks = {"size": 8, "color": palette.bad, "symbol": "circle-open", "line": {"width": 2}}
    figure.add_scatter(x=floats(t), y=floats(measured), name="measured", mode="markers", marker=marks)
    styled(figure, "From the network to its swapped copy", palette=palette, height=310, legend=LEGEND_BELOW)
    figure.update_xaxes(title_text="t, along the line", tickvals=[0, 0.25, 0.5, 0.75, 1])
    figure.update_yaxes(title_text="mean squared error", rangemode="tozero")
    difference = float(np.abs(np.asarray(measured) - np.asarray(formula)).max())
    return Picture(
        figure,
        f"Closed form 16 t² (1 − t)² · barrier, within {difference:.0e} of the measured ({precision(np.asarray(measured))}).",
    )


def valley_figure(axis: ArrayLike, losses: ArrayLike, surface: bool = True, palette: Palette = LIGHT) -> Picture:
    """``(a w - 1)^2``, ``losses[i, j]`` at ``a = axis[i]``, ``w = axis[j]``: its valleys of minima and the saddle between."""
    values, z = np.asarray(axis, dtype=np.float64), np.minimum(np.asarray(losses, dtype=np.float64), VALLEY_CUT)
    branch = np.linspace(1 / values[-1], values[-1], 101)
    figure = go.Figure()
    (_draw_in_space if surface else _draw_map)(figure, floats(values), floats(z), branch, palette)
    return Picture(
        figure,
        "One input, one node, one output, no bias, to learn y = x from x = 1. The white lines are the minima a·w = 1, two "
        f"valleys at loss 0; between them (0, 0) is a saddle at loss 1. Exact; cut off at {VALLEY_CUT:g}.",
    )


def _draw_in_space(figure: go.Figure, axis: Floats, z: Floats, branch: Floats, palette: Palette) -> None:
    a, w, height = np.transpose(MARKS)
    figure.add_surface(x=axis, y=axis, z=z, colorscale=LOSS_SCALE, showscale=False)
    for sign in (1, -1):
        figure.add_scatter3d(
            x=sign * branch, y=sign / branch, z=np.full_like(branch, 0.03), mode="lines", showlegend=False,
            line={"width": 7, "color": ON_LOSS}, hovertemplate="a minimum<extra></extra>",
        )  # fmt: skip
    figure.add_scatter3d(
        x=w, y=a, z=height + 0.12, mode="markers", showlegend=False, text=NAMES,
        marker={"size": 5, "color": ON_LOSS, "line": {"width": 2, "color": AROUND_LOSS}},
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    styled(figure, TITLE, palette=palette, margin={"l": 0, "r": 0, "t": 40, "b": 0})
    ticks = {"tickvals": [-1, 0, 1]}
    figure.update_scenes(
        xaxis={"title": "w", **ticks}, yaxis={"title": "a", **ticks}, zaxis={"title": "loss", "tickvals": [1, 2, 3]},
        annotations=labels_over(MARKS, NAMES, [(50, 50), (-50, 50), (0, 80)]), aspectmode="manual",
        aspectratio={"x": 1.1, "y": 1.1, "z": 0.6},
        camera={"eye": {"x": 0.55, "y": -1.0, "z": 1.5}, "center": {"x": 0, "y": 0, "z": -0.2}},
    )  # fmt: skip


def _draw_map(figure: go.Figure, axis: Floats, z: Floats, branch: Floats, palette: Palette) -> None:
    a, w, _ = np.transpose(MARKS)
    figure.add_heatmap(x=axis, y=axis, z=z, colorscale=LOSS_SCALE, colorbar={"title": "loss"})
    for sign in (1, -1):
        figure.add_scatter(
            x=sign * branch, y=sign / branch, mode="lines", showlegend=False, line={"width": 4, "color": ON_LOSS},
            hovertemplate="a minimum<extra></extra>",
        )  # fmt: skip
    figure.add_scatter(
        x=w, y=a, mode="markers+text", text=NAMES, textposition="top center", showlegend=False,
        marker={"size": 12, "color": ON_LOSS, "line": {"width": 2, "color": AROUND_LOSS}}, textfont=LABEL_ON_LOSS,
        hoverinfo="skip",
    )  # fmt: skip
    styled(figure, TITLE, palette=palette, margin={"l": 48, "r": 8, "t": 48, "b": 44})
    figure.update_xaxes(title_text="w", constrain="domain", showgrid=False)
    figure.update_yaxes(title_text="a", scaleanchor="x", showgrid=False)
