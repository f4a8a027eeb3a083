"""The frame of a page that has several views: title and choice above, diagram and numbers left, the view right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from permviz.experiment.experiment import Experiment
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network
from permviz.ui import state
from permviz.ui.parts.controls import setting
from permviz.ui.parts.workbench import ALONE, WITH_THE_PAGE, small_diagram
from permviz.ui.state.caches import dataset

View = tuple[str, Callable[[Network, Dataset, Experiment, DeltaGenerator], None]]
"""Its name for people, and the function that draws it; the last argument is a container for controls and numbers beside it."""


def show_views(
    page: str, title: str, views: Mapping[str, View], apart: Collection[str] = (), following: Collection[str] = ()
) -> None:
    """The view that the setting ``show`` names.

    Views ``apart`` are not about the diagram, which then stands last; those ``following`` show the order of the nodes.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="title"):
        st.markdown(f"##### {title}", width="content")
        setting(
            st.segmented_control,
            "View",
            page,
            "show",
            options=list(views),
            format_func=lambda name: views[name][0],
            label_visibility="collapsed",
            wrap=True,
        )
    show = getattr(state.current(), page).show
    with st.container(key="views"):
        left, right = st.columns([2, 3], gap="medium")
    with left:
        above = st.container()
        small_diagram(WITH_THE_PAGE if show in following else ALONE)
        below = st.container()
    trained = state.trained()
    with right:
        if trained is None:
            st.info("The network is being trained: this is drawn as soon as it is.", icon=":material/hourglass_top:")
            return
        experiment = state.current()
        views[show][1](trained.network, dataset(experiment), experiment, above if show in apart else below)
