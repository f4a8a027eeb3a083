"""The copies of the current network on the Count page: its stabiliser, its group, and two nodes that can be made equal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from permviz.experiment.codec import MOST_CARRIED, encode_parameters
from permviz.experiment.experiment import Experiment
from permviz.experiment.views import CountView
from permviz.figures.network import networks_figure
from permviz.networks.activations import get_activation
from permviz.networks.comparison import compare
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network
from permviz.symmetry.counting import factorials_text, permutation_count
from permviz.symmetry.groups import SymmetryGroup, symmetry_group
from permviz.symmetry.moves import make_equal
from permviz.symmetry.stabiliser import Stabiliser, coupled_network, stabiliser
from permviz.ui import state
from permviz.ui.parts.controls import control, setting
from permviz.ui.parts.exact_integers import in_full, short
from permviz.ui.parts.plot import plot
from permviz.ui.state.caches import kept


def _names(nodes: Sequence[int]) -> str:
    return ", ".join(str(node + 1) for node in nodes)


def network_view(network: Network, data: Dataset, experiment: Experiment, aside: DeltaGenerator) -> None:
    """The copies of this network, or of the counterexample."""
    setting(
        st.segmented_control,
        "Whose copies",
        "count",
        "preset",
        options=["mine", "coupled"],
        format_func={"mine": "This network", "coupled": "A trap: coupled layers"}.__getitem__,
        label_visibility="collapsed",
    )
    if experiment.count.preset == "coupled":
        _coupled()
        return
    try:
        found = kept(experiment, "stabiliser", compute=lambda: stabiliser(network))
    except ValueError as error:
        st.warning(str(error), icon=":material/info:")
        return
    _copies(network, found)
    _group(symmetry_group(network.spec))
    with aside:
        _equal_nodes(network, data, experiment, found)


def _copies(network: Network, found: Stabiliser) -> None:
    hidden = network.spec.hidden
    count = permutation_count(hidden)
    orbit = count // found.order
    st.markdown(f"## {short(orbit)} permuted copies, one function" if orbit > 1 else "## Its only permuted copy: itself")
    left, middle, right = st.columns(3)
    left.metric("Permutations", short(count), help=f"∏ nₖ!, here {factorials_text(hidden)}")
    middle.metric(
        "That move nothing", short(found.order), help="|Stab|, the order of the stabiliser, found exactly (McKay 1981)."
    )
    right.metric("Different points", short(orbit), help="∏ nₖ! / |Stab|, by the orbit–stabiliser theorem")
    if count == 1:
        st.caption("Every layer has one node: there is nothing to exchange. Build a wider layer.")
        return
    st.markdown(
        f"**{factorials_text(hidden)}** permutations keep the function (Hecht-Nielsen 1990). **∏ nₖ! / |Stab|** = "
        f"{short(count)} / {short(found.order)} = **{short(orbit)}** different point{'s' if orbit > 1 else ''} of parameter "
        "space, one loss."
    )
    for layer, groups in enumerate(found.duplicates, start=1):
        for group in groups:
            st.markdown(
                f":material/join_inner: Nodes **{_names(group)}** of layer {layer} are equal: their swap moves nothing."
            )
    if found.coupled_order > 1:
        st.markdown(":material/link: Swaps of several layers at once move nothing, though no two nodes are equal.")
    if found.order == 1:
        st.caption("All nodes differ: only the identity leaves every number as it is (floats compared exactly).")


def _group(group: SymmetryGroup) -> None:
    st.markdown("##### And beyond permutations")
    if not group.moves:
        st.markdown(f"{_label(group)} neurons allow no further move: the group has **{group.text}** elements ({group.source}).")
    elif group.order is not None:
        st.markdown(
            f"{_label(group)} neurons also allow **{' and '.join(group.moves)}** ({group.source}): the group has "
            f"**{group.text}** elements. So many different points share the function, if only "
            "the identity leaves every number as it is."
        )
    else:
        size = (
            f"a continuum of **{group.dimension} dimensions** through every point"
            if group.dimension
            else "**infinitely many** separate points"
        )
        st.markdown(
            f"{_label(group)} neurons also allow **{'; '.join(group.moves)}** ({group.source}): {size} share the function."
        )
    st.table(
        {
            "layer": [layer.layer for layer in group.layers],
            "nodes": [layer.width for layer in group.layers],
            "permutations": [factorials_text((layer.width,)) for layer in group.layers],
            "group of all moves": [_lowered(layer.name) for layer in group.layers],
            "order": [layer.text if layer.order is not None else "infinite" for layer in group.layers],
            "dimension": [layer.dimension for layer in group.layers],
        },
        hide_index=True,
    )
    st.caption("w, b: a neuron’s incoming weights and bias; a: its outgoing weights. Orders multiply, dimensions add.")
    exact = [("∏ nₖ!", group.permutations)]
    if group.order is not None and group.order != group.permutations:
        exact.append(("the whole group", group.order))
    in_full("The exact integers", exact)


def _lowered(name: str) -> str:
    """``B_4`` with its index written below the line."""
    return re.sub(r"_(\d+)", lambda match: match[1].translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")), name)


def _label(group: SymmetryGroup) -> str:
    label = get_activation(group.activation).label
    return label[0].upper() + label[1:]


def _coupled() -> None:
    network = coupled_network()
    found = stabiliser(network)
    count = permutation_count(network.spec.hidden)
    orbit = count // found.order
    naive = orbit * found.coupled_order
    st.markdown(f"## {orbit} permuted copies, not {naive}")
    left, middle, right = st.columns(3)
    left.metric("Permutations, 2! · 2!", str(count))
    middle.metric("Layer by layer", str(naive), help="∏ nₖ! / ∏ m!, with m the sizes of groups of equal nodes: none here.")
    right.metric("Truly different", str(orbit), help="∏ nₖ! / |Stab|")
    told = "No two nodes are equal in all their edges. Yet swapping the nodes of both layers at once changes no number."
    plot(networks_figure([network.weights], [""], "A 2-2-2-1 network without equal nodes").saying(before=told), key="coupled")
    st.markdown(
        "W₁ has equal rows, **W₂ = [[1, 2], [2, 1]]**, W₃ has equal columns. From two hidden layers on, counting equal nodes "
        "layer by layer is wrong: permviz searches for the true stabiliser, and tests compare it with brute force."
    )


def _equal_nodes(network: Network, data: Dataset, experiment: Experiment, found: Stabiliser) -> None:
    """Choose two nodes, see the count fall, and make them equal."""
    view, hidden = experiment.count, network.spec.hidden
    wide = [layer for layer, n in enumerate(hidden, start=1) if n > 1]
    st.markdown("##### Make two neurons equal")
    if not wide:
        st.info("Every layer has one node: there is nothing to make equal. Build a wider layer.", icon=":material/info:")
        return
    layer = view.layer if view.layer in wide else wide[0]
    pairs = list(combinations(range(hidden[layer - 1]), 2))
    chosen = tuple(sorted(view.nodes))
    i, j = chosen if chosen in pairs else pairs[0]
    left, right = st.columns(2)
    with left:
        setting(st.selectbox, "In layer", "count", "layer", show=layer, options=wide)
    with right:
        _pair_control(view, pairs, (i, j))
    equal = make_equal(network, layer, i, j)
    try:
        order = kept(experiment, "equal", layer, i, j, compute=lambda: stabiliser(equal).order)
    except ValueError as error:
        st.warning(str(error), icon=":material/info:")
        return
    count = permutation_count(hidden)
    change = compare(network, equal, data)
    st.metric("Different copies", f"{short(count // found.order)} → {short(count // order)}")
    if (i, j) in _equal_pairs(found, layer):
        st.caption("These two are equal already.")
        return
    small = bool(encode_parameters(equal))
    st.button(
        f"Make nodes {i + 1} and {j + 1} equal",
        icon=":material/join_inner:",
        key="count-equal",
        type="primary",
        disabled=not small,
        on_click=_make_equal,
        args=(equal,),
    )
    st.caption(
        f"Node {j + 1} gets the incoming weights of node {i + 1}, and both leave with the mean of their outgoing ones. This is "
        f"**no symmetry**: the function changes by up to {change.difference:.3g}, the loss from {change.loss_a:.4g} to "
        f"{change.loss_b:.4g}. "
        + (
            "Your browser’s Back undoes it."
            if small
            else f"Networks of more than {MOST_CARRIED} parameters are counted here, but not changed."
        )
    )


def _pair_control(view: CountView, pairs: list[tuple[int, int]], shown: tuple[int, int]) -> None:
    control(
        st.selectbox,
        "nodes",
        "count-nodes",
        shown,
        lambda given: state.change(count={"nodes": given}),
        options=pairs,
        format_func=lambda pair: f"{pair[0] + 1} and {pair[1] + 1}",
    )


def _equal_pairs(found: Stabiliser, layer: int) -> set[tuple[int, int]]:
    return {pair for group in found.duplicates[layer - 1] for pair in combinations(group, 2)}


def _make_equal(network: Network) -> None:
    state.change(theta=encode_parameters(network))
