"""Work for processes that die of it. Nothing is imported that takes a process long to start with."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def squared(number: int) -> int:
    return number * number


def dying_once(job: tuple[int, str]) -> int:
    """The square; but for the first process that finds no file at a path that is not empty: it makes one, and dies."""
    number, path = job
    if path:
        try:
            Path(path).touch(exist_ok=False)
        except FileExistsError:
            return squared(number)
        die()
    return squared(number)


def dying(number: int) -> int:
    """The square; but whoever squares a negative number dies."""
    if number < 0:
        die()
    return squared(number)


def die() -> None:
    """As when the system runs out of memory: at once, and without a word."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
