"""The table that a sweep returns, and what it reports on the way."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields

from permviz.experiment.recipe import Recipe
from permviz.experiment.rows import Row, Value
from permviz.experiment.settings import settings_of

KEY, ERROR = "recipe", "error"
SETTINGS = tuple(field.name for field in fields(Recipe))
TAKEN = frozenset({KEY, ERROR, *SETTINGS})
"""Columns that are the table's own."""


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """Rows as comma-separated values below a line of names; every number comes back to the last bit, ``None`` is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


@dataclass(frozen=True)
class SweepTable:
    """One row a recipe, in the order in which the recipes were given.

    Attributes:
        columns: "recipe", the recipe's digest; the settings in which the recipes differ; the names that were evaluated, in the
            order in which they first come; and "error", if there is one.
        rows: values in that order, ``None`` where a row has none. In a row with an error, that column says in a sentence what
            went wrong.
        recipes: of the rows.
        unfinished: recipes without a row, because the sweep was stopped.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    recipes: tuple[Recipe, ...]
    unfinished: tuple[Recipe, ...] = ()

    def column(self, name: str) -> tuple[Value, ...]:
        """The values of one column.

        Raises:
            ValueError: for a column that is not there.
        """
        if name not in self.columns:
            raise ValueError(f"Column {name!r:.80} given: choose one of {', '.join(self.columns)}.")
        at = self.columns.index(name)
        return tuple(row[at] for row in self.rows)

    @property
    def errors(self) -> dict[Recipe, str]:
        """What went wrong, of the recipes of which something did."""
        if ERROR not in self.columns:
            return {}
        said = zip(self.recipes, self.column(ERROR), strict=True)
        return {recipe: error for recipe, error in said if isinstance(error, str)}

    def to_csv(self) -> str:
        """The table as comma-separated values; every number comes back to the last bit."""
        return csv_text(self.columns, self.rows)


@dataclass(frozen=True)
class SweepProgress:
    """What a callback sees.

    Attributes:
        done: recipes that have a row, those from the store included.
        total: recipes in all.
        errors: rows that are errors.
    """

    done: int
    total: int
    errors: int
    _table: Callable[[], SweepTable] = field(repr=False, compare=False)

    @property
    def table(self) -> SweepTable:
        """The rows so far; made only when asked for."""
        return self._table()


def table_of(recipes: Sequence[Recipe], found: Mapping[int, Row | str]) -> SweepTable:
    """The table of what was found: a row, or the sentence of an error, by the place of its recipe among ``recipes``."""
    settings = [s for s in settings_of(Recipe) if len({getattr(recipe, s.name) for recipe in recipes}) > 1]
    done = sorted(found)
    rows: list[Row] = []
    for i in done:
        recipe, row = recipes[i], found[i]
        own: Row = {KEY: recipe.digest}
        for setting in settings:
            value = getattr(recipe, setting.name)
            own[setting.name] = setting.kind.write(value) if isinstance(value, tuple) else value
        rows.append(own | ({ERROR: row} if isinstance(row, str) else row))
    names = dict.fromkeys([KEY, *(s.name for s in settings), *(name for row in rows for name in row if name != ERROR)])
    columns = (*names, *([ERROR] if any(ERROR in row for row in rows) else []))
    return SweepTable(
        columns,
        tuple(tuple(row.get(name) for name in columns) for row in rows),
        tuple(recipes[i] for i in done),
        tuple(recipe for i, recipe in enumerate(recipes) if i not in found),
    )
