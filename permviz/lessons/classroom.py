"""The lesson for a class: the argument of the post, a step for each of its turns."""

from __future__ import annotations

from permviz.lessons import conditions, questions
from permviz.lessons.lesson import Apart, Lesson, Step

CLASS = Lesson(
    "For a class",
    "The whole argument: why a neural network’s loss is not convex.",
    20,
    (
        Step(
            "Exchange two nodes",
            "This network is one point in the space of all weights and biases: A. A hidden node that moves takes all its "
            "edges with it.",
            "Drag one hidden node onto another of its layer.",
            "You made B, another point. The card on the right says how far the answers of A and B are apart: by rounding.",
            conditions.swapped,
            settings={"swap": {"mode": "swap", "t": 1.0}},
            highlight=("diagram",),
        ),
        Step(
            "Many nodes, the same answers",
            "No swap changes what the network answers, so no number of swaps does. Each of them leads to another point.",
            "Press Random: every layer is shuffled.",
            "B is far from A now, and its answers are still A’s. Two points with one function have one loss.",
            conditions.swapped,
            settings={"swap": {"mode": "swap", "t": 1.0}},
            highlight=("random", "same", "distance"),
        ),
        Step(
            "Half-way between A and B",
            "A convex loss never rises above the chord, the straight line between its values at two points. A and B have one "
            "loss, so the chord is level.",
            "Press Play, or move the slider past the middle.",
            "On the way the weights are mixed, (1 − t) A + t B. Where the curve is above the dashed chord, convexity is "
            "broken.",
            conditions.walked_half_way,
            settings={"swap": {"mode": "walk", "t": 1.0}},
            swapped=True,
            highlight=("walk",),
            question=questions.half_way,
            covered=("curve", "story"),
        ),
        Step(
            "Carry a node over the wall",
            "In Walk the weights follow your hand. Look at the picture of the outputs, and at the marker on the curve.",
            "Drag a node slowly onto another of its layer, and let go there.",
            "Your hand went from one network to its copy. Both ends answer alike; the picture of the outputs said what the "
            "middle did.",
            conditions.carried,
            settings={"swap": {"mode": "walk", "t": 1.0}},
            highlight=("diagram", "curve"),
        ),
        Step(
            "The two steps of the post",
            "The post exchanges two nodes in two steps: first all edges into them, then all edges out of them. Between the "
            "two steps only half is exchanged.",
            "Exchange two nodes, look, then press Step 2.",
            "After the first step the network was no copy, and its loss another; after the second it was one. All edges move "
            "together.",
            conditions.in_two_steps,
            settings={"swap": {"mode": "steps", "t": 1.0}},
            highlight=("diagram", "toolbar"),
        ),
        Step(
            "Three copies, one landscape",
            "Three copies span a plane. Its corners are the same network in three orders; between them the loss is another.",
            "Choose All swaps: a wall for each pair of nodes.",
            "Each pair has a wall of its own height. One that is higher than 0 is enough: the loss is not convex.",
            conditions.turned("slices", "show", "swaps"),
            page="slices",
            settings={"slices": {"show": "plane", "surface": False, "through": "cycle"}},
            highlight=("views",),
        ),
        Step(
            "How many copies?",
            "Every order of the nodes of a layer keeps the answers. So there are as many copies as orders, as long as all "
            "nodes differ.",
            "Choose Growth: the number for wider layers.",
            "A layer of 64 nodes has more orders, 64! ≈ 10⁸⁹, than the visible universe is said to have atoms. All are "
            "equally good.",
            conditions.turned("count", "show", "growth"),
            page="count",
            settings={"count": {"show": "network", "preset": "mine"}},
            highlight=("views",),
            question=questions.orders,
            covered=("view",),
            apart=Apart(
                "Choose an answer, then show the right one.",
                "The card counts this network’s copies. A layer of 64 nodes has 64! ≈ 10⁸⁹ orders, and all are equally good.",
                highlight=("distance",),
                covered=("distance",),
            ),
        ),
        Step(
            "The average of all copies",
            "Were the loss convex, the average of equally good networks would be at least as good (Jensen’s inequality).",
            "Press Play: one copy, two, all of them.",
            "In the average all nodes of a layer are equal. Where it is worse than the copies, the loss cannot be convex.",
            conditions.averaged_all,
            page="average",
            settings={"average": {"show": "average", "copies": 1}},
            highlight=("player",),
            question=questions.average,
            covered=("view", "numbers"),
            apart=Apart(
                "Choose an answer, show the right one, and look at the card “Average”.",
                "In the average all nodes of a layer are equal. Where it is worse than the copies, the loss is not convex.",
                highlight=("average",),
            ),
        ),
        Step(
            "Hence: not convex",
            "One network that is better than the average of its copies is enough. It need not be a minimum, and its nodes "
            "may have any activation.",
            "Choose Arguments: what each of them rests on, checked for this network.",
            "Each argument names its hypothesis. Where it fails, as with one node a layer, the argument is silent.",
            conditions.turned("average", "show", "certificate"),
            page="average",
            settings={"average": {"show": "average", "copies": 0}},
            highlight=("views",),
            apart=Apart(
                "Exchange two nodes, and read under “Average” what the new pair says.",
                "The argument names its hypothesis. Where it fails, as with one node a layer, the argument is silent.",
                highlight=("diagram", "average"),
                done=conditions.swapped,
            ),
        ),
        Step(
            "What the post says",
            "You have followed the argument of “NonConvexity of neural networks”. Not all of its sentences are as right as "
            "this one.",
            "Open a claim, and read its verdict.",
            "Right, loose or wrong: each verdict comes with the precise statement, its source, and this network’s numbers.",
            conditions.another_claim,
            page="claims",
            highlight=("claims",),
        ),
    ),
)
