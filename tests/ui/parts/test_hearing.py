"""Messages of own things: each is heard once and answered; the file chooser on a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from permviz.components.own.wire import GivenFile, decode_file
from permviz.ui.parts.hearing import hear
from tests.components.own.test_wire import BAD, ID, message


def _hear(given: Any, memory: dict[str, Any], on_file: Callable[[GivenFile], None]) -> None:
    def take(read: Any) -> str:
        on_file(decode_file(read))
        return "its name"

    hear(given, memory, take)


def test_a_file_is_heard_once_and_answered() -> None:
    seen: list[bytes] = []
    memory: dict[str, Any] = {}
    for given in (message(b"first"), message(b"first"), message(b"second", id="1" * 16)):
        _hear(given, memory, lambda file: seen.append(file.content))
    assert seen == [b"first", b"second"]
    assert memory["answered"] == {"id": "1" * 16, "sentence": "", "name": "its name"}


def test_a_refusal_is_the_answer() -> None:
    memory: dict[str, Any] = {}

    def refuse(file: GivenFile) -> None:
        raise ValueError(f"{file.name} will not do.")

    _hear(message(), memory, refuse)
    assert memory["answered"] == {"id": ID, "sentence": "a.csv will not do.", "name": ""}
    _hear(message(b"", id="2" * 16), memory, refuse)
    assert memory["answered"] == {"id": "2" * 16, "sentence": "The file is empty: choose another.", "name": ""}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_bad_messages_are_given_to_nobody(bad: Any) -> None:
    seen: list[GivenFile] = []
    _hear(bad, {}, seen.append)
    assert not seen


class CutShort(BaseException):
    """As Streamlit ends a run: no Exception."""


def test_a_file_whose_run_was_cut_short_is_not_answered() -> None:
    memory: dict[str, Any] = {}

    def cut_short(_: GivenFile) -> None:
        raise CutShort

    with pytest.raises(CutShort):
        _hear(message(), memory, cut_short)
    assert not memory


def page() -> None:
    """A page with the component, run by AppTest: its data is what the browser would get."""
    from permviz.ui.parts.reader import file_reader

    file_reader(key="own", what="table", accept=".csv", on_file=lambda file: file.name, paste="Or paste it:")


def test_the_component_runs_in_a_page() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    sent = json.loads(app.get("bidi_component")[0].proto.json)
    assert {name: sent[name] for name in ("what", "accept", "paste", "answered")} == {
        "what": "table",
        "accept": ".csv",
        "paste": "Or paste it:",
        "answered": None,
    }
