"""The draggable network: the workbench of the front page, and a small diagram for the others.

One Streamlit component (v2), written as plain JavaScript modules without a build. Python sends a :class:`Scene`; the browser
moves nodes at once, on its own, and reports each new order, absolute and numbered; Python acknowledges the number. The browser
takes over Python's order only while nothing of its own is unacknowledged: quick swaps are never lost and browser Back works.
Certificates, distances and the curve from A to B are computed by the library; what follows the hand (pictures on the way, the
curve of a swap in question, the broken middle of the two steps) is computed in the browser in float64 by the same formulas.

Hooks for tests, stable (locators pierce the shadow root):

- root ``[data-testid=workbench]``: ``data-phase`` = rest | drag | moving | step-1 | broken | step-2 | walk | playing,
  ``data-pending`` = 1 while Python has not acknowledged, ``data-order`` = the order as JSON, ``data-mode``,
  ``data-kind`` = copy | between | broken, ``data-theme`` = light | dark. Wait for ``[data-phase=rest][data-pending="0"]``.
- hidden nodes ``[data-node]``: ``data-layer`` (hidden layers from 1), ``data-slot`` (from 0), ``data-node`` (identity, from 0);
  ``[data-testid=input-node]``, ``[data-testid=output-node]``; each edge's wide twin ``[data-testid=edge]``.
- buttons ``mode-swap``, ``mode-walk``, ``mode-steps``, ``undo``, ``redo``, ``random``, ``reset``, ``play``, ``step-next``,
  ``step-cancel``; the slider ``walk-slider``; its value ``walk-t``.
- ``caption`` (visible sentence), ``announcement`` (aria-live), ``hint`` and ``hint-tag`` (first
  invitation), ``help`` (a "?" in a card).
- cards ``card-network``, ``card-matrices``, ``card-same`` (``aria-busy``, ``data-kind``), ``card-other`` (``aria-busy``),
  ``card-curve``, ``card-output``; numbers ``difference``, ``verdict``, ``loss-a``, ``loss-b``, ``distance``, ``copies``,
  ``output-difference``; ``curve`` (``data-empty``), ``curve-title``, ``barrier``, ``marker`` (``data-t``, ``data-loss``);
  ``matrix-1-before``, ``matrix-1-now`` (``data-rows``: node in each row), ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from permviz.networks.datasets import Dataset
from permviz.networks.network import Network
from permviz.symmetry.permutation import Permutation
from permviz.ui.diagram.bundle import script, style
from permviz.ui.diagram.wire import Acknowledgement, decode_operation, decode_order, encode_scene, nodes_name
from permviz.ui.mounting import numbered

Curve = Sequence[float] | NDArray[np.float64]


@dataclass(frozen=True)
class Facts:
    """Numbers that the library computed in float64 about A and its copy B; the component only shows them.

    Attributes:
        difference: max of ``|F(A) - F(B)|`` over the data and a grid.
        difference_points: over how many points.
        loss_a, loss_b: the losses.
        distance: ``||A - B||_2`` in parameter space.
        copies: how many copies there are, in words that are true of this network, such as "4! · 4! = 576".
        barrier: of the straight line from A to B (Entezari et al. 2021, eq. 1); None where B is A.
    """

    difference: float
    difference_points: int
    loss_a: float
    loss_b: float
    distance: float
    copies: str
    barrier: float | None


@dataclass(frozen=True)
class Scene:
    """What the component shows.

    Attributes:
        network: A, a single network, nodes in their own slots.
        data: the task that the loss is of.
        permutation: B is ``permutation(network)``.
        facts: see :class:`Facts`.
        curve_t, curve_losses, curve_chord: the line from A to B, t from 0 to 1.
        loss_label: what the loss is called on an axis.
        window: ``(x0, x1, y0, y1)`` of the pictures for two inputs, ``(x0, x1)`` for one.
        nodes: a name of the nodes. Scenes of one name show the same nodes at other times, so that a swap made while they are
            being trained holds; "" if no other scene has them.

    Raises:
        ValueError: for a batch of networks, a permutation of other widths, curves of unequal length.
    """

    network: Network
    data: Dataset
    permutation: Permutation
    facts: Facts
    curve_t: Curve
    curve_losses: Curve
    curve_chord: Curve
    loss_label: str
    window: tuple[float, ...]
    nodes: str = ""

    def __post_init__(self) -> None:
        widths = tuple(order.shape[-1] for order in self.permutation.orders)
        if self.network.batch_shape or self.permutation.batch_shape:
            raise ValueError("A batch was given: the diagram shows one network and one permutation; index them first.")
        if widths != self.network.spec.hidden:
            raise ValueError(f"A permutation of hidden widths {widths} was given for a network {self.network.spec.widths}.")
        lengths = {len(self.curve_t), len(self.curve_losses), len(self.curve_chord)}
        if len(lengths) > 1 or min(lengths) < 2:
            raise ValueError(f"Curves of lengths {sorted(lengths)} were given: expected one length, at least 2.")


_component = st.components.v2.component("permviz_diagram", js=script(), css=style())


def diagram(
    scene: Scene,
    *,
    key: str,
    on_order: Callable[[Permutation], None],
    on_invalid: Callable[[str], None] | None = None,
    compact: bool = False,
) -> None:
    """Show the workbench and report every new order of the hidden nodes.

    Args:
        scene: what to show; send it with the permutation that ``on_order`` last reported, else the browser adopts yours.
        key: the same in every run.
        on_order: called in Streamlit's callback phase with each valid new permutation of A.
        on_invalid: called with a sentence where a message is refused; the component shows that sentence in any case.
        compact: only the small diagram, still draggable.
    """
    nodes, hidden = nodes_name(scene), scene.network.spec.hidden
    memory: dict[str, Any] = st.session_state.setdefault(f"{key}-heard", {})

    def heard() -> None:
        problem = _hear(st.session_state[key].get("order"), nodes, hidden, memory, on_order)
        if problem is not None:
            memory["notice"] = problem
            if on_invalid is not None:
                on_invalid(problem)

    data = encode_scene(scene, memory.get("acknowledged"), memory.pop("notice", None), compact)
    _component(key=key, data=numbered(key, data), on_order_change=heard)


def _hear(
    message: Any, nodes: str, hidden: tuple[int, ...], memory: dict[str, Any], on_order: Callable[[Permutation], None]
) -> str | None:
    """Take a message in; the reason where it is refused. A repeated or overtaken operation is acknowledged and no more."""
    try:
        operation = decode_operation(message)
        last: Acknowledgement | None = memory.get("acknowledged")
        if last is not None and last.epoch == operation.epoch and operation.n <= last.n:
            return None
        memory["acknowledged"] = operation
        on_order(decode_order(message, nodes, hidden).permutation)
    except ValueError as problem:
        return str(problem)
    return None
