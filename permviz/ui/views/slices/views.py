"""The views of the Loss slices page, and those of them that are lines: to one copy, and to all swaps of a layer."""

from __future__ import annotations

from itertools import combinations

import streamlit as st

from permviz.figures.lines import DEFINITIONS, barrier_matrix_figure, line_figure, swaps_figure
from permviz.figures.picture import Picture
from permviz.landscape.lines import LineSlice, line_slice, transposition_lines
from permviz.networks.digits import loss_text, wall_text, written
from permviz.networks.network import Network
from permviz.symmetry.permutation import Permutation
from permviz.ui import state
from permviz.ui.parts.controls import layer_setting, setting
from permviz.ui.parts.plot import PlotClick, plot
from permviz.ui.parts.views import Shown, View
from permviz.ui.state.caches import kept, kept_picture
from permviz.ui.views.slices.controls import definition_control, layer_of, log_control
from permviz.ui.views.slices.planes import plane_view, random_view


def _swap_targets(network: Network) -> list[tuple[int, ...]]:
    """The current copy, and every transposition as ``(layer, i, j)``."""
    layers = enumerate(network.spec.hidden, start=1)
    return [(), *((layer, i, j) for layer, n in layers for i, j in combinations(range(n), 2))]


def _target_name(target: tuple[int, ...]) -> str:
    if not target:
        return "the current copy"
    layer, i, j = target
    return f"layer {layer}: nodes {i + 1} and {j + 1} exchanged"


def line_view(shown: Shown) -> None:
    """The straight line from the network to a copy of it."""
    view, network = shown.experiment.slices, shown.network
    target, swap = _target(shown)
    with shown.aside:
        targets = _swap_targets(network)
        setting(st.selectbox, "From A to", "slices", "swap", show=target, options=targets, format_func=_target_name)
        definition_control()
        log_control()
    if swap.is_identity():
        st.info("Every layer has one node: there is nothing to exchange. Build wider layers.", icon=":material/info:")
        return
    settings = "line", target or shown.experiment.order
    line = kept(shown.experiment, *settings, compute=lambda: line_slice(network, swap(network), shown.data))
    with shown.aside:
        _line_numbers(line, view.definition)

    def draw() -> Picture:
        picture = line_figure(line, view.definition, loss_label=shown.loss_label, log=view.log)
        back = "This permutation undoes itself, so it exchanges the line's ends: the curve is its own mirror image."
        return picture.saying(after=back if (swap @ swap).is_identity() else "")

    plot(kept_picture(shown.experiment, *settings, view.definition, view.log, draw=draw), key="line")


def _target(shown: Shown) -> tuple[tuple[int, ...], Permutation]:
    """What is exchanged: as set; else the current copy; else, for a first picture, some two nodes."""
    experiment, targets = shown.experiment, _swap_targets(shown.network)
    target = experiment.slices.swap if experiment.slices.swap in targets else ()
    if not target and experiment.permutation.is_identity():
        target = targets[min(1, len(targets) - 1)]
    if not target:
        return target, experiment.permutation
    layer, i, j = target
    return target, Permutation.transposition(shown.spec, layer, (i, j))


def _line_numbers(line: LineSlice, definition: str) -> None:
    losses, norms = line.losses, line.gradient_norms
    numbers = [*st.columns(2), *st.columns(2)]
    numbers[0].metric(
        "Loss at both ends", loss_text(float(losses[0])), help=written(f"They differ by {abs(losses[0] - losses[-1]):.1e}.")
    )
    numbers[1].metric("Barrier", wall_text(float(line.barrier(definition)), float(losses.max())), help=DEFINITIONS[definition])
    numbers[2].metric("Highest on the way", loss_text(float(losses.max())))
    numbers[3].metric(
        "‖∇L‖ at the highest",
        f"{norms[int(losses.argmax())]:.3g}",
        help="The gradient’s length where the loss is highest on this line: how far that point is from stationary.",
    )


def swaps_view(shown: Shown) -> None:
    """All transpositions of a layer: their barriers as a matrix, their lines as small multiples."""
    view, network = shown.experiment.slices, shown.network
    layer = layer_of(view, network)
    with shown.aside:
        layer_setting("slices", shown.spec.hidden, layer)
        definition_control()
        log_control()
    if shown.spec.hidden[layer - 1] < 2:
        st.info("This layer has one node: there is nothing to exchange. Choose another layer.", icon=":material/info:")
        return
    lines = kept(shown.experiment, "swaps", layer, compute=lambda: transposition_lines(network, shown.data, layer))

    def show_line(click: PlotClick) -> None:
        if isinstance(click.point, tuple) and click.point[0] != click.point[1]:
            i, j = sorted(click.point)
            state.change(slices={"show": "line", "swap": (layer, i, j)})

    def draw_matrix() -> Picture:
        highest = float(lines.losses.max())
        told = f"Click one to see its line. Exact lines of {len(lines.t)} points, float64."
        return barrier_matrix_figure(lines.barrier_matrix(view.definition), layer, view.definition, highest).saying(after=told)

    def draw_lines() -> Picture:
        return swaps_figure(lines.t, lines.losses, lines.pairs, layer, log=view.log)

    matrix = kept_picture(shown.experiment, "matrix", layer, view.definition, draw=draw_matrix)
    plot(matrix, key="swaps-matrix", on_click=show_line)
    plot(kept_picture(shown.experiment, "swaps", layer, view.log, draw=draw_lines), key="swaps-lines")


VIEWS: dict[str, View] = {
    "line": View("Line to a copy", line_view, follows=True),
    "swaps": View("All swaps", swaps_view),
    "plane": View("Plane of copies", plane_view),
    "random": View("Random plane", random_view, title="How does the loss look around the network?"),
}
