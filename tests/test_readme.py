"""The README's ten lines run as they stand, and print the numbers that the front page shows for the same experiment."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from permviz.experiment.recipe import Recipe
from permviz.networks.comparison import Comparison
from tests.pages.app_page import AppPage

README = Path(__file__).parents[1] / "README.md"


def ten_lines() -> str:
    (block,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    return str(block)


def test_the_readme_prints_the_numbers_of_the_page() -> None:
    assert len([line for line in ten_lines().splitlines() if line.strip() and not line.startswith("import")]) <= 10
    names: dict[str, object] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(ten_lines(), names)
    page = AppPage.opened({"order": "2103.012"})
    facts = page.diagram()["facts"]
    comparison = names["pv"].compare(names["net"], names["copy"], names["data"])  # type: ignore[attr-defined]
    assert isinstance(comparison, Comparison)
    assert str(comparison) in printed.getvalue()
    assert facts["difference"] == comparison.difference < 1e-12
    assert (facts["loss_a"], facts["loss_b"]) == (comparison.loss_a, comparison.loss_b)
    assert facts["distance"] == comparison.distance
    assert facts["barrier"] == pytest.approx(float(names["line"].barrier("entezari")), abs=0)  # type: ignore[attr-defined]
    recipe = Recipe()
    assert (recipe.task, recipe.samples, recipe.noise) == ("moons", 400, 0.15)
