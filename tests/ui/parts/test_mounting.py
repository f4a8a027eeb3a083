"""The numbers by which a browser tells newer data from older."""

import pytest
import streamlit as st

from permviz.ui.parts.mounting import numbered


def test_the_number_grows_with_every_change_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})
    numbers = [numbered("k", {"x": x})["serial"]["n"] for x in (1, 1, 2, 1, 1)]
    assert numbers == [1, 1, 2, 3, 3]
    assert numbered("other", {"x": 1})["serial"]["n"] == 1
    assert numbered("k", {"x": 5})["x"] == 5


def test_sessions_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = set()
    for _ in range(2):
        monkeypatch.setattr(st, "session_state", {})
        sessions.update(numbered(key, {})["serial"]["session"] for key in ("a", "b"))
    assert len(sessions) == 2
