"""Jobs on an engine: each is done once whatever happens to workers, and none is blamed for another's end."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from permviz.training import jobs as engine
from permviz.training.jobs import MOST_TRIES, Lost, run_jobs
from tests.training.dying import dying, dying_once, squared

NUMBERS = range(1, 9)


def job(work: Callable[..., Any], arguments: tuple[Any, ...]) -> int:
    """What is squared: the first argument, and where something is sent again, the second."""
    return int(arguments[0 if work is squared else 1])


class Fragile(Executor):
    """A pool in one thread that does what it is asked only when it holds ``held`` jobs, or when nobody sends more; it breaks as
    a whole, with all that it holds, when it comes to a job in ``deadly``, as often as that says."""

    made = 0

    def __init__(self, deadly: Counter[int], sent: list[int] | None = None) -> None:
        type(self).made += 1
        self.deadly, self.sent, self.broken = deadly, [] if sent is None else sent, False
        self.held: list[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = []

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **_: Any) -> Future[Any]:
        if self.broken:
            raise BrokenExecutor("broken")
        future: Future[Any] = Future()
        self.held.append((future, work, arguments))
        self.sent.append(job(work, arguments))
        return future

    def work_off(self) -> None:
        while self.held:
            future, work, arguments = self.held.pop(0)
            at = job(work, arguments)
            if self.deadly[at] > 0:
                self.deadly[at] -= 1
                self.broken = True
                for lost, *_ in [(future,), *self.held]:
                    lost.set_exception(BrokenExecutor("broken"))
                self.held.clear()
                return
            future.set_result(work(*arguments))


@pytest.fixture
def fragile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Counter[int]], list[list[int]]]:
    """Pools made here are fragile ones, which work while they are waited for; of each, what was sent to it."""

    def prepare(deadly: Counter[int]) -> list[list[int]]:
        pools: list[Fragile] = []

        def made(processes: int) -> Fragile:
            pools.append(Fragile(deadly, sent=log_of(pools)))
            return pools[-1]

        log: list[list[int]] = []

        def log_of(_: list[Fragile]) -> list[int]:
            log.append([])
            return log[-1]

        real = engine.wait

        def wait(futures: Iterable[Future[Any]], *rest: Any) -> Any:
            for pool in pools:
                pool.work_off()
            return real(futures, *rest)

        monkeypatch.setattr(engine, "new_pool", made)
        monkeypatch.setattr(engine, "wait", wait)
        return log

    return prepare


def found(results: Iterable[tuple[int, Any]]) -> dict[int, Any]:
    """By job; each comes once."""
    pairs = list(results)
    assert len({i for i, _ in pairs}) == len(pairs)
    return dict(pairs)


SQUARES = {i: number * number for i, number in enumerate(NUMBERS)}


def test_every_engine_finds_the_same() -> None:
    assert found(run_jobs(squared, NUMBERS)) == SQUARES
    with ThreadPoolExecutor(3) as pool:
        assert found(run_jobs(squared, NUMBERS, pool)) == SQUARES
    assert found(run_jobs(squared, [], 2)) == {}


def test_a_process_that_dies_costs_no_result(tmp_path: Path) -> None:
    """Real processes, of a pool made here; the third job kills the first one that takes it."""
    mark = tmp_path / "died"
    work = [(number, str(mark) if number == 3 else "") for number in NUMBERS]
    assert found(run_jobs(dying_once, work, 2)) == SQUARES
    assert mark.exists()


def test_a_given_pool_that_breaks_says_so(tmp_path: Path) -> None:
    """Negative control of the same: a pool that is not ours stays broken, and what it held is told, not left out."""
    mark = tmp_path / "died"
    work = [(number, str(mark) if number == 3 else "") for number in NUMBERS]
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        results = found(run_jobs(dying_once, work, pool))
    lost = {i for i, result in results.items() if isinstance(result, Lost)}
    assert set(results) == set(SQUARES)
    assert 2 in lost
    assert all(result == SQUARES[i] for i, result in results.items() if i not in lost)
    assert all("executor" in results[i].sentence for i in lost)


def test_a_deadly_job_is_told_from_those_that_ran_beside_it(fragile: Callable[[Counter[int]], list[list[int]]]) -> None:
    log = fragile(Counter({3: 100}))
    results = found(run_jobs(squared, NUMBERS, 2))
    assert isinstance(results[2], Lost)
    assert "died" in results[2].sentence
    assert {i: result for i, result in results.items() if i != 2} == {i: s for i, s in SQUARES.items() if i != 2}
    assert sum(pool.count(3) for pool in log) == 1 + MOST_TRIES
    assert log[1 : 1 + MOST_TRIES] == [[3]] * MOST_TRIES


@pytest.mark.parametrize("times", range(1, MOST_TRIES))
def test_a_job_that_lets_a_process_live_at_last_is_done(times: int, fragile: Callable[[Counter[int]], list[list[int]]]) -> None:
    fragile(Counter({1: times, 5: times}))
    assert found(run_jobs(squared, NUMBERS, 3)) == SQUARES


def test_where_no_process_lives_not_every_job_is_tried(fragile: Callable[[Counter[int]], list[list[int]]]) -> None:
    """As in a script whose processes start it again: found out after two jobs of a thousand."""
    log = fragile(Counter(dict.fromkeys(range(1000), 100)))
    results = found(run_jobs(squared, range(1000), 2))
    assert len(results) == 1000
    assert all(isinstance(result, Lost) for result in results.values())
    assert len(log) == 1 + 2 * MOST_TRIES
    assert "__main__" in results[999].sentence


class Forgetful(Executor):
    """It fails a job so often before it does it, as an engine whose workers come and go."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.failures, self.error, self.tries = failures, error, Counter[int]()

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        at = job(work, arguments)
        self.tries[at] += 1
        if self.tries[at] <= self.failures:
            future.set_exception(self.error)
        else:
            future.set_result(work(*arguments))
        return future


@pytest.mark.parametrize("failures", [1, MOST_TRIES - 1])
def test_lost_jobs_are_sent_again(failures: int) -> None:
    assert found(run_jobs(squared, NUMBERS, Forgetful(failures, OSError("worker gone")))) == SQUARES


def test_jobs_are_not_sent_for_ever() -> None:
    executor = Forgetful(10**9, OSError("worker gone."))
    results = found(run_jobs(squared, NUMBERS, executor))
    assert set(executor.tries.values()) == {MOST_TRIES}
    assert {result.sentence for result in results.values()} == {
        f"It was sent to a worker {MOST_TRIES} times and never came back (OSError: worker gone)."
    }


def test_a_cancelled_job_is_sent_again() -> None:
    class Cancelling(Forgetful):
        def submit(self, work: Callable[..., Any], /, *arguments: Any, **_: Any) -> Future[Any]:
            future: Future[Any] = Future()
            if work is squared:  # the first time
                future.cancel()
                future.set_running_or_notify_cancel()
            else:
                future.set_result(work(*arguments))
            return future

    assert found(run_jobs(squared, NUMBERS, Cancelling(0, OSError()))) == SQUARES


def test_stopping_keeps_what_runs_and_begins_nothing() -> None:
    stop, begun = threading.Event(), []

    def work(number: int) -> int:
        begun.append(number)
        if number == 2:
            stop.set()
        return number * number

    with ThreadPoolExecutor(1) as pool:
        results = found(run_jobs(work, NUMBERS, pool, stop.is_set))
    assert len(results) == len(begun) >= 2
    assert all(SQUARES[i] == result for i, result in results.items())
    stop.clear()
    begun.clear()
    assert found(run_jobs(work, NUMBERS, None, stop.is_set)) == {0: 1, 1: 4}
    assert begun == [1, 2]


@pytest.mark.parametrize("wrong", [0, -1, 62, True, 1.5])
def test_numbers_that_are_none_of_processes_are_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="number of processes from 1 to 61"):
        next(run_jobs(squared, NUMBERS, wrong))


def test_work_that_cannot_travel_is_refused_before_any_process_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "new_pool", None)
    with pytest.raises(ValueError, match="top of a module"):
        next(run_jobs(lambda number: number, NUMBERS, 2))


def test_a_closed_executor_is_refused() -> None:
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    with pytest.raises(ValueError, match="takes no work"):
        next(run_jobs(squared, NUMBERS, pool))


def test_an_executor_that_closes_on_the_way_loses_nothing_silently() -> None:
    class Closing(Forgetful):
        def submit(self, work: Callable[..., Any], /, *arguments: Any, **_: Any) -> Future[Any]:
            if len(self.tries) == 3:
                raise RuntimeError("cannot schedule new futures after shutdown")
            return super().submit(work, *arguments)

    results = found(run_jobs(squared, NUMBERS, Closing(0, OSError())))
    assert {i: results[i] for i in range(3)} == {i: SQUARES[i] for i in range(3)}
    assert {results[i].sentence for i in range(3, 8)} == {"The executor takes no more work: go on with a new one."}


def test_dying_is_real() -> None:
    """Negative control of the tests above: without an engine between, whoever does that work is gone."""
    process = get_context("spawn").Process(target=dying, args=(-1,))
    process.start()
    process.join()
    assert process.exitcode
