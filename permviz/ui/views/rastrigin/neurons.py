"""One-weight neurons, the network's own Rastrigin: their plane, three weights moved by hand, and the body of four."""

from __future__ import annotations

from itertools import combinations

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator

from permviz.experiment.views import RastriginView
from permviz.figures.one_weight import (
    neuron_shares_figure,
    one_weight_plane_figure,
    one_weight_surface_figure,
)
from permviz.figures.permutohedron import permutohedron_figure
from permviz.figures.picture import Picture
from permviz.landscape.kantorovich import kantorovich_numbers
from permviz.landscape.stationary import certify_derivatives
from permviz.networks.activations import ACTIVATIONS
from permviz.networks.digits import loss_text, wall_text, written
from permviz.rastrigin.one_weight import PRESETS, OneWeightNeurons, bump_neurons
from permviz.rastrigin.one_weight_surfaces import one_weight_permutohedron, one_weight_plane
from permviz.ui import state
from permviz.ui.parts.controls import setting
from permviz.ui.parts.plot import PlotClick, plot
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import drawn, remembered
from permviz.ui.views.rastrigin.critical import counts_of

REACH = 5.0
"""Half-width of the plane that is drawn; the settings ``u`` and ``v`` stay within it."""


def formula(neurons: OneWeightNeurons) -> str:
    """``F(x) = Σ sin(wᵢx)`` and the like."""
    inside = "wᵢx" if neurons.bias == 0 else f"wᵢx {'+' if neurons.bias > 0 else '−'} {abs(neurons.bias):g}"
    if neurons.activation == "gaussian":
        return f"F(x) = Σ exp(−({inside})²)"
    return f"F(x) = Σ {neurons.activation}({inside})"


def neurons_view(shown: Shown) -> None:
    """Three neurons of one free weight each, and the plane of all their copies; or four, and their body."""
    view = shown.experiment.rastrigin
    with shown.aside:
        setting(
            st.segmented_control, "Neurons, one free weight each", "rastrigin", "neurons", options=[3, 4],
            format_func={3: "three: a plane", 4: "four: a body"}.__getitem__,
        )  # fmt: skip
    if view.neurons == 4:
        _four_neurons(view, shown.aside)
    else:
        _three_neurons(view, shown.aside)


def _three_neurons(view: RastriginView, aside: DeltaGenerator) -> None:
    neurons = PRESETS[view.activation]
    with st.spinner("Searching the plane for critical points…"):
        plane = remembered(("one-weight plane", view.activation), lambda: one_weight_plane(neurons, half_width=REACH))
    point = torch.tensor([view.u, view.v], dtype=torch.float64)
    weights = neurons.to_weights(point)
    with aside:
        setting(
            st.selectbox, "Activation", "rastrigin", "activation", options=list(PRESETS),
            format_func=lambda name: ACTIVATIONS[name].label,
        )  # fmt: skip
        _point_controls(neurons, weights)
    teacher = ", ".join(f"{w:g}" for w in neurons.teacher)
    if view.solid:
        picture = drawn(("one-weight surface", view.activation), lambda: one_weight_surface_figure(plane))
        plot(picture, key="one-weight-surface")
    else:
        told = "Drag the ringed cross: its five copies, the other orders of the same weights, move along. Or click anywhere."
        here = (view.u, view.v)
        picture = drawn(("one-weight plane", view.activation, *here), lambda: one_weight_plane_figure(plane, point=here))
        plot(picture.saying(before=told), key="one-weight-plane", on_click=_go_to)
    setting(st.toggle, "The plane in space", "rastrigin", "solid")
    task = (
        f"The task: {formula(neurons)} shall equal the same network with weights ({teacher}), at {neurons.samples} inputs from "
        f"{-neurons.reach:g} to {neurons.reach:g}; squared loss. All in float64."
    )
    st.caption(written(task))
    _why(view.activation, neurons)
    with aside:
        _at_the_point(neurons, weights)


def _go_to(click: PlotClick) -> None:
    if isinstance(click.x, int | float) and isinstance(click.y, int | float):
        _set_point(float(click.x), float(click.y))


def _set_point(u: float, v: float) -> None:
    here = {"u": round(min(REACH, max(-REACH, u)), 9), "v": round(min(REACH, max(-REACH, v)), 9)}
    state.change(rastrigin=here)


def _swap(i: int, j: int) -> None:
    view = state.current().rastrigin
    neurons = PRESETS[view.activation]
    weights = neurons.to_weights(torch.tensor([view.u, view.v], dtype=torch.float64))
    weights[[i, j]] = weights[[j, i]]
    u, v = neurons.to_coordinates(weights).tolist()
    _set_point(u, v)


def _point_controls(neurons: OneWeightNeurons, weights: torch.Tensor) -> None:
    across, up = st.columns(2)
    shared = {"min_value": -REACH, "max_value": REACH, "step": 0.25, "format": "%.3f"}
    with across:
        setting(st.number_input, "Across: (w₁ − w₂)/√2", "rastrigin", "u", **shared)
    with up:
        setting(st.number_input, "Up: (w₁ + w₂ − 2w₃)/√6", "rastrigin", "v", **shared)
    with st.container(horizontal=True):
        for i, j in combinations(range(3), 2):
            st.button(
                f"swap {i + 1} ⇄ {j + 1}", key=f"swap-{i}-{j}", on_click=_swap, args=(i, j),
                help="Exchanges the two weights: the point is mirrored, the loss stays.",
            )  # fmt: skip


def _at_the_point(neurons: OneWeightNeurons, weights: torch.Tensor) -> None:
    """The three weights, what they give, and what kind of point this is."""
    st.markdown(f"**w = ({', '.join(f'{w:.3f}' for w in weights.tolist())})**".replace("-", "−"))
    data, at = neurons.data, weights.tolist()

    def draw() -> Picture:
        return neuron_shares_figure(data.inputs[:, 0], neurons.shares(weights), data.targets[:, 0], at)

    picture = drawn(("neurons' shares", neurons.activation, *at), draw)
    mirrored = neurons.derivatives(weights[torch.tensor(_ORDERS)])[0]
    spread = float(mirrored.max() - mirrored.min())
    value, gradient, hessian = neurons.derivatives(weights[None])
    told = f"Loss {loss_text(float(value))}; in the six orders of these weights it differs by {spread:.1g}."
    plot(picture.saying(after=told), key="neurons-curves")
    near = kantorovich_numbers(lambda points: neurons.derivatives(points)[2], weights[None], gradient, hessian)
    certificate = certify_derivatives(gradient[0], hessian[0], kantorovich=float(near))
    st.caption(written(f"This point, in all three weights: {certificate.verdict}"))


_ORDERS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]


def _why(activation: str, neurons: OneWeightNeurons) -> None:
    """Whether the plane looks like Rastrigin, from counts."""
    with st.spinner("Counting critical points in all three weights…"):
        found = counts_of(neurons)
    best, others = found.optima, found.by_index[0] - found.optima
    label = ACTIVATIONS[activation].label
    counted = f"{found.by_index[0]} minima among {found.total} critical points (|wᵢ| ≤ {found.half_width:g}, a lower bound)"
    if others:
        st.markdown(
            f":material/egg: **Looks like Rastrigin.** With {label} the search found {counted}: {best} of them are optima, and "
            f"{others} are worse ones in which a descent is caught, as in Rastrigin's pits."
        )
    else:
        st.markdown(
            f":material/waves: **Does not look like Rastrigin.** With {label} the search found {counted}, and all {best} "
            "minima are optima. Rastrigin's look needs worse minima between the best ones; here there are none."
        )


def _four_neurons(view: RastriginView, aside: DeltaGenerator) -> None:
    neurons = bump_neurons(4)
    body = remembered(("one-weight body", 4), lambda: one_weight_permutohedron(neurons, dtype=torch.float32))
    labels = [f"{w:g}" for w in neurons.teacher]
    title = "24 copies of four one-weight neurons"
    picture = drawn(
        ("one-weight body", view.log),
        lambda: permutohedron_figure(body, labels=["a", "b", "c", "d"], log=view.log, title=title),
    )
    with aside:
        setting(st.toggle, "Logarithmic colours", "rastrigin", "log")
        left, right = st.columns(2)
        left.metric("Loss at all 24 corners", loss_text(float(body.corner_losses.max())))
        right.metric("At the centre", loss_text(body.centre_loss), help="All four weights equal to their average (float64).")
        least, most = (wall_text(float(b), float(body.edge_losses.max())) for b in torch.aminmax(body.edge_barriers))
        st.metric("Walls along edges", f"{least} to {most}", help="Lowest and highest barrier.")
    named = ", ".join(f"{name} = {w}" for name, w in zip("abcd", labels, strict=True))
    told = (
        f"{formula(neurons)} with four free weights; optimal weights {named}. All 24 orders of them have the same "
        "sum: they lie in a space of three dimensions, and this body is their convex hull: exact, no projection. A bead tells "
        "which weight each neuron has; an edge exchanges two weights that are neighbours in size. Painted in float32."
    )
    plot(picture.saying(before=told), key="one-weight-body")
