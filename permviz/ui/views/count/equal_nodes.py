"""Two nodes of the current network made equal on the Count page, and how the number of copies falls."""

from __future__ import annotations

from itertools import combinations

import streamlit as st

from permviz.experiment.codec import MOST_CARRIED, encode_parameters
from permviz.experiment.views import CountView
from permviz.networks.comparison import compare
from permviz.networks.digits import differs, told_apart
from permviz.networks.network import Network
from permviz.symmetry.moves import make_equal
from permviz.symmetry.stabiliser import Stabiliser, stabiliser
from permviz.ui import state
from permviz.ui.parts.controls import control, setting
from permviz.ui.parts.exact_integers import short
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import kept


def equal_nodes(shown: Shown, found: Stabiliser) -> None:
    """Choose two nodes, see the count fall, and make them equal. ``found``: the stabiliser of the network as it is."""
    st.markdown("## Make two nodes equal")
    wide = [layer for layer, n in enumerate(shown.spec.hidden, start=1) if n > 1]
    if not wide:
        st.info("Every layer has one node: there is nothing to make equal. Build a wider layer.", icon=":material/info:")
        return
    layer, (i, j) = _controls(shown.experiment.count, shown.spec.hidden, wide)
    equal = make_equal(shown.network, layer, i, j)
    try:
        order = kept(shown.experiment, "equal", layer, i, j, compute=lambda: stabiliser(equal).order)
    except ValueError as error:
        st.warning(str(error), icon=":material/info:")
        return
    st.metric("Different copies", f"{short(shown.copies // found.order)} → {short(shown.copies // order)}")
    if (i, j) in _equal_pairs(found, layer):
        st.caption("These two are equal already.")
    else:
        _offer(shown, equal, (i, j))


def _controls(view: CountView, hidden: tuple[int, ...], wide: list[int]) -> tuple[int, tuple[int, int]]:
    """The layer and the two nodes that are set, or the first ones where the setting does not fit the network."""
    layer = view.layer if view.layer in wide else wide[0]
    pairs = list(combinations(range(hidden[layer - 1]), 2))
    first, second = sorted(view.nodes)
    pair = (first, second) if (first, second) in pairs else pairs[0]
    left, right = st.columns(2)
    with left:
        setting(st.selectbox, "In layer", "count", "layer", show=layer, options=wide)
    with right:
        control(
            st.selectbox,
            "nodes",
            "count-nodes",
            pair,
            lambda given: state.change(count={"nodes": given}),
            options=pairs,
            format_func=lambda two: f"{two[0] + 1} and {two[1] + 1}",
        )
    return layer, pair


def _equal_pairs(found: Stabiliser, layer: int) -> set[tuple[int, int]]:
    return {pair for group in found.duplicates[layer - 1] for pair in combinations(group, 2)}


def _offer(shown: Shown, equal: Network, pair: tuple[int, int]) -> None:
    """The button that makes the two equal, and what that changes."""
    i, j = pair
    change, small = compare(shown.network, equal, shown.data), bool(encode_parameters(equal))
    st.button(
        f"Make nodes {i + 1} and {j + 1} equal",
        icon=":material/join_inner:",
        key="count-equal",
        type="primary",
        disabled=not small,
        on_click=_make_equal,
        args=(equal,),
    )
    before, after = told_apart(change.loss_a, change.loss_b)
    undone = (
        "Your browser’s Back undoes it."
        if small
        else f"Networks of more than {MOST_CARRIED} parameters are counted here, but not changed."
    )
    effect = (
        f"This is **no symmetry**: the function changes by up to {change.difference:.3g}, the loss from {before} to {after}."
        if differs(0, change.difference, size=1)
        else "The function stays as it is: the two compute the same already."
    )
    st.caption(
        f"Node {j + 1} gets the incoming weights of node {i + 1}, and both leave with the mean of their outgoing ones. "
        f"{effect} {undone}"
    )


def _make_equal(network: Network) -> None:
    state.change(theta=encode_parameters(network))
