"""Other people's arrays as data: tensors, numpy arrays, data frames and lists, with their column names, as float64 tensors.

Data frames are known by what they can do (``columns``, indexing by a column's name), so that neither pandas nor polars is
needed. Whatever cannot be meant as data is refused with the row, counted from 0, and the column in which it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from permviz.networks.checks import checked
from permviz.networks.losses import LOSSES, get_loss
from permviz.networks.results import Result

MOST_CLASSES = 100
"""Whole numbers of more different values than this are not taken for classes unless a loss says so."""


_SMALL = 1e-150
"""Squares of what deviates less are no longer exact, and become 0."""
_LEAST = torch.finfo(torch.float64).smallest_normal


@dataclass(frozen=True, eq=False, repr=False)
class Scaling(Result):
    """How columns were standardised: ``(value - mean) / deviation``; a constant column has the deviation 1.

    Attributes:
        means, deviations: ``(n,)``, float64; deviations are those of the population, ``sqrt(1/N sum (value - mean)^2)``.
    """

    means: Tensor
    deviations: Tensor

    @classmethod
    def of(cls, values: Tensor) -> Scaling:
        """That of the columns of ``values`` ``(N, n)``."""
        deviations = values.std(0, correction=0)
        if not bool(deviations.isfinite().all()):
            raise ValueError(
                f"Values up to {float(values.abs().max()):.3g} given: their squares overflow, so scale them first."
            )
        constant = values.amax(0) == values.amin(0)
        size = values.abs().amax(0).clamp(min=_LEAST)
        deviations = torch.where(deviations < _SMALL, size * (values / size).std(0, correction=0), deviations)
        if not bool((deviations > 0)[~constant].all()):
            raise ValueError("Values that differ by less than float64 can scale given: take a larger unit.")
        return cls(values.mean(0), torch.where(constant, 1.0, deviations))

    @checked
    def scale(self, values: Tensor) -> Tensor:
        """Values ``(..., n)`` in the unit of the columns, standardised: what a network trained on them takes."""
        return (values - self.means) / self.deviations

    @checked
    def unscale(self, values: Tensor) -> Tensor:
        """The inverse of :meth:`scale`."""
        return values * self.deviations + self.means


def read_inputs(values: object, names: Sequence[str] | None = None) -> tuple[Tensor, tuple[str, ...]]:
    """Inputs ``(N, n_0)`` and their names: those given, a data frame's columns, or ``x0, x1, ...``."""
    columns, found = _columns(values, "Inputs")
    named = _names(names or found or _numbered("x", len(columns)), len(columns), "Inputs")
    return _numbers(columns, named, "Inputs"), named


def read_targets(
    values: object, loss: str | None = None, names: Sequence[str] | None = None
) -> tuple[Tensor, tuple[str, ...], str]:
    """Targets, their names and their loss. Without one, floats are numbers to be fitted; text, truth values and whole numbers
    are classes, in sorted order, with the first loss of the table that takes as many."""
    columns, found = _columns(values, "Targets")
    numeric = columns[0].dtype.kind == "f" or len(columns) > 1
    if not (get_loss(loss).classifies if loss is not None else not numeric):
        named = _names(names or found or _numbered("y", len(columns)), len(columns), "Targets")
        kind = loss or next(entry.name for entry in LOSSES.values() if not entry.classifies)
        return _numbers(columns, named, "Targets"), named, kind
    if len(columns) > 1:
        raise ValueError(f"Targets of {len(columns)} columns given for classes: expected one class a sample.")
    ids, classes = _classes(columns[0], inferred=loss is None)
    named = _names(names or classes, len(classes), "Classes")
    if loss is not None:
        get_loss(loss).check(ids)
        return ids, named, loss
    return ids, named, next(entry.name for entry in LOSSES.values() if entry.classifies and _takes(entry.check, ids))


def _takes(check: Any, ids: Tensor) -> bool:
    try:
        check(ids)
    except ValueError:
        return False
    return True


def _columns(values: Any, what: str) -> tuple[list[NDArray[Any]], tuple[str, ...] | None]:
    """The columns of a table, and their names if it has any."""
    if isinstance(values, Tensor):
        values = values.detach().cpu().numpy()
    if hasattr(values, "columns"):
        found = tuple(str(name) for name in values.columns)
        twice = [name for name, count in Counter(found).items() if count > 1]
        if twice:
            raise ValueError(f"{what} with two columns {twice[0]!r} given: expected different names.")
        columns = [np.asarray(values[name]) for name in values.columns]
        if not columns or not len(columns[0]):
            raise ValueError(f"{what} of {len(columns)} columns and no rows given: expected at least one of each.")
        return columns, found
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{what} with rows of different lengths given: expected a table, (N, n).") from None
    if array.ndim not in (1, 2) or not array.size:
        raise ValueError(f"{what} of shape {array.shape} given: expected (N,) or (N, n), at least one of each.")
    name = getattr(values, "name", None)
    return [array] if array.ndim == 1 else list(array.T), None if name is None else (str(name),)


def _numbers(columns: list[NDArray[Any]], names: tuple[str, ...], what: str) -> Tensor:
    """``(N, n)`` float64, each number finite."""
    for column, name in zip(columns, names, strict=True):
        if column.dtype.kind not in "biuf":
            rows = enumerate(column.tolist())
            row, odd = next(((row, value) for row, value in rows if not isinstance(value, int | float)), (0, column[0]))
            raise ValueError(
                f"{what}, column {name!r}: {odd!r} in row {row}, of dtype {column.dtype}, is no number: "
                "make numbers of the column, or leave it out."
            )
        wrong = np.flatnonzero(~np.isfinite(column))
        if wrong.size:
            raise ValueError(
                f"{what}, column {name!r}: {column[wrong[0]]} in row {wrong[0]}: fill it in, or leave the row out."
            )
    return torch.from_numpy(np.stack([column.astype(np.float64) for column in columns], axis=1))


def _classes(column: NDArray[Any], inferred: bool) -> tuple[Tensor, tuple[str, ...]]:
    """Class ids from 0, int64, and the names of the classes, sorted."""
    if column.dtype.kind not in "biufU":
        odd = next(((row, value) for row, value in enumerate(column.tolist()) if not isinstance(value, str)), None)
        if odd is not None:
            raise ValueError(
                f"Targets: {odd[1]!r} in row {odd[0]}, of dtype {column.dtype}, is neither text nor a plain number: "
                "give every sample a class, or a number."
            )
        column = column.astype(str)
    if column.dtype.kind == "f":
        _numbers([column], ("classes",), "Targets")
    values, ids = np.unique(column, return_inverse=True)
    if inferred and column.dtype.kind in "iu" and len(values) > MOST_CLASSES:
        raise ValueError(
            f"Targets of {len(values)} different whole numbers given: name the loss, for numbers to be fitted or for classes, "
            f"such as loss={next(iter(LOSSES))!r}."
        )
    named = tuple(f"{value:g}" if column.dtype.kind == "f" else str(value) for value in values)
    if len(named) < 2:
        raise ValueError(f"Targets of the one class {named[0]!r} given: expected two classes or more.")
    return torch.from_numpy(ids.reshape(-1).astype(np.int64)), named


def _names(names: Sequence[str], count: int, what: str) -> tuple[str, ...]:
    named = tuple(str(name) for name in names)
    if len(named) != count:
        raise ValueError(f"{len(named)} names given for {count} {what.lower()}: expected one for each.")
    return named


def _numbered(letter: str, count: int) -> tuple[str, ...]:
    return (letter,) if count == 1 else tuple(f"{letter}{i}" for i in range(count))
