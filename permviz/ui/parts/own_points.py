"""Points that a visitor draws: a plane in a dialog; they are the task, and travel in the link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from permviz.components.files import script
from permviz.components.own.wire import decode_points
from permviz.experiment.own import drawn_points, drawn_task
from permviz.figures.theme import DARK, LIGHT
from permviz.ui import state
from permviz.ui.parts.hearing import hear
from permviz.ui.parts.mounting import numbered, received

_component = st.components.v2.component(
    "permviz_draw",
    js=script("own/draw.js", "plane"),
    isolate_styles=False,  # as in reader.py
)
_COLOURS = {"a": [LIGHT.negative, DARK.negative], "b": [LIGHT.positive, DARK.positive]}
"""As the output's picture paints the two classes."""


def draw_points(done: Callable[[], None]) -> None:
    """The dialog's content; ``done`` is called when the points have become the task."""
    memory: dict[str, Any] = st.session_state.setdefault("own-points-heard", {})

    def take(message: Any) -> str:
        try:
            task = drawn_task(*decode_points(message))
        except ValueError as refused:
            raise ValueError(f"The points are no task: {refused}.") from None
        state.change(task=task)
        done()
        return task

    def heard() -> None:
        hear(received("own-points", "given"), memory, take)

    recipe = state.shown().recipe
    first, second = drawn_points(recipe.task) if recipe.is_drawn else ([], [])
    data = {"first": first, "second": second, "colours": _COLOURS, "answered": memory.get("answered")}
    _component(key="own-points", data=numbered("own-points", data), on_given_change=heard)
