"""The instructor's notes say what the lessons say, and what the library computes today."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from docs import teaching
from permviz.experiment.link import from_query
from permviz.lessons.table import LESSONS

NUMBER = re.compile(r"\d+(?:\.\d+)?")
"""Last digits of losses may differ between processors."""


def same(committed: str, today: str) -> bool:
    """The same words, and numbers to two digits."""
    numbers = [list(map(float, NUMBER.findall(text))) for text in (committed, today)]
    return NUMBER.sub("#", committed) == NUMBER.sub("#", today) and numbers[0] == pytest.approx(numbers[1], rel=0.02)


def test_the_notes_are_what_is_computed_today() -> None:
    committed = teaching.FILE.read_text(encoding="utf-8")
    assert same(committed, teaching.text()), "run python -m docs.teaching"
    assert not same(committed.replace("Half-way it is 4", "Half-way it is 5"), committed), "negative control"


def test_every_step_has_its_link_and_every_link_opens_on_its_step() -> None:
    links = re.findall(r"\]\(http://localhost:8501/([^)]+)\)", teaching.FILE.read_text(encoding="utf-8"))
    opened = []
    for link in links:
        address = urlsplit(link)
        experiment, notes = from_query(dict(parse_qsl(address.query)))
        assert notes == ()
        name, number = experiment.lesson.name, experiment.lesson.step
        opened.append((name, number))
        assert (address.path or "swap") == LESSONS[name].steps[number - 1].page
    assert opened == [(name, n) for name, lesson in LESSONS.items() for n in range(1, len(lesson.steps) + 1)]
