"""Whatever is given as a table becomes finite numbers or a sentence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import permviz as pv
from tests.hostile import hostile, sentence, spoilt
from tests.networks.hostile_tables import GOOD, TABLES, Read

SMALL = [
    content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    for content, found in TABLES.values()
    if len(content) < 1000 and isinstance(found, Read)
]
NUMBERS, WORDS = st.integers(-99, 99).map(str) | st.floats(-9, 9).map(repr), st.sampled_from(["a", "b"])
ODD = st.sampled_from(["1e9", "1,5", "1.234,5", "", "NaN", "=1", '"x"', '"', "é", "\x00", "1e999", " 3 ", "0x1"])


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Rows of one length below their names, with a few odd cells, and seldom an odd row."""
    width, height = draw(st.integers(2, 4)), draw(st.integers(4, 9))
    kinds = [NUMBERS] * (width - 1) + [draw(st.sampled_from([NUMBERS, WORDS]))]
    columns = [draw(st.lists(kind, min_size=height, max_size=height)) for kind in kinds]
    rows = [["x", "y", "z", "k"][:width], *(list(row) for row in zip(*columns, strict=True))]
    for _ in range(draw(st.integers(0, 2))):
        rows[draw(st.integers(0, height))][draw(st.integers(0, width - 1))] = draw(ODD)
    if draw(st.integers(0, 9)) == 0:
        rows[draw(st.integers(0, height))] = draw(st.lists(ODD, max_size=5))
    return rows


def read(content: str | bytes) -> None:
    try:
        data = pv.Dataset.from_csv(content)
    except ValueError as refused:
        sentence(refused)
        return
    assert bool(data.inputs.isfinite().all())
    assert bool(data.targets.isfinite().all())
    assert 4 <= len(data.inputs) == len(data.targets)
    assert len(set(data.input_names)) == data.inputs.shape[1]
    assert all(name.isprintable() for name in (*data.input_names, *data.output_names))


@hostile("tables", 0.2)
@given(st.binary(max_size=200).map(lambda content: content + b"\n") | st.text(max_size=200).map(lambda text: text + "\n"))
def test_anything(content: str | bytes) -> None:
    read(content)


@hostile("tables", 0.4)
@given(st.sampled_from(SMALL).flatmap(spoilt))
def test_tables_spoilt(content: bytes) -> None:
    read(content)


@hostile("tables", 0.4)
@given(
    tables(),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"]),
)
def test_tables_of_odd_cells(cells: list[list[str]], separator: str, end: str, encoding: str) -> None:
    read(end.join(separator.join(row) for row in cells).encode(encoding, "replace"))


def test_a_right_table_is_read() -> None:
    """Negative control: not everything is refused."""
    assert len(pv.Dataset.from_csv(GOOD).inputs) == 4
