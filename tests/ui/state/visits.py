"""A visit against all that a browser and a server between them can bring about, in random order.

The model of Streamlit keeps to what its sources do: requests and answers arrive in order, each as late as it likes; every
request carries the address where the browser was when it was made, and all that the visitor has done so far; a newer request
takes the place of an older one or cuts its run short at any point, and what that run had still to tell the browser is lost.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import Trained, snapshot
from permviz.experiment.link import from_query, to_query
from permviz.experiment.recipe import Recipe
from permviz.networks.network import init_network
from permviz.ui.state.session import STEP, Query, Session, began

FIRST = {"task": "moons", "samples": "20", "net": "3", "steps": "0"}
Fields = dict[str, Any]

CHANGES = st.one_of(
    st.fixed_dictionaries({"order": st.permutations(range(3)).map(lambda order: (tuple(order),))}),
    st.fixed_dictionaries({"slices": st.fixed_dictionaries({"log": st.booleans()})}),
    st.fixed_dictionaries({"claims": st.fixed_dictionaries({"claim": st.integers(1, 3)})}),
    st.fixed_dictionaries({"steps": st.sampled_from([0, 100, 200])}),
)


@cache
def trained(recipe: Recipe, theta: str) -> Trained:
    """A network for each recipe, as if it had been trained: the number of steps is as good as a seed."""
    known = Experiment(recipe, theta=theta).carried_network()
    return snapshot(recipe, known or init_network(recipe.spec, recipe.steps))


def unnamed(address: Query) -> dict[str, str]:
    """Without the name of a step."""
    return {name: value for name, value in address.items() if name != STEP}


def fields_of(experiment: Experiment) -> Fields:
    """What the visitor can have changed, by itself."""
    return {
        "order": tuple(tuple(order.tolist()) for order in experiment.permutation.orders),
        "slices": {"log": experiment.slices.log},
        "claims": {"claim": experiment.claims.claim},
        "steps": experiment.recipe.steps,
    }


@dataclass(frozen=True)
class Request:
    """A run that the browser asks for: where it is, and how much of what the visitor did has been done by then."""

    address: Query
    done: int
    marked: bool = False
    whole: bool = True  # of the whole app, not of the page, which is a fragment


@dataclass(frozen=True)
class Stop:
    """The visitor's Stop, after that share of the steps; before the first report if it is 0."""

    share: float


class Visits(RuleBasedStateMachine):
    """One visit. ``expected`` is what the visitor wants to see, kept by hand: field by field, the last that was set."""

    def __init__(self) -> None:
        super().__init__()
        self.finished = {Recipe(steps=0)}

    @initialize(order=st.permutations(range(3)))
    def opens_a_link(self, order: list[int]) -> None:
        link = FIRST | {"order": "".join(map(str, order))}
        self.entries: list[Query] = [link]
        self.at, self.steps = 0, 0
        self.taken = ""
        self.acts: list[Fields | Stop] = []
        self.requests: deque[Request] = deque()
        self.answers: deque[Query] = deque()
        self.marked = self.muddled = False
        self.heard = 0
        self.session = began(link)
        self.finished = {self.session.experiment.recipe}
        self.expected = fields_of(self.session.experiment)
        self.enter(Request(link, 0), told=True)
        self.arrives_everything()

    # The visitor and the browser.

    @rule(change=CHANGES, page=st.booleans())
    def sets(self, change: Fields, page: bool = False) -> None:
        """In the build panel, or in the page, which is a fragment."""
        self.acts.append(change)
        self.asks(page=page)

    @rule(share=st.sampled_from([0.0, 0.5]))
    def presses_stop(self, share: float) -> None:
        self.acts.append(Stop(share))
        self.asks()

    @rule()
    def polls(self) -> None:
        self.asks()

    @precondition(lambda self: self.at > 0)
    @rule()
    def goes_back(self) -> None:
        self.goes(self.at - 1)

    @precondition(lambda self: self.at < len(self.entries) - 1)
    @rule()
    def goes_forward(self) -> None:
        self.goes(self.at + 1)

    @rule()
    def follows_a_link_within_the_app(self) -> None:
        """The link may have been drawn before the last change; Streamlit pushes its address and asks for a run.

        If it looks like an address that is on its way, the server takes it for that: it is a run longer in the dark.
        """
        self.muddled |= bool(self.requests or self.answers)
        self.entries[self.at + 1 :] = [to_query(self.session.experiment)]
        self.at += 1
        self.asks()

    def goes(self, at: int) -> None:
        """The page names the step in the address, and Streamlit asks for a marked run."""
        self.at, self.steps = at, self.steps + 1
        self.entries[at] = unnamed(self.entries[at]) | {STEP: str(self.steps)}
        self.asks(marked=True)

    def asks(self, marked: bool = False, page: bool = False) -> None:
        self.marked = marked
        self.requests.append(Request(self.entries[self.at], len(self.acts), marked, not page))

    def pushes(self, query: Query) -> None:
        if query == self.entries[self.at]:
            return
        if self.marked:  # Streamlit's answer to a step replaces the entry
            self.entries[self.at] = query
        else:
            self.entries[self.at + 1 :] = [query]
            self.at += 1

    @precondition(lambda self: self.answers)
    @rule()
    def arrives(self) -> None:
        self.pushes(self.answers.popleft())

    def arrives_everything(self) -> None:
        while self.answers:
            self.arrives()

    # The server.

    @precondition(lambda self: self.requests)
    @rule(cut=st.sampled_from(["no", "at once", "after the callbacks", "before telling"]))
    def runs(self, cut: str) -> None:
        request = self.requests.popleft()
        if cut == "at once" and self.requests:  # or both become one, of the whole app and without the mark
            self.requests[0] = replace(self.requests[0], whole=request.whole or self.requests[0].whole)
        elif not any(newer.whole for newer in self.requests):
            cut = "no"  # a fragment's run waits
        if cut != "at once":
            self.callbacks(request)
        if cut in ("no", "before telling"):
            self.enter(request, told=cut == "no")

    @precondition(lambda self: self.session.shown.recipe not in self.finished)
    @rule()
    def ends_a_training(self) -> None:
        self.finished.add(self.session.shown.recipe)

    def find(self, experiment: Experiment) -> Trained | None:
        known = experiment.theta or experiment.recipe in self.finished
        return trained(experiment.recipe, experiment.theta) if known else None

    def callbacks(self, request: Request) -> None:
        for act in self.acts[self.heard : request.done]:
            if not request.marked:
                self.take_step(request)
            if isinstance(act, Stop):
                self.stops(act.share)
            else:
                self.expected |= act
                self.act(self.session.changed(self.find, **act))
        self.heard = max(self.heard, request.done)

    def stops(self, share: float) -> None:
        shown, known = self.session.shown, self.find(self.session.shown)

        def reached(experiment: Experiment) -> Experiment | None:
            stopped = experiment.changed(steps=int(share * experiment.recipe.steps))
            self.finished |= {stopped.recipe} if share else set()
            return stopped if share else None

        draft = self.session.draft
        self.act(self.session.stopped(self.find, reached))
        if known is None and share:
            self.expected["steps"] = int(share * shown.recipe.steps)
        elif known is None and draft is not None:
            self.expected["steps"] = self.session.experiment.recipe.steps

    def take_step(self, request: Request) -> None:
        """In a marked request everything else was done before the step, in others it may have been done after."""
        step = request.address.get(STEP, self.taken)
        if request.marked or step != self.taken:
            self.taken = step
            query = unnamed(request.address)
            if query != self.session.query:  # else there may be more on the screen than the address says
                self.expected = fields_of(from_query(query)[0])
            self.asked(request)

    def enter(self, request: Request, told: bool) -> None:
        self.take_step(request)
        if not request.marked:
            self.asked(request)
        if request.whole:
            self.act(self.session.settled(self.find))
        if told and self.session.behind:
            self.answers.append(self.session.query)

    # Where the controls differ.

    def act(self, session: Session) -> None:
        self.session = session

    def asked(self, request: Request) -> None:
        self.act(self.session.asked_at(request.address, request.marked))

    # What must hold.

    @invariant()
    def nothing_is_lost(self) -> None:
        if hasattr(self, "session"):
            assert fields_of(self.session.shown) == self.expected

    @rule()
    def comes_to_rest(self) -> None:
        """The address is that of the screen, and a reload would show the same."""
        while self.requests:
            self.runs("no")
        self.arrives_everything()
        if self.muddled:
            self.muddled = False
            self.polls()
            self.comes_to_rest()
        assert self.entries[self.at] == self.session.query
        kept = began(self.entries[self.at]).settled(self.find)
        assert fields_of(kept.experiment) == fields_of(self.session.experiment)
        if kept.trained is not None and self.session.experiment.theta:
            assert kept.experiment.theta == self.session.experiment.theta

    @rule()
    def back_from_rest_is_not_undone(self) -> None:
        self.polls()  # a training that has ended is taken up before
        self.comes_to_rest()
        if self.at == 0:
            return
        entries, at = list(map(unnamed, self.entries)), self.at
        self.goes_back()
        self.comes_to_rest()
        assert (list(map(unnamed, self.entries)), self.at) == (entries, at - 1)
