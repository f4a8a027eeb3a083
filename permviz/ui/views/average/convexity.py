"""Views of the Average page on convexity: the two matrices, arguments against it, linear networks."""

from __future__ import annotations

from dataclasses import fields
from functools import partial

import streamlit as st
import torch

from permviz.experiment.experiment import Experiment
from permviz.experiment.recipe import Recipe
from permviz.figures.average import matrices_figure
from permviz.figures.linear import linear_line_figure, valley_figure
from permviz.figures.picture import Picture
from permviz.landscape.convexity import (
    LeastLoss,
    NonconvexityArgument,
    jensen_argument,
    least_loss,
    width_argument,
)
from permviz.landscape.linear import LinearBarrier, identity_example, linear_barrier, scalar_loss
from permviz.landscape.lines import LineSlice, line_slice
from permviz.landscape.midpoints import midpoint_barriers
from permviz.networks.datasets import Dataset
from permviz.networks.digits import told_apart, written
from permviz.networks.evaluation import objective_word
from permviz.networks.network import NetworkSpec
from permviz.symmetry.averaging import row_permutations
from permviz.symmetry.moves import has_sign_flips
from permviz.symmetry.permutation import Permutation
from permviz.training.train import train
from permviz.ui import state
from permviz.ui.parts.controls import control, setting
from permviz.ui.parts.plot import plot
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import drawn, kept, remembered

EXAMPLE = Recipe().changed(task="teacher", hidden=(4,), finish=True)
"""A network on which the second argument concludes."""

SEARCH_WORK = 40_000
"""Samples times outputs times parameters of the narrow network, at most, for a search within a page."""


def matrices_view(shown: Shown) -> None:
    """The post's two matrices, a layer in each column: both columns permuted, and the average."""
    a, b, c, d = shown.experiment.average.matrix
    st.markdown("## Two layers, permuted: two matrices, one function")
    for row in range(2):
        for column, place in enumerate(st.columns(2)):
            with place:
                _entry(shown.experiment, 2 * row + column, f"layer {column + 1}, node {row + 1}")

    def draw() -> Picture:
        both = row_permutations(torch.tensor([[a, b], [c, d]], dtype=torch.float64))
        picture = matrices_figure([both[0], both[1], both.mean(0)], ["M₁", "M₂: both permuted", "(M₁ + M₂) / 2"])
        return picture.saying(after="In the average the nodes of a layer have one value.")

    plot(drawn(("matrices", a, b, c, d), draw), key="matrices")
    if (a, b) == (c, d):
        st.info(
            "The nodes of each layer are equal already: M₁ and M₂ are the same matrix. Change a number.", icon=":material/info:"
        )
    else:
        st.markdown(
            "Were the loss convex, the average of two equally good networks would be at least as good. "
            "But a network with equal nodes can do no more than **one** node a layer can."
        )


def _entry(experiment: Experiment, at: int, label: str) -> None:
    entries = experiment.average.matrix

    def change(given: int) -> tuple[int, ...]:
        return (*entries[:at], given, *entries[at + 1 :])

    control(
        st.number_input,
        label,
        f"average-matrix-{at}",
        entries[at],
        lambda given: state.change(average={"matrix": change(int(given))}),
        min_value=-99,
        max_value=99,
        step=1,
    )


def _show_argument(found: NonconvexityArgument) -> None:
    if found.holds:
        st.success(found.statement, icon=":material/check_circle:")
    else:
        st.info(found.statement, icon=":material/help:" if found.holds is None else ":material/volume_off:")
    kind = "a proof, up to float64 rounding" if found.rigorous else "numerical evidence, not a proof"
    st.caption(written(f"**Hypothesis.** {found.hypothesis} **Kind:** {kind}."))


def arguments_view(shown: Shown) -> None:
    """From this network alone, then from the best that one node a layer can do."""
    st.markdown("## Is this loss convex? Two arguments")
    st.markdown("### 1. From this network alone")
    _own_copies(shown)
    st.markdown("### 2. The post’s own: what one node a layer can do")
    spec, data = shown.spec, shown.data
    narrow = NetworkSpec((spec.widths[0], *(1 for _ in spec.hidden), spec.widths[-1]), spec.activation)
    widths = "-".join(map(str, narrow.widths))
    st.markdown(
        f"The average of **all** copies of **any** network of this shape computes what some {widths} network computes. "
        f"If the best {widths} network is worse than yours, the loss is not convex."
        + (" With decay: if its loss alone is, for no average's decay is below 0." if data.weight_decay else "")
    )
    size = len(data.inputs) * data.network_outputs * narrow.parameter_count
    starts = 24 if size <= SEARCH_WORK / 3 else 12
    if size > SEARCH_WORK:
        st.info(
            f"Not searched here: {len(data.inputs)} samples of {data.network_outputs} outputs would take minutes. Choose a "
            "smaller task or fewer samples, or call permviz.least_loss and permviz.width_argument in a notebook.",
            icon=":material/timer_off:",
        )
    elif shown.experiment.average.search:
        _search(shown, narrow, widths, starts)
    else:
        _offer_search(shown, widths, starts)


def _own_copies(shown: Shown) -> None:
    if shown.copies == 1:
        st.info("Every layer has one node: there are no copies to average. Build wider layers.", icon=":material/info:")
        return
    for signed in (False, True) if has_sign_flips(shown.network, shown.data.weight_decay) else (False,):
        argument = partial(jensen_argument, shown.network, shown.data, signed=signed)
        _show_argument(kept(shown.experiment, "jensen", signed, compute=argument))


def _offer_search(shown: Shown, widths: str, starts: int) -> None:
    known = shown.experiment.recipe == EXAMPLE
    if not known:
        _lead_to_example()
    st.button(
        f"Search: train {starts} networks of widths {widths}",
        icon=":material/search:",
        type="primary" if known else "secondary",
        key="average-search",
        help="It takes some seconds.",
        on_click=lambda: state.change(average={"search": True}),
    )


def _search(shown: Shown, narrow: NetworkSpec, widths: str, starts: int) -> None:
    with st.spinner(f"Training {starts} networks of widths {widths} towards stationary points…", show_time=True):
        found = kept(shown.experiment, "narrow search", starts, compute=lambda: _searched(narrow, shown.data, starts))
    result = width_argument(shown.network, shown.data, found)
    low, high = told_apart(result.low, result.high)
    left, middle, right = st.columns(3)
    left.metric(f"Your network’s {objective_word(shown.data.weight_decay)}", low)
    middle.metric(f"Best {widths} found", high)
    right.metric("Converged starts", f"{found.converged} of {found.starts}", help="Gradient norm below 1e-8.")
    _show_argument(result)
    if result.holds is None:
        _lead_to_example()


def _lead_to_example() -> None:
    st.caption(
        "In classification the best narrow network often lies at infinity (ever steeper weights); then nothing is concluded. "
        "The teacher task asks for a value, and there a best one is found."
    )
    st.button(
        "Show it where it concludes: teacher task, one layer of 4",
        icon=":material/school:",
        type="primary",
        key="average-example",
        on_click=_show_example,
    )


def _show_example() -> None:
    recipe = {field.name: getattr(EXAMPLE, field.name) for field in fields(EXAMPLE)}
    state.change(**recipe, average={"search": True})


def _searched(narrow: NetworkSpec, data: Dataset, starts: int) -> LeastLoss:
    return least_loss(train(narrow, data, seeds=range(starts), steps=200, method="second-order", weight_decay=0.0))


def linear_view(shown: Shown) -> None:
    """Linear networks have minima, and walls between them."""
    st.markdown("## Linear networks do have minima, and the wall is there too")
    st.markdown(
        "The post says that linear networks have no minima. With squared loss they have: every local minimum is global, and "
        "all other critical points are saddles (Baldi & Hornik 1989; Kawaguchi 2016). Yet the loss is **not convex**."
    )
    surface = shown.experiment.average.surface

    def draw() -> Picture:
        axis = torch.linspace(-2, 2, 81, dtype=torch.float64)
        return valley_figure(axis, scalar_loss(axis.unsqueeze(1), axis), surface)

    plot(drawn(("valley", surface), draw), key="valley-3d" if surface else "valley")
    setting(st.toggle, "3-D surface", "average", "surface")
    _identity_line()


def _identity_example() -> tuple[LineSlice, LinearBarrier, float]:
    """The line between two copies, the closed form of its barrier, and that barrier measured in the middle."""
    example, data = identity_example()
    swap = Permutation.transposition(example.spec, 1, (0, 1))
    line = line_slice(example, swap(example), data, points=41)
    return line, linear_barrier(example, data, (0, 1)), float(midpoint_barriers(example, data).barriers[0])


def _identity_line() -> None:
    line, exact, measured = remembered(("linear example",), _identity_example)
    formula = 16 * line.t.square() * (1 - line.t).square() * exact.quadratic
    numbers = st.columns(2)
    numbers[0].metric(
        "Barrier, closed form", f"{exact.barrier:.12g}", help="¼ ‖aᵢ − aⱼ‖² (wᵢ − wⱼ)ᵀ Σ (wᵢ − wⱼ), at an optimum."
    )
    numbers[1].metric("Barrier, measured", f"{measured:.12g}")
    told = (
        "W₁ = W₂ = I computes y = x. With its two nodes exchanged it does so too: loss 0 at both ends, exactly 1 in the middle."
    )
    picture = drawn(("linear line",), lambda: linear_line_figure(line.t, line.losses, formula).saying(before=told))
    plot(picture, key="linear-line")
