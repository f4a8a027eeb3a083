"""Matches told in full: barriers, certificates, batches, and hostile input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.landscape.alignment import match_beside
from tests import oracles
from tests.cases import dataset_for, drawn

DATA = pv.load_dataset("moons", samples=40)


def pair(activation: str = "tanh", widths: tuple[int, ...] = (2, 3, 3, 1)) -> tuple[pv.Network, pv.Network]:
    return drawn(widths, activation, seed=1), drawn(widths, activation, seed=2)


@pytest.mark.parametrize("activation", list(pv.ACTIVATIONS))
def test_all_that_is_told_of_a_match(activation: str) -> None:
    a, b = pair(activation)
    found = pv.match(a, b, DATA)
    x = DATA.inputs
    assert float((b(x) - found.aligned(x)).abs().max()) <= float(found.difference) <= 1e-13 * (1 + found.largest_output)
    assert found.points > len(x)
    assert torch.equal(found.move(b).flatten(), found.aligned.flatten())
    for told, other in ((found.before, b), (found.after, found.aligned)):
        assert told is not None
        losses = oracles.line_losses(a, other, DATA, told.line.t.tolist()[::20])
        assert told.line.losses[::20].tolist() == pytest.approx(losses.tolist(), rel=1e-9)
        assert told.barriers.entezari == told.line.barrier("entezari")
        assert told.barriers.ainsworth == told.line.barrier("ainsworth")
        assert told.middle.loss == pytest.approx(float(told.line.losses[50]), rel=1e-12)
    assert found.barrier_before is found.before.barriers  # type: ignore[union-attr]
    assert found.barrier_after is found.after.barriers  # type: ignore[union-attr]
    assert found.objective <= found.start_objective
    assert "by weights alone" in found.status


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_the_ends_are_told_once_as_they_are_the_same_functions(activation: str) -> None:
    a, b = pair(activation)
    found = pv.match(a, b, DATA)
    assert found.before is not None
    assert found.after is not None
    assert found.after.start is found.before.start
    assert found.after.end is found.before.end
    for told, net in ((found.after.start, a), (found.after.end, found.aligned)):
        anew = pv.calibrate(net, DATA)
        assert told.accuracy == anew.accuracy
        assert float(told.loss) == pytest.approx(float(anew.loss), rel=1e-12)
        assert float(told.calibrated_loss) == pytest.approx(float(anew.calibrated_loss), rel=1e-9)
    beside = match_beside(found.before, a, b, DATA, "weights", None)
    assert beside.before is found.before
    assert torch.equal(beside.aligned.flatten(), found.aligned.flatten())
    assert torch.equal(beside.after.line.losses, found.after.line.losses)  # type: ignore[union-attr]


def test_a_broken_alignment_has_no_certificate() -> None:
    """Negative control: the difference is that of functions, and large when a coupling is left out."""
    a, b = pair()
    aligned = pv.match(a, b, DATA).aligned
    broken = pv.Network(aligned.weights, b.biases, b.activation)
    assert float((broken(DATA.inputs) - b(DATA.inputs)).abs().max()) > 1e-3


def test_without_data_nothing_is_told_of_losses() -> None:
    found = pv.match(*pair())
    assert (found.before, found.after, found.barrier_before, found.barrier_after) == (None,) * 4
    assert found.points == 200


def test_each_pair_of_a_batch_is_matched_as_it_would_be_alone() -> None:
    batch = drawn((2, 3, 3, 1), batch=(2, 2), seed=4)
    a = drawn((2, 3, 3, 1), seed=1)
    together = pv.match(a, batch, DATA)
    assert together.aligned.batch_shape == together.objective.shape == together.is_copy.shape == (2, 2)
    assert together.barrier_after.entezari.shape == together.after.middle.accuracy.shape == (2, 2)  # type: ignore[union-attr]
    for i in range(2):
        for j in range(2):
            alone = pv.match(a, batch[i, j], DATA)
            assert torch.equal(together.aligned[i, j].flatten(), alone.aligned.flatten())
            assert together.objective[i, j] == alone.objective
            assert together.barrier_after.entezari[i, j] == alone.barrier_after.entezari  # type: ignore[union-attr]


def test_signs_are_left_out_where_they_are_not_wanted() -> None:
    a, b = pair()
    plain = pv.match(a, b, signed=False)
    assert all(bool((s == 1).all()) for s in plain.signs)
    assert plain.objective > pv.match(a, b).objective
    assert all(bool((s == 1).all()) for s in pv.match(*pair("gelu")).signs)
    assert any(bool((s != 1).any()) for s in pv.match(*pair("relu")).scales)


def test_one_layer_is_solved_exactly_and_says_so() -> None:
    found = pv.match(*pair(widths=(2, 4, 1)))
    assert "no other permutation with signs does better" in found.status
    assert "another move may do better" in pv.match(*pair()).status


def test_what_is_said_to_be_the_best_is_so_among_the_moves_that_are_named() -> None:
    a, b = pair(widths=(2, 3, 1))
    plain = pv.match(a, b, signed=False)
    assert "no other permutation does better" in plain.status
    own = oracles.vector(oracles.parameters(a))
    values = ((oracles.copies(b) - own) ** 2).sum(1)
    assert float(plain.objective) == pytest.approx(values.min(), rel=1e-12)
    signed = min(((np.array(copy) - own) ** 2).sum() for copy in oracles.signed_copies(b))
    assert signed < 0.9 * values.min()  # with signs another does better, so it may not be said of all moves
    assert float(pv.match(a, b).objective) == pytest.approx(signed, rel=1e-6)


@pytest.mark.parametrize(("activation", "words"), [("sin", "half turns are not"), ("linear", "mixtures of nodes are not")])
def test_moves_that_are_not_searched_are_named(activation: str, words: str) -> None:
    a, b = pair(activation, (2, 3, 1))
    for method in ("weights", "frank-wolfe", "activations", "exhaustive"):
        assert pv.match(a, b, DATA, method).status.endswith(f"; {words} searched.")
    if activation == "sin":  # one function, and no permutation with signs leads from one to the other
        assert float(pv.match(a, pv.half_turns(a, 1, 0)).objective) > 1


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu"])
def test_nothing_is_named_where_nothing_is_left_out(activation: str) -> None:
    assert "not searched" not in pv.match(*pair(activation, (2, 3, 1))).status


def test_a_network_without_hidden_nodes_stays_as_it_is() -> None:
    a, b = pair(widths=(2, 1))
    found = pv.match(a, b, DATA)
    assert torch.equal(found.aligned.flatten(), b.flatten())
    assert "no hidden layer" in found.status
    one = pv.match(*pair(widths=(2, 1, 1)), DATA)
    assert one.permutation.is_identity()


def test_single_precision_is_matched_in_double_and_stays_single() -> None:
    net = drawn((2, 5, 4, 1)).to(torch.float32)
    copy = pv.Permutation.random(net.spec, 3)(net)
    found = pv.match(net, copy, DATA)
    assert found.aligned.dtype == torch.float32
    assert bool(found.is_copy)


NET = drawn((2, 3, 1))
HUGE = NET.map(lambda p: p * 1e160)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pv.match(NET, drawn((2, 4, 1))), "expected networks of the same widths and activation"),
        (lambda: pv.match(NET, drawn((2, 3, 1), "relu")), "expected networks of the same widths and activation"),
        (lambda: pv.match(NET, NET.map(lambda p: p * float("nan"))), "not finite"),
        (lambda: pv.match(NET.map(lambda p: p + float("inf")), NET), "not finite"),
        (lambda: pv.match(NET, HUGE), "beyond 1e\\+100"),
        (lambda: pv.match(NET, NET, method="magic"), "Unknown method 'magic': choose one of weights"),
        (lambda: pv.match(NET, NET, dataset_for(pv.NetworkSpec((3, 3, 1)))), "3 inputs|with 2 inputs"),
        (lambda: pv.match(NET, NET, signed=True, starts=0), "Starts 0 given"),
        (lambda: pv.match(NET, NET, starts=10**6), "Starts 1000000 given"),
        (lambda: pv.match(NET, NET, seed=-1), "Seed -1 given"),
        (lambda: pv.match(drawn((2, 3, 1), "relu"), drawn((2, 3, 1), "relu"), signed=True), "cannot be flipped in sign"),
        (lambda: pv.match(*(pv.init_network(pv.NetworkSpec((1, 10_000, 1)), s) for s in (0, 1))), "A layer of 10000 nodes"),
        (lambda: pv.match(drawn((2, 3, 1), batch=(2,)), drawn((2, 3, 1), batch=(3,))), "do not broadcast"),
    ],
)  # fmt: skip
def test_what_cannot_be_matched_is_refused_in_a_sentence(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as refusal:
        call()
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_network_that_answers_otherwise_is_no_copy_however_near_it_is(dtype: torch.dtype) -> None:
    """Beside one large weight all others are small, and what differs there is no rounding."""
    a = pv.init_network(pv.NetworkSpec((2, 8, 8, 1)), 0).to(dtype)
    a.weights[0][0, 0] = 1e9
    shuffle = pv.Permutation.random(a.spec, 3)
    other = a.map(torch.clone)
    other.weights[2][0, 1] += 0.5
    told = pv.match(a, shuffle(other), DATA)
    assert float(told.distance_after) < 1e-9 * float(a.flatten().norm())
    assert not bool(told.is_copy)
    assert "copy but for rounding" not in told.status
    assert bool(pv.match(a, shuffle(a), DATA).is_copy)


def test_three_more_steps_of_training_make_no_copy() -> None:
    a = pv.train(pv.NetworkSpec((2, 32, 32, 1)), DATA, [0], 300, dtype=torch.float32).networks[0]
    more = pv.train(a.spec, DATA, start=a[None], steps=3, learning_rate=1e-5, dtype=torch.float32).networks[0]
    told = pv.match(a, pv.Permutation.random(a.spec, 3)(more), DATA)
    assert float(told.distance_after) < 1e-4 * float(a.flatten().norm())
    assert not bool(told.is_copy)
