"""What completes a step: pure functions of the experiment before a change and after it."""

from __future__ import annotations

from permviz.experiment.experiment import Experiment
from permviz.lessons.lesson import Condition


def swapped(before: Experiment, after: Experiment) -> bool:
    """The nodes of the same layers stand in another order."""
    return before.recipe.hidden == after.recipe.hidden and before.permutation != after.permutation


def carried(before: Experiment, after: Experiment) -> bool:
    """Nodes were exchanged in the mode that walks the straight line there."""
    return after.swap.mode == "walk" and swapped(before, after)


def in_two_steps(before: Experiment, after: Experiment) -> bool:
    """Nodes were exchanged in the two steps of the post."""
    return after.swap.mode == "steps" and swapped(before, after)


def walked_half_way(before: Experiment, after: Experiment) -> bool:
    """On the straight line to one and the same copy the middle was reached or passed, in either direction."""
    there, here = before.swap.t, after.swap.t
    return not swapped(before, after) and there != here and min(there, here) <= 0.5 <= max(there, here)


def averaged_all(before: Experiment, after: Experiment) -> bool:
    """All copies are averaged, and were not before."""
    return before.average.copies > 0 >= after.average.copies


def another_claim(before: Experiment, after: Experiment) -> bool:
    """A claim was opened."""
    return before.claims.claim != after.claims.claim


def turned(page: str, name: str, value: object) -> Condition:
    """A setting of a page has the value, and had not."""

    def condition(before: Experiment, after: Experiment) -> bool:
        there, here = (getattr(getattr(experiment, page), name) for experiment in (before, after))
        return bool(there != value == here)

    return condition
