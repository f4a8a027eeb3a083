"""The stages of a melting network: computed a few at a time, shared by all who look at it, seen as they come."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from permviz.landscape.melting import Melt, decay_ladder, melt
from permviz.networks.network import NetworkSpec
from permviz.ui.parts.training_status import POLL_SECONDS
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import kept

LADDER = decay_ladder()
COARSE = LADDER[::4]
"""Of activations that are compared."""

AT_A_TIME = 5
"""Stages that are computed together: between them the page is drawn."""

AT_ONCE_SECONDS = 0.5
MOST_PARAMETERS, MOST_WORK = 150, 400_000
"""Parameters, and parameters times samples times outputs, of what melts on the page: some ten seconds."""


def why_not(shown: Shown) -> str:
    """Why this network does not melt here, in a sentence; empty where it does."""
    size = shown.spec.parameter_count
    if shown.spec.activation == "linear":
        return (
            "Linear neurons do not melt: rotations of a layer keep the function and ‖θ‖, so their copies are a continuum "
            "at every decay. Choose another activation."
        )
    if size > MOST_PARAMETERS or size * len(shown.data.inputs) * shown.spec.widths[-1] > MOST_WORK:
        return (
            f"{size} parameters on {len(shown.data.inputs)} samples would take minutes here: take smaller layers or fewer "
            "samples, or call permviz.melt in a notebook."
        )
    return ""


def _part(shown: Shown, activation: str, ladder: tuple[float, ...], stages: int) -> Melt:
    """The first ``stages`` of an activation's way: this network's own, or that of an untrained one of the same seed."""
    own = activation == shown.spec.activation and ladder is LADDER
    spec, before = NetworkSpec(shown.spec.widths, activation), (stages - 1) // AT_A_TIME * AT_A_TIME

    def compute() -> Melt:
        decays, seed = ladder[before:stages], shown.experiment.recipe.seed
        if before:
            return melt(spec, shown.data, decays, after=_part(shown, activation, ladder, before))
        return melt(spec, shown.data, decays, seed, start=shown.network if own else None)

    return kept(shown.experiment, "melt", activation, len(ladder), stages, compute=compute)


def melted(shown: Shown, activation: str = "", ladder: tuple[float, ...] = LADDER, until: float | None = None) -> Melt:
    """As many stages as there are by the time ``until``, at least the first few; all that are known cost nothing."""
    activation = activation or shown.spec.activation
    until = time.monotonic() + AT_ONCE_SECONDS if until is None else until
    stages = min(AT_A_TIME, len(ladder))
    found = _part(shown, activation, ladder, stages)
    while stages < len(ladder) and time.monotonic() < until:
        stages = min(stages + AT_A_TIME, len(ladder))
        found = _part(shown, activation, ladder, stages)
    return found


def unfinished(step: Callable[[], tuple[int, int]], told: str) -> None:
    """A part that goes on by itself: ``step`` computes for a moment and says how many stages of how many there are."""

    def work(drawn: set[int]) -> None:
        first = not drawn
        done, total = step() if not first else (0, 1)
        drawn.add(1)
        if done >= total:
            st.rerun(scope="app")
        st.progress(done / total, text=f"{told}: stage {done} of {total}" if not first else told)

    st.fragment(work, run_every=POLL_SECONDS)(set())
