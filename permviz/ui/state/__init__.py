"""The session of a visit in Streamlit: the door to it, for pages and for callbacks. What it holds, and how that changes, is in
:mod:`.session`; here it is kept under one key of Streamlit's state, given the address, and its address given to the browser.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import Trained
from permviz.experiment.own import TableTask
from permviz.experiment.recipe import Recipe
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network
from permviz.networks.tables import Table
from permviz.ui.state.caches import seeded_dataset, trainer
from permviz.ui.state.jobs import Job
from permviz.ui.state.own import keep_file, keep_network, keep_table, own_data, own_file, own_network, own_table
from permviz.ui.state.session import Session, began

_KEY = "visit"


class Visit:
    """A session that is replaced in one piece.

    Streamlit may end a run at any access to its state, and begin the next while the last has not noticed yet: so the state is
    asked for the visit once, and from then on nothing can come between reading and writing.
    """

    def __init__(self, session: Session) -> None:
        self._lock = threading.RLock()
        self.session = session

    def become(self, transition: Callable[[Session], Session]) -> None:
        with self._lock:
            self.session = transition(self.session)


def _marked() -> bool:
    """Whether this run is the one that a step through the browser's history asked for."""
    return getattr(get_script_run_ctx(), "is_history_navigation", False)


def _visit() -> Visit:
    """The visit. A step whose own request was dropped is taken here, before whatever callback has asked for the visit; in the
    run of its own request it is taken when the callbacks are done, since what they tell of was done before the step."""
    visit: Visit = st.session_state[_KEY]
    address = st.query_params.to_dict()
    if visit.session.is_new(address) and not _marked():
        visit.become(lambda session: session.asked_at(address))
    return visit


def enter() -> None:
    """At the start of a run of the whole app: begin at the address, or see where the browser is; take up what is trained."""
    address, marked = st.query_params.to_dict(), _marked()
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Visit(began(address, _repeated()))
    visit = _visit()
    visit.become(lambda session: session.asked_at(address, marked).settled(_find))
    _tell(visit)


def _repeated() -> tuple[str, ...]:
    """Parameters that the address gives several times."""
    return tuple(name for name in st.query_params if len(st.query_params.get_all(name)) > 1)


def keep_up() -> None:
    """In a run of fragments: see where the browser is, and tell it where it should be.

    Once a run, as afterwards Streamlit gives the address that the browser was told for the one that it asked with.
    """
    context = get_script_run_ctx()
    if context is None or not context.fragment_ids_this_run:
        return  # a run of the whole app has done so when it began
    address, visit = st.query_params.to_dict(), _visit()
    visit.become(lambda session: session.asked_at(address))
    _tell(visit)


def _tell(visit: Visit) -> None:
    if visit.session.behind:
        st.query_params.from_dict(visit.session.query)


def current() -> Experiment:
    """The experiment on the screen."""
    return _visit().session.experiment


def shown() -> Experiment:
    """What the build panel shows: a wanted experiment while its network is being trained, else the current one."""
    return _visit().session.shown


def trained() -> Trained | None:
    """The network of the experiment shown, or ``None`` while it is being trained; the same answer throughout a run."""
    return _visit().session.trained


def notes() -> tuple[str, ...]:
    """Sentences about the last input: what was ignored, and what is expected. Shown until the next input."""
    return _visit().session.notes


def has_link() -> bool:
    """Whether the visit's address says anything: that of a first visit does not."""
    return bool(_visit().session.query)


def behind() -> bool:
    """In a callback: whether its request was made before the browser was told of the last change."""
    return _visit().session.asked_at(st.query_params.to_dict()).behind


def asked_late() -> bool:
    """At the start of a page: whether this run's request was. A run of the whole app has looked at its address already."""
    context = get_script_run_ctx()
    in_fragment = context is not None and bool(context.fragment_ids_this_run)
    return behind() if in_fragment else _visit().session.behind


def say(*sentences: str) -> None:
    """Answer the last input by sentences; in a callback."""
    _visit().become(lambda session: session.said(*sentences))


def change(**changes: Any) -> None:
    """Change the current experiment, in a callback. A new recipe is trained first; a wrong value is answered by a sentence."""
    _visit().become(lambda session: session.changed(_find, **changes))


def stop() -> None:
    """Stop the training under way, and keep what it reached as the current experiment; in a callback."""
    _visit().become(lambda session: session.stopped(_find, lambda experiment: trainer().stop(experiment, _who())))


def training(recipe: Recipe) -> Job:
    """The training of a recipe, begun if need be; this session is seen to look at it.

    Raises:
        TooBusyError: if the server has too many.
    """
    return trainer().job(recipe, _who(), _own_data(recipe))


def known(recipe: Recipe) -> Trained | None:
    """The network that a recipe leads to, if it is trained; of one that is not the experiment's own."""
    return _find(Experiment(recipe))


def stop_training(recipe: Recipe) -> int | None:
    """Stop a training that is not the experiment's own, and keep what it reached; the step, or ``None`` before the first."""
    stopped = trainer().stop(Experiment(recipe), _who())
    return None if stopped is None else stopped.recipe.steps


def _find(experiment: Experiment) -> Trained | None:
    """The network of an experiment if it is known without training; of a table or a network that is not here nothing is."""
    data, named = _own_data(experiment.recipe), _own_network(experiment)
    if (experiment.recipe.table and data is None) or (experiment.is_of_named_network and named is None):
        return None
    return trainer().find(experiment, data, named)


def _own_network(experiment: Experiment) -> Network | None:
    """The network that an experiment names, if this visit brought it."""
    found = own_network(_visit(), experiment.theta) if experiment.is_of_named_network else None
    return found if found is not None and found.spec == experiment.recipe.spec else None


def missing_network() -> bool:
    """Whether the experiment shown is of a network that this visit has not brought, or that was forgotten."""
    return shown().is_of_named_network and _own_network(shown()) is None


def bring_network(network: Network) -> str:
    """Keep a visitor's network while the visit lasts, and its name here; in a callback."""
    return keep_network(_visit(), network)


def _own_data(recipe: Recipe) -> Dataset | None:
    """The recipe's table as data, if it is of one that this visit brought."""
    try:
        return own_data(_visit(), recipe.task) if recipe.table else None
    except ValueError:  # it is not as the link says
        return None


def missing() -> TableTask | None:
    """The table that the experiment shown is of, where this visit has not brought it, or it was forgotten."""
    recipe = shown().recipe
    return recipe.table if _own_data(recipe) is None else None


def bring(content: bytes) -> Table:
    """Keep a visitor's table while the visit lasts; in a callback.

    Raises:
        ValueError: naming row and column of what cannot be read.
    """
    return keep_table(_visit(), content)


def brought(digest: str) -> Table | None:
    """A table that was brought in this visit."""
    return own_table(_visit(), digest)


def bring_file(content: bytes) -> str:
    """Keep a visitor's file while the visit lasts, and its name here; in a callback."""
    return keep_file(_visit(), content)


def brought_file(name: str) -> bytes | None:
    """A file that was brought in this visit."""
    return own_file(_visit(), name)


def dataset(experiment: Experiment) -> Dataset:
    """The experiment's data.

    Raises:
        ValueError: if they are those of a table that is :func:`missing`.
    """
    recipe = experiment.recipe
    return recipe.dataset(_own_data(recipe)) if recipe.table else seeded_dataset(experiment)


def _who() -> str:
    """A name of the session, by which its trainings are told from those of others."""
    context = get_script_run_ctx()
    return context.session_id if context else ""
