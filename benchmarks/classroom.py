"""A class opens one link at once and goes through the argument, step by step, each pupil at a pace of their own.

``python -m benchmarks.classroom`` serves the app as ``make run`` does and prints the table of docs/load.md. These are times,
not ratios: docs/load.md says on which machine.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from websockets.exceptions import ConnectionClosed

from benchmarks.client import Answer, Visitor, another_order
from benchmarks.load import Meter, fresh, header, percentile, prepared, row
from permviz.experiment.link import from_query, to_query
from permviz.lessons.classroom import CLASS
from permviz.lessons.following import beginning
from tests.browser.driver import Server

SWAPS = 3
"""In each step of the front page, before going on."""


async def pupil(url: str, link: str, think: float, rng: random.Random) -> list[list[Answer]]:
    """What each step cost: opening it, and in the first one the swaps; shorter if the visit broke off."""
    visitor, answers = await Visitor.arrive(url, link), []
    await visitor.trained()
    try:
        for number, step in enumerate(CLASS.steps, start=1):
            here = from_query(dict(parse_qsl(visitor.address)))[0]
            there = here.changed(**beginning(here, "class", number))
            own = [await visitor.turn(step.page, urlencode(to_query(there)))]
            for _ in range(SWAPS if step.page == "swap" else 0):
                await asyncio.sleep(rng.uniform(0.5, 1.5) * think)
                own.append(await visitor.swap(another_order(visitor.order, rng)))
            answers.append(own)
            await asyncio.sleep(rng.uniform(0.5, 1.5) * think)
        await visitor.leave()
    except (TimeoutError, ConnectionClosed):
        pass
    return answers


async def class_of(server: Server, pupils: int, think: float, query: str) -> str:
    """The table: a row a step, then one for the whole lesson."""
    link = await prepared(server.url, query, "")
    before, begun = Meter.of(server.pid), time.perf_counter()
    all_answers = await asyncio.gather(*(pupil(server.url, link, think, random.Random(i)) for i in range(pupils)))
    after, passed = Meter.of(server.pid), time.perf_counter() - begun
    rows = [header(("step", "done by", "wrong", "p50 ms", "p95 ms", "max ms", "kB"))]
    for i, step in enumerate(CLASS.steps):
        done = [answers[i] for answers in all_answers if len(answers) > i]
        rows.append(row((step.title, len(done), *figures([answer for own in done for answer in own]))))
    busy, memory = 100 * (after.cpu - before.cpu) / passed, f"{before.memory:.0f} MB before, {after.memory:.0f} MB after"
    rows.append(f"\n{pupils} pupils, {passed:.0f} s: server CPU {busy:.0f} %, {memory}.")
    return "\n".join(rows)


def figures(answers: Sequence[Answer]) -> tuple[object, ...]:
    waits = [1000 * answer.seconds for answer in answers]
    size = sum(answer.size for answer in answers) / len(answers) / 1e3
    return sum(not answer.right for answer in answers), percentile(waits, 0.5), percentile(waits, 0.95), max(waits), size


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classroom", description=__doc__)
    parser.add_argument("--pupils", type=int, nargs="*", default=[100], help="how many open the link at once, one table each")
    parser.add_argument("--think", type=float, default=4.0, help="seconds between what a pupil does, on average")
    parser.add_argument("--link", default="", help="query string of the experiment, such as 'net=8-8&steps=200'")
    asked = parser.parse_args()
    for pupils in asked.pupils:
        with fresh() as server:
            print(asyncio.run(class_of(server, pupils, asked.think, asked.link)), flush=True)


if __name__ == "__main__":
    main()
