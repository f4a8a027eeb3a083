"""Rows of plain values: what a sweep asks for, keeps in a file and returns."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from numbers import Integral, Real

import numpy as np
from torch import Tensor

from permviz.networks.results import described

Value = float | int | str | bool | None
Row = dict[str, Value]

MOST_COLUMNS, MOST_NAME, MOST_TEXT = 64, 60, 1000
MOST_ROW = 200_000
"""Letters of a row as JSON; only texts full of letters that JSON escapes make more."""


def flat_row(found: object, taken: frozenset[str] = frozenset()) -> Row:
    """A mapping from names to numbers, texts, truth values or ``None``, as plain values of Python.

    Numbers of numpy and torch are converted; a number that is none is ``math.nan`` itself, so that equal rows are equal.

    Raises:
        ValueError: for anything else, more than 64 columns, names or texts that are too long, or a name in ``taken``.

    >>> import torch
    >>> flat_row({"loss": torch.tensor(0.5), "nodes": np.int64(3), "ended": "converged"})
    {'loss': 0.5, 'nodes': 3, 'ended': 'converged'}
    """
    if not isinstance(found, Mapping) or len(found) > MOST_COLUMNS:
        many = f"{len(found)} columns" if isinstance(found, Mapping) else described(found)
        raise ValueError(f"{many} given as a row: expected a mapping from at most {MOST_COLUMNS} names to numbers and texts.")
    row: Row = {}
    for name, value in found.items():
        if not isinstance(name, str) or not 1 <= len(name) <= MOST_NAME or not name.isprintable():
            raise ValueError(f"{described(name)} given as a column's name: expected 1 to {MOST_NAME} letters.")
        if name in taken:
            raise ValueError(f"{name!r} given as a column's name: the table has that column already, so choose another.")
        row[name] = _plain(name, value)
    if len(written_row(row)) > MOST_ROW:
        raise ValueError(f"A row of more than {MOST_ROW} letters given: expected shorter texts.")
    return row


def _plain(name: str, value: object) -> Value:
    if isinstance(value, Tensor | np.ndarray) and value.ndim == 0:
        value = value.item()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, Integral) and abs(int(value)) < 2**63:
        return int(value)
    if isinstance(value, Real) and not isinstance(value, Integral):
        return math.nan if math.isnan(value) else float(value)
    if isinstance(value, str) and len(value) <= MOST_TEXT and not any("\ud800" <= letter <= "\udfff" for letter in value):
        return str(value)
    raise ValueError(
        f"{name}={described(value)} given in a row: "
        f"expected a number, a truth value, None or a text of at most {MOST_TEXT} letters."
    )


def written_row(row: Row) -> str:
    """A row as a line of JSON."""
    return json.dumps(row, ensure_ascii=False)


def read_row(text: str) -> Row:
    """The row that :func:`written_row` wrote; ``ValueError`` for any other text."""
    try:
        return flat_row(json.loads(text[: MOST_ROW + 1]))
    except RecursionError:
        raise ValueError("A row within rows given: expected a flat one.") from None
