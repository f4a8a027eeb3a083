"""The stages of a melting network: computed one after another, each kept for all who look at it, seen as they come."""

from __future__ import annotations

import time
from collections.abc import Hashable

from permviz.landscape.melting import Melt, decay_ladder, melt
from permviz.landscape.melting_stage import MeltStage
from permviz.networks.network import NetworkSpec
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import is_kept, kept

LADDER = decay_ladder()
COARSE = LADDER[::4]
"""Of activations that are compared."""

MOST_PARAMETERS, MOST_WORK = 150, 400_000
"""Parameters, and parameters times samples times outputs, of what melts on the page: mostly seconds, half a minute at worst."""


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


def of_melting(shown: Shown) -> Hashable:
    """What the stages that a visit sees are of."""
    experiment = shown.experiment
    return experiment.recipe, experiment.theta, experiment.melt.show
