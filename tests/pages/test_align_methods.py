"""All methods of matching on the Align page, and all moves tried: tables, ranks, what is asked for and what is too much."""

from __future__ import annotations

import csv
import io
from contextlib import ExitStack
from itertools import permutations, product
from typing import Any

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.figures.alignment_widths import TITLE as MEASURED
from permviz.landscape.alignment_stored import BARRIERS
from permviz.landscape.matching_methods import METHODS
from permviz.networks.digits import loss_text
from permviz.ui.parts.views import Shown
from permviz.ui.state import heavy
from permviz.ui.views.align import methods, pair
from permviz.ui.views.align.methods import AS_IT_IS, csv_of
from permviz.ui.views.align.moves import best_of
from permviz.ui.views.align.other import named
from tests import oracles
from tests.pages.align_page import LINK, barrier, nearest, networks, opened, texts
from tests.pages.app_page import AppPage
from tests.waiting import until


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
    assert [figure["label"] for figure in page.figures()] == [MEASURED]
    page.at.button(key="align-compare").click()
    page.run()
    page.at.session_state["align-table"].done = 1  # as if it had been stopped then
    state = page.at.session_state["align-table"]
    state.rows = state.rows[:2]
    page.at.query_params["align.compare"] = "0"
    stopped = page.goes_to({**page.address, "align.compare": "0"})
    assert "So far 1 of" in texts(stopped)
    assert stopped.at.button(key="align-compare").label == "Go on"
    assert [figure["label"] for figure in stopped.figures()] == ["Barrier by method", MEASURED]


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


def test_what_was_measured_beforehand_is_shown_and_its_barrier_is_chosen() -> None:
    for name in BARRIERS:
        page = opened(show="methods", barrier=name)
        assert f"the barrier is “{name}”" in page.captions()[-1]


def test_more_moves_than_are_tried_one_by_one_are_not_offered() -> None:
    many = {"task": "moons", "samples": "20", "net": "5-4-4", "act": "gelu", "steps": "5", "align.matched": "1"}
    page = AppPage.opened(many | {"align.truth": "1"}, page="align")
    until(lambda: not page.run().at.get("progress"), "B's training")
    assert "The nodes have 69\u202f120 moves, too many to try each of them here." in texts(page)
    assert not [button for button in page.at.button if button.label.startswith("Try all")]
    assert not [text for text in page.sentences() if "Something went wrong" in text]
