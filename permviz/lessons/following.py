"""How a lesson is followed: what begins a step, what completes it, and the link of each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from permviz.experiment.experiment import Experiment
from permviz.experiment.link import to_query
from permviz.experiment.recipe import Recipe
from permviz.lessons.lesson import Lesson, Step
from permviz.lessons.table import LESSONS


def lesson_of(experiment: Experiment) -> Lesson | None:
    """The lesson that is being followed, if any."""
    return LESSONS.get(experiment.lesson.name)


def step_of(experiment: Experiment) -> Step | None:
    """The step that one is at; the last one where a link says a later one."""
    lesson = lesson_of(experiment)
    return lesson.steps[_number(experiment, lesson) - 1] if lesson else None


def number_of(experiment: Experiment) -> int:
    """Its number, from 1; 0 without a lesson."""
    lesson = lesson_of(experiment)
    return _number(experiment, lesson) if lesson else 0


def _number(experiment: Experiment, lesson: Lesson) -> int:
    return min(experiment.lesson.step, len(lesson.steps))


def beginning(experiment: Experiment, name: str, number: int) -> dict[str, Any]:
    """The changes of the experiment with which step ``number`` of the lesson ``name`` begins; what was done stays done.

    A network in which nothing can be exchanged gives way to the one that every visit begins with.

    Raises:
        ValueError: for a lesson or a step that there is not.
    """
    if name not in LESSONS or not 1 <= number <= len(LESSONS[name].steps):
        raise ValueError(f"There is no step {number!r:.20} of a lesson {name!r:.20}.")
    step = LESSONS[name].steps[number - 1]
    done = experiment.lesson.done if experiment.lesson.name == name else ()
    changes: dict[str, Any] = {page: dict(values) for page, values in step.settings.items()}
    changes["lesson"] = {"name": name, "step": number, "done": done}
    if max(experiment.recipe.hidden) < 2:
        changes["recipe"] = Recipe()
    if step.swapped and experiment.permutation.is_identity():
        changes["order"] = _first_exchanged(changes.get("recipe", experiment.recipe).hidden)
    if step.swapped:
        changes["swap"] = {"t": 1.0, **changes.get("swap", {})}
    return changes


def hidden(experiment: Experiment, steps: Iterable[Step]) -> tuple[str, ...]:
    """The parts that are not shown at any of the steps: those that the link hides, but for what the steps are about.

    >>> hidden(Experiment(hide=("matrices", "curve")), [LESSONS["class"].steps[2]])
    ('matrices',)
    """
    about = {_PART_OF.get(name, name) for step in steps for name in step.highlight}
    return tuple(part for part in experiment.hide if part not in about)


_PART_OF = {"walk": "curve"}
"""Of what lessons name, the part that links name with which it would be hidden."""


def _first_exchanged(hidden: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """The order with the first two nodes of the first layer that has two exchanged."""
    layer = next(at for at, n in enumerate(hidden) if n > 1)
    rows = [list(range(n)) for n in hidden]
    rows[layer][:2] = [1, 0]
    return tuple(map(tuple, rows))


LEFT: Mapping[str, Any] = {"lesson": {"name": "", "step": 1, "done": ()}}
"""The changes that end a lesson: what was made in it stays."""


def ticked(before: Experiment, after: Experiment) -> Experiment:
    """``after``, with the step that one is at marked as done if the change from ``before`` has done it."""
    step, lesson = step_of(after), after.lesson
    number = number_of(after)
    here = (before.lesson.name, number_of(before)) == (lesson.name, number)
    if step is None or not here or number in lesson.done or not step.done(before, after):
        return after
    return after.changed(lesson={"done": tuple(sorted((*lesson.done, number)))})


def step_link(name: str, number: int, experiment: Experiment | None = None) -> str:
    """The link of a step, below the app's address.

    >>> step_link("class", 3).split("?")[0], "lesson.step=3" in step_link("class", 3)
    ('', True)
    """
    begun = experiment or Experiment()
    begun = begun.changed(**beginning(begun, name, number))
    page = LESSONS[name].steps[number - 1].page
    return f"{'' if page == 'swap' else page}?{urlencode(to_query(begun))}"
