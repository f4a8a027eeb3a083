"""The views of the Align page, and the first of them: A and B, matched at a press."""

from __future__ import annotations

import streamlit as st

from permviz.components.diagram.scene import Scene
from permviz.components.diagram.wire import Move
from permviz.figures.alignment import alignment_figure, change_of_wall
from permviz.figures.picture import Picture
from permviz.landscape.interpolation import Interpolation
from permviz.landscape.matching_methods import METHODS
from permviz.networks.digits import loss_text, wall_text, written
from permviz.networks.evaluation import decay_of
from permviz.symmetry.counting import count_text
from permviz.symmetry.moves import has_sign_flips
from permviz.symmetry.permutation import Permutation
from permviz.ui import state
from permviz.ui.parts.controls import setting
from permviz.ui.parts.diagram import diagram
from permviz.ui.parts.plot import plot
from permviz.ui.parts.views import Shown, View, headline
from permviz.ui.parts.workbench import make_scene
from permviz.ui.state.caches import kept, kept_picture
from permviz.ui.views.align.methods import methods_view
from permviz.ui.views.align.midpoints import midpoints_picture
from permviz.ui.views.align.other import definition_controls, other_controls, other_network, recipe_of, wait_for_other
from permviz.ui.views.align.pair import Between, between, of_moved, of_pair, on_fresh_data
from permviz.ui.views.align.presets import presets
from permviz.ui.views.align.sceptics import sceptics
from permviz.ui.views.align.truth import example_view, rank_view


def pair_view(shown: Shown) -> None:
    """A and B: the wall between them, before and after B's nodes go to their partners in A."""
    b = other_network(shown)
    if b is None:
        presets()
        wait_for_other(shown.experiment)
        with shown.aside:
            other_controls(shown)
        return
    _match_buttons(shown)
    try:
        with st.spinner("Looking for the partners…", show_time=True):
            found = between(shown, b)
    except ValueError as refused:
        st.info(written(str(refused)), icon=":material/info:")
        with shown.aside:
            _controls(shown)
        return
    with shown.aside:
        if not shown.experiment.view:  # a part alone is one
            _other_diagram(shown, found)
        _controls(shown)
    view = shown.experiment.align
    headline(_headline(found, view.definition))
    plot(_picture(shown, found), key="align-line")
    _numbers(shown, found)
    _certificate(found)
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
        if not view.matched:
            st.button(
                "Match", icon=":material/join_inner:", type="primary", key="align-match",
                help="B’s nodes travel to their partners in A, by the method chosen. B’s function stays what it is.",
                on_click=lambda: state.change(align={"matched": True, "order": ()}),
            )  # fmt: skip
        st.markdown(_told(shown), width="stretch")


def _told(shown: Shown) -> str:
    if shown.experiment.align.matched:
        return f"Matched by {METHODS[shown.experiment.align.method].judged_by}."
    return "Two networks that learnt the same, each in its own order. Match B’s nodes to A’s, or drag them yourself."


def _headline(found: Between, definition: str) -> str:
    if found.after is None:
        barrier = float(found.before.line.barrier(definition))
        wall = wall_text(barrier, float(found.before.line.losses.max()))
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
    told = f"**B**: {_name_of_b(shown)}. " + ("Partners stand in the same places." if found.match else "")
    st.caption(told)

    def scene() -> Scene:
        nodes = found.b if found.moved is None else place.inverse()(found.moved)  # flipped and scaled, not yet moved
        return make_scene(nodes, recipe_of(experiment), shown.data, place)

    def moved(move: Move) -> None:
        order = tuple(tuple(row.tolist()) for row in move.permutation.orders)
        state.change(align={"order": () if move.permutation.is_identity() else order, "matched": False})

    drawn = kept(experiment, "scene of B", *of_pair(shown), of_moved(shown), compute=scene)
    diagram(drawn, key="other", on_move=moved, on_invalid=state.say, compact=True, hide=experiment.hide)


def _name_of_b(shown: Shown) -> str:
    view = shown.experiment.align
    return "A’s copy, shuffled" if view.other == "copy" else f"seed {view.seed}"


def _controls(shown: Shown) -> None:
    view = shown.experiment.align
    other_controls(shown)
    setting(
        st.selectbox, "Method", "align", "method", options=list(METHODS),
        format_func=lambda name: name.replace("-", " "),
        help="  \n".join(f"**{name.replace('-', ' ')}** looks at {row.judged_by}." for name, row in METHODS.items()),
    )  # fmt: skip
    st.caption(f"It looks at {METHODS[view.method].judged_by}.")
    if has_sign_flips(shown.network, decay_of(shown.data)):
        setting(st.toggle, "Nodes may change sign", "align", "flips", help=f"{shown.network.activation} has that symmetry.")
    definition_controls()


def _row(name: str, before: str, after: str | None) -> str:
    return f"| {name} | {before} | {after} |" if after is not None else f"| {name} | {before} |"


def _numbers(shown: Shown, found: Between) -> None:
    """Before and after, side by side."""
    view, after = shown.experiment.align, found.after
    fresh = on_fresh_data(shown, found)

    def wall(line: Interpolation) -> str:
        return wall_text(float(line.line.barrier(view.definition)), float(line.line.losses.max()))

    def both(name: str, tell: object, lines: tuple[Interpolation, Interpolation | None]) -> str:
        assert callable(tell)
        return _row(name, tell(lines[0]), None if lines[1] is None else tell(lines[1]))

    lines = found.before, after
    rows = [both("barrier", wall, lines)]
    if fresh is not None:
        rows.append(both("barrier on fresh data", wall, fresh))
    rows.append(both("midpoint: loss", lambda line: loss_text(float(line.middle.loss)), lines))
    if shown.data.is_classification:
        rows.append(both("midpoint: loss, calibrated", _calibrated, lines))
        rows.append(both("midpoint: right answers", lambda line: _percent(line.middle.accuracy), lines))
        ends = f"{_percent(found.before.start.accuracy)}, {_percent(found.before.end.accuracy)}"
        rows.append(_row("A and B: right answers", ends, None if after is None else "the same"))
    distance = [loss_text(float((found.a - net).flatten().norm())) for net in (found.b, found.moved) if net is not None]
    rows.append(_row("distance ‖A − B‖", distance[0], distance[1] if found.moved is not None else None))
    head = ["| | B as it is |", "|:--|--:|"] if after is None else [f"| | B as it is | {_moved_name(found)} |", "|:--|--:|--:|"]
    st.markdown("\n".join([*head, *rows]))


def _calibrated(line: Interpolation) -> str:
    """With all answers right, the surer the better: the least is no minimum, and tends to 0, or to what decay adds."""
    middle = line.middle
    return loss_text(float(middle.decay if bool(middle.accuracy == 1) else middle.calibrated_loss))


def _percent(share: object) -> str:
    return "" if share is None else f"{100 * float(share):.1f} %"  # type: ignore[arg-type]


def _certificate(found: Between) -> None:
    if found.moved is None:
        return
    st.caption(
        written(
            ":material/check_circle: Moving B’s nodes left its function alone: max |F(B) − F(moved B)| = "
            f"{found.difference:.1e} over {count_text(found.points)} inputs."
        )
        + ("" if found.match is None else f" {found.match.status}")
    )


VIEWS: dict[str, View] = {
    "pair": View("Two networks", pair_view, follows=True),
    "methods": View("All methods", methods_view),
    "example": View("No match", example_view, apart="An example of its own: nothing depends on this network."),
}
"""By the setting ``show``."""
