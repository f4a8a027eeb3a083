"""The views of the Align page, and the first of them: A and B, matched at a press."""

from __future__ import annotations

from typing import Any

import streamlit as st

from permviz.components.diagram.scene import Scene
from permviz.components.diagram.wire import Move
from permviz.figures.alignment import alignment_figure, change_of_wall
from permviz.figures.picture import Picture
from permviz.landscape.matching_methods import METHODS
from permviz.networks.digits import NO_WALL, wall_text, written
from permviz.networks.evaluation import decay_of
from permviz.symmetry.moves import has_sign_flips
from permviz.symmetry.permutation import Permutation
from permviz.ui import state
from permviz.ui.parts.controls import control
from permviz.ui.parts.diagram import diagram
from permviz.ui.parts.plot import plot
from permviz.ui.parts.views import Shown, View, headline
from permviz.ui.parts.workbench import make_scene
from permviz.ui.state.caches import kept, kept_picture
from permviz.ui.state.heavy import NoPlaceError
from permviz.ui.views.align.asymmetry import QUESTION, asymmetry_view
from permviz.ui.views.align.brought import ask_for_other
from permviz.ui.views.align.methods import methods_view
from permviz.ui.views.align.midpoints import midpoints_picture
from permviz.ui.views.align.moves import ask_button, is_asked_first
from permviz.ui.views.align.numbers import certificate, numbers
from permviz.ui.views.align.other import (
    ask_again,
    definition_controls,
    named,
    other_controls,
    other_network,
    recipe_of,
    wait_for_other,
)
from permviz.ui.views.align.pair import Between, between, flips, of_moved, of_pair
from permviz.ui.views.align.presets import presets
from permviz.ui.views.align.sceptics import sceptics
from permviz.ui.views.align.truth import example_view, rank_view


def pair_view(shown: Shown) -> None:
    """A and B: the wall between them, before and after B's nodes go to their partners in A."""
    b = other_network(shown)
    if b is None:
        if shown.experiment.align.other == "file":
            ask_for_other(shown.experiment.align, shown.spec)
        else:
            presets()
            wait_for_other(shown.experiment)
        with shown.aside:
            other_controls(shown)
        return
    _match_buttons(shown)
    view, signed = shown.experiment.align, flips(shown)
    if (view.matched, view.method, view.truth) == (True, "exhaustive", False) and is_asked_first(
        shown.spec, shown.data, signed
    ):
        st.caption("To be matched exhaustively, B is tried in each of its moves: that takes some seconds.")
        ask_button(shown.spec, signed)
        with shown.aside:
            _controls(shown)
        return
    try:
        with st.spinner("Looking for the partners…", show_time=True):
            found = between(shown, b)
    except (ValueError, NoPlaceError) as refused:
        if isinstance(refused, NoPlaceError):
            ask_again(refused)
        else:
            st.info(written(str(refused)), icon=":material/info:")
        with shown.aside:
            _controls(shown)
        return
    with shown.aside:
        if not shown.experiment.view:  # a part alone is one
            _other_diagram(shown, found)
        _controls(shown)
    headline(_headline(found, view.definition))
    plot(_picture(shown, found), key="align-line")
    numbers(shown, found, _moved_name(found))
    certificate(found)
    rank_view(shown, found)
    picture = midpoints_picture(shown, found)
    if picture is not None:
        plot(picture, key="align-midpoints")
    sceptics(shown, found)
    presets()


def _match_buttons(shown: Shown) -> None:
    """What this is about: B's nodes go to their partners, and back."""
    view = shown.experiment.align
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="align-do"):
        if view.matched or view.order:
            st.button(
                "B as it was", icon=":material/undo:", key="align-back",
                on_click=lambda: state.change(align={"matched": False, "order": ()}),
            )  # fmt: skip
        if not view.matched or view.order:
            st.button(
                "Match", icon=":material/join_inner:", type="primary", key="align-match",
                help="B’s nodes travel to their partners in A, by the method chosen. B’s function stays what it is.",
                on_click=lambda: state.change(align={"matched": True, "order": ()}),
            )  # fmt: skip
        st.markdown(_told(shown), width="stretch")


def _told(shown: Shown) -> str:
    view = shown.experiment.align
    if view.matched and view.order:
        return "Moved on by your hand from where the match put them; signs and scales stay as matched."
    if view.matched:
        return f"Matched by {METHODS[view.method].judged_by}."
    return f"{_pair_in_words(shown)} Match B’s nodes to A’s, or drag them yourself."


def _pair_in_words(shown: Shown) -> str:
    experiment = shown.experiment
    if experiment.align.other == "copy":
        return "B is A, its nodes shuffled."
    if experiment.align.other == "file":
        return "B is a network that you brought."
    if not recipe_of(experiment).trains:
        return "B is untrained: it has learnt nothing."
    return "Two networks that were trained on the same task, each in its own order."


def _headline(found: Between, definition: str) -> str:
    if found.after is None:
        barrier = float(found.before.line.barrier(definition))
        wall = wall_text(barrier, float(found.before.line.losses.max()))
        if wall in ("0", NO_WALL):
            return "There is no wall between A and B as it is"
        return f"Between A and B as it is stands a wall of {wall}"
    by = "Matched" if found.match is not None else "By your hand"
    return f"{by}, the wall {change_of_wall(found.before.line, found.after.line, definition)}"


def _moved_name(found: Between) -> str:
    return "B matched" if found.match is not None else "B as you moved it"


def _picture(shown: Shown, found: Between) -> Picture:
    view = shown.experiment.align

    def draw() -> Picture:
        after = None if found.after is None else found.after.line
        return alignment_figure(
            found.before.line, after, view.definition, _moved_name(found), loss_label=shown.loss_label, log=view.log
        )

    of = *of_pair(shown), of_moved(shown)
    return kept_picture(shown.experiment, "alignment", *of, view.definition, view.log, draw=draw)


def _other_diagram(shown: Shown, found: Between) -> None:
    """B, its nodes where they stand now; dragged by hand they stay there, and the wall follows."""
    experiment = shown.experiment
    place = Permutation.identity(found.b.spec) if found.order is None else found.order
    told = f"**Network B**: {_name_of_b(shown)}. " + ("Partners stand in the same places." if found.match else "")
    st.caption(told)

    def scene() -> Scene:
        return make_scene(found.b if found.nodes is None else found.nodes, recipe_of(experiment), shown.data, place)

    def moved(move: Move) -> None:
        order = tuple(tuple(row.tolist()) for row in move.permutation.orders)
        as_it_is = not experiment.align.matched and move.permutation.is_identity()
        state.change(align={"order": () if as_it_is else order})  # the match's signs and scales stay

    drawn = kept(experiment, "scene of B", *of_pair(shown), of_moved(shown), compute=scene)
    diagram(drawn, key="other", on_move=moved, on_invalid=state.say, compact=True, hide=experiment.hide, called="Network B")


def _name_of_b(shown: Shown) -> str:
    view = shown.experiment.align
    if view.other == "copy":
        return "A’s copy, shuffled"
    if view.other == "file":
        return "from your file"
    return f"seed {view.seed}{'' if recipe_of(shown.experiment).trains else ', untrained'}"


def _matched_anew(**changes: Any) -> None:
    """Another way to match: its places, not those of a hand that went on from the last."""
    state.change(align={**changes, "order": () if state.shown().align.matched else state.shown().align.order})


def _controls(shown: Shown) -> None:
    view = shown.experiment.align
    other_controls(shown)
    control(
        st.selectbox, "Method", "align-method", view.method, lambda given: _matched_anew(method=given), options=list(METHODS),
        format_func=named,
        help="  \n".join(f"**{named(name)}** looks at {row.judged_by}." for name, row in METHODS.items()),
    )  # fmt: skip
    st.caption(f"It looks at {METHODS[view.method].judged_by}.")
    if has_sign_flips(shown.network, decay_of(shown.data)):
        control(
            st.toggle, "Nodes may change sign", "align-flips", view.flips, lambda given: _matched_anew(flips=given),
            help=f"{shown.network.activation} has that symmetry.",
        )  # fmt: skip
    definition_controls()


VIEWS: dict[str, View] = {
    "pair": View("Two networks", pair_view, follows=True, called="Network A"),
    "methods": View("All methods", methods_view),
    "example": View("No match", example_view, apart="An example of its own: nothing depends on this network."),
    "asymmetry": View("The symmetry broken", asymmetry_view, title=QUESTION),
}
"""By the setting ``show``."""
