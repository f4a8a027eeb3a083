"""Tables as text: comma-separated values and their relatives, read by fixed rules and refused by row and column.

Rows are counted as a spreadsheet does: the line of names is row 1. The separator is the tab, semicolon, bar or comma that most
often stands in that line, outside of quotes. What the cells mean: :mod:`.tables`.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence

MOST_ROWS, MOST_COLUMNS, LEAST_ROWS = 2000, 64, 4
MOST_TABLE_BYTES = 8 * 2**20
LONGEST_NAME = 60

NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?")
"""With a point or a comma before its decimals; which of them is asked later."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
          (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))  # fmt: skip
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SEPARATORS = "\t;|,"
_LINES = re.compile(r"\r\n|\r|\n")


def read_cells(content: str | bytes) -> tuple[tuple[str, ...], list[int], list[list[str]]]:
    """Names of the columns, numbers of the rows, and the cells of each row, without the space around them.

    Raises:
        ValueError: naming the row, and the column if it is one, of what cannot be read.

    >>> read_cells("x;y\\n1,5;a\\n2,25;b\\n\\n3;a\\n4;b")[:2]
    (('x', 'y'), [2, 3, 5, 6])
    """
    if len(content) > MOST_TABLE_BYTES:
        raise ValueError(f"A table of {len(content) / 1e6:.0f} MB given: at most {MOST_ROWS} rows are read below the names.")
    text = content.removeprefix("\ufeff") if isinstance(content, str) else _decoded(content)
    if "\0" in text:
        row = len(_LINES.findall(text, 0, text.index("\0"))) + 1
        raise ValueError(f"Row {row} holds a NUL character, which no table as text has: save it as CSV.")
    separator, text = _separated(text)
    records = _records(text, separator)
    top, header = next(records, (1, []))
    names = _names(header, top)
    rows, cells = [], []
    for row, line in _lines(records, names):
        rows.append(row)
        cells.append(line)
    if len(rows) < LEAST_ROWS:
        raise ValueError(
            f"{len(rows)} row{'' if len(rows) == 1 else 's'} below the names given: expected {LEAST_ROWS} or more."
        )
    return names, rows, cells


def _decoded(content: bytes) -> str:
    """Text by its mark; without one UTF-8, UTF-16 if every other byte is zero, and else what Windows writes in the West."""
    if content.startswith(_WORKBOOKS):
        raise ValueError("This is a workbook, not a table as text: save it as CSV in the program that made it.")
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _read_as(encoding, content[len(mark) :])
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if (
            len(content) >= 4
            and content[start::2].count(0) > 0.9 * (len(content) // 2)
            and content[1 - start :: 2].count(0) == 0
        ):
            return _read_as(encoding, content)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _read_as("cp1252", content)


def _read_as(encoding: str, content: bytes) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise ValueError(f"Row {row} holds bytes that are no text: save the table as UTF-8.") from None


def _separated(text: str) -> tuple[str, str]:
    """The separator, and the text without the line by which a spreadsheet names it."""
    named = re.match(r"(?i)sep=(.)\r?\n", text)
    if named and named[1] in _SEPARATORS:
        return named[1], text[named.end() :]
    header = re.sub(r'"[^"]*"', "", next((line for line in _LINES.split(text) if line.strip()), ""))
    return max(_SEPARATORS, key=header.count), text  # of equally many the first


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows and their cells without the space around them; rows without any text are left out, and counted."""
    reader, row = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True), 0
    while True:
        row += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            wrong = "a cell is too long" if "limit" in str(error) else "its quotes do not match"
            raise ValueError(f"Row {row}: {wrong}.") from None
        if cells is None:
            return
        cells = [cell.strip() for cell in cells]
        if any(cells):
            yield row, cells


def _names(header: Sequence[str], row: int) -> tuple[str, ...]:
    while header and not header[-1]:
        header = header[:-1]
    if len(header) < 2:
        raise ValueError(
            f"{len(header) or 'No'} column{'' if len(header) == 1 else 's'} given: expected a line of names and two columns or "
            "more, separated by commas, semicolons or tabs."
        )
    if len(header) > MOST_COLUMNS:
        raise ValueError(f"{len(header)} columns given: at most {MOST_COLUMNS} are read.")
    if all(NUMBER.fullmatch(name) for name in header):
        raise ValueError(f"Row {row} holds numbers, {shown(header[0])} in column 1: expected a line of names above them.")
    names = tuple(printed_text(name, row, str(i)) if name else f"column {i}" for i, name in enumerate(header, start=1))
    for i, name in enumerate(names):
        if name in names[:i]:
            raise ValueError(f"Row {row}: columns {names.index(name) + 1} and {i + 1} are both called {name!r}: rename one.")
    return names


def printed_text(text: str, row: int, column: str) -> str:
    """A name, or a class, as it may be shown.

    Raises:
        ValueError: for what a spreadsheet would compute, cannot be printed, or is too long.
    """
    if text.startswith(("=", "@")):
        raise ValueError(f"Row {row}, column {column!r}: {shown(text)} is a formula: save the table with its values.")
    if len(text) > LONGEST_NAME:
        raise ValueError(
            f"Row {row}, column {column!r}: {shown(text)} has {len(text)} characters: at most {LONGEST_NAME} are taken."
        )
    if not text.isprintable():
        raise ValueError(f"Row {row}, column {column!r}: {shown(text)} has characters that cannot be printed: leave them out.")
    return text


def _lines(records: Iterator[tuple[int, list[str]]], names: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    for count, (row, cells) in enumerate(records, start=1):
        if count > MOST_ROWS:
            raise ValueError(f"Row {row} and more given: at most {MOST_ROWS} rows are read below the names.")
        if len(cells) < len(names) or any(cells[len(names) :]):
            raise ValueError(
                f"Row {row} has {len(cells)} cell{'' if len(cells) == 1 else 's'}, and there are {len(names)} columns."
            )
        yield row, cells[: len(names)]


def shown(text: str) -> str:
    """A cell in a sentence: short, and printable."""
    plain = "".join(c if c.isprintable() else "?" for c in text[:30])
    return f"“{plain}…”" if len(text) > 30 else f"“{plain}”"
