"""What sweeps in the tests evaluate: functions that other processes find."""

from __future__ import annotations

import os
from pathlib import Path

from permviz.experiment.follow import Trained
from permviz.experiment.recipe import Recipe
from permviz.experiment.rows import Row
from tests.training.dying import die

MARK = "PERMVIZ_TEST_MARK"
DEADLY = 3


def outcome(recipe: Recipe, trained: Trained) -> Row:
    return {"loss": trained.loss, "slope": trained.gradient_norm, "ended": str(trained.ending.status)}


def outcome_or_death(recipe: Recipe, trained: Trained) -> Row:
    """The outcome; but whoever first comes to the seed 3 dies, and leaves a file that says so."""
    if recipe.seed == DEADLY:
        try:
            Path(os.environ[MARK]).touch(exist_ok=False)
            die()
        except FileExistsError:
            pass
    return outcome(recipe, trained)


def outcome_of_even_seeds(recipe: Recipe, trained: Trained) -> Row:
    if recipe.seed % 2:
        raise ArithmeticError("odd\n  seeds")
    return {"half": recipe.seed // 2}
