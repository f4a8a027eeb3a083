"""Times of several functions, taken in turn, so that a busy moment of the machine falls on all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median

import torch


def interleaved(functions: Mapping[str, Callable[[], object]], rounds: int = 9) -> dict[str, float]:
    """Median seconds of each function over ``rounds`` rounds, after one round that does not count.

    Wall-clock time; on one thread the processor's time, which is the same on a quiet machine and steadier on a busy one.
    """
    clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
    times: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds + 1):
        for name, function in functions.items():
            start = clock()
            function()
            times[name].append(clock() - start)
    return {name: median(taken[1:]) for name, taken in times.items()}


def milliseconds(times: Mapping[str, float]) -> str:
    """The times as people read them.

    >>> milliseconds({"here": 0.0123, "there": 1.5})
    'here 12.3 ms, there 1500 ms'
    """
    return ", ".join(f"{name} {1000 * seconds:.4g} ms" for name, seconds in times.items())
