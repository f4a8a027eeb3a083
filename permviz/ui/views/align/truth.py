"""The whole truth about small pairs: where a match stands among all moves; and a pair that no move brings together."""

from __future__ import annotations

import streamlit as st

from permviz.figures.alignment import alignment_figure, all_moves_figure
from permviz.figures.picture import Picture
from permviz.landscape.counterexample import no_match_example
from permviz.landscape.exhaustive import POINTS, Rank, count_of_moves
from permviz.landscape.interpolation import Interpolation, interpolate
from permviz.networks.digits import loss_text
from permviz.networks.evaluation import objective_label
from permviz.symmetry.counting import count_text
from permviz.symmetry.permutation import Permutation
from permviz.ui.parts.plot import plot
from permviz.ui.parts.views import Shown, headline
from permviz.ui.state.caches import drawn, kept, kept_picture, remembered
from permviz.ui.state.heavy import NoPlaceError
from permviz.ui.views.align.moves import ask_button, is_affordable, is_asked_first
from permviz.ui.views.align.other import ask_again
from permviz.ui.views.align.pair import Between, all_moves, flips, of_moved, of_pair


def rank_view(shown: Shown, found: Between) -> None:
    """Where the match stands among all moves, where that can be tried."""
    view, signed = shown.experiment.align, flips(shown)
    if found.match is None or not shown.spec.hidden:
        return
    moves = count_of_moves(shown.spec, signed)
    if not is_affordable(shown.spec, shown.data, signed):
        told = f"The nodes have {count_text(moves)} moves, too many to try each of them here."
        st.caption(told if moves < 10**9 else "The nodes have far too many moves to try each of them.")
        return
    if is_asked_first(shown.spec, shown.data, signed) and not view.truth:
        ask_button(shown.spec, signed)
        return
    move = found.match.move
    try:
        with st.spinner(f"Trying each of {count_text(moves)} moves…", show_time=True):
            truth = all_moves(shown, found.b)
    except NoPlaceError as busy:
        ask_again(busy)
        return
    rank = kept(shown.experiment, "rank", *of_pair(shown), *of_moved(shown), signed, compute=lambda: truth.rank(move))

    def draw() -> Picture:
        marks = {"B as it is": float(truth.barriers[0]), "B matched": rank.barrier}
        return all_moves_figure(truth.barriers, marks, loss_label=shown.loss_label).saying(before=rank_sentence(rank))

    plot(kept_picture(shown.experiment, "all moves", *of_pair(shown), *of_moved(shown), draw=draw), key="align-truth")


def rank_sentence(rank: Rank) -> str:
    """Where a move stands, with its ties."""
    place = "has the lowest barrier" if rank.least == 1 else f"is number {rank.least} by its barrier, the lowest first"
    ties = rank.greatest - rank.least
    shared = f" ({ties} other{'s' * (ties > 1)} alike)" if ties else ""
    return (
        f"Of all {count_text(rank.among)} moves this one {place}{shared}. Here the barrier is always the "
        f"rise above the chord, over {POINTS} points of each line."
    )


def _example() -> tuple[Interpolation, Interpolation, int, float, str]:
    """B as it is, its best other order, how many orders there are, the lowest barrier of all, and the loss."""
    a, b, data = no_match_example()
    orders = [Permutation([first, second]) for first in ([0, 1], [1, 0]) for second in ([0, 1], [1, 0])]
    as_it_is, *others = (interpolate(a, order(b), data) for order in orders)
    best = min(others, key=lambda line: float(line.barriers.entezari))
    least = min(float(line.barriers.entezari) for line in (as_it_is, best))
    return as_it_is, best, len(orders), least, objective_label(data)


def example_view(shown: Shown) -> None:
    """Two perfect networks that no order of the nodes brings together."""
    before, after, orders, least, label = remembered(("no match",), _example)
    headline(f"In none of its {orders} orders has B a wall below {loss_text(least)}")
    st.markdown(
        "Two 2-2-2-1 ReLU networks answer whether a point lies in the upper right quarter, both without an error. A takes x by "
        "the first node and y by the second, in another way each; B has the two ways exchanged: to bring the same input "
        "together is to bring different ways together. So a match need not exist; that training finds networks that have "
        "one is a property of training ([Ainsworth et al. 2023](https://arxiv.org/abs/2209.04836), appendix A.6)."
    )
    picture = drawn(
        ("no match",),
        lambda: alignment_figure(before.line, after.line, "entezari", "B in its best other order", loss_label=label),
    )
    plot(picture, key="align-example")
    lines = before, after
    right = [f"{100 * float(line.middle.accuracy):.1f} %" for line in lines if line.middle.accuracy is not None]
    st.markdown(
        f"| | B as it is | B in its best other order |\n|:--|--:|--:|\n| midpoint: right answers | {' | '.join(right)} |\n"
        f"| midpoint: loss | {' | '.join(loss_text(float(line.middle.loss)) for line in lines)} |"
    )
