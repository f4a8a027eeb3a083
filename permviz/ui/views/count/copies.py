"""The copies of the current network on the Count page: its stabiliser and its group."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from permviz.figures.network import networks_figure
from permviz.networks.activations import get_activation
from permviz.symmetry.counting import factorials_text, permutation_count
from permviz.symmetry.groups import SymmetryGroup
from permviz.symmetry.orbits import SymmetryOrbit, symmetry_orbit
from permviz.symmetry.stabiliser import Stabiliser, coupled_network, stabiliser
from permviz.ui.parts.controls import setting
from permviz.ui.parts.exact_integers import in_full, short
from permviz.ui.parts.plot import plot
from permviz.ui.parts.views import Shown, headline
from permviz.ui.state.caches import kept
from permviz.ui.views.count.equal_nodes import equal_nodes


def _names(nodes: Sequence[int]) -> str:
    return ", ".join(str(node + 1) for node in nodes)


def network_view(shown: Shown) -> None:
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
    if shown.experiment.count.preset == "coupled":
        _coupled()
        return
    try:
        found = kept(shown.experiment, "stabiliser", compute=lambda: stabiliser(shown.network))
        orbit = kept(shown.experiment, "orbit", compute=lambda: symmetry_orbit(shown.network))
    except ValueError as error:
        st.warning(str(error), icon=":material/info:")
        return
    _copies(shown, found)
    _whole_orbit(orbit, shown.spec.parameter_count, bool(shown.data.weight_decay))
    with shown.aside:
        equal_nodes(shown, found)


def _copies(shown: Shown, found: Stabiliser) -> None:
    hidden, count = shown.spec.hidden, shown.copies
    orbit = count // found.order
    headline(f"{short(orbit)} permuted copies, one function" if orbit > 1 else "Its only permuted copy: itself")
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
        "space, one loss. Stab, the stabiliser: the permutations that leave every number as it is."
    )
    _coincidences(found)


def _coincidences(found: Stabiliser) -> None:
    """Why some permutations move nothing."""
    for layer, groups in enumerate(found.duplicates, start=1):
        for group in groups:
            st.markdown(
                f":material/join_inner: Nodes **{_names(group)}** of layer {layer} are equal: their swap moves nothing."
            )
    if found.coupled_order > 1:
        st.markdown(":material/link: Swaps of several layers at once move nothing, though no two nodes are equal.")
    if found.order == 1:
        st.caption("All nodes differ: only the identity leaves every number as it is (floats compared exactly).")


def _whole_orbit(orbit: SymmetryOrbit, parameters: int, decayed: bool) -> None:
    group = orbit.group
    st.markdown("## And beyond permutations")
    st.markdown(_moves(group) + _size(orbit, parameters))
    st.table(
        {
            "layer": [layer.layer for layer in group.layers],
            "nodes": [layer.width for layer in group.layers],
            "permutations": [factorials_text((layer.width,)) for layer in group.layers],
            "group of all moves": [_lowered(layer.name) for layer in group.layers],
            "its order": [layer.text if layer.order is not None else "infinite" for layer in group.layers],
            "its dimension": [layer.dimension for layer in group.layers],
        },
        hide_index=True,
    )
    st.caption(
        f"{group.meaning} w, b: a node’s incoming weights and bias; a: its outgoing weights. Orders multiply, dimensions add."
        + (f" **With weight decay:** {group.decayed}" if decayed and group.decayed else "")
    )
    exact = [("∏ nₖ!", group.permutations)]
    if group.order is not None and orbit.size is not None and group.order != group.permutations:
        exact += [("the whole group", group.order), ("different points", orbit.size)]
    in_full("The exact integers", exact)


def _moves(group: SymmetryGroup) -> str:
    if not group.moves:
        return f"{_label(group)} nodes allow no further move ({group.source}): "
    return f"{_label(group)} nodes also allow **{'; '.join(group.moves)}** ({group.source}): "


def _size(orbit: SymmetryOrbit, parameters: int) -> str:
    """How much of parameter space the group makes of this network."""
    group = orbit.group
    if orbit.size is not None and orbit.stabiliser is not None:
        still = f"**{short(orbit.stabiliser)}** of them leave" if orbit.stabiliser > 1 else "only the identity leaves"
        return (
            f"the group has **{group.text}** elements, and {still} every number of this network as it is: "
            f"**{short(orbit.size)}** different point{'s' if orbit.size > 1 else ''}, one function."
        )
    if not group.dimension:
        return "**infinitely many** separate points share the function."
    if not orbit.dimension:
        return f"the group has {_dimensions(group.dimension)}, but moves no number of this network continuously."
    lost = "as many as the group has" if orbit.dimension == group.dimension else f"the group has {group.dimension}"
    return (
        f"a continuum of **{_dimensions(orbit.dimension)}** through this network shares the function, of {parameters} in all "
        f"({lost})."
    )


def _dimensions(count: int) -> str:
    return f"{count} dimension{'s' if count != 1 else ''}"


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
    headline(f"{orbit} permuted copies, not {naive}")
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
