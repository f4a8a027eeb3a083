"""What is taken away from the Align page as a notebook is what the page shows: the same lines, barriers and figure."""

from __future__ import annotations

import re
from typing import Any

import pytest

import permviz as pv
from permviz.landscape.matching_methods import METHODS
from permviz.networks.digits import wall_text
from tests.experiment.takeaway.test_notebook import run
from tests.pages.align_page import numbers, opened
from tests.waiting import until

PRINTED = re.compile(r"^(B [a-z ]+): (\S+)$", re.MULTILINE)


def ran(experiment: pv.Experiment, network: pv.Network | None = None) -> Any:
    """What the last cell ends with."""
    return run(pv.to_notebook(experiment, network or experiment.carried_network(), page="align"))[-1]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"matched": "1"},
        {"matched": "1", "definition": "ainsworth", "log": "1", "method": "activations"},
        {"order": "201"},
        {"order": "201", "matched": "1", "flips": "0"},
        {"other": "copy", "seed": "2", "matched": "1"},
        {"steps": "4", "definition": "ainsworth"},
    ],
    ids=str,
)
def test_the_notebook_has_the_barriers_and_the_figure_of_the_page(
    query: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    page = opened(**query)
    capsys.readouterr()
    picture = ran(page.experiment)
    found = dict(PRINTED.findall(capsys.readouterr().out))
    highest = max(float(max(trace.y)) for trace in picture.figure.data[:1])
    texts = [wall_text(float(number), highest) for number in found.values()]
    assert texts == numbers(page)["barrier"]
    assert re.sub(r"\W", "", picture.sentence) in re.sub(r"\W", "", page.captions()[0])
    names = ["B as it is", *(["B as you moved it"] if "order" in query else ["B matched"] if "matched" in query else [])]
    assert list(found) == names


def test_the_notebook_compares_every_method_on_every_pair_as_the_page_does() -> None:
    page = opened(show="methods", pairs="2", compare="1", seed="999999", steps="7", definition="ainsworth")
    page = page.goes_to({**page.address, "order": "102"})
    until(lambda: not page.run().at.get("progress"), "the comparison")
    expected: dict[str, list[float]] = {}
    for row in page.at.session_state["align-table"].rows:
        expected.setdefault(row.method, []).append(row.barrier_ainsworth)
    assert set(expected) == {"as it is", *METHODS}
    figure = ran(page.experiment).figure
    drawn = {trace.name: list(trace.x) for trace in figure.data if trace.name != "median"}
    assert drawn == {name: pytest.approx(walls, rel=1e-6, abs=1e-9) for name, walls in expected.items()}


def test_flips_that_are_not_wanted_are_not_in_the_notebook_either() -> None:
    """Negative control of the signs: with them the match of this pair is another."""
    experiment = pv.Experiment(pv.Recipe(hidden=(4,), samples=60, steps=300, seed=5))
    walls = []
    for flips in (True, False):
        view = {"seed": 8, "matched": True, "flips": flips}
        picture = ran(experiment.changed(align=view), pv.follow_recipe(experiment.recipe).network)
        walls.append(float(max(picture.figure.data[1].y)))
    assert walls[0] != pytest.approx(walls[1], rel=0.01)
