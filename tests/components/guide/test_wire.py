"""The guide's wire format: what goes down is plain and small, what comes up is checked, parts are known to the browser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from permviz.components.guide.wire import Wish, decode_wish, encode_guide
from permviz.lessons.lesson import Asked
from permviz.lessons.table import LESSONS

COMPONENTS = Path(__file__).parents[3] / "permviz/components"
PARTS = re.findall(r"^  (\w+): \{ (?:bench|page):", (COMPONENTS / "guide/parts.js").read_text(), re.MULTILINE)
ASKED = Asked("How many?", ("1", "2", "3"), 1, "Counted: 2.")


def test_parts_that_lessons_name_are_known_to_the_browser_and_the_other_way_round() -> None:
    steps = [step for lesson in LESSONS.values() for step in lesson.steps]
    ways = [*steps, *(step.apart for step in steps if step.apart)]
    assert {name for way in ways for name in (*way.highlight, *way.covered)} == set(PARTS)


@pytest.mark.parametrize("name", LESSONS)
def test_every_step_is_plain_data_and_small(name: str) -> None:
    lesson = LESSONS[name]
    for n, step in enumerate(lesson.steps, start=1):
        text = json.dumps(encode_guide(name, lesson, n, (1, 2), ASKED if step.question else None, step.page))
        assert len(text) < 3_000
        data = json.loads(text)
        assert [at for at, s in enumerate(data["steps"], start=1) if s["done"]] == [1, 2]
        assert not data["away"]
        assert (data["question"] or {}).get("right") == (1 if step.question else None)
        assert encode_guide(name, lesson, n, (), None, "elsewhere")["away"]
        assert not data["bound"]


GOOD = {"epoch": "c0ffee", "n": 1, "lesson": "talk", "step": 2}
BAD: dict[str, Any] = {
    "nothing": None,
    "text": "talk",
    "no epoch": GOOD | {"epoch": None},
    "long epoch": GOOD | {"epoch": "a" * 65},
    "zero": GOOD | {"n": 0},
    "a truth value": GOOD | {"n": True},
    "huge": GOOD | {"n": 2**60},
    "a fraction": GOOD | {"step": 1.0},
    "no step": GOOD | {"step": None},
    "before the end": GOOD | {"step": -1},
    "beyond the last": GOOD | {"step": 5},
    "another lesson": GOOD | {"lesson": "class"},
    "no lesson": GOOD | {"lesson": None},
}


def test_a_good_message_is_read() -> None:
    assert decode_wish(GOOD, "talk", 4) == Wish("c0ffee", 1, 2)
    assert decode_wish(GOOD | {"step": 0}, "talk", 4).step == 0


@pytest.mark.parametrize("message", BAD.values(), ids=BAD)
def test_bad_messages_are_refused_in_a_sentence(message: Any) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        decode_wish(message, "talk", 4)
