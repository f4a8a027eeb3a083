"""The store of what was computed: bounded by bytes, and each thing computed once."""

from __future__ import annotations

import gc
import threading
import tracemalloc
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

from permviz.ui.state.store import Store, bytes_of

MB = 2**20


def test_big_values_are_kept_up_to_the_bound_and_the_least_used_go_first() -> None:
    store, computed = Store(10 * MB), []

    def asked(key: str) -> torch.Tensor:
        def compute() -> torch.Tensor:
            computed.append(key)
            return torch.zeros(3 * MB // 8, dtype=torch.float64)

        tensor: torch.Tensor = store.get(key, compute)
        return tensor

    for key in ("a", "b", "c", "a", "d", "a", "b"):
        asked(key)
        assert store.bytes <= 10 * MB
    assert computed == ["a", "b", "c", "d", "b"]
    assert store.bytes > 9 * MB


def test_it_says_what_it_has_and_looking_is_no_use() -> None:
    store = Store(MB)
    for key in ("a", "b"):
        assert not store.has(key)
        store.get(key, lambda: bytes(MB // 3))
    assert store.has("a")
    store.get("c", lambda: bytes(MB // 3))
    assert [store.has(key) for key in "abc"] == [False, True, True], "the least recently used went, though it was looked at"


def test_what_is_larger_than_the_store_displaces_nothing() -> None:
    store, computed = Store(MB), []
    store.get("small", lambda: computed.append("small") or b"1")
    for _ in range(2):
        assert len(store.get("large", lambda: computed.append("large") or bytes(2 * MB))) == 2 * MB
    store.get("small", lambda: computed.append("again") or b"1")
    assert computed == ["small", "large", "large"]


def test_a_hundred_who_ask_at_once_compute_once() -> None:
    store, computed, together = Store(MB), [], threading.Barrier(100)

    def ask() -> None:
        together.wait()
        store.get("key", lambda: computed.append(1) or "value")

    threads = [threading.Thread(target=ask) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert computed == [1]


def test_what_could_not_be_computed_is_asked_for_again() -> None:
    store = Store(MB)
    with pytest.raises(ZeroDivisionError):
        store.get("key", lambda: 1 / 0)
    assert store.get("key", lambda: "value") == "value"


@dataclass(frozen=True)
class _Result:
    values: list[float]
    table: dict[str, object]


@pytest.mark.parametrize("make", [
    lambda: _Result([float(i) for i in range(50_000)], {"a": np.zeros(100_000), "b": "text" * 10_000}),
    lambda: go.Figure(go.Scatter(x=np.arange(100_000.0), y=np.arange(100_000.0), text=[f"point {i}" for i in range(50_000)])),
])  # fmt: skip
def test_bytes_are_those_that_python_allocates(make: object) -> None:
    make()  # type: ignore[operator]  # whatever is imported or cached on the way
    gc.collect()
    tracemalloc.start()
    value = make()  # type: ignore[operator]
    gc.collect()
    allocated = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert bytes_of(value) == pytest.approx(allocated, rel=0.2)
