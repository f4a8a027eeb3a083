"""Rastrigin and the current network side by side, point by point."""

from __future__ import annotations

import streamlit as st

from permviz.landscape.lines import LINE_POINTS
from permviz.rastrigin.function import rastrigin_points
from permviz.rastrigin.one_weight import bump_neurons
from permviz.ui.parts.verdicts import VERDICTS
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import kept
from permviz.ui.views.rastrigin.critical import counts_of
from permviz.ui.views.rastrigin.likeness import Row, Sides, likeness, own_numbers


def comparison_view(shown: Shown) -> None:
    """Every point with its verdict, Rastrigin on the left and the network on the right."""
    if shown.copies == 1:
        st.info(
            "Every layer has one node, so that there is a single copy: build wider layers to compare.", icon=":material/info:"
        )
        return
    with st.spinner("Measuring walls, copies and their average…"):
        own = kept(shown.experiment, "comparison", compute=lambda: own_numbers(shown.network, shown.data))
        rows = likeness(Sides(rastrigin_points(), counts_of(bump_neurons(3)), shown.spec, own))
    with shown.aside:
        _summary(rows)
    for row in rows:
        with st.container(border=True):
            st.markdown(f"{VERDICTS[row.verdict][0]} **{row.verdict.capitalize()}.** {row.point}")
            left, right = st.columns(2)
            left.caption("Rastrigin")
            left.markdown(row.rastrigin)
            right.caption("Networks")
            right.markdown(row.network)


def _summary(rows: list[Row]) -> None:
    counts = ", ".join(f"{sum(row.verdict == verdict for row in rows)} {verdict}" for verdict in VERDICTS)
    st.markdown(
        f"The post says that a loss “looks like” Rastrigin. Of {len(rows)} points: {counts}. It is a good picture for "
        "counting, and a bad one for averaging."
    )
    st.caption(
        "Rastrigin: amplitude 10, box of half-width 5.12, exact. Your network: as trained, on its own data. Every number "
        f"is computed in float64; walls are measured at {LINE_POINTS} points of each line."
    )
