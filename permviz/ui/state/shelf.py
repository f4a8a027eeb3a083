"""What visitors brought: kept in memory while their visit lasts and it fits, each seen by its own visit alone.

Nothing is written to a disk. Things are named by their content; of one visit that brings too many, and of all visits together,
those not asked for the longest are forgotten, and the page asks for them again.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from typing import Any

MOST_OWN_BYTES_EACH = 8 * 2**20
"""Of one visit."""

MOST_OWN_BYTES = 128 * 2**20
"""Of all visits."""


class Shelf:
    """Things by their owner and name.

    >>> class Visit: ...
    >>> shelf, ann, bob = Shelf(), Visit(), Visit()
    >>> shelf.put(ann, "table", [1.0], size=8)
    >>> shelf.get(ann, "table"), shelf.get(bob, "table"), shelf.bytes
    ([1.0], None, 8)
    """

    def __init__(self, most_each: int = MOST_OWN_BYTES_EACH, most: int = MOST_OWN_BYTES) -> None:
        self._most_each, self._most = most_each, most
        self._lock = threading.RLock()  # an owner may end in the middle of anything, and in this very thread
        self._kept: OrderedDict[tuple[int, str], tuple[Any, int]] = OrderedDict()
        self._owners: set[int] = set()
        self._bytes = 0

    @property
    def bytes(self) -> int:
        """What is kept, in all."""
        with self._lock:
            return self._bytes

    def put(self, owner: object, name: str, thing: Any, size: int) -> None:
        """Keep a thing of so many bytes; it goes when its owner does.

        Raises:
            ValueError: if it is larger than all that one owner may keep.
        """
        if size > self._most_each:
            raise ValueError(
                f"It takes {size / 1e6:.1f} MB of memory: at most {self._most_each / 1e6:.1f} MB are kept of a visit."
            )
        who = id(owner)
        with self._lock:
            if who not in self._owners:
                self._owners.add(who)
                weakref.finalize(owner, self._leave, who)
            self._drop((who, name))
            self._kept[who, name] = thing, size
            self._bytes += size
            self._make_room([key for key in self._kept if key[0] == who], self._most_each)
            self._make_room(list(self._kept), self._most)

    def get(self, owner: object, name: str) -> Any:
        """A thing of this owner, or ``None``."""
        with self._lock:
            if (id(owner), name) not in self._kept:
                return None
            self._kept.move_to_end((id(owner), name))
            return self._kept[id(owner), name][0]

    def things(self) -> list[tuple[str, Any]]:
        """All that is kept, with its names, of whomever."""
        with self._lock:
            return [(name, thing) for (_, name), (thing, _) in self._kept.items()]

    def _make_room(self, keys: list[tuple[int, str]], most: int) -> None:
        """Of these, oldest first, drop as many as are too many."""
        total = sum(self._kept[key][1] for key in keys)
        for key in keys:
            if total <= most:
                return
            total -= self._kept[key][1]
            self._drop(key)

    def _leave(self, who: int) -> None:
        with self._lock:
            self._owners.discard(who)
            for key in [key for key in self._kept if key[0] == who]:
                self._drop(key)

    def _drop(self, key: tuple[int, str]) -> None:
        _, size = self._kept.pop(key, (None, 0))
        self._bytes -= size
