"""A permutation drawn: a network before and after it, the edges of two of the nodes that change places in red and green."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from permviz.figures.layout import floats, styled
from permviz.figures.picture import Picture
from permviz.figures.theme import LIGHT, Palette
from permviz.symmetry.permutation import Permutation

MOST_DRAWN = 8
"""Input and output nodes drawn; hidden layers, of sixteen at most, are drawn whole."""

Heights = list[dict[int, float]]
"""Layer by layer, the height at which each node is drawn."""

Broken = NDArray[np.float32]
"""Coordinates of a line that is broken where they are no number; as an array, which Plotly takes without a look at each."""


def exchange_figure(widths: Sequence[int], permutation: Permutation, palette: Palette = LIGHT) -> Picture:
    """The post's drawings: a network before and after a permutation that moves a node.

    Coloured, at both sides, are the edges of the first node that moves and of the one that takes its place.

    Args:
        widths: ``(n_0, ..., n_L)``.
        permutation: of its hidden nodes, single.
    """
    layer = permutation.moved_layers[0]
    nodes = _first_moved(permutation, layer)
    figure = make_subplots(rows=1, cols=2, subplot_titles=["Before permutation", "After permutation"], horizontal_spacing=0.04)
    shown = [min(n, MOST_DRAWN) if k in (0, len(widths) - 1) else n for k, n in enumerate(widths)]
    before: list[Sequence[int]] = [range(n) for n in shown]
    after: list[Sequence[int]] = [range(shown[0]), *(order.tolist() for order in permutation.orders), range(shown[-1])]
    for column, slots in enumerate((before, after), start=1):
        heights = [{node: _height(slot, len(row)) for slot, node in enumerate(row)} for row in slots]
        _draw_edges(figure, heights, layer, nodes, column, palette)
        _draw_nodes(figure, heights, column, palette)
    styled(figure, "", palette=palette, height=250, margin={"l": 8, "r": 8, "t": 30, "b": 8})
    figure.update_xaxes(visible=False, fixedrange=True, range=[-0.25, len(widths) - 0.75])
    figure.update_yaxes(visible=False, fixedrange=True, range=[-0.62, 0.62])
    first, second = (node + 1 for node in nodes)
    return Picture(
        figure,
        f"The post’s two drawings, for your network: nodes {first} (red) and {second} (green) of layer {layer}.",
        "A network before and after a permutation",
    )


def _first_moved(permutation: Permutation, layer: int) -> tuple[int, int]:
    """The node of the first slot that changes, and the node that it holds afterwards."""
    order = np.asarray(permutation.orders[layer - 1])
    slot = int(np.flatnonzero(order != np.arange(len(order)))[0])
    return slot, int(order[slot])


def _draw_edges(figure: go.Figure, heights: Heights, layer: int, nodes: tuple[int, int], column: int, palette: Palette) -> None:
    for name, colour, width, picked in (
        ("other edges", palette.border, 1, None),
        ("edges of the first node", palette.first, 2.5, nodes[0]),
        ("edges of the second node", palette.second, 2.5, nodes[1]),
    ):
        x, y = _edges(heights, layer, nodes, picked)
        line = {"color": colour, "width": width}
        figure.add_scatter(x=x, y=y, mode="lines", line=line, name=name, hoverinfo="skip", showlegend=False, row=1, col=column)


def _height(slot: int, n: int) -> float:
    return 0.0 if n == 1 else (0.5 - slot / (n - 1)) * min(1.0, (n + 1) / 5)


def _edges(heights: Heights, layer: int, nodes: tuple[int, int], picked: int | None) -> tuple[Broken, Broken]:
    """Edges at the picked node, or, without one, all edges at neither of the two."""
    x: list[float] = []
    y: list[float] = []
    for k in range(len(heights) - 1):
        for i, low in heights[k].items():
            for j, high in heights[k + 1].items():
                end = {layer - 1: j, layer: i}.get(k)
                if (end if end in nodes else None) == picked:
                    x += [k, k + 1, np.nan]
                    y += [low, high, np.nan]
    return floats(x), floats(y)


def _draw_nodes(figure: go.Figure, heights: Heights, column: int, palette: Palette) -> None:
    for k, row in enumerate(heights):
        hidden = 0 < k < len(heights) - 1
        crowded = len(row) > 8
        figure.add_scatter(
            x=[k] * len(row),
            y=list(row.values()),
            mode="markers+text" if hidden and not crowded else "markers",
            text=[str(i + 1) for i in row],
            textfont={"size": 12, "color": palette.background},
            marker={
                "size": 9 if crowded else 18,
                "color": [palette.node(i) for i in row] if hidden else palette.surface,
                "line": {"width": 1, "color": palette.muted},
            },
            hovertext=[f"node {i + 1} of layer {k}" for i in row],
            hoverinfo="text",
            showlegend=False,
            row=1,
            col=column,
        )
