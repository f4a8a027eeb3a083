"""Tasks of one's own, as a recipe names them: points that were drawn, and a table.

``drawn.`` is followed by the points themselves, in base64url: how many are of class A, then two bytes for each point, its place
on a grid of 256 x 256, those of class A first. ``table.`` names a table that does not travel: its digest, the columns to learn
from (a bit each, in hexadecimal), the column to be learnt, and what that is: ``c3`` for three classes, ``r`` for numbers.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from permviz.experiment.kinds import Choice
from permviz.networks.datasets import Dataset
from permviz.networks.losses import LOSSES
from permviz.networks.table_text import MOST_COLUMNS
from permviz.networks.tables import MOST_TABLE_CLASSES, Table

DRAWN, TABLE = "drawn", "table"
MOST_DRAWN = 150
GRID = 256
SPAN = 2.0
"""The grid covers ``[-SPAN, SPAN]`` in both directions."""

_NUMBERS = next(loss.name for loss in LOSSES.values() if not loss.classifies)
_TABLE = re.compile(r"([0-9a-f]{24})\.([1-9a-f][0-9a-f]{0,15})\.(0|[1-9][0-9]?)\.(r|c[1-9][0-9]?)")

Points = Sequence[tuple[int, int]]


def drawn_task(first: Points, second: Points) -> str:
    """The name of the task of points of class A and of class B on the grid: each once, in an order of their own.

    Raises:
        ValueError: why they are no task, as the end of a sentence.

    >>> drawn_task([(0, 0), (0, 255)], [(255, 255), (255, 0)])
    'drawn.AgAAAP__AP__'
    """
    classes = [sorted(set(map(tuple, points))) for points in (first, second)]
    count = sum(map(len, classes))
    if min(map(len, classes)) < 2 or count > MOST_DRAWN:
        raise ValueError(f"expected two points or more of each class, and at most {MOST_DRAWN} in all")
    octets = bytes([len(classes[0]), *(place for points in classes for point in points for place in point)])
    return f"{DRAWN}.{base64.urlsafe_b64encode(octets).decode().rstrip('=')}"


def drawn_points(task: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The inverse of :func:`drawn_task`.

    Raises:
        ValueError: why they cannot be read, as the end of a sentence.
    """
    text = task.partition(".")[2]
    try:
        octets = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        octets = b""
    points = list(zip(octets[1::2], octets[2::2], strict=False))
    if len(octets) != 2 * len(points) + 1 or octets[0] > len(points):
        raise ValueError("the drawn points are damaged (cut off, or mistyped)")
    return points[: octets[0]], points[octets[0] :]


def drawn_dataset(task: str) -> Dataset:
    """The points as a task of two classes, where they were drawn."""
    points = drawn_points(task)
    inputs = torch.tensor([*points[0], *points[1]], dtype=torch.float64) * (2 * SPAN / (GRID - 1)) - SPAN
    targets = [0] * len(points[0]) + [1] * len(points[1])
    return Dataset.from_arrays(inputs, targets, name=DRAWN, input_names=("x", "y"), output_names=("class A", "class B"))


@dataclass(frozen=True)
class TableTask:
    """What a recipe says of a table.

    Attributes:
        digest: of the table.
        inputs: columns to learn from, from 0.
        target: the column to be learnt.
        classes: how many it has; 0 for numbers.
    """

    digest: str
    inputs: tuple[int, ...]
    target: int
    classes: int = 0

    @property
    def name(self) -> str:
        """As a recipe writes it."""
        columns = sum(1 << column for column in self.inputs)
        return f"{TABLE}.{self.digest}.{columns:x}.{self.target}.{f'c{self.classes}' if self.classes else 'r'}"

    @property
    def outputs(self) -> int:
        """Of its network: a logit for two classes, one for each of more, or a number."""
        return self.classes if self.classes > 2 else 1

    def dataset(self, table: Table) -> Dataset:
        """The task of its table, standardised.

        Raises:
            ValueError: if that is another table, or not as the name says; for what cannot be learnt.
        """
        if table.digest != self.digest:
            raise ValueError("This is another table: its cells are not those that the link belongs to.")
        data = table_dataset(table, self.inputs, self.target, bool(self.classes))
        if self.classes and len(data.output_names) != self.classes:
            raise ValueError(f"The table has {len(data.output_names)} classes, and the link says {self.classes}.")
        return data


def table_dataset(table: Table, inputs: Sequence[int], target: int, classes: bool) -> Dataset:
    """A column of a table, as classes or as numbers, to be learnt from other columns; standardised.

    Raises:
        ValueError: naming row and column of what cannot be learnt, or learnt from.
    """
    if max(*inputs, target) >= len(table.names):
        raise ValueError(f"The table has {len(table.names)} columns: the link asks for column {max(*inputs, target) + 1}.")
    names = [table.names[column] for column in inputs]
    kind = None if classes else _NUMBERS
    return Dataset.from_csv(table, table.names[target], kind, inputs=names, classes=classes, name=TABLE)


def table_task(task: str) -> TableTask | None:
    """What the name of a task says of a table; ``None`` for other tasks.

    Raises:
        ValueError: why it cannot be read, as the end of a sentence.

    >>> table_task("table.0123456789abcdef01234567.f.4.c3").outputs
    3
    """
    head, _, rest = task.partition(".")
    if head != TABLE:
        return None
    found = _TABLE.fullmatch(rest)
    if not found:
        raise ValueError("the name of the table is damaged (cut off, or mistyped)")
    columns, target = int(found[2], 16), int(found[3])
    classes = 0 if found[4] == "r" else int(found[4][1:])
    if columns >> target & 1 or target >= MOST_COLUMNS or classes == 1 or classes > MOST_TABLE_CLASSES:
        raise ValueError(f"expected a column to be learnt from others, and 2 to {MOST_TABLE_CLASSES} classes")
    inputs = tuple(column for column in range(MOST_COLUMNS) if columns >> column & 1)
    return TableTask(found[1], inputs, target, classes)


class Tasks(Choice):
    """Tasks: one of a table of names, or one of one's own."""

    def accept(self, value: object) -> str:
        if isinstance(value, str) and value.startswith(f"{DRAWN}."):
            return drawn_task(*drawn_points(value))  # in their order, whoever wrote it
        table = table_task(value) if isinstance(value, str) else None
        return table.name if table else super().accept(value)
