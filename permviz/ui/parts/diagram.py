"""The diagram on a page: its scene goes down, the visitor's new orders come up, each heard once and acknowledged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from permviz.components.diagram.scene import Scene
from permviz.components.diagram.wire import Acknowledgement, decode_operation, decode_order, encode_scene, nodes_name
from permviz.components.files import script
from permviz.symmetry.permutation import Permutation
from permviz.ui.parts.mounting import numbered

_component = st.components.v2.component("permviz_diagram", js=script("diagram/mount.js", "diagram"))


def diagram(
    scene: Scene,
    *,
    key: str,
    on_order: Callable[[Permutation], None],
    on_invalid: Callable[[str], None] | None = None,
    heard: Callable[[], None] | None = None,
    compact: bool = False,
    hide: Sequence[str] = (),
    alone: str = "",
) -> None:
    """Show the workbench and report every new order of the hidden nodes.

    Args:
        scene: what to show; send it with the permutation that ``on_order`` last reported, else the browser adopts yours.
        key: the same in every run.
        on_order: called in Streamlit's callback phase with each valid new permutation of A.
        on_invalid: called with a sentence where a message is refused; the component shows that sentence in any case.
        heard: called when a message has been taken in and acknowledged, whatever came of it; may end the run.
        compact: only the small diagram, still draggable.
        hide, alone: parts of the workbench that are not shown, and the only one that is.
    """
    nodes, hidden = nodes_name(scene), scene.network.spec.hidden
    memory: dict[str, Any] = st.session_state.setdefault(f"{key}-heard", {})

    def hear() -> None:
        problem = _hear(st.session_state[key].get("order"), nodes, hidden, memory, on_order)
        if problem is not None:
            memory["notice"] = problem
            if on_invalid is not None:
                on_invalid(problem)
        if heard is not None:
            heard()

    data = encode_scene(scene, memory.get("acknowledged"), memory.pop("notice", None), compact, hide, alone)
    _component(key=key, data=numbered(key, data), on_order_change=hear)


def _hear(
    message: Any, nodes: str, hidden: tuple[int, ...], memory: dict[str, Any], on_order: Callable[[Permutation], None]
) -> str | None:
    """Take a message in; the reason where it is refused. A repeated or overtaken operation is acknowledged and no more.

    Acknowledged is what is done: Streamlit may end a run in ``on_order``, and the browser then asks again.
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
        on_order(decode_order(message, nodes, hidden).permutation)
    except ValueError as refused:
        problem = str(refused)
    memory["acknowledged"] = operation
    return problem
