"""The plot on a page: a figure goes down, clicks on its points come up.

``st.plotly_chart`` builds the chart anew whenever its data change. Here the browser keeps one chart a key and hands new figures
to ``Plotly.react``: zoom, orbit and hidden traces survive new data, and an equal figure is not drawn again.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from permviz.components.files import script
from permviz.components.plot.wire import PlotClick as PlotClick
from permviz.components.plot.wire import decode_click, decode_step, encode_picture
from permviz.figures.picture import Picture
from permviz.ui import state
from permviz.ui.parts.mounting import numbered, received

# Styles are not isolated: Plotly puts its own into the document's head.
_component = st.components.v2.component("permviz_plot", js=script("plot/plot.js", "figure"), isolate_styles=False)


def plot(
    picture: Picture,
    *,
    key: str,
    on_click: Callable[[PlotClick], None] | None = None,
    at: int = 0,
    of: str = "",
    on_step: Callable[[int], None] | None = None,
) -> None:
    """Show ``picture`` across the container's width, its sentence below; camera, zoom and hidden traces are kept while ``key``
    stays.

    A figure whose ``layout.uirevision`` changes starts from its own view again.

    Args:
        picture: drawn with ``theme.LIGHT``; NaN and infinite numbers are gaps. Use float32 arrays: half the bytes.
        key: unique on the page.
        on_click: called with each click on a point before the page runs again; its ``ValueError`` is answered by its sentence.
        at: of a picture with steps, the one to begin with, from 0.
        of: the name of the network that the steps are about: a diagram of it shows their parameters meanwhile.
        on_step: called with the step at which a person leaves the slider; without, nobody but the browser knows it.

    Raises:
        ValueError: no picture, empty key, height not in 80..4000, or no such step.
    """
    if not key:
        raise ValueError("plot needs a non-empty key: without one the view could not be kept")
    heard = received(key, "step") if picture.steps is not None else None
    data = encode_picture(picture, clickable=on_click is not None, at=at, of=of, told=on_step is not None, heard=heard)
    _component(
        key=key,
        data=numbered(key, data),
        on_click_change=None if on_click is None else _click_handler(picture, key, data["digest"], on_click),
        on_step_change=None if on_step is None else _step_handler(picture, key, data["digest"], on_step),
    )


def _step_handler(picture: Picture, key: str, digest: str, on_step: Callable[[int], None]) -> Callable[[], None]:
    def handle() -> None:
        step = decode_step(received(key, "step"), picture, digest)
        if step is not None:
            on_step(step)

    return handle


def _click_handler(picture: Picture, key: str, digest: str, on_click: Callable[[PlotClick], None]) -> Callable[[], None]:
    def handle() -> None:
        click = decode_click(received(key, "click"), picture, digest)
        if click is None:
            return
        try:
            on_click(click)
        except ValueError as refused:
            state.say(str(refused))

    return handle
