"""Whose job is next: those who ask take turns, however many jobs each of them has.

Nothing here knows what a job is, what working on one means, or about threads: whoever uses this holds a lock.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

J = TypeVar("J", bound=Hashable)


class Turns(Generic[J]):
    """Jobs and who wants them; a job may be wanted by many. Of one asker's jobs the one asked for last comes first.

    >>> turns = Turns[str](most=2)
    >>> turns.want("ann", "a1"), turns.want("ann", "a2"), turns.want("bob", "b1"), turns.want("ann", "a3")
    (None, None, None, 'a1')
    >>> turns.take(), turns.take(), turns.take(), turns.take()
    ('a3', 'b1', 'a2', None)
    """

    def __init__(self, most: int) -> None:
        """``most`` jobs an asker; of one that wants more, those that it has not asked for the longest are let go."""
        self._most = most
        self._wanted: dict[Hashable, dict[J, None]] = {}  # askers in the order of their turns, jobs in that of being asked for
        self._taken: set[J] = set()

    def want(self, who: Hashable, job: J) -> J | None:
        """Asked for again or for the first time; returns a job that nobody wants any more on that account."""
        jobs = self._wanted.setdefault(who, {})
        jobs.pop(job, None)
        jobs[job] = None
        return self.let_go(who, next(iter(jobs))) if len(jobs) > self._most else None

    def let_go(self, who: Hashable, job: J) -> J | None:
        """One asker wants it no more; returns it if nobody else does."""
        jobs = self._wanted.get(who, {})
        jobs.pop(job, None)
        if not jobs:
            self._wanted.pop(who, None)
        return None if self.is_wanted(job) else job

    def is_wanted(self, job: J) -> bool:
        return any(job in jobs for jobs in self._wanted.values())

    def take(self) -> J | None:
        """The job to work on next, which is nobody else's until it is put back; its asker's next turn comes last."""
        for who, jobs in self._wanted.items():
            for job in reversed(jobs):
                if job not in self._taken:
                    self._taken.add(job)
                    self._wanted[who] = self._wanted.pop(who)
                    return job
        return None

    def put_back(self, job: J) -> None:
        """Worked on for a turn, and not done."""
        self._taken.discard(job)

    def end(self, job: J) -> None:
        """Done, for everybody."""
        self._taken.discard(job)
        for who in list(self._wanted):
            self.let_go(who, job)
