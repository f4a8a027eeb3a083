"""The wire format between Python and the guide: the one place in Python that knows it; guide.js reads and writes the same.

A message from the browser is ``{"epoch", "n", "lesson", "step"}``: wish ``n`` of the mount ``epoch``, to be at that step of the
lesson; step 0 is its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from permviz.lessons.lesson import Asked, Lesson


@dataclass(frozen=True)
class Wish:
    """Where the visitor wants to be: step 0 is the end of the lesson."""

    epoch: str
    n: int
    step: int


def encode_guide(
    name: str, lesson: Lesson, step: int, done: tuple[int, ...], asked: Asked | None, page: str, *, bound: bool = False
) -> dict[str, Any]:
    """Step ``step`` of the lesson ``name``, seen on ``page``, as the plain data that guide.js reads.

    ``bound``: no button ends the lesson, as where Lessons is hidden, and nobody could begin it again.
    """
    here = lesson.steps[step - 1]
    return {
        "lesson": name,
        "title": lesson.title,
        "step": step,
        "steps": [{"title": s.title, "done": at in done} for at, s in enumerate(lesson.steps, start=1)],
        "text": here.text,
        "task": here.task,
        "then": here.then,
        "away": page != here.page,
        "bound": bound,
        "highlight": list(here.highlight),
        "covered": list(here.covered),
        "question": None if asked is None else encode_question(asked),
    }


def encode_question(asked: Asked) -> dict[str, Any]:
    """A question with its answer as plain data."""
    return {"text": asked.text, "answers": list(asked.answers), "right": asked.right, "why": asked.why}


def decode_wish(message: Any, name: str, steps: int) -> Wish:
    """A browser's message as a wish within the lesson ``name`` of so many steps.

    Raises:
        ValueError: in a sentence for the person before the screen.

    >>> decode_wish({"epoch": "c0ffee", "n": 1, "lesson": "talk", "step": 2}, "talk", 4).step
    2
    """
    given = message if isinstance(message, dict) else {}
    epoch, n, step = given.get("epoch"), given.get("n"), given.get("step")
    whole = all(type(number) is int for number in (n, step))
    if not isinstance(epoch, str) or not 1 <= len(epoch) <= 64 or not whole or not 1 <= n < 2**53:  # type: ignore[operator]
        raise ValueError("A message that cannot be read came from the lesson and was ignored: reload the page.")
    if given.get("lesson") != name or not 0 <= step <= steps:  # type: ignore[operator]
        raise ValueError("That step was chosen in another lesson than the one on the screen. Nothing was changed.")
    return Wish(epoch, n, step)  # type: ignore[arg-type]
