"""The Align page: what it says of two networks, against slow computations; methods, presets, and what does not fit."""

from __future__ import annotations

import re
from itertools import permutations
from typing import Any

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.experiment.codec import encode_parameters
from permviz.networks.digits import NO_WALL, loss_text
from permviz.ui.views.align import other
from permviz.ui.views.align.pair import fresh_data
from permviz.ui.views.align.presets import PRESETS
from tests import oracles
from tests.pages.align_page import LINK, barrier, nearest, networks, numbers, opened, texts
from tests.pages.app_page import AppPage
from tests.waiting import until


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


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_leads_to_a_pair(name: str) -> None:
    page = opened(compare="1", truth="1", broken="1")
    page.at.button(key=f"align-preset-{name}").click()
    page.at.run()
    assert not page.at.exception
    wanted = page.at.session_state["visit"].session.shown
    changes = PRESETS[name][1]
    assert wanted.align.other == changes["align"]["other"]
    assert all(getattr(wanted.recipe, key) == value for key, value in changes.items() if key != "align")
    unasked = [name for name in ("compare", "truth", "broken") if getattr(wanted.align, name)]
    assert not unasked


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


def test_a_b_that_is_a_is_said_to_be() -> None:
    said = "This is A’s own seed: B is the same network."
    assert said in texts(opened(seed=LINK["seed"]))
    assert said not in texts(opened(seed="7"))
