"""What every figure shares: the frame of fonts, colours, margins and axes, and the precision of its numbers.

Figures are drawn in one palette; see :mod:`permviz.figures.theme`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from permviz.figures.theme import AROUND_LOSS, FONT, FONT_SIZE, LABEL_GROUND, LIGHT, ON_LOSS, Palette

LEGEND_BELOW = {"orientation": "h", "yref": "container", "yanchor": "bottom", "y": 0, "xanchor": "left", "x": 0}
"""At the figure's lower edge: Plotly keeps room for all its lines, below the axis and its title."""

LABEL_ON_LOSS = {"size": 15, "color": ON_LOSS, "shadow": f"0 0 2px {AROUND_LOSS}, 0 0 3px {AROUND_LOSS}, 0 0 5px {AROUND_LOSS}"}
"""Font of labels on a map of losses: light with a dark outline, legible on dark and on bright places in both themes."""


def labels_over(
    points: ArrayLike, names: Sequence[str], places: Sequence[tuple[int, int]] | None = None
) -> list[dict[str, Any]]:
    """Annotations of a scene: ``names`` over ``points`` ``(n, 3)``, in front of every surface.

    ``places`` are pixels to the right and up, one pair a label.
    """
    return [
        {
            "x": float(x), "y": float(y), "z": float(z), "text": name, "ax": right, "ay": -up, "borderpad": 3,
            "font": {"size": FONT_SIZE, "color": ON_LOSS}, "bgcolor": LABEL_GROUND,
            "arrowcolor": ON_LOSS, "arrowwidth": 1.5, "arrowhead": 0,
        }
        for (x, y, z), name, (right, up) in zip(np.asarray(points), names, places or [(0, 38)] * len(names), strict=True)
    ]  # fmt: skip


def floats(values: ArrayLike) -> NDArray[Any]:
    """Numbers to be drawn, in single precision: half as many bytes to send, and more than a screen can show.

    Where that overflows they stay in double precision: infinite numbers would be gaps.
    """
    given = np.asarray(values)
    with np.errstate(over="ignore"):
        short = given.astype(np.float32)
    overflown = np.isinf(short).sum() > np.isinf(given).sum()
    return given.astype(np.float64) if overflown else short


def precision(values: Any) -> str:
    """The precision in which numbers were computed: "float64", of a tensor as of an array."""
    return str(values.dtype).removeprefix("torch.")


def styled(figure: go.Figure, title: str, *, palette: Palette = LIGHT, **layout: Any) -> go.Figure:
    """``figure`` with permviz's frame around it; ``layout`` goes to Plotly's layout and wins over the defaults."""
    figure.update_layout(
        template="none",
        title={"text": title, "x": 0, "xref": "paper", "font": {"size": FONT_SIZE + 3, "color": palette.text}},
        font={"family": FONT, "size": FONT_SIZE, "color": palette.text},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 64, "r": 24, "t": 48, "b": 56},
        height=420,
        hoverlabel={"font": {"family": FONT, "size": FONT_SIZE}},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "right", "x": 1.0},
        uirevision=title,
    )
    axis = {"gridcolor": palette.grid, "zerolinecolor": palette.border, "linecolor": palette.border, "automargin": True}
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    if any(trace.type in ("surface", "mesh3d", "scatter3d") for trace in figure.data):
        scene_axis = {"gridcolor": palette.grid, "backgroundcolor": palette.surface, "zerolinecolor": palette.border}
        figure.update_scenes(xaxis=scene_axis, yaxis=scene_axis, zaxis=scene_axis)
    figure.update_layout(**layout)
    return figure
