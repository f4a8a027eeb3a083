"""The lesson for researchers: what is exact, under which hypotheses, and where the usual sentences fail."""

from __future__ import annotations

from permviz.lessons import conditions, questions
from permviz.lessons.lesson import Lesson, Step

RESEARCHER = Lesson(
    "For researchers",
    "Exact orbits, two definitions of a barrier, orbit landscapes, and where the usual sentences fail.",
    10,
    (
        Step(
            "The orbit, counted exactly",
            "∏ nₖ! / |Stab| different points. Equal nodes of a layer enlarge the stabiliser, and from two hidden layers on a "
            "permutation of several layers at once can fix all parameters though no node is equal to another.",
            "Choose “A trap: coupled layers”.",
            "Counting equal nodes layer by layer says 4 here; the stabiliser is searched for, and the orbit has 2 points.",
            conditions.turned("count", "preset", "coupled"),
            page="count",
            settings={"count": {"show": "network", "preset": "mine"}},
            highlight=("view",),
            question=questions.orders,
            covered=("view",),
        ),
        Step(
            "Two definitions of a barrier",
            "Entezari et al. 2021 measure from the chord, Ainsworth et al. 2023 from the mean of the ends. Between copies, "
            "whose losses agree, the two are one.",
            "Choose the other definition, and compare the number.",
            "The number stays: the ends have one loss. Between networks of different loss it would not.",
            conditions.turned("slices", "definition", "ainsworth"),
            page="slices",
            settings={"slices": {"show": "line", "definition": "entezari"}},
            swapped=True,
            highlight=("numbers",),
        ),
        Step(
            "All transpositions of a layer",
            "The barrier of each transposition of a layer, as a matrix: each is the maximum over an exact line, not over a "
            "neighbourhood. A lower path that is not straight may exist.",
            "Choose All swaps, and look for the lowest wall.",
            "Equal nodes have no wall between them. Click one in the matrix to see its line.",
            conditions.turned("slices", "show", "swaps"),
            page="slices",
            settings={"slices": {"show": "line"}},
            highlight=("views",),
        ),
        Step(
            "The copies of one layer as a body",
            "Four nodes stand in 24 orders: the corners of a permutohedron, painted with the loss. Edges are exact segments "
            "between copies, faces are painted from the average of their corners: a piecewise-linear surface, not a flat "
            "slice.",
            "Switch on logarithmic colours, and turn the body.",
            "All corners have one loss. Where an edge or a face is higher than they are, Jensen’s inequality fails.",
            conditions.turned("rastrigin", "log", True),
            page="rastrigin",
            settings={"rastrigin": {"show": "body", "log": False}},
            highlight=("numbers",),
        ),
        Step(
            "Arguments, and what they rest on",
            "A network better than the average of its copies shows that the loss is not convex, and not even quasi-convex. It "
            "is shown for these data and this loss; weight decay keeps the symmetry, but is convex itself: enough of it may "
            "end the argument.",
            "Choose Arguments.",
            "Each argument is a certificate: numbers, an inequality, and the margin by which it holds in float64.",
            conditions.turned("average", "show", "certificate"),
            page="average",
            settings={"average": {"show": "average", "copies": 0}},
            highlight=("views",),
            question=questions.average,
            covered=("view", "numbers"),
        ),
        Step(
            "Where the usual sentences fail",
            "“Saddles are exponentially more”, “it looks like Rastrigin’s function”, “linear networks have no minima”: each is "
            "loose or wrong, and each can be said precisely.",
            "Open claim 6, 7 or 8.",
            "The statements name their hypotheses, and their sources.",
            conditions.another_claim,
            page="claims",
            highlight=("claims",),
        ),
    ),
)
