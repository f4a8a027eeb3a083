"""What all sessions share: the same question is computed once, however many ask it, and its answer kept while memory allows.

Whatever takes more than 20 ms is asked for here: a run that shows what an earlier one showed computes nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st

from permviz.experiment.experiment import Experiment
from permviz.figures.picture import Picture
from permviz.networks.datasets import Dataset
from permviz.ui.state.jobs import Trainer
from permviz.ui.state.store import Store

T = TypeVar("T")

MOST_BYTES = 256 * 2**20
"""Of everything that is kept."""


@st.cache_resource(show_spinner=False)
def freeze_heap() -> bool:
    """Exempt what is loaded by now from garbage collection, once a process.

    A full collection that walks torch's and plotly's objects too holds the interpreter for 200 ms; without them, for 18.
    """
    gc.collect()
    gc.freeze()
    return True


@st.cache_resource(show_spinner=False)
def trainer() -> Trainer:
    """The trainings of this server."""
    return Trainer()


@st.cache_resource(show_spinner=False)
def _store() -> Store:
    return Store(MOST_BYTES)


def remembered(key: tuple[Hashable, ...], compute: Callable[[], T]) -> T:
    """``compute()``, a pure function of ``key``, cached. Sessions that ask at once wait for one of them."""
    result: T = _store().get(repr(key), compute)
    return result


def drawn(key: tuple[Hashable, ...], draw: Callable[[], Picture]) -> Picture:
    """``draw()``, a pure function of ``key``, cached as the browser is sent it: pictures take tens of milliseconds."""

    def ready() -> Picture:
        picture = draw()
        picture.json  # noqa: B018 — it is kept with the picture from here on
        return picture

    return remembered(("picture", *key), ready)


def kept(experiment: Experiment, *settings: Hashable, compute: Callable[[], T]) -> T:
    """``compute()``, a pure function of the experiment's network and ``settings``, cached."""
    return remembered((experiment.recipe, experiment.theta, *settings), compute)


def is_remembered(key: tuple[Hashable, ...]) -> bool:
    """Whether :func:`remembered` would compute nothing."""
    return _store().has(repr(key))


def is_kept(experiment: Experiment, *settings: Hashable) -> bool:
    """Whether :func:`kept` would compute nothing."""
    return is_remembered((experiment.recipe, experiment.theta, *settings))


def kept_picture(experiment: Experiment, *settings: Hashable, draw: Callable[[], Picture]) -> Picture:
    """``draw()``, a pure function of the experiment's network and ``settings``, cached."""
    return drawn((experiment.recipe, experiment.theta, *settings), draw)


def seeded_dataset(experiment: Experiment) -> Dataset:
    """The experiment's data, if it is not of a table: those are asked for by :func:`permviz.ui.state.dataset`."""
    recipe = experiment.recipe
    drawn = remembered(("data", recipe.task, recipe.samples, recipe.noise, recipe.draw), recipe.changed(decay=0.0).dataset)
    return drawn.with_weight_decay(recipe.decay)
