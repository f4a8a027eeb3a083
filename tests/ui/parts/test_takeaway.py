"""Files to take away: each holds the network or the permutation that it is named after."""

from __future__ import annotations

import ast
import json

import nbformat
import pytest
import torch

import permviz as pv
from permviz.ui.document import PAGES
from permviz.ui.parts.takeaway import KINDS, Taken

EXPERIMENT = pv.Experiment(pv.Recipe(samples=40, hidden=(3, 2), steps=5), order=((2, 0, 1), (1, 0)))
NET = pv.follow_recipe(EXPERIMENT).network
DATA = EXPERIMENT.recipe.dataset()
TAKEN = Taken(EXPERIMENT, NET, DATA, "swap")


def made(label: str, taken: Taken = TAKEN) -> str | bytes:
    (kind,) = [kind for kind in KINDS if kind.label == label]
    return kind.make(taken)


def test_the_network_comes_back_from_both_files() -> None:
    file = made("Network")
    assert isinstance(file, bytes)
    assert torch.equal(pv.network_from_bytes(file).flatten(), NET.flatten())
    held = json.loads(made("Network, JSON"))
    assert held["weights"] == [w.tolist() for w in NET.weights]


def test_the_permutation_and_the_programs() -> None:
    assert pv.Permutation.from_json(str(made("Permutation"))) == EXPERIMENT.permutation
    assert made("PyTorch") == pv.to_python(EXPERIMENT, NET)
    assert "import permviz as pv" in str(made("Ten lines"))
    for label in ("PyTorch", "Ten lines"):
        ast.parse(made(label))


@pytest.mark.parametrize("page", [name for name, *_ in PAGES])
def test_every_page_has_a_notebook_with_its_own_figures(page: str) -> None:
    notebook = json.loads(made("Notebook", Taken(EXPERIMENT, NET, DATA, page)))
    nbformat.validate(nbformat.from_dict(notebook))
    headings = [cell["source"] for cell in notebook["cells"] if cell["source"].startswith("## ")]
    assert len(headings) == 1
    assert page in ("swap", headings[0][3:].lower().replace("loss ", "").replace("the post's ", ""))


def test_files_are_named_after_page_and_content() -> None:
    names = [TAKEN.name(kind.content, kind.ending) for kind in KINDS]
    assert len(set(names)) == len(KINDS)
    assert names[0] == "permviz-swap-moons-2-3-2-1-tanh-network.safetensors"
    assert Taken(EXPERIMENT, NET, DATA, "count").name("figures", "ipynb") == "permviz-count-moons-2-3-2-1-tanh-figures.ipynb"
