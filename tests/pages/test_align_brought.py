"""Network B of the Align page from the visitor's own file: as it computes, of A's shape alone, in the link or kept."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

import permviz as pv
from permviz.experiment.codec import encode_parameters, is_named, named_parameters
from permviz.networks.digits import loss_text
from permviz.ui.views.align import brought
from tests.cases import drawn
from tests.experiment.takeaway.test_notebook import run
from tests.pages.align_page import LINK, barrier, nearest, numbers, texts
from tests.pages.app_page import AppPage
from tests.pages.test_own_model import Reader, saved
from tests.waiting import until

FILE = LINK | {"align.other": "file"}
LARGE = {"task": "moons", "net": "12-12", "act": "gelu", "steps": "2", "samples": "40", "align.other": "file"}


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    made = Reader(monkeypatch)
    monkeypatch.setattr(brought, "file_reader", made.read)
    return made


def given(reader: Reader, content: bytes, query: dict[str, str] = FILE) -> AppPage:
    page = AppPage.opened(query, page="align")
    reader.content = content
    page.at.run()
    return page.run()


def test_a_state_dict_becomes_b_with_as_activation_and_travels_in_the_link(reader: Reader) -> None:
    torch.manual_seed(2)
    model = nn.Sequential(nn.Linear(2, 3), nn.GELU(), nn.Linear(3, 1))
    page = given(reader, saved(model))
    assert not reader.refusal
    b, data = pv.from_torch(model), page.experiment.recipe.dataset()
    a = page.experiment.carried_network()
    assert a is not None
    assert page.experiment.align.theta == encode_parameters(b)
    assert numbers(page)["barrier"] == [loss_text(barrier(a, b, data))]
    assert "B is a network that you brought." in texts(page)
    page.at.button(key="align-match").click()
    page.run()
    assert numbers(page)["barrier"][1] == loss_text(barrier(a, nearest(a, b), data))
    again = AppPage.opened(page.address, page="align")
    assert numbers(again) == numbers(page)
    last = run(pv.to_notebook(page.experiment, a, page="align"))[-1]
    assert float(max(last.figure.data[0].y)) == pytest.approx(float(pv.line_slice(a, b, data).losses.max()), rel=1e-5)


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        (drawn((2, 4, 1), "gelu"), "A network 2-4-1, GELU given: expected 2-3-1, GELU, the layers and activation of A."),
        (drawn((2, 3, 1), "tanh"), "A network 2-3-1, tanh given: expected 2-3-1, GELU"),
        (2e9 * drawn((2, 3, 1), "gelu"), "not all finite numbers below 1e9"),
    ],
    ids=["layers", "activation", "too large"],
)
def test_another_architecture_is_refused_in_a_sentence(reader: Reader, network: pv.Network, sentence: str) -> None:
    page = given(reader, pv.network_to_bytes(network))
    assert sentence in reader.refusal
    assert not page.experiment.align.theta


def test_a_large_b_is_kept_for_the_visit_and_asked_for_by_its_link(reader: Reader) -> None:
    b = drawn((2, 12, 12, 1), "gelu")
    page = given(reader, pv.network_to_bytes(b), LARGE)
    theta = page.experiment.align.theta
    assert is_named(theta)
    assert theta == named_parameters(b)
    assert reader.name == "other.2-12-12-1", "another name than that of A's own file"
    wall = numbers(page)["barrier"]
    link = page.address
    missing = AppPage.opened(link, page="align")
    assert any("Network B of this link is not here" in sentence for sentence in missing.sentences())
    assert reader.wanted == "other.2-12-12-1"
    reader.content = pv.network_to_bytes(1.01 * b)
    missing.run()
    assert "holds another network than the B of this link" in reader.refusal
    reader.content = pv.network_to_bytes(b)
    missing.run()
    missing.run()
    assert numbers(missing)["barrier"] == wall


def test_methods_are_compared_on_the_one_pair_that_was_brought(reader: Reader) -> None:
    b = drawn((2, 3, 1), "gelu")
    link = FILE | {"align.theta": encode_parameters(b), "align.show": "methods", "align.pairs": "3", "align.compare": "1"}
    page = AppPage.opened(link, page="align")
    until(lambda: not page.run().at.get("progress"), "the comparison")
    rows = page.at.session_state["align-table"].rows
    assert {row.pair for row in rows} == {1}
    (as_it_is,) = [row for row in rows if row.method == "as it is"]
    a, data = page.experiment.carried_network(), page.experiment.recipe.dataset()
    assert a is not None
    assert as_it_is.barrier_entezari == pytest.approx(barrier(a, b, data), rel=1e-9)
    assert not [box for box in page.at.number_input if box.key == "align-pairs"]


def test_what_is_brought_stays_with_as_shape_and_no_longer() -> None:
    experiment = pv.Experiment(pv.Recipe(hidden=(3,))).changed(
        align={"other": "file", "theta": encode_parameters(drawn((2, 3, 1), "tanh"))}
    )
    changes: dict[str, Any]
    for changes, stays in (
        ({"seed": 3}, True),
        ({"hidden": (4,)}, False),
        ({"activation": "gelu"}, False),
        ({"task": "wave"}, False),
    ):
        assert bool(experiment.changed(**changes).align.theta) == stays
    found, notes = pv.from_query({"net": "4", "align.theta": experiment.align.theta})
    assert not found.align.theta
    assert any("network B: the parameters are not those of a network of widths 2-4-1" in note for note in notes)
