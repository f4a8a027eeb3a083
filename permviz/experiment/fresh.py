"""Samples of a recipe's task that its network was not trained on."""

from __future__ import annotations

import torch

from permviz.experiment.recipe import LAST_SEED, Recipe
from permviz.networks.datasets import Dataset
from permviz.networks.tasks import TASKS


def fresh_data(recipe: Recipe, data: Dataset) -> tuple[str, Dataset] | None:
    """As many samples of the task that nobody was trained on, and what is fresh of them.

    Of measured tables and a visitor's own there are no others; without noise some tasks have the same ones in every draw.
    """
    if recipe.is_own or TASKS[recipe.task].real or TASKS[recipe.task].draws_rule:
        return None
    fresh = recipe.changed(draw=fresh_draw(recipe)).dataset()
    if not torch.equal(fresh.inputs, data.inputs):
        return "on fresh data", fresh
    return None if torch.equal(fresh.targets, data.targets) else ("with fresh noise", fresh)


def fresh_draw(recipe: Recipe) -> int:
    """The draw that fresh samples are of."""
    return (recipe.draw + 1) % (LAST_SEED + 1)
