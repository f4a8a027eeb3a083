"""Network B of the Align page: trained from another seed, in the background, or A's own copy with its nodes shuffled."""

from __future__ import annotations

from typing import Any

import streamlit as st
import torch

from permviz.experiment.experiment import Experiment
from permviz.experiment.recipe import LAST_SEED, Recipe
from permviz.experiment.views import AlignView
from permviz.figures.lines import DEFINITIONS
from permviz.networks.digits import loss_text
from permviz.networks.network import Network
from permviz.symmetry.permutation import Permutation
from permviz.ui import state
from permviz.ui.parts.controls import control, setting
from permviz.ui.parts.training_status import POLL_SECONDS, job_of
from permviz.ui.parts.views import Shown
from permviz.ui.state.heavy import NoPlaceError
from permviz.ui.views.align.brought import brought

OTHERS = {
    "seed": "trained from another seed",
    "copy": "A’s own copy, nodes shuffled",
    "file": "a network of yours, from a file",
}
AGAIN_SECONDS = 1.0
UNTRAINED = "another random start, untrained"


def named(method: str) -> str:
    """A method's name for people."""
    return {"frank-wolfe": "Frank-Wolfe"}.get(method, method)


def recipe_of(experiment: Experiment, pair: int = 0) -> Recipe:
    """How B was trained, if it was: as A but for the seed, and where it was stopped; ``pair`` counts the seeds on."""
    view, recipe = experiment.align, experiment.recipe
    stopped = {"steps": view.steps, "finish": False} if view.steps >= 0 and not pair else {}
    return recipe.changed(seed=seed_of(view, pair), **stopped)


def seed_of(view: AlignView, pair: int = 0) -> int:
    return (view.seed + pair) % (LAST_SEED + 1)


def other_network(shown: Shown, pair: int = 0) -> Network | None:
    """B, or ``None`` while it is being trained, or to be brought."""
    view = shown.experiment.align
    if view.other == "file":
        return brought(view, shown.spec)
    if view.other == "copy":
        return Permutation.random(shown.spec, seed_of(view, pair))(shown.network)
    found = state.known(recipe_of(shown.experiment, pair))
    return None if found is None else found.network


def training(recipe: Recipe, drawn: set[int]) -> bool:
    """How far B's training is; whether there is something to draw anew. ``drawn`` is empty in the run of the whole page.

    What it cannot do is said in a sentence.
    """
    job = job_of(recipe)
    if job is None:
        return False
    at = job.glimpse
    told = "about to be trained" if at is None else f"step {at.step} of {recipe.steps}, loss {loss_text(at.loss)}"
    st.progress(job.done, text=f"Network B (seed {recipe.seed}): {told}")
    first = not drawn
    drawn.add(1)
    return job.ended and not first


def _stop(recipe: Recipe) -> None:
    step = state.stop_training(recipe)
    if step is None and state.known(recipe) is not None:
        return  # it has ended meanwhile
    if step is None:  # it would begin again at the next look
        state.change(align={"steps": 0})
        state.say("The training of B had not begun: B is its random start, untrained.")
    else:
        state.change(align={"steps": step})


def wait_for_other(experiment: Experiment) -> None:
    """B's training with its progress and a way to stop it; the page goes on by itself when it has ended."""
    recipe = recipe_of(experiment)

    def waiting(drawn: set[int]) -> None:
        if training(recipe, drawn) or recipe_of(state.current()) != recipe:
            st.rerun(scope="app")

    st.fragment(waiting, run_every=POLL_SECONDS)(set())
    st.button("Stop", icon=":material/stop:", key="align-stop", on_click=_stop, args=(recipe,), help="B is what it is by then.")


def ask_again(busy: NoPlaceError) -> None:
    """In place of what others' computations left no room for: the sentence; the page tries again by itself."""
    st.info(str(busy), icon=":material/hourglass_top:")

    def again(drawn: set[int]) -> None:
        if drawn:
            st.rerun(scope="app")
        drawn.add(1)

    st.fragment(again, run_every=AGAIN_SECONDS)(set())


def _changed(**changes: Any) -> None:
    """Another B: its nodes stand as they are given."""
    state.change(align={"steps": -1, "matched": False, "order": (), **changes})


def other_controls(shown: Shown) -> None:
    """What B is, and its seed."""
    view, trains = shown.experiment.align, shown.experiment.recipe.trains
    control(
        st.selectbox, "Network B", "align-other", view.other, lambda given: _changed(other=given),
        options=list(OTHERS), format_func=lambda name: OTHERS[name] if name != "seed" or trains else UNTRAINED,
    )  # fmt: skip
    if view.other == "file":
        if view.theta:
            st.button("Another file", key="align-another-file", on_click=_changed, kwargs={"theta": ""})
        return
    copied = view.other == "copy"
    told = "Of the shuffling." if copied else "Everything else is as A’s: task, layers, steps, learning rate, decay."
    control(
        st.number_input, "Seed of B", "align-seed", view.seed, lambda given: _changed(seed=given),
        min_value=0, max_value=LAST_SEED, step=1, help=told,
    )  # fmt: skip
    if not copied and not trains:
        st.caption("No training leads to A here, so none can lead to B: it is a random start, with nothing learnt.")
    elif not copied and view.steps >= 0:
        st.caption(f"B was stopped after {view.steps} steps.")
        st.button("Train B as A", key="align-whole", on_click=_changed)
    elif not copied and (b := other_network(shown)) is not None and torch.equal(b.flatten(), shown.network.flatten()):
        st.caption("This is A’s own seed: B is the same network.")


def definition_controls() -> None:
    """How the barrier is measured and drawn."""
    setting(
        st.selectbox, "Barrier: how high the loss rises", "align", "definition",
        options=list(DEFINITIONS), format_func=DEFINITIONS.__getitem__,
    )  # fmt: skip
    setting(st.toggle, "Logarithmic loss", "align", "log")
