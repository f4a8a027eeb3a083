"""The file in which a sweep keeps its rows while it runs: SQLite, of Python's standard library. Nothing is unpickled.

The rows of a batch are written in one transaction, so that a process killed at any moment leaves whole batches. A file that is
no such store is refused and left as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike, fsencode
from pathlib import Path

from permviz.experiment.rows import MOST_ROW, Row, read_row, written_row

VERSION = 1
"""Of what is in the file, and of how its numbers came about: raised when training would give others."""

MARK = 0x70767357
"""SQLite's application id of such a file."""

SCHEMA = (
    "CREATE TABLE results (recipe TEXT NOT NULL, batch TEXT NOT NULL, evaluate TEXT NOT NULL, row TEXT NOT NULL, "
    "PRIMARY KEY (recipe, batch, evaluate))"
)
PATIENCE = 60.0
"""Seconds to wait for another process that writes."""


class Store:
    """An open store. Keys: the recipe's digest, the batch's, and the evaluation's name with its version."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path

    def read(self, recipes: Sequence[str], batch: str, evaluate: str) -> dict[str, Row]:
        """The rows of these recipes that were found in this batch.

        Raises:
            ValueError: for rows that are none.
        """
        marks = ",".join("?" * len(recipes))
        with _sentences(self._path):
            kept = self._connection.execute(
                f"SELECT recipe, substr(row, 1, {MOST_ROW + 1}) FROM results WHERE batch = ? AND evaluate = ? "
                f"AND recipe IN ({marks})",
                (batch, evaluate, *recipes),
            ).fetchall()
        try:
            return {recipe: read_row(text) for recipe, text in kept}
        except (ValueError, TypeError) as error:
            raise ValueError(f"{_damaged(self._path)} ({error})") from None

    def write(self, rows: Mapping[str, Row], batch: str, evaluate: str) -> None:
        """Keep the rows of a batch, all or none.

        Raises:
            OSError: if the file cannot be written.
        """
        try:
            with self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)",
                    [(recipe, batch, evaluate, written_row(row)) for recipe, row in rows.items()],
                )
        except sqlite3.Error as error:
            raise OSError(f"{_shown(self._path)} could not be written ({error}): what it holds is kept.") from None


@contextmanager
def open_store(path: str | PathLike[str]) -> Iterator[Store]:
    """The store at ``path``, which is made if there is no file.

    Raises:
        ValueError: for a folder, a file that is no store or a damaged one, or a store of another version.
    """
    file = _checked(path)
    with _sentences(file):
        connection = sqlite3.connect(file, timeout=PATIENCE)
    try:
        with _sentences(file):
            _prepare(connection, file)
        yield Store(connection, file)
    finally:
        connection.close()


def _checked(path: str | PathLike[str]) -> Path:
    try:
        file = Path(path).absolute()
        fits = not file.is_dir() and file.parent.is_dir() and b"\0" not in fsencode(file)
    except (OSError, TypeError, ValueError):  # too long, or of letters that no name has
        fits = False
    if not fits:
        raise ValueError(f"Store {str(path)!r:.200} given: expected the name of a file in a folder that is there.")
    return file


def _prepare(connection: sqlite3.Connection, file: Path) -> None:
    """Make the table in an empty file; of any other, check that it is a store of this version and undamaged."""
    connection.execute("PRAGMA trusted_schema = OFF")
    with connection:
        connection.execute("BEGIN IMMEDIATE")  # two sweeps may begin at once
        made = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        mark, version = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
        if (made, mark, version) == ([], 0, 0):
            connection.execute(SCHEMA)
            connection.execute(f"PRAGMA application_id = {MARK}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
            return
    if mark != MARK:
        raise ValueError(f"Store {_shown(file)} given: that is a database of something else, so name another file.")
    if version != VERSION:
        raise ValueError(
            f"Store {_shown(file)} given: it is of version {version}, and this is version {VERSION}, so name another file."
        )
    if made != [(SCHEMA,)] or connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise ValueError(_damaged(file))


@contextmanager
def _sentences(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise ValueError(f"Store {_shown(file)} given: it cannot be opened ({error}).") from None
    except sqlite3.DatabaseError as error:
        raise ValueError(f"{_damaged(file)} ({error})") from None


def _damaged(file: Path) -> str:
    return f"Store {_shown(file)} given: the file is damaged, or no store of a sweep. Name another, or delete it."


def _shown(file: Path) -> str:
    return f"{str(file)!r:.200}"
