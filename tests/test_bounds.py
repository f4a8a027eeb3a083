"""docs/bounds.md says what the code does: every number in its table is the constant or the setting that it names."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path
from typing import get_type_hints

import pytest

from permviz.experiment.kinds import Whole

ROOT = Path(__file__).parents[1]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in (ROOT / "docs/bounds.md").read_text().splitlines()
        if line.startswith("|")][2:]  # fmt: skip


def in_force(place: str) -> float:
    """The number at ``module:NAME``, ``module:Class.field`` with a range, ``file.js:NAME`` or ``section.setting``."""
    where, _, name = place.partition(":")
    if not name:
        section, option = where.split(".")
        return float(tomllib.loads((ROOT / ".streamlit/config.toml").read_text())[section][option])
    if where.endswith(".js"):
        (found,) = re.findall(rf"\b{name} = (\d+)[,;]", (ROOT / where).read_text())
        return float(found)
    module, (owner, _, field) = importlib.import_module(where), name.partition(".")
    if not field:
        return float(getattr(module, owner))
    kinds = get_type_hints(getattr(module, owner), include_extras=True)[field].__metadata__
    (whole,) = (kind for kind in kinds if isinstance(kind, Whole))
    return float(whole.most)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_number_in_the_table_is_the_one_in_force(row: list[str]) -> None:
    _, number, place, beyond = row
    assert float(number.removesuffix(" MB")) == in_force(place.strip("`"))
    assert beyond


def test_the_constants_of_pages_and_sessions_are_in_the_table() -> None:
    """A new bound of a session or a recipe has a row; figures' own, such as numbers of bars, are no server's."""
    named = {row[2].strip("`") for row in ROWS}
    files = [
        *(ROOT / "permviz/ui/state").glob("*.py"),
        ROOT / "permviz/experiment/recipe.py",
        ROOT / "permviz/experiment/codec.py",
    ]
    for file in files:
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for line in re.findall(r"^(MOST_.*?) = ", file.read_text(), re.MULTILINE):
            for name in line.split(", "):
                assert f"{module}:{name}" in named
