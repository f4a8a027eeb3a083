"""The Align page's question whether it is the symmetry: the stored maps, and the map of this network's task, bit by bit."""

from __future__ import annotations

import json

import numpy as np
import pytest

import permviz as pv
from permviz.figures.asymmetry import answer
from permviz.networks.digits import loss_text
from tests.pages.app_page import AppPage
from tests.waiting import until

SMALL = {"task": "moons", "samples": "40", "net": "3", "act": "tanh", "steps": "30", "rate": "0.1", "seed": "5"}


def opened(**settings: str) -> AppPage:
    return AppPage.opened(SMALL | {"align.show": "asymmetry"} | {f"align.{k}": v for k, v in settings.items()}, page="align")


def library() -> pv.AsymmetryMap:
    recipe = pv.from_query(SMALL)[0].recipe
    held_out = recipe.changed(draw=1).dataset()
    return pv.asymmetry_map(
        recipe.spec, recipe.dataset(), steps=30, learning_rate=0.1, widths=(6, 12), held_out=held_out
    )  # fmt: skip


def walls(page: AppPage) -> np.ndarray:
    """The numbers written in the first of the maps, by kappa and share."""
    (figure, *_) = page.figures()
    traces = [trace for trace in json.loads(figure["figure"])["data"] if trace.get("texttemplate")][:2]
    return np.array(
        [["".join(words) for words in zip(*rows, strict=True)] for rows in zip(*(t["text"] for t in traces), strict=True)]
    )


@pytest.mark.parametrize("activation", ["gelu", "tanh"])
def test_the_stored_maps_are_shown_at_once(activation: str) -> None:
    page, stored = opened(stored=activation), pv.stored_asymmetry_map(activation)
    assert [[loss_text(value) for value in row] for row in stored.barriers.tolist()] == walls(page).tolist()
    assert answer(stored).split(": ")[0] in " ".join(text.value for text in page.at.markdown)
    assert len(page.figures()) == 2


def test_the_map_of_this_task_waits_to_be_asked_and_is_the_library_s() -> None:
    page = opened(where="here")
    assert not page.figures()
    assert any("90 trainings of 30 steps" in caption.value for caption in page.at.caption)
    page.at.button(key="align-broken").click()
    until(lambda: not page.run().at.get("progress"), "the map")
    found = library()
    assert [[loss_text(value) for value in row] for row in found.barriers.tolist()] == walls(page).tolist()
    assert page.experiment.align.broken


def test_it_is_stopped_shows_what_there_is_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("permviz.ui.parts.unfinished.AT_ONCE_SECONDS", 0.0)  # a run computes no group but the first
    page = AppPage.opened(SMALL | {"rate": "0.11", "align.show": "asymmetry", "align.where": "here", "align.broken": "1"})
    at = page.at.switch_page("pages/align.py").run()
    assert told(page) == "Training networks with frozen weights: group 1 of 18"
    at.button(key="broken-stop").click().run()
    monkeypatch.undo()
    at.run()
    assert told(page) == "Stopped: group 1 of 18"
    assert any("Not all is computed: no answer yet." in caption for caption in page.captions())
    at.button(key="broken-on").click().run()
    until(lambda: not page.run().at.get("progress"), "the map")
    assert not any("Not all is computed" in caption for caption in page.captions())


def told(page: AppPage) -> str:
    (bar,) = page.at.get("progress")
    return str(bar.proto.text)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"steps": "0"}, "it has no training steps: give it some"),
        ({"net": "16-16", "samples": "2000", "steps": "500"}, "would take minutes"),
    ],
)
def test_what_has_no_map_here_is_told(changes: dict[str, str], words: str) -> None:
    page = AppPage.opened(SMALL | {"align.show": "asymmetry", "align.where": "here"} | changes, page="align")
    assert any(words in sentence for sentence in page.sentences())
    assert not page.figures()


def test_another_network_is_not_trained_unasked() -> None:
    page = opened(where="here", broken="1")
    page.at.number_input(key="build-steps").set_value(31)
    page.run()
    assert page.experiment.recipe.steps == 31
    assert not page.experiment.align.broken
    assert page.at.button(key="align-broken").label == "Train them all"
