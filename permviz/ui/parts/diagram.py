"""The diagram on a page: its scene goes down, the visitor's new orders come up, each heard once and acknowledged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from permviz.components.diagram.scene import Scene
from permviz.components.diagram.wire import (
    Acknowledgement,
    Move,
    Place,
    decode_operation,
    decode_order,
    encode_scene,
    nodes_name,
)
from permviz.components.files import script
from permviz.networks.network import Network
from permviz.ui.parts.mounting import numbered, received

_component = st.components.v2.component("permviz_diagram", js=script("diagram/mount.js", "diagram"))


def diagram(
    scene: Scene,
    *,
    key: str,
    on_move: Callable[[Move], None],
    on_invalid: Callable[[str], None] | None = None,
    heard: Callable[[], None] | None = None,
    compact: bool = False,
    hide: Sequence[str] = (),
    alone: str = "",
    place: Place = Place(),  # noqa: B008 — it is frozen
    editable: bool = False,
    before: tuple[str, Network] | None = None,
    called: str = "",
) -> None:
    """Show the workbench and report every new order of the hidden nodes, and every new place on the walk.

    Args:
        scene: what to show; send it with what ``on_move`` last reported, else the browser adopts yours.
        key: the same in every run.
        on_move: called in Streamlit's callback phase with each valid message: the permutation of A, new or not, and the place.
        on_invalid: called with a sentence where a message is refused; the component shows that sentence in any case.
        heard: called when a message has been taken in and acknowledged, whatever came of it; may end the run.
        hide, alone: parts of the workbench that are not shown, and the only one that is.
        compact: only the small diagram, still draggable; it has no place but B.
        place: where on the walk to B one is.
        editable: whether weights and biases may be set by hand; ``on_move`` is told of them, too.
        called: by what the labels of this network begin, where another one is on the page.
        before: what the network is called that it was before they were, and that network; the way back to it is offered.
    """
    nodes, hidden = nodes_name(scene), scene.network.spec.hidden
    memory: dict[str, Any] = st.session_state.setdefault(f"{key}-heard", {})

    def hear() -> None:
        message = received(key, "order")
        problem = None if message is None else _hear(message, nodes, hidden, memory, on_move)
        if problem is not None:
            memory["notice"] = problem
            if on_invalid is not None:
                on_invalid(problem)
        if heard is not None:
            heard()

    told = memory.get("acknowledged"), memory.pop("notice", None)
    data = encode_scene(scene, *told, compact, hide, alone, place, editable, before, called)
    _component(key=key, data=numbered(key, data), on_order_change=hear)


def _hear(
    message: Any, nodes: str, hidden: tuple[int, ...], memory: dict[str, Any], on_move: Callable[[Move], None]
) -> str | None:
    """Take a message in; the reason where it is refused. A repeated or overtaken operation is acknowledged and no more.

    Acknowledged is what is done: Streamlit may end a run in ``on_move``, and the browser then asks again.
    """
    problem = None
    try:
        operation = decode_operation(message)
        last: Acknowledgement | None = memory.get("acknowledged")
        if last is not None and last.epoch == operation.epoch and operation.n <= last.n:
            return None
    except ValueError as unreadable:
        return str(unreadable)
    try:
        on_move(decode_order(message, nodes, hidden))
    except ValueError as refused:
        problem = str(refused)
    memory["acknowledged"] = operation
    return problem
