"""A screen that shows less than the whole app, as a link may ask: for a class, for one part in an iframe, for a projector."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import Trained
from permviz.experiment.link import to_query
from permviz.experiment.recipe import Recipe
from permviz.networks.digits import loss_text
from permviz.networks.evaluation import objective_word
from permviz.ui import state
from permviz.ui.parts.build import task_label
from permviz.ui.parts.share import address
from permviz.ui.parts.training_status import heading, stop_button, training_status


def builds(experiment: Experiment) -> bool:
    """Whether the build panel is shown."""
    return not (experiment.present or experiment.view or "build" in experiment.hide)


def summary(after: str = "") -> None:
    """What stands for the build panel where it is not shown: what was built, and what was reached."""
    if state.missing() is not None:  # the page asks for the data, and nothing is reached yet
        return
    st.caption(_summary(state.shown().recipe, state.trained()) + after, width="content")


def _summary(recipe: Recipe, trained: Trained | None) -> str:
    widths = "-".join(map(str, recipe.spec.widths))
    built = (task_label(recipe.task), f"{widths} {recipe.activation}", f"{recipe.steps} steps")
    got = (
        ("being trained",)
        if trained is None
        else (f"{objective_word(recipe.decay)} {loss_text(trained.loss)}", heading(trained).lower())
    )
    return " · ".join([*built, *got])


def present_button(experiment: Experiment) -> None:
    """The way into the view for a projector, and out of it."""
    label, icon, told = (
        ("End", ":material/close_fullscreen:", "Back to the whole app.")
        if experiment.present
        else ("Present", ":material/present_to_all:", "For a projector: large, and without the build panel.")
    )
    if st.button(label, icon=icon, key="present", shortcut="P", help=told, on_click=_present, args=(not experiment.present,)):
        st.rerun()  # the header alone has run, and the build panel comes or goes


def _present(wanted: bool) -> None:
    state.change(present=wanted)


def below(experiment: Experiment) -> None:
    """At the page's end, where it moves nothing: a training under way; of a part that is shown alone, the way to the rest;
    before a room, what was built, for which large type leaves the header no room.
    """
    if state.trained() is None and not builds(experiment):
        training_status()
        stop_button()
    if experiment.view:
        _whole_app()
    elif experiment.present:
        summary()


def _whole_app() -> None:
    """What a part alone is of, and the way to the rest, in another tab."""
    query = urlencode(to_query(state.current().changed(view="", hide=())))
    summary(f" · [Open in permviz]({address()}?{query})")
