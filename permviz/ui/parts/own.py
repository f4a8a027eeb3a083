"""One's own data and networks in the build panel: choosing them opens a dialog, in which they are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from permviz.ui.parts.own_model import TITLE, choose_model
from permviz.ui.parts.own_points import draw_points
from permviz.ui.parts.own_table import choose_table

_ASKED = "own-asked"


@dataclass(frozen=True)
class Own:
    """A kind of own things: ``choice`` in the list of tasks, if it is one, ``title`` of its dialog, which ``make`` fills."""

    choice: str
    title: str
    icon: str
    make: Callable[[Callable[[], None]], None]


OWN = {
    "drawn": Own("draw points …", "Drawn points", ":material/draw:", draw_points),
    "table": Own("your own table …", "Your own table", ":material/table:", choose_table),
    "model": Own("", TITLE, ":material/hub:", choose_model),
}
TASKS_OF_ONES_OWN = [name for name, kind in OWN.items() if kind.choice]


def ask(kind: str) -> None:
    """Open the dialog of a kind in the next run; in a callback."""
    st.session_state[_ASKED] = kind


def choosing() -> bool:
    """Whether a dialog is open."""
    return _ASKED in st.session_state


def own_dialog() -> None:
    """The dialog that was asked for, if one was."""
    kind = OWN.get(st.session_state.get(_ASKED, ""))
    if kind is None:
        return

    @st.dialog(kind.title, icon=kind.icon, on_dismiss=_dismiss)
    def dialog() -> None:
        if _ASKED not in st.session_state:  # done: the page behind it is another one now
            st.rerun()
        kind.make(_dismiss)

    dialog()


def _dismiss() -> None:
    st.session_state.pop(_ASKED, None)
