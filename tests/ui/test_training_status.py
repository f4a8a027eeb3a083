"""What the build panel says of a finished training."""

from __future__ import annotations

from dataclasses import replace

import pytest

from permviz.experiment.follow import follow_recipe
from permviz.experiment.recipe import Recipe
from permviz.training.status import Ending, Status
from permviz.ui.parts.training_status import reached

TRAINED = follow_recipe(Recipe(hidden=(2,), samples=20, steps=3))


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_its_heading_and_icon(status: Status) -> None:
    said = reached(replace(TRAINED, ending=Ending(status, "So it was")), finish=False)
    assert said.startswith(":material/")
    assert f"at loss {TRAINED.loss:.4g}. So it was." in said


def test_the_way_on_is_named_as_its_control_is() -> None:
    assert "“Finish at a stationary point”, would go on." in reached(TRAINED, finish=False)
    assert "Finish" not in reached(TRAINED, finish=True)  # where it is on already
    by_hand = replace(TRAINED, ending=replace(TRAINED.ending, remedy=""))
    assert "would go on" not in reached(by_hand, finish=False)


def test_an_attained_minimum_is_not_said_to_lie_at_infinity() -> None:
    """Six nodes, two of which a teacher of four does not need, so that the valley is flat; its minimum 0 is attained."""
    recipe = Recipe("teacher", samples=200, noise=0.0, hidden=(6,), seed=17, steps=200, rate=0.01, finish=True)
    said = reached(follow_recipe(recipe), finish=True)
    assert "**Degenerate: gradient below tolerance**" in said
    assert "infinity" not in said
