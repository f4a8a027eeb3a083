"""Lessons without their pages: which steps remain, what is said of the others, which lessons are none."""

from __future__ import annotations

import pytest

from permviz.experiment.experiment import Experiment
from permviz.experiment.screen import HIDEABLE
from permviz.lessons.apart import steps_apart, what_is_here, why_not_apart
from permviz.lessons.following import hidden
from permviz.lessons.table import LESSONS


def test_every_step_is_here_or_said_to_be_missing() -> None:
    for name in ("class", "talk"):
        told, here = what_is_here(name), steps_apart(name)
        for step in LESSONS[name].steps:
            assert (f"“{step.title}”" in told) == (step not in here)
            assert (step.page == "swap" or step.apart is not None) == (step in here)
        assert f"{len(here)} of its {len(LESSONS[name].steps)} steps" in told


def test_a_lesson_most_of_whose_steps_are_elsewhere_is_refused_and_one_that_there_is_not() -> None:
    assert [name for name in LESSONS if not why_not_apart(name)] == ["class", "talk"]
    assert why_not_apart("researcher").startswith("Lesson 'researcher' given: 6 of its 6 steps need pages")
    assert why_not_apart("tour") == "Lesson 'tour' given: expected 'class' or 'talk', or '' for none."


@pytest.mark.parametrize("name", ["class", "talk"])
def test_what_is_done_instead_fits_the_strip(name: str) -> None:
    for step in steps_apart(name):
        if step.apart:
            assert step.page != "swap"
            assert step.apart.done or step.question, "it could never be done"
            assert len(step.apart.task) <= 80
            assert len(step.apart.then) <= 140


def test_what_a_step_is_about_is_not_hidden_while_one_is_at_it() -> None:
    bare, steps = Experiment(hide=tuple(HIDEABLE)), LESSONS["class"].steps
    assert set(HIDEABLE) - set(hidden(bare, [steps[2]])) == {"curve"}, "the slider of the walk is at the curve"
    assert set(HIDEABLE) - set(hidden(bare, steps)) == {"curve"}
    assert hidden(bare, []) == hidden(bare, [steps[0]]) == bare.hide
