"""The Melt page: its stages are the library's, its slider leads along them, and its words are true of the stage shown."""

from __future__ import annotations

from functools import cache

import pytest

import permviz as pv
from permviz.landscape.melting import STAGES, decay_ladder
from permviz.symmetry.counting import count_text
from tests.pages.app_page import AppPage, metrics

SMALL = {"task": "moons", "samples": "40", "net": "3", "seed": "1", "steps": "60"}


@cache
def library() -> pv.Melt:
    recipe = pv.from_query(SMALL)[0].recipe
    return pv.melt(recipe.spec, recipe.dataset(), start=pv.follow_recipe(recipe).network)


def opened(**settings: object) -> AppPage:
    """All its stages there."""
    return AppPage.opened(SMALL | {f"melt.{name}": str(value) for name, value in settings.items()}, page="melt")


@pytest.mark.parametrize("stage", [0, 25, STAGES - 1])
def test_a_stage_is_the_library_s(stage: int) -> None:
    page, expected = opened(stage=stage), library().stages[stage]
    shown = metrics(page)
    assert shown["Copies"] == count_text(expected.copies)
    assert shown["Stabiliser"] == expected.stabiliser
    assert shown["Zero nodes"] == str(expected.zeros)
    (figure,) = page.figures()
    assert f"to {count_text(library().copies[-1])}; distinct nodes: from 3 to 0" in f"{figure['caption']} {figure['more']}"
    diagrams = page.components("facts")
    assert len(diagrams) == 2
    assert diagrams[1]["loss"]["decay"] == decay_ladder()[stage]
    assert abs(diagrams[1]["facts"]["loss_a"] - expected.objective) < 1e-9
    assert any("Minimum: gradient norm" in caption.value for caption in page.at.caption)


def test_at_the_end_the_post_s_hypothesis_fails_and_at_the_beginning_nothing_is_said() -> None:
    words = "at a certified minimum"
    assert any(words in message.value for message in opened(stage=STAGES - 1).at.success)
    assert not any(words in message.value for message in opened(stage=0).at.success)


def test_the_slider_leads_along() -> None:
    page = opened(stage=0)
    page.at.select_slider(key="melt-stage").set_value(STAGES - 1)
    page.run()
    assert page.experiment.melt.stage == STAGES - 1
    assert metrics(page)["Copies"] == "1"


def test_it_is_stopped_shows_what_there_is_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("permviz.ui.parts.unfinished.AT_ONCE_SECONDS", 0.0)  # a run computes no stage but the first
    page = AppPage.opened(SMALL | {"seed": "3", "melt.stage": "50"})
    at = page.at.switch_page("pages/melt.py").run()
    assert told(page) == "Following the network along the decay: stage 1 of 60"
    at.button(key="melt-stop").click().run()
    monkeypatch.undo()
    at.run()
    assert told(page) == "Stopped: stage 1 of 60"
    assert "λ = 0.0001" in " ".join(text.value for text in at.markdown)
    assert page.figures()
    at.button(key="melt-on").click().run()
    page.run()
    assert not at.get("progress")
    assert f"λ = {decay_ladder()[50]:.3g}: " in " ".join(text.value for text in at.markdown)


def told(page: AppPage) -> str:
    (bar,) = page.at.get("progress")
    return str(bar.proto.text)


def test_activations_are_compared() -> None:
    page = AppPage.opened(SMALL | {"samples": "20", "net": "2", "melt.show": "activations"}, page="melt")
    (table,) = [text.value for text in page.at.markdown if "| Most equal nodes |" in text.value]
    assert table.count("\n") == 5
    assert "| ReLU |" in table
    assert "| 0 of 15 |" in table
    assert "| 15 of 15 |" in table
    assert page.figures()


@pytest.mark.parametrize(("changes", "words"), [
    ({"act": "linear"}, "Linear nodes do not melt"),
    ({"net": "16-16"}, "would take minutes here"),
])  # fmt: skip
def test_what_does_not_melt_here_is_told(changes: dict[str, str], words: str) -> None:
    page = AppPage.opened(SMALL | {"steps": "1"} | changes, page="melt")
    assert any(words in sentence for sentence in page.sentences())
    assert not page.figures()


def test_the_two_diagrams_have_names() -> None:
    assert [diagram["called"] for diagram in opened(stage=0).components("facts")] == ["Your network", "At λ = 0.0001"]
