"""Whether each of the moves of B's nodes can be tried within a page."""

from __future__ import annotations

from permviz.landscape.exhaustive import count_of_moves, work
from permviz.networks.datasets import Dataset
from permviz.networks.network import NetworkSpec
from permviz.symmetry.counting import count_text

AT_ONCE_WORK, MOST_WORK = 5e7, 5e8
"""Moves times points times samples times nodes that are tried unasked, in a second or two, and when asked, in ten or twenty."""


def check_affordable(spec: NetworkSpec, data: Dataset, signed: bool) -> None:
    """See that each move can be tried within a page.

    Raises:
        ValueError: in a sentence, where that would take too long.
    """
    if work(spec, data, signed) > MOST_WORK:
        raise ValueError(
            f"{count_text(count_of_moves(spec, signed))} moves are too many to try each of them here: take fewer nodes or "
            f"samples{', no changes of sign' * signed}, or another method."
        )
