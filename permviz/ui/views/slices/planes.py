"""The planes of the Loss slices page: through three copies, and in random directions; drawn coarse first, then fine."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import combinations
from typing import Any

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator

from permviz.experiment.experiment import Experiment
from permviz.experiment.views import SlicesView
from permviz.figures.planes import DISTANCE, LENGTHS, plane_figure, plane_surface_figure
from permviz.landscape.planes import PlaneSlice, plane_slice, random_plane
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network
from permviz.symmetry.permutation import Permutation
from permviz.ui.parts.controls import layer_setting, setting
from permviz.ui.parts.plot import plot
from permviz.ui.state.caches import kept
from permviz.ui.views.slices.controls import layer_of, log_control

COARSE, FINE = 25, 81


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


def _draw_plane(
    plane: PlaneSlice, names: list[str], title: str, view: SlicesView, told: str, axes: tuple[str, str] = DISTANCE
) -> None:
    if view.surface:
        picture = plane_surface_figure(plane, plane.anchor_losses, names, title, axes, log=view.log)
    else:
        picture = plane_figure(plane, names, title, axes, log=view.log)
    plot(picture.saying(after=told), key="surface" if view.surface else "plane")
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
        log_control()


def plane_view(network: Network, data: Dataset, experiment: Experiment, aside: DeltaGenerator) -> None:
    """The plane through the network and two of its copies."""
    view, spec = experiment.slices, network.spec
    layer = layer_of(view, network)
    n = spec.hidden[layer - 1]
    with aside:
        layer_setting("slices", spec.hidden, layer)
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
        f"The three marked points are the same function at equal loss, with walls between them.{symmetry}",
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
        f"space of {network.spec.parameter_count} dimensions: almost surely no copy but A itself lies on it, and it rarely "
        "shows a saddle as one.",
        LENGTHS,
    )
