"""What nobody foresaw: a hostile message, a late choice, an error in a callback. A sentence answers, and nothing is lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.client import Order, Visitor
from tests.browser.driver import ROOT, Server, free_port, serving, streamlit_command

LINK = "task=moons&net=4-3&steps=60&samples=100&order=1023.012"
ORDER = [[1, 0, 2, 3], [0, 1, 2]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    port = free_port()
    with serving(streamlit_command(port), port, tmp_path_factory.mktemp("server") / "log") as running:
        yield running


def visited(server: Server, page: str, query: str, do: Callable[[Visitor], Awaitable[Any]]) -> tuple[list[str], Visitor]:
    """What stands on the page after something was done there, and the visitor who did it."""

    async def visit() -> tuple[list[str], Visitor]:
        visitor = await Visitor.arrive(server.url, query, page)
        await visitor.trained()
        await do(visitor)
        said = list(visitor.sentences)
        visitor.diagram = {}
        await visitor.rerun()
        await visitor.leave()
        return said, visitor

    return asyncio.run(visit())


def test_a_choice_that_is_no_longer_offered_is_answered_by_a_sentence(server: Server) -> None:
    """A corner of the body of four nodes, chosen when it had become one of three."""
    link = LINK + "&rastrigin.nodes=0_1_2"
    said, visitor = visited(server, "rastrigin", link, lambda v: v.enter("rastrigin-corner", string_value="4 3 2 1"))
    assert "not offered any more" in " ".join(said)
    assert visitor.order == ORDER
    assert server.tracebacks() == 0


@pytest.mark.parametrize(
    "text",
    [
        '{"order": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"order": ' + "[" * 900 + "]" * 900 + "}",
        '{"order": ' + "1" * 5000 + "}",
        "{",
    ],
    ids=["deep", "just too deep", "long", "half"],
)
def test_a_message_that_cannot_be_read_is_left_out_and_its_session_goes_on(server: Server, text: str) -> None:
    """Nested deeper than Python goes, or a number too long for it. A browser sends it again with whatever comes after it."""

    async def do(visitor: Visitor) -> None:
        await visitor.enter("workbench", json_value=text)
        assert visitor.sentences == []
        unread = dict(visitor.widgets)
        assert (await visitor.swap([[0, 1, 2, 3], [2, 1, 0]])).right
        visitor.widgets = unread

    said, visitor = visited(server, "", LINK, do)
    assert said == visitor.sentences == []
    assert visitor.order == [[0, 1, 2, 3], [2, 1, 0]]
    assert server.tracebacks() == 0


def test_a_new_session_hears_what_its_page_did_before(server: Server) -> None:
    """The page asks for a part that the session has never drawn; it says so once more when the session's own data come."""

    async def visit() -> list[Order]:
        visitor = await Visitor.arrive(server.url, LINK)
        await visitor.trained()
        await visitor.leave()
        await visitor.come_back(server.url)
        found = []
        for attempt in (0, 1):
            await visitor.enter("workbench", json_value=swap(visitor, attempt))
            found.append(visitor.order)
        await visitor.leave()
        return found

    assert asyncio.run(visit()) == [ORDER, [[0, 1, 2, 3], [0, 1, 2]]]


def swap(visitor: Visitor, attempt: int = 0) -> str:
    """What the diagram says after a swap of its first two nodes."""
    order = [[0, 1, 2, 3], [0, 1, 2]]
    told = {"epoch": "e", "n": 1, "nodes": visitor.diagram["nodes"], "order": order, "place": {"mode": "swap", "t": 1}}
    return json.dumps({"order": told | {"attempt": attempt}})


BROKEN = """
from permviz.ui import state
def change(**_):
    raise RuntimeError("provoked")
state.change = change
"""


def test_an_error_in_a_callback_leaves_the_page_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "app.py").write_text((ROOT / "app.py").read_text() + BROKEN)
    port = free_port()
    with serving(streamlit_command(port), port, tmp_path / "log", root=tmp_path) as server:
        said, visitor = visited(server, "", LINK, lambda v: v.enter("workbench", json_value=swap(v)))
        assert "logged" in " ".join(said + visitor.sentences), "the page is drawn in a run of its own, after the failed one"
        assert visitor.order == ORDER
        assert server.log.read_text().count("RuntimeError: provoked") == 1
