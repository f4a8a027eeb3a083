"""Widgets that show the experiment and change it; none holds a truth of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from permviz.ui import state

LATE_SECONDS = 2.0
"""By its address one sees whether the browser has been told of a value, but not every value has one: a draft's has none yet."""


def _default(widget: Callable[..., Any], value: Any, options: dict[str, Any]) -> dict[str, Any]:
    """The argument that makes ``value`` the default of ``widget``: a browser that builds it anew begins from its default."""
    if widget in (st.selectbox, st.radio):
        return {"index": list(options["options"]).index(value)}
    return {"default": value} if widget in (st.segmented_control, st.pills) else {"value": value}


def control(
    widget: Callable[..., Any], label: str, key: str, value: Any, change: Callable[[Any], None], **options: Any
) -> None:
    """``widget`` showing ``value``; what a person sets goes to ``change``, whose ``ValueError`` is answered by its sentence."""
    replaced = f"{key}-replaced"
    if st.session_state.get(key) != value:  # an equal value is not sent again, lest it overwrite what is being typed
        st.session_state[replaced] = (st.session_state.get(key), time.monotonic())
        st.session_state[key] = value

    def changed() -> None:
        given = st.session_state.get(key)  # none: a message from the page before, where another has begun
        old, when = st.session_state.get(replaced, (None, 0.0))
        # A message that the browser sent before it was told of the new value still carries the old one: nobody chose that.
        late = given == old and (time.monotonic() - when < LATE_SECONDS or state.behind())
        if given is None or late:  # None is a choice un-chosen; the widget shows the experiment's value again
            return
        if not _offered(given, options.get("options")):
            state.say("That choice was made before the page changed, and is not offered any more. Nothing was changed.")
            return
        try:
            change(given)
        except ValueError as error:
            state.say(str(error))

    widget(label, key=key, on_change=changed, **_default(widget, value, options), **options)


def _offered(given: Any, options: Sequence[Any] | None) -> bool:
    """Whether all that was chosen is among the options; Streamlit hands on as text what it does not find there."""
    return options is None or all(choice in options for choice in (given if isinstance(given, list) else [given]))


def _same(given: Any) -> Any:
    return given


def field(
    widget: Callable[..., Any], label: str, name: str, parse: Callable[[Any], Any] = _same, show: Any = None, **options: Any
) -> None:
    """A control of one setting of the recipe; ``parse`` turns what is given into its value, ``show`` stands for it."""
    value = getattr(state.shown().recipe, name) if show is None else show
    control(widget, label, f"build-{name}", value, lambda given: state.change(**{name: parse(given)}), **options)


def setting(widget: Callable[..., Any], label: str, page: str, name: str, show: Any = None, **options: Any) -> None:
    """A control of one setting of a page, such as ``slices.log``."""
    value = getattr(getattr(state.shown(), page), name) if show is None else show
    control(widget, label, f"{page}-{name}", value, lambda given: state.change(**{page: {name: given}}), **options)


def layer_setting(page: str, hidden: tuple[int, ...], show: int) -> None:
    """The setting ``layer`` of a page: one of the hidden layers of these widths, from 1."""
    setting(
        st.selectbox,
        "Layer",
        page,
        "layer",
        show=show,
        options=range(1, len(hidden) + 1),
        format_func=lambda k: f"hidden layer {k} ({hidden[k - 1]} node{'s' if hidden[k - 1] > 1 else ''})",
    )
