"""How many moves B's nodes have, and whether each of them can be tried within a page."""

from __future__ import annotations

import math

from permviz.landscape.exhaustive import POINTS
from permviz.networks.datasets import Dataset
from permviz.networks.digits import loss_text
from permviz.networks.network import NetworkSpec
from permviz.symmetry.counting import permutation_count

AT_ONCE_WORK, MOST_WORK = 5e7, 5e8
"""Moves times points times samples times nodes that are tried unasked, in a second or two, and when asked, in ten or twenty."""


def count_of_moves(spec: NetworkSpec, signed: bool) -> int:
    """Of B's nodes: ``prod n_k!``, times ``2^n_k`` with flips."""
    return int(permutation_count(spec.hidden)) * (2 ** sum(spec.hidden) if signed else 1)


def work(spec: NetworkSpec, data: Dataset, signed: bool) -> float:
    """What trying each move takes, in the unit of :data:`MOST_WORK`; moves may be more than a float holds."""
    moves = count_of_moves(spec, signed)
    return math.inf if moves > 10**9 else float(moves) * POINTS * len(data.inputs) * sum(spec.widths[1:])


def check_affordable(spec: NetworkSpec, data: Dataset, signed: bool) -> None:
    """See that each move can be tried within a page.

    Raises:
        ValueError: in a sentence, where that would take too long.
    """
    if work(spec, data, signed) > MOST_WORK:
        raise ValueError(
            f"{loss_text(count_of_moves(spec, signed))} moves are too many to try each of them here: take fewer nodes or "
            f"samples{', no changes of sign' * signed}, or another method."
        )
