"""The views of the Average page: each computes through the shared cache, draws, and says under which hypothesis it speaks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator

from permviz.activations import ACTIVATIONS, get_activation
from permviz.averaging import (
    JensenCurve,
    jensen_curve,
    reduced_average,
    row_permutations,
    running_averages,
    shuffled_permutations,
    symmetric_average,
)
from permviz.certificates import (
    NonconvexityCertificate,
    Search,
    jensen_certificate,
    midpoint_barriers,
    search_result,
    width_certificate,
)
from permviz.comparison import probe_inputs, window
from permviz.counting import factorials_text, permutation_count
from permviz.datasets import Dataset
from permviz.experiment import Experiment
from permviz.figures.average import (
    jensen_figure,
    linear_line_figure,
    matrices_figure,
    midpoints_figure,
    output_curves_figure,
    output_planes_figure,
    output_scatter_figure,
    valley_figure,
)
from permviz.figures.network import MOST_NODES, networks_figure
from permviz.linear_networks import identity_example, linear_barrier, scalar_loss
from permviz.moves import FLIPPABLE
from permviz.network import Network, NetworkSpec, init_network, loss, stack
from permviz.permutation import Permutation
from permviz.slices import line_slice
from permviz.training import train
from permviz.ui import state
from permviz.ui.cached import remembered
from permviz.ui.controls import control, setting
from permviz.ui.plot import PlotClick, plot
from permviz.ui.workbench import LOSS_LABELS

T = TypeVar("T")
MOST_COPIES, WORK = 2880, 1e9
"""Copies on the curve, at most, and the bound on copies times samples times parameters, about a second's work."""

GRID = 61
STEPS = (1, 2, 3, 4, 6, 10, 20, 50, 100, 200, 500, 1000, 2000)
"""Numbers of copies that can be chosen, besides all of them."""

SEARCH_WORK = 40_000
"""Samples times outputs times parameters of the narrow network, at most, for a search within a page."""

RANDOM_SEEDS, MIDPOINT_WORK = 20, 2e7


@dataclass(frozen=True)
class _Averages:
    """The curve, and what it ends in.

    Attributes:
        curve: losses of the averages of 1, 2, ... copies.
        permutations: the copies, in that order.
        enumerated_difference: ``max |mean of all copies - closed form|`` over the parameters, if all were averaged.
        signed: the loss of the average over sign flips too, where there are any.
        reduced_difference: ``max |F(average) - F(its network of one node a layer)|`` over probing inputs.
    """

    curve: JensenCurve
    permutations: Permutation
    enumerated_difference: float | None
    signed: float | None
    reduced_difference: float


def _kept(experiment: Experiment, *settings: object, compute: Callable[[], T]) -> T:
    return remembered((experiment.recipe, experiment.theta, "average", *settings), compute)


def _flips(network: Network) -> bool:
    return get_activation(network.activation).symmetry in FLIPPABLE


def _averages(network: Network, data: Dataset, seed: int) -> _Averages:
    spec = network.spec
    most = int(min(MOST_COPIES, max(50, WORK / (len(data.inputs) * spec.parameter_count))))
    curve = jensen_curve(network, data, seed, most)
    permutations = shuffled_permutations(spec, seed, most)
    mean, inputs = symmetric_average(network), probe_inputs(data)
    difference = None
    if curve.complete:
        difference = float((running_averages(network, permutations)[-1].flatten() - mean.flatten()).abs().max())
    return _Averages(
        curve,
        permutations,
        difference,
        float(loss(symmetric_average(network, signed=True), data)) if _flips(network) else None,
        float((mean(inputs) - reduced_average(network)(inputs)).abs().max()),
    )


def average_view(network: Network, data: Dataset, experiment: Experiment, aside: DeltaGenerator) -> None:
    """One copy, two, all of them: the loss of their average, the average itself, and what it answers."""
    view, spec = experiment.average, network.spec
    if permutation_count(spec.hidden) == 1:
        st.info("Every layer has one node: the only copy is the network itself. Build wider layers.", icon=":material/info:")
        return
    with st.spinner("Averaging the copies…"):
        found = _kept(experiment, "curve", view.seed, compute=lambda: _averages(network, data, view.seed))
    curve, count = found.curve, permutation_count(spec.hidden)
    options = [m for m in STEPS if m <= len(curve.losses) and m < count] + [0] + ([-1] if found.signed is not None else [])
    chosen = view.copies if view.copies in options else max((m for m in options if 0 < m <= view.copies), default=0)
    average, value, name = _chosen(network, found, chosen)
    setting(
        st.select_slider,
        "Copies averaged",
        "average",
        "copies",
        show=chosen,
        options=options,
        format_func=lambda m: {0: f"all {count}" if count < 10**6 else "all", -1: "all, and sign flips"}.get(m, str(m)),
        help=f"A itself first, then its other copies in random order. In all: {factorials_text(spec.hidden)}.",
    )
    _verdict(curve.bound, value, name)
    group = f"average of all {count}" if count < 10**6 else "average of all"
    at = len(curve.losses) if chosen <= 0 else chosen

    def choose(click: PlotClick) -> None:
        if isinstance(click.x, int | float) and click.x >= 1:
            nearest = min((m for m in options if m > 0), key=lambda m: abs(math.log(m / float(click.x))))  # type: ignore[arg-type]
            state.change(average=view.model_dump() | {"copies": nearest})

    plot(
        jensen_figure(
            curve.counts,
            curve.losses,
            curve.bound,
            (at, value),
            (group, curve.group_average_loss),
            guess=_guess(data),
            loss_label=LOSS_LABELS[data.loss],
            log=view.log,
        ),
        key="jensen",
        height=290,
        on_click=choose,
        caption="Convex means: the loss of an average is at most the average of the losses, the dashed line (Jensen 1906). "
        + ("Exact, all copies" if curve.complete else f"{len(curve.losses)} copies drawn at random, and all in closed form")
        + "; float64. Click the curve to choose a number.",
    )
    _draw_outputs(network, average, data, name)
    _draw_networks(network, average, spec, name, alike=chosen <= 0)
    with aside:
        _numbers(found, value)


def _chosen(network: Network, found: _Averages, copies: int) -> tuple[Network, float, str]:
    """The average, its loss, its name."""
    if copies > 0:
        average = running_averages(network, found.permutations[:copies])[-1]
        return average, float(found.curve.losses[copies - 1]), "A itself" if copies == 1 else f"average of {copies} copies"
    if copies == 0 or found.signed is None:
        return symmetric_average(network), found.curve.group_average_loss, "average of all copies"
    return symmetric_average(network, signed=True), found.signed, "average over all flips too"


def _verdict(own: float, value: float, name: str) -> None:
    if name == "A itself":
        st.markdown(f"##### Each copy of A has the loss {own:.4g}. Now average some.")
    elif value > own + 1e-9 * (1 + abs(own)):
        st.markdown(f"##### Each copy: loss {own:.4g}. The {name}: {value:.4g}, which convexity forbids.")
    else:
        st.markdown(f"##### Each copy: loss {own:.4g}. The {name}: {value:.4g}. From this one nothing follows.")


def _guess(data: Dataset) -> float | None:
    return math.log(len(data.output_names)) if data.is_classification else None


def _within(difference: float) -> str:
    return f"within **{difference:.1e}** of" if difference else "**exactly**"


def _numbers(found: _Averages, value: float) -> None:
    left, right = st.columns(2)
    left.metric("Loss of each copy", f"{found.curve.bound:.4g}", help="All copies are the same function (Hecht-Nielsen 1990).")
    right.metric("Loss of the average", f"{value:.4g}")
    right.metric("Average of all copies", f"{found.curve.group_average_loss:.4g}", help="In closed form, of the whole group.")
    if found.signed is not None:
        left.metric(
            "… and of all sign flips",
            f"{found.signed:.4g}",
            help="Averaged over all flips too, every neuron's incoming weights vanish: the function is a constant.",
        )
    if found.enumerated_difference is not None:
        st.caption(
            f":material/check_circle: All {len(found.curve.losses)} copies added up one by one: "
            f"{_within(found.enumerated_difference)} the closed form, in every parameter."
        )
    st.caption(
        ":material/check_circle: With all nodes of a layer equal, the average computes what a network with **one node a "
        f"layer** computes, outgoing weights times n. Checked: {_within(found.reduced_difference)} it."
    )
    setting(
        st.number_input, "Order of the copies: seed", "average", "seed", min_value=0, max_value=999_999, step=1,
        help="The curve's way depends on the order; its beginning and its end do not.",
    )  # fmt: skip
    setting(st.toggle, "Logarithmic number of copies", "average", "log")


def _answers(network: Network, inputs: torch.Tensor, data: Dataset) -> np.ndarray:
    """``(N,)``: the probability of the second class, the likeliest class, or the first output."""
    outputs = network(inputs)
    if data.loss == "binary-cross-entropy":
        return outputs[:, 0].sigmoid().numpy()
    return outputs.argmax(1).numpy() if data.loss == "cross-entropy" else outputs[:, 0].numpy()


def _draw_outputs(network: Network, average: Network, data: Dataset, name: str) -> None:
    width = data.inputs.shape[1]
    if width > 2:
        own, other = network(data.inputs), average(data.inputs)
        plot(
            output_scatter_figure(own[:2000], other[:2000], "Outputs: the average against the network"),
            key="answers-scatter",
            height=340,
            caption=f"With {width} inputs there is no picture of the input plane: each point is one output for one sample.",
        )
        return
    bounds = window(data)
    axes = [torch.linspace(bounds[2 * i], bounds[2 * i + 1], GRID, dtype=torch.float64) for i in range(width)]
    targets = data.targets if data.is_classification else data.targets[:, 0]
    if width == 1:
        line = axes[0].unsqueeze(1)
        curves = {"A": network(line)[:, 0], name: average(line)[:, 0]}
        figure = output_curves_figure(axes[0], curves, (data.inputs[:, 0], targets), data.input_names[0])
        plot(figure, key="answers-curves", height=340, caption=f"{GRID} inputs, float64.")
        return
    grid = torch.cartesian_prod(*axes)
    planes = [_answers(net, grid, data).reshape(GRID, GRID).T for net in (network, average)]
    kind = {"squared": "value", "binary-cross-entropy": "probability"}.get(data.loss, "class")
    what = {
        "value": "Colour: the output.",
        "probability": f"Blue: “{data.output_names[-1]}” is likely; orange: “{data.output_names[0]}”.",
        "class": "Colour: the likeliest class.",
    }[kind]
    names = (data.input_names[0], data.input_names[1])
    plot(
        output_planes_figure(
            axes[0], axes[1], planes, ("A", name), (data.inputs[:, 0], data.inputs[:, 1], targets), names, kind=kind
        ),
        key="answers",
        height=360,
        caption=f"{what} {GRID} × {GRID} inputs; the dots are the data.",
    )  # fmt: skip


def _draw_networks(network: Network, average: Network, spec: NetworkSpec, name: str, alike: bool) -> None:
    left_out = f" The first {MOST_NODES} of {spec.widths[0]} inputs are drawn." if spec.widths[0] > MOST_NODES else ""
    equal = "All nodes of a layer are equal: the same edges go in, the same go out." if alike else ""
    if alike and not any(bool(w.any()) for w in average.weights[:-1]):
        equal = "No weight into a hidden node is left: the function is a constant."
    plot(
        networks_figure([network.weights, average.weights], ["A", name], "The networks", [True, False]),
        key="networks",
        height=340,
        caption=f"{equal} Blue edges are positive, orange negative, wide ones large; one scale for both.{left_out}".strip(),
    )


def matrices_view(network: Network, data: Dataset, experiment: Experiment, aside: DeltaGenerator) -> None:
    """The post's two matrices: rows exchanged, and their average."""
    a, b, c, d = experiment.average.matrix
    st.markdown("#### Two nodes, exchanged: two matrices, one function")
    for row, column in zip(((0, "node 1: "), (2, "node 2: ")), st.columns(2), strict=True):
        with column:
            for at in (row[0], row[0] + 1):
                _entry(experiment, at, f"{row[1]}from input {at % 2 + 1}")
    both = row_permutations(torch.tensor([[a, b], [c, d]], dtype=torch.float64))
    plot(
        matrices_figure([both[0], both[1], both.mean(0)], ["M₁", "M₂: rows exchanged", "(M₁ + M₂) / 2"]),
        key="matrices",
        height=260,
        caption="Each row holds a node’s incoming weights. The average has equal rows: both nodes compute the same.",
    )
    if (a, b) == (c, d):
        st.info("The two rows are equal already: M₁ and M₂ are the same matrix. Change a number.", icon=":material/info:")
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
        lambda given: state.change(average=experiment.average.model_dump() | {"matrix": change(int(given))}),
        min_value=-99,
        max_value=99,
        step=1,
    )


def _show_certificate(found: NonconvexityCertificate) -> None:
    if found.holds:
        st.success(found.statement, icon=":material/check_circle:")
    else:
        st.info(found.statement, icon=":material/help:" if found.holds is None else ":material/volume_off:")
    kind = "a proof, up to float64 rounding" if found.rigorous else "numerical evidence, not a proof"
    st.caption(f"**Hypothesis.** {found.hypothesis} **Kind:** {kind}.")


def certificate_view(network: Network, data: Dataset, experiment: Experiment, aside: DeltaGenerator) -> None:
    """From this network alone, then from the best that one node a layer can do."""
    spec = network.spec
    st.markdown("#### Is this loss convex? Two arguments")
    st.markdown("##### 1. From this network alone")
    if permutation_count(spec.hidden) == 1:
        st.info("Every layer has one node: there are no copies to average. Build wider layers.", icon=":material/info:")
    else:
        for signed in (False, True) if _flips(network) else (False,):
            _show_certificate(
                _kept(experiment, "certificate", signed, compute=lambda s=signed: jensen_certificate(network, data, signed=s))  # type: ignore[misc]
            )
    st.markdown("##### 2. The post’s own: what one node a layer can do")
    narrow = NetworkSpec((spec.widths[0], *(1 for _ in spec.hidden), spec.widths[-1]), spec.activation)
    widths = "-".join(map(str, narrow.widths))
    st.markdown(
        f"The average of **all** copies of **any** network of this shape computes what some {widths} network computes. "
        f"If the best {widths} network is worse than yours, the loss is not convex."
    )
    size = len(data.inputs) * data.network_outputs * narrow.parameter_count
    if size > SEARCH_WORK:
        st.info(
            f"Not searched here: {len(data.inputs)} samples of {data.network_outputs} outputs would take minutes. Choose a "
            "smaller task or fewer samples, or call permviz.search_result and permviz.width_certificate in a notebook.",
            icon=":material/timer_off:",
        )
        return
    starts = 24 if size <= SEARCH_WORK / 3 else 12
    if not experiment.average.search:
        st.button(
            f"Search: train {starts} networks of widths {widths}",
            icon=":material/search:",
            type="primary",
            key="average-search",
            on_click=lambda: state.change(average=experiment.average.model_dump() | {"search": True}),
        )
        st.caption("It takes some seconds.")
        return
    with st.spinner(f"Training {starts} networks of widths {widths} towards stationary points…", show_time=True):
        found = _kept(experiment, "search", starts, compute=lambda: _searched(narrow, data, starts))
    result = width_certificate(network, data, found)
    left, middle, right = st.columns(3)
    left.metric("Your network’s loss", f"{result.low:.4g}")
    middle.metric(f"Best {widths} found", f"{result.high:.4g}")
    right.metric("Certified starts", f"{found.certified} of {found.starts}", help="Gradient norm below 1e-8.")
    _show_certificate(result)
    if result.holds is None:
        st.caption(
            "Often the best narrow network lies at infinity (ever steeper weights), so that no start ends at a stationary "
            "point. On the teacher task with one hidden layer there is a best one."
        )
        st.button(
            "Try it on the teacher task, one layer of 4",
            icon=":material/school:",
            key="average-example",
            on_click=lambda: state.change(task="teacher", hidden=(4,), finish=True),
        )


def _searched(narrow: NetworkSpec, data: Dataset, starts: int) -> Search:
    return search_result(train(narrow, data, seeds=range(starts), steps=200, method="second-order"))


def activations_view(network: Network, data: Dataset, experiment: Experiment, aside: DeltaGenerator) -> None:
    """Midpoints of all swaps: of the trained network, and of random ones for each activation."""
    spec = network.spec
    if permutation_count(spec.hidden) == 1:
        st.info("Every layer has one node: there is nothing to swap. Build wider layers.", icon=":material/info:")
        return
    swaps = sum(n * (n - 1) // 2 for n in spec.hidden)
    work = swaps * len(data.inputs) * spec.parameter_count
    seeds = int(min(RANDOM_SEEDS, max(1, MIDPOINT_WORK / len(ACTIVATIONS) / work * 4)))
    names = list(ACTIVATIONS) if work * len(ACTIVATIONS) <= 6 * MIDPOINT_WORK else [spec.activation]
    with st.spinner("Measuring the midpoint of every swap…", show_time=True):
        own = _kept(experiment, "midpoints", compute=lambda: midpoint_barriers(network, data).barriers)
        rows = {
            ACTIVATIONS[name].label: _kept(
                experiment.changed(activation=name, theta="", order=()),
                "random midpoints",
                seeds,
                compute=lambda name=name: _random_midpoints(NetworkSpec(spec.widths, name), data, seeds),  # type: ignore[misc]
            )
            for name in names
        }
    share = float((own > 0).double().mean())
    st.markdown(f"#### {share:.0%} of this network’s {swaps} midpoints are worse. At random weights the sign is not fixed.")
    plot(
        midpoints_figure(rows, ("this network", own), LOSS_LABELS[data.loss]),
        key="midpoints",
        height=150 + 34 * len(rows) + 110,
        caption=f"Above: this network ({experiment.steps} training steps), all {swaps} swaps. "
        f"Below: untrained networks of these widths, {seeds} seed{'s' if seeds > 1 else ''} each, all swaps. "
        "A convex loss would allow no point above 0. At a global minimum no point lies below 0; at random weights either sign occurs. Exact midpoints, float64."
        + ("" if len(names) > 1 else " This network is large: the other activations are not computed here."),
    )


def _random_midpoints(spec: NetworkSpec, data: Dataset, seeds: int) -> torch.Tensor:
    return midpoint_barriers(stack([init_network(spec, seed) for seed in range(seeds)]), data).barriers


def linear_view(network: Network, data: Dataset, experiment: Experiment, aside: DeltaGenerator) -> None:
    """Linear networks have minima, and walls between them."""
    st.markdown("#### Linear networks do have minima, and the wall is there too")
    st.markdown(
        "The post says that linear networks have no minima. With squared loss they have: every local minimum is global, and "
        "all other critical points are saddles (Baldi & Hornik 1989; Kawaguchi 2016). Yet the loss is **not convex**."
    )
    axis = torch.linspace(-2, 2, 81, dtype=torch.float64)
    surface = experiment.average.surface
    plot(
        valley_figure(axis, scalar_loss(axis.unsqueeze(1), axis), surface),
        key="valley-3d" if surface else "valley",
        height=420,
        caption="One input, one node, one output, no bias, to learn y = x from x = 1. The white lines are the minima "
        "a·w = 1, two valleys at loss 0; between them (0, 0) is a saddle at loss 1. Exact; cut off at 3.",
    )
    setting(st.toggle, "3-D surface", "average", "surface")
    _identity_line()


def _identity_line() -> None:
    example, data = identity_example()
    swap = Permutation.transposition(example.spec, 1, (0, 1))
    line = line_slice(example, swap(example), data, points=41)
    exact = linear_barrier(example, data, (0, 1))
    formula = 16 * line.t.square() * (1 - line.t).square() * exact.quadratic
    difference = float((line.losses - formula).abs().max())
    numbers = st.columns(2)
    numbers[0].metric(
        "Barrier, closed form", f"{exact.barrier:.12g}", help="¼ ‖aᵢ − aⱼ‖² (wᵢ − wⱼ)ᵀ Σ (wᵢ − wⱼ), at an optimum."
    )
    numbers[1].metric("Barrier, measured", f"{float(midpoint_barriers(example, data).barriers[0]):.12g}")
    plot(
        linear_line_figure(line.t, line.losses, formula),
        key="linear-line",
        height=310,
        caption="W₁ = W₂ = I computes y = x. With its two nodes exchanged it does so too: loss 0 at both ends, "
        f"exactly 1 in the middle. Closed form 16 t² (1 − t)² · barrier, within {difference:.0e} of the measured (float64).",
    )


VIEWS: dict[str, tuple[str, Callable[[Network, Dataset, Experiment, DeltaGenerator], None]]] = {
    "average": ("Average", average_view),
    "matrices": ("Matrices", matrices_view),
    "certificate": ("Certificate", certificate_view),
    "activations": ("Activations", activations_view),
    "linear": ("Linear", linear_view),
}
"""By the name of the setting: title and function, whose last argument is a container beside the figures."""
