"""The views of the Loss slices page, and those of them that are lines: to one copy, and to all swaps of a layer."""

from __future__ import annotations

from itertools import combinations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from permviz.experiment.experiment import Experiment
from permviz.figures.lines import DEFINITIONS, barrier_matrix_figure, line_figure, swaps_figure
from permviz.landscape.lines import line_slice, transposition_lines
from permviz.networks.datasets import Dataset
from permviz.networks.losses import get_loss
from permviz.networks.network import Network
from permviz.symmetry.permutation import Permutation
from permviz.ui import state
from permviz.ui.parts.controls import layer_setting, setting
from permviz.ui.parts.plot import PlotClick, plot
from permviz.ui.parts.views import View
from permviz.ui.state.caches import kept
from permviz.ui.views.slices.controls import definition_control, layer_of, log_control
from permviz.ui.views.slices.planes import plane_view, random_view

LINE_POINTS, SWAP_POINTS = 101, 41


def _swap_targets(network: Network) -> list[tuple[int, ...]]:
    """The current copy, and every transposition as ``(layer, i, j)``."""
    layers = enumerate(network.spec.hidden, start=1)
    return [(), *((layer, i, j) for layer, n in layers for i, j in combinations(range(n), 2))]


def _target_name(target: tuple[int, ...]) -> str:
    if not target:
        return "the current copy"
    layer, i, j = target
    return f"layer {layer}: nodes {i + 1} and {j + 1} exchanged"


def line_view(network: Network, data: Dataset, experiment: Experiment, aside: DeltaGenerator) -> None:
    """The straight line from the network to a copy of it."""
    view = experiment.slices
    targets = _swap_targets(network)
    target = view.swap if view.swap in targets else ()
    if not target and experiment.permutation.is_identity():
        target = targets[min(1, len(targets) - 1)]  # a first picture, until something is exchanged
    swap = Permutation.transposition(network.spec, target[0], (target[1], target[2])) if target else experiment.permutation
    with aside:
        setting(st.selectbox, "From A to", "slices", "swap", show=target, options=targets, format_func=_target_name)
        definition_control()
        log_control()
    if swap.is_identity():
        st.info("Every layer has one node: there is nothing to exchange. Build wider layers.", icon=":material/info:")
        return
    line = kept(
        experiment,
        "line",
        target or experiment.order,
        compute=lambda: line_slice(network, swap(network), data, points=LINE_POINTS),
    )
    losses, norms = line.losses, line.gradient_norms
    with aside:
        numbers = st.columns(2)
        numbers[0].metric("Loss at both ends", f"{losses[0]:.4g}", help=f"They differ by {abs(losses[0] - losses[-1]):.1e}.")
        numbers[1].metric("Barrier", f"{float(line.barrier(view.definition)):.4g}", help=DEFINITIONS[view.definition])
        numbers[0].metric("Highest on the way", f"{losses.max():.4g}")
        numbers[1].metric(
            "‖∇L‖ at the highest",
            f"{norms[int(losses.argmax())]:.3g}",
            help="The gradient’s length where the loss is highest on this line: how far that point is from stationary.",
        )
    picture = line_figure(line, view.definition, loss_label=get_loss(data.loss).label, log=view.log)
    plot(picture.saying(after="The line to a single swap is symmetric, as swapping again exchanges its ends."), key="line")


def swaps_view(network: Network, data: Dataset, experiment: Experiment, aside: DeltaGenerator) -> None:
    """All transpositions of a layer: their barriers as a matrix, their lines as small multiples."""
    view = experiment.slices
    layer = layer_of(view, network)
    with aside:
        layer_setting("slices", network.spec.hidden, layer)
        definition_control()
        log_control()
    n = network.spec.hidden[layer - 1]
    if n < 2:
        st.info("This layer has one node: there is nothing to exchange. Choose another layer.", icon=":material/info:")
        return
    lines = kept(experiment, "swaps", layer, compute=lambda: transposition_lines(network, data, layer, points=SWAP_POINTS))

    def show_line(click: PlotClick) -> None:
        if isinstance(click.point, tuple) and click.point[0] != click.point[1]:
            i, j = sorted(click.point)
            state.change(slices={"show": "line", "swap": (layer, i, j)})

    matrix = barrier_matrix_figure(lines.barrier_matrix(view.definition), layer, view.definition)
    told = f"Click one to see its line. Exact lines of {SWAP_POINTS} points, float64."
    plot(matrix.saying(after=told), key="swaps-matrix", on_click=show_line)
    plot(swaps_figure(lines.t, lines.losses, lines.pairs, layer, log=view.log), key="swaps-lines")


VIEWS: dict[str, View] = {
    "line": ("Line to a copy", line_view),
    "swaps": ("All swaps", swaps_view),
    "plane": ("Plane of copies", plane_view),
    "random": ("Random plane", random_view),
}
