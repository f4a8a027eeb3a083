"""A visitor's own network: brought as a file, shown as it computes, and what cannot be shown said in a sentence."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import segno
import torch
from torch import nn

import permviz as pv
from permviz.components.own.wire import decode_file
from permviz.experiment.follow import without_parameters
from permviz.ui.parts import own_model
from tests.cases import drawn
from tests.components.own.test_wire import message
from tests.pages.app_page import AppPage

FEW_STEPS = {"net": "3", "steps": "20", "samples": "60"}


def saved(model: nn.Module) -> bytes:
    file = io.BytesIO()
    torch.save(model.double().state_dict(), file)
    return file.getvalue()


class Reader:
    """Stands for the browser: gives a file in the next run; a refusal is kept, as the reader shows it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.content, self.refusal = b"", ""
        monkeypatch.setattr(own_model, "file_reader", self.read)

    def read(self, *, on_file: Any, **options: Any) -> None:
        if self.content:
            content, self.content = self.content, b""
            try:
                on_file(decode_file(message(content)))
            except ValueError as refused:
                self.refusal = str(refused)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    return Reader(monkeypatch)


def brought(reader: Reader, content: bytes, query: dict[str, str] = FEW_STEPS) -> AppPage:
    """A page on whose dialog a file was given."""
    page = AppPage.opened(query)
    page.at.button(key="own-model-ask").click()
    page.run()
    reader.content = content
    page.at.run()
    return page.run()


def test_a_state_dict_is_brought_and_shown(reader: Reader) -> None:
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.GELU(), nn.Linear(4, 3), nn.GELU(), nn.Linear(3, 1)).eval()
    page = brought(reader, saved(model))
    assert page.experiment.recipe.hidden == (3,), "bringing changes nothing"
    page.at.selectbox(key="own-model-activation").select("gelu")
    page.run()
    page.at.selectbox(key="own-model-task").select("circles")
    page.run()
    assert any("2\\-4\\-3\\-1\\, GELU\\, 31 parameters" in text.value for text in page.at.markdown)
    page.at.button(key="own-model-use").click()
    page.run()
    recipe = page.experiment.recipe
    assert (recipe.task, recipe.spec.widths, recipe.activation) == ("circles", (2, 4, 3, 1), "gelu")
    network = page.experiment.carried_network()
    assert network is not None
    data = recipe.dataset()
    torch.testing.assert_close(network(data.inputs), model(data.inputs).detach(), rtol=0, atol=1e-12)
    expected = nn.functional.binary_cross_entropy_with_logits(model(data.inputs).detach()[:, 0], data.targets.double())
    assert page.diagram()["facts"]["loss_a"] == pytest.approx(float(expected), rel=1e-12)
    assert "own-asked" not in page.at.session_state
    assert not page.sentences()
    again, notes = pv.from_query(page.address)
    assert not notes
    assert again.carried_network() is not None
    assert torch.equal(again.carried_network().flatten(), network.flatten())  # type: ignore[union-attr]


def test_permvizs_own_file_says_its_activation(reader: Reader) -> None:
    net = drawn((2, 3, 2, 1), "sin")
    page = brought(reader, pv.network_to_bytes(net))
    assert all(box.key != "own-model-activation" for box in page.at.selectbox)
    page.at.button(key="own-model-use").click()
    page.run()
    assert torch.equal(page.experiment.carried_network().flatten(), net.flatten())  # type: ignore[union-attr]
    assert page.experiment.recipe.activation == "sin"


def test_the_code_to_scan_holds_a_network_that_no_training_leads_to(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make = segno.make
    monkeypatch.setattr(segno, "make", lambda text, **options: made.append(text) or make(text, **options))
    page = brought(reader, pv.network_to_bytes(drawn((2, 3, 1))))
    page.at.button(key="own-model-use").click()
    page.run()
    page.at.button(key="share").click()
    page.run()
    scanned = pv.from_query(dict(parse_qsl(urlsplit(made[-1]).query)))[0]
    assert torch.equal(scanned.carried_network().flatten(), drawn((2, 3, 1)).flatten())  # type: ignore[union-attr]


def test_what_training_leads_to_is_left_to_it() -> None:
    for steps in (0, 5):
        recipe = pv.Recipe(hidden=(3,), samples=40, steps=steps)
        carried = pv.Experiment(recipe, theta=own_model.encode_parameters(pv.follow_recipe(recipe).network))
        assert without_parameters(carried) == pv.Experiment(recipe)
    assert without_parameters(pv.Experiment(pv.Recipe())) == pv.Experiment(pv.Recipe())


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        (drawn((5, 3, 2)), "A network of 5 inputs and 2 outputs given, which no task has"),
        (drawn((2, 17, 1)), "expected whole numbers from 1 to 16"),
        (drawn((2, 2, 2, 2, 2, 2, 1)), "expected at most 4 numbers"),
        (drawn((2, 1)), "expected at least 1 number"),
        (drawn((2, 12, 12, 1)), "A network of 205 parameters given: at most 120"),
        (drawn((2, 3, 1)) * 1e12, "below 1e9"),
    ],
    ids=["inputs", "wide", "deep", "shallow", "large", "huge"],
)
def test_a_network_that_cannot_be_shown_gets_a_sentence(network: pv.Network, sentence: str, reader: Reader) -> None:
    page = brought(reader, pv.network_to_bytes(network))
    assert not reader.refusal
    assert any(sentence in told for told in page.sentences()), page.sentences()
    assert all(button.key != "own-model-use" for button in page.at.button)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no file of numbers", "not a readable safetensors file"),
        (pv.network_to_bytes(drawn((2, 3, 1), batch=(2,))), "batch of networks"),
        (saved(nn.Conv2d(1, 1, 3)), "Weights of shapes|Layer 1"),
    ],
    ids=["text", "batch", "convolution"],
)
def test_a_file_that_is_none_is_refused_beside_the_button(content: bytes, sentence: str, reader: Reader) -> None:
    page = brought(reader, content)
    assert re.search(sentence, reader.refusal)
    assert all(button.key != "own-model-use" for button in page.at.button)
    assert page.experiment.recipe.hidden == (3,)
