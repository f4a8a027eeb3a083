"""Notebooks that are taken away: valid, run from top to bottom by a real kernel, with the library's numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import permviz as pv
from permviz.experiment.experiment import PAGES
from permviz.experiment.settings import settings_of
from permviz.experiment.takeaway.figure_cells import FIGURES
from permviz.experiment.takeaway.notebook import HEADINGS
from tests.cases import drawn

ROOT = Path(__file__).parents[3]
SWAPPED = pv.Experiment(pv.Recipe(samples=60, steps=40), order=((2, 1, 0, 3), (0, 2, 1)))
WIDE = pv.Experiment(pv.Recipe(task="iris", hidden=(12, 8), samples=60, steps=2))
NET, LARGE = (pv.follow_recipe(experiment).network for experiment in (SWAPPED, WIDE))


def sources(notebook: dict[str, Any]) -> list[str]:
    return [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def executed(notebook: dict[str, Any]) -> Any:
    """By a kernel of its own that finds this very library."""
    node = nbformat.from_dict(json.loads(json.dumps(notebook)))
    nbformat.validate(node)
    NotebookClient(node, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}).execute()
    return node


def printed(node: Any) -> dict[str, float]:
    """Numbers that the cells printed, by what stands before them."""
    text = "".join(out["text"] for cell in node.cells for out in cell.get("outputs", []) if out.output_type == "stream")
    return {name: float(number) for name, number in re.findall(r"^([a-zA-Z ]+): (\S+)$", text, re.MULTILINE)}


def test_the_notebook_runs_from_top_to_bottom_and_has_the_librarys_numbers() -> None:
    node = executed(pv.to_notebook(SWAPPED, NET))
    copy, data = SWAPPED.permutation(NET), SWAPPED.recipe.dataset()
    expected = {
        "loss of A": float(pv.loss(NET, data)),
        "loss of B": float(pv.loss(copy, data)),
        "barrier": float(pv.line_slice(NET, copy, data).barrier()),
        "loss of each copy": float(pv.loss(NET, data)),
        "loss of their average": float(pv.loss(pv.symmetric_average(NET), data)),
        "different points": 144,
    }
    found = printed(node)
    assert found["largest difference of outputs"] < 1e-12
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-12, abs=1e-12)
    shown = [out for cell in node.cells for out in cell.get("outputs", []) if "data" in out]
    assert sum("application/vnd.plotly.v1+json" in out["data"] for out in shown) >= 4
    assert any("<svg" in out["data"].get("text/html", "") for out in shown)


def test_a_large_networks_parameters_are_inside_to_the_last_bit() -> None:
    notebook = pv.to_notebook(WIDE, LARGE, page="count")
    names: dict[str, Any] = {}
    exec(sources(notebook)[0], names)
    assert (names["net"].flatten() == LARGE.flatten()).all()
    assert names["net"].spec == LARGE.spec


VARIANTS: list[tuple[str, dict[str, Any]]] = [
    ("slices", {"swap": (2, 0, 1), "log": True, "definition": "ainsworth"}),
    ("slices", {"show": "swaps", "layer": 2}),
    ("slices", {"show": "plane", "nodes": (1, 2, 3), "surface": True}),
    ("slices", {"show": "plane", "through": "swaps"}),
    ("slices", {"show": "random", "seed": 3, "span": 0.5}),
    ("slices", {"show": "random", "surface": True}),
    ("average", {"seed": 2, "log": False}),
    ("average", {"show": "matrices", "matrix": (1, -2, 3, 4)}),
    ("average", {"show": "certificate", "search": True}),
    ("average", {"show": "activations"}),
    ("average", {"show": "linear"}),
    ("count", {}),
    ("count", {"preset": "coupled"}),
    ("count", {"show": "growth"}),
    ("count", {"show": "subspaces"}),
    ("rastrigin", {"nodes": (0, 1, 3), "relief": True}),
    ("rastrigin", {"show": "compare", "layer": 2}),
    ("rastrigin", {"show": "function"}),
    ("rastrigin", {"show": "neurons", "activation": "tanh"}),
    ("rastrigin", {"show": "neurons", "solid": True}),
    ("rastrigin", {"show": "neurons", "neurons": 4}),
    *[("claims", {"claim": number}) for number in range(1, 13)],
]
"""Pages, and settings of them."""


def run(notebook: dict[str, Any]) -> list[Any]:
    """What the cells end with, run here: code that is no expression at its end would show nothing."""
    names: dict[str, Any] = {}
    shown = []
    for source in sources(notebook):
        *before, last = source.rsplit("\n", 1)
        exec("\n".join(before), names)
        try:
            shown.append(eval(last, names))
        except SyntaxError:
            exec(last, names)
    return shown


@pytest.mark.parametrize(("page", "settings"), VARIANTS, ids=str)
def test_every_view_of_every_page_has_code_that_runs(page: str, settings: dict[str, Any]) -> None:
    experiment = SWAPPED.changed(**{page: settings})
    notebook = pv.to_notebook(experiment, NET, page=page)
    nbformat.validate(nbformat.from_dict(notebook))
    assert len(run(notebook)) >= 5


def test_critical_points_are_counted() -> None:
    """For fewer neurons than in the notebook: four take some seconds."""
    notebook = pv.to_notebook(SWAPPED.changed(rastrigin={"show": "critical"}), NET, page="rastrigin")
    last = notebook["cells"][-1]
    assert "(1, 2, 3, 4)" in last["source"]
    last["source"] = last["source"].replace("(1, 2, 3, 4)", "(1, 2)")
    assert run(notebook)[-1].figure.data


@pytest.mark.parametrize("page", FIGURES)
def test_a_network_without_wide_layers_has_figures_too(page: str) -> None:
    experiment = pv.Experiment(pv.Recipe(hidden=(1, 2), samples=20, steps=1))
    shows = [view for view in FIGURES[page] if view not in ("critical", "neurons", "linear", "certificate")]
    for show in shows:
        run(pv.to_notebook(experiment.changed(**{page: {"show": show}} if show else {}), page=page))


def test_every_page_and_view_is_in_the_table() -> None:
    assert set(FIGURES) == set(HEADINGS) == set(PAGES) - {"swap", "lesson"}, "Swap's cells are in every notebook"
    for page, views in FIGURES.items():
        kind = next((setting.kind for setting in settings_of(PAGES[page]) if setting.name == "show"), None)
        assert set(views) == (set(kind.options) if kind else {""}), page


def test_a_notebook_that_was_tampered_with_is_found_out() -> None:
    """Negative control: the schema is checked, and a failing cell is an error."""
    broken = pv.to_notebook(SWAPPED, NET, page="count")
    broken["cells"][1]["id"] = "no spaces allowed"
    with pytest.raises(nbformat.ValidationError):
        nbformat.validate(nbformat.from_dict(broken))
    with pytest.raises(NameError):
        run({"cells": [{"cell_type": "code", "source": "nothing_of_that_name"}]})


def test_refusals() -> None:
    with pytest.raises(ValueError, match="page='swap' given: expected 'slices', 'average'"):
        pv.to_notebook(SWAPPED, NET, page="swap")
    with pytest.raises(ValueError, match="expected the same"):
        pv.to_notebook(SWAPPED, drawn((2, 3, 1)))
