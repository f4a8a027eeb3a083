"""What the cells of a table mean: numbers, classes, and which column is to be learnt.

Numbers have a decimal point, or throughout the table a decimal comma; thousands are not separated, and what could be meant
either way is refused. Nothing is guessed cell by cell. How a file is cut into cells: :mod:`.table_text`.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

import torch
from torch import Tensor

from permviz.networks.losses import get_loss
from permviz.networks.table_text import NUMBER, printed_text, read_cells, shown

MOST_TABLE_CLASSES = 20
LARGEST_CELL = 1e100

FEW = 10
"""Whole numbers of no more different values than this are classes, where nobody says what they are."""

_GROUPED = re.compile(r"[+-]?[0-9]{1,3}([ '\u00a0\u202f.,][0-9]{3})+([.,][0-9]*)?")
_EITHER = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_MISSING = {"", "na", "n/a", "#n/a", "nan", "null", "none"}


@dataclass(frozen=True, eq=False)
class Table:
    """A table of texts.

    Attributes:
        names: of the columns, all different.
        columns: the cells of each, from the top.
        rows: the row in which each line of cells stands.
    """

    names: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    rows: tuple[int, ...]

    @cached_property
    def digest(self) -> str:
        """A name of 24 hexadecimal digits, of what is in the table: however it was written, the same cells have the same."""
        cells = "\x1e".join("\x1f".join(texts) for texts in (self.names, *self.columns))
        return hashlib.sha256(cells.encode("utf-8", "surrogatepass")).hexdigest()[:24]

    def find(self, name: str) -> int:
        """The place of the column of that name.

        Raises:
            ValueError: if there is none.
        """
        if name not in self.names:
            raise ValueError(f"There is no column {name!r}: choose one of {', '.join(map(repr, self.names))}.")
        return self.names.index(name)

    def is_numeric(self, column: int) -> bool:
        """Whether every cell that is not missing is a number, and there are some."""
        cells = [cell for cell in self.columns[column] if cell.lower() not in _MISSING]
        return bool(cells) and all(NUMBER.fullmatch(cell) for cell in cells)

    def numbers(self, column: int) -> Tensor:
        """A column as float64 ``(N,)``.

        Raises:
            ValueError: naming row and column of the first cell that is no number below 1e100.
        """
        return torch.tensor([self._number(column, row) for row in range(len(self.rows))], dtype=torch.float64)

    def suggests_classes(self, column: int) -> bool:
        """Whether a column is taken for classes where nobody says what it is: text, and a few whole numbers."""
        if not self.is_numeric(column):
            return True
        values = {
            self._number(column, row) for row in range(len(self.rows)) if self.columns[column][row].lower() not in _MISSING
        }
        return len(values) <= FEW and all(value.is_integer() for value in values)

    def classes(self, column: int) -> list[int] | list[str]:
        """A column as class labels, whole numbers or texts.

        Raises:
            ValueError: for a cell that is missing or a formula, for one class alone, and for more than 20.
        """
        if self.is_numeric(column):
            values = [self._number(column, row) for row in range(len(self.rows))]
            whole = all(v.is_integer() and abs(v) < 2**53 for v in values)
            labels = [int(v) for v in values] if whole else [f"{v:g}" for v in values]
        else:
            labels = [self._label(column, row) for row in range(len(self.rows))]
        found = len(set(labels))
        if not 2 <= found <= MOST_TABLE_CLASSES:
            many = "1 value in all rows" if found == 1 else f"{found} different values"
            raise ValueError(f"Column {self.names[column]!r} has {many}: expected 2 to {MOST_TABLE_CLASSES} classes.")
        return labels

    def _label(self, column: int, row: int) -> str:
        cell = self.columns[column][row]
        if cell.lower() in _MISSING:
            self._refuse(column, row, "is missing: fill it in, or leave the row out")
        return printed_text(cell, self.rows[row], self.names[column])

    def _number(self, column: int, row: int) -> float:
        cell = self.columns[column][row]
        if cell.lower() in _MISSING:
            self._refuse(column, row, "is missing: fill it in, or leave the row out")
        if cell.startswith("="):
            self._refuse(column, row, "is a formula: save the table with its values")
        if not NUMBER.fullmatch(cell):
            told = "has its thousands separated: write 1234.5" if _GROUPED.fullmatch(cell) else "is no number"
            self._refuse(column, row, f"{told}, or leave the column out")
        if "," in cell and not self._decimal_comma:
            self._refuse(column, row, "may have a decimal comma, or thousands: write a point, and do not separate thousands")
        value = float(cell.replace(",", "."))
        if not math.isfinite(value) or abs(value) >= LARGEST_CELL:
            self._refuse(column, row, f"is too large: expected a number below {LARGEST_CELL:g}")
        return value

    @cached_property
    def _decimal_comma(self) -> bool:
        """Whether the file writes numbers so: some have a comma that cannot separate thousands, and none has a point."""
        numbers = [cell for cells in self.columns for cell in cells if NUMBER.fullmatch(cell)]
        certain = any("," in cell and not _EITHER.fullmatch(cell) for cell in numbers)
        return certain and not any("." in cell for cell in numbers)

    def _refuse(self, column: int, row: int, told: str) -> NoReturn:
        cell = self.columns[column][row]
        what = f"{shown(cell)} {told}" if cell else f"the cell {told}"
        raise ValueError(f"Row {self.rows[row]}, column {self.names[column]!r}: {what}.")


def read_table(content: str | bytes) -> Table:
    """A table of named columns.

    Raises:
        ValueError: naming the row, and the column if it is one, of what cannot be read.

    >>> read_table("x;y\\n1,5;a\\n2,25;b\\n3;a\\n4;b").columns
    (('1,5', '2,25', '3', '4'), ('a', 'b', 'a', 'b'))
    """
    names, rows, cells = read_cells(content)
    return Table(names, tuple(zip(*cells, strict=True)), tuple(rows))


def chosen(
    table: Table, target: str | None, inputs: Sequence[str] | None, loss: str | None, classes: bool | None
) -> dict[str, Any]:
    """The arguments of :meth:`permviz.Dataset.from_arrays` for the last column, or the one named, to be learnt from the others.

    Raises:
        ValueError: naming row and column of what cannot be learnt, or learnt from.
    """
    y = len(table.names) - 1 if target is None else table.find(target)
    xs = [i for i in range(len(table.names)) if i != y] if inputs is None else [table.find(name) for name in inputs]
    if not xs or y in xs or len(set(xs)) < len(xs):
        raise ValueError(f"The inputs {inputs!r} given for the target {table.names[y]!r}: expected one or more other columns.")
    arguments = {
        "inputs": torch.stack([table.numbers(column) for column in xs], 1),
        "input_names": [table.names[column] for column in xs],
        "loss": loss,
    }
    if loss is not None:
        classes = get_loss(loss).classifies
    elif classes is None:
        classes = table.suggests_classes(y)
    if classes:
        return arguments | {"targets": table.classes(y)}
    values = table.numbers(y)
    if bool((values == values[0]).all()):
        raise ValueError(f"Column {table.names[y]!r} is {float(values[0]):g} in all rows: there is nothing to learn.")
    return arguments | {"targets": values, "output_names": [table.names[y]]}
