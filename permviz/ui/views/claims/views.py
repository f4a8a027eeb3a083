"""The claims page: the list of claims, one claim with its evidence, and the table of all verdicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import streamlit as st

from permviz.claims.evidence import Evidence
from permviz.claims.loss import Midpoints, Subspaces, TwoAverages
from permviz.claims.pictures import Pictures
from permviz.claims.symmetry import Matrices
from permviz.claims.table import CLAIMS, Claim, claim_evidence
from permviz.experiment.experiment import Experiment
from permviz.figures.average import midpoints_figure
from permviz.figures.claims import (
    average_line_figure,
    averaged_matrix_figure,
    node_pictures_figure,
    subspaces_per_copy_figure,
    swap_figure,
    two_averages_figure,
)
from permviz.figures.lines import line_figure
from permviz.figures.picture import Picture
from permviz.landscape.lines import LineSlice
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network
from permviz.symmetry.permutation import Permutation
from permviz.ui import state
from permviz.ui.cached import remembered
from permviz.ui.parts.controls import setting
from permviz.ui.parts.plot import plot
from permviz.ui.parts.workbench import LOSS_LABELS

VERDICTS = {
    "right": (":material/check_circle:", "green"),
    "loose": (":material/contrast:", "orange"),
    "wrong": (":material/cancel:", "red"),
}
_HOLDS = {
    True: (":material/check:", "shown here", "green"),
    False: (":material/remove:", "not shown here", "orange"),
    None: (":material/info:", "says nothing here yet", "gray"),
}

_NUMBER_WIDTH = 165
"""Pixels: three numbers in a row beside the list, two on a phone."""


def _choose(number: int) -> None:
    state.change(claims=state.current().claims.model_dump() | {"claim": number})


def claim_list() -> None:
    """All claims with their verdicts; one is chosen."""
    setting(
        st.radio,
        "Claim",
        "claims",
        "claim",
        options=[claim.number for claim in CLAIMS],
        format_func=lambda n: f"{VERDICTS[CLAIMS[n - 1].verdict][0]} {n}. {CLAIMS[n - 1].title}",
        label_visibility="collapsed",
    )


def _step(label: str, number: int) -> None:
    st.button(label, key=f"{label} claim", on_click=_choose, args=(number,), disabled=not 1 <= number <= len(CLAIMS))


def heading(claim: Claim) -> None:
    """Buttons to the claim's neighbours, its title, what the post says, the verdict, what is true."""
    icon, colour = VERDICTS[claim.verdict]
    with st.container(horizontal=True, gap="small"):  # above the title, whose length must not move them
        _step("Previous", claim.number - 1)
        _step("Next", claim.number + 1)
    st.markdown(f"#### {claim.number}. {claim.title}")
    st.markdown(f"**The post:** {claim.post}")
    st.markdown(f":{colour}-badge[{icon} {claim.verdict}] {claim.precise}")


def _cell(text: str) -> str:
    return text.replace("|", "&#124;").replace("~", "\\~").replace("*", "\\*")


def _numbers(found: Evidence) -> None:
    with st.container(horizontal=True, gap="small"):
        for number in found.numbers:
            text = f":small[{_cell(number.name)}]  \n**{_cell(number.text)}**"
            st.markdown(text, help=number.help or None, width=_NUMBER_WIDTH)


def show_evidence(claim: Claim, network: Network, data: Dataset, experiment: Experiment) -> None:
    """What the network of the experiment shows of the claim."""
    key = (experiment.recipe, experiment.theta, experiment.order, "claim", claim.number)
    with st.spinner("Computing it on your network…"):
        found = remembered(key, lambda: claim_evidence(claim.number, network, data, experiment.permutation))
    icon, word, colour = _HOLDS[found.holds]
    st.markdown(f":{colour}-badge[{icon} {word}] {_cell(found.conclusion)}")
    _numbers(found)
    draw = _FIGURES.get(claim.number)
    if draw is not None and found.details is not None:
        draw(found, network, data)
    st.caption(f"Rests on: {_cell(found.hypothesis)}  \nSource: {claim.source}. Computed in float64.")


def overview() -> None:
    """The table of all claims and verdicts."""
    rows = [f"| {c.number} | {c.post} | {VERDICTS[c.verdict][0]} {c.verdict} |" for c in CLAIMS]
    st.markdown("##### All eleven")
    st.markdown("\n".join(["| | The post says | Verdict |", "|--:|:--|:--|", *rows]))


def tally() -> str:
    """How many claims have which verdict, in words."""
    return ", ".join(f"{sum(c.verdict == verdict for c in CLAIMS)} {verdict}" for verdict in VERDICTS)


def _show(picture: Picture) -> None:
    plot(picture, key="claim-figure", filename="claim")


def _draw_swap(found: Evidence, network: Network, data: Dataset) -> None:
    swap = cast(Permutation, found.details)
    layer = swap.moved_layers[0]
    order = swap.orders[layer - 1]
    slot = int(np.flatnonzero(order != np.arange(len(order)))[0])
    orders = [[int(node) for node in row] for row in swap.orders]
    _show(swap_figure(network.spec.widths, orders, layer, (slot, int(order[slot]))))


def _draw_matrices(found: Evidence, network: Network, data: Dataset) -> None:
    shown = cast(Matrices, found.details)
    _show(averaged_matrix_figure(shown.before, shown.after, shown.layer))


def _draw_average(found: Evidence, network: Network, data: Dataset) -> None:
    line = cast(LineSlice, found.details)
    _show(average_line_figure(line.t, line.losses, LOSS_LABELS[data.loss]))


def _draw_midpoints(found: Evidence, network: Network, data: Dataset) -> None:
    shown = cast(Midpoints, found.details)
    _show(midpoints_figure({"random networks": shown.random}, ("your network", shown.trained), LOSS_LABELS[data.loss]))


def _draw_subspaces(found: Evidence, network: Network, data: Dataset) -> None:
    shown = cast(Subspaces, found.details)
    _show(subspaces_per_copy_figure(shown.widths, shown.ratios, shown.width))


def _draw_two_averages(found: Evidence, network: Network, data: Dataset) -> None:
    shown = cast(TwoAverages, found.details)
    _show(two_averages_figure(shown.t, shown.rastrigin, shown.network.losses))


def _draw_line(found: Evidence, network: Network, data: Dataset) -> None:
    _show(line_figure(cast(LineSlice, found.details), small=True))


def _draw_pictures(found: Evidence, network: Network, data: Dataset) -> None:
    shown = cast(Pictures, found.details)
    _show(node_pictures_figure(shown.before, shown.after, shown.order, shown.layer))


_FIGURES: dict[int, Callable[[Evidence, Network, Dataset], None]] = {
    1: _draw_swap,
    3: _draw_matrices,
    4: _draw_average,
    5: _draw_midpoints,
    6: _draw_subspaces,
    7: _draw_two_averages,
    8: _draw_line,
    9: _draw_line,
    11: _draw_pictures,
}
