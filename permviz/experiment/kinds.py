"""Kinds of settings: which values there are, how they are written in a link and read, where one out of range moves to."""

from __future__ import annotations

import math
import numbers
import operator
import re
from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any


class Kind(ABC):
    """The values that a setting may have."""

    @abstractmethod
    def accept(self, value: Any) -> Any:
        """The value as it is kept.

        Raises:
            ValueError: why it is not accepted, as the end of a sentence.
        """

    @abstractmethod
    def read(self, text: str) -> Any:
        """What a link says; it need not be in range.

        Raises:
            ValueError: if it cannot be read.
        """

    def write(self, value: Any) -> str:
        """The inverse of :meth:`read`."""
        return str(value)

    def nearest(self, value: Any) -> Any:
        """What a value that was read, and is out of range, moves to; itself where nothing is near."""
        return value


@dataclass(frozen=True)
class Whole(Kind):
    """Whole numbers from ``least`` to ``most``."""

    least: int
    most: int

    def accept(self, value: Any) -> int:
        try:
            number = operator.index(value)
        except TypeError:
            number = self.least - 1
        if isinstance(value, bool) or not self.least <= number <= self.most:
            raise ValueError(f"expected a whole number from {self.least} to {self.most}")
        return number

    def read(self, text: str) -> int:
        return int(text)

    def nearest(self, value: int) -> int:
        return min(max(value, self.least), self.most)


@dataclass(frozen=True)
class Real(Kind):
    """Finite numbers from ``least`` to ``most``."""

    least: float
    most: float

    def accept(self, value: Any) -> float:
        if isinstance(value, numbers.Real) and not isinstance(value, bool):
            try:
                number = float(value) + 0.0  # -0.0 becomes 0.0, and is written so
            except OverflowError:
                number = math.inf
            if not math.isfinite(number):
                raise ValueError("expected a finite number")
            if self.least <= number <= self.most:
                return number
        raise ValueError(f"expected a number from {self.least:g} to {self.most:g}")

    def read(self, text: str) -> float:
        return float(text)

    def write(self, value: float) -> str:
        return repr(value)

    def nearest(self, value: float) -> float:
        return float(min(max(value, self.least), self.most)) if math.isfinite(value) else value


@dataclass(frozen=True)
class Switch(Kind):
    """On or off."""

    def accept(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        raise ValueError("expected True or False")

    def read(self, text: str) -> bool:
        if text not in ("0", "1"):
            raise ValueError
        return text == "1"

    def write(self, value: bool) -> str:
        return str(int(value))


@dataclass(frozen=True)
class Choice(Kind):
    """One of several words; ``noun`` says of what, where they are many."""

    options: Collection[str]
    noun: str = ""

    def accept(self, value: Any) -> str:
        if isinstance(value, str) and value in self.options:
            return value
        if self.noun:
            raise ValueError(f"unknown {self.noun}: choose one of {', '.join(filter(None, self.options))}")
        *others, last = map(repr, self.options)
        raise ValueError(f"expected {', '.join(others)} or {last}")

    def read(self, text: str) -> str:
        return text


@dataclass(frozen=True)
class Numbers(Kind):
    """Several whole numbers of one kind, ``fewest`` to ``most`` of them; ``cut``: a link may hold more, which are left out."""

    each: Whole
    fewest: int = 0
    most: int = 1000
    separator: str = "_"
    cut: bool = False

    def accept(self, value: Any) -> tuple[int, ...]:
        if not isinstance(value, tuple | list):
            raise ValueError("expected several whole numbers")
        bound = min(max(len(value), self.fewest), self.most)
        if bound != len(value):
            how, plural = "most" if len(value) > bound else "least", "" if bound == 1 else "s"
            raise ValueError(f"expected at {how} {bound} number{plural}, and {len(value) or 'none'} given")
        try:
            return tuple(map(self.each.accept, value))
        except ValueError:
            raise ValueError(f"expected whole numbers from {self.each.least} to {self.each.most}") from None

    def read(self, text: str) -> tuple[int, ...]:
        return tuple(map(int, text.split(self.separator))) if text else ()

    def write(self, value: tuple[int, ...]) -> str:
        return self.separator.join(map(str, value))

    def nearest(self, value: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(map(self.each.nearest, value[: self.most] if self.cut else value))


_DIGIT = Whole(0, 15)


@dataclass(frozen=True)
class Orders(Kind):
    """An order of nodes for each layer; a node is one hexadecimal digit, a point stands between layers.

    ``optional``: an empty text is no order at all, rather than one of an empty layer.
    """

    optional: bool = False

    def accept(self, value: Any) -> tuple[tuple[int, ...], ...]:
        try:
            return tuple(tuple(map(_DIGIT.accept, order)) for order in value)
        except (TypeError, ValueError):
            raise ValueError("expected an order of nodes for each hidden layer, such as ((1, 0, 2), (0, 1))") from None

    def read(self, text: str) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(int(digit, 16) for digit in order) for order in text.split(".")) if text or not self.optional else ()

    def write(self, value: tuple[tuple[int, ...], ...]) -> str:
        return ".".join("".join(f"{node:x}" for node in order) for order in value)


@dataclass(frozen=True)
class Words(Kind):
    """Any of several words, kept in the order of ``options``; in a link a point stands between them."""

    options: tuple[str, ...]

    def accept(self, value: Any) -> tuple[str, ...]:
        if isinstance(value, tuple | list) and all(isinstance(word, str) and word in self.options for word in value):
            return tuple(word for word in self.options if word in value)
        raise ValueError(f"expected any of {', '.join(self.options)}")

    def read(self, text: str) -> tuple[str, ...]:
        return tuple(word for word in re.split(r"[.,\s]+", text) if word)

    def write(self, value: tuple[str, ...]) -> str:
        return ".".join(value)

    def nearest(self, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word for word in value if word in self.options)


@dataclass(frozen=True)
class Text(Kind):
    """Any text of at most ``longest`` characters."""

    longest: int

    def accept(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError("expected a text")
        if len(value) > self.longest:
            raise ValueError(f"it is longer than {self.longest} characters")
        return value

    def read(self, text: str) -> str:
        return text
