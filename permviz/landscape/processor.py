"""What the processor offers the engine: threads, and the form of an activation at which it is quicker.

torch spreads one operation over its threads, and after each operation they wait for each other: for many small operations in a
row that gains little, and on a busy machine it loses. Here every thread takes whole chunks of work and does them on one torch
thread. Nothing global is set: OpenMP's number of threads belongs to the thread that sets it, and is set back.
"""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import TypeVar

import torch
from threadpoolctl import ThreadpoolController

from permviz.networks.activations import Form, get_activation

Piece = TypeVar("Piece")

CLEARLY = 0.9
"""A form is given up where the activation itself takes less than this share of the form's time."""


@cache
def _openmp() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="openmp")


def one_torch_thread() -> AbstractContextManager[object]:
    """Within it, torch's operations in this thread use no other."""
    # Asking comes first: torch gives a new thread its own number when it is first asked, and would undo the limit.
    return nullcontext() if torch.get_num_threads() == 1 else _openmp().limit(limits=1)


_patient: ThreadPoolExecutor | None = None

NICENESS, PATIENT_THREADS, MANY = 10, 8, 4
"""How much a patient thread steps back, how many there are, and the pieces from which work is long enough for one."""


def let_others_first() -> None:
    """From now on long work on one thread is left to patient ones, which the system lets wait for all other threads.

    For servers: the same work is done meanwhile, but a visitor's click comes before it (docs/load.md).
    """
    global _patient
    if _patient is None and sys.platform == "linux":  # elsewhere a priority is the whole process's
        _patient = ThreadPoolExecutor(PATIENT_THREADS, "permviz", initializer=step_back)


def step_back() -> None:
    """Make this thread a patient one, if others are to come first."""
    if _patient is not None:
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(NICENESS, os.getpriority(os.PRIO_PROCESS, thread)))


def spread(consume: Callable[[Iterator[Piece]], None], pieces: Iterable[Piece], workers: int) -> None:
    """Have all pieces consumed by up to ``workers`` threads, the caller's among them, each on one torch thread.

    ``consume`` is called once in each thread, with an iterator over the pieces that fall to it, without gradients. Which pieces
    do is chance: they must not depend on each other. After an error the others stop at their next piece, and it is raised.
    """
    waiting = deque(pieces)
    inference = torch.is_inference_mode_enabled()  # which belongs to the caller's thread, as no_grad does

    def taken() -> Iterator[Piece]:
        while True:
            try:
                piece = waiting.popleft()
            except IndexError:
                return
            yield piece

    def one_thread() -> None:
        try:
            with one_torch_thread(), torch.inference_mode(inference), torch.no_grad():
                consume(taken())
        except BaseException:
            waiting.clear()
            raise

    others = min(workers, len(waiting)) - 1
    if others < 1 and _patient is not None and len(waiting) >= MANY:
        _patient.submit(one_thread).result()
        return
    if others < 1:
        one_thread()
        return
    with ThreadPoolExecutor(others, "permviz") as pool:
        running = [pool.submit(one_thread) for _ in range(others)]
        one_thread()
        for thread in running:
            thread.result()


def preferred_form(activation: str, dtype: torch.dtype) -> Form | None:
    """The form by way of which to evaluate an activation, or ``None`` for itself.

    In float64 the table's, always: what is printed then depends on no stopwatch. In float32, which is for pictures, the table's
    unless this processor is clearly quicker at the activation itself; that is measured once a process, within a few
    milliseconds. (float32 tanh has been seen to take ten times, three times, and three quarters of sigmoid's time.)
    """
    form = get_activation(activation).form
    if form is None or dtype != torch.float32:
        return form
    with _MEASURING:
        return form if _share_of_time(activation, form.activation) > CLEARLY else None


_MEASURING = threading.Lock()
"""Two threads that measured at once would disturb each other, and could disagree."""


@cache
def _share_of_time(activation: str, other: str) -> float:
    """An activation's time as a share of another's, in float32."""
    z, functions = torch.linspace(-4, 4, 2**14), [get_activation(name).value for name in (activation, other)]
    least = [math.inf, math.inf]
    with one_torch_thread():
        for _ in range(9):
            for i, function in enumerate(functions):
                start = time.perf_counter()
                function(z)
                least[i] = min(least[i], time.perf_counter() - start)
    return least[0] / least[1]
