"""The plot on a page: a figure goes down, clicks on its points come up.

``st.plotly_chart`` builds the chart anew whenever its data change. Here the browser keeps one chart a key and hands new figures
to ``Plotly.react``: zoom, orbit and hidden traces survive new data, and an equal figure is not drawn again.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from permviz.components.files import script
from permviz.components.plot.wire import PlotClick as PlotClick
from permviz.components.plot.wire import decode_click, encode_picture
from permviz.figures.picture import Picture
from permviz.ui.parts.mounting import numbered

# Styles are not isolated: Plotly puts its own into the document's head.
_component = st.components.v2.component("permviz_plot", js=script("plot/plot.js", "figure"), isolate_styles=False)


def plot(
    picture: Picture,
    *,
    key: str,
    on_click: Callable[[PlotClick], None] | None = None,
) -> None:
    """Show ``picture`` across the container's width, its sentence below; camera, zoom and hidden traces are kept while ``key``
    stays.

    A figure whose ``layout.uirevision`` changes starts from its own view again. Frames are replaced with the figure.

    Args:
        picture: drawn with ``theme.LIGHT``; NaN and infinite numbers are gaps. Use float32 arrays: half the bytes.
        key: unique on the page.
        on_click: called with each click on a point before the page runs again.

    Raises:
        ValueError: no picture, empty key, or height not in 80..4000.
    """
    if not key:
        raise ValueError("plot needs a non-empty key: without one the view could not be kept")
    data = encode_picture(picture, clickable=on_click is not None)
    _component(
        key=key,
        data=numbered(key, data),
        on_click_change=None if on_click is None else _click_handler(picture, key, data["digest"], on_click),
    )


def _click_handler(picture: Picture, key: str, digest: str, on_click: Callable[[PlotClick], None]) -> Callable[[], None]:
    def handle() -> None:
        click = decode_click(st.session_state[key].get("click"), picture.figure, digest)
        if click is not None:
            on_click(click)

    return handle
