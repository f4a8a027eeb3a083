"""A visitor's own table: brought, understood, learnt; asked for where it is missing, and never another in its place."""

from __future__ import annotations

import gc
from typing import Any

import pytest
import torch

import permviz as pv
from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import follow_recipe, with_parameters
from permviz.experiment.link import to_query
from permviz.experiment.recipe import Recipe
from permviz.ui.parts import own_table
from permviz.ui.state.own import shelf
from tests.components.own.test_wire import message
from tests.experiment.test_own import CSV, KIND, SIZE, TABLE
from tests.pages.app_page import AppPage

FEW_STEPS = {"net": "3", "steps": "20"}


class Reader:
    """Stands for the browser: gives a file to the reader of that key in the next run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.key, self.content = "", b""
        monkeypatch.setattr(own_table, "file_reader", self.read)

    def read(self, *, key: str, on_file: Any, **options: Any) -> None:
        if key == self.key and self.content:
            from permviz.components.own.wire import decode_file

            content, self.content = self.content, b""
            on_file(decode_file(message(content)))


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    return Reader(monkeypatch)


def give(page: AppPage, reader: Reader, key: str, content: str) -> AppPage:
    reader.key, reader.content = key, content.encode()
    page.at.run()
    return page.run()


def opened(page: AppPage) -> AppPage:
    page.at.selectbox(key="build-task").select("table")
    return page.run()


def test_a_table_is_brought_understood_and_learnt(reader: Reader) -> None:
    page = opened(AppPage.opened(FEW_STEPS))
    assert page.experiment.recipe.task == "moons", "opening the dialog changes nothing"
    give(page, reader, "own-table-file", CSV)
    assert page.at.selectbox(key="own-target").value == 3
    assert any("the numbers of size" in text.value for text in page.at.markdown)
    page.at.selectbox(key="own-target").select(2)
    page.run()
    assert page.at.multiselect(key="own-inputs-2").value == [0, 1, 3]
    page.at.multiselect(key="own-inputs-2").set_value([0, 1])
    page.run()
    assert any("3 classes \\(x\\, y\\, z\\)" in text.value for text in page.at.markdown)
    page.at.button(key="own-table-use").click()
    page.run()
    assert page.experiment.recipe.task == KIND.name
    assert page.experiment.recipe.spec.widths == (2, 3, 3)
    data = pv.Dataset.from_csv(CSV, "kind", inputs=["a", "b"])
    oracle = follow_recipe(page.experiment, data=data)
    assert torch.equal(page.experiment.carried_network().flatten(), oracle.network.flatten())  # type: ignore[union-attr]
    assert page.diagram()["facts"]["loss_a"] == pytest.approx(oracle.loss, rel=1e-12)
    assert page.diagram()["names"] == {"inputs": ["a", "b"], "outputs": ["x", "y", "z"]}
    assert page.at.selectbox(key="build-task").value == KIND.name
    assert "own-asked" not in page.at.session_state


@pytest.mark.parametrize("page_name", ["swap", "slices", "average", "count", "rastrigin", "claims"])
def test_every_page_asks_for_a_table_that_is_missing_and_shows_it_when_it_is_there(page_name: str, reader: Reader) -> None:
    query = to_query(Experiment(Recipe(task=SIZE.name, hidden=(3,), steps=20)))
    page = AppPage.opened(query, page=page_name)
    assert any("belongs to a table that is not here" in text for text in page.sentences())
    assert not page.components("facts"), "no other data in its place"
    assert not page.figures()
    assert page.experiment.recipe.task == SIZE.name
    give(page, reader, "own-table-missing", CSV)
    assert not page.sentences()
    assert page.components("facts")
    assert page.experiment.theta


@pytest.mark.parametrize("less", [{"hide": "build"}, {"present": "1"}, {"view": "diagram"}])
def test_a_screen_that_shows_less_asks_too_and_trains_nothing(less: dict[str, str], reader: Reader) -> None:
    query = to_query(Experiment(Recipe(task=SIZE.name, hidden=(3,), steps=20))) | less
    page = AppPage.opened(query)
    assert any("belongs to a table that is not here" in text for text in page.sentences())
    assert not any("being trained" in caption.value for caption in page.at.caption)
    assert not page.at.get("progress")
    give(page, reader, "own-table-missing", CSV)
    assert page.components("facts")


def test_a_link_with_parameters_asks_too(reader: Reader) -> None:
    recipe = Recipe(task=KIND.name, hidden=(3,), steps=20)
    trained = follow_recipe(recipe, data=KIND.dataset(TABLE))
    page = AppPage.opened(to_query(with_parameters(Experiment(recipe), trained.network)))
    assert not page.components("facts")
    give(page, reader, "own-table-missing", CSV)
    assert page.diagram()["facts"]["loss_a"] == pytest.approx(trained.loss, rel=1e-12)


def test_another_session_is_asked_although_this_one_has_it(reader: Reader) -> None:
    query = to_query(Experiment(Recipe(task=SIZE.name, hidden=(3,), steps=20)))
    mine = give(AppPage.opened(query), reader, "own-table-missing", CSV)
    assert mine.components("facts")
    other = AppPage.opened(query)
    assert not other.components("facts")
    assert any("belongs to a table that is not here" in text for text in other.sentences())


def test_another_task_is_a_way_out(reader: Reader) -> None:
    page = AppPage.opened(to_query(Experiment(Recipe(task=SIZE.name, hidden=(3,), steps=20))))
    page.at.selectbox(key="build-task").select("xor")
    page.run()
    assert page.experiment.recipe.task == "xor"
    assert page.components("facts")


def test_what_cannot_be_learnt_is_said_and_nothing_changes(reader: Reader) -> None:
    page = opened(AppPage.opened(FEW_STEPS))
    give(page, reader, "own-table-file", "id,label\n" + "\n".join(f"{i},l{i}" for i in range(30)))
    assert page.sentences() == ["Column 'label' has 30 different values: expected 2 to 20 classes."]
    assert "own-table-use" not in {button.key for button in page.at.button}
    assert page.experiment.recipe.task == "moons"


def test_cells_and_names_are_shown_as_text(reader: Reader) -> None:
    page = opened(AppPage.opened(FEW_STEPS))
    give(page, reader, "own-table-file", "<img src=x>,<b>y</b>,k\n1,2,<i>a</i>\n3,4,b\n5,6,b\n7,8,b\n")
    html = "".join(element.proto.body for element in page.at.get("html"))
    assert "&lt;img src=x&gt;" in html
    assert "&lt;i&gt;a" in html
    assert "<b>y" not in html
    said = "".join(element.value for element in page.at.markdown)
    assert "<i>a" not in said


def test_a_table_leaves_the_server_with_its_visit(reader: Reader) -> None:
    gc.collect()
    before = shelf().bytes
    page = give(opened(AppPage.opened(FEW_STEPS)), reader, "own-table-file", CSV)
    assert shelf().bytes >= before + len(CSV)
    del page
    gc.collect()
    assert shelf().bytes <= before
