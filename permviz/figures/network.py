"""Networks drawn side by side as figures that stay still: what a layer's nodes have in common is seen from their edges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray
from plotly.subplots import make_subplots

from permviz.figures.layout import styled
from permviz.figures.picture import Picture
from permviz.figures.theme import LIGHT, Palette

Array = NDArray[np.float64]
MOST_NODES = 16
"""Nodes of one layer that are drawn; more inputs than this are left out, and the sentence says so."""

_BINS = 6


def networks_figure(
    networks: Sequence[Sequence[ArrayLike]],
    titles: Sequence[str],
    title: str,
    distinct: Sequence[bool] | None = None,
    palette: Palette = LIGHT,
) -> Picture:
    """Layered drawings of one shape. Blue edges are positive, orange ones negative, wide ones large: on one scale for all.

    Args:
        networks: for each, its matrices ``W_1 .. W_L``, rows being the incoming weights of a node.
        titles: over each.
        title: of the whole.
        distinct: whether the hidden nodes of each keep their identity colour and number; without, they are all alike.
        palette: to draw in.
    """
    matrices = [[np.asarray(w, dtype=np.float64) for w in network] for network in networks]
    distinct = [True] * len(matrices) if distinct is None else distinct
    largest = [max(float(np.abs(network[k]).max()) for network in matrices) or 1.0 for k in range(len(matrices[0]))]
    figure = make_subplots(rows=1, cols=len(matrices), subplot_titles=list(titles), horizontal_spacing=0.04)
    for column, (network, own) in enumerate(zip(matrices, distinct, strict=True), start=1):
        places = _places([network[0].shape[1], *(len(w) for w in network)])
        for trace in _edges(network, places, largest, palette):
            figure.add_trace(trace, row=1, col=column)
        figure.add_trace(_nodes(places, own, palette), row=1, col=column)
    styled(figure, title, palette=palette, height=340, margin={"l": 8, "r": 8, "t": 76, "b": 8}, showlegend=False)
    hidden = {"visible": False, "fixedrange": True}
    figure.update_xaxes(range=[-0.25, len(matrices[0]) + 0.25], **hidden)
    figure.update_yaxes(range=[-0.62, 0.62], **hidden)
    inputs, scale = matrices[0][0].shape[1], "; one scale for both" if len(matrices) == 2 else ""
    left_out = f" The first {MOST_NODES} of {inputs} inputs are drawn." if inputs > MOST_NODES else ""
    return Picture(figure, f"Blue edges are positive, orange negative, wide ones large{scale}.{left_out}")


def _places(widths: Sequence[int]) -> list[Array]:
    """Heights of the nodes of each layer, the first on top; each layer fills the same room."""
    drawn = [min(n, MOST_NODES) for n in widths]
    tallest = max(drawn)
    step = 1 / max(tallest - 1, 1.6)
    return [np.asarray(((n - 1) / 2 - np.arange(n)) * step * (1 + 0.5 * (tallest - n) / tallest), np.float64) for n in drawn]


def _edges(network: list[Array], places: list[Array], largest: list[float], palette: Palette) -> list[go.Scatter]:
    """All edges of one sign and about one width as one trace: a drawing of a thousand edges stays light."""
    bundles: dict[tuple[bool, int], tuple[list[float | None], list[float | None]]] = {}
    for k, (weight, scale) in enumerate(zip(network, largest, strict=True)):
        for i, y1 in enumerate(places[k + 1]):
            for j, y0 in enumerate(places[k]):
                width = round(_BINS * float(np.sqrt(abs(weight[i, j]) / scale)))
                if width:
                    xs, ys = bundles.setdefault((bool(weight[i, j] > 0), width), ([], []))
                    xs += [k, k + 1, None]
                    ys += [float(y0), float(y1), None]
    thin = 1 if max(map(len, places)) <= 8 else 0.4
    return [
        go.Scatter(
            x=xs,
            y=ys,
            mode="lines",
            hoverinfo="skip",
            opacity=0.85,
            line={"width": 0.75 * thin * width, "color": palette.positive if positive else palette.negative},
        )
        for (positive, width), (xs, ys) in sorted(bundles.items(), key=lambda item: item[0][1])
    ]


def _nodes(places: list[Array], distinct: bool, palette: Palette) -> go.Scatter:
    x, y, colours, texts = [], [], [], []
    for k, heights in enumerate(places):
        inner = 0 < k < len(places) - 1
        for i, height in enumerate(heights):
            x.append(k)
            y.append(float(height))
            colours.append(palette.node(i) if inner and distinct else palette.muted)
            texts.append(str(i + 1) if inner and distinct else "")
    size = 24 if max(map(len, places)) <= 8 else 15
    return go.Scatter(
        x=x,
        y=y,
        mode="markers+text",
        text=texts,
        textfont={"color": palette.background, "size": 12},
        hoverinfo="skip",
        marker={"size": size, "color": colours, "line": {"width": 1.5, "color": palette.background}},
    )
