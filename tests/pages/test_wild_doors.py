"""Networks and data that no usual visit has, brought through every door of the app: each view answers in a sentence or in right
numbers, without a number that is none."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.experiment.codec import named_parameters
from permviz.experiment.editing import Edit, edited
from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import follow_recipe, with_parameters
from permviz.experiment.link import to_query
from permviz.experiment.recipe import Recipe
from tests import oracles
from tests.cases import drawn
from tests.pages import test_own_model, test_own_table
from tests.pages.app_page import AppPage
from tests.pages.test_wild_weights import VIEWS, said

OF_NETWORKS = [
    (page, settings)
    for page, settings in VIEWS
    if settings.keys().isdisjoint({"rastrigin.picture"})
    and not {"function", "neurons", "critical", "matrices", "linear", "subspaces"} & set(settings.values())
]
"""The views that show something of the network."""

NO_NUMBER = re.compile(r"(?<![a-z])(nan|inf)(?![a-z])", re.IGNORECASE)
DATA = pv.load_dataset("teacher", samples=40)
LARGE = 2, 12, 12, 1
"""Too many parameters to travel in a link."""


def no_numbers(value: Any) -> Iterator[str]:
    """What of a message to the browser is written as a number and is none; gaps in lines, and fields, may be ``nan``."""
    if isinstance(value, float):
        yield from [] if np.isfinite(value) else [str(value)]
    elif isinstance(value, str):
        yield from [value] if len(value) < 1000 and NO_NUMBER.search(value) else []
    elif isinstance(value, list):
        for part in value:
            yield from no_numbers(part)
    elif isinstance(value, dict) and "bdata" in value:
        numbers = np.frombuffer(base64.b64decode(value["bdata"]), np.dtype(value["dtype"]))
        yield from ["inf"] if np.isinf(numbers).any() else []
    elif isinstance(value, dict):
        for part in value.values():
            yield from no_numbers(part)


def wrong(page: AppPage) -> list[str]:
    """Everything on the page that says a number and has none."""
    words = " ".join([said(page), *page.captions()])
    found = [words[max(0, match.start() - 60) : match.end() + 20] for match in NO_NUMBER.finditer(words)]
    for data in page.components(""):
        found += no_numbers({name: json.loads(part) if name == "figure" else part for name, part in data.items()})
    for table in page.at.dataframe:
        found += no_numbers([list(row) for row in table.value.itertuples(index=False)])
    return found


def walked(page: AppPage, data: pv.Dataset, network: pv.Network) -> None:
    """Through every view; on the first page its loss is compared."""
    expected = oracles.loss(network, data)
    assert page.diagram()["facts"]["loss_a"] == pytest.approx(expected, rel=1e-9)
    for name, settings in OF_NETWORKS:
        page.goes_to(page.address | settings)
        page.go(name)
        assert not wrong(page), (name, settings)
        assert len(said(page)) > 100, (name, settings)


def test_trained_with_steps_that_are_far_too_large() -> None:
    experiment = Experiment(Recipe(task="teacher", hidden=(4, 3, 3), activation="linear", samples=40, steps=120, rate=1.0))
    page = AppPage.opened(to_query(experiment))
    walked(page, experiment.recipe.dataset(), follow_recipe(experiment).network)


@pytest.mark.parametrize("cells", [("9e99", "-9e99", "1e-300", "5e-324"), ("1e-300", "2e-300", "-3e-300")])
def test_a_table_of_cells_of_all_sizes(cells: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    rng, reader = np.random.default_rng(1), test_own_table.Reader(monkeypatch)
    text = "a,b,t\n" + "\n".join(",".join(rng.choice(cells, 3)) for _ in range(24))
    page = test_own_table.opened(AppPage.opened({"net": "3-2", "steps": "20", "samples": "40"}))
    test_own_table.give(page, reader, "own-table-file", text)
    page.at.button(key="own-table-use").click()
    page.run()
    network = page.experiment.carried_network()
    assert network is not None
    walked(page, pv.Dataset.from_csv(text, "t", inputs=["a", "b"]), network)


@pytest.mark.parametrize("size", [1e9, 1e-300])
def test_a_network_of_ones_own(size: float, monkeypatch: pytest.MonkeyPatch) -> None:
    network = drawn(LARGE, "linear")
    network = network.map(lambda p: p * (size / float(network.flatten().abs().max())))
    beside = {"net": "3", "samples": "40", "steps": "0"}
    page = test_own_model.brought(test_own_model.Reader(monkeypatch), pv.network_to_bytes(network), beside)
    page.at.selectbox(key="own-model-task").select("teacher")
    page.run()
    page.at.button(key="own-model-use").click()
    page.run()
    assert page.experiment.is_of_named_network
    walked(page, page.experiment.recipe.dataset(), network)


@pytest.mark.parametrize("widths", [(2, 3, 1), LARGE])
@pytest.mark.parametrize("size", [1e300, float("inf"), float("nan")])
def test_a_network_that_would_overflow_is_refused(
    widths: tuple[int, ...], size: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, reader = pv.to_torch(drawn(widths)), test_own_model.Reader(monkeypatch)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter *= size
    page = test_own_model.brought(reader, test_own_model.saved(model))
    assert any("finite" in told for told in [reader.refusal, *page.sentences()])
    assert all(button.key != "own-model-use" for button in page.at.button)
    assert not wrong(page)


def test_it_is_refused_too_where_a_link_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    network, reader = drawn(LARGE) * 1e300, test_own_model.Reader(monkeypatch)
    recipe = Recipe(hidden=LARGE[1:-1], samples=40, steps=0)
    page = AppPage.opened(to_query(Experiment(recipe, theta=named_parameters(network))))
    reader.content = pv.network_to_bytes(network)
    page.at.run()
    assert "below 1e9" in reader.refusal
    assert not page.run().components("facts")


@pytest.mark.parametrize("act", ["relu", "linear"])
def test_weights_set_by_hand(act: str) -> None:
    """What an edit leaves is a network in the address, and an order on top of it."""
    recipe = Recipe(task="teacher", hidden=(4, 3), activation=act, samples=40, steps=0)
    start, values = follow_recipe(Experiment(recipe)).network, (1000.0, -1000.0, 1e-300, 5e-324, 0.0)
    edits = [
        Edit(layer, to, source, values[(layer + to + source) % 5])
        for layer, weight in enumerate(start.weights, start=1)
        for to in range(len(weight))
        for source in range(weight.shape[1])
    ]
    network = edited(start, edits)
    carried = with_parameters(Experiment(recipe, order=((1, 0, 2, 3), (2, 1, 0))), network)
    page = AppPage.opened(to_query(carried))
    assert torch.equal(page.experiment.carried_network().flatten(), network.flatten())  # type: ignore[union-attr]
    walked(page, recipe.dataset(), network)


def test_what_is_no_number_is_caught() -> None:
    """Negative control."""
    packed = {"dtype": "f4", "bdata": base64.b64encode(np.array([1, np.inf], "<f4").tobytes()).decode()}
    wild = {"figure": {"data": [{"y": packed, "name": "loss nan"}]}, "facts": {"loss": float("nan"), "text": "no information"}}
    assert list(no_numbers(wild)) == ["inf", "loss nan", "nan"]
