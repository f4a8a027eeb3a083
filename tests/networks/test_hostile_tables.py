"""Whatever is given as a table becomes finite numbers or a sentence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import permviz as pv
from tests.hostile import hostile, sentence, spoilt
from tests.networks.hostile_tables import GOOD, TABLES

SMALL = [
    content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    for content, _ in TABLES.values()
    if len(content) < 1000
]
CELLS = st.sampled_from(
    ["1", "-2.5", "1e9", "1,5", "1.234,5", "a", "b", "", "NaN", "=1", '"x"', '"', "é", "\x00", "1e999", " 3 "]
)


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
    st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=3, max_size=9),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"]),
)
def test_tables_of_odd_cells(cells: list[list[str]], separator: str, end: str, encoding: str) -> None:
    text = end.join(separator.join(row) for row in [["x", "y", "z"][: len(cells[0])], *cells])
    read(text.encode(encoding, "replace"))


def test_a_right_table_is_read() -> None:
    """Negative control: not everything is refused."""
    assert len(pv.Dataset.from_csv(GOOD).inputs) == 4
