"""The state of the training in the build panel: progress and loss curve while it runs, then what was reached."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass, replace

import streamlit as st

from permviz.experiment.follow import FINISHING_STEPS, Trained
from permviz.experiment.recipe import Recipe
from permviz.figures.theme import LOSS_LINE
from permviz.networks.digits import loss_text
from permviz.networks.evaluation import objective_word
from permviz.training.status import Status
from permviz.ui import state
from permviz.ui.parts.own import choosing
from permviz.ui.parts.share import sharing
from permviz.ui.state.jobs import Glimpse, Job, TooBusyError

POLL_SECONDS = 0.3
_WIDTH, _HEIGHT = 240, 64


@dataclass(frozen=True)
class _Words:
    """How the panel says a status: heading, icon, and what to do next where its own controls have names for it."""

    heading: str
    icon: str
    remedy: str = ""


_WORDS = {
    Status.CONVERGED: _Words("Converged", "check_circle"),
    Status.STALLED: _Words("Stalled", "warning"),
    Status.DEGENERATE: _Words("Degenerate: gradient below tolerance", "landscape"),
    Status.DIVERGING: _Words("Diverging to infinity", "trending_up"),
    Status.STOPPED: _Words("Stopped", "flag", "more steps, or “Finish at a stationary point”, would go on"),
    Status.FAILED: _Words("Failed", "error"),
}


def heading(trained: Trained) -> str:
    """How a training ended, in a word or two."""
    return _WORDS[trained.ending.status].heading


def reached(trained: Trained, finish: bool) -> str:
    """What a training reached, as a caption; ``finish``: whether it was to end at a stationary point."""
    words, ending = _WORDS[trained.ending.status], trained.ending
    if words.remedy and ending.remedy and not finish:
        ending = replace(ending, remedy=words.remedy)
    at = f"{objective_word(trained.recipe.decay)} {loss_text(trained.loss)}"
    return f":material/{words.icon}: **{words.heading}** at {at}. {ending.message}"


def loss_curve(steps: tuple[int, ...], losses: tuple[float, ...]) -> str:
    """A small picture of the loss, on a logarithmic scale, against the steps; empty for fewer than two positive values."""
    points = [(s, math.log10(v)) for s, v in zip(steps, losses, strict=True) if math.isfinite(v) and v > 0]
    if len(points) < 2:
        return ""
    (first, last), low, high = (points[0][0], points[-1][0]), min(v for _, v in points), max(v for _, v in points)
    x = [(s - first) / max(last - first, 1) * _WIDTH for s, _ in points]
    y = [4 + (high - v) / max(high - low, 1e-9) * (_HEIGHT - 8) for _, v in points]
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f'<polyline points="{path}" fill="none" stroke="{LOSS_LINE}" stroke-width="2"/></svg>'
    )
    label = (
        f"Loss while training, logarithmic scale: from {loss_text(losses[0])} to {loss_text(losses[-1])} in {steps[-1]} steps"
    )
    picture = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{label}" title="{label}" width="100%" src="data:image/svg+xml;base64,{picture}">'


def _draw_curve(steps: tuple[int, ...], losses: tuple[float, ...]) -> None:
    curve = loss_curve(steps, losses)
    if curve:  # Streamlit refuses an empty text
        st.caption("Loss while training (logarithmic)")
        st.html(curve)


def _progress(job: Job, glimpse: Glimpse) -> str:
    loss = f"{objective_word(job.recipe.decay)} {loss_text(glimpse.loss)}"
    if job.adam:
        return f"Finishing at a stationary point: step {glimpse.finishing} of at most {FINISHING_STEPS}, {loss}"
    return f"Step {glimpse.step} of {job.recipe.steps}, {loss}"


def _running(drawn: set[tuple[int, int]]) -> None:
    """Progress, drawn again by itself; when the training has gone on since then, so is the whole app.

    ``drawn`` is empty only during the run of the whole app that this is part of, which must not be cut short.
    """
    try:
        job = state.training(state.shown().recipe)
    except TooBusyError:
        return
    glimpse = job.glimpse
    if glimpse is None:
        st.progress(0.0, text="The network is about to be trained")
    else:
        st.progress(job.done, text=_progress(job, glimpse))
        _draw_curve(glimpse.steps, glimpse.losses)
    at = (glimpse.step, glimpse.finishing) if glimpse else (0, 0)
    if drawn and (job.ended or (at not in drawn and not sharing() and not choosing())):
        st.rerun(scope="app")
    drawn.add(at)


def job_of(recipe: Recipe) -> Job | None:
    """A recipe's training, begun if need be; a sentence and ``None`` if it cannot be trained."""
    try:
        job = state.training(recipe)
    except TooBusyError as busy:
        st.info(str(busy), icon=":material/hourglass_top:")
        return None
    if job.error is not None:
        st.error(job.error)
        return None
    return job


def stop_button() -> None:
    """Ends the training under way where it stands."""
    st.button("Stop", icon=":material/stop:", key="train-stop", on_click=state.stop, type="primary")


def training_status() -> None:
    """Progress of a training under way, or status, loss and gradient of the network shown."""
    trained = state.trained()
    if trained is None:
        st.fragment(_running, run_every=POLL_SECONDS)(set())
        return
    _draw_curve(trained.history_steps, trained.history_losses)
    st.caption(reached(trained, state.shown().recipe.finish))
