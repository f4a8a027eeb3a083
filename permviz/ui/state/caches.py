"""Every cache, each bounded and shared by all sessions: the same question is computed once, however many ask it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st

from permviz.experiment.experiment import Experiment
from permviz.figures.picture import Picture
from permviz.networks.datasets import Dataset
from permviz.ui.state.jobs import Trainer

T = TypeVar("T")


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


@st.cache_resource(show_spinner=False, max_entries=500)
def _remembered(key: str, _compute: Callable[[], T]) -> T:
    return _compute()


def remembered(key: tuple[Hashable, ...], compute: Callable[[], T]) -> T:
    """``compute()``, a pure function of ``key``, cached. Sessions that ask at once wait for one of them."""
    result: T = _remembered(repr(key), compute)
    return result


@st.cache_resource(show_spinner=False, max_entries=200)
def _drawn(key: str, _draw: Callable[[], Picture]) -> Picture:
    return _draw()


def drawn(key: tuple[Hashable, ...], draw: Callable[[], Picture]) -> Picture:
    """``draw()``, a pure function of ``key``, cached apart from results: pictures are large, and take tens of milliseconds."""
    return _drawn(repr(key), draw)


def kept(experiment: Experiment, *settings: Hashable, compute: Callable[[], T]) -> T:
    """``compute()``, a pure function of the experiment's network and ``settings``, cached."""
    return remembered((experiment.recipe, experiment.theta, *settings), compute)


def kept_picture(experiment: Experiment, *settings: Hashable, draw: Callable[[], Picture]) -> Picture:
    """``draw()``, a pure function of the experiment's network and ``settings``, cached."""
    return drawn((experiment.recipe, experiment.theta, *settings), draw)


def dataset(experiment: Experiment) -> Dataset:
    """The experiment's data."""
    recipe = experiment.recipe
    return remembered(("data", recipe.task, recipe.samples, recipe.noise, recipe.draw), recipe.dataset)
