"""A file that a visitor brings: read in the browser (permviz/components/own/), heard once, and answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from permviz.components.files import script
from permviz.components.own.wire import GivenFile, decode_file
from permviz.ui.parts.hearing import hear
from permviz.ui.parts.mounting import numbered, received

_component = st.components.v2.component(
    "permviz_reader",
    js=script("own/reader.js", "file chooser"),
    isolate_styles=False,  # a dialog keeps the focus among its elements, and does not look into shadow roots
)


def file_reader(
    *,
    key: str,
    what: str,
    accept: str,
    on_file: Callable[[GivenFile], str | None],
    paste: str = "",
    wanted: str = "",
    under: str = "",
) -> None:
    """Let the visitor choose or drop a file, or paste one as text.

    Args:
        key: the same in every run.
        what: what is asked for, such as "table".
        accept: endings, as of an HTML input: ".csv,.txt".
        on_file: called in Streamlit's callback phase with each file; by the name that it gives to what is in it, the browser's
            tab remembers the file. Its ``ValueError`` is shown beside the button.
        paste: the label of a field for text; without it files are taken alone.
        under: the name that whatever is taken has, where the page is then another one, and hears no answer.
        wanted: the name of the one thing that is asked for: a browser that still has it sends it by itself.
    """
    memory: dict[str, Any] = st.session_state.setdefault(f"{key}-heard", {})

    def heard() -> None:
        hear(received(key, "given"), memory, lambda message: on_file(decode_file(message)))

    data = {
        "what": what,
        "accept": accept,
        "paste": paste,
        "wanted": wanted,
        "under": under,
        "answered": memory.get("answered"),
    }
    _component(key=key, data=numbered(key, data), on_given_change=heard)
