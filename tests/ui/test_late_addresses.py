"""Addresses that come late: a slow browser asks for a run with an address from before one's swaps, and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from benchmarks.client import Order, Visitor
from tests.browser.driver import Server, free_port, serving, streamlit_command

LINK = "task=moons&net=4-3&steps=60&samples=100"
ONE, TWO = [[1, 0, 2, 3], [0, 1, 2]], [[1, 0, 2, 3], [2, 1, 0]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    port = free_port()
    with serving(streamlit_command(port), port, tmp_path_factory.mktemp("server") / "log") as running:
        yield running


def orders_after_two_swaps(server: Server, reruns: int, **how: bool) -> list[Order]:
    """What the diagram holds after each of some reruns that carry the address from before the swaps."""

    async def visit() -> list[Order]:
        visitor = await Visitor.arrive(server.url, LINK)
        await visitor.trained()
        for order in (ONE, TWO):
            assert (await visitor.swap(order)).right
        found = []
        for _ in range(reruns):
            await visitor.rerun(LINK, **how)
            found.append(visitor.order)
        await visitor.leave()
        return found

    return asyncio.run(visit())


def test_an_address_from_before_two_swaps_takes_nothing_back(server: Server) -> None:
    assert orders_after_two_swaps(server, reruns=3) == [TWO, TWO, TWO]


def test_going_back_to_that_address_does(server: Server) -> None:
    """Negative control: the address is read where the visitor went there through the history."""
    assert orders_after_two_swaps(server, reruns=1, history=True) == [[[0, 1, 2, 3], [0, 1, 2]]]
