"""The page without a server, to be saved; it is made when it is asked for."""

from __future__ import annotations

import streamlit as st

from permviz.components.page.writing import page_of, why_no_page
from permviz.experiment.experiment import Experiment
from permviz.lessons.apart import what_is_here, why_not_apart
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network
from permviz.ui import state
from permviz.ui.state.caches import kept


def page_bytes(experiment: Experiment, network: Network, data: Dataset, link: str, lesson: str = "") -> bytes:
    """The file, which holds the experiment's ``network`` and leads back to ``link``. It asks no session, having none."""
    return page_of(experiment, network, data, link, lesson).encode()


def page_button(experiment: Experiment, link: str) -> None:
    """A button that saves the page; where there is none, the reason. ``link``: of the experiment, or what there is of it."""
    trained = state.trained()
    if trained is None or state.shown() != experiment:
        st.caption("The page that needs no server can be saved when the network is trained.")
        return
    network, data = trained.network, state.dataset(experiment)
    reason = why_no_page(network, data)
    if reason:
        st.caption(reason)
        return
    lesson = _lesson(experiment, network, data)
    task, widths = experiment.recipe.task.partition(".")[0], "-".join(map(str, network.spec.widths))
    st.download_button(
        "Save this page",
        lambda: page_bytes(experiment, network, data, link if link.startswith("http") else "", lesson),
        file_name=f"permviz-{task}-{widths}{lesson and f'-{lesson}'}.html",
        mime="text/html",
        icon=":material/download:",
        on_click="ignore",
        key="save-page",
    )
    st.caption(
        "One file of about 120 kB that needs no server: the network, to be dragged and walked, from a disk or in an article."
    )


def _lesson(experiment: Experiment, network: Network, data: Dataset) -> str:
    """The lesson that the page is to lead through: the one that is followed, if that is wanted and can be."""
    name = experiment.lesson.name
    if not name:
        return ""
    if why_not_apart(name):
        st.caption("Without the lesson, most of whose steps are on other pages.")
        return ""
    if kept(experiment, "room for a lesson", name, compute=lambda: why_no_page(network, data, name)):  # it encodes the lesson
        st.caption("Without the lesson, for which the file has no room.")
        return ""
    return name if st.checkbox("With the lesson", value=True, key="page-lesson", help=what_is_here(name)) else ""
