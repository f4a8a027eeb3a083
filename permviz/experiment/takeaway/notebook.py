"""An experiment as a Jupyter notebook that runs from top to bottom and draws the screen's figures.

A notebook is JSON of a published schema (nbformat 4.5): a few keys a cell, written here directly. The package nbformat need not
be installed; the tests validate by it.
"""

from __future__ import annotations

import base64
import textwrap
from typing import Any
from urllib.parse import urlencode

from safetensors.torch import save

from permviz.experiment.experiment import Experiment, fitted
from permviz.experiment.link import to_query
from permviz.experiment.takeaway.figure_cells import FIGURES, page_cells, swap_cells
from permviz.experiment.takeaway.python_code import carrying, setup, title, trained_network
from permviz.networks.checks import checked
from permviz.networks.datasets import Dataset
from permviz.networks.evaluation import objective_label
from permviz.networks.files import network_to_bytes
from permviz.networks.network import Network

HEADINGS = {
    "slices": "Loss slices",
    "average": "Average",
    "count": "Count",
    "rastrigin": "Rastrigin",
    "claims": "The post's claims",
    "align": "Align",
    "melt": "Melt",
}
"""What each page's part is called."""


@checked
def to_notebook(
    experiment: Experiment, network: Network | None = None, page: str | None = None, data: Dataset | None = None
) -> dict[str, Any]:
    """A notebook that computes what the experiment shows, as nbformat's schema 4.5 has it.

    Write it to a file with ``json.dump``; ``nbformat.from_dict`` makes a ``NotebookNode`` of it. Its cells need
    ``permviz[figures]``; the parameters are inside, every number exact.

    Args:
        experiment: its recipe, its permutation and its pages' settings.
        network: the trained network, where it is known; else it is the one carried, or trained now.
        page: "slices", "average", "count", "rastrigin", "claims" or "align": whose figures are drawn after the network, its
            copy and the wall between them; ``None``: those of all.
        data: the table, where the recipe is of one; it is then inside, standardised as it is.

    Raises:
        ValueError: for another page, and as :func:`permviz.to_python`.

    >>> notebook = to_notebook(Experiment().changed(hidden=(3,), steps=0), page="count")
    >>> [cell["source"].splitlines()[0] for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    ['# two moons, 2-3-1, tanh', '## Count']
    """
    if page is not None and page not in FIGURES:
        raise ValueError(f"page={page!r} given: expected {', '.join(map(repr, FIGURES))} or None.")
    known = trained_network(experiment, network, data)
    shown = fitted(carrying(experiment, known))[0]
    cells = [
        _text(_introduction(shown)),
        _code(_setup(shown, known, experiment.recipe.dataset(data))),
        *map(_code, swap_cells(shown)),
    ]
    for name in FIGURES if page is None else [page]:
        cells += [_text(f"## {HEADINGS[name]}"), *map(_code, page_cells(name, shown))]
    return {
        "cells": [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells, start=1)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _introduction(experiment: Experiment) -> str:
    return (
        f"# {title(experiment.recipe)}\n\n"
        "A network (A) and its copy (B), in which hidden nodes have changed places with all their edges. "
        "All that the figures need is in this notebook and in `permviz[figures]`.\n\n"
        f"Its link: `?{urlencode(to_query(experiment))}`"
    )


def _setup(experiment: Experiment, network: Network, data: Dataset) -> str:
    """Everything that the figures are of; what neither a seed nor the link can give is written out in base64."""
    made = setup(
        experiment, "experiment.carried_network()" if experiment.theta else "pv.network_from_bytes(PARAMETERS)", "TABLE"
    )
    own: list[str] = []
    if not experiment.theta:
        own += _packed("PARAMETERS", network_to_bytes(network))
    if experiment.recipe.table:
        own += _packed("CELLS", bytes(save({"inputs": data.inputs, "targets": data.targets})))
        own += ["cells = safetensors.torch.load(CELLS)"]
        told = f"{data.name!r}, cells['inputs'], cells['targets'], {data.loss!r}, {data.input_names!r}, {data.output_names!r}"
        own += [f"TABLE = pv.Dataset({told})"]
    needed = ["import base64", ""] if own else []
    packages = ["import permviz as pv", *(["import safetensors.torch"] if experiment.recipe.table else []), ""]
    return "\n".join([*needed, *packages, *own, *made, f"loss_label = {objective_label(data)!r}"])


def _packed(name: str, content: bytes) -> list[str]:
    lines = textwrap.wrap(base64.b64encode(content).decode(), 110)
    return [f"{name} = base64.b64decode(", *(f'    "{line}"' for line in lines), ")"]


def _text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
