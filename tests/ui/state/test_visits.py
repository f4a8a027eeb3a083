"""Visits without a browser: the address as the app is told it, early and late, and what Streamlit does with a step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests

from permviz.experiment.link import to_query
from permviz.ui.parts import controls
from permviz.ui.state.session import STEP
from tests.pages.app_page import AppPage

SMALL = {"task": "moons", "net": "3-2", "samples": "60", "steps": "80", "seed": "1"}


@pytest.fixture(autouse=True)
def _fresh_server() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def stepped(times: int) -> tuple[AppPage, list[dict[str, str]]]:
    """A page whose network was trained on by a step so many times, and its addresses."""
    page = AppPage.opened(SMALL)
    addresses = [page.address]
    for _ in range(times):
        page.at.button(key="train-step").click()
        page.run()
        addresses.append(page.address)
    return page, addresses


def test_late_addresses_change_nothing_and_the_browser_is_told_again() -> None:
    page, (first, second, third) = stepped(2)
    for late in (first, second, first, {}):
        page.carrying(late)
        assert page.experiment.recipe.steps == 82
        assert page.at.number_input(key="build-steps").value == 82
        assert page.address == third


def test_a_step_through_the_history_counts_after_what_its_request_brings() -> None:
    page, (first, *_, third) = stepped(2)
    page.at.number_input(key="build-noise").set_value(0.2)
    page.goes_to(first)
    assert page.experiment.recipe == AppPage.opened(SMALL).experiment.recipe
    assert page.address == first
    assert page.goes_to(third).experiment.recipe.steps == 82


def test_a_step_whose_mark_was_dropped_counts_before_what_came_after() -> None:
    page, (_, second, _) = stepped(2)
    page.at.toggle(key="build-finish").set_value(True)
    page.carrying(second | {STEP: "17"})
    page.run()
    assert (page.experiment.recipe.steps, page.experiment.recipe.finish) == (81, True)
    assert STEP not in page.address
    assert page.address == to_query(page.experiment)


def test_a_step_to_a_bare_link_trains_its_own_network() -> None:
    page, (first, *_) = stepped(1)
    assert page.goes_to(first).run().experiment.recipe.steps == 80
    assert page.address == first == SMALL


def test_a_step_leaves_a_training_behind() -> None:
    page, (first, *_) = stepped(1)
    page.at.number_input(key="build-steps").set_value(20_000)
    page.at.run()
    assert page.at.button(key="train-stop")
    page.goes_to(first).run()
    assert page.at.number_input(key="build-steps").value == 80
    assert page.address == first


def test_another_page_shows_the_same_and_so_does_its_address() -> None:
    page, (*_, last) = stepped(1)
    page.at.query_params = {}
    page.go("average")
    assert page.experiment.recipe.steps == 81
    assert page.address == last


def test_a_late_value_of_a_control_is_nobodys_choice_however_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controls, "LATE_SECONDS", 0.0)
    page, (first, second) = stepped(1)
    page.at.number_input(key="build-steps").set_value(80)
    page.carrying(first)
    assert page.experiment.recipe.steps == 81
    page.at.number_input(key="build-steps").set_value(80)
    page.carrying(second)
    assert page.experiment.recipe.steps == 80, "the browser had followed: this was chosen"


@pytest.mark.parametrize(
    ("newer", "kept"), [({"is_auto_rerun": True, "fragment_id": "a"}, True), ({"fragment_id": "a"}, False), ({}, False)]
)
def test_streamlit_drops_a_steps_mark_for_a_click_but_keeps_its_address(newer: dict[str, object], kept: bool) -> None:
    """Why a step is named in the address: if this fails, Streamlit has learnt to keep the mark."""
    requests = ScriptRequests()
    requests.request_rerun(RerunData(query_string="order=10&step=17", is_history_navigation=True))
    requests.request_rerun(RerunData(query_string="order=10&step=17", **newer))  # type: ignore[arg-type]
    run = requests.on_scriptrunner_ready().rerun_data
    assert run.is_history_navigation is kept
    assert run.query_string == "order=10&step=17"
    assert not run.fragment_id_queue, "the whole app runs"


def test_a_setting_that_a_link_gives_twice_is_told() -> None:
    page = AppPage.opened(SMALL | {"seed": ["3", "2"]})  # type: ignore[dict-item]
    assert page.experiment.recipe.seed == 2
    assert "Given more than once in the link: seed; the last value of each is used." in " ".join(page.sentences())
    assert "more than once" not in " ".join(AppPage.opened(SMALL).sentences())
