"""The frame of a page that has several views: title and choice above, diagram and numbers left, the view right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from permviz.experiment.experiment import Experiment
from permviz.networks.datasets import Dataset
from permviz.networks.evaluation import objective_label
from permviz.networks.network import Network, NetworkSpec
from permviz.symmetry.counting import permutation_count
from permviz.ui import state
from permviz.ui.parts.controls import setting
from permviz.ui.parts.workbench import small_diagram


@dataclass(frozen=True, eq=False)
class Shown:
    """What a view is of, and where it may put things beside itself.

    Attributes:
        network: as trained, single.
        data: what it was trained on.
        experiment: all settings, those of the page among them.
        aside: a container beside the view, for its controls and numbers.
    """

    network: Network
    data: Dataset
    experiment: Experiment
    aside: DeltaGenerator

    @property
    def spec(self) -> NetworkSpec:
        """Of the network."""
        return self.network.spec

    @property
    def loss_label(self) -> str:
        """The loss and its unit, for axes, and whether decay is added."""
        return objective_label(self.data)

    @property
    def copies(self) -> int:
        """``prod n_k!``, the permutations of the network: 1 where every layer has one node."""
        return permutation_count(self.spec.hidden)


@dataclass(frozen=True)
class View:
    """One of a page's views.

    Attributes:
        name: for people.
        show: draws it.
        apart: of a view that is not about the network in the diagram, the sentence that says so; the diagram stands last.
        follows: whether it shows the present order of the nodes. One that does not is not drawn again after a swap.
        called: what the network in the diagram is called, where there is another one.
        title: what the page is then called, where its own title is not about this view.
    """

    name: str
    show: Callable[[Shown], None]
    apart: str = ""
    follows: bool = False
    called: str = ""
    title: str = ""


def headline(text: str) -> None:
    """What a view says in large letters."""
    with st.container(key="headline"):
        st.markdown(f"## {text}")


def now_shown(aside: DeltaGenerator, waiting: str) -> Shown | None:
    """The network of the experiment, or the sentence ``waiting`` and ``None`` while it is being trained."""
    trained = state.trained()
    if trained is None:
        st.info(waiting, icon=":material/hourglass_top:")
        return None
    experiment = state.current()
    return Shown(trained.network, state.dataset(experiment), experiment, aside)


def _figure_alone(page: str, views: Mapping[str, View]) -> None:
    """The figure of the view that the setting ``show`` of the page names; its controls and numbers are folded away below."""
    place, aside = st.container(), st.expander("Settings and numbers")
    with place:
        shown = now_shown(aside, "The network is being trained: this is drawn as soon as it is.")
        if shown is not None:
            views[getattr(state.current(), page).show].show(shown)


def show_views(page: str, title: str, views: Mapping[str, View]) -> None:
    """The view that the setting ``show`` of the page names, beside the diagram."""
    if state.current().view == "diagram":
        return small_diagram(followed=False)
    if state.current().view:
        return _figure_alone(page, views)
    view = views[getattr(state.current(), page).show]
    with st.container(horizontal=True, vertical_alignment="center", key="title"):
        st.markdown(f"# {view.title or title}", width="content")
        setting(
            st.segmented_control,
            "View",
            page,
            "show",
            options=list(views),
            format_func=lambda name: views[name].name,
            label_visibility="collapsed",
            wrap=True,
        )
    with st.container(key="views"):
        left, right = st.columns([2, 3], gap="medium")
    with left:
        above = st.container()
        if view.apart:
            st.caption(view.apart)
        if view.called:
            with st.container(key="called"):  # the style keeps it with the diagram
                st.caption(f"**{view.called}**")
        small_diagram(followed=view.follows, called=view.called)
        below = st.container()
    with right:
        shown = now_shown(above if view.apart else below, "The network is being trained: this is drawn as soon as it is.")
        if shown is not None:
            view.show(shown)
