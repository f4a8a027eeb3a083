"""From the experiment to the diagram: its scene, computed once and shared, or live while the network is being trained."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import get_script_run_ctx

from permviz.components.diagram.scene import Scene, scene_of
from permviz.components.diagram.wire import Move, Place
from permviz.experiment.recipe import Recipe
from permviz.networks.datasets import TASKS, Dataset
from permviz.networks.network import Network, init_network
from permviz.symmetry.permutation import Permutation
from permviz.ui import state
from permviz.ui.parts.diagram import diagram
from permviz.ui.samples import samples_at
from permviz.ui.state.caches import kept
from permviz.ui.state.jobs import TooBusyError


def make_scene(network: Network, recipe: Recipe, data: Dataset, permutation: Permutation) -> Scene:
    """Everything the diagram shows of a network of the recipe and its copy, in float64."""
    return scene_of(
        network,
        data,
        permutation,
        nodes=recipe.start.digest,
        samples_at=samples_at(recipe, data),
        image=() if recipe.is_own else TASKS[recipe.task].image,
    )


def _network_now(recipe: Recipe) -> Network | None:
    """The network as its training stands, or its start; a sentence and ``None`` if it cannot be trained."""
    try:
        job = state.training(recipe)
    except TooBusyError as busy:
        st.info(str(busy), icon=":material/hourglass_top:")
        return None
    if job.error is not None:
        st.error(job.error)
        return None
    return job.glimpse.network if job.glimpse else init_network(recipe.spec, recipe.seed)


def workbench() -> None:
    """The diagram of the front page, which has nothing beside it."""
    _draw("workbench", rerun=())


@st.fragment(key="diagram")
def small_diagram(followed: bool) -> None:
    """The diagram beside a view; ``followed`` by it, a swap runs the page, else only the header's links and the diagram."""
    _draw("compact", rerun=("page",) if followed else ("header", "diagram"))


def _draw(key: str, rerun: Sequence[str]) -> None:
    """The diagram of the experiment shown; live while its network is being trained. What is done in it runs ``rerun``."""
    experiment = state.shown()
    recipe, trained = experiment.recipe, state.trained()
    if trained is None:
        network = _network_now(recipe)
        if network is None:
            return
        scene = make_scene(network, recipe, state.dataset(experiment), experiment.permutation)
    else:
        scene = kept(
            experiment,
            "scene",
            experiment.order,
            compute=lambda: make_scene(trained.network, recipe, state.dataset(experiment), experiment.permutation),
        )

    compact = key == "compact"

    def moved(move: Move) -> None:
        order = tuple(tuple(row.tolist()) for row in move.permutation.orders)
        place = {} if compact else {"swap": {"mode": move.place.mode, "t": move.place.t}}
        state.change(order=order, **place)

    diagram(
        scene,
        key=key,
        on_move=moved,
        on_invalid=state.say,
        heard=lambda: run_fragments(rerun),
        hide=experiment.hide,
        alone=experiment.view if key == "workbench" and experiment.view != "figure" else "",
        compact=compact,
        place=Place() if compact else Place(experiment.swap.mode, experiment.swap.t),
    )


def run_fragments(keys: Sequence[str]) -> None:
    """In a callback: run these instead of the fragment that the widget is in; but the whole app where it is about to run."""
    context = get_script_run_ctx()
    if keys and context is not None and context.fragment_ids_this_run:
        try:
            st.rerun(keys)
        except StreamlitAPIException:  # a run of the whole app was cut short before it had drawn them again
            st.rerun()
