"""Is it really the symmetry? Walls between networks whose symmetry is broken on purpose: of digits, measured beforehand, and of
this network's task, here and now."""

from __future__ import annotations

from collections.abc import Hashable
from time import monotonic

import streamlit as st

from permviz.experiment.fresh import fresh_data
from permviz.figures.asymmetry import answer, asymmetry_controls_figure, asymmetry_figure
from permviz.landscape.asymmetry import KAPPAS, SHARES, AsymmetryMap, AsymmetryProgress, asymmetry_map, wider_widths
from permviz.landscape.asymmetry_stored import stored_asymmetry_map
from permviz.networks.activations import ACTIVATIONS
from permviz.networks.losses import get_loss
from permviz.networks.network import NetworkSpec
from permviz.networks.tasks import TASKS
from permviz.ui import state
from permviz.ui.parts.controls import setting
from permviz.ui.parts.plot import plot
from permviz.ui.parts.unfinished import now_until, unfinished
from permviz.ui.parts.views import Shown, headline
from permviz.ui.state.caches import drawn, is_remembered, remembered
from permviz.ui.state.heavy import NoPlaceError, place
from permviz.ui.views.align.other import ask_again

QUESTION = "Is it really the symmetry?"
WHERE = {"digits": "Digits, measured beforehand", "here": "This network’s task"}
EXPLAINED = (
    "Networks that were trained apart have walls between them, and so have copies of one network: are the one because of the "
    "other? Here a *share* of each weight matrix is **frozen** before training, to random numbers of size *kappa* that all "
    "networks have in common. Then nodes cannot be exchanged, for each has frozen weights of its own "
    "([Lim et al. 2024](https://arxiv.org/abs/2405.20231)). At kappa 0 they are missing edges, which break the symmetry as "
    "well. Nearly equal networks remain even so ([Bürgin et al. 2026](https://arxiv.org/abs/2606.04754))."
)
SEEDS = range(5)
MOST_MAP_STEPS, MOST_WORK = 5000, 2_000_000_000
"""Of a training, and seeds times steps times samples times parameters of the widest networks: two or three seconds a group."""


def asymmetry_view(shown: Shown) -> None:
    """Maps of the walls over how many weights are frozen and how large they are, and the controls beside them."""
    view = shown.experiment.align
    with shown.aside:
        setting(st.selectbox, "Networks", "align", "where", options=list(WHERE), format_func=WHERE.__getitem__)
        if view.where == "digits":
            setting(
                st.segmented_control, "Activation", "align", "stored", options=["gelu", "tanh"],
                format_func=lambda name: ACTIVATIONS[name].label,
            )  # fmt: skip
    if view.where == "here" and not view.broken:
        _before(shown)
        return
    with shown.aside:
        if view.where == "digits":
            st.caption("Measured beforehand, of networks for the digits: nothing here depends on the network in the diagram.")
        st.markdown(EXPLAINED)
    if view.where == "digits":
        of: tuple[Hashable, ...] = "stored asymmetry", view.stored
        _show(of, remembered(of, lambda: stored_asymmetry_map(view.stored)), get_loss(TASKS["digits"].loss).label)
        return
    reason = why_not(shown)
    if reason:
        st.info(reason, icon=":material/info:")
        return
    try:
        found = broken_map(shown, until=now_until("broken", _of(shown)))
    except NoPlaceError as busy:
        ask_again(busy)
        return
    if not found.complete:
        told = "Training networks with frozen weights: group"
        unfinished("broken", _of(shown), found.done, found.total, told, lambda until: _goes_on(shown, until))
    _show((*_of(shown), found.done), found, shown.loss_label)


def _before(shown: Shown) -> None:
    """What will be trained, when asked; or why not."""
    headline("Does the wall fall where the symmetry is broken?")
    st.markdown(EXPLAINED)
    reason = why_not(shown)
    if reason:
        st.info(reason, icon=":material/info:")
        return
    groups = 1 + len(SHARES) * len(KAPPAS) + len(wider_widths(shown.spec))
    st.button("Train them all", key="align-broken", type="primary", icon=":material/grid_on:", on_click=_ask)
    st.caption(
        f"{len(SEEDS) * groups} trainings of {shown.experiment.recipe.steps} steps, some seconds: watch the map fill. "
        "It can be stopped."
    )


def _ask() -> None:
    state.change(align={"broken": True})


def _of(shown: Shown) -> tuple[Hashable, ...]:
    """Of the network shown only the task, the layers and how it was trained matter."""
    return "asymmetry", shown.experiment.recipe.changed(seed=0, finish=False)


def why_not(shown: Shown) -> str:
    """Why there is no map of networks like this one here, in a sentence; empty where there is."""
    spec, recipe = shown.spec, shown.experiment.recipe
    if not spec.hidden:
        return "A network without hidden layers has no such symmetry: give it a layer."
    if not recipe.steps:
        return "The networks of the map are trained as this one, and it has no training steps: give it some."
    widest = NetworkSpec((spec.widths[0], *(max(wider_widths(shown.spec)) for _ in spec.hidden), spec.widths[-1]))
    work = len(SEEDS) * recipe.steps * len(shown.data.inputs) * widest.parameter_count
    if recipe.steps > MOST_MAP_STEPS or work > MOST_WORK:
        return (
            f"Networks of {'-'.join(map(str, spec.widths))}, each trained for {recipe.steps} steps on {len(shown.data.inputs)} "
            "samples, would take minutes: take smaller layers, fewer samples or steps, or call permviz.asymmetry_map in a "
            "notebook."
        )
    return ""


def broken_map(shown: Shown, *, until: float) -> AsymmetryMap:
    """What is known of the map, and as much more as there is by the time ``until``; at least the ordinary networks.

    Raises:
        NoPlaceError: while others compute, and nothing is known.
    """
    found = _grown(shown, None)
    while not found.complete and (is_remembered((*_of(shown), "group", found.done)) or monotonic() < until):
        try:
            found = _grown(shown, found)
        except NoPlaceError:  # the next run tries again
            break
    return found


def _grown(shown: Shown, after: AsymmetryMap | None) -> AsymmetryMap:
    """One group of networks more, computed once."""
    recipe, begun = shown.experiment.recipe, 0 if after is None else after.done

    def one(progress: AsymmetryProgress) -> bool:
        return progress.done == begun

    def compute() -> AsymmetryMap:
        fresh, widths = fresh_data(recipe, shown.data), wider_widths(shown.spec)
        with place():
            return asymmetry_map(
                shown.spec, shown.data, seeds=SEEDS, steps=recipe.steps, learning_rate=recipe.rate, widths=widths,
                held_out=None if fresh is None else fresh[1], after=after, callback=one,
            )  # fmt: skip

    return remembered((*_of(shown), "group", begun), compute)


def _goes_on(shown: Shown, until: float) -> None:
    try:
        broken_map(shown, until=until)
    except NoPlaceError:  # the page says so
        return


def _show(of: tuple[Hashable, ...], found: AsymmetryMap, loss_label: str) -> None:
    """The answer, the maps, the controls, and what was done."""
    verdict, colon, _ = answer(found).partition(": ")
    headline(verdict if colon else QUESTION)
    for name, draw in (("asymmetry", asymmetry_figure), ("asymmetry-controls", asymmetry_controls_figure)):
        plot(drawn((name, *of), lambda draw=draw: draw(found, loss_label=loss_label)), key=f"align-{name}")  # type: ignore[misc]
