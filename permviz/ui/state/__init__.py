"""The experiment of this session. The URL is its truth: read and validated at every run, written only in callbacks.

Each write adds an entry to the browser's history, so Back is an undo. A run that follows a write may still carry the URL from
before it (the browser sent it too early); unless the visitor went back through the history, that URL is not adopted again.
"""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from permviz.experiment.experiment import Experiment, fitted
from permviz.experiment.follow import Trained, with_parameters
from permviz.experiment.link import from_query, to_query
from permviz.ui.state.caches import trainer

_EXPERIMENT, _READ, _BEFORE, _NOTES, _DRAFT, _TRAINED = (
    "experiment",
    "read",
    "before",
    "notes",
    "draft",
    "trained",
)


def read_url() -> None:
    """Adopt the URL's experiment, at the start of a full run."""
    query = st.query_params.to_dict()
    known = st.session_state.get(_EXPERIMENT)
    went_back = getattr(get_script_run_ctx(), "is_history_navigation", False)
    late = query == st.session_state.get(_BEFORE) and not went_back
    if known is not None and (query == st.session_state[_READ] or late):
        return
    experiment, notes = from_query(query)
    # Back at a link without parameters: those of the recipe are meant, not what was made of them since.
    if known is not None and known.recipe == experiment.recipe and not experiment.theta and not went_back:
        experiment = experiment.changed(theta=known.theta)
    st.session_state.update({_EXPERIMENT: experiment, _READ: query, _BEFORE: None, _NOTES: list(notes)})
    st.session_state.pop(_DRAFT, None)


def current() -> Experiment:
    """The experiment on the screen."""
    experiment: Experiment = st.session_state[_EXPERIMENT]
    return experiment


def draft() -> Experiment | None:
    """A wanted experiment whose network is still being trained; it becomes the current one when it is."""
    return st.session_state.get(_DRAFT)


def shown() -> Experiment:
    """What the build panel shows: the draft while there is one."""
    return draft() or current()


def trained() -> Trained | None:
    """The network of the experiment shown, or ``None`` while it is being trained; the same answer throughout a run."""
    return st.session_state.get(_TRAINED)


def settle() -> None:
    """Once the network shown is trained, a draft becomes current and goes to the URL; the current one keeps its URL."""
    known = trainer().find(shown())
    st.session_state[_TRAINED] = known
    if known is None:
        return
    wanted = draft()
    if wanted is not None:
        write(wanted)
    elif not current().theta:
        st.session_state[_EXPERIMENT] = with_parameters(current(), known.network)


def stop() -> None:
    """Stop the training under way, and keep what it reached as the current experiment; in a callback."""
    if trainer().find(shown()) is None:
        stopped = trainer().stop(shown())
        if stopped is not None:
            write(stopped)
        elif st.session_state.pop(_DRAFT, None) is not None:
            say("The training had not begun: it was taken back, and the network before it is shown again.")
        else:
            say("The training had not begun: nothing was stopped.")


def notes() -> list[str]:
    """Sentences about the last input: what was ignored, and what is expected. Shown until the next input."""
    return list(st.session_state.get(_NOTES, []))


def say(*sentences: str) -> None:
    st.session_state[_NOTES] = list(sentences)


def write(experiment: Experiment) -> None:
    """Make ``experiment`` the current one and the URL's; in callbacks, or right before a rerun.

    Settings that do not fit its network go back to their defaults, so that its link has nothing to complain of.
    """
    experiment = fitted(experiment)[0]
    if not experiment.theta:
        known = trainer().find(experiment)
        if known is not None:
            experiment = with_parameters(experiment, known.network)
    query = to_query(experiment)
    if query != st.session_state[_READ]:
        st.session_state.update({_BEFORE: st.session_state[_READ], _READ: query})
        st.query_params.from_dict(query)
    st.session_state.update({_EXPERIMENT: experiment, _NOTES: []})
    st.session_state.pop(_DRAFT, None)


def change(**changes: Any) -> None:
    """Change the current experiment, in a callback. A new recipe becomes a draft, which is trained first; a wrong value changes
    nothing and is answered by a sentence."""
    try:
        wanted = shown().changed(**changes)
    except ValueError as error:
        say(f"{error} Nothing was changed.")
        return
    if wanted.recipe == current().recipe or trainer().find(wanted) is not None:
        write(wanted)
    else:
        st.session_state.update({_DRAFT: wanted, _NOTES: []})
