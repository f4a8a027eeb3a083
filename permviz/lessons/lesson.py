"""What a lesson is: steps with a few sentences each, a change of the experiment, a task, and what has done it.

A step holds no code of its own: its condition and its question are named functions, so that any of them can be tested alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from permviz.experiment.experiment import Experiment
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network

Condition = Callable[[Experiment, Experiment], bool]
"""Whether a change, from the first experiment to the second, does what a step asks for."""


@dataclass(frozen=True)
class Asked:
    """A question about the network on the screen.

    Attributes:
        text: the question.
        answers: three or four to choose from.
        right: place of the right one, from 0: it was computed.
        why: one sentence with the numbers that say so.
    """

    text: str
    answers: tuple[str, ...]
    right: int
    why: str


Question = Callable[[Experiment, Network, Dataset], Asked]
"""Computes question and answers for the network of an experiment and its data."""


@dataclass(frozen=True)
class Apart:
    """How a step of another page is done in a page without a server, which has the Swap page and the average below it.

    Attributes:
        task, then, highlight, covered: in place of the step's own; the average is covered by every question.
        done: what does it; ``None``: that its answer is shown.
    """

    task: str
    then: str
    highlight: tuple[str, ...]
    covered: tuple[str, ...] = ()
    done: Condition | None = None


@dataclass(frozen=True)
class Step:
    """One step of a lesson.

    Attributes:
        title: a few words.
        text: two or three sentences.
        task: what the visitor does, in one sentence; the visitor's own hands do it.
        then: what has been seen, once it is done.
        done: what does it.
        page: where; a file in ``pages/``.
        settings: of pages, as the step begins: page -> setting -> value.
        swapped: whether it needs a copy other than the network itself; where there is none, two nodes are exchanged.
        highlight: names of parts that the task is about.
        question: what is asked before the task, if anything is.
        covered: names of parts that would answer it, and are out of sight until the answer is shown.
        apart: how it is done without its page; ``None`` on the Swap page, and where it cannot be.
    """

    title: str
    text: str
    task: str
    then: str
    done: Condition
    page: str = "swap"
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    swapped: bool = False
    highlight: tuple[str, ...] = ()
    question: Question | None = None
    covered: tuple[str, ...] = ()
    apart: Apart | None = None


@dataclass(frozen=True)
class Lesson:
    """Steps in their order.

    Attributes:
        title: for whom it is.
        about: one sentence.
        minutes: how long it takes.
        steps: counted from 1 in links and on the screen.
    """

    title: str
    about: str
    minutes: int
    steps: tuple[Step, ...]
