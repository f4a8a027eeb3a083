"""The Align page: what it says of two networks, against slow computations; methods, presets, and what does not fit."""

from __future__ import annotations

import csv
import io
import re
from itertools import permutations

import numpy as np
import pytest

import permviz as pv
from permviz.landscape.matching_methods import METHODS
from permviz.networks.digits import loss_text
from permviz.ui.views.align.methods import AS_IT_IS, csv_of
from permviz.ui.views.align.presets import PRESETS
from tests import oracles
from tests.pages.app_page import AppPage
from tests.waiting import until

LINK = {"task": "moons", "net": "3", "act": "gelu", "steps": "30", "samples": "40", "seed": "5"}


def opened(**query: str) -> AppPage:
    page = AppPage.opened(LINK | {f"align.{key}": value for key, value in query.items()}, page="align")
    until(lambda: not page.run().at.get("progress"), "the trainings that the page asks for")
    return page


def texts(page: AppPage) -> str:
    return "\n".join(str(text.value) for kind in ("markdown", "caption") for text in page.at.get(kind))


def numbers(page: AppPage) -> dict[str, list[str]]:
    """The table of numbers by its first column."""
    (table,) = [text for text in map(str, (m.value for m in page.at.markdown)) if "B as it is" in text and "|:--|" in text]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return {name: values for name, *values in cells}


def networks(page: AppPage, seed: int = 1) -> tuple[pv.Network, pv.Network, pv.Dataset]:
    recipe = page.experiment.recipe
    a = page.experiment.carried_network()
    assert a is not None
    return a, pv.follow_recipe(recipe.changed(seed=seed)).network, recipe.dataset()


def barrier(a: pv.Network, b: pv.Network, data: pv.Dataset) -> float:
    ts = np.linspace(0, 1, 101)
    losses = oracles.line_losses(a, b, data, ts)
    return float((losses - (1 - ts) * losses[0] - ts * losses[-1]).max())


def nearest(a: pv.Network, b: pv.Network) -> pv.Network:
    """Of B's copies the one that is nearest to A, by trying all."""
    copies = [oracles.network(b.spec, oracles.vector(oracles.permuted(b, [order]))) for order in permutations(range(3))]
    own = oracles.vector(oracles.parameters(a))
    return min(copies, key=lambda copy: float(np.linalg.norm(own - oracles.vector(oracles.parameters(copy)))))


def test_the_wall_before_and_after_is_that_of_the_nearest_copy() -> None:
    page = opened(matched="1")
    a, b, data = networks(page)
    moved = nearest(a, b)
    before, after = barrier(a, b, data), barrier(a, moved, data)
    assert numbers(page)["barrier"] == [loss_text(before), loss_text(after)]
    middle = oracles.interpolated(a, moved, 0.5)
    assert numbers(page)["midpoint: loss"][1] == loss_text(oracles.loss(middle, data))
    answers = oracles.outputs(middle, data.inputs.tolist())[:, 0] > 0
    right = np.mean(answers == data.targets.numpy().ravel().astype(bool))
    assert numbers(page)["midpoint: right answers"][1] == f"{100 * right:.1f} %"
    other = page.components("facts")[1]
    partners = [order for order in permutations(range(3)) if np.allclose(
        oracles.vector(oracles.permuted(b, [order])), oracles.vector(oracles.parameters(moved)))]  # fmt: skip
    assert [tuple(row) for row in other["order"]] == [partners[0]]
    assert f"{loss_text(before)}" in texts(page)


def test_with_decay_the_table_has_the_objective_of_the_line_and_signs_that_change_it_are_not_offered() -> None:
    page = AppPage.opened(LINK | {"act": "sigmoid", "decay": "0.01", "align.matched": "1"}, page="align")
    until(lambda: not page.run().at.get("progress"), "the trainings that the page asks for")
    a, b, data = networks(page)
    moved = nearest(a, b)

    def told(net: pv.Network) -> str:
        middle = oracles.interpolated(a, net, 0.5)
        return loss_text(oracles.loss(middle, data) + 0.01 * float((oracles.vector(oracles.parameters(middle)) ** 2).sum()))

    assert numbers(page)["midpoint: loss"] == [told(b), told(moved)]
    assert "Nodes may change sign" not in [str(toggle.label) for toggle in page.at.toggle]
    plain = AppPage.opened(LINK | {"act": "sigmoid"}, page="align")
    until(lambda: not plain.run().at.get("progress"), "the trainings that the page asks for")
    assert "Nodes may change sign" in [str(toggle.label) for toggle in plain.at.toggle]


def test_before_the_press_nothing_is_said_of_a_match_and_the_press_moves_the_nodes() -> None:
    page = opened()
    a, b, data = networks(page)
    assert f"stands a wall of {loss_text(barrier(a, b, data))}" in texts(page)
    assert "B matched" not in texts(page)
    page.at.button(key="align-match").click()
    page.run()
    assert page.experiment.align.matched
    assert "Matched" in texts(page)
    assert re.search(r"max \|F\(B\) − F\(moved B\)\| = (0\.0e0|\d\.\de−1[4-9])", texts(page))
    page.at.button(key="align-back").click()
    page.run()
    assert not page.experiment.align.matched
    assert "B matched" not in texts(page)


def test_nodes_moved_by_hand_have_the_wall_of_that_order() -> None:
    page = opened(order="201")
    a, b, data = networks(page)
    moved = oracles.network(b.spec, oracles.vector(oracles.permuted(b, [(2, 0, 1)])))
    assert numbers(page)["barrier"] == [loss_text(barrier(a, b, data)), loss_text(barrier(a, moved, data))]
    assert "By your hand" in texts(page)


def test_the_order_in_which_a_is_shown_is_the_one_that_b_is_matched_to() -> None:
    page = AppPage.opened(LINK | {"order": "120", "align.matched": "1"}, page="align")
    until(lambda: not page.run().at.get("progress"), "B's training")
    a, b, data = networks(page)
    shown = oracles.network(a.spec, oracles.vector(oracles.permuted(a, [(1, 2, 0)])))
    assert numbers(page)["barrier"] == [loss_text(barrier(shown, b, data)), loss_text(barrier(shown, nearest(shown, b), data))]


@pytest.mark.parametrize("act", ["gelu", "tanh", "relu"])
def test_a_copy_is_recovered_and_another_network_is_not_called_one(act: str) -> None:
    copy = AppPage.opened(LINK | {"act": act, "net": "4-3", "align.other": "copy", "align.matched": "1"}, page="align")
    assert "B is A's copy but for rounding" in texts(copy)
    assert numbers(copy)["barrier"][1] in ("0", "0 (rounding)")
    other = AppPage.opened(LINK | {"act": act, "align.matched": "1"}, page="align")
    until(lambda: not other.run().at.get("progress"), "B's training")
    assert "copy but for rounding" not in texts(other)


def test_methods_are_compared_on_every_pair_and_the_file_has_the_numbers() -> None:
    page = opened(show="methods", pairs="2", compare="1")
    until(lambda: not page.run().at.get("progress"), "the comparison")
    rows = page.at.session_state["align-table"].rows
    assert {row.method for row in rows} == {AS_IT_IS, *METHODS} - set(page.at.session_state["align-table"].refused)
    for row in rows:
        if row.method in (AS_IT_IS, "weights"):
            a, b, data = networks(page, row.seed_of_b)
            other = b if row.method == AS_IT_IS else nearest(a, b)
            assert row.barrier_entezari == pytest.approx(barrier(a, other, data), rel=1e-9, abs=1e-12)
    read = list(csv.DictReader(io.StringIO(csv_of(rows))))
    assert [float(line["barrier_entezari"]) for line in read] == [row.barrier_entezari for row in rows]
    assert "“" in page.captions()[0]
    walls = sorted(row.barrier_entezari for row in rows if row.method == "weights")
    assert f"| {loss_text(sum(walls) / 2)} | {loss_text(walls[0])} to {loss_text(walls[1])} " in texts(page)


def test_a_comparison_waits_to_be_asked_and_is_stopped_with_what_it_has() -> None:
    page = opened(show="methods", pairs="2")
    assert not page.figures()
    page.at.button(key="align-compare").click()
    page.run()
    page.at.session_state["align-table"].done = 1  # as if it had been stopped then
    state = page.at.session_state["align-table"]
    state.rows = state.rows[:2]
    page.at.query_params["align.compare"] = "0"
    stopped = page.goes_to({**page.address, "align.compare": "0"})
    assert "So far 1 of" in texts(stopped)
    assert stopped.at.button(key="align-compare").label == "Go on"
    assert len(stopped.figures()) == 1


def test_the_rank_of_a_match_is_its_place_among_all_orders() -> None:
    page = opened(matched="1")
    a, b, data = networks(page)
    ts = np.linspace(0, 1, 25)

    def wall(other: pv.Network) -> float:
        losses = oracles.line_losses(a, other, data, ts)
        return float((losses - (1 - ts) * losses[0] - ts * losses[-1]).max())

    walls = [wall(oracles.network(b.spec, oracles.vector(oracles.permuted(b, [order])))) for order in permutations(range(3))]
    place = 1 + sum(other < wall(nearest(a, b)) - 1e-9 for other in walls)
    told = "has the lowest barrier" if place == 1 else f"is number {place} by its barrier, the lowest first"
    assert any(f"Of all 6 moves this one {told}" in caption for caption in page.captions())


def test_more_moves_than_can_be_tried_are_told_and_the_exhaustive_method_refuses_them() -> None:
    many = LINK | {"net": "8-8", "align.other": "copy", "align.matched": "1"}
    assert not [figure for figure in AppPage.opened(many, page="align").captions() if "Of all" in figure]
    refused = AppPage.opened(many | {"align.method": "exhaustive"}, page="align")
    assert any("too many to try each of them here" in sentence for sentence in refused.sentences())
    asked = LINK | {"net": "5", "act": "tanh", "align.other": "copy", "align.matched": "1", "samples": "100"}
    page = AppPage.opened(asked, page="align")
    assert page.at.button(key="align-truth").label == "Try all 3\u202f840 moves"


def test_no_order_of_the_example_has_a_lower_wall_than_is_said() -> None:
    page = AppPage.opened(LINK | {"align.show": "example"}, page="align")
    a, b, data = pv.no_match_example()
    inside = data.targets.numpy().ravel() > 0.5
    assert all(((np.asarray(oracles.outputs(net, data.inputs.tolist()))[:, 0] >= 0) == inside).all() for net in (a, b))
    orders = [(first, second) for first in permutations(range(2)) for second in permutations(range(2))]
    walls = [barrier(a, oracles.network(b.spec, oracles.vector(oracles.permuted(b, order))), data) for order in orders]
    assert f"In none of its 4 orders has B a wall below {loss_text(min(walls))}" in texts(page)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_leads_to_a_pair(name: str) -> None:
    page = opened()
    page.at.button(key=f"align-preset-{name}").click()
    page.at.run()
    assert not page.at.exception
    wanted = page.at.session_state["visit"].session.shown
    changes = PRESETS[name][1]
    assert wanted.align.other == changes["align"]["other"]
    assert all(getattr(wanted.recipe, key) == value for key, value in changes.items() if key != "align")


@pytest.mark.parametrize(
    "query",
    [{"net": "1"}, {"net": "1-1", "align.matched": "1"}, {"net": "2-1", "align.method": "nothing"}, {"align.order": "21"},
     {"align.seed": "5"}, {"task": "wave", "align.matched": "1"}, {"task": "iris", "align.matched": "1", "net": "4"}],
    ids=str,
)  # fmt: skip
def test_what_is_narrow_or_unknown_is_a_page_all_the_same(query: dict[str, str]) -> None:
    page = AppPage.opened(LINK | query, page="align")
    until(lambda: not page.run().at.get("progress"), "B's training")
    assert not [text for text in page.sentences() if "Something went wrong" in text]
    assert numbers(page)["barrier"]


def test_a_link_keeps_all_that_was_set() -> None:
    page = opened(method="weights", flips="0", definition="ainsworth", log="1", seed="7", matched="1")
    again = AppPage.opened(page.address, page="align")
    assert again.experiment.align == page.experiment.align
    assert again.experiment.align.definition == "ainsworth"
