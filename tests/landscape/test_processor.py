"""Work in threads: each piece once, on one torch thread a thread, errors raised, the same numbers; and which form is taken."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator

import pytest
import torch

import permviz as pv
from permviz.landscape import affine, processor
from permviz.landscape.affine import affine_losses
from permviz.landscape.processor import preferred_form, spread
from tests.cases import Case, dataset_for

PATIENCE_SECONDS = 60
SPEC = pv.NetworkSpec((2, 5, 4, 3))


@pytest.fixture
def two_torch_threads() -> Iterator[None]:
    """As where torch has two cores to itself; the tests run with one."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
def test_every_piece_is_done_once_and_by_as_many_threads_as_asked_for(workers: int) -> None:
    together = threading.Barrier(min(workers, 5))
    done: list[int] = []
    threads: set[int] = set()

    def consume(pieces: Iterator[int]) -> None:
        together.wait(PATIENCE_SECONDS)  # nobody begins before all are here
        threads.add(threading.get_ident())
        done.extend(pieces)

    spread(consume, range(5), workers)
    assert sorted(done) == list(range(5))
    assert len(threads) == together.parties


def test_nothing_to_do_is_done() -> None:
    spread(lambda pieces: None, [], 4)


@pytest.mark.parametrize("failing", ["caller", "helper"])
def test_an_error_is_raised_and_ends_the_work(failing: str) -> None:
    caller, together = threading.get_ident(), threading.Barrier(2)
    failed = threading.Event()
    done: list[int] = []

    def consume(pieces: Iterator[int]) -> None:
        together.wait(PATIENCE_SECONDS)
        if (threading.get_ident() == caller) == (failing == "caller"):
            next(pieces)
            failed.set()
            raise RuntimeError("this piece")
        assert failed.wait(PATIENCE_SECONDS)
        for piece in pieces:
            done.append(piece)

    with pytest.raises(RuntimeError, match="this piece"):
        spread(consume, range(10**6), 2)
    assert len(done) < 10**6 - 1


@pytest.mark.usefixtures("two_torch_threads")
@pytest.mark.parametrize("workers", [1, 3])
def test_every_thread_works_on_one_torch_thread_and_without_gradients(workers: int) -> None:
    together = threading.Barrier(workers)
    seen: list[tuple[int, bool]] = []

    def consume(pieces: Iterator[int]) -> None:
        together.wait(PATIENCE_SECONDS)
        seen.extend((torch.get_num_threads(), torch.is_grad_enabled()) for _ in pieces)

    spread(consume, range(20), workers)
    assert set(seen) == {(1, False)}
    assert (torch.get_num_threads(), torch.is_grad_enabled()) == (2, True)
    elsewhere: list[int] = []
    thread = threading.Thread(target=lambda: elsewhere.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert elsewhere == [2]  # nor has any other thread been told


def problem(batch: tuple[int, ...]) -> tuple[list[pv.Network], torch.Tensor, pv.Dataset]:
    networks = [Case(SPEC.widths, "tanh", batch, seed).network() for seed in range(3)]
    where = torch.randn(23, 2, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    return networks, where, dataset_for(SPEC)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("numbers", [1, 400, 10**6])
@pytest.mark.parametrize("batch", [(), (5,)])
def test_losses_are_the_same_to_the_last_bit_however_many_work(
    batch: tuple[int, ...], numbers: int, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(affine, "CHUNK_BYTES", 8 * numbers)
    networks, where, data = problem(batch)
    alone = affine_losses(networks[0], networks[1:], where, data, dtype, workers=1)
    for workers in (2, 3, 7):
        assert torch.equal(affine_losses(networks[0], networks[1:], where, data, dtype, workers=workers), alone)


@pytest.mark.usefixtures("two_torch_threads")
def test_as_many_work_as_torch_has_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(affine, "spread", lambda consume, pieces, workers: asked.append(workers))
    networks, where, data = problem(())
    affine_losses(networks[0], networks[1:], where, data)
    affine_losses(networks[0], networks[1:], where, data, workers=5)
    assert asked == [2, 5]


@pytest.mark.parametrize("mode", [torch.inference_mode, torch.no_grad, torch.enable_grad])
def test_the_caller_s_grad_mode_holds_in_the_threads(mode: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(affine, "CHUNK_BYTES", 1)
    networks, where, data = problem(())
    expected = affine_losses(networks[0], networks[1:], where, data, workers=1)
    origin = networks[0].map(lambda p: p.clone().requires_grad_())
    with mode():
        found = affine_losses(origin, networks[1:], where, data, workers=3)
    assert not found.requires_grad
    assert torch.equal(found, expected)


@pytest.mark.parametrize("workers", [0, -1, 1.5, True, "2"])
def test_a_number_of_workers_that_is_none_is_refused(workers: object) -> None:
    networks, where, data = problem(())
    with pytest.raises(ValueError, match=r"[Ww]orkers.*whole number"):
        affine_losses(networks[0], networks[1:], where, data, workers=workers)  # type: ignore[arg-type]


@pytest.mark.parametrize(("share", "by_form"), [(10.0, True), (1.0, True), (0.75, False)])
def test_float32_takes_the_quicker_form_and_float64_always_the_table_s(
    share: float, by_form: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processor, "_share_of_time", lambda *names: share)
    assert (preferred_form("tanh", torch.float32) is not None) == by_form
    assert preferred_form("tanh", torch.float64) is not None
    assert preferred_form("gelu", torch.float32) is None
    networks, where, data = problem((2,))
    exact = affine_losses(networks[0], networks[1:], where, data)
    single = affine_losses(networks[0], networks[1:], where, data, dtype=torch.float32)
    torch.testing.assert_close(single.double(), exact, rtol=2e-5, atol=2e-6)


def test_the_forms_are_timed_once_and_answer_every_thread_alike() -> None:
    processor._share_of_time.cache_clear()
    answers: list[object] = []
    together = threading.Barrier(4)

    def ask() -> None:
        together.wait(PATIENCE_SECONDS)
        answers.append(preferred_form("tanh", torch.float32))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert processor._share_of_time.cache_info().misses == 1


@pytest.fixture
def others_first(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a server."""
    monkeypatch.setattr(processor, "_patient", None)
    processor.let_others_first()
    yield
    processor._patient.shutdown()  # type: ignore[attr-defined]


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="a priority is the whole process's")
def test_long_work_lets_others_first_and_finds_the_same(others_first: None) -> None:
    seen: dict[int, int] = {}

    def consume(pieces: Iterator[int]) -> None:
        assert torch.is_inference_mode_enabled()
        seen[len(list(pieces))] = niceness()

    with torch.inference_mode():
        spread(consume, range(processor.MANY), 1)
        spread(consume, range(processor.MANY - 1), 1)
    own = niceness()
    assert seen == {processor.MANY: max(own, processor.NICENESS), processor.MANY - 1: own}


@pytest.mark.skipif(sys.platform != "linux", reason="a priority is the whole process's")
def test_an_error_of_a_patient_thread_is_raised(others_first: None) -> None:
    def consume(pieces: Iterator[int]) -> None:
        raise ValueError(f"{next(pieces)} of them")

    with pytest.raises(ValueError, match="0 of them"):
        spread(consume, range(9), 1)


def test_a_library_steps_back_for_nobody() -> None:
    ran: list[int] = []
    spread(lambda pieces: ran.append(niceness() + 0 * len(list(pieces))), range(9), 1)
    processor.step_back()
    assert ran == [niceness()]
    assert threading.current_thread() is threading.main_thread()
