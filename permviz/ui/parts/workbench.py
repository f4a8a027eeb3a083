"""From the experiment to the diagram: its scene, computed once and shared, or live while the network is being trained."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import get_script_run_ctx

from permviz.components.diagram.scene import Scene, scene_of
from permviz.components.diagram.wire import Move, Place
from permviz.experiment.codec import MOST_CARRIED, encode_parameters
from permviz.experiment.editing import MOST_VALUE, Edit, edited
from permviz.experiment.experiment import Experiment
from permviz.experiment.recipe import Recipe
from permviz.lessons.following import hidden, step_of
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network, init_network
from permviz.networks.tasks import TASKS
from permviz.symmetry.permutation import Permutation
from permviz.ui import state
from permviz.ui.parts.diagram import diagram
from permviz.ui.parts.training_status import job_of
from permviz.ui.samples import samples_at
from permviz.ui.state.caches import kept

_BY_HAND = "by-hand"
_SEEN = 1e-3
"""Of parameters; what a hand sets differs by more."""


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
    job = job_of(recipe)
    if job is None:
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

    compact, step = key == "compact", step_of(experiment)
    editable = not compact and trained is not None and 0 < recipe.spec.parameter_count <= MOST_CARRIED

    def moved(move: Move) -> None:
        order = tuple(tuple(row.tolist()) for row in move.permutation.orders)
        place = {} if compact else {"swap": {"mode": move.place.mode, "t": move.place.t}}
        state.change(order=order, **_set_by_hand(move.edits), **place)

    diagram(
        scene,
        key=key,
        on_move=moved,
        on_invalid=state.say,
        heard=lambda: run_fragments(rerun),
        hide=hidden(experiment, [step] if step else []),
        alone=experiment.view if key == "workbench" and experiment.view != "figure" else "",
        compact=compact,
        editable=editable,
        before=_before_hands(experiment, trained.network) if editable and trained is not None else None,
        place=Place() if compact else Place(experiment.swap.mode, experiment.swap.t),
    )


def _set_by_hand(edits: Sequence[Edit]) -> dict[str, str]:
    """The parameters with what was set by hand; they are few enough to travel in the address, or the diagram offers it not.

    Raises:
        ValueError: in a sentence.
    """
    trained = state.trained()
    if not edits:
        return {}
    if trained is None:
        raise ValueError("The network is being trained: its weights can be set by hand when it is. Nothing was changed.")
    theta = encode_parameters(edited(trained.network, edits))
    if not theta:
        raise ValueError(f"Only networks of at most {MOST_CARRIED} parameters can be set by hand. Nothing was changed.")
    recipe = state.shown().recipe
    if st.session_state.get(_BY_HAND, (None,))[0] != recipe:
        st.session_state[_BY_HAND] = recipe, trained.network
    return {"theta": theta}


def _before_hands(experiment: Experiment, network: Network) -> tuple[str, Network] | None:
    """What the network was before a hand set its parameters, and its name; ``None`` where it is that, or what was is not known.

    This visit remembers it from the first edit on; after a reload it is what the recipe leads to, if that was trained here.
    Another processor trains to other last digits, so then only what can be seen counts.
    """
    recipe, name = experiment.recipe, "the trained network"
    if not recipe.trains:
        name = "the network before"
    remembered: tuple[Recipe, Network] | None = st.session_state.get(_BY_HAND)
    if remembered is not None and remembered[0] == recipe:
        before, least = remembered[1], 0.0
    else:
        known = state.led_to(recipe) if name != "the network before" else None
        if known is None:
            return None
        before, least = known.network, _SEEN
    apart = float((network.flatten() - before.flatten()).abs().max())
    return (name, before) if apart > least and float(before.flatten().abs().max()) <= MOST_VALUE else None


def run_fragments(keys: Sequence[str]) -> None:
    """In a callback: run these instead of the fragment that the widget is in; but the whole app where it is about to run."""
    context = get_script_run_ctx()
    if keys and context is not None and context.fragment_ids_this_run:
        try:
            st.rerun(keys)
        except StreamlitAPIException:  # a run of the whole app was cut short before it had drawn them again
            st.rerun()
