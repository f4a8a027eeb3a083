"""Figures of lines through parameter space. Each takes a result of :mod:`permviz.landscape.lines`, or plain arrays."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from plotly.subplots import make_subplots

from permviz.figures.layout import floats, styled
from permviz.figures.theme import AROUND_LOSS, CLEAR, LIGHT, LOSS_SCALE, ON_LOSS, Palette


class Line(Protocol):
    """What is drawn of a :class:`permviz.landscape.lines.LineSlice`: one line, without batch axes."""

    @property
    def t(self) -> Any: ...
    @property
    def losses(self) -> Any: ...
    @property
    def chord(self) -> Any: ...


MOST_WRITTEN = 10
"""Nodes of the largest matrix whose numbers are written into its cells: those of larger ones would be too small to read."""


def line_figure(
    line: Line,
    gradient_norms: ArrayLike,
    ends: tuple[str, str],
    barrier_name: str,
    barrier: float,
    at: float,
    level: float,
    *,
    loss_label: str,
    log: bool = False,
    palette: Palette = LIGHT,
) -> go.Figure:
    """Loss, chord and barrier along a line, and below it the gradient's norm.

    ``barrier`` is drawn as a bracket at ``t = at`` from ``level`` upwards, under the name of its definition.
    """
    t = floats(line.t)
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.68, 0.32], vertical_spacing=0.07)
    figure.add_scatter(x=t, y=floats(line.losses), name="loss", line={"color": palette.accent, "width": 3}, row=1, col=1)
    chord = {"color": palette.muted, "dash": "dash", "width": 2}
    figure.add_scatter(x=t, y=floats(line.chord), name="chord: a convex loss stays below it", line=chord, row=1, col=1)
    bracket = {"color": palette.bad, "width": 2.5}
    figure.add_scatter(
        x=[at, at],
        y=[level, level + barrier],
        mode="lines+markers",
        name=f"barrier {barrier:.4g}, {barrier_name}",
        line=bracket,
        marker={"symbol": "line-ew-open", "size": 12, "color": palette.bad},
        row=1,
        col=1,
    )
    norm = {"color": palette.text, "width": 2}
    figure.add_scatter(x=t, y=floats(gradient_norms), name="gradient norm", line=norm, showlegend=False, row=2, col=1)
    below = {"orientation": "h", "yanchor": "top", "y": -0.2, "xanchor": "left", "x": 0}
    styled(figure, "Loss on the straight line to the copy", palette=palette, height=520, legend=below)
    ticks = {"tickvals": [0, 0.25, 0.5, 0.75, 1], "ticktext": [f"0<br>{ends[0]}", "¼", "½", "¾", f"1<br>{ends[1]}"]}
    figure.update_xaxes(title_text="t, along the line", **ticks, row=2, col=1)
    scale = "log" if log else "linear"
    figure.update_yaxes(title_text=f"loss ({loss_label})", type=scale, row=1, col=1)
    figure.update_yaxes(title_text="‖∇L‖", type=scale, rangemode="tozero", row=2, col=1)
    return figure


def barrier_matrix_figure(barriers: ArrayLike, layer: int, definition: str, palette: Palette = LIGHT) -> go.Figure:
    """The barrier to every transposition of a layer: rows and columns are its nodes, counted from 1."""
    matrix = floats(barriers).copy()
    np.fill_diagonal(matrix, np.nan)
    names = [str(i + 1) for i in range(len(matrix))]
    figure = go.Figure(
        go.Heatmap(
            z=matrix,
            x=names,
            y=names,
            colorscale=LOSS_SCALE,
            colorbar={"title": "barrier"},
            xgap=2,
            ygap=2,
            hovertemplate="nodes %{y} and %{x}: barrier %{z:.4g}<extra></extra>",
        )
    )
    bright = matrix > (np.nanmin(matrix) + np.nanmax(matrix)) / 2 if np.isfinite(matrix).any() else np.zeros_like(matrix, bool)
    for cells, colour in ((~bright, ON_LOSS), (bright, AROUND_LOSS)):
        written = cells & np.isfinite(matrix) & (len(matrix) <= MOST_WRITTEN)
        figure.add_heatmap(  # clear, over the other: a heatmap leaves out numbers that do not fit its cells
            z=np.where(written, matrix, np.nan),
            x=names,
            y=names,
            colorscale=[(0, CLEAR), (1, CLEAR)],
            showscale=False,
            text=[[f"{v:.3g}" if w else "" for v, w in zip(*row, strict=True)] for row in zip(matrix, written, strict=True)],
            texttemplate="%{text}",
            textfont={"color": colour},
            hoverinfo="skip",
        )
    title = f"Barrier to every swap of layer {layer}<br><sub>{definition}</sub>"
    styled(figure, title, palette=palette, height=440, margin={"l": 64, "r": 24, "t": 64, "b": 56})
    figure.update_xaxes(title_text="node", type="category", showgrid=False)
    figure.update_yaxes(title_text="node", type="category", autorange="reversed", showgrid=False)
    return figure


def swaps_figure(
    t: ArrayLike, losses: ArrayLike, pairs: list[tuple[int, int]], layer: int, log: bool = False, palette: Palette = LIGHT
) -> go.Figure:
    """Small multiples: loss on the line to each transposition of a layer, all on the same scale."""
    columns = min(len(pairs), 6)
    rows = -(-len(pairs) // columns)
    titles = [f"{i + 1} ⇄ {j + 1}" for i, j in pairs]
    figure = make_subplots(
        rows=rows,
        cols=columns,
        shared_xaxes=True,
        shared_yaxes="all",
        subplot_titles=titles,
        horizontal_spacing=0.02,
        vertical_spacing=min(0.12, 0.5 / rows),
    )
    for k, curve in enumerate(floats(losses)):
        figure.add_scatter(
            x=floats(t),
            y=curve,
            line={"color": palette.accent, "width": 2},
            showlegend=False,
            name=titles[k],
            hovertemplate="t = %{x:.2f}: loss %{y:.4g}",
            row=k // columns + 1,
            col=k % columns + 1,
        )
    styled(figure, f"Loss on the way to each swap of layer {layer}", palette=palette, height=max(300, 110 + 110 * rows))
    figure.update_xaxes(tickvals=[0.5], ticktext=["½"])
    figure.update_xaxes(title_text="t", title_standoff=4, row=rows)
    figure.update_yaxes(type="log" if log else "linear")
    figure.update_yaxes(title_text="loss", col=1)
    figure.update_annotations(font_size=13)
    return figure
