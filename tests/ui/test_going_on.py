"""A lesson whose next step is on another page goes there, however late the browser hears of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.client import Visitor
from tests.browser.driver import Server, free_port, serving, streamlit_command

LINK = "task=moons&net=4-3&steps=60&samples=100&lesson.name=class&lesson.step=6"
SILENCE_SECONDS = 1.0
"""Without a word, after a run's end: the server has said all."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    port = free_port()
    with serving(streamlit_command(port), port, tmp_path_factory.mktemp("server") / "log") as running:
        yield running


async def to_the_next_page(server: Server, *, twice: bool) -> tuple[bool, list[str]]:
    """Wish for a step on another page; with ``twice`` once more when that page has begun, as a browser does that has not
    heard of it. Whether the visit ends on another page, and what warnings and errors it read."""
    visitor = await Visitor.arrive(server.url, LINK, page="slices")
    await visitor.trained()
    runs, strip = visitor.runs, next(name for name in visitor.places if name.endswith("-guide"))
    wish = {"wish": {"epoch": "c0ffee", "n": 1, "lesson": "class", "step": 7, "attempt": 0}}
    visitor.widgets[strip] = WidgetState(id=strip, json_value=json.dumps(wish))
    before = now = visitor.page_hash
    request = visitor.request(visitor.address, visitor.places[strip]).SerializeToString()
    await visitor.socket.send(request)
    while True:
        try:  # Streamlit may drop a request whose part of the page is gone, and then says nothing
            async with asyncio.timeout(60 if visitor.runs == runs else SILENCE_SECONDS):
                message = await visitor.hear()
        except TimeoutError:
            break
        if message.WhichOneof("type") != "new_session":
            continue
        now, runs = message.new_session.page_script_hash, visitor.runs
        if twice and now != before:
            await visitor.socket.send(request)
            twice = False
    assert visitor.runs > runs, "the last run came to its end"
    sentences = list(visitor.sentences)
    await visitor.leave()
    return now != before, sentences


def test_a_step_on_another_page_is_gone_to(server: Server) -> None:
    assert asyncio.run(to_the_next_page(server, twice=False)) == (True, [])


def test_it_is_though_the_wish_comes_again_from_the_page_before(server: Server) -> None:
    assert asyncio.run(to_the_next_page(server, twice=True)) == (True, [])
    assert server.tracebacks() == 0
