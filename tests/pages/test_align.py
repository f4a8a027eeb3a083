"""The Align page: what it says of two networks, against slow computations; methods, presets, and what does not fit."""

from __future__ import annotations

import csv
import io
import re
from contextlib import ExitStack
from itertools import permutations, product
from typing import Any

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.experiment.codec import encode_parameters
from permviz.landscape.matching_methods import METHODS
from permviz.networks.digits import NO_WALL, loss_text
from permviz.ui.parts.views import Shown
from permviz.ui.state import heavy
from permviz.ui.views.align import methods, other, pair
from permviz.ui.views.align.methods import AS_IT_IS, csv_of
from permviz.ui.views.align.moves import best_of
from permviz.ui.views.align.other import named
from permviz.ui.views.align.pair import fresh_data
from permviz.ui.views.align.presets import PRESETS
from tests import oracles
from tests.pages.app_page import AppPage
from tests.waiting import until

LINK = {"task": "moons", "net": "3", "act": "gelu", "steps": "30", "samples": "40", "seed": "2"}
"""Between its A and the B of seed 1 stands a wall, and a match lowers it."""


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


def relu_wall(a: pv.Network, b: pv.Network, data: pv.Dataset) -> float:
    """The same of ReLU networks and two classes, by numpy: for thousands of samples."""
    x, y, ts = data.inputs.numpy(), data.targets.numpy().reshape(-1, 1), np.linspace(0, 1, 101)

    def loss(t: float) -> float:
        z = x
        for k, (v, w, c, d) in enumerate(zip(a.weights, b.weights, a.biases, b.biases, strict=True)):
            z = np.maximum(z, 0) if k else z
            z = z @ ((1 - t) * v.numpy() + t * w.numpy()).T + (1 - t) * c.numpy() + t * d.numpy()
        return float(np.mean(np.logaddexp(0, z) - y * z))

    losses = np.array([loss(t) for t in ts])
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
    diagram = page.components("facts")[1]
    partners = [order for order in permutations(range(3)) if np.allclose(
        oracles.vector(oracles.permuted(b, [order])), oracles.vector(oracles.parameters(moved)))]  # fmt: skip
    assert [tuple(row) for row in diagram["order"]] == [partners[0]]
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
    assert {named(method) for method in METHODS} == {"Frank-Wolfe", *METHODS} - {"frank-wolfe"}
    assert "**Frank-Wolfe** looks at weights alone." in texts(page)
    assert "| Frank-Wolfe | " in texts(page)
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
    walls = [relu_wall(a, oracles.network(b.spec, oracles.vector(oracles.permuted(b, order))), data) for order in orders]
    some = np.arange(0, len(inside), 397)
    few = pv.Dataset.from_arrays(data.inputs.numpy()[some], data.targets.numpy()[some], loss=data.loss)
    assert relu_wall(a, b, few) == pytest.approx(barrier(a, b, few), rel=1e-12), "the quick oracle is the slow one"
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


def test_a_network_that_no_training_leads_to_has_no_trained_other() -> None:
    """Brought, or untrained: B of another seed has learnt nothing, and no sentence says that it has."""
    assert "Two networks that were trained on the same task" in texts(opened())
    net = pv.init_network(pv.NetworkSpec((2, 3, 1), "gelu"), 5)
    brought = AppPage.opened(LINK | {"steps": "0", "theta": encode_parameters(1.5 * net)}, page="align")
    until(lambda: not brought.run().at.get("progress"), "B")
    _, b, data = networks(brought)
    assert torch.equal(b.flatten(), pv.init_network(b.spec, 1).flatten())
    assert numbers(brought)["barrier"] == [loss_text(barrier(1.5 * net, b, data))]
    assert "B is untrained: it has learnt nothing." in texts(brought)
    assert "seed 1, untrained" in texts(brought)
    assert brought.at.selectbox(key="align-other").options[0] == "another random start, untrained"
    for claim in ("learnt the same", "were trained on the same", "Here Adam"):
        assert claim not in texts(brought)
    assert "B is untrained" in texts(opened(steps="0"))


def test_where_there_is_no_wall_none_is_said_to_stand() -> None:
    for same in (opened(other="copy", seed="1"), opened(seed=LINK["seed"])):  # of three nodes this shuffle moves none
        assert numbers(same)["barrier"][0] in ("0", NO_WALL)
        assert "There is no wall between A and B as it is" in texts(same)
        assert "stands a wall of" not in texts(same)


def test_a_hand_that_goes_on_from_a_match_keeps_its_signs_and_scales() -> None:
    """Back in the matched order the wall is the match's, in another it is that of the flipped nodes there."""
    link = {"seed": "5", "act": "tanh", "net": "4", "steps": "300", "samples": "60", "align.seed": "8", "align.matched": "1"}
    page = AppPage.opened(LINK | link, page="align")
    until(lambda: not page.run().at.get("progress"), "B's training")
    a, b, data = networks(page, 8)
    found = pv.match(a, b, data)
    assert bool((found.signs[0] < 0).any()), "a pair whose match flips nodes"
    matched, order = numbers(page)["barrier"][1], found.permutation.orders[0].tolist()
    assert matched == loss_text(barrier(a, found.aligned, data))
    for moved in (order, [order[1], order[0], *order[2:]]):
        by_hand = page.goes_to({**page.address, "align.order": "".join(map(str, moved))})
        nodes = found.permutation.inverse()(found.aligned)
        expected = barrier(a, pv.Permutation([moved])(nodes), data)
        assert numbers(by_hand)["barrier"][1] == loss_text(expected)
        assert "By your hand" in texts(by_hand)
        assert loss_text(expected) != loss_text(barrier(a, pv.Permutation([moved])(b), data)), "the flips matter"
    by_hand.at.button(key="align-match").click()
    by_hand.run()
    assert not by_hand.experiment.align.order
    assert numbers(by_hand)["barrier"][1] == matched


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ({"task": "moons"}, "barrier on fresh data"),
        ({"task": "wave"}, "barrier with fresh noise"),
        ({"task": "egg-box", "noise": "0"}, "barrier on fresh data"),
        ({"task": "moons", "noise": "0"}, ""),
    ],
    ids=str,
)
def test_data_are_called_fresh_only_if_they_are_others_of_the_same_task(query: dict[str, str], row: str) -> None:
    page = AppPage.opened(LINK | query | {"align.other": "copy", "align.seed": "2", "steps": "5"}, page="align")
    rows = [name for name in numbers(page) if "fresh" in name]
    assert rows == [row] * bool(row)
    if row:
        a, recipe = page.experiment.carried_network(), page.experiment.recipe
        assert a is not None
        moved, held_out = pv.Permutation.random(a.spec, 2)(a), recipe.changed(draw=1).dataset()
        ts = np.linspace(0, 1, 51)
        losses = oracles.line_losses(a, moved, held_out, ts)
        assert numbers(page)[row] == [loss_text(float((losses - (1 - ts) * losses[0] - ts * losses[-1]).max()))]


def test_no_data_are_fresh_of_tasks_that_have_the_same_in_every_draw_or_another_rule() -> None:
    for task in pv.TASKS:
        for noise in (0.0, 0.1):
            recipe = pv.Recipe(task=task, samples=40, noise=noise)
            found, again = fresh_data(recipe, recipe.dataset()), recipe.changed(draw=1).dataset()
            same = torch.equal(recipe.dataset().inputs, again.inputs) and torch.equal(recipe.dataset().targets, again.targets)
            assert (found is None) == (same or task == "teacher" or pv.TASKS[task].real), (task, noise)


def test_two_runs_that_work_on_one_table_leave_each_cell_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is overtaken in the middle of a cell by the next, which begins the same cell, adds nothing."""
    page = opened(show="methods", pairs="2")
    view = page.at.session_state["visit"].session
    shown = Shown(view.trained.network, view.experiment.recipe.dataset(), view.experiment, None)  # type: ignore[arg-type]
    table, found, overtaking = methods.Table("key"), methods.found_match, [True]

    def overtaken(*given: Any) -> pv.Match:
        if overtaking.pop() if overtaking else False:
            methods._compute(shown, table)
        return found(*given)

    monkeypatch.setattr(methods, "other_network", lambda shown, pair: pv.Permutation.random(shown.spec, pair)(shown.network))
    monkeypatch.setattr(methods, "found_match", overtaken)
    while table.done < 2 * len(METHODS):
        methods._compute(shown, table)
    cells = [(row.pair, row.method) for row in table.rows]
    assert sorted(cells) == sorted(product((1, 2), [AS_IT_IS, *METHODS]))


def test_as_it_is_is_a_as_trained_whatever_its_order_and_the_page_says_so() -> None:
    page = opened(show="methods", pairs="1", compare="1", other="copy", seed="2")
    page = page.goes_to({**page.address, "order": "102"})
    until(lambda: not page.run().at.get("progress"), "the comparison")
    (row,) = [row for row in page.at.session_state["align-table"].rows if row.method == AS_IT_IS]
    a, _, data = networks(page)
    b = pv.Permutation.random(a.spec, 2)(a)
    assert row.barrier_entezari == pytest.approx(barrier(a, b, data), rel=1e-9, abs=1e-12)
    assert row.barrier_entezari != pytest.approx(barrier(pv.Permutation([[1, 0, 2]])(a), b, data), rel=1e-3), (
        "the order matters"
    )
    assert "“As it is” is A with its nodes as trained" in texts(page)


def enumerated(**query: str) -> AppPage:
    link = LINK | {"net": "5", "act": "tanh", "align.other": "copy", "samples": "100", "steps": "5"} | query
    return AppPage.opened(link, page="align")


def test_the_exhaustive_match_waits_to_be_asked_and_tries_the_moves_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def counted(*given: Any) -> pv.AllBarriers:
        tried.append(1)
        return pv.all_barriers(*given)

    monkeypatch.setattr(pair, "all_barriers", counted)
    page = enumerated(**{"align.matched": "1", "align.method": "exhaustive", "draw": "7"})
    assert not tried
    assert not page.figures()
    page.at.button(key="align-truth").click()
    page.run()
    assert page.experiment.align.truth
    assert len(page.figures()) > 1
    assert any("this one has the lowest barrier" in caption for caption in page.captions())
    assert any("always the rise above the chord, over 25 points" in caption for caption in page.captions())
    assert len(tried) == 1, "for the match and for its rank"


@pytest.mark.parametrize("act", ["tanh", "relu", "gelu"])
def test_the_best_of_the_moves_that_were_tried_is_the_librarys_exhaustive_match(act: str) -> None:
    spec, data = pv.NetworkSpec((2, 3, 2, 1), act), pv.load_dataset("moons", samples=30)
    a, b = pv.init_network(spec, 1), pv.init_network(spec, 2)
    found, expected = best_of(pv.all_barriers(a, b, data)), pv.match(a, b, data, "exhaustive")
    assert (found.permutation, found.status, found.points) == (expected.permutation, expected.status, expected.points)
    assert torch.equal(found.aligned.flatten(), expected.aligned.flatten())
    for name in ("objective", "start_objective", "starts", "hits", "distance_before", "distance_after", "difference",
                 "largest_output", "is_copy"):  # fmt: skip
        torch.testing.assert_close(getattr(found, name), getattr(expected, name), rtol=1e-12, atol=1e-15, msg=name)
    for mine, theirs in ((found.before, expected.before), (found.after, expected.after)):
        assert mine is not None
        assert theirs is not None
        assert torch.equal(mine.line.losses, theirs.line.losses)


def test_a_match_for_which_there_is_no_place_is_said_and_made_when_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heavy, "WAIT_SECONDS", 0.01)
    page = AppPage.opened(LINK | {"align.other": "copy", "align.seed": "2", "draw": "11"}, page="align")
    with ExitStack() as taken:
        for _ in range(heavy.MOST_AT_WORK):
            taken.enter_context(heavy.place())
        page.at.button(key="align-match").click()
        page.run()
        assert any("nothing is lost" in sentence for sentence in page.sentences())
        assert page.experiment.align.matched
        assert "B matched" not in texts(page)
    page.run()
    assert not page.sentences()
    assert "B matched" in texts(page)


@pytest.mark.parametrize("begun", [False, True])
def test_a_training_of_b_that_is_stopped_has_ended_and_one_that_had_not_begun_is_told(
    begun: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    changed: list[dict[str, Any]] = []
    monkeypatch.setattr(other.state, "stop_training", lambda recipe: 7 if begun else None)
    monkeypatch.setattr(other.state, "known", lambda recipe: None)
    monkeypatch.setattr(other.state, "change", lambda **changes: changed.append(changes))
    monkeypatch.setattr(other.state, "say", lambda *sentences: said.extend(sentences))
    other._stop(pv.Recipe())
    assert changed == [{"align": {"steps": 7 if begun else 0}}]
    assert any("had not begun" in sentence for sentence in said) == (not begun)
