"""Steps and what completes them, without Streamlit: each by the act that it asks for, and by no other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any, get_args, get_type_hints
from urllib.parse import parse_qsl

import pytest

from permviz.experiment.experiment import PAGES, Experiment
from permviz.experiment.link import from_query, to_query
from permviz.experiment.recipe import Recipe
from permviz.experiment.views import MOST_STEPS_OF_A_LESSON, LessonView
from permviz.lessons.following import LEFT, beginning, lesson_of, number_of, step_link, step_of, ticked
from permviz.lessons.lesson import Step
from permviz.lessons.table import LESSONS

STEPS = [(name, n) for name, lesson in LESSONS.items() for n in range(1, len(lesson.steps) + 1)]
IDENTITY, SWAPPED, MIXED = ((0, 1, 2, 3), (0, 1, 2)), ((1, 0, 2, 3), (0, 1, 2)), ((3, 0, 1, 2), (2, 0, 1))

ACTS: dict[str, Mapping[str, Any]] = {
    "exchange at once": {"order": ((0, 1, 3, 2), (0, 1, 2)), "swap": {"mode": "swap", "t": 1.0}},
    "shuffle": {"order": MIXED, "swap": {"mode": "swap", "t": 1.0}},
    "carry": {"order": ((0, 1, 3, 2), (0, 1, 2)), "swap": {"mode": "walk", "t": 1.0}},
    "two steps": {"order": ((0, 1, 3, 2), (0, 1, 2)), "swap": {"mode": "steps", "t": 1.0}},
    "walk a little": {"swap": {"t": 0.7}},
    "walk half-way": {"swap": {"t": 0.5}},
    "walk past the middle": {"swap": {"t": 0.2}},
    "average some": {"average": {"copies": 5}},
    "average all": {"average": {"copies": 0}},
    "average all and flips": {"average": {"copies": -1}},
    "the arguments": {"average": {"show": "certificate"}},
    "growth": {"count": {"show": "growth"}},
    "the trap": {"count": {"preset": "coupled"}},
    "a surface": {"slices": {"surface": True}},
    "the other definition": {"slices": {"definition": "ainsworth"}},
    "all swaps": {"slices": {"show": "swaps"}},
    "logarithmic colours": {"rastrigin": {"log": True}},
    "a claim": {"claims": {"claim": 7}},
    "train longer": {"steps": 900},
    "another task": {"task": "xor"},
    "other layers": {"hidden": (5,)},
}  # fmt: skip
SWAPS = {"exchange at once", "shuffle", "carry", "two steps"}
WALKS = {"walk half-way", "walk past the middle"}
COMPLETED_BY: dict[tuple[str, int], set[str]] = {
    ("class", 1): SWAPS,
    ("class", 2): SWAPS,
    ("class", 3): WALKS,
    ("class", 4): {"carry"},
    ("class", 5): {"two steps"},
    ("class", 6): {"all swaps"},
    ("class", 7): {"growth"},
    ("class", 8): {"average all", "average all and flips"},
    ("class", 9): {"the arguments"},
    ("class", 10): {"a claim"},
    ("talk", 1): SWAPS,
    ("talk", 2): WALKS,
    ("talk", 3): {"average all", "average all and flips"},
    ("talk", 4): {"a claim"},
    ("researcher", 1): {"the trap"},
    ("researcher", 2): {"the other definition"},
    ("researcher", 3): {"all swaps"},
    ("researcher", 4): {"logarithmic colours"},
    ("researcher", 5): {"the arguments"},
    ("researcher", 6): {"a claim"},
}


def begun(name: str, n: int, experiment: Experiment | None = None) -> Experiment:
    experiment = experiment or Experiment()
    return experiment.changed(**beginning(experiment, name, n))


def completing(start: Experiment) -> set[str]:
    """The acts that complete the step at which ``start`` is."""
    done = {act: ticked(start, start.changed(**changes)).lesson.done for act, changes in ACTS.items()}
    assert set(done.values()) <= {(), (number_of(start),)}
    return {act for act, numbers in done.items() if numbers}


@pytest.mark.parametrize(("name", "n"), STEPS)
def test_a_step_is_completed_by_what_it_asks_for_and_by_nothing_else(name: str, n: int) -> None:
    assert completing(begun(name, n)) == COMPLETED_BY[name, n]


def test_every_step_is_here() -> None:
    assert set(COMPLETED_BY) == set(STEPS)
    assert {act for acts in COMPLETED_BY.values() for act in acts} < set(ACTS), "some acts complete none"


def test_without_a_lesson_nothing_is_completed() -> None:
    assert completing(Experiment()) == set()
    assert lesson_of(Experiment()) is step_of(Experiment()) is None
    assert number_of(Experiment()) == 0


def test_to_begin_a_step_completes_none() -> None:
    at = begun("class", 8, Experiment().changed(average={"copies": 3}))
    onward = at.changed(**beginning(at, "class", 9))  # which sets the copies to all
    assert onward.average.copies == 0
    assert ticked(at, onward) is onward
    assert ticked(at, at.changed(average={"copies": 0})).lesson.done == (8,), "negative control"


def test_what_is_done_stays_done_within_a_lesson_and_twice_is_once() -> None:
    first = begun("class", 1)
    second = ticked(first, first.changed(order=SWAPPED))
    assert second.lesson.done == (1,)
    assert ticked(second, second.changed(order=IDENTITY)).lesson.done == (1,)
    later = second.changed(**beginning(second, "class", 5))
    assert later.lesson == LessonView("class", 5, (1,))
    assert later.changed(**beginning(later, "talk", 1)).lesson == LessonView("talk", 1)
    ended = later.changed(**LEFT)
    assert ended.lesson == LessonView()
    assert ended.order == later.order, "what was made in it stays"


@pytest.mark.parametrize(("name", "n"), STEPS)
def test_a_step_begins_as_it_says_and_its_link_opens_there(name: str, n: int) -> None:
    step = LESSONS[name].steps[n - 1]
    start = begun(name, n)
    for page, values in step.settings.items():
        for setting, value in values.items():
            assert getattr(getattr(start, page), setting) == value
    assert not (step.swapped and start.permutation.is_identity())
    page, _, query = step_link(name, n).partition("?")
    opened, notes = from_query(dict(parse_qsl(query)))
    assert (opened, notes) == (start, ())
    assert (page or "swap") == step.page
    assert from_query(to_query(start.changed(lesson={"done": (1, 2)})))[0].lesson.done == (1, 2)


def test_an_order_that_is_there_is_kept_and_a_copy_is_made_where_one_is_needed() -> None:
    mixed = Experiment().changed(order=MIXED, swap={"t": 0.3})
    assert begun("class", 3, mixed).order == MIXED
    assert begun("class", 3, mixed).swap.t == 1
    assert begun("class", 3).order == SWAPPED
    assert begun("class", 3, Experiment(Recipe(hidden=(1, 3)))).order == ((0,), (1, 0, 2))


def test_a_network_with_nothing_to_exchange_gives_way() -> None:
    alone = Experiment(Recipe(hidden=(1, 1)))
    assert begun("class", 3, alone).recipe == Recipe()
    mine = Experiment(Recipe(hidden=(2,), task="xor"))
    assert begun("class", 3, mine).recipe == mine.recipe, "the visitor's own network stays"


@pytest.mark.parametrize(("name", "n"), [("class", 0), ("class", 11), ("tour", 1), ("", 1)])
def test_a_step_that_there_is_not_is_refused(name: str, n: int) -> None:
    with pytest.raises(ValueError, match="There is no step"):
        beginning(Experiment(), name, n)


def test_a_link_beyond_the_last_step_opens_on_the_last() -> None:
    opened = from_query({"lesson.name": "talk", "lesson.step": "9"})[0]
    assert number_of(opened) == 4
    assert step_of(opened) is LESSONS["talk"].steps[-1]


def test_lessons_are_those_that_a_link_may_name() -> None:
    assert ("", *LESSONS) == get_args(get_type_hints(LessonView)["name"])
    assert max(len(lesson.steps) for lesson in LESSONS.values()) <= MOST_STEPS_OF_A_LESSON


def faults(step: Step) -> list[str]:
    """What is wrong with a step's data."""
    found = [name for name in (step.title, step.text, step.task, step.then) if not name or name != name.strip()]
    if step.page not in {*PAGES} - {"lesson"}:
        found.append(f"page {step.page}")
    if step.covered and step.question is None:
        found.append("something is covered, and nothing asked")
    if len(step.text) > 260 or len(step.task) > 80 or len(step.then) > 140:
        found.append("too long for the strip")
    return found


@pytest.mark.parametrize(("name", "n"), STEPS)
def test_steps_fit_the_strip(name: str, n: int) -> None:
    assert faults(LESSONS[name].steps[n - 1]) == []


def test_a_step_that_does_not_fit_is_found() -> None:
    """Negative control."""
    step = LESSONS["class"].steps[0]
    assert faults(Step(step.title, step.text, "x" * 81, " ", step.done, page="nowhere", covered=("view",)))


def test_lessons_need_no_streamlit() -> None:
    code = "import sys, permviz.lessons.following; print(*sorted({'streamlit', 'plotly'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == []
