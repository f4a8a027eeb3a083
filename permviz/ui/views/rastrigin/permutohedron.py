"""The painted permutohedron of the current network: its corners are copies, and a click on one goes there."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch

from permviz.experiment.experiment import Experiment
from permviz.experiment.views import RastriginView
from permviz.figures.permutohedron import permutohedron_figure
from permviz.figures.picture import Picture
from permviz.landscape.permutohedron import SUBDIVISIONS, Permutohedron, permutohedron
from permviz.networks.datasets import Dataset
from permviz.networks.digits import loss_text, wall_text
from permviz.networks.network import Network
from permviz.ui import state
from permviz.ui.parts.controls import control, layer_setting, setting
from permviz.ui.parts.plot import PlotClick, plot
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import kept, kept_picture

WORK = 2e9
"""Bound on points times samples times parameters, about a second's work; larger networks are painted more coarsely."""
FEWEST_SUBDIVISIONS = 4
RELIEF = 0.7


def shown_layer(view: RastriginView, network: Network) -> int:
    return min(view.layer, len(network.spec.hidden))


def shown_nodes(view: RastriginView, n: int) -> tuple[int, ...]:
    """The nodes that the setting names, or the first four where it does not fit the layer."""
    nodes = tuple(sorted(set(view.nodes)))
    return nodes if nodes and nodes[-1] < n else tuple(range(min(4, n)))


def affordable_subdivisions(network: Network, data: Dataset, nodes: int) -> int:
    """As fine as :data:`WORK` allows, and never coarser than :data:`FEWEST_SUBDIVISIONS`."""
    triangles = 72 if nodes == 4 else 6
    effort = triangles * len(data.inputs) * network.spec.parameter_count
    for s in range(SUBDIVISIONS, FEWEST_SUBDIVISIONS, -1):
        if effort * (s + 1) * (s + 2) / 2 <= WORK:
            return s
    return FEWEST_SUBDIVISIONS


def painted_body(shown: Shown, layer: int, nodes: tuple[int, ...]) -> tuple[Permutohedron, int]:
    """The body in float32, and how finely it is painted."""
    fine = affordable_subdivisions(shown.network, shown.data, len(nodes))

    def painted() -> Permutohedron:
        return permutohedron(shown.network, shown.data, layer, nodes, subdivisions=fine, dtype=torch.float32)

    return kept(shown.experiment, "permutohedron", layer, nodes, fine, compute=painted), fine


def corner_of_copy(body: Permutohedron, experiment: Experiment) -> int:
    """Where the current copy stands: at the order in which its slots hold the chosen nodes."""
    order = experiment.permutation.orders[body.layer - 1]
    return body.corner_of([node for node in order.tolist() if node in body.nodes])


def order_at(body: Permutohedron, corner: int, experiment: Experiment) -> tuple[tuple[int, ...], ...]:
    """The current order with the chosen nodes arranged as at ``corner``, within the slots that they hold now.

    Raises:
        ValueError: if the body is that of a network with other layers, which was shown before.
    """
    if tuple(map(len, body.orders[0].orders)) != experiment.recipe.hidden:
        raise ValueError("That corner was chosen on the network before this one: nothing was changed.")
    orders = [order.tolist() for order in experiment.permutation.orders]
    arranged = iter(body.order(corner))
    orders[body.layer - 1] = [next(arranged) if node in body.nodes else node for node in orders[body.layer - 1]]
    return tuple(map(tuple, orders))


def permutohedron_view(shown: Shown) -> None:
    """All orders of three or four nodes of a layer at once."""
    view = shown.experiment.rastrigin
    layer = shown_layer(view, shown.network)
    n = shown.spec.hidden[layer - 1]
    with shown.aside:
        nodes = _controls(view, shown.network, layer)
    if n < 3:
        st.info(
            f"Layer {layer} has {n} node{'s' if n > 1 else ''}, and a body needs three or four: choose another layer, or "
            "build a wider one in the panel on the left.",
            icon=":material/info:",
        )
    elif len(nodes) not in (3, 4):
        st.info("Choose three nodes, for a hexagon, or four, for a body in space.", icon=":material/info:")
    else:
        _draw_body(shown, layer, nodes)


def _draw_body(shown: Shown, layer: int, nodes: tuple[int, ...]) -> None:
    """The body; a click on a bead takes the network there."""
    view, experiment = shown.experiment.rastrigin, shown.experiment
    with st.spinner("Painting the body with the loss…"):
        body, fine = painted_body(shown, layer, nodes)
    relief, corner = RELIEF if view.relief and len(nodes) == 3 else 0.0, corner_of_copy(body, experiment)

    def draw() -> Picture:
        picture = permutohedron_figure(body, current=corner, log=view.log, relief=relief)
        return picture.saying(*_around(body, shown, fine))

    picture = kept_picture(experiment, "body", layer, nodes, fine, corner, view.log, relief, draw=draw)
    copies = next(k for k, trace in enumerate(picture.figure.data) if trace.name == "copies")

    def go_there(click: PlotClick) -> None:
        if click.curve == copies and isinstance(click.customdata, int | np.integer):
            state.change(order=order_at(body, int(click.customdata), state.current()))

    plot(picture, key=f"body-{len(nodes)}", on_click=go_there)
    with shown.aside:
        _corner_control(body, experiment)
        _numbers(body)


def _corner_control(body: Permutohedron, experiment: Experiment) -> None:
    """The corners as a list, for keyboards and fingers: what a click on a bead does."""
    control(
        st.selectbox, "Your network stands at", "rastrigin-corner", corner_of_copy(body, experiment),
        lambda corner: state.change(order=order_at(body, corner, state.current())),
        options=list(range(len(body.corners))), format_func=lambda corner: _spelt(body, corner),
        help="The nodes of the chosen slots, from the top. Choose another order, or click its bead.",
    )  # fmt: skip


def _spelt(body: Permutohedron, corner: int) -> str:
    return " ".join(str(node + 1) for node in body.order(corner))


def _controls(view: RastriginView, network: Network, layer: int) -> tuple[int, ...]:
    hidden = network.spec.hidden
    layer_setting("rastrigin", hidden, layer)
    n = hidden[layer - 1]
    nodes = shown_nodes(view, n)
    if n > 3:
        setting(
            st.pills, "Nodes that change places: three or four", "rastrigin", "nodes", show=list(nodes), options=list(range(n)),
            selection_mode="multi", format_func=lambda node: str(node + 1), help="The other nodes stay where they are.",
        )  # fmt: skip
    with st.container(horizontal=True):
        setting(st.toggle, "Logarithmic colours", "rastrigin", "log")
        if len(nodes) == 3:
            setting(st.toggle, "In relief", "rastrigin", "relief")
    return nodes


def _around(body: Permutohedron, shown: Shown, fine: int) -> tuple[str, str]:
    """What is said before and after the picture's own sentence."""
    among = "" if len(body.nodes) == shown.spec.hidden[body.layer - 1] else " among the chosen"
    coarse = "" if fine == SUBDIVISIONS else f" Painted more coarsely than for a small network ({fine} steps a side)."
    return (
        f"Colour is the loss ({shown.loss_label}), dark is low; each bead is one copy, the filled one is where your "
        "network stands. Click a bead: the network takes that order on every page. Along an edge the nodes of two "
        f"neighbouring slots{among} change places, as in the diagram.",
        f"Painted in float32; the losses of corners, edges and centre are in float64.{coarse}",
    )


def _wall(body: Permutohedron, barrier: float) -> str:
    return wall_text(barrier, float(body.edge_losses.max()))


def _numbers(body: Permutohedron) -> None:
    count, corner, barriers = len(body.corners), float(body.corner_losses[0]), body.edge_barriers
    rows = st.columns(2), st.columns(2)
    rows[0][0].metric(
        f"Loss at all {count} corners",
        loss_text(corner),
        help=f"Highest minus lowest: {loss_text(float(body.corner_losses.max() - body.corner_losses.min()))} (float64).",
    )
    rows[0][1].metric(
        "At the centre", loss_text(body.centre_loss), help=f"The average of all {count} copies: the group average (float64)."
    )
    rows[1][0].metric(
        "Walls along edges", f"{_wall(body, float(barriers.min()))} to {_wall(body, float(barriers.max()))}",
        help="Lowest and highest barrier of a swap of two neighbours: the highest loss on the edge, above its ends.",
    )  # fmt: skip
    brightest = max(float(body.losses.max()), float(body.edge_losses.max()))
    rows[1][1].metric(
        "Highest on the surface",
        loss_text(brightest),
        help="The brightest point of the faces (float32) and edges; the centre lies inside the body.",
    )
    if body.centre_loss > corner + 1e-9 * max(1.0, abs(corner)):
        st.markdown(
            f":material/check_circle: **Not convex.** A convex loss is at the centre at most what it is at the corners "
            f"(Jensen 1906); here it is {loss_text(body.centre_loss - corner)} higher, for this network and these data."
        )
    else:
        st.markdown(
            ":material/info: The centre is no higher than the corners here, so that this point alone does not refute "
            "convexity. Train longer, or choose other nodes."
        )
