"""The file of a sweep: it gives back what it was given, and what is no such file is refused and left alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from permviz.experiment.rows import MOST_ROW, Row
from permviz.experiment.store import MARK, SCHEMA, VERSION, open_store

ROW: Row = {"loss": 0.1, "ended": "converged"}


def write(path: Path) -> None:
    with open_store(path) as store:
        store.write({"a": ROW, "b": {"loss": 2}}, "batch", "f 1")


def execute(path: Path, *commands: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        for command in commands:
            connection.execute(command)
    connection.close()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    write(path)
    with open_store(path) as store:
        assert store.read(["a", "b", "c"], "batch", "f 1") == {"a": ROW, "b": {"loss": 2}}
        assert store.read(["a"], "other", "f 1") == store.read(["a"], "batch", "f 2") == {}
        store.write({"a": {"loss": 3}}, "batch", "f 1")
        assert store.read(["a"], "batch", "f 1") == {"a": {"loss": 3}}
    assert [p.name for p in tmp_path.iterdir()] == ["rows"]


def test_a_batch_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    write(path)
    with open_store(path) as store:
        full: dict[str, Row] = {"c": ROW, None: ROW}  # type: ignore[dict-item]
        with pytest.raises(OSError, match="could not be written"):
            store.write(full, "batch", "f 1")
    with open_store(path) as store:
        assert set(store.read(["a", "b", "c"], "batch", "f 1")) == {"a", "b"}


def other_version(path: Path) -> None:
    write(path)
    execute(path, f"PRAGMA user_version = {VERSION + 1}")


def other_database(path: Path) -> None:
    execute(path, "CREATE TABLE mine (x)")


def other_table(path: Path) -> None:
    execute(path, f"PRAGMA application_id = {MARK}", f"PRAGMA user_version = {VERSION}", SCHEMA, "CREATE VIEW v AS SELECT 1")


def cut(path: Path) -> None:
    write(path)
    path.write_bytes(path.read_bytes()[:5000])


def overwritten(path: Path) -> None:
    write(path)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)


def text(path: Path) -> None:
    path.write_text("recipe,loss\n" * 100)


def short_text(path: Path) -> None:
    path.write_text("hello")


def folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (other_version, "is of version 2, and this is version 1"),
        (other_database, "a database of something else"),
        (other_table, "damaged, or no store"),
        (cut, "damaged, or no store"),
        (overwritten, "damaged, or no store"),
        (text, "damaged, or no store"),
        (short_text, "damaged, or no store"),
        (folder, "the name of a file"),
    ],
)
def test_another_file_is_refused_and_left_as_it_is(tmp_path: Path, make: Callable[[Path], None], said: str) -> None:
    path = tmp_path / "rows"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(ValueError, match=said), open_store(path):
        raise AssertionError("it was opened")
    assert (path.read_bytes() if path.is_file() else b"") == before


class BytesPath:
    def __fspath__(self) -> bytes:
        return b"rows"


@pytest.mark.parametrize("name", ["no/rows", "", "x" * 5000, "a\0b", "\ud800", BytesPath()], ids=range(6))
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: Any) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="in a folder that is there") as refused, open_store(name):
        pass
    assert len(str(refused.value)) < 400
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "row",
    ["", "{", "[1]", "null", '{"a": [1]}', '{"a": {"b": 1}}', "[" * 100_000, '{"a": "%s"}' % ("x" * MOST_ROW), b"\xff\xfe"],
    ids=range(9),
)
def test_rows_that_are_none_are_damage(tmp_path: Path, row: str | bytes) -> None:
    path = tmp_path / "rows"
    write(path)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE results SET row = ? WHERE recipe = 'a'", (row,))
    connection.close()
    with open_store(path) as store:
        assert store.read(["b"], "batch", "f 1") == {"b": {"loss": 2}}
        with pytest.raises(ValueError, match="damaged, or no store"):
            store.read(["a", "b"], "batch", "f 1")


def test_the_name_is_a_path_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_store(":memory:") as store:
        store.write({"a": ROW}, "batch", "f 1")
    assert (tmp_path / ":memory:").is_file()
