"""How a start of a training ended: its status, the facts that show it, and what would go on from there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from permviz.networks.digits import written


class Status(StrEnum):
    """How a start ended. Each member equals its plain name, which is what it prints.

    Attributes:
        meaning: what is so of every start that ended like this.
        remedy: what would go on from there, or mend it; empty where nothing would.

    >>> Status.STOPPED == "stopped", Status("stopped").remedy
    (True, 'more steps would go on')
    """

    _value_: str
    meaning: str
    remedy: str

    def __new__(cls, name: str, meaning: str, remedy: str = "") -> Status:
        """A member that is the text ``name``."""
        member = str.__new__(cls, name)
        member._value_, member.meaning, member.remedy = name, meaning, remedy
        return member

    def __repr__(self) -> str:
        return repr(self.value)

    CONVERGED = "converged", "the gradient norm is below the tolerance"
    STALLED = (
        "stalled",
        "no step of the method lowers the loss any more, though the gradient is not that small",
        "rounding limits the descent here, or the activation has a kink",
    )
    DEGENERATE = (
        "degenerate",
        "the gradient norm is below the tolerance where curvature vanishes, so that no minimum is shown there, nor excluded",
    )
    DIVERGING = "diverging", "the parameters run to infinity while the loss falls, so there is no minimum that way"
    STOPPED = "stopped", "the budget was used up, or the callback stopped the run", "more steps would go on"
    FAILED = (
        "failed",
        "a number was not finite; the last finite state is kept",
        "choose smaller starting parameters, or a smaller learning rate",
    )


@dataclass(frozen=True)
class Ending:
    """How one start ended.

    Attributes:
        status: in one word.
        facts: what was reached, as a sentence without its full stop, numbers included.
        remedy: what would go on from here, or mend it; empty where nothing would.

    >>> Ending(Status.STOPPED, "5 steps were done", Status.STOPPED.remedy).message
    '5 steps were done: more steps would go on.'
    """

    status: Status
    facts: str
    remedy: str = ""

    @property
    def message(self) -> str:
        """Facts and remedy as one sentence."""
        return written(f"{self.facts}: {self.remedy}." if self.remedy else f"{self.facts}.")


def steps_text(steps: int) -> str:
    """A number of steps for a sentence.

    >>> steps_text(0), steps_text(1), steps_text(2)
    ('no step', '1 step', '2 steps')
    """
    return f"{steps or 'no'} step{'s' if steps > 1 else ''}"


def converged(gradient_norm: float, tolerance: float) -> Ending:
    return Ending(Status.CONVERGED, f"The gradient norm is {gradient_norm:.1e}, below the tolerance {tolerance:g}")


def degenerate(gradient_norm: float, tolerance: float, size: float) -> Ending:
    facts = (
        f"The gradient norm is {gradient_norm:.1e}, below the tolerance {tolerance:g}, in a valley so flat that the steps do "
        f"not tell a minimum from a way on (parameters of norm {size:.3g})"
    )
    return Ending(Status.DEGENERATE, facts)


def diverging(gradient_norm: float, size: float) -> Ending:
    facts = (
        f"The steps do not shrink though the gradient norm is {gradient_norm:.1e}, and the parameters grow (norm {size:.3g}): "
        "they run to infinity, and the loss approaches a value that it does not attain on this way"
    )
    return Ending(Status.DIVERGING, facts)


def stalled(gradient_norm: float) -> Ending:
    facts = f"No step of the method lowers the loss any more, though the gradient norm is {gradient_norm:.1e}"
    return Ending(Status.STALLED, facts, Status.STALLED.remedy)


def stopped(steps: int, gradient_norm: float, remedy: str = Status.STOPPED.remedy) -> Ending:
    begun = f"The budget was used up after {steps_text(steps)} with a" if steps else "No step was taken; the"
    facts = f"{begun} gradient norm {'of' if steps else 'is'} {gradient_norm:.1e}"
    return Ending(Status.STOPPED, facts, remedy)


def failed_at_the_start() -> Ending:
    facts = "The loss or its gradient is not finite at the start"
    return Ending(Status.FAILED, facts, "choose smaller starting parameters")
