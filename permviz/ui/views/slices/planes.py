"""The planes of the Loss slices page: through three copies, and in random directions; drawn coarse first, then fine."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from itertools import combinations
from typing import Any

import streamlit as st
import torch

from permviz.experiment.recipe import LAST_SEED
from permviz.experiment.views import SlicesView
from permviz.figures.picture import Picture
from permviz.figures.planes import DISTANCE, LENGTHS, plane_figure, plane_surface_figure
from permviz.figures.sentences import walls
from permviz.landscape.lines import line_slice
from permviz.landscape.planes import PlaneSlice, plane_slice, random_plane
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network, NetworkSpec, loss, stack
from permviz.symmetry.permutation import Permutation
from permviz.ui.parts.controls import layer_setting, setting
from permviz.ui.parts.plot import plot
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import kept, kept_picture
from permviz.ui.views.slices.controls import layer_of, log_control

COARSE, FINE = 25, 81

Settings = tuple[Hashable, ...]
"""What a plane depends on besides network and data."""


def _coarse_then_fine(
    shown: Shown, settings: Settings, compute: Callable[[int], PlaneSlice], draw: Callable[[PlaneSlice], Picture]
) -> None:
    """The plane at the fine resolution, drawn coarse first while the fine one is computed in the next run."""
    view = shown.experiment.slices
    ready: dict[str, Any] = st.session_state.setdefault("planes", {})
    key = (shown.experiment.recipe, shown.experiment.theta, settings)
    ready["again"] = ready.get("key") != key
    ready["key"] = key
    resolution = COARSE if ready["again"] else FINE

    def drawn() -> Picture:
        return draw(kept(shown.experiment, *settings, resolution, compute=lambda: compute(resolution)))

    picture = kept_picture(shown.experiment, *settings, resolution, view.surface, view.log, draw=drawn)
    plot(picture, key="surface" if view.surface else "plane")
    if ready["again"]:
        st.rerun()


def _picture(
    plane: PlaneSlice, names: list[str], title: str, view: SlicesView, told: str, axes: tuple[str, str] = DISTANCE
) -> Picture:
    if view.surface:
        picture = plane_surface_figure(plane, plane.anchor_losses, names, title, axes, log=view.log)
    else:
        picture = plane_figure(plane, names, title, axes, log=view.log)
    return picture.saying(before=told)


def _three_nodes(view: SlicesView, n: int) -> tuple[int, int, int]:
    nodes = tuple(sorted(set(view.nodes)))
    return (nodes[0], nodes[1], nodes[2]) if len(nodes) == 3 and nodes[-1] < n else (0, 1, 2)


def _plane_looks() -> None:
    left, right = st.columns(2)
    with left:
        setting(st.toggle, "3-D surface", "slices", "surface")
    with right:
        log_control()


def _plane_controls(n: int, nodes: tuple[int, ...]) -> None:
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


def _two_copies(through: str, spec: NetworkSpec, layer: int, nodes: tuple[int, int, int]) -> dict[str, Permutation]:
    """Two permutations by the names of their copies: both rotations of three nodes, or two swaps that share the first."""
    i, j, k = nodes
    if through == "cycle":
        turn = Permutation.cycle(spec, layer, nodes)
        return {"A rotated": turn, "rotated twice": turn @ turn}
    return {f"{a + 1} ⇄ {b + 1}": Permutation.transposition(spec, layer, (a, b)) for a, b in ((i, j), (i, k))}


def plane_view(shown: Shown) -> None:
    """The plane through the network and two of its copies."""
    view, network, data = shown.experiment.slices, shown.network, shown.data
    layer = layer_of(view, network)
    n = shown.spec.hidden[layer - 1]
    with shown.aside:
        layer_setting("slices", shown.spec.hidden, layer)
    if n < 3:
        st.info("A plane through two copies needs a layer of three nodes or more: choose another one.", icon=":material/info:")
        return
    nodes = _three_nodes(view, n)
    with shown.aside:
        _plane_controls(n, nodes)
    copies = _two_copies(view.through, shown.spec, layer, nodes)
    first, second = (permutation(network) for permutation in copies.values())
    settings = ("plane", layer, view.through, nodes)
    sliced = partial(plane_slice, network, first, second, data)
    try:
        exact = kept(shown.experiment, "exact", *settings, compute=lambda: sliced(resolution=COARSE))
    except ValueError as error:
        st.info(f"There is no such plane. {error}", icon=":material/info:")
        return
    told = kept(shown.experiment, "walls", *settings, compute=lambda: anchors_sentence(network, first, second, data))
    if view.through == "cycle":
        difference = kept(shown.experiment, "turned", *settings, compute=exact.three_fold_difference)
        told += f" Turned by a third about its centre it is the same: the loss differs by {difference:.1e} at most (float64)."
    _coarse_then_fine(
        shown,
        settings,
        lambda resolution: sliced(resolution=resolution, dtype=torch.float32),
        lambda plane: _picture(plane, ["A", *copies], f"The plane through three copies (layer {layer})", view, told),
    )


def anchors_sentence(network: Network, first: Network, second: Network, data: Dataset) -> str:
    """What the three marked points have in common, and how far the loss rises on the sides of their triangle."""
    starts, ends = stack([network, network, first]), stack([first, second, second])
    rises: list[float] = line_slice(starts, ends, data).barrier().tolist()
    return f"The three marked points are the same function at equal loss. {walls(rises, float(loss(network, data)))}"


def random_view(shown: Shown) -> None:
    """A random plane through the network alone, filter-normalised."""
    view, network, data = shown.experiment.slices, shown.network, shown.data
    with shown.aside:
        _random_controls()
    told = (
        "Two random Gaussian directions, each row scaled to the length of the network's own (Li et al. 2018). One slice of a "
        f"space of {shown.spec.parameter_count} dimensions: almost surely no copy but A itself lies on it, and it rarely "
        "shows a saddle as one."
    )
    _coarse_then_fine(
        shown,
        ("random", view.seed, view.span),
        lambda resolution: random_plane(network, data, seed=view.seed, span=view.span, resolution=resolution),
        lambda plane: _picture(plane, ["A"], "A random plane through the network", view, told, LENGTHS),
    )


def _random_controls() -> None:
    left, right = st.columns(2)
    with left:
        setting(st.number_input, "Seed", "slices", "seed", min_value=0, max_value=LAST_SEED, step=1, help="Of the directions.")
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
