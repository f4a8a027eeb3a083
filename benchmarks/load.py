"""A class on one process: swaps of many visitors, and many arrivals on one link, over raw websockets.

``python -m benchmarks.load`` serves the app as ``make run`` does, in a process of its own, and prints the tables of
docs/load.md. ``--app DIR`` serves another checkout. These are times, not ratios: docs/load.md says on which machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from websockets.exceptions import ConnectionClosed

from benchmarks.client import Answer, Visitor, another_order
from tests.browser.driver import ROOT, Server, free_port, serving, streamlit_command

AT_ONCE = 10
"""How many arrive together where arriving is not what is measured."""

_COLUMNS = ("users", "think s", "swaps", "wrong or lost", "p50 ms", "p95 ms", "max ms", "drawn p95 ms",
            "server CPU %", "CPU ms a swap", "clients CPU %", "MB before", "MB after", "kB a swap", "on the wire")  # fmt: skip


@dataclass(frozen=True)
class Meter:
    """What a process has used: seconds of processor, MB resident; zeros where the system does not say (no /proc)."""

    cpu: float
    memory: float

    @classmethod
    def of(cls, pid: int) -> Meter:
        process = Path(f"/proc/{pid}")
        if not process.exists():
            return cls(0.0, 0.0)
        user, system = process.joinpath("stat").read_text().rsplit(")", 1)[1].split()[11:13]
        pages = int(process.joinpath("statm").read_text().split()[1])
        return cls((int(user) + int(system)) / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest value that at least this part of them does not exceed.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.0
    """
    ranked = sorted(values)
    return ranked[max(0, -(-int(part * 1000) * len(ranked) // 1000) - 1)]


def row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in cells) + " |"


def header(columns: Sequence[str]) -> str:
    return f"{row(columns)}\n{row(['---'] * len(columns))}"


@contextmanager
def fresh(app: Path = ROOT, *more: str) -> Iterator[Server]:
    """The app as ``make run`` serves it, with ``more`` settings, just started, one process."""
    port = free_port()
    command = [*streamlit_command(port), *more]
    with tempfile.TemporaryDirectory() as folder, serving(command, port, Path(folder) / "log", app) as server:
        yield server


async def prepared(url: str, query: str, page: str) -> str:
    """The link that a teacher would send: trained, and with something exchanged."""
    first = await Visitor.arrive(url, query, page)
    await first.trained()
    await first.swap(another_order(first.order, random.Random(0)))
    await first.leave()
    return first.address


async def swapping(visitor: Visitor, think: float, end: float, rng: random.Random) -> tuple[list[Answer], int]:
    """Swaps with uniform pauses, a half to three halves of ``think``, and how many were not answered."""
    answers: list[Answer] = []
    await asyncio.sleep(rng.uniform(0, think))
    while True:
        try:
            answers.append(await visitor.swap(another_order(visitor.order, rng)))
        except (TimeoutError, ConnectionClosed):
            return answers, 1
        pause = rng.uniform(0.5, 1.5) * think
        if time.perf_counter() + pause > end:
            return answers, 0
        await asyncio.sleep(pause)


async def crowd(server: Server, users: int, think: float, seconds: float, query: str, page: str) -> str:
    """One row of the table: ``users`` sessions on one link, each swapping about every ``think`` seconds."""
    before = Meter.of(server.pid)
    link, gate = await prepared(server.url, query, page), asyncio.Semaphore(AT_ONCE)

    async def arrive() -> Visitor:
        async with gate:
            return await Visitor.arrive(server.url, link, page)

    visitors = await asyncio.gather(*(arrive() for _ in range(users)))
    start, own, begun = Meter.of(server.pid), time.process_time(), time.perf_counter()
    results = await asyncio.gather(
        *(swapping(visitor, think, begun + seconds, random.Random(i)) for i, visitor in enumerate(visitors))
    )
    after, own, passed = Meter.of(server.pid), time.process_time() - own, time.perf_counter() - begun
    await asyncio.gather(*(visitor.leave() for visitor in visitors))
    answers = [answer for given, _ in results for answer in given]
    wrong = sum(lost for _, lost in results) + sum(not answer.right for answer in answers)
    busy = after.cpu - start.cpu
    shares = (100 * busy / passed, 1000 * busy / len(answers), 100 * own / passed)
    return row(
        (users, f"{think:g}", len(answers), wrong, *waits(answers), *shares, before.memory, after.memory, *sizes(answers))
    )


def waits(answers: Sequence[Answer]) -> tuple[float, ...]:
    """Milliseconds until the diagram acknowledged (median, 95 %, the longest), and until all was drawn (95 %)."""
    acknowledged, drawn = ([1000 * a.acknowledged for a in answers], [1000 * a.seconds for a in answers])
    return percentile(acknowledged, 0.5), percentile(acknowledged, 0.95), max(acknowledged), percentile(drawn, 0.95)


def sizes(answers: Sequence[Answer]) -> tuple[float, float]:
    """Mean kB of an answer: its messages, and what came over the wire."""
    return sum(a.size for a in answers) / len(answers) / 1e3, sum(a.wire for a in answers) / len(answers) / 1e3


async def arrivals(server: Server, users: int, query: str, page: str) -> str:
    """Everybody opens one link at the same moment: when are the first, the half of them and the last drawn?"""
    link = await prepared(server.url, query, page)
    begun = time.perf_counter()

    async def drawn() -> tuple[Visitor, float]:
        visitor = await Visitor.arrive(server.url, link, page)
        return visitor, time.perf_counter() - begun

    arrived = await asyncio.gather(*(drawn() for _ in range(users)))
    seconds = [when for _, when in arrived]
    await asyncio.gather(*(visitor.leave() for visitor, _ in arrived))
    return row([users, f"{min(seconds):.1f}", f"{percentile(seconds, 0.5):.1f}", f"{max(seconds):.1f}"])


async def soak(server: Server, users: int, swaps: int, sessions: int, query: str, page: str) -> AsyncIterator[str]:
    """Memory after each fifth of so many swaps, made as fast as they are answered; then after each fifth of so many new
    sessions, which come in crowds, make one swap and leave."""
    link = await prepared(server.url, query, page)

    async def busy(visitor: Visitor, number: int, rng: random.Random) -> None:
        for _ in range(number):
            await visitor.swap(another_order(visitor.order, rng))

    async def crowded(number: int, each: int) -> None:
        visitors = await asyncio.gather(*(Visitor.arrive(server.url, link, page) for _ in range(number)))
        await asyncio.gather(*(busy(visitor, each, random.Random(i)) for i, visitor in enumerate(visitors)))
        await asyncio.gather(*(visitor.leave() for visitor in visitors))

    came = made = 0
    parts = [(1, users, max(1, swaps // users // 5))] * 5 + [(max(1, sessions // users // 10), 2 * users, 1)] * 5
    for crowds, number, each in parts:
        for _ in range(crowds):
            await crowded(number, each)
        came, made = came + crowds * number, made + crowds * number * each
        yield row((came, made, Meter.of(server.pid).memory))


async def _printed(rows: AsyncIterator[str]) -> None:
    async for text in rows:
        print(text, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--users", type=int, nargs="*", default=[30, 100, 200, 300], help="sessions, one row each")
    parser.add_argument("--think", type=float, default=4.0, help="seconds between a visitor's swaps, on average")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long swaps are made, for each row")
    parser.add_argument("--arrivals", type=int, nargs="*", default=[300], help="openings of one link at once, one row each")
    parser.add_argument("--soak", type=int, default=0, help="swaps without a pause, to see what becomes of the memory")
    parser.add_argument("--sessions", type=int, default=500, help="then so many new sessions that come and go")
    parser.add_argument("--page", default="", help="file in pages/; the front page if none is named")
    parser.add_argument("--link", default="", help="query string of the experiment, such as 'net=8-8&steps=200'")
    parser.add_argument("--app", type=Path, default=ROOT, help="the checkout to serve")
    asked = parser.parse_args()
    if asked.users:
        print(header(_COLUMNS), flush=True)
    for users in asked.users:
        with fresh(asked.app) as server:
            print(asyncio.run(crowd(server, users, asked.think, asked.seconds, asked.link, asked.page)), flush=True)
    if asked.arrivals:
        print("\n" + header(("arrivals at once", "first drawn s", "half drawn s", "last drawn s")), flush=True)
    for users in asked.arrivals:
        with fresh(asked.app) as server:
            print(asyncio.run(arrivals(server, users, asked.link, asked.page)), flush=True)
    if asked.soak:
        print("\n" + header(("sessions", "swaps", "MB")), flush=True)
        with fresh(asked.app) as server:
            asyncio.run(_printed(soak(server, 50, asked.soak, asked.sessions, asked.link, asked.page)))


if __name__ == "__main__":
    main()
