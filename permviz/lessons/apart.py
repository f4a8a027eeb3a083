"""A lesson without its pages: what of it can be followed in a page that needs no server. Pure."""

from __future__ import annotations

from permviz.lessons.lesson import Step
from permviz.lessons.table import LESSONS


def steps_apart(name: str) -> tuple[Step, ...]:
    """The steps of a lesson that the Swap page and the average below it suffice for.

    >>> len(steps_apart("class")), len(steps_apart("talk"))
    (8, 3)
    """
    return tuple(step for step in LESSONS[name].steps if step.page == "swap" or step.apart)


def why_not_apart(name: str) -> str:
    """Why there is no such lesson, or it is none without its pages, in a sentence; empty where it is one."""
    whole = [known for known in LESSONS if 2 * len(steps_apart(known)) > len(LESSONS[known].steps)]
    if name in whole:
        return ""
    expected = " or ".join(f"'{known}'" for known in whole)
    if name not in LESSONS:
        return f"Lesson {name!r:.40} given: expected {expected}, or '' for none."
    steps, kept = len(LESSONS[name].steps), len(steps_apart(name))
    return f"Lesson '{name}' given: {steps - kept} of its {steps} steps need pages that one file has not. Expected {expected}."


def what_is_here(name: str) -> str:
    """How much of the lesson is in the page, and what is not."""
    lesson, kept = LESSONS[name], steps_apart(name)
    missing = [f"“{step.title}”" for step in lesson.steps if step not in kept]
    need = "needs" if len(missing) == 1 else "need"
    here = f"{len(kept)} of its {len(lesson.steps)} steps are here; {' and '.join(missing)} {need} the app."
    return f"Lesson: {lesson.title[0].lower()}{lesson.title[1:]}. {here}"
