"""The button that saves a page without a server: what it gives, and where there is none, why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st

from permviz.components.page.document import unpacked
from permviz.components.page.writing import page_of
from tests.pages.app_page import AppPage

LINK = {"task": "moons", "samples": "60", "net": "4-2", "steps": "30", "order": "1023.01"}


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The page, as each run offers it; other files are offered beside it."""
    found: list[dict[str, Any]] = []

    def offer(label: str, data: Any, **more: Any) -> None:
        if more["key"] == "save-page":
            found.append({"label": label, "data": data, **more})

    monkeypatch.setattr(st, "download_button", offer)
    return found


def shared(link: dict[str, str]) -> AppPage:
    page = AppPage.opened(link)
    page.at.button(key="share").click()
    return page.run()


def test_the_file_is_the_librarys_page_of_what_is_on_the_screen(offered: list[dict[str, Any]]) -> None:
    page = shared(LINK)
    assert {offer["label"] for offer in offered} == {"Save this page"}
    assert offered[-1]["file_name"] == "permviz-moons-2-4-2-1.html"
    make: Callable[[], bytes] = offered[-1]["data"]
    text = make().decode()
    network = page.experiment.carried_network()
    assert network is not None
    expected = page_of(page.experiment, network, page.experiment.recipe.dataset())
    content = unpacked(text, "content")
    assert content["scene"]["parameters"] == unpacked(expected, "content")["scene"]["parameters"]
    assert content["scene"]["order"] == [[1, 0, 2, 3], [0, 1]]
    assert content["scene"]["facts"]["barrier"] == page.diagram()["facts"]["barrier"]


def test_nothing_is_made_before_it_is_asked_for(offered: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr("permviz.ui.parts.page_file.page_of", lambda *_: made.append("page") or "<!doctype html>")
    shared(LINK)
    assert not made
    offered[-1]["data"]()
    assert made == ["page"]


def test_where_there_is_no_page_the_reason_is_said(offered: list[dict[str, Any]]) -> None:
    page = shared(LINK | {"net": "1-1", "order": ""})
    assert not offered
    (said,) = [caption.value for caption in page.at.caption if "two of them" in caption.value]
    assert said.startswith("A page is for exchanging nodes, and no hidden layer of widths (2, 1, 1, 1)")


def test_where_a_lesson_is_followed_the_file_leads_through_it_unless_it_is_not_wanted(offered: list[dict[str, Any]]) -> None:
    page = shared(LINK | {"lesson.name": "talk", "lesson.step": "2"})
    assert offered[-1]["file_name"] == "permviz-moons-2-4-2-1-talk.html"
    assert unpacked(offered[-1]["data"]().decode(), "content")["lesson"]["name"] == "talk"
    page.at.checkbox(key="page-lesson").uncheck()
    page.run()
    assert offered[-1]["file_name"] == "permviz-moons-2-4-2-1.html"
    assert "lesson" not in unpacked(offered[-1]["data"]().decode(), "content")


def test_a_lesson_that_needs_the_app_is_said_to_stay_there(offered: list[dict[str, Any]]) -> None:
    page = shared(LINK | {"lesson.name": "researcher", "lesson.step": "1"})
    assert offered[-1]["file_name"] == "permviz-moons-2-4-2-1.html"
    assert "Without the lesson, most of whose steps are on other pages." in [caption.value for caption in page.at.caption]


def test_whether_a_lesson_has_room_is_computed_once(offered: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[str] = []

    def counted(network: Any, data: Any, lesson: str = "") -> str:
        encoded.extend([lesson] * bool(lesson))
        return ""

    monkeypatch.setattr("permviz.ui.parts.page_file.why_no_page", counted)
    page = shared(LINK | {"lesson.name": "class", "seed": "17"})
    for _ in range(3):
        page.run()
    assert encoded == ["class"]
