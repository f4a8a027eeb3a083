"""The diagram on a page: operations are heard once, always acknowledged; a notice is said once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from permviz.components.diagram.wire import Acknowledgement, Move, decode_operation, encode_scene
from permviz.ui.parts.diagram import _hear
from tests.components.diagram.test_wire import BAD, GOOD
from tests.golden import write as golden


@pytest.mark.parametrize("message", BAD.values(), ids=BAD.keys())
def test_bad_messages_change_nothing(message: Any) -> None:
    seen: list[Move] = []
    assert _hear(message, "ab", (2, 3), {}, seen.append)
    assert not seen


def test_operations_are_heard_once_and_always_acknowledged() -> None:
    seen: list[list[int]] = []
    memory: dict[str, Any] = {}

    def hear(**change: Any) -> str | None:
        return _hear(GOOD | change, "ab", (2, 3), memory, lambda move: seen.append(move.permutation.orders[0].tolist()))

    assert hear() is None
    assert hear(attempt=1) is None
    assert seen == [[1, 0]], "a repeated message is one operation"
    assert hear(n=5, order=[[0, 1], [0, 1, 2]]) is None
    assert hear(n=4) is None
    assert seen == [[1, 0], [0, 1]], "an overtaken one is none"
    assert hear(n=6, nodes="cd") is not None
    assert memory["acknowledged"] == Acknowledgement("c0ffee", 6), "a refused one is acknowledged, so that the browser gives in"
    assert hear(epoch="another", n=1) is None
    assert memory["acknowledged"] == decode_operation(GOOD | {"epoch": "another"})


class CutShort(BaseException):
    """As Streamlit ends a run: no Exception, raised where its state is asked for anything."""


def test_an_operation_whose_run_was_cut_short_is_not_acknowledged_and_heard_when_it_is_repeated() -> None:
    memory: dict[str, Any] = {}

    def cut_short(_: Move) -> None:
        raise CutShort

    with pytest.raises(CutShort):
        _hear(GOOD, "ab", (2, 3), memory, cut_short)
    assert not memory
    seen: list[Move] = []
    assert _hear(GOOD | {"attempt": 1}, "ab", (2, 3), memory, seen.append) is None
    assert len(seen) == 1


def page() -> None:
    """A page with the component, run by AppTest: its data is what the browser would get."""
    import streamlit as st

    from permviz.ui.parts.diagram import diagram
    from tests.golden import write as golden

    st.session_state.setdefault("bench-heard", {"notice": "Said once."})
    diagram(golden.scene(), key="bench", on_move=lambda move: None)


def test_the_component_runs_in_a_page_and_a_notice_is_said_once() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    first = json.loads(app.get("bidi_component")[0].proto.json)
    assert first.pop("serial")["n"] == 1
    assert first == json.loads(json.dumps(encode_scene(golden.scene(), notice="Said once.")))
    again = json.loads(app.run().get("bidi_component")[0].proto.json)
    assert again["notice"] is None
    assert again["serial"]["n"] == 2, "without the notice the data are others"
