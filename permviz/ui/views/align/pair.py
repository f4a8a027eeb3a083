"""Two networks of the Align page: what lies between A and B, and what becomes of it when B's nodes go to their partners."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from permviz.experiment.recipe import Recipe
from permviz.landscape.alignment import Match, match
from permviz.landscape.interpolation import Interpolation, interpolate
from permviz.networks.comparison import compare
from permviz.networks.datasets import Dataset
from permviz.networks.evaluation import decay_of
from permviz.networks.network import Network
from permviz.networks.tasks import TASKS
from permviz.symmetry.moves import has_sign_flips
from permviz.symmetry.permutation import Permutation
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import kept
from permviz.ui.views.align.moves import check_affordable
from permviz.ui.views.align.other import recipe_of

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
        order: the nodes' places, for the diagram.
        difference, points: ``max |F(B) - F(moved)|`` over so many inputs.
        match: how the places were found, unless it was by hand.
    """

    a: Network
    b: Network
    before: Interpolation
    moved: Network | None = None
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
    return experiment.order, view.other, recipe_of(experiment, pair) if view.other == "seed" else view.seed + pair


def of_moved(shown: Shown) -> tuple[Hashable, ...]:
    """What the places of B's nodes depend on, besides; empty while they stand as they are."""
    view = shown.experiment.align
    return ("matched", view.method, flips(shown)) if view.matched else view.order


def found_match(shown: Shown, b: Network, method: str, pair: int = 0) -> Match:
    """B matched to A, computed once.

    Raises:
        ValueError: where the method cannot.
    """
    a, signed = shown.experiment.permutation(shown.network), flips(shown)
    if method == "exhaustive":
        check_affordable(b.spec, shown.data, signed)

    def compute() -> Match:
        return match(a, b, shown.data, method, signed)

    return kept(shown.experiment, "match", *of_pair(shown, pair), method, signed, compute=compute)


def between(shown: Shown, b: Network) -> Between:
    """All that is shown of A and B.

    Raises:
        ValueError: where B cannot be matched.
    """
    view, a = shown.experiment.align, shown.experiment.permutation(shown.network)
    if view.matched:
        found = found_match(shown, b, view.method)
        assert found.before is not None
        return Between(
            a, b, found.before, found.aligned, found.after, found.permutation, float(found.difference), found.points, found
        )
    before = kept(shown.experiment, "between", *of_pair(shown), compute=lambda: interpolate(a, b, shown.data))
    if not view.order:
        return Between(a, b, before)

    def by_hand() -> Between:
        order = Permutation(view.order)
        moved = order(b)
        told = compare(b, moved, shown.data)
        return Between(a, b, before, moved, interpolate(a, moved, shown.data), order, told.difference, told.points)

    return kept(shown.experiment, "by hand", *of_pair(shown), view.order, compute=by_hand)


def fresh_data(recipe: Recipe) -> Dataset | None:
    """As many samples that nobody was trained on; of measured tables and a visitor's own there are no others."""
    if recipe.is_own or TASKS[recipe.task].real:
        return None
    return recipe.changed(draw=(recipe.draw + 1) % 1_000_000).dataset()


def on_fresh_data(shown: Shown, found: Between) -> tuple[Interpolation, Interpolation | None] | None:
    """Both lines on data that were held out, or ``None`` where there are none."""

    def compute() -> tuple[Interpolation, Interpolation | None] | None:
        data = fresh_data(shown.experiment.recipe)
        if data is None:
            return None
        after = None if found.moved is None else interpolate(found.a, found.moved, data, LINE_POINTS)
        return interpolate(found.a, found.b, data, LINE_POINTS), after

    return kept(shown.experiment, "fresh", *of_pair(shown), of_moved(shown), compute=compute)
