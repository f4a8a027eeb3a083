"""Whatever a browser sends in place of a component's message, it is read rightly or refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permviz.components.diagram.wire import decode_operation, decode_order
from permviz.components.own.wire import decode_file, decode_id, decode_points
from permviz.experiment.own import drawn_task
from tests.components.diagram.test_wire import GOOD as ORDER
from tests.hostile import JSON, hostile, sentence

HIDDEN = (2, 3)
FILE = {"id": "00c0ffee00c0ffee", "name": "a.csv", "content": "eCx5"}
POINTS = {"id": "00c0ffee00c0ffee", "first": [[0, 255], [1, 2]], "second": [[3, 4], [5, 6]]}


@st.composite
def altered(draw: st.DrawFn, right: dict[str, Any]) -> Any:
    """A right message with some parts replaced, left out or added; seldom something else altogether."""
    if draw(st.integers(0, 9)) == 0:
        return draw(JSON)
    message = dict(right)
    for name in draw(st.lists(st.sampled_from(sorted(right)), max_size=2, unique=True)):
        if draw(st.booleans()):
            message[name] = draw(JSON | st.text(max_size=30) | st.lists(st.lists(st.integers(-1, 300), max_size=3), max_size=3))
        else:
            del message[name]
    return message | draw(st.dictionaries(st.text(max_size=4), JSON, max_size=1))


def read(decode: Callable[[Any], Any], message: Any) -> Any:
    try:
        return decode(message)
    except ValueError as refused:
        sentence(refused)
        return None


@hostile("messages", 0.4)
@given(altered(ORDER))
def test_orders(message: Any) -> None:
    read(decode_operation, message)
    move = read(lambda given: decode_order(given, "ab", HIDDEN), message)
    if move is not None:
        assert [sorted(order.tolist()) for order in move.permutation.orders] == [[0, 1], [0, 1, 2]]


@hostile("messages", 0.3)
@given(altered(FILE))
def test_files(message: Any) -> None:
    read(decode_id, message)
    file = read(decode_file, message)
    if file is not None:
        assert file.content
        assert file.name.isprintable()
        assert 1 <= len(file.name) <= 80


@hostile("messages", 0.3)
@given(altered(POINTS))
def test_points(message: Any) -> None:
    points = read(decode_points, message)
    if points is None:
        return
    try:
        assert drawn_task(*points).startswith("drawn.")
    except ValueError as refused:
        assert "two points or more" in str(refused)  # noqa: PT017


@pytest.mark.parametrize("message", [ORDER, FILE, POINTS])
def test_what_is_not_altered_is_read(message: dict[str, Any]) -> None:
    """Negative control: not everything is refused."""
    decode = {"order": lambda given: decode_order(given, "ab", HIDDEN), "content": decode_file, "first": decode_points}
    assert all(decode[name](message) for name in decode if name in message)
