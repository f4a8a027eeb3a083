"""The ways to match two networks: a table, and the search that each row stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from permviz.derivatives.passes import check_widths
from permviz.landscape.exhaustive import match_exhaustively
from permviz.landscape.straight_through import match_straight_through
from permviz.networks.datasets import Dataset
from permviz.networks.evaluation import decay_of
from permviz.networks.frozen import refuse_frozen
from permviz.networks.network import Network, checked_seed
from permviz.symmetry.activation_matching import match_activations
from permviz.symmetry.frank_wolfe import match_frank_wolfe
from permviz.symmetry.monomial import Monomial
from permviz.symmetry.pairs import Pair, may_be_signed
from permviz.symmetry.permutation import Permutation
from permviz.symmetry.weight_matching import Found, match_weights

STARTS = 11
"""Starts of a search; on trained 2-5-5-2 pairs they found the optimum of its objective every time."""
WIDE, STARTS_WIDE = 128, 1
"""Layers wider than this are searched from one start: layer by layer from the outputs."""
MOST_STARTS = 1000
MOST_WIDTH = 4096
"""Nodes of a layer beyond which its assignment problem (n^3 steps, n^2 numbers) is refused."""


@dataclass(frozen=True, eq=False)
class Problem:
    """What a search is given: a single pair of networks, and how long to look."""

    a: Network
    b: Network
    pair: Pair
    data: Dataset | None
    starts: int
    seed: int


@dataclass(frozen=True)
class Method:
    """A way to match.

    Attributes:
        judged_by: what it looks at.
        needs_data: whether it must have some.
        exact: whether its end is the optimum of its objective if there is one hidden layer.
        search: the search itself.
    """

    judged_by: str
    needs_data: bool
    exact: bool
    search: Callable[[Problem], Found]


def _weights(given: Problem) -> Found:
    return match_weights(given.pair, given.starts, given.seed)


def _frank_wolfe(given: Problem) -> Found:
    return match_frank_wolfe(given.pair, given.starts, given.seed)


def _activations(given: Problem) -> Found:
    assert given.data is not None
    return match_activations(given.pair, given.a, given.b, given.data.inputs)


def _straight_through(given: Problem) -> Found:
    assert given.data is not None
    return match_straight_through(given.pair, given.a.activation, given.data, given.starts, given.seed)


def _exhaustive(given: Problem) -> Found:
    assert given.data is not None
    return match_exhaustively(given.pair, given.a, given.b, given.data)


METHODS = {
    "weights": Method("weights alone", False, True, _weights),
    "activations": Method("the nodes' answers to the data", True, True, _activations),
    "straight-through": Method("weights, and the loss of the midpoint on the data", True, False, _straight_through),
    "frank-wolfe": Method("weights alone", False, True, _frank_wolfe),
    "exhaustive": Method("the barrier on the data", True, True, _exhaustive),
}
"""Every method by name."""


def find_moves(
    a: Network, b: Network, data: Dataset | None, method: str, signed: bool | None, starts: int | None, seed: int
) -> tuple[Monomial, bool, list[Found]]:
    """The moves of B of :func:`permviz.match`, whether signs were among them, and what the searches found, for batches of one
    shape; arguments and errors as there."""
    way, decay = checked_method(method, data), 0.0 if data is None else decay_of(data)
    signed, seed, starts = may_be_signed(a, signed, decay), checked_seed(seed), checked_starts(starts, a)
    refuse_frozen(a.spec, "matching")
    if data is not None:
        check_widths(a.spec, data)
    pairs = [(a[index], b[index]) for index in np.ndindex(*a.batch_shape)]
    problems = [Problem(*each, Pair.of(*each, signed, decay), data, starts, seed) for each in pairs]
    found = [way.search(problem) for problem in problems]
    moves = [problem.pair.monomial(each.places) for problem, each in zip(problems, found, strict=True)]
    return stack_moves(moves, a.batch_shape), signed, found


def checked_method(method: str, data: Dataset | None) -> Method:
    """The row of the table; ``ValueError`` for a name that is none, and without the data that it needs."""
    if method not in METHODS:
        raise ValueError(f"Unknown method {method!r}: choose one of {', '.join(METHODS)}.")
    if METHODS[method].needs_data and data is None:
        raise ValueError(f"The method {method!r} without data given: it looks at them, so give the task's.")
    return METHODS[method]


def checked_starts(starts: int | None, network: Network) -> int:
    """How many, or as many as suit the widths; ``ValueError`` for other numbers and for layers that are too wide."""
    widest = max(network.spec.hidden, default=1)
    if widest > MOST_WIDTH:
        raise ValueError(f"A layer of {widest} nodes given: layers of at most {MOST_WIDTH} are matched.")
    if starts is None:
        return STARTS if widest <= WIDE else STARTS_WIDE
    if isinstance(starts, bool) or not isinstance(starts, int) or not 1 <= starts <= MOST_STARTS:
        raise ValueError(f"Starts {starts!r} given: expected a whole number from 1 to {MOST_STARTS}.")
    return starts


def stack_moves(moves: list[Monomial], batch: tuple[int, ...]) -> Monomial:
    """Moves of single networks as one of a batch."""
    orders = [torch.stack(layer).reshape(*batch, -1) for layer in zip(*(m.permutation.orders for m in moves), strict=True)]
    factors = [torch.stack(layer).reshape(*batch, -1) for layer in zip(*(m.factors for m in moves), strict=True)]
    return Monomial(Permutation(orders), tuple(factors))
