"""Drawn points: the task, in the link, and drawn on."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st
import torch

from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import follow_recipe
from permviz.experiment.link import to_query
from permviz.experiment.own import drawn_task
from permviz.experiment.recipe import Recipe
from permviz.ui.parts import own_points
from tests.components.own.test_wire import ID
from tests.pages.app_page import AppPage

FEW_STEPS = {"net": "3", "steps": "20"}
POINTS = {"first": [[10, 20], [30, 200]], "second": [[200, 30], [220, 240], [128, 128]]}
TASK = drawn_task([(10, 20), (30, 200)], [(200, 30), (220, 240), (128, 128)])


class Plane:
    """Stands for the browser: what it was sent, and what it answers in the next run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: dict[str, Any] = {}
        self.answer: dict[str, Any] | None = None
        monkeypatch.setattr(own_points, "_component", self.mount)

    def mount(self, *, key: str, data: dict[str, Any], on_given_change: Any) -> None:
        self.sent = data
        if self.answer is not None:
            st.session_state[key] = {"given": self.answer}
            self.answer = None
            on_given_change()


@pytest.fixture
def plane(monkeypatch: pytest.MonkeyPatch) -> Plane:
    return Plane(monkeypatch)


def drawn(page: AppPage, plane: Plane, message: dict[str, Any]) -> AppPage:
    page.at.selectbox(key="build-task").select("drawn")
    page.run()
    plane.answer = {"id": ID} | message
    page.at.run()
    return page.run()


def test_points_become_the_task_when_they_are_given(plane: Plane) -> None:
    page = drawn(AppPage.opened(FEW_STEPS), plane, POINTS)
    assert page.experiment.recipe.task == TASK
    assert "own-asked" not in page.at.session_state
    oracle = follow_recipe(page.experiment)
    assert torch.equal(page.experiment.carried_network().flatten(), oracle.network.flatten())  # type: ignore[union-attr]
    assert page.diagram()["names"] == {"inputs": ["x", "y"], "outputs": ["class A", "class B"]}


def test_a_link_opens_on_its_points_and_one_draws_on(plane: Plane) -> None:
    page = AppPage.opened(to_query(Experiment(Recipe(task=TASK, hidden=(3,), steps=20))))
    assert not page.sentences()
    assert page.experiment.recipe.task == TASK
    page.at.selectbox(key="build-task").select("drawn")
    page.run()
    assert [sorted(map(list, plane.sent[name])) for name in ("first", "second")] == [sorted(p) for p in POINTS.values()]


def test_points_that_are_no_task_change_nothing(plane: Plane) -> None:
    page = drawn(AppPage.opened(FEW_STEPS), plane, POINTS | {"second": []})
    assert page.experiment.recipe.task == "moons"
    page.at.run()
    assert plane.sent["answered"]["sentence"].startswith("The points are no task: expected two points or more of each class")


def test_noise_and_samples_are_not_asked_of_ones_own_points(plane: Plane) -> None:
    names = {"build-noise", "build-samples"}
    page = AppPage.opened(FEW_STEPS)
    assert names <= {field.key for field in page.at.number_input}
    assert not names & {field.key for field in drawn(page, plane, POINTS).at.number_input}
