"""The view of the Average page that asks, for every activation: are the midpoints of two copies worse than they are?"""

from __future__ import annotations

import streamlit as st
import torch

from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import Trained
from permviz.experiment.recipe import Recipe
from permviz.figures.average import midpoints_figure
from permviz.landscape.midpoints import midpoint_barriers
from permviz.networks.activations import ACTIVATIONS
from permviz.networks.datasets import Dataset
from permviz.networks.digits import loss_text
from permviz.networks.evaluation import objective_word
from permviz.networks.network import Network, NetworkSpec, init_network, stack
from permviz.ui import state
from permviz.ui.parts.controls import setting
from permviz.ui.parts.plot import plot
from permviz.ui.parts.training_status import POLL_SECONDS
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import kept, kept_picture, trainer
from permviz.ui.state.jobs import MOST_JOBS_EACH, TooBusyError

RANDOM_SEEDS, MIDPOINT_WORK = 20, 2e7
WEIGHTS = {"random": "at random weights", "trained": "trained, one network each"}


def activations_view(shown: Shown) -> None:
    """Midpoints of all swaps: of this network, and of others for each activation, random or trained."""
    spec = shown.spec
    if shown.copies == 1:
        st.info("Every layer has one node: there is nothing to swap. Build wider layers.", icon=":material/info:")
        return
    setting(
        st.segmented_control, "Networks", "average", "weights", options=list(WEIGHTS), format_func=WEIGHTS.__getitem__,
        help="Convexity would forbid a midpoint that is worse than both ends, anywhere.",
    )  # fmt: skip
    work = _swaps(spec) * len(shown.data.inputs) * spec.parameter_count
    names = list(ACTIVATIONS) if work * len(ACTIVATIONS) <= 6 * MIDPOINT_WORK else [spec.activation]
    if shown.experiment.average.weights == "trained":
        _trained(shown, names)
    else:
        seeds = int(min(RANDOM_SEEDS, max(1, MIDPOINT_WORK / len(ACTIVATIONS) / work * 4)))
        _random(shown, names, seeds)
    if len(names) == 1:
        st.caption("This network is large: the other activations are not computed here.")


def _swaps(spec: NetworkSpec) -> int:
    return sum(n * (n - 1) // 2 for n in spec.hidden)


def _midpoints(network: Network, data: Dataset, experiment: Experiment) -> torch.Tensor:
    return kept(experiment, "midpoints", compute=lambda: midpoint_barriers(network, data).barriers)


def _random_midpoints(shown: Shown, name: str, seeds: int) -> torch.Tensor:
    starts = stack([init_network(NetworkSpec(shown.spec.widths, name), seed) for seed in range(seeds)])
    sibling = shown.experiment.changed(activation=name)
    return kept(sibling, "random midpoints", seeds, compute=lambda: midpoint_barriers(starts, shown.data).barriers)


def _random(shown: Shown, names: list[str], seeds: int) -> None:
    """This network above untrained ones."""
    with st.spinner("Measuring the midpoint of every swap…", show_time=True):
        own = _midpoints(shown.network, shown.data, shown.experiment)
        rows = {ACTIVATIONS[name].label: _random_midpoints(shown, name, seeds) for name in names}
    swaps = _swaps(shown.spec)
    drawn = torch.cat([barriers.flatten() for barriers in rows.values()])
    st.markdown(
        f"## Worse than their ends: {_worse(own):.0%} of this network’s {swaps} midpoint{'s' if swaps > 1 else ''}; "
        f"at random weights {_worse(drawn):.0%}."
    )
    told = (
        f"Above: this network ({_steps(shown.experiment.recipe.steps)}), every swap of two nodes. "
        f"Below: untrained networks of these widths, {seeds} seed{'s' if seeds > 1 else ''} each, every swap. "
        "At a global minimum no point lies below 0."
    )
    this = "this network", own
    picture = kept_picture(
        shown.experiment, "random midpoints", seeds, draw=lambda: midpoints_figure(rows, this, shown.loss_label)
    )
    plot(picture.saying(after=told), key="midpoints")


def _trained(shown: Shown, names: list[str]) -> None:
    """One network for each activation, by the same recipe; those that are trained by now."""
    siblings = {name: shown.experiment.changed(activation=name) for name in names}
    found = {name: known for name, sibling in siblings.items() if (known := trainer().find(sibling)) is not None}
    waiting = [sibling.recipe for name, sibling in siblings.items() if name not in found]
    if waiting:
        st.fragment(_progress, run_every=POLL_SECONDS)(waiting, len(names), [])
    if not found:
        return
    rows = {_label(name, known): _midpoints(known.network, shown.data, siblings[name]) for name, known in found.items()}
    recipe, values = shown.experiment.recipe, torch.cat([barriers.flatten() for barriers in rows.values()])
    when = "After training" if recipe.trains else "Untrained:"
    st.markdown(f"## {when} {_worse(values):.0%} of {len(values)} midpoints are worse than the copies they lie between.")
    told = (
        f"One network for each activation from the same recipe ({_steps(recipe.steps)}, seed {recipe.seed}), "
        "every swap of two nodes; the loss that it reached stands beside its name. At a global minimum no "
        "point lies below 0; a network that has not reached one may have such midpoints."
    )
    settings = "trained midpoints", *found
    picture = kept_picture(shown.experiment, *settings, draw=lambda: midpoints_figure(rows, None, shown.loss_label))
    plot(picture.saying(after=told), key="midpoints-trained")


def _label(name: str, known: Trained) -> str:
    return f"{ACTIVATIONS[name].label} · {objective_word(known.recipe.decay)} {loss_text(known.loss)}"


def _steps(count: int) -> str:
    return "untrained" if count == 0 else f"{count} training step{'s' if count > 1 else ''}"


def _worse(barriers: torch.Tensor) -> float:
    return float((barriers > 0).double().mean())


def _progress(waiting: list[Recipe], total: int, polls: list[int]) -> None:
    """Training in turn, and how far it is; whenever one has ended, the whole app is run again.

    ``polls`` is empty only during the run of the whole app that this is part of, which must not be cut short.
    """
    try:
        jobs = [state.training(recipe) for recipe in waiting[:MOST_JOBS_EACH]]
    except TooBusyError as busy:
        st.info(str(busy), icon=":material/hourglass_top:")
        return
    ended = sum(job.ended for job in jobs)
    parts = sum(1.0 if job.ended else job.done for job in jobs)
    known = total - len(waiting)
    st.progress((known + parts) / total, text=f"Training one network for each activation: {known + ended} of {total} done")
    if polls and ended:
        st.rerun(scope="app")
    polls.append(ended)
