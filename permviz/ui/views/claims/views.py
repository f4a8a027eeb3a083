"""The claims page: the list of claims, one claim with its evidence, and the table of all verdicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import plotly.graph_objects as go
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
    matrices_figure,
    pictures_figure,
    subspaces_figure,
    swap_figure,
    two_averages_figure,
)
from permviz.figures.lines import line_figure
from permviz.landscape.lines import LineSlice
from permviz.networks.datasets import Dataset
from permviz.networks.losses import get_loss
from permviz.networks.network import Network
from permviz.symmetry.permutation import Permutation
from permviz.ui import state
from permviz.ui.parts.controls import setting
from permviz.ui.parts.plot import plot
from permviz.ui.state.caches import remembered

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
    state.change(claims={"claim": number})


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


def _show(figure: go.Figure, caption: str) -> None:
    plot(figure, key="claim-figure", height=int(figure.layout.height), caption=caption, filename="claim")


def _draw_swap(found: Evidence, network: Network, data: Dataset) -> None:
    swap = cast(Permutation, found.details)
    layer = swap.moved_layers[0]
    orders = [order.tolist() for order in swap.orders]
    order = orders[layer - 1]
    slot = next(slot for slot, node in enumerate(order) if node != slot)
    figure = swap_figure(network.spec.widths, orders, layer, (slot, order[slot]))
    _show(
        figure,
        f"The post’s two drawings, for your network: nodes {slot + 1} (red) and {order[slot] + 1} (green) of layer {layer}.",
    )


def _draw_matrices(found: Evidence, network: Network, data: Dataset) -> None:
    shown = cast(Matrices, found.details)
    _show(
        matrices_figure(shown.before, shown.after, shown.layer),
        "In the average all rows are alike; past the first layer all columns too.",
    )


def _draw_average(found: Evidence, network: Network, data: Dataset) -> None:
    line = cast(LineSlice, found.details)
    _show(
        average_line_figure(line.t, line.losses, get_loss(data.loss).label),
        "Exact, on the straight line from your network to the average of all its copies: 101 points.",
    )


def _draw_midpoints(found: Evidence, network: Network, data: Dataset) -> None:
    shown = cast(Midpoints, found.details)
    figure = midpoints_figure({"random networks": shown.random}, ("your network", shown.trained), get_loss(data.loss).label)
    _show(
        figure.update_layout(height=320),
        "Exact midpoints between a network and its copy with two nodes swapped. Triangles: worse than the ends; circles: not.",
    )


def _draw_subspaces(found: Evidence, network: Network, data: Dataset) -> None:
    shown = cast(Subspaces, found.details)
    _show(
        subspaces_figure(shown.widths, shown.ratios, shown.width),
        "Exact counts of subspaces, for one hidden layer, given the hypothesis below.",
    )


def _draw_two_averages(found: Evidence, network: Network, data: Dataset) -> None:
    shown = cast(TwoAverages, found.details)
    _show(
        two_averages_figure(shown.t, shown.rastrigin, shown.network.losses),
        "Exact, on straight lines: averaging its minima leads Rastrigin down and the network up.",
    )


def _draw_line(found: Evidence, network: Network, data: Dataset) -> None:
    line = cast(LineSlice, found.details)
    at = int(np.argmax(np.asarray(line.losses) - np.asarray(line.chord)))
    barrier = float(line.barrier())
    figure = line_figure(
        line,
        line.gradient_norms,
        ("A", "copy"),
        "Entezari et al. 2021",
        barrier,
        float(line.t[at]),
        float(line.chord[at]),
        loss_label=get_loss(line.data.loss).label,
    )
    figure.update_yaxes(title_text="loss", row=1, col=1)
    figure.update_layout(height=320, title=None, margin={"t": 12, "b": 40}, showlegend=False)
    _show(
        figure,
        "Exact, on the straight line to the copy: 101 points. A convex loss stays below the dashed chord; bracket: the barrier "
        f"{barrier:.4g}. Below, the norm of the gradient.",
    )


def _draw_pictures(found: Evidence, network: Network, data: Dataset) -> None:
    shown = cast(Pictures, found.details)
    what = "input plane" if shown.before.ndim == 3 else "input line"
    _show(
        pictures_figure(shown.before, shown.after, shown.order, shown.layer),
        f"What each node of layer {shown.layer} computes over the {what}; blue is positive. Numbers are the nodes; those that "
        "changed place are red and bold.",
    )


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
