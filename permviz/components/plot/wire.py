"""The wire format between Python and the plot; plot.js is its twin.

Down go the figure as JSON text (arrays in base64), its digest and a few plain settings; up comes ``click = {session, number,
digest, curve, point, x, y, z}``, and from a figure of steps ``step = {session, number, digest, at}``. The point of a trace with
``meta = {"handle": True}`` can be dragged, which is a click on it where it is dropped; see handle.js. A figure of steps brings
all of them; see player.js.
"""

from __future__ import annotations

import base64
import hashlib
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from permviz.figures.picture import Picture, Steps
from permviz.figures.plotlyjs import PATH
from permviz.figures.theme import light_to_dark

Coordinate = float | str | None
_COLOURS = light_to_dark()


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


def encode_picture(
    picture: Picture, *, clickable: bool = False, at: int = 0, of: str = "", told: bool = False, heard: object = None
) -> dict[str, Any]:
    """A picture as the plain data that plot.js reads; the parameters are those of :func:`permviz.ui.parts.plot.plot`.

    ``told`` is whether a step at which a person stops is to come up, ``heard`` the last one that did: a later one in the
    browser is not undone by this picture's ``at``.

    Raises:
        ValueError: no picture, height not in 80..4000, or no such step.
    """
    if not isinstance(picture, Picture):
        raise ValueError(f"plot expects a permviz.figures.picture.Picture, got {type(picture).__name__}")
    height = picture.height
    if not 80 <= height <= 4000:
        raise ValueError(f"height must be 80 to 4000 pixels, got {height}")
    steps = picture.steps
    if steps is not None and not 0 <= at < len(steps.names):
        raise ValueError(f"step must be 0 to {len(steps.names) - 1}, got {at}")
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
        "steps": None if steps is None else _encode_steps(steps) | {"at": at, "of": of, "told": told, "heard": _heard(heard)},
    }


def _encode_steps(steps: Steps) -> dict[str, Any]:
    packed = [base64.b64encode(np.asarray(p, dtype="<f4").tobytes()).decode("ascii") for p in steps.parameters]
    return {
        "label": steps.label,
        "names": list(steps.names),
        "headlines": list(steps.headlines),
        "last": int(steps.last),
        "pace": int(steps.pace),
        "parameters": packed,
    }


def _heard(message: object) -> dict[str, Any] | None:
    """Which message that was, if it is one."""
    if not isinstance(message, dict) or not isinstance(message.get("session"), str) or type(message.get("number")) is not int:
        return None
    return {"session": message["session"][:64], "number": message["number"]}


def decode_step(message: object, picture: Picture, digest: str) -> int | None:
    """The step at which the slider was left, or ``None`` if the message is malformed or speaks of an earlier figure."""
    if picture.steps is None or not isinstance(message, dict) or message.get("digest") != digest:
        return None
    at = message.get("at")
    return at if type(at) is int and 0 <= at < len(picture.steps.names) else None


def decode_click(message: object, picture: Picture, digest: str) -> PlotClick | None:
    """The click that a browser message reports, or ``None`` if it is malformed or speaks of an earlier figure."""
    if not isinstance(message, dict) or message.get("digest") != digest:
        return None
    curve, point = message.get("curve"), _index(message.get("point"))
    if point is None or type(curve) is not int or not 0 <= curve < len(picture.figure.data):
        return None
    coordinates = [message.get(axis) for axis in "xyz"]
    if not all(_is_coordinate(value) for value in coordinates):
        return None
    x, y, z = coordinates
    return PlotClick(curve, point, _customdata(picture.figure.data[curve], point), x, y, z)


def _index(point: object) -> int | tuple[int, int] | None:
    places = range(2**31)  # numpy reads no larger ones
    if type(point) is int and point in places:
        return point
    if isinstance(point, list) and len(point) == 2 and all(type(i) is int and i in places for i in point):
        return point[0], point[1]
    return None


def _is_coordinate(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= 200
    if isinstance(value, int | float) and not isinstance(value, bool):
        return abs(value) <= sys.float_info.max  # false for NaN; a whole number of any length can be compared
    return value is None


def _customdata(trace: object, point: int | tuple[int, int]) -> object:
    """``trace.customdata`` at ``point``, or ``None`` where it has none there."""
    data = getattr(trace, "customdata", None)
    try:
        for i in point if isinstance(point, tuple) else (point,):
            data = None if data is None else data[i]
    except (IndexError, TypeError):
        return None
    return data
