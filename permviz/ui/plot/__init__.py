"""A Plotly view that keeps its camera: zoom, orbit and hidden traces survive new data, and an equal figure is not drawn again.

``st.plotly_chart`` builds the chart anew whenever its data change. Here the browser keeps one chart a key and hands new figures
to ``Plotly.react``. Figures are drawn in the colours of ``theme.LIGHT``; in the dark theme the browser exchanges exactly those
colours for the ones of ``theme.DARK``, so Python need not know which theme is shown.

The wire, all of it: down go the figure as JSON text (arrays in base64), its digest and a few plain settings; up comes
``click = {session, number, digest, curve, point, x, y, z}``, checked by ``_read_click``. The point of a trace with ``meta =
{"handle": True}`` can be dragged, which is a click on it where it is dropped; see handle.js.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from permviz.figures.picture import Picture
from permviz.figures.theme import DARK, LIGHT
from permviz.ui.diagram.bundle import join
from permviz.ui.mounting import MOUNTING, numbered
from permviz.ui.plot.library import plotly_path

Coordinate = float | str | None
_HERE = Path(__file__).parent
_FILES = ("arrays.js", "figure.js", "saving.js", "library.js", "handle.js", "plot.js")
_COLOURS = {light: asdict(DARK)[name] for name, light in asdict(LIGHT).items()}
_component = st.components.v2.component(
    "permviz_plot",
    js=join({"mounting.js": MOUNTING} | {name: (_HERE / name).read_text(encoding="utf-8") for name in _FILES}),
    css=(_HERE / "plot.css").read_text(encoding="utf-8"),
    isolate_styles=False,  # Plotly puts its own style sheet into the document's head
)


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


def plot(
    picture: Picture,
    *,
    key: str,
    filename: str = "permviz",
    on_click: Callable[[PlotClick], None] | None = None,
) -> None:
    """Show ``picture`` across the container's width, its sentence below; camera, zoom and hidden traces are kept while ``key``
    stays.

    A figure whose ``layout.uirevision`` changes starts from its own view again. Frames are replaced with the figure.

    Args:
        picture: drawn with ``theme.LIGHT``; NaN and infinite numbers are gaps. Use float32 arrays: half the bytes.
        key: unique on the page.
        filename: of saved pictures and numbers, without ending.
        on_click: called with each click on a point before the page runs again.

    Raises:
        ValueError: no picture, empty key, height not in 80..4000, or a file name with unusual characters.
    """
    if not isinstance(picture, Picture):
        raise ValueError(f"plot expects a permviz.figures.picture.Picture, got {type(picture).__name__}")
    figure, height = picture.figure, picture.height
    if not key:
        raise ValueError("plot needs a non-empty key: without one the view could not be kept")
    if not 80 <= height <= 4000:
        raise ValueError(f"height must be 80 to 4000 pixels, got {height}")
    if not re.fullmatch(r"[\w-][\w.-]{0,99}", filename):
        raise ValueError(f"filename must be letters, digits, '-', '_' and '.', got {filename!r}")
    text = figure.to_json(engine="json")
    digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    data = {
        "figure": text,
        "digest": digest,
        "plotly": plotly_path(),
        "label": picture.label,
        "caption": picture.sentence,
        "height": height,
        "filename": filename,
        "clickable": on_click is not None,
        "colours": _COLOURS,
    }
    _component(
        key=key,
        data=numbered(key, data),
        on_click_change=None if on_click is None else _click_handler(figure, key, digest, on_click),
    )


def _click_handler(figure: go.Figure, key: str, digest: str, on_click: Callable[[PlotClick], None]) -> Callable[[], None]:
    def handle() -> None:
        click = _read_click(st.session_state[key].get("click"), figure, digest)
        if click is not None:
            on_click(click)

    return handle


def _read_click(message: object, figure: go.Figure, digest: str) -> PlotClick | None:
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
