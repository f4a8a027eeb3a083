"""The stages of a melting network: computed one after another, each kept for all who look at it, seen as they come."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from permviz.landscape.melting import Melt, decay_ladder, melt
from permviz.landscape.melting_stage import MeltStage
from permviz.networks.network import NetworkSpec
from permviz.ui.parts.own import choosing
from permviz.ui.parts.share import sharing
from permviz.ui.parts.training_status import POLL_SECONDS
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import is_kept, kept

LADDER = decay_ladder()
COARSE = LADDER[::4]
"""Of activations that are compared."""

AT_ONCE_SECONDS, BETWEEN_SECONDS = 0.5, 0.1
"""So long a run computes before it shows what it has; and one that shows what the part that goes on by itself has found:
were it longer, the browser would fade what it shows meanwhile."""

MOST_PARAMETERS, MOST_WORK = 150, 400_000
"""Parameters, and parameters times samples times outputs, of what melts on the page: mostly seconds, half a minute at worst."""

_STOPPED, _BEGUN = "melt-stopped", "melt-begun"


def why_not(shown: Shown) -> str:
    """Why this network does not melt here, in a sentence; empty where it does."""
    size = shown.spec.parameter_count
    if shown.spec.activation == "linear":
        return (
            "Linear nodes do not melt: rotations of a layer keep the function and ‖θ‖, so their copies are a continuum "
            "at every decay. Choose another activation."
        )
    if size > MOST_PARAMETERS or size * len(shown.data.inputs) * shown.spec.widths[-1] > MOST_WORK:
        return (
            f"{size} parameters on {len(shown.data.inputs)} samples would take minutes here: take smaller layers or fewer "
            "samples, or call permviz.melt in a notebook."
        )
    return ""


def melted(shown: Shown, activation: str = "", ladder: tuple[float, ...] = LADDER, *, until: float) -> Melt:
    """All stages that are known, and as many more as there are by the time ``until``; at least one.

    The way is this network's own, or, of another activation or another ladder, that of an untrained one of the same seed.
    """
    activation = activation or shown.spec.activation
    own = activation == shown.spec.activation and ladder is LADDER
    spec, data, stages = NetworkSpec(shown.spec.widths, activation), shown.data, list[MeltStage]()

    def following(decay: float) -> MeltStage:
        if stages:
            return melt(spec, data, [decay], after=Melt(spec, data, tuple(stages))).stages[-1]
        return melt(spec, data, [decay], shown.experiment.recipe.seed, start=shown.network if own else None).stages[0]

    for k, decay in enumerate(ladder):
        of = "melt", activation, len(ladder), k
        if stages and time.monotonic() >= until and not is_kept(shown.experiment, *of):
            break
        stages.append(kept(shown.experiment, *of, compute=lambda decay=decay: following(decay)))  # type: ignore[misc]
    return Melt(spec, data, tuple(stages))


def now_until(shown: Shown) -> float:
    """Until when this run of the app may compute: not at all where it was stopped."""
    of = _of(shown)
    if st.session_state.get(_STOPPED) == of:
        return 0.0
    begun, st.session_state[_BEGUN] = st.session_state.get(_BEGUN) == of, of
    return time.monotonic() + (BETWEEN_SECONDS if begun else AT_ONCE_SECONDS)


def _of(shown: Shown) -> tuple[object, ...]:
    experiment = shown.experiment
    return experiment.recipe, experiment.theta, experiment.melt.show


def unfinished(shown: Shown, done: int, total: int, told: str, compute: Callable[[float], object]) -> None:
    """Progress and Stop, and a part that goes on by itself: ``compute`` for a moment, until the time that it is given, then the
    app runs again; or, once stopped, how to go on."""
    of = _of(shown)
    stopped = st.session_state.get(_STOPPED) == of
    with st.container(horizontal=True, vertical_alignment="center", key="melt-progress"):
        if stopped:  # the button stands first: what the browser still shows of the other one moves nothing under the mouse
            st.button("Go on", key="melt-on", icon=":material/play_arrow:", on_click=_stop, args=(None,))
        else:
            st.button("Stop", key="melt-stop", icon=":material/stop:", on_click=_stop, args=(of,))
        st.progress(done / total, text=f"{'Stopped' if stopped else told}: stage {done} of {total}")
    if not stopped:
        st.fragment(_goes_on, run_every=POLL_SECONDS)(compute, [])


def _stop(of: tuple[object, ...] | None) -> None:
    st.session_state[_STOPPED] = of


def _goes_on(compute: Callable[[float], object], drawn: list[bool]) -> None:
    """``drawn`` is empty only during the run of the whole app that this is part of, which must not be cut short."""
    if drawn:
        compute(time.monotonic() + AT_ONCE_SECONDS)
        if not sharing() and not choosing():
            st.rerun(scope="app")
    drawn.append(True)
