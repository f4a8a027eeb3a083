"""What every figure shares: the frame of fonts, colours, margins and axes, and the precision of its numbers.

Figures are drawn in one palette; see :mod:`permviz.figures.theme`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from permviz.figures.theme import FONT, FONT_SIZE, LIGHT, Palette

LEGEND_BELOW = {"orientation": "h", "yanchor": "top", "y": -0.34, "xanchor": "left", "x": 0}


def floats(values: ArrayLike) -> NDArray[np.float32]:
    """Numbers to be drawn, in single precision: half as many bytes to send, and more than a screen can show."""
    return np.asarray(values, dtype=np.float32)


def styled(figure: go.Figure, title: str, *, palette: Palette = LIGHT, **layout: Any) -> go.Figure:
    """``figure`` with permviz's frame around it; ``layout`` goes to Plotly's layout and wins over the defaults."""
    figure.update_layout(
        template="none",
        title={"text": title, "x": 0, "xref": "paper", "font": {"size": FONT_SIZE + 3, "color": palette.text}},
        font={"family": FONT, "size": FONT_SIZE, "color": palette.text},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 64, "r": 24, "t": 48, "b": 56},
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
