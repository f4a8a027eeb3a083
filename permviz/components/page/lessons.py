"""A lesson as it travels in a page without a server: what lesson.js follows, with answers that the library computes."""

from __future__ import annotations

from typing import Any

from permviz.components.guide.wire import encode_question
from permviz.components.page.modules import COMPONENTS
from permviz.experiment.experiment import Experiment
from permviz.lessons.apart import steps_apart
from permviz.lessons.lesson import Step
from permviz.lessons.questions import OF_THE_ORDER
from permviz.lessons.table import LESSONS
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network

STYLE = "guide/guide.css"
_AT_B = {"mode": "swap", "t": 1.0}
AVERAGE = "average"
"""The card that tells half of all answers: it is covered while any question is open."""


def encode_lesson(name: str, network: Network, data: Dataset) -> dict[str, Any]:
    """The lesson's steps that are done without a server, as plain data, and the strip's style, which has no file there."""
    return {
        "name": name,
        "title": LESSONS[name].title,
        "style": (COMPONENTS / STYLE).read_text(encoding="utf-8"),
        "steps": [_step(step, network, data) for step in steps_apart(name)],
    }


def _step(step: Step, network: Network, data: Dataset) -> dict[str, Any]:
    here = step.apart or step
    covered = dict.fromkeys((*here.covered, AVERAGE)) if step.question else ()
    return {
        "title": step.title,
        "text": step.text,
        "task": here.task,
        "then": here.then,
        "highlight": list(here.highlight),
        "covered": list(covered),
        "place": _AT_B | dict(step.settings.get("swap", {})),
        "swapped": step.swapped,
        "done": here.done.__name__ if here.done else None,
        "question": _question(step, network, data),
    }


def _question(step: Step, network: Network, data: Dataset) -> dict[str, Any] | str | None:
    """With its answer; only the name of one whose answer depends on the order, which the visitor makes."""
    if step.question is None:
        return None
    if step.question in OF_THE_ORDER:
        return step.question.__name__
    return encode_question(step.question(Experiment(), network, data))
