"""The lesson for a talk: three minutes, four things to do before an audience."""

from __future__ import annotations

from permviz.lessons import conditions, questions
from permviz.lessons.lesson import Apart, Lesson, Step

TALK = Lesson(
    "For a talk",
    "Three minutes before an audience: swap, walk, average.",
    3,
    (
        Step(
            "Two networks, one function",
            "Exchange two hidden nodes with all their edges: the weights are others, the answers are the same.",
            "Drag one hidden node onto another of its layer.",
            "B answers as A does, and is another point of parameter space.",
            conditions.swapped,
            settings={"swap": {"mode": "swap", "t": 1.0}},
            highlight=("diagram",),
        ),
        Step(
            "A wall between them",
            "Two points of one loss. If the loss were convex, it would be no higher anywhere between them.",
            "Ask the audience, show the answer, then press Play.",
            "Where the curve is above the dashed chord, the loss is not convex.",
            conditions.walked_half_way,
            settings={"swap": {"mode": "walk", "t": 1.0}},
            swapped=True,
            highlight=("walk",),
            question=questions.half_way,
            covered=("curve", "story"),
        ),
        Step(
            "All copies, averaged",
            "Every order of the nodes is a copy as good as this one. Convexity would make their average as good, too.",
            "Ask the audience, show the answer, then press Play.",
            "All nodes of a layer are equal in the average, and what it answers is on the screen.",
            conditions.averaged_all,
            page="average",
            settings={"average": {"show": "average", "copies": 1}},
            highlight=("player",),
            question=questions.average,
            covered=("view", "numbers"),
            apart=Apart(
                "Ask the audience, then show the answer.",
                "All nodes of a layer are equal in the average, and what it answers is in the card “Average”.",
                highlight=("average",),
            ),
        ),
        Step(
            "And what is not so",
            "The post that makes this argument says more than it shows. Its claims are tested here one by one.",
            "Open a claim that interests you.",
            "Every verdict has its statement, its source, and this network’s numbers.",
            conditions.another_claim,
            page="claims",
            highlight=("claims",),
        ),
    ),
)
