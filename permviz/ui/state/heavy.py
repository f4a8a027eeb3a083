"""Computations of seconds that a run of a page makes itself: so many at a time in the whole process, whoever asked for them.

Trainings are jobs of their own, in turns (:mod:`.jobs`). A match and a list of all moves are computed within a run, which holds
a place meanwhile; a run that gets none says so, and asks again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MOST_AT_WORK = 2
WAIT_SECONDS = 2.0
"""So long a run waits for a place: a match of small networks takes a tenth of that."""

_PLACES = threading.BoundedSemaphore(MOST_AT_WORK)


class NoPlaceError(RuntimeError):
    """All places were taken for as long as a run waits."""


@contextmanager
def place() -> Iterator[None]:
    """Hold one of the places. A computation in it asks for no second one: two that did would wait for each other.

    Raises:
        NoPlaceError: in a sentence, if none becomes free in time.
    """
    if not _PLACES.acquire(timeout=WAIT_SECONDS):
        raise NoPlaceError("Others’ networks are being computed at this moment. Yours come next: nothing is lost, just wait.")
    try:
        yield
    finally:
        _PLACES.release()
