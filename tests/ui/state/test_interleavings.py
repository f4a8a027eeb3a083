"""A visit in random order of all that may happen: nothing of it is lost, and under weaker rules something is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from permviz.ui.state.session import Query, Session
from tests.ui.state.visits import Request, Visits, unnamed


class OneAddressRemembered(Visits):
    """Control: any address is input but the one now written and the one before it."""

    read: Query | None = None
    before: Query | None = None

    def act(self, session: Session) -> None:
        if session.query != self.session.query:
            self.before, self.read = self.session.query, session.query
        super().act(session)

    def asked(self, request: Request) -> None:
        late = request.address in (self.read, self.before, self.session.query)
        super().asked(request if late else replace(request, marked=True))


class StepsOnlyMarked(Visits):
    """Control: a step through the history counts only if its own request is answered."""

    def asked(self, request: Request) -> None:
        super().asked(request if request.marked else replace(request, address=unnamed(request.address)))


class ToldOnce(Visits):
    """Control: the browser is taken to have had whatever address it was sent."""

    def asked(self, request: Request) -> None:
        super().asked(request)
        if self.session.query == request.address:
            self.session = replace(self.session, trail=(request.address,))


def search(machine: type[Visits], examples: int = 200, phases: Sequence[Phase] = tuple(Phase)) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            phases=phases,
            report_multiple_bugs=False,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_nothing_of_the_visitor_s_is_lost() -> None:
    search(Visits)


def test_the_search_finds_what_one_remembered_address_loses() -> None:
    """Negative control: the machine against the rule that it replaced."""
    with pytest.raises(AssertionError):
        search(OneAddressRemembered, examples=2000, phases=(Phase.generate,))


def three_changes_before_an_answer(visit: Visits) -> None:
    """The browser is slow: all three requests carry the first address."""
    for order in ((2, 1, 0), (2, 0, 1), (0, 2, 1)):
        visit.sets({"order": (order,)})
    while visit.requests:
        visit.runs("no")
        visit.nothing_is_lost()


def a_step_and_at_once_a_click(visit: Visits) -> None:
    """The request that Back makes is dropped for a newer one before its run begins."""
    visit.sets({"order": ((2, 1, 0),)})
    visit.comes_to_rest()
    visit.goes_back()
    visit.sets({"claims": {"claim": 2}})
    while visit.requests:
        visit.runs("at once")
        visit.nothing_is_lost()


def there_and_back_while_the_answers_are_under_way(visit: Visits) -> None:
    """Three swaps of the same two nodes, the last answer lost: the browser is where it was told to be one swap ago."""
    for order in ((2, 1, 0), (0, 1, 2), (2, 1, 0)):
        visit.sets({"order": (order,)})
    visit.runs("no")
    visit.arrives_everything()
    visit.runs("no")
    visit.polls()
    visit.runs("before telling")
    visit.comes_to_rest()


@pytest.mark.parametrize(
    ("story", "control"),
    [
        (three_changes_before_an_answer, OneAddressRemembered),
        (a_step_and_at_once_a_click, StepsOnlyMarked),
        (there_and_back_while_the_answers_are_under_way, ToldOnce),
    ],
)
def test_what_a_weaker_rule_would_lose(story: Callable[[Visits], None], control: type[Visits]) -> None:
    visit, weaker = Visits(), control()
    visit.opens_a_link([0, 1, 2])
    story(visit)
    weaker.opens_a_link([0, 1, 2])
    with pytest.raises(AssertionError):
        story(weaker)
