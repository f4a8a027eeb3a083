"""Tables as text: right, or refused by row and column."""

from __future__ import annotations

import csv
import io
import statistics
from pathlib import Path

import pytest
import torch

import permviz as pv
from permviz.networks.table_text import MOST_COLUMNS, MOST_ROWS
from permviz.networks.tables import read_table
from tests.networks.hostile_tables import GOOD, TABLES, Read

RIGHT = {name: (content, found) for name, (content, found) in TABLES.items() if isinstance(found, Read)}
WRONG = {name: (content, found) for name, (content, found) in TABLES.items() if not isinstance(found, Read)}


@pytest.mark.parametrize(("content", "expected"), RIGHT.values(), ids=RIGHT.keys())
def test_a_table_is_read_rightly(content: str | bytes, expected: Read) -> None:
    data = pv.Dataset.from_csv(content, standardise=False)
    assert data.input_names == expected.names
    assert data.inputs.dtype == torch.float64
    assert tuple(map(tuple, data.inputs.T.tolist())) == expected.inputs
    if data.is_classification:
        assert tuple(data.output_names[i] for i in data.targets.tolist()) == expected.targets
    else:
        assert tuple(data.targets[:, 0].tolist()) == expected.targets


@pytest.mark.parametrize(("content", "parts"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_read_is_refused_by_row_and_column(content: str | bytes, parts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z0-9].{10,240}\.$") as refusal:
        pv.Dataset.from_csv(content)
    for part in parts:
        assert part in str(refusal.value)
    assert str(refusal.value).isprintable()


def test_standardised_columns_are_those_of_statistics() -> None:
    rows = [(i**2 % 7, (3 * i) % 5 + 0.25, i / 8) for i in range(20)]
    data = pv.Dataset.from_csv("a,b,y\n" + "\n".join(",".join(map(str, row)) for row in rows))
    for k, values in enumerate(zip(*rows, strict=True)):
        mean, deviation = statistics.fmean(values), statistics.pstdev(values)
        found = data.targets[:, 0] if k == 2 else data.inputs[:, k]
        torch.testing.assert_close(found, torch.tensor([(v - mean) / deviation for v in values], dtype=torch.float64))


def test_the_largest_table_comes_as_it_was_written() -> None:
    values = torch.randn(MOST_ROWS, MOST_COLUMNS, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    text = io.StringIO()
    csv.writer(text).writerows([[f"x{i}" for i in range(MOST_COLUMNS)], *([repr(v) for v in row] for row in values.tolist())])
    data = pv.Dataset.from_csv(text.getvalue(), "x3", standardise=False)
    assert torch.equal(data.inputs, torch.cat([values[:, :3], values[:, 4:]], 1))
    assert torch.equal(data.targets[:, 0], values[:, 3])


def test_target_inputs_and_loss_are_chosen() -> None:
    data = pv.Dataset.from_csv(GOOD, "y", inputs=["x"], standardise=False)
    assert (data.input_names, data.output_names, data.is_classification) == (("x",), ("2", "4", "6", "8"), True)
    data = pv.Dataset.from_csv(GOOD, "y", pv.load_dataset("wave").loss, inputs=["x"], standardise=False)
    assert (data.output_names, data.targets.tolist()) == (("y",), [[2], [4], [6], [8]])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target": "z"}, "no column 'z': choose one of 'x', 'y', 'kind'"),
        ({"inputs": ["z"]}, "no column 'z'"),
        ({"inputs": []}, "expected one or more other columns"),
        ({"inputs": ["x", "kind"]}, "expected one or more other columns"),
        ({"inputs": ["x", "x"]}, "expected one or more other columns"),
        ({"target": "x"}, "Row 2, column 'kind': “a” is no number"),
        ({"loss": "squared"}, "Row 2, column 'kind': “a” is no number"),
        ({"loss": "cubed"}, "Unknown loss 'cubed'"),
    ],
)
def test_what_cannot_be_chosen_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pv.Dataset.from_csv(GOOD, **arguments)  # type: ignore[arg-type]


def test_a_path_and_a_text_of_one_line_are_files(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_bytes(GOOD.encode("utf-16"))
    for source in (file, str(file)):
        assert pv.Dataset.from_csv(source).output_names == ("a", "b")


def test_one_table_has_one_digest_however_it_is_written_and_others_have_others() -> None:
    digest = read_table(GOOD).digest
    assert len(digest) == 24
    for content in (GOOD.replace(",", ";"), GOOD.encode("utf-16"), GOOD.replace("\n", "\r\n\r\n")):
        assert read_table(content).digest == digest
    others = [GOOD.replace("x", "z"), GOOD.replace("8", "9"), GOOD.replace("1,2", "2,1"), GOOD + "9,9,a"]
    assert digest not in {read_table(other).digest for other in others}
