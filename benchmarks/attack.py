"""The server under attack: forty uploads, large messages, the heaviest views; its memory, and what others wait meanwhile.

``python -m benchmarks.attack`` serves the app as ``make run`` does and prints the tables of docs/load.md, "Under attack".
Negative controls: ``--uploads 200``, ``--messages 200``, with which Streamlit takes as many megabytes.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable
from urllib.parse import urlencode

from websockets.exceptions import ConnectionClosed

from benchmarks.client import Answer, Visitor, another_order
from benchmarks.load import Meter, fresh, header, percentile, prepared, row, swapping
from tests.browser.driver import ROOT, Server
from tests.pages.test_computed_once import LARGE, VIEWS
from tests.ui.test_guard import upload

OTHERS, THINK = 5, 0.2
"""Visitors who go on swapping, each about every ``THINK`` seconds."""
ATTACKERS, PAUSE = 4, 0.5
"""Sessions on a heavy view, and how long each looks at what it has made the server compute."""
LINK = "task=moons&net=4-3&steps=60&samples=100"


async def others(server: Server) -> list[Visitor]:
    link = await prepared(server.url, LINK, "")
    return [await Visitor.arrive(server.url, link) for _ in range(OTHERS)]


async def swaps(visitors: list[Visitor], seconds: float) -> list[Answer]:
    end = time.perf_counter() + seconds
    results = await asyncio.gather(*(swapping(visitor, THINK, end, random.Random(i)) for i, visitor in enumerate(visitors)))
    assert not any(lost for _, lost in results), "a swap was lost"
    return [answer for answers, _ in results for answer in answers]


def p95(answers: list[Answer]) -> float:
    """Milliseconds until the diagram acknowledged."""
    return percentile([1000 * answer.acknowledged for answer in answers], 0.95)


async def highest(server: Server, work: Awaitable[object]) -> float:
    """The most MB that the server has while ``work`` is done."""
    task, most = asyncio.ensure_future(work), 0.0
    while not task.done():
        most = max(most, Meter.of(server.pid).memory)
        await asyncio.sleep(0.02)
    await task
    return most


async def uploads(server: Server, number: int = 40, size: int = 19_000_000) -> str:
    """One row: so many files of so many bytes are put where Streamlit takes files; how often each status was answered."""
    visitor, content, answers = await Visitor.arrive(server.url, LINK), bytes(size), Counter[int]()
    gate = asyncio.Semaphore(4)

    async def one() -> None:
        async with gate:
            answers[await asyncio.to_thread(upload, server, visitor.session, content, False)] += 1

    before = Meter.of(server.pid).memory
    most = await highest(server, asyncio.gather(*(one() for _ in range(number))))
    return row((str(dict(answers)), before, most, Meter.of(server.pid).memory))


async def large(server: Server, size: int) -> int:
    """A message of so many bytes from a component; the code with which its connection is closed, 0 if it is taken."""
    attacker = await Visitor.arrive(server.url, LINK)
    request = attacker.request(LINK)
    request.rerun_script.widget_states.widgets.add(id="large", json_value='"' + "x" * size + '"')
    try:
        await attacker._ask(request)
        await attacker.leave()
        return 0
    except ConnectionClosed:
        return attacker.socket.close_code or 0


async def messages(server: Server, seconds: float, size: int = 14_000_000) -> str:
    """One row: four large messages at once, and again, while others swap; how often each code closed a connection."""
    visitors, codes = await others(server), Counter[int]()
    calm, before, end = await swaps(visitors, seconds), Meter.of(server.pid).memory, time.perf_counter() + seconds

    async def waves() -> None:
        while time.perf_counter() < end:
            codes.update(await asyncio.gather(*(large(server, size) for _ in range(4))))

    meanwhile = asyncio.ensure_future(swaps(visitors, seconds))
    most = await highest(server, asyncio.gather(waves(), meanwhile))
    longest = max(1000 * answer.acknowledged for answer in await meanwhile)
    return row((str(dict(codes)), before, most, Meter.of(server.pid).memory, p95(calm), p95(await meanwhile), longest))


async def heavy(visitor: Visitor, end: float, rng: random.Random) -> int:
    """Makes the server compute the view anew, by another order, again and again; how often."""
    done = 0
    while time.perf_counter() < end:
        await (visitor.swap(another_order(visitor.order, rng)) if visitor.diagram else visitor.rerun())
        done += 1
        await asyncio.sleep(PAUSE)
    return done


async def view(server: Server, visitors: list[Visitor], page: str, settings: dict[str, str], seconds: float) -> str:
    """One row: four sessions on a view with its largest settings, while others swap."""
    query = urlencode(LARGE | settings)
    attackers = [await Visitor.arrive(server.url, query, "" if page == "swap" else page) for _ in range(ATTACKERS)]
    await asyncio.gather(*(attacker.trained() for attacker in attackers))
    calm, end = p95(await swaps(visitors, seconds)), time.perf_counter() + seconds
    attack = asyncio.gather(*(heavy(attacker, end, random.Random(i)) for i, attacker in enumerate(attackers)))
    beside, runs = p95(await swaps(visitors, seconds)), sum(await attack)
    await asyncio.gather(*(attacker.leave() for attacker in attackers))
    return row((page, " ".join(settings.values()), runs, calm, beside, f"{beside / calm:.1f}"))


async def views(server: Server, seconds: float, pages: list[str]) -> None:
    visitors = await others(server)
    for page, settings in VIEWS:
        if page in pages:
            print(await view(server, visitors, page, settings, seconds), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attack", description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0, help="how long others swap, calm and beside each attack")
    parser.add_argument("--uploads", default="0", help="megabytes that a file may have")
    parser.add_argument("--messages", default="1", help="megabytes that a message may have")
    parser.add_argument("--pages", nargs="*", default=[page for page, _ in VIEWS], help="whose views are walked")
    asked = parser.parse_args()
    print(header(("40 uploads", "MB before", "at most", "after")), flush=True)
    with fresh(ROOT, "--server.maxUploadSize", asked.uploads) as server:
        print(asyncio.run(uploads(server)), flush=True)
    print("\n" + header(("messages", "MB before", "at most", "after", "p95 ms calm", "meanwhile", "max ms")), flush=True)
    with fresh(ROOT, "--server.maxWidgetStateSize", asked.messages) as server:
        print(asyncio.run(messages(server, asked.seconds)), flush=True)
    print("\n" + header(("page", "view", "computed anew", "p95 ms calm", "beside it", "ratio")), flush=True)
    with fresh(ROOT) as server:
        asyncio.run(views(server, asked.seconds, asked.pages))


if __name__ == "__main__":
    main()
