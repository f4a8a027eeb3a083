"""The recipe's weight decay: in the link only where it is not 0, and then everywhere."""

from __future__ import annotations

import contextlib
import io
import json
import math
import re

import pytest

import permviz as pv
from permviz.components.page.document import unpacked
from permviz.experiment.settings import settings_of

SMALL = pv.Recipe(samples=40, hidden=(3,), steps=60, decay=0.002)


def test_a_link_says_it_and_without_it_is_what_it_was() -> None:
    query = pv.to_query(pv.Experiment(SMALL))
    assert query["decay"] == "0.002"
    assert pv.from_query(query) == (pv.Experiment(SMALL), ())
    none = SMALL.changed(decay=0.0)
    assert "decay" not in pv.to_query(pv.Experiment(none))
    assert none.digest != SMALL.digest


def test_every_other_part_of_the_recipe_is_still_written_out() -> None:
    query = pv.to_query(pv.Experiment())
    assert {setting.name for setting in settings_of(pv.Recipe) if setting.link not in query} == {"decay"}


@pytest.mark.parametrize(("text", "decay", "told"), [
    ("-1", 0.0, "decay=“-1” is out of range; 0.0 is used."),
    ("1e9", 100.0, "decay=“1e9” is out of range; 100.0 is used."),
    ("nan", 0.0, "decay=“nan” was ignored: expected a finite number."),
    ("much", 0.0, "decay=“much” was ignored: it cannot be read."),
])  # fmt: skip
def test_a_mistyped_decay_is_repaired_and_told(text: str, decay: float, told: str) -> None:
    experiment, notes = pv.from_query({"decay": text})
    assert experiment.recipe.decay == decay
    assert notes == (told,)


def test_a_recipe_s_data_and_training_have_it() -> None:
    data = SMALL.dataset()
    assert data.weight_decay == 0.002
    trained = pv.follow_recipe(SMALL)
    alone = float(pv.loss(trained.network, data, weight_decay=0.0))
    assert math.isclose(trained.loss, alone + 0.002 * float(trained.network.flatten().square().sum()), rel_tol=1e-12)


def test_programs_and_notebooks_compute_the_objective() -> None:
    experiment = pv.Experiment(SMALL, order=((1, 0, 2),))
    net = pv.follow_recipe(SMALL).network
    printed, expected = io.StringIO(), float(pv.loss(net, SMALL.dataset()))
    with contextlib.redirect_stdout(printed):
        exec(pv.to_python(experiment, net, using="permviz"), {})
    assert f"{expected:.12g}"[:9] in printed.getvalue().replace("loss_a=", "")
    cells = [cell["source"] for cell in pv.to_notebook(experiment, net)["cells"]]
    assert any("decay=0.002" in cell for cell in cells)
    assert any("loss_label = 'cross-entropy, nats, plus decay'" in cell for cell in cells)


def test_a_page_is_told_the_decay_and_says_so() -> None:
    text = pv.to_page(pv.Experiment(SMALL, order=((1, 0, 2),)))
    scene = unpacked(text, "content")["scene"]
    assert scene["loss"] == {"kind": "binary-cross-entropy", "label": "cross-entropy, nats, plus decay", "decay": 0.002}
    assert re.search(r"loss plus decay \(λ‖θ‖², λ = 0\.002\) 0\.\d+", text)
    assert math.isclose(scene["facts"]["loss_a"], pv.follow_recipe(SMALL).loss, rel_tol=1e-9)
    assert "loss plus decay" in json.dumps(unpacked(text, "content")["average"])
