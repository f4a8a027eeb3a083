"""The four views of the Loss slices page: each computes through the shared cache, draws, and says what is exact."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import combinations
from typing import Any

import numpy as np
import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator

from permviz.datasets import Dataset
from permviz.experiment import Experiment, SlicesView
from permviz.figures.slices import barrier_matrix_figure, line_figure, plane_figure, surface_figure, swaps_figure
from permviz.network import Network
from permviz.permutation import Permutation
from permviz.planes import PlaneSlice, plane_slice, random_plane
from permviz.slices import line_slice, transposition_lines
from permviz.ui import state
from permviz.ui.cached import kept
from permviz.ui.controls import setting
from permviz.ui.plot import PlotClick, plot
from permviz.ui.views import View
from permviz.ui.workbench import LOSS_LABELS

COARSE, FINE = 25, 81
LINE_POINTS, SWAP_POINTS = 101, 41
MOST_SMALL_MULTIPLES = 36
DEFINITIONS = {
    "entezari": "above the chord (Entezari et al. 2021)",
    "ainsworth": "above the ends' mean (Ainsworth et al. 2023)",
}


def _layer_of(view: SlicesView, network: Network) -> int:
    return min(view.layer, len(network.spec.hidden))


def _layer_control(network: Network, view: SlicesView) -> None:
    hidden = network.spec.hidden
    setting(
        st.selectbox,
        "Layer",
        "slices",
        "layer",
        show=_layer_of(view, network),
        options=range(1, len(hidden) + 1),
        format_func=lambda k: f"hidden layer {k} ({hidden[k - 1]} nodes)",
    )


def _definition_control() -> None:
    setting(
        st.selectbox,
        "Barrier: how high the loss rises",
        "slices",
        "definition",
        options=list(DEFINITIONS),
        format_func=DEFINITIONS.__getitem__,
    )


def _log_control() -> None:
    setting(st.toggle, "Logarithmic loss", "slices", "log")


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
    swap = Permutation.transposition(network.spec, target[0], (target[1], target[2])) if target else experiment.permutation
    with aside:
        setting(st.selectbox, "From A to", "slices", "swap", show=target, options=targets, format_func=_target_name)
        _definition_control()
        _log_control()
    if swap.is_identity():
        st.info(
            "The current copy is the network itself: exchange two nodes in the diagram, or choose an exchange in the list.",
            icon=":material/swap_vert:",
        )
        return
    line = kept(
        experiment,
        "line",
        target or experiment.order,
        compute=lambda: line_slice(network, swap(network), data, points=LINE_POINTS),
    )
    barrier = float(line.barrier(view.definition))
    losses, chord = np.asarray(line.losses), np.asarray(line.chord)
    base = chord if view.definition == "entezari" else np.full_like(chord, (losses[0] + losses[-1]) / 2)
    at = int(np.argmax(losses - base))
    norms = np.asarray(line.gradient_norms)
    with aside:
        numbers = st.columns(2)
        numbers[0].metric("Loss at both ends", f"{losses[0]:.4g}", help=f"They differ by {abs(losses[0] - losses[-1]):.1e}.")
        numbers[1].metric("Barrier", f"{barrier:.4g}", help=DEFINITIONS[view.definition])
        numbers[0].metric("Highest on the way", f"{losses.max():.4g}")
        numbers[1].metric(
            "Smallest ‖∇L‖ between", f"{norms[1:-1].min():.2g}", help="Over the points strictly between the ends."
        )
    figure = line_figure(
        line,
        norms,
        ("A", "copy"),
        view.definition,
        barrier,
        float(line.t[at]),
        float(base[at]),
        loss_label=LOSS_LABELS[data.loss],
        log=view.log,
    )
    plot(
        figure,
        key="line",
        height=520,
        caption="Were the loss convex, the curve would stay below the dashed chord. Exact: 101 points of parameter space on "
        "the straight line, in float64. The line to a single swap is symmetric, as swapping again exchanges its ends.",
    )


def swaps_view(network: Network, data: Dataset, experiment: Experiment, aside: DeltaGenerator) -> None:
    """All transpositions of a layer: their barriers as a matrix, their lines as small multiples."""
    view = experiment.slices
    layer = _layer_of(view, network)
    with aside:
        _layer_control(network, view)
        _definition_control()
        _log_control()
    n = network.spec.hidden[layer - 1]
    if n < 2:
        st.info("This layer has one node: there is nothing to exchange. Choose another layer.", icon=":material/info:")
        return
    lines = kept(experiment, "swaps", layer, compute=lambda: transposition_lines(network, data, layer, points=SWAP_POINTS))

    def show_line(click: PlotClick) -> None:
        if isinstance(click.point, tuple) and click.point[0] != click.point[1]:
            i, j = sorted(click.point)
            state.change(slices=view.model_dump() | {"show": "line", "swap": (layer, i, j)})

    plot(
        barrier_matrix_figure(lines.barrier_matrix(view.definition), layer, DEFINITIONS[view.definition]),
        key="swaps-matrix",
        height=400,
        on_click=show_line,
        caption=f"Each cell: the barrier on the straight line from the network to the copy with two nodes of layer {layer} "
        f"exchanged. Click one to see its line. Exact lines of {SWAP_POINTS} points, float64.",
    )
    pairs = list(combinations(range(n), 2))
    shown = pairs[:MOST_SMALL_MULTIPLES]
    figure = swaps_figure(lines.t, np.asarray(lines.losses)[: len(shown)], shown, layer, log=view.log)
    more = f" The first {len(shown)} of {len(pairs)} are drawn." if len(shown) < len(pairs) else ""
    plot(
        figure,
        key="swaps-lines",
        height=int(figure.layout.height),
        caption=f"Every curve begins and ends at the same loss; t runs from the network (0) to its copy (1).{more}",
    )


def _coarse_then_fine(
    experiment: Experiment, settings: tuple[Hashable, ...], compute: Callable[[int], PlaneSlice]
) -> PlaneSlice:
    """The plane at the fine resolution, drawn coarse first while the fine one is computed in the next run."""
    ready: dict[str, Any] = st.session_state.setdefault("planes", {})
    key = (experiment.recipe, experiment.theta, settings)
    ready["again"] = ready.get("key") != key
    ready["key"] = key
    resolution = COARSE if ready["again"] else FINE
    return kept(experiment, *settings, resolution, compute=lambda: compute(resolution))


def _draw_plane(plane: PlaneSlice, names: list[str], title: str, view: SlicesView, caption: str) -> None:
    if view.surface:
        figure = surface_figure(plane, plane.anchor_losses, names, title, log=view.log)
    else:
        figure = plane_figure(plane, names, title, log=view.log)
    plot(figure, key="surface" if view.surface else "plane", height=560, caption=caption)
    if st.session_state["planes"]["again"]:
        st.rerun()


def _three_nodes(view: SlicesView, n: int) -> tuple[int, ...]:
    nodes = tuple(sorted(set(view.nodes)))
    return nodes if len(nodes) == 3 and nodes[-1] < n else (0, 1, 2)


def _plane_looks() -> None:
    left, right = st.columns(2)
    with left:
        setting(st.toggle, "3-D surface", "slices", "surface")
    with right:
        _log_control()


def plane_view(network: Network, data: Dataset, experiment: Experiment, aside: DeltaGenerator) -> None:
    """The plane through the network and two of its copies."""
    view, spec = experiment.slices, network.spec
    layer = _layer_of(view, network)
    n = spec.hidden[layer - 1]
    with aside:
        _layer_control(network, view)
    if n < 3:
        st.info("A plane through two copies needs a layer of three nodes or more: choose another one.", icon=":material/info:")
        return
    nodes = _three_nodes(view, n)
    with aside:
        setting(
            st.selectbox,
            "The plane through A and",
            "slices",
            "through",
            options=["cycle", "swaps"],
            format_func={"cycle": "both rotations of three nodes", "swaps": "two single swaps"}.__getitem__,
        )
        setting(
            st.selectbox,
            "Nodes",
            "slices",
            "nodes",
            show=nodes,
            options=list(combinations(range(n), 3)),
            format_func=lambda three: ", ".join(str(node + 1) for node in three),
        )
        _plane_looks()
    i, j, k = nodes
    if view.through == "cycle":
        turn = Permutation.cycle(spec, layer, nodes)
        copies, names = (turn, turn @ turn), ["A", "A rotated", "rotated twice"]
    else:
        copies = Permutation.transposition(spec, layer, (i, j)), Permutation.transposition(spec, layer, (i, k))
        names = ["A", f"{i + 1} ⇄ {j + 1}", f"{i + 1} ⇄ {k + 1}"]
    settings = ("plane", layer, view.through, nodes)
    anchors = network, copies[0](network), copies[1](network)
    try:
        exact = kept(experiment, "exact", *settings, compute=lambda: plane_slice(*anchors, data, resolution=COARSE))
    except ValueError as error:
        st.info(f"There is no such plane. {error}", icon=":material/info:")
        return
    plane = _coarse_then_fine(
        experiment, settings, lambda resolution: plane_slice(*anchors, data, resolution=resolution, dtype=torch.float32)
    )
    symmetry = ""
    if view.through == "cycle":
        difference = kept(experiment, "turned", *settings, compute=exact.three_fold_difference)
        symmetry = (
            f" Turned by a third about its centre it is the same: the loss differs by {difference:.1e} at most (float64)."
        )
    _draw_plane(
        plane,
        names,
        f"The plane through three copies (layer {layer})",
        view,
        "Dark is low. The three marked points are the same function at equal loss, with walls between them. The picture is "
        f"exact on this plane (drawn in float32) and says nothing of the rest of the space.{symmetry}",
    )


def random_view(network: Network, data: Dataset, experiment: Experiment, aside: DeltaGenerator) -> None:
    """A random plane through the network alone, filter-normalised."""
    view = experiment.slices
    with aside:
        left, right = st.columns(2)
        with left:
            setting(
                st.number_input, "Seed", "slices", "seed", min_value=0, max_value=999_999, step=1, help="Of the directions."
            )
        with right:
            setting(
                st.number_input,
                "Half-width",
                "slices",
                "span",
                min_value=0.01,
                max_value=10.0,
                step=0.25,
                format="%.2f",
                help="1 means: as far as each row of weights is long.",
            )
        _plane_looks()
    plane = _coarse_then_fine(
        experiment,
        ("random", view.seed, view.span),
        lambda resolution: random_plane(network, data, seed=view.seed, span=view.span, resolution=resolution),
    )
    _draw_plane(
        plane,
        ["A"],
        "A random plane through the network",
        view,
        "Two random Gaussian directions, each row scaled to the length of the network's own (Li et al. 2018). One slice of a "
        f"space of {network.spec.parameter_count} dimensions: it meets none of the copies, and rarely shows a saddle as one.",
    )


VIEWS: dict[str, View] = {
    "line": ("Line to a copy", line_view),
    "swaps": ("All swaps", swaps_view),
    "plane": ("Plane of copies", plane_view),
    "random": ("Random plane", random_view),
}
