"""The wire format between Python and the plot; plot.js is its twin.

Down go the figure as JSON text (arrays in base64), its digest and a few plain settings; up comes ``click = {session, number,
digest, curve, point, x, y, z}``. The point of a trace with ``meta = {"handle": True}`` can be dragged, which is a click on it
where it is dropped; see handle.js.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import asdict, dataclass
from typing import Any

import plotly.graph_objects as go

from permviz.components.plot.library import PATH
from permviz.figures.picture import Picture
from permviz.figures.theme import DARK, LIGHT

Coordinate = float | str | None
_COLOURS = {light: asdict(DARK)[name] for name, light in asdict(LIGHT).items()}


@dataclass(frozen=True)
class PlotClick:
    """A click on a drawn point.

    Attributes:
        curve: index of the trace in ``figure.data``.
        point: index of the point; (row, column) in a heatmap, contour or surface.
        customdata: the figure's own ``customdata`` of that point (never the browser's), ``None`` where there is none.
        x, y, z: coordinates as drawn; ``None`` where the trace has no such coordinate.
    """

    curve: int
    point: int | tuple[int, int]
    customdata: object
    x: Coordinate
    y: Coordinate
    z: Coordinate


def encode_picture(picture: Picture, *, clickable: bool = False) -> dict[str, Any]:
    """A picture as the plain data that plot.js reads; ``clickable``: whether its points may be clicked.

    Raises:
        ValueError: no picture, or height not in 80..4000.
    """
    if not isinstance(picture, Picture):
        raise ValueError(f"plot expects a permviz.figures.picture.Picture, got {type(picture).__name__}")
    height = picture.height
    if not 80 <= height <= 4000:
        raise ValueError(f"height must be 80 to 4000 pixels, got {height}")
    seen, trusted = picture.parts
    return {
        "figure": picture.json,
        "digest": hashlib.blake2b(picture.json.encode(), digest_size=8).hexdigest(),
        "plotly": PATH,
        "label": picture.label,
        "caption": seen,
        "more": trusted,
        "height": height,
        "clickable": clickable,
        "colours": _COLOURS,
    }


def decode_click(message: object, figure: go.Figure, digest: str) -> PlotClick | None:
    """The click that a browser message reports, or ``None`` if it is malformed or speaks of an earlier figure."""
    if not isinstance(message, dict) or message.get("digest") != digest:
        return None
    curve, point = message.get("curve"), _index(message.get("point"))
    if point is None or type(curve) is not int or not 0 <= curve < len(figure.data):
        return None
    coordinates = [message.get(axis) for axis in "xyz"]
    if not all(_is_coordinate(value) for value in coordinates):
        return None
    x, y, z = coordinates
    return PlotClick(curve, point, _customdata(figure.data[curve], point), x, y, z)


def _index(point: object) -> int | tuple[int, int] | None:
    if type(point) is int and point >= 0:
        return point
    if isinstance(point, list) and len(point) == 2 and all(type(i) is int and i >= 0 for i in point):
        return point[0], point[1]
    return None


def _is_coordinate(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= 200
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value))


def _customdata(trace: go.Trace, point: int | tuple[int, int]) -> object:
    """``trace.customdata`` at ``point``, or ``None`` where it has none there."""
    data = getattr(trace, "customdata", None)
    try:
        for i in point if isinstance(point, tuple) else (point,):
            data = None if data is None else data[i]
    except (IndexError, TypeError):
        return None
    return data
