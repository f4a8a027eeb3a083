"""Two networks of the Align page: what lies between A and B, and what becomes of it when B's nodes go to their partners."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from permviz.experiment.fresh import fresh_data
from permviz.landscape.alignment import Match, match_beside
from permviz.landscape.exhaustive import AllBarriers, all_barriers
from permviz.landscape.interpolation import Interpolation, interpolate
from permviz.networks.comparison import compare
from permviz.networks.evaluation import decay_of
from permviz.networks.network import Network
from permviz.symmetry.moves import has_sign_flips
from permviz.symmetry.permutation import Permutation
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import kept
from permviz.ui.state.heavy import place
from permviz.ui.views.align.moves import best_of, check_affordable
from permviz.ui.views.align.other import recipe_of, seed_of

LINE_POINTS = 51
"""Of the lines on fresh data."""


@dataclass(frozen=True, eq=False)
class Between:
    """Two networks as the page shows them.

    Attributes:
        a: in the order in which its diagram shows it.
        b: as it is.
        before: the line from A to B.
        moved: B where its nodes stand now, or ``None`` while they stand as they are.
        after: the line to it.
        nodes: B with the signs and scales of its match, its nodes not yet moved: ``order(nodes)`` is ``moved``.
        order: the nodes' places, for the diagram.
        difference, points: ``max |F(B) - F(moved)|`` over so many inputs.
        match: how the places were found, unless the last was done by hand.
    """

    a: Network
    b: Network
    before: Interpolation
    moved: Network | None = None
    nodes: Network | None = None
    after: Interpolation | None = None
    order: Permutation | None = None
    difference: float = 0.0
    points: int = 0
    match: Match | None = None


def flips(shown: Shown) -> bool:
    """Whether nodes are flipped in sign as well."""
    return shown.experiment.align.flips and has_sign_flips(shown.network, decay_of(shown.data))


def of_pair(shown: Shown, pair: int = 0) -> tuple[Hashable, ...]:
    """What A and B depend on, besides A's network."""
    view, experiment = shown.experiment.align, shown.experiment
    if view.other == "file":
        return experiment.order, view.other, view.theta
    return experiment.order, view.other, recipe_of(experiment, pair) if view.other == "seed" else seed_of(view, pair)


def of_moved(shown: Shown) -> tuple[Hashable, ...]:
    """What the places of B's nodes depend on, besides; empty while they stand as they are."""
    view = shown.experiment.align
    return ("matched", view.method, flips(shown), view.order) if view.matched else view.order


def all_moves(shown: Shown, b: Network, pair: int = 0) -> AllBarriers:
    """The barrier of each move of B's nodes, computed once.

    Raises:
        ValueError: where they are too many.
        NoPlaceError: while others compute.
    """
    a, signed = shown.experiment.permutation(shown.network), flips(shown)
    check_affordable(b.spec, shown.data, signed)

    def compute() -> AllBarriers:
        with place():
            return all_barriers(a, b, shown.data, signed)

    return kept(shown.experiment, "truth", *of_pair(shown, pair), signed, compute=compute)


def found_match(shown: Shown, b: Network, method: str, pair: int = 0) -> Match:
    """B matched to A, computed once.

    Raises:
        ValueError: where the method cannot.
        NoPlaceError: while others compute.
    """
    a, signed = shown.experiment.permutation(shown.network), flips(shown)

    def compute() -> Match:
        before = _as_it_is(shown, b, pair)
        with place():
            return match_beside(before, a, b, shown.data, method, signed)

    if method == "exhaustive":
        truth = all_moves(shown, b, pair)
        return kept(shown.experiment, "best", *of_pair(shown, pair), signed, compute=lambda: best_of(truth))
    return kept(shown.experiment, "match", *of_pair(shown, pair), method, signed, compute=compute)


def _as_it_is(shown: Shown, b: Network, pair: int = 0) -> Interpolation:
    """The line from A to B, computed once."""
    a = shown.experiment.permutation(shown.network)
    return kept(shown.experiment, "between", *of_pair(shown, pair), compute=lambda: interpolate(a, b, shown.data))


def between(shown: Shown, b: Network) -> Between:
    """All that is shown of A and B.

    Raises:
        ValueError: where B cannot be matched.
        NoPlaceError: while others compute.
    """
    view, a = shown.experiment.align, shown.experiment.permutation(shown.network)
    nodes = b
    if view.matched:
        found = found_match(shown, b, view.method)
        assert found.before is not None
        nodes = found.permutation.inverse()(found.aligned)
        if not view.order:
            return Between(
                a, b, found.before, found.aligned, nodes, found.after, found.permutation,
                float(found.difference), found.points, found,
            )  # fmt: skip
    before = _as_it_is(shown, b)
    if not view.order:
        return Between(a, b, before)

    def by_hand() -> Between:
        order = Permutation(view.order)
        moved = order(nodes)
        told = compare(b, moved, shown.data)
        return Between(a, b, before, moved, nodes, interpolate(a, moved, shown.data), order, told.difference, told.points)

    return kept(shown.experiment, "by hand", *of_pair(shown), of_moved(shown), compute=by_hand)


def on_fresh_data(shown: Shown, found: Between) -> tuple[str, tuple[Interpolation, Interpolation | None]] | None:
    """What is fresh, and both lines on data that were held out; or ``None`` where there are none."""

    def compute() -> tuple[str, tuple[Interpolation, Interpolation | None]] | None:
        held_out = fresh_data(shown.experiment.recipe, shown.data)
        if held_out is None:
            return None
        told, data = held_out
        after = None if found.moved is None else interpolate(found.a, found.moved, data, LINE_POINTS)
        return told, (interpolate(found.a, found.b, data, LINE_POINTS), after)

    return kept(shown.experiment, "fresh", *of_pair(shown), of_moved(shown), compute=compute)
