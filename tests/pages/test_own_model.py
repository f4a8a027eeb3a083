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
from permviz.experiment.codec import named_parameters
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
        self.content, self.refusal, self.name, self.wanted = b"", "", "", ""
        monkeypatch.setattr(own_model, "file_reader", self.read)

    def read(self, *, on_file: Any, wanted: str = "", **options: Any) -> None:
        self.wanted = wanted
        if self.content:
            content, self.content = self.content, b""
            try:
                self.name = on_file(decode_file(message(content)))
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
        (drawn((2, 3, 1)) * 1e12, "below 1e9"),
    ],
    ids=["inputs", "wide", "deep", "shallow", "huge"],
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


LARGE = drawn((2, 12, 12, 1), "softplus")


def test_a_large_network_stays_with_the_visit_and_its_link_asks_for_it(reader: Reader) -> None:
    page = brought(reader, pv.network_to_bytes(LARGE))
    page.at.button(key="own-model-use").click()
    page.run()
    assert page.experiment.is_of_named_network
    data = page.experiment.recipe.dataset()
    loss = pytest.approx(float(pv.loss(LARGE, data)), rel=1e-12)
    assert page.diagram()["facts"]["loss_a"] == loss
    address = page.address
    assert address["theta"] == named_parameters(LARGE)

    kept = reader.name
    fresh = AppPage.opened(address)
    assert not fresh.components("facts"), "no other network in its place"
    assert kept == reader.wanted == "network.2-12-12-1", "what the tab remembers is what is asked for"
    assert any("a network that is not here: 2-12-12-1, softplus" in told for told in fresh.sentences())
    reader.content = pv.network_to_bytes(drawn((2, 12, 12, 1), "softplus", seed=5))
    fresh.at.run()
    assert "another network" in reader.refusal
    assert not fresh.run().components("facts")
    reader.content = pv.network_to_bytes(LARGE)
    fresh.at.run()
    fresh.run()
    assert fresh.diagram()["facts"]["loss_a"] == loss
    assert fresh.experiment == page.experiment


@pytest.mark.parametrize("page_name", ["slices", "average", "count", "rastrigin", "claims"])
def test_every_page_asks_for_it(page_name: str) -> None:
    recipe = pv.Recipe(hidden=(12, 12), samples=60, steps=0)
    named = pv.Experiment(recipe, theta=named_parameters(drawn((2, 12, 12, 1))))
    page = AppPage.opened(pv.to_query(named), page_name)
    assert any("a network that is not here" in told for told in page.sentences())
    assert not page.figures()


def test_one_who_knows_the_name_alone_does_not_see_the_network(reader: Reader) -> None:
    """Negative control of the cache: another visit had it computed already."""
    page = brought(reader, pv.network_to_bytes(LARGE))
    page.at.button(key="own-model-use").click()
    page.run()
    assert page.components("facts")
    assert not AppPage.opened(page.address).components("facts")


def test_another_recipe_leaves_the_network_and_files_name_it(reader: Reader) -> None:
    page = brought(reader, pv.network_to_bytes(LARGE))
    page.at.button(key="own-model-use").click()
    page.run()
    lines = pv.to_python(page.experiment, LARGE, "permviz")
    assert 'pv.load_network("network.safetensors")' in lines
    with pytest.raises(ValueError, match="give it as network"):
        pv.to_python(page.experiment)
    assert without_parameters(page.experiment) == page.experiment
    page.at.button(key="train-more").click()
    page.run()
    assert not page.experiment.is_of_named_network
    assert page.experiment.recipe.steps == 500


@pytest.mark.parametrize("theta", ["model.", "model.0123", f"model.{'g' * 24}", f"model.{'0' * 25}"])
def test_a_damaged_name_is_ignored_and_said(theta: str) -> None:
    experiment, notes = pv.from_query({"net": "12-12", "theta": theta})
    assert not experiment.theta
    assert any("theta=" in note and "ignored" in note for note in notes)


def test_what_travels_in_the_link_no_tab_need_remember(reader: Reader) -> None:
    brought(reader, pv.network_to_bytes(drawn((2, 4, 1))))
    assert reader.name == ""
