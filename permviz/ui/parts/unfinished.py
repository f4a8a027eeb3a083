"""Work of many parts that a page does bit by bit: shown as far as it is, with progress, Stop and Go on, it grows by itself.

What it is of, ``of``, says which work a visit has stopped or begun; the parts themselves are kept for all who look at them
(:mod:`permviz.ui.state.caches`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

import streamlit as st

from permviz.ui.parts.own import choosing
from permviz.ui.parts.share import sharing
from permviz.ui.parts.training_status import POLL_SECONDS

MOST_STOPPED = 20
AT_ONCE_SECONDS, BETWEEN_SECONDS = 0.5, 0.1
"""So long a run computes before it shows what it has; and one that shows what the part that goes on by itself has found:
were it longer, the browser would fade what it shows meanwhile."""


def now_until(name: str, of: Hashable) -> float:
    """Until when this run of the app may compute: not at all where it was stopped."""
    if of in _stopped(name):
        return 0.0
    key = f"{name}-begun"
    begun, st.session_state[key] = st.session_state.get(key) == of, of
    return time.monotonic() + (BETWEEN_SECONDS if begun else AT_ONCE_SECONDS)


def unfinished(name: str, of: Hashable, done: int, total: int, told: str, compute: Callable[[float], object]) -> None:
    """Progress and Stop, and a part that goes on by itself: ``compute`` for a moment, until the time that it is given, then the
    app runs again; or, once stopped, how to go on.

    Args:
        name: before the keys of what stands here.
        of: see above.
        done, total: parts.
        told: what is being done, and what a part is called, such as "Following the network: stage".
        compute: is given the time until which it may.
    """
    stopped = of in _stopped(name)
    doing, _, part = told.rpartition(": ")
    with st.container(horizontal=True, vertical_alignment="center", key=f"{name}-progress"):
        if stopped:  # the button stands first: what the browser still shows of the other one moves nothing under the mouse
            st.button("Go on", key=f"{name}-on", icon=":material/play_arrow:", on_click=_go_on, args=(name, of))
        else:
            st.button("Stop", key=f"{name}-stop", icon=":material/stop:", on_click=_stop, args=(name, of))
        st.progress(done / total, text=f"{'Stopped' if stopped else doing}: {part} {done} of {total}")
    if not stopped:
        st.fragment(_goes_on, run_every=POLL_SECONDS)(compute, [])


def _stopped(name: str) -> list[Hashable]:
    """The works that this visit has stopped, the last few."""
    stopped: list[Hashable] = st.session_state.setdefault(f"{name}-stopped", [])
    return stopped


def _stop(name: str, of: Hashable) -> None:
    stopped = _stopped(name)
    stopped[:] = [*stopped, of][-MOST_STOPPED:]


def _go_on(name: str, of: Hashable) -> None:
    stopped = _stopped(name)
    stopped[:] = [other for other in stopped if other != of]


def _goes_on(compute: Callable[[float], object], drawn: list[bool]) -> None:
    """``drawn`` is empty only during the run of the whole app that this is part of, which must not be cut short."""
    if drawn:
        compute(time.monotonic() + AT_ONCE_SECONDS)
        if not sharing() and not choosing():
            st.rerun(scope="app")
    drawn.append(True)
