"""The melting orbit: a network followed along the weight decay, minimum by minimum, while its neurons become alike.

The objective is ``loss + lambda ||theta||^2``. As ``lambda`` grows neurons fuse or vanish at minima that are certified; each
fusion enlarges the stabiliser, and the number of copies falls. (Ziyin 2024: a mirror symmetry together with decay makes the
symmetric solution the preferred one.)

Each stage begins where the last one ended. A minimum that has only moved is found by Newton's method; where it is gone, by a
damped second-order method (:mod:`permviz.training.second_order`) that goes down to another: :mod:`.melting_stage`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from permviz.landscape.melting_stage import MeltStage as MeltStage
from permviz.landscape.melting_stage import followed, reached
from permviz.networks.checks import checked
from permviz.networks.datasets import Dataset
from permviz.networks.evaluation import checked_decay
from permviz.networks.network import Network, NetworkSpec, init_network
from permviz.networks.results import Result, printed
from permviz.symmetry.alike import decayed_orbit

MOST_STAGES, MOST_STARTS = 500, 200
STAGES = 60
"""Where no decays are named."""


@dataclass(frozen=True, eq=False, repr=False)
class Melt(Result):
    """A network followed along the decay.

    Attributes:
        spec, data: of what.
        stages: in the order in which they were gone through.
    """

    spec: NetworkSpec
    data: Dataset
    stages: tuple[MeltStage, ...]

    @property
    def decays(self) -> tuple[float, ...]:
        return tuple(stage.decay for stage in self.stages)

    @property
    def copies(self) -> tuple[int, ...]:
        """Of each stage; it need not fall all the way, as a neuron that vanishes is no more equal to others."""
        return tuple(stage.copies for stage in self.stages)

    @property
    def distinct(self) -> tuple[int, ...]:
        """Of each stage, its different neurons that are not zero."""
        return tuple(stage.distinct for stage in self.stages)

    @property
    def certified(self) -> tuple[bool, ...]:
        """Of each stage, whether it is certified to be a minimum."""
        return tuple(stage.minimum for stage in self.stages)

    @property
    def fused(self) -> MeltStage | None:
        """The first certified minimum at which two neurons of a layer are alike, or zero: there the post's "node values are
        distinct" fails, up to sign, at an optimum."""
        alike = (stage for stage in self.stages if any(len(g.nodes) > 1 for groups in stage.alike for g in groups))
        return next((stage for stage in alike if stage.minimum), None)

    def __repr__(self) -> str:
        certified = sum(self.certified)
        widths, stages = "-".join(map(str, self.spec.widths)), f"{len(self.stages)} stages, {certified} certified minima"
        decays = f"decay {self.decays[0]:.3g} to {self.decays[-1]:.3g}"
        return printed(
            "Melt", f"{widths} {self.spec.activation}", stages, decays, f"copies {self.copies[0]} to {self.copies[-1]}"
        )


def decay_ladder(low: float = 1e-4, high: float = 1.0, stages: int = STAGES) -> tuple[float, ...]:
    """Decays in equal ratios, rising."""
    return tuple(low * (high / low) ** (k / (stages - 1)) for k in range(stages))


def _same_task(a: Dataset, b: Dataset) -> bool:
    """But for the decay."""
    return a.loss == b.loss and torch.equal(a.inputs, b.inputs) and torch.equal(a.targets, b.targets)


@checked
def melt(
    spec: NetworkSpec,
    data: Dataset,
    decays: Sequence[float] | None = None,
    seed: int = 0,
    *,
    start: Network | None = None,
    starts: int = 0,
    after: Melt | None = None,
    callback: Callable[[MeltStage], bool | None] | None = None,
) -> Melt:
    """Follow a network along the weight decay; see :mod:`.melting`.

    Args:
        spec: any but a linear network.
        data: the task; its own decay does not matter.
        decays: in the order to be gone through, each above 0 and at most 100; ``None``: 60 from 1e-4 to 1 in equal ratios.
        seed: of the initialisation.
        start: a single network in its place.
        starts: so many fresh starts besides at each stage, of the seeds 0, 1, ...; the lowest objective is kept. 0 follows
            the one network alone, wherever its minimum leads: a local one.
        after: an earlier part of the same way, to go on from; the result has its stages too.
        callback: called with each :class:`MeltStage`; returning False stops there.

    Returns:
        A :class:`Melt`. A stage that is no certified minimum says so by its certificate.

    Raises:
        ValueError: for decays that are none, linear neurons or frozen entries, a spec that does not fit the data, the start
            or the earlier part, or one too large for Hessians.

    >>> from permviz.networks.datasets import load_dataset
    >>> melted = melt(NetworkSpec((1, 3, 1)), load_dataset("wave", samples=40), decays=[1e-3, 10.0])
    >>> melted.copies, melted.stages[-1].stabiliser, melted.stages[-1].minimum
    ((48, 1), 'B₃', True)
    """
    ladder = decay_ladder() if decays is None else tuple(map(float, decays))
    if not 1 <= len(ladder) <= MOST_STAGES or not all(math.isfinite(decay) and decay > 0 for decay in ladder):
        raise ValueError(f"Decays {ladder!r:.80} given: expected 1 to {MOST_STAGES} numbers above 0, such as [0.001, 0.01].")
    for decay in ladder:
        checked_decay(decay)  # before the first stage, which one that is too large would lose
    if isinstance(starts, bool) or not isinstance(starts, int) or not 0 <= starts <= MOST_STARTS:
        raise ValueError(f"Starts {starts!r} given: expected a whole number from 0 to {MOST_STARTS}.")
    if after is not None and (after.spec != spec or start is not None):
        raise ValueError(f"A part of {after.spec} to go on from, or a start besides, given: expected one of {spec} alone.")
    if after is not None and not _same_task(after.data, data):
        raise ValueError(f"A part of another task ({after.data.name}) to go on from given: expected one of these data.")
    if start is not None and start.spec != spec:
        raise ValueError(f"The start has {start.spec}, not {spec}: give the spec of the network that you start from.")
    stages: list[MeltStage] = [] if after is None else list(after.stages)
    network = init_network(spec, seed) if start is None else start.single().to(torch.float64)
    network = stages[-1].network if stages else network
    decayed_orbit(network)  # refuses linear neurons before anything is computed
    fresh = [init_network(spec, number) for number in range(starts)]
    for decay in ladder:
        here = data.with_weight_decay(decay)
        moved = followed(stages[-1], here) if stages and not fresh else None
        stage = moved or reached([network, *fresh], here)
        stages.append(stage)
        network = stage.network
        if callback is not None and callback(stage) is False:
            break
    return Melt(spec, data, tuple(stages))
