"""The transitions of a visit, one by one; in all orders they are in test_interleavings.py."""

from __future__ import annotations

from functools import partial

import pytest

from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import Trained, snapshot
from permviz.experiment.link import to_query
from permviz.networks.network import init_network
from permviz.ui.state.session import MOST_UNDER_WAY, STEP, Session, began

LINK = {"task": "moons", "samples": "20", "net": "3-2", "steps": "0"}
SWAPPED = ((1, 0, 2), (0, 1))


def known(*steps: int) -> partial[Trained | None]:
    """Networks are known for these numbers of steps, and where an experiment carries one."""
    return partial(_find, steps)


def _find(steps: tuple[int, ...], experiment: Experiment) -> Trained | None:
    recipe = experiment.recipe
    if not experiment.theta and recipe.steps not in steps:
        return None
    return snapshot(recipe, experiment.carried_network() or init_network(recipe.spec, recipe.steps))


def settled(link: dict[str, str] = LINK) -> Session:
    return began(link).settled(known(0))


def test_a_link_keeps_its_address_when_its_network_is_known() -> None:
    session = settled()
    assert session.query == LINK
    assert session.experiment.theta
    assert session.trained is not None
    assert not session.behind


def test_late_addresses_change_nothing_that_is_shown() -> None:
    first = settled()
    second = first.changed(known(0), order=SWAPPED)
    third = second.changed(known(0), slices={"log": True})
    for late in (first.query, second.query, {}, LINK | {"net": "5"}):
        heard = third.asked_at(late)
        assert heard.experiment == third.experiment
        assert heard.query == third.query
        assert heard.behind, "the browser is told again"


def test_the_browser_is_told_until_it_has_followed() -> None:
    session = settled().changed(known(0), order=SWAPPED)
    first, swapped = session.trail
    session = session.changed(known(0), order=())
    assert [len(session.asked_at(address).trail) for address in (first, swapped, session.query)] == [3, 2, 1]
    there_and_back = session.changed(known(0), order=SWAPPED).asked_at(swapped)
    assert there_and_back.behind, "it may be there for the first time"


def test_a_browser_far_behind_is_not_remembered_for_ever() -> None:
    session = settled()
    for i in range(5 * MOST_UNDER_WAY):
        session = session.changed(known(0), claims={"claim": 1 + i % 11}).asked_at(LINK)
        session = session.asked_at({STEP: str(i)}) if i % 7 == 0 else session
    assert len(session.trail) <= MOST_UNDER_WAY + 2


def test_a_link_within_the_app_that_says_the_same_becomes_the_address() -> None:
    session = settled()
    full = to_query(session.experiment)
    assert full != session.query
    assert session.asked_at(full).trail == (full,)


@pytest.mark.parametrize("marked", [True, False])
def test_a_step_is_taken_once(marked: bool) -> None:
    first = settled()
    session = first.changed(known(0), order=SWAPPED).asked_at(to_query(first.experiment))
    there = LINK | {STEP: "17"}
    back = session.asked_at(there, marked)
    assert back.experiment.order == ()
    assert back.query == LINK
    assert back.behind, "the browser is told the address alone"
    again = back.changed(known(0), order=SWAPPED).asked_at(there)
    assert again.experiment.order == SWAPPED, "the same step, late"
    assert again.asked_at(LINK | {STEP: "18"}).experiment.order == ()


def test_an_unnamed_step_counts_if_it_is_marked() -> None:
    session = settled().changed(known(0), order=SWAPPED)
    assert session.asked_at(LINK, marked=True).experiment.order == ()
    assert session.asked_at(LINK).experiment.order == SWAPPED


def test_a_step_to_a_bare_link_shows_what_the_link_says_and_not_what_was_made_of_it() -> None:
    session = settled()
    edited = session.changed(known(0), theta=began(to_query(session.experiment)).experiment.theta, order=SWAPPED)
    back = edited.asked_at(LINK, marked=True)
    assert back.experiment == began(LINK).experiment
    assert back.query == LINK


def test_a_step_leaves_a_draft_behind_but_not_at_the_same_address() -> None:
    session = settled().changed(known(0), steps=50)
    assert session.draft is not None
    assert session.asked_at(LINK, marked=True).draft == session.draft, "to another page, say"
    swapped = settled().changed(known(0), order=SWAPPED).changed(known(0), steps=50)
    assert swapped.draft is not None
    back = swapped.asked_at(LINK, marked=True)
    assert back.draft is None
    assert back.settled(known(0, 50)).experiment.recipe.steps == 0, "its training may end: nobody waits for it any more"


def test_a_draft_is_no_address_before_its_network_is_known() -> None:
    session = settled().changed(known(0), steps=50).changed(known(0), order=SWAPPED)
    assert session.settled(known(0)).query == LINK
    assert session.settled(known(0)).trained is None
    done = session.settled(known(0, 50))
    assert (done.experiment.recipe.steps, done.experiment.order, done.draft) == (50, SWAPPED, None)
    assert done.query == to_query(done.experiment)


def test_a_stopped_draft_is_what_it_has_reached() -> None:
    session = settled().changed(known(0), steps=50).changed(known(0), order=SWAPPED)
    stopped = session.stopped(known(0), lambda draft: draft.changed(steps=20))
    assert (stopped.experiment.recipe.steps, stopped.experiment.order, stopped.draft) == (20, SWAPPED, None)
    assert stopped.query == to_query(stopped.experiment)


def test_a_draft_that_is_taken_back_leaves_what_was_done_meanwhile() -> None:
    session = settled()
    draft = session.changed(known(0), steps=50).changed(known(0), order=SWAPPED).changed(known(0), claims={"claim": 4})
    back = draft.stopped(known(0), lambda _: None)
    assert back.draft is None
    assert (back.experiment.recipe, back.experiment.theta) == (session.experiment.recipe, session.experiment.theta)
    assert (back.experiment.order, back.experiment.claims.claim) == (SWAPPED, 4)
    assert back.notes == ("The training had not begun: it was taken back, and the network before it is shown again.",)
    swapped = session.changed(known(0), order=SWAPPED)
    narrower = swapped.changed(known(0), hidden=(2,), steps=50).changed(known(0), order=((1, 0),))
    assert narrower.stopped(known(0), lambda _: None).experiment.order == SWAPPED, "the draft's does not fit"


def test_a_stop_that_comes_too_late_does_nothing() -> None:
    session = settled()
    assert session.stopped(known(0), pytest.fail) == session


def test_a_stop_before_the_training_has_begun_holds() -> None:
    stopped = began(LINK | {"steps": "50"}).stopped(known(), lambda _: None)
    assert stopped.notes == ("The training had not begun: the network is the untrained one.",)
    assert stopped.settled(known(0)).experiment.recipe.steps == 0


def test_a_wrong_value_is_a_sentence_and_changes_nothing() -> None:
    session = settled()
    refused = session.changed(known(0), noise=-1.0)
    assert refused.experiment == session.experiment
    assert refused.notes[0].endswith("Nothing was changed.")
    assert refused.changed(known(0), order=SWAPPED).notes == ()


def test_a_visit_that_begins_in_the_middle_of_a_step_begins_where_it_led() -> None:
    session = began(LINK | {STEP: "17"})
    assert session.query == LINK
    assert session.notes == ()
    assert session.behind
    assert not session.is_new(LINK | {STEP: "17"})
