"""Lessons on the pages: the strip where one is followed, nothing of it elsewhere, the question computed from the network."""

from __future__ import annotations

from typing import Any

import pytest

from permviz.lessons import questions
from permviz.lessons.lesson import Asked
from permviz.lessons.table import LESSONS
from permviz.networks.digits import loss_text
from permviz.networks.network import loss
from permviz.symmetry.averaging import symmetric_average
from tests.pages.app_page import AppPage

LINK = {"task": "moons", "samples": "60", "net": "4-2", "steps": "30", "seed": "11"}


def strip(page: AppPage) -> dict[str, Any]:
    (data,) = page.components("highlight")
    return data


def lesson(name: str, step: int) -> dict[str, str]:
    return {"lesson.name": name, "lesson.step": str(step)}


def test_without_a_lesson_nothing_of_it_is_sent_or_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> Asked:
        raise AssertionError("asked without a lesson")

    for name in ("half_way", "orders", "average"):
        monkeypatch.setattr(questions, name, never)
    page = AppPage.opened(LINK)
    assert page.components("highlight") == []
    assert [button.key for button in page.at.button if button.key in ("tour", "not-now", "lessons")] == ["lessons"]


def test_the_strip_says_the_step_on_its_page_and_on_another() -> None:
    page = AppPage.opened(LINK | lesson("class", 1) | {"lesson.done": "2_5"})
    data, step = strip(page), LESSONS["class"].steps[0]
    assert (data["lesson"], data["step"], data["text"], data["task"]) == ("class", 1, step.text, step.task)
    assert [at for at, other in enumerate(data["steps"], start=1) if other["done"]] == [2, 5]
    assert data["question"] is None
    assert not data["away"]
    assert strip(page.go("count"))["away"]


def test_the_question_is_about_the_network_on_the_screen() -> None:
    page = AppPage.opened(LINK | lesson("class", 8), page="average")
    asked, experiment = strip(page)["question"], page.experiment
    network = experiment.carried_network()
    assert network is not None
    assert (
        f"The average has the loss {loss_text(float(loss(symmetric_average(network), experiment.recipe.dataset())))},"
        in asked["why"]
    )
    other = AppPage.opened(LINK | lesson("class", 8) | {"seed": "12"}, page="average")
    assert strip(other)["question"]["why"] != asked["why"], "negative control"


def test_a_change_by_a_control_completes_its_step_and_another_does_not() -> None:
    page = AppPage.opened(LINK | lesson("class", 10), page="claims")
    page.at.radio(key="claims-claim").set_value(4)
    page.run()
    assert page.experiment.lesson.done == (10,)
    assert page.address["lesson.done"] == "10"
    elsewhere = AppPage.opened(LINK | lesson("class", 9), page="claims")
    elsewhere.at.radio(key="claims-claim").set_value(4)
    elsewhere.run()
    assert elsewhere.experiment.lesson.done == ()


def test_the_invitation_stands_where_no_link_was_given_and_leads_into_the_lesson() -> None:
    page = AppPage.opened({})
    keys = {button.key for button in page.at.button}
    assert {"tour", "not-now", "lessons"} <= keys
    page.at.button(key="tour").click()
    page.run()
    assert page.experiment.lesson.name == "class"
    assert "tour" not in {button.key for button in page.at.button}
    refused = AppPage.opened({})
    refused.at.button(key="not-now").click()
    refused.run()
    assert refused.experiment.lesson.name == ""
    assert "tour" not in {button.key for button in refused.at.button}


def test_a_lesson_is_chosen_in_the_dialog() -> None:
    page = AppPage.opened(LINK)
    page.at.button(key="lessons").click()
    page.run()
    page.at.button(key="start-researcher").click()
    page.run()
    assert page.experiment.lesson.name == "researcher"
    assert page.address["lesson.name"] == "researcher"
    assert page.experiment.recipe.hidden == (4, 2), "the visitor's own network stays"


def test_with_lessons_hidden_the_strip_stays_and_nothing_ends_it() -> None:
    page = AppPage.opened(LINK | lesson("class", 3) | {"hide": "lessons.curve.matrices"})
    assert strip(page)["bound"]
    assert "lessons" not in [button.key for button in page.at.button]
    assert set(page.diagram()["hide"]) == {"lessons", "matrices"}, "the step is about the curve, at which the slider is"
    other = AppPage.opened(LINK | lesson("class", 1) | {"hide": "curve.matrices"})
    assert not strip(other)["bound"]
    assert set(other.diagram()["hide"]) == {"curve", "matrices"}, "negative control"
