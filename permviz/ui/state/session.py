"""What one visit holds: a frozen value and the pure transitions between such values.

The address is input when a visit begins and when the visitor goes through the browser's history. The address of any other run
only tells how far the browser has followed: however late, it changes nothing that is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from permviz.experiment.experiment import Experiment, fitted
from permviz.experiment.follow import Trained, with_parameters
from permviz.experiment.link import from_query, to_query
from permviz.lessons.following import ticked

Query = Mapping[str, str]
"""The parameters of an address."""

Find = Callable[[Experiment], Trained | None]
"""The network of an experiment, if it is known without training."""

STEP = "step"
"""The parameter by which the page names a step through the history: see permviz/ui/steps.js."""

MOST_UNDER_WAY = 32
"""Addresses; of a browser that is further behind, the oldest are forgotten."""


@dataclass(frozen=True)
class Session:
    """A visit.

    Attributes:
        experiment: on the screen.
        trail: addresses, oldest first: the last that the browser is known to have had, then those written since. The last of
            all is the one that belongs to ``experiment``.
        draft: a wanted experiment whose network is still being trained; it becomes the current one when it is.
        trained: the network of the experiment shown, or ``None`` while it is being trained.
        notes: sentences about the last input: what was ignored, and what is expected.
        step: name of the last step through the history that was taken.
    """

    experiment: Experiment
    trail: tuple[Query, ...]
    draft: Experiment | None = None
    trained: Trained | None = field(default=None, compare=False)
    notes: tuple[str, ...] = ()
    step: str = ""

    @property
    def query(self) -> Query:
        """What the address should be."""
        return self.trail[-1]

    @property
    def under_way(self) -> tuple[Query, ...]:
        """Addresses that the browser is not known to have been told yet."""
        return self.trail[1:][-MOST_UNDER_WAY:]

    @property
    def behind(self) -> bool:
        """Whether there are any."""
        return len(self.trail) > 1

    @property
    def shown(self) -> Experiment:
        """What the build panel shows: the draft while there is one."""
        return self.draft or self.experiment

    def asked_at(self, address: Query, marked: bool = False) -> Session:
        """After a request that the browser made at ``address``; ``marked`` if a step through the history asked for it.

        An unmarked one may tell of a step as well, whose own request was dropped.
        """
        if marked or self.is_new(address):
            return self.gone_to(address)
        return self.followed(address)

    def is_new(self, address: Query) -> bool:
        """Whether a step through the history that was not taken yet led to ``address``."""
        return address.get(STEP, self.step) != self.step

    def followed(self, address: Query) -> Session:
        """With the browser known to be, or to have been, at ``address``.

        It goes to the addresses written in their order; where it is at another, that is from a link within the app which was
        drawn before the last change, or a message was lost: it has to be told again.
        """
        if address in self.trail:
            return replace(self, trail=self.trail[self.trail.index(address) :])
        if not self.behind and address == to_query(self.experiment):  # says the same, in more words
            return replace(self, trail=(address,))
        return replace(self, trail=(address, *(self.under_way or self.trail)))

    def gone_to(self, address: Query) -> Session:
        """After the visitor went to ``address`` through the history. What is still under way to the browser lands on top."""
        query = _without_step(address)
        trail = (query,) if address == query and not self.behind else (address, *self.under_way, query)
        session = self if query == self.query else began(query)
        return replace(session, trail=trail, step=address.get(STEP, self.step))

    def written(self, experiment: Experiment, find: Find) -> Session:
        """With ``experiment`` as the current one.

        Settings that do not fit its network go back to their defaults, so that its link has nothing to complain of.
        """
        experiment = fitted(experiment)[0]
        known = None if experiment.theta else find(experiment)
        if known is not None:
            experiment = with_parameters(experiment, known.network)
        query = to_query(experiment)
        trail = self.trail if query == self.query else (self.trail[0], *self.under_way, query)
        return replace(self, experiment=experiment, trail=trail, draft=None, notes=())

    def changed(self, find: Find, **changes: Any) -> Session:
        """With changes of the experiment shown, which may complete a step of a lesson.

        A new recipe becomes a draft, which is trained first; a wrong value changes nothing and is answered by a sentence.
        """
        try:
            wanted = self.shown.changed(**changes)
        except ValueError as error:
            return self.said(f"{error} Nothing was changed.")
        wanted = ticked(self.shown, wanted)
        if wanted.recipe == self.experiment.recipe or find(wanted) is not None:
            return self.written(wanted, find)
        return replace(self, draft=wanted, notes=())

    def settled(self, find: Find) -> Session:
        """Once the network shown is trained, a draft becomes current and has the address; the current one keeps its own."""
        known = find(self.shown)
        session = replace(self, trained=known)
        if known is None:
            return session
        if self.draft is not None:
            return session.written(self.draft, find)
        if not self.experiment.theta:
            return replace(session, experiment=with_parameters(self.experiment, known.network))
        return session

    def stopped(self, find: Find, stop: Callable[[Experiment], Experiment | None]) -> Session:
        """With what the training under way has reached, which ``stop`` gives, as the current experiment."""
        if find(self.shown) is not None:
            return self
        reached = stop(self.shown)
        if reached is not None:
            stopped = self.written(reached, find)
            return stopped.said(_FINISHING.format(reached.recipe.steps)) if _was_finishing(self.shown, reached) else stopped
        if self.draft is not None:
            taken_back = self.written(_with_recipe_of(self.experiment, self.draft), find)
            return taken_back.said("The training had not begun: it was taken back, and the network before it is shown again.")
        return self.changed(find, steps=0, finish=False).said("The training had not begun: the network is the untrained one.")

    def said(self, *sentences: str) -> Session:
        """With these notes alone."""
        return replace(self, notes=sentences)


def began(address: Query, repeated: Sequence[str] = ()) -> Session:
    """A visit that begins at an address; ``repeated``: parameters that it gave several times, of which it holds the last."""
    query = _without_step(address)
    experiment, notes = from_query(query)
    if repeated:
        notes = (*notes, f"Given more than once in the link: {', '.join(repeated[:5])}; the last value of each is used.")
    trail = (query,) if address == query else (address, query)
    return Session(experiment, trail, notes=notes, step=address.get(STEP, ""))


_FINISHING = "Stopped while it was finishing: this is the network after its {} training steps, before that."


def _was_finishing(wanted: Experiment, reached: Experiment) -> bool:
    return wanted.recipe.finish and wanted.recipe.steps == reached.recipe.steps


def _without_step(address: Query) -> Query:
    return {name: value for name, value in address.items() if name != STEP}


def _with_recipe_of(experiment: Experiment, other: Experiment) -> Experiment:
    """``other`` but for its recipe: whatever else was changed since stays, as far as it fits the network."""
    fits = other if other.recipe.hidden == experiment.recipe.hidden else experiment
    return replace(other, recipe=experiment.recipe, theta=experiment.theta, order=fits.order)
