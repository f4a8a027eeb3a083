"""Values that were computed once, kept while they fit: bounded by the memory they take, not by their number."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
from torch import Tensor


class Store:
    """Values by key. Each is computed once, however many ask at once; beyond ``most`` bytes the least recently used go."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._computing: dict[str, threading.Lock] = {}
        self._bytes = 0

    @property
    def bytes(self) -> int:
        """What is kept, in all."""
        return self._bytes

    def has(self, key: str) -> bool:
        """Whether its value is kept."""
        with self._lock:
            return key in self._kept

    def get(self, key: str, compute: Callable[[], Any]) -> Any:
        """The value of ``key``, computed if it is not kept. One that is larger than the whole store is not kept."""
        with self._lock:
            if key in self._kept:
                return self._used(key)
            computing = self._computing.setdefault(key, threading.Lock())
        with computing:
            with self._lock:
                if key in self._kept:
                    return self._used(key)
            try:
                value = compute()
                self._keep(key, value, sys.getsizeof(key) + bytes_of(value))
            finally:
                with self._lock:
                    self._computing.pop(key, None)
            return value

    def _used(self, key: str) -> Any:
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def _keep(self, key: str, value: Any, size: int) -> None:
        with self._lock:
            if size > self._most or key in self._kept:
                return
            self._kept[key] = value, size
            self._bytes += size
            while self._bytes > self._most:
                self._bytes -= self._kept.popitem(last=False)[1][1]


def bytes_of(value: object) -> int:
    """The memory that a value takes with everything it holds: what it shares with other values is counted for each of them.

    >>> import torch
    >>> whole = torch.zeros(1000, dtype=torch.float64)
    >>> 8000 <= bytes_of([whole, whole[:1], {"a": whole}]) < 9000
    True
    """
    total, seen, todo = 0, set[int](), [value]
    while todo:
        part = todo.pop()
        name, size = _weighed(part)
        if name not in seen:
            seen.add(name)
            total += size
            todo.extend(_parts(part))
    return total


def _weighed(part: object) -> tuple[int, int]:
    """By what a part is known, and its own bytes; of a view, those of the memory that it keeps alive."""
    if isinstance(part, Tensor):
        storage = part.untyped_storage()
        return storage.data_ptr() or id(part), storage.nbytes()
    if isinstance(part, np.ndarray):
        owner = part.base if isinstance(part.base, np.ndarray) else part
        return id(owner), owner.nbytes
    if isinstance(part, type | ModuleType | FunctionType | MethodType):
        return id(part), 0  # the program's own
    return id(part), sys.getsizeof(part)


def _parts(part: object) -> Iterator[object]:
    if isinstance(part, dict):
        yield from part
        yield from part.values()
    elif isinstance(part, list | tuple | set | frozenset):
        yield from part
    elif not isinstance(part, str | bytes | int | float | Tensor | np.ndarray | type | ModuleType | FunctionType | MethodType):
        yield getattr(part, "__dict__", None)
