"""The Align page in tests: opened, what it says, its two networks and the wall between them by an independent oracle."""

from __future__ import annotations

from itertools import permutations

import numpy as np

import permviz as pv
from tests import oracles
from tests.pages.app_page import AppPage
from tests.waiting import until

LINK = {"task": "moons", "net": "3", "act": "gelu", "steps": "30", "samples": "40", "seed": "2"}
"""Between its A and the B of seed 1 stands a wall, and a match lowers it."""


def opened(**query: str) -> AppPage:
    page = AppPage.opened(LINK | {f"align.{key}": value for key, value in query.items()}, page="align")
    until(lambda: not page.run().at.get("progress"), "the trainings that the page asks for")
    return page


def texts(page: AppPage) -> str:
    return "\n".join(str(text.value) for kind in ("markdown", "caption") for text in page.at.get(kind))


def numbers(page: AppPage) -> dict[str, list[str]]:
    """The table of numbers by its first column."""
    (table,) = [text for text in map(str, (m.value for m in page.at.markdown)) if "B as it is" in text and "|:--|" in text]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return {name: values for name, *values in cells}


def networks(page: AppPage, seed: int = 1) -> tuple[pv.Network, pv.Network, pv.Dataset]:
    recipe = page.experiment.recipe
    a = page.experiment.carried_network()
    assert a is not None
    return a, pv.follow_recipe(recipe.changed(seed=seed)).network, recipe.dataset()


def barrier(a: pv.Network, b: pv.Network, data: pv.Dataset) -> float:
    ts = np.linspace(0, 1, 101)
    losses = oracles.line_losses(a, b, data, ts)
    return float((losses - (1 - ts) * losses[0] - ts * losses[-1]).max())


def nearest(a: pv.Network, b: pv.Network) -> pv.Network:
    """Of B's copies the one that is nearest to A, by trying all."""
    copies = [oracles.network(b.spec, oracles.vector(oracles.permuted(b, [order]))) for order in permutations(range(3))]
    own = oracles.vector(oracles.parameters(a))
    return min(copies, key=lambda copy: float(np.linalg.norm(own - oracles.vector(oracles.parameters(copy)))))
