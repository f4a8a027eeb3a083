"""Waiting for what another thread does: bounded, and with words when it does not come."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_SECONDS = 60.0
"""More than anything here takes on a busy machine; a test that needs it all is broken, not slow."""


def until(condition: Callable[[], object], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Ask until ``condition`` holds; ``what`` is said when it never does.

    >>> until(lambda: False, "the moon to fall", seconds=0)
    Traceback (most recent call last):
    AssertionError: waited 0 s for the moon to fall
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            raise AssertionError(f"waited {seconds:g} s for {what}")
        time.sleep(0.01)  # the threads that are waited for need the interpreter
