"""All moves of B's nodes: whether each can be tried within a page, trying them once, and the match that is the best of them."""

from __future__ import annotations

import streamlit as st
import torch

from permviz.landscape.alignment import Match, are_copies
from permviz.landscape.exhaustive import MOST_MOVES, AllBarriers, count_of_moves, work
from permviz.landscape.interpolation import interpolate
from permviz.networks.comparison import compare, probe_inputs
from permviz.networks.datasets import Dataset
from permviz.networks.network import NetworkSpec
from permviz.symmetry.counting import count_text
from permviz.ui import state

AT_ONCE_WORK, MOST_WORK = 5e7, 5e8
"""Moves times points times samples times nodes that are tried unasked, in a second or two, and when asked, in ten or twenty."""


def is_affordable(spec: NetworkSpec, data: Dataset, signed: bool) -> bool:
    """Whether each move can be tried within a page."""
    return count_of_moves(spec, signed) <= MOST_MOVES and work(spec, data, signed) <= MOST_WORK


def check_affordable(spec: NetworkSpec, data: Dataset, signed: bool) -> None:
    """See that each move can be tried within a page.

    Raises:
        ValueError: in a sentence, where that would take too long.
    """
    if not is_affordable(spec, data, signed):
        raise ValueError(
            f"{count_text(count_of_moves(spec, signed))} moves are too many to try each of them here: take fewer nodes or "
            f"samples{', no changes of sign' * signed}, or another method."
        )


def is_asked_first(spec: NetworkSpec, data: Dataset, signed: bool) -> bool:
    """Whether trying each move takes so long that it waits for a press of :func:`ask_button`."""
    return work(spec, data, signed) > AT_ONCE_WORK and is_affordable(spec, data, signed)


def ask_button(spec: NetworkSpec, signed: bool) -> None:
    """Asks for all moves to be tried."""
    moves = count_text(count_of_moves(spec, signed))
    st.button(
        f"Try all {moves} moves", key="align-truth", icon=":material/checklist:",
        on_click=lambda: state.change(align={"truth": True}),
    )  # fmt: skip


def best_of(truth: AllBarriers) -> Match:
    """The match by the method "exhaustive", of moves that have been tried: as :func:`permviz.match`, which tries them."""
    a, b, data = truth.a, truth.b, truth.data
    move = truth.move(truth.best_index)
    aligned = move(b)
    told, distance = compare(b, aligned, data), (a - aligned).flatten().norm()
    return Match(
        a, b, move, aligned, "exhaustive", truth.signed,
        objective=truth.barriers.min(), start_objective=truth.barriers[0],
        starts=torch.tensor(len(truth.barriers)), hits=(truth.barriers <= truth.best + truth.resolution).sum(),
        distance_before=(a - b).flatten().norm(), distance_after=distance,
        difference=torch.tensor(told.difference, dtype=torch.float64),
        largest_output=b(probe_inputs(data)).abs().max(), points=told.points,
        is_copy=are_copies(a, aligned, probe_inputs(data)),
        before=interpolate(a, b, data), after=interpolate(a, aligned, data),
    )  # fmt: skip
