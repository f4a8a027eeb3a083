"""What a training run reports: losses on the way, progress to whoever watches, and how every start ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from permviz.networks.network import Network
from permviz.networks.results import Result, printed, span
from permviz.training.status import Ending, Status

MOST_RECORDS = 500


@dataclass(frozen=True, eq=False, repr=False)
class History(Result):
    """The losses on the way.

    Attributes:
        steps: ``(T,)`` int64, from 0: every multiple of a power of two, small enough for at most :data:`MOST_RECORDS` records,
            and the last step. Which steps these are depends on the number of steps done alone, not on interruptions.
        losses: ``(T, S)``.
    """

    steps: Tensor
    losses: Tensor


@dataclass(frozen=True, eq=False, repr=False)
class Progress(Result):
    """What a callback sees.

    Attributes:
        step: steps done, those of resumed runs included.
        steps: steps that will be done if nothing stops the run.
        losses: ``(S,)`` at this step.
    """

    step: int
    steps: int
    losses: Tensor
    _networks: Callable[[], Network] = field(repr=False)

    @property
    def networks(self) -> Network:
        """A copy of all networks at this step; made only when asked for."""
        return self._networks()


@dataclass(frozen=True, eq=False, repr=False)
class TrainingRun(Result):
    """How training went, one entry a start.

    Attributes:
        networks: the final parameters, one batch axis of ``S`` starts; always finite unless the start was not.
        losses: ``(S,)``.
        gradient_norms: ``(S,)``, Euclidean norm of ``dL/dtheta``.
        endings: how each start ended. A start diverges by the criteria of :mod:`.outcomes`; under Adam, if all samples are
            classified rightly.
        steps: steps done since the start, resumed ones included.
        history: losses on the way.
        method: "adam", "levenberg-marquardt" or "newton".
        optimiser: the solver's state, for ``resume=``.
        weight_decay: ``lambda`` of the objective that was trained; losses and gradients are those of the objective.
    """

    networks: Network
    losses: Tensor
    gradient_norms: Tensor
    endings: tuple[Ending, ...]
    steps: int
    history: History
    method: str
    optimiser: dict[str, Tensor] = field(repr=False)
    weight_decay: float = 0.0

    def __repr__(self) -> str:
        counts = Counter(str(status) for status in self.status)
        ended = ", ".join(f"{count} {status}" for status, count in counts.items())
        steps, losses = f"{self.steps} steps of {self.method}", f"losses {span(self.losses)}"
        return printed("TrainingRun", steps, losses, ended, f"networks={self.networks!r}")

    @property
    def status(self) -> tuple[Status, ...]:
        """Of each start: "converged", "degenerate", "stalled", "diverging", "stopped" or "failed" (see :class:`.Status`)."""
        return tuple(ending.status for ending in self.endings)

    @property
    def messages(self) -> tuple[str, ...]:
        """A sentence for each start."""
        return tuple(ending.message for ending in self.endings)


class Recorder:
    """Losses at the multiples of a stride that doubles whenever there would be too many."""

    def __init__(self, earlier: History | None) -> None:
        self.steps: list[int] = [] if earlier is None else earlier.steps.tolist()
        self.losses: list[Tensor] = [] if earlier is None else list(earlier.losses)
        self.stride = 1
        self._thin(self.steps[-1] if self.steps else 0)

    def _thin(self, step: int) -> None:
        while step // self.stride >= MOST_RECORDS:
            self.stride *= 2
        kept = [i for i, at in enumerate(self.steps) if at % self.stride == 0]
        self.steps, self.losses = [self.steps[i] for i in kept], [self.losses[i] for i in kept]

    def __call__(self, step: int, losses: Tensor) -> None:
        if step % self.stride or (self.steps and self.steps[-1] == step):
            return
        if step // self.stride >= MOST_RECORDS:
            self._thin(step)
            if step % self.stride:
                return
        self.steps.append(step)
        self.losses.append(losses.clone())

    def history(self, step: int, losses: Tensor) -> History:
        last = self.steps[-1:] == [step]
        steps = self.steps if last else [*self.steps, step]
        return History(torch.tensor(steps), torch.stack(self.losses if last else [*self.losses, losses.clone()]))
