"""What results have in common when they are printed: shapes, not numbers; and, in a notebook, a picture.

The core draws nothing. Who does is told once, by ``permviz/__init__.py``, with :func:`drawn_by`.
"""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

WIDTH, MOST_LINES = 100, 10
MOST_ENTRIES, MOST_LETTERS = 4, 80
"""Of a sequence or mapping, and of a text; what is longer is cut."""

Drawer = Callable[[object], str | None]
_drawers: list[Drawer] = []


def drawn_by(drawer: Drawer) -> None:
    """Let ``drawer`` make the notebooks' pictures: a result in, HTML out, or ``None`` for a result that has no picture."""
    _drawers[:] = [drawer]


class Pictured:
    """What a notebook may have a picture of."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        return _drawers[0](self) if _drawers else None


class Result(Pictured):
    """The base of results with arrays, ``@dataclass(frozen=True, eq=False, repr=False)``: they compare by identity, because
    arrays have no truth value, and print shapes."""

    __slots__ = ()

    def __repr__(self) -> str:
        fields = ((field.name, getattr(self, field.name)) for field in dataclasses.fields(self) if field.repr)  # type: ignore[arg-type]
        return printed(type(self).__name__, *(f"{name}={described(value)}" for name, value in fields))


def printed(name: str, *parts: str) -> str:
    """``name(part, part, ...)`` in at most :data:`MOST_LINES` lines."""
    lines = textwrap.wrap(
        f"{name}({', '.join(parts)})", WIDTH, subsequent_indent="    ", max_lines=MOST_LINES, placeholder=" ...)",
        break_on_hyphens=False,
    )  # fmt: skip
    return "\n".join(lines)


def described(value: object) -> str:
    """A value in short: a tensor by its dtype and shape, other things by their beginning.

    >>> described(torch.zeros(3, 2)), described([1, 2, 3, 4, 5, 6]), described("short")
    ('float32[3,2]', '[1, 2, 3, ... 6 in all]', "'short'")
    """
    if isinstance(value, Tensor):
        return f"{str(value.dtype).removeprefix('torch.')}[{','.join(map(str, value.shape))}]"
    if isinstance(value, np.ndarray):
        return f"array of {value.dtype}[{','.join(map(str, value.shape))}]"
    if isinstance(value, Mapping):
        return _cut([f"{key!r}: {described(entry)}" for key, entry in value.items()], "{}")
    if isinstance(value, Sequence) and type(value) in (tuple, list):
        return _cut([described(entry) for entry in value], "()" if isinstance(value, tuple) else "[]")
    if isinstance(value, float):
        return f"{value:.6g}"
    return " ".join(repr(value).split()) if isinstance(value, Result) else given(value)


def given(value: object) -> str:
    """The beginning of what a value is written as: a float keeps its point, of which :func:`described` thinks nothing.

    >>> given(40.0), described(40.0), given(10**5000)
    ('40.0', '40', 'a number of thousands of digits')
    """
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # Python writes no number of so many digits
        return "a number of thousands of digits"
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 3]}..."


def span(values: Tensor) -> str:
    """The number, or the least and the greatest of several, to three figures."""
    numbers = values.detach().double()
    low, high = (f"{float(number):.3g}" for number in torch.aminmax(numbers))
    return low if low == high else f"{low} to {high}"


def enumerated(names: Sequence[str]) -> str:
    """Names one after another, the first few of many.

    >>> enumerated("abcd"), enumerated("abcdefgh")
    ('a, b, c, d', 'a, b, c, ... 8 in all')
    """
    shown = names if len(names) <= MOST_ENTRIES else [*names[: MOST_ENTRIES - 1], f"... {len(names)} in all"]
    return ", ".join(shown)


def _cut(entries: list[str], brackets: str) -> str:
    comma = "," if brackets == "()" and len(entries) == 1 else ""
    return f"{brackets[0]}{enumerated(entries)}{comma}{brackets[1]}"
