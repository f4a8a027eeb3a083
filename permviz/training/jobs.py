"""Independent jobs on an engine: here, one after another, or on any executor of :mod:`concurrent.futures`.

A job that is lost with its worker is sent again, :data:`MOST_TRIES` times in all. A pool of processes breaks as a whole when
one of them dies, and does not say which job it was. One that was made here is then made anew, and the jobs that it held run one
at a time until each has finished or was alone when its process died: no job is blamed for another's end.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.reduction import ForkingPickler
from typing import Any, Generic, TypeVar

from permviz.networks.results import given

Job = TypeVar("Job")
Found = TypeVar("Found")

MOST_TRIES = 3
"""How often a job is sent whose workers are lost."""

MOST_PROCESSES = 61
"""Of a pool made here; Windows waits for no more."""

AHEAD = 1024
"""Jobs that a given executor holds at once; a cluster may have many workers."""

POLL = 0.1
"""Seconds between two looks at whether to stop."""


@dataclass(frozen=True)
class Lost:
    """In the place of what a job would have found: why there is nothing, as a sentence."""

    sentence: str


def check_executor(executor: Executor | int | None, *sent: object) -> None:
    """Refuse a number that is no number of processes, and what cannot be ``sent`` to one; of the rest the annotations speak."""
    if isinstance(executor, ProcessPoolExecutor):
        _check_travels(sent)
    if executor is None or isinstance(executor, Executor):
        return
    if isinstance(executor, bool) or not isinstance(executor, int) or not 1 <= executor <= MOST_PROCESSES:
        raise ValueError(
            f"executor={given(executor)} given: expected an Executor of concurrent.futures, a number of processes from 1 "
            f"to {MOST_PROCESSES}, or None for this process alone."
        )
    _check_travels(sent)


def run_jobs(
    work: Callable[[Job], Found],
    jobs: Sequence[Job],
    executor: Executor | int | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Generator[tuple[int, Found | Lost]]:
    """``(i, work(jobs[i]))`` as jobs finish, each once, in any order.

    Args:
        work: it catches its own errors; for other processes, a function at the top of a module. It may run twice for a job.
        jobs: independent of each other.
        executor: any; or a number of processes, of a pool that is made here (started afresh, "spawn"); ``None`` runs the jobs
            here, in order.
        stopping: asked ten times a second. Once it says so, what has not begun never does; what runs is waited for.

    Raises:
        ValueError: for an executor that takes no work, or work that cannot be sent to a process.
    """
    check_executor(executor, work, *jobs[:1])
    if executor is None:
        for i, job in enumerate(jobs):
            if stopping():
                return
            yield i, work(job)
    elif jobs:
        pool = executor if isinstance(executor, Executor) else _OwnPool(executor)
        yield from _Dispatch(work, jobs, pool, stopping).results()


class _OwnPool:
    """A pool of processes that is made when work comes, and anew when it broke."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self._pool: Executor | None = None

    def submit(self, work: Callable[..., Found], *arguments: Any) -> Future[Found]:
        if self._pool is None:
            self._pool = new_pool(self.processes)
        return self._pool.submit(work, *arguments)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def new_pool(processes: int) -> Executor:
    """Of new interpreters: a forked one could inherit locks that threads of torch hold."""
    return ProcessPoolExecutor(processes, get_context("spawn"))


class _Dispatch(Generic[Job, Found]):
    """What waits, what runs, and which jobs were running when a pool broke."""

    def __init__(
        self, work: Callable[[Job], Found], jobs: Sequence[Job], pool: Executor | _OwnPool, stopping: Callable[[], bool]
    ) -> None:
        self.work, self.jobs, self.pool, self.stopping = work, jobs, pool, stopping
        self.waiting, self.suspects = deque(range(len(jobs))), deque[int]()
        self.running: dict[Future[Found], int] = {}
        self.tries: Counter[int] = Counter()
        self.suspected: set[int] = set()
        self.broken: list[int] = []
        self.sent = self.finished = self.condemned = 0
        self.most = 2 * pool.processes if isinstance(pool, _OwnPool) else AHEAD

    def results(self) -> Iterator[tuple[int, Found | Lost]]:
        try:
            while self.waiting or self.suspects or self.running:
                if self.stopping():
                    self._give_up_waiting()
                refusal = self._fill()
                yield from self._collect()
                if self.broken and not self.running:
                    yield from self._mend()
                if refusal is not None and not self.running:
                    if not self.sent:
                        raise ValueError(f"The executor takes no work ({refusal}): give one that is open, or None.")
                    yield from self._lose_all("The executor takes no more work: go on with a new one")
        finally:
            for future in self.running:
                future.cancel()
            if isinstance(self.pool, _OwnPool):
                self.pool.close()

    def _give_up_waiting(self) -> None:
        self.waiting.clear()
        self.suspects.clear()
        for future in self.running:
            future.cancel()

    def _fill(self) -> RuntimeError | None:
        """Send what may run now; the executor's refusal, if it is not one of ours, which is made anew."""
        while not self.broken:
            alone = bool(self.suspects) or not self.suspected.isdisjoint(self.running.values())
            queue = self.suspects or self.waiting
            if not queue or len(self.running) >= (1 if alone else self.most):
                return None
            i = queue.popleft()
            try:
                future = self._sent(i)
            except RuntimeError as error:  # a broken executor, or one that was shut down
                if not isinstance(self.pool, _OwnPool):
                    queue.appendleft(i)
                    return error
                self.broken.append(i)
                return None
            self.running[future] = i
            self.sent += 1
        return None

    def _sent(self, i: int) -> Future[Found]:
        if not self.tries[i]:
            return self.pool.submit(self.work, self.jobs[i])
        return self.pool.submit(_again, self.work, self.jobs[i], self.tries[i])

    def _collect(self) -> Iterator[tuple[int, Found | Lost]]:
        if not self.running:
            return
        for future in wait(self.running, POLL, FIRST_COMPLETED).done:
            i, error = self.running.pop(future), _error(future)
            if error is None:
                self.finished += 1
                self.suspected.discard(i)
                yield i, future.result()
            elif isinstance(error, CancelledError) and self.stopping():
                continue
            elif isinstance(error, BrokenExecutor):
                if isinstance(self.pool, _OwnPool):
                    self.broken.append(i)
                else:
                    yield (
                        i,
                        Lost(f"The executor broke ({type(error).__name__}); one that is made here, from a number, is mended."),
                    )
            else:
                self.tries[i] += 1
                if self.tries[i] < MOST_TRIES:
                    self.waiting.appendleft(i)
                else:
                    yield i, Lost(f"It was sent to a worker {MOST_TRIES} times and never came back ({_named(error)}).")

    def _mend(self) -> Iterator[tuple[int, Found | Lost]]:
        """A new pool, after a process died; all that this one held is suspected."""
        assert isinstance(self.pool, _OwnPool)
        self.pool.close()
        broken, self.broken = sorted(self.broken), []
        if self.stopping():
            return
        if len(broken) > 1 or broken[0] not in self.suspected:
            self.suspects.extend(broken)
            self.suspected.update(broken)
            return
        (culprit,) = broken
        self.tries[culprit] += 1
        if self.tries[culprit] < MOST_TRIES:
            self.suspects.appendleft(culprit)
            return
        self.suspected.discard(culprit)
        self.condemned += 1
        yield culprit, Lost(f"Its process died, {MOST_TRIES} times of {MOST_TRIES}, with nothing else running there.")
        if self.condemned > 1 and not self.finished:
            yield from self._lose_all(
                'No process lives until its job is done: in a script, start under `if __name__ == "__main__":`, '
                "and in a notebook, import the function from a module"
            )

    def _lose_all(self, why: str) -> Iterator[tuple[int, Lost]]:
        for i in sorted({*self.waiting, *self.suspects}):
            yield i, Lost(f"{why}.")
        self.waiting.clear()
        self.suspects.clear()


def _again(work: Callable[[Job], Found], job: Job, attempt: int) -> Found:
    """The work. By ``attempt`` an engine that remembers what it was asked, such as Dask, tells this try from the last one."""
    return work(job)


def _error(future: Future[Any]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError as error:
        return error


def _named(error: BaseException) -> str:
    text = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(".: ")
    return text if len(text) <= 200 else f"{text[:197]}..."


def _check_travels(sent: tuple[object, ...]) -> None:
    try:
        ForkingPickler.dumps(sent)
    except Exception as error:
        raise ValueError(
            f"This cannot be sent to another process ({_named(error)}): give a function that is defined at the top of a module."
        ) from None
