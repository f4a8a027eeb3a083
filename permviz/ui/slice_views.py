"""The four views of the Loss slices page: each computes through the shared cache, draws, and says what is exact."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any, TypeVar

import numpy as np
import streamlit as st
import torch

from permviz.datasets import Dataset
from permviz.experiment import Experiment, SlicesView
from permviz.figures.slices import barrier_matrix_figure, line_figure, plane_figure, surface_figure, swaps_figure
from permviz.network import Network
from permviz.permutation import Permutation
from permviz.slices import PlaneSlice, line_slice, plane_slice, random_plane, transposition_lines
from permviz.ui.cached import remembered
from permviz.ui.controls import setting
from permviz.ui.plot import plot
from permviz.ui.workbench import LOSS_LABELS

T = TypeVar("T")
COARSE, FINE = 25, 81
LINE_POINTS, SWAP_POINTS = 101, 41
MOST_SMALL_MULTIPLES = 36
DEFINITIONS = {
    "entezari": "above the chord (Entezari et al. 2021)",
    "ainsworth": "above the ends' mean (Ainsworth et al. 2023)",
}


def _kept(experiment: Experiment, *settings: object, compute: Callable[[], T]) -> T:
    return remembered((experiment.recipe, experiment.theta, experiment.order, *settings), compute)


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


def _log_control() -> None:
    setting(st.toggle, "Logarithmic", "slices", "log", help="Logarithmic scale of the loss.")


def _swap_targets(network: Network) -> list[tuple[int, ...]]:
    """The current copy, and every transposition as ``(layer, i, j)``."""
    swaps: list[tuple[int, ...]] = [()]
    for layer, n in enumerate(network.spec.hidden, start=1):
        swaps += [(layer, i, j) for i in range(n) for j in range(i + 1, n)]
    return swaps


def _target_name(target: tuple[int, ...]) -> str:
    if not target:
        return "the current copy"
    layer, i, j = target
    return f"layer {layer}: nodes {i + 1} and {j + 1} exchanged"


def line_view(network: Network, data: Dataset, experiment: Experiment) -> None:
    """The straight line from the network to a copy of it."""
    view = experiment.slices
    targets = _swap_targets(network)
    target = view.swap if view.swap in targets else ()
    swap = Permutation.transposition(network.spec, target[0], (target[1], target[2])) if target else experiment.permutation
    left, middle, right = st.columns([3, 3, 1.4], vertical_alignment="bottom")
    with left:
        setting(st.selectbox, "From the network A to", "slices", "swap", show=target, options=targets, format_func=_target_name)
    with middle:
        setting(st.selectbox, "Barrier", "slices", "definition", options=list(DEFINITIONS), format_func=DEFINITIONS.__getitem__)
    with right:
        _log_control()
    if swap.is_identity():
        st.info(
            "The current copy is the network itself: exchange two nodes in the diagram, or choose an exchange in the list.",
            icon=":material/swap_vert:",
        )
        return
    line = _kept(experiment, "line", target, compute=lambda: line_slice(network, swap(network), data, points=LINE_POINTS))
    barrier = float(line.barrier(view.definition))
    losses, chord = np.asarray(line.losses), np.asarray(line.chord)
    base = chord if view.definition == "entezari" else np.full_like(chord, (losses[0] + losses[-1]) / 2)
    at = int(np.argmax(losses - base))
    numbers = st.columns(4)
    numbers[0].metric("Loss at both ends", f"{losses[0]:.4g}", help=f"They differ by {abs(losses[0] - losses[-1]):.1e}.")
    numbers[1].metric("Highest on the way", f"{losses.max():.4g}")
    numbers[2].metric("Barrier", f"{barrier:.4g}", help=DEFINITIONS[view.definition])
    inner = np.asarray(line.gradient_norms)[1:-1]
    numbers[3].metric("Smallest ‖∇L‖ in between", f"{inner.min():.2g}", help="Over the points strictly between the ends.")
    figure = line_figure(
        line, line.gradient_norms, ("A", "copy"), view.definition, barrier, float(line.t[at]), float(base[at]),
        loss_label=LOSS_LABELS[data.loss], log=view.log,
    )  # fmt: skip
    plot(
        figure, key="line", height=520,
        caption="Were the loss convex, the curve would stay below the dashed chord. The line is exact: 101 points of parameter "
        "space, computed in float64. To a single swap it is symmetric, as swapping again exchanges its ends.",
    )  # fmt: skip


def swaps_view(network: Network, data: Dataset, experiment: Experiment) -> None:
    """All transpositions of a layer: their barriers as a matrix, their lines as small multiples."""
    view = experiment.slices
    layer = _layer_of(view, network)
    left, middle, right = st.columns([3, 3, 1.4], vertical_alignment="bottom")
    with left:
        _layer_control(network, view)
    with middle:
        setting(st.selectbox, "Barrier", "slices", "definition", options=list(DEFINITIONS), format_func=DEFINITIONS.__getitem__)
    with right:
        _log_control()
    n = network.spec.hidden[layer - 1]
    if n < 2:
        st.info("This layer has one node: there is nothing to exchange. Choose another layer.", icon=":material/info:")
        return
    lines = _kept(experiment, "swaps", layer, compute=lambda: transposition_lines(network, data, layer, points=SWAP_POINTS))
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    matrix = lines.barrier_matrix(view.definition)
    plot(
        barrier_matrix_figure(matrix, layer, DEFINITIONS[view.definition]), key="swaps-matrix", height=440,
        caption=f"Each cell is the barrier on the straight line from the network to the copy with two nodes of layer {layer} "
        f"exchanged. Exact lines of {SWAP_POINTS} points, float64.",
    )  # fmt: skip
    shown = pairs[:MOST_SMALL_MULTIPLES]
    figure = swaps_figure(lines.t, np.asarray(lines.losses)[: len(shown)], shown, layer, log=view.log)
    more = f" The first {len(shown)} of {len(pairs)} are drawn." if len(shown) < len(pairs) else ""
    plot(
        figure, key="swaps-lines", height=int(figure.layout.height),
        caption=f"Every curve begins and ends at the same loss; t runs from the network (0) to its copy (1).{more}",
    )  # fmt: skip


def _coarse_then_fine(experiment: Experiment, settings: tuple[object, ...], compute: Callable[[int], PlaneSlice]) -> PlaneSlice:
    """The plane at the fine resolution, drawn coarse first while the fine one is computed in the next run."""
    ready: dict[Any, Any] = st.session_state.setdefault("planes", {})
    key = (experiment.recipe, experiment.order, settings)
    if ready.get("key") != key:
        ready["key"] = key
        ready["again"] = True
        return _kept(experiment, *settings, COARSE, compute=lambda: compute(COARSE))
    return _kept(experiment, *settings, FINE, compute=lambda: compute(FINE))


def _draw_plane(plane: PlaneSlice, names: list[str], title: str, view: SlicesView, caption: str) -> None:
    if view.surface:
        figure = surface_figure(plane, plane.anchor_losses, names, title, log=view.log)
    else:
        figure = plane_figure(plane, names, title, log=view.log)
    plot(figure, key="surface" if view.surface else "plane", height=int(figure.layout.height), caption=caption)
    planes = st.session_state["planes"]
    if planes.pop("again", False):
        st.rerun()


def _three_nodes(view: SlicesView, n: int) -> tuple[int, ...]:
    nodes = tuple(sorted(set(view.nodes)))
    return nodes if len(nodes) == 3 and nodes[-1] < n else (0, 1, 2)


def plane_view(network: Network, data: Dataset, experiment: Experiment) -> None:
    """The plane through the network and two of its copies."""
    view = experiment.slices
    layer = _layer_of(view, network)
    n = network.spec.hidden[layer - 1]
    columns = st.columns([2.2, 3, 2.6, 1.2, 1.4], vertical_alignment="bottom")
    with columns[0]:
        _layer_control(network, view)
    with columns[1]:
        setting(
            st.selectbox, "Through A and", "slices", "through", options=["cycle", "swaps"],
            format_func={"cycle": "both rotations of three nodes", "swaps": "two single swaps"}.__getitem__,
        )  # fmt: skip
    if n < 3:
        st.info("A plane through two copies needs a layer of three nodes or more: choose another one.", icon=":material/info:")
        return
    nodes = _three_nodes(view, n)
    with columns[2]:
        setting(
            st.selectbox, "Nodes", "slices", "nodes", show=nodes, options=list(combinations(range(n), 3)),
            format_func=lambda three: ", ".join(str(node + 1) for node in three),
        )  # fmt: skip
    with columns[3]:
        setting(st.toggle, "3-D", "slices", "surface", help="The same plane as a surface.")
    with columns[4]:
        _log_control()
    spec = network.spec
    i, j, k = nodes
    if view.through == "cycle":
        turn = Permutation.cycle(spec, layer, nodes)
        copies, names = (turn, turn @ turn), ["A", "A rotated", "rotated twice"]
    else:
        copies = Permutation.transposition(spec, layer, (i, j)), Permutation.transposition(spec, layer, (i, k))
        names = ["A", f"{i + 1} ⇄ {j + 1}", f"{i + 1} ⇄ {k + 1}"]
    settings = ("plane", layer, view.through, nodes)
    a, b, c = network, copies[0](network), copies[1](network)
    try:
        plane = _coarse_then_fine(
            experiment, settings, lambda resolution: plane_slice(a, b, c, data, resolution=resolution, dtype=torch.float32)
        )
    except ValueError as error:
        st.info(f"There is no such plane: {error}", icon=":material/info:")
        return
    symmetry = ""
    if view.through == "cycle":
        exact = _kept(experiment, "symmetry", *settings, compute=lambda: plane_slice(a, b, c, data, resolution=COARSE))
        difference = _kept(experiment, "turned", *settings, compute=lambda: three_fold_difference(exact))
        symmetry = (
            f" Turned by a third about its centre it is the same: the loss differs by {difference:.1e} at most (float64)."
        )
    _draw_plane(
        plane, names, f"The plane through three copies (layer {layer})", view,
        "Dark is low. The three marked points are the same function at equal loss, with walls between them. The picture is "
        f"exact on this plane and says nothing of the rest of the space.{symmetry}",
    )  # fmt: skip


def three_fold_difference(plane: PlaneSlice) -> float:
    """``max |L(x) - L(R x)|`` over the plane's grid, ``R`` the rotation by 120 degrees about the anchors' centre."""
    grid = torch.cartesian_prod(torch.as_tensor(plane.x), torch.as_tensor(plane.y)).to(torch.float64)
    centre = torch.as_tensor(plane.anchors).to(torch.float64).mean(0)
    cos, sin = -0.5, 3**0.5 / 2
    rotation = torch.tensor([[cos, -sin], [sin, cos]], dtype=torch.float64)
    return float((plane.at(grid) - plane.at((grid - centre) @ rotation.T + centre)).abs().max())


def random_view(network: Network, data: Dataset, experiment: Experiment) -> None:
    """A random plane through the network alone, filter-normalised."""
    view = experiment.slices
    columns = st.columns([2, 2, 1.2, 1.4], vertical_alignment="bottom")
    with columns[0]:
        setting(st.number_input, "Seed of the directions", "slices", "seed", min_value=0, max_value=999_999, step=1)
    with columns[1]:
        setting(
            st.number_input, "Half-width", "slices", "span", min_value=0.01, max_value=10.0, step=0.25, format="%.2f",
            help="1 means: as far as each row of weights is long.",
        )  # fmt: skip
    with columns[2]:
        setting(st.toggle, "3-D", "slices", "surface", help="The same plane as a surface.")
    with columns[3]:
        _log_control()
    plane = _coarse_then_fine(
        experiment,
        ("random", view.seed, view.span),
        lambda resolution: random_plane(network, data, seed=view.seed, span=view.span, resolution=resolution),
    )
    _draw_plane(
        plane, ["A"], "A random plane through the network", view,
        "Two random Gaussian directions, each row scaled to the length of the network's own (Li et al. 2018). This is one slice "
        f"of a space of {network.spec.parameter_count} dimensions: it meets none of the copies, and rarely shows a saddle as one.",
    )  # fmt: skip


VIEWS: dict[str, tuple[str, Callable[[Network, Dataset, Experiment], None]]] = {
    "line": ("Line to a copy", line_view),
    "swaps": ("All swaps of a layer", swaps_view),
    "plane": ("Plane through three copies", plane_view),
    "random": ("Random plane", random_view),
}
