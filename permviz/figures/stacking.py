"""Two flat figures made into one, the first over the second, so that they are seen, saved and gone through together."""

from __future__ import annotations

import re
from typing import Any

import plotly.graph_objects as go

_STANDOFF, _BELOW_AXIS = 4, 46
"""Pixels from an axis' numbers to its title, and from an axis to a legend below that title."""


def stacked(top: go.Figure, below: go.Figure, height: int, share: float, gap: int) -> go.Figure:
    """``top`` over ``below`` in one frame, ``height`` pixels high; of ``below``, title and frames are left out.

    The traces of ``top`` come first and are not in the legend, which is that of ``below``. ``share`` of what the margins and
    the ``gap`` (pixels, for the upper axis' title) leave belongs to ``top``.
    """
    figure = go.Figure(top).update_traces(showlegend=False)
    lines = [trace for trace in below.data if trace.type not in ("heatmap", "contour") and trace.showlegend is not False]
    listed = below.layout.showlegend is not False and len(lines) > 1
    bottom = 44 + (26 if listed else 0)
    inner = height - (figure.layout.margin.t or 0) - bottom
    edge = (1 - gap / inner) * (1 - share)  # where ``below`` ends, in parts of the inner height
    first = len(list(figure.select_xaxes()))
    figure.update_yaxes(domain=[edge + gap / inner, 1])
    figure.update_xaxes(title_standoff=_STANDOFF)
    for trace in below.data:
        moved = go.Figure(trace).data[0]
        moved.update(xaxis=_shifted(trace.xaxis or "x", first), yaxis=_shifted(trace.yaxis or "y", first))
        if moved.type in ("heatmap", "contour"):
            moved.colorbar.update(y=edge / 2, len=1.1 * edge)
        figure.add_trace(moved)
    for name, axis in below.layout.to_plotly_json().items():
        if re.fullmatch(r"[xy]axis\d*", name):
            letter, number = name[0], name[5:]
            figure.layout[f"{letter}axis{int(number or 1) + first}"] = axis | _moved(letter, axis, first, edge)
    for note in below.layout.annotations:  # titles of its parts
        figure.add_annotation(note.to_plotly_json() | {"y": edge * note.y})
    legend = {"orientation": "h", "x": 0, "xanchor": "left", "y": -_BELOW_AXIS / inner, "yanchor": "top"}
    return figure.update_layout(height=height, showlegend=listed, legend=legend, margin_b=bottom)


def _moved(letter: str, axis: dict[str, Any], by: int, edge: float) -> dict[str, Any]:
    """What is different of an axis whose figure lies below ``edge``."""
    across = {"x": "y", "y": "x"}[letter]
    refs = {"anchor": _shifted(axis.get("anchor") or across, by)}
    refs |= {name: _shifted(axis[name], by) for name in ("matches", "scaleanchor") if axis.get(name)}
    if letter == "x":
        return refs | {"title": axis.get("title", {}) | {"standoff": _STANDOFF}}
    return refs | {"domain": [edge * end for end in axis.get("domain") or (0, 1)]}


def _shifted(axis: str, by: int) -> str:
    """The axis ``by`` numbers on: ``x`` is the first, ``x2`` the second.

    >>> _shifted("x", 1), _shifted("y2", 2)
    ('x2', 'y4')
    """
    return f"{axis[0]}{int(axis[1:] or 1) + by}"
