"""The whole truth of small pairs and the ranks in it; straight-through; the counterexample; merging."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.landscape import exhaustive, merging, straight_through
from permviz.symmetry.moves import FLIPPABLE
from permviz.symmetry.pairs import Pair, coordinates
from tests import oracles
from tests.cases import dataset_for, drawn
from tests.symmetry.test_matching import random_move

DATA = pv.load_dataset("moons", samples=30)
TRIED = ("tanh", "relu", "gelu", "sigmoid", "gaussian")
OTHERS = ("weights", "activations", "straight-through", "frank-wolfe")


def pair(activation: str = "tanh", widths: tuple[int, ...] = (2, 3, 1), seed: int = 1) -> tuple[pv.Network, pv.Network]:
    return drawn(widths, activation, seed=seed), drawn(widths, activation, seed=seed + 50)


def every_move(a: pv.Network, b: pv.Network, signed: bool) -> list[pv.Monomial]:
    """By itertools, with the scales of A's nodes for ReLU: what a match without any move has."""
    pair = Pair.of(a, b, signed)
    scale = pair.monomial(pair.identity()).factors
    moves = []
    for orders in oracles.all_orders(a.spec.hidden):
        for bits in itertools.product((1.0, -1.0) if signed else (1.0,), repeat=sum(a.spec.hidden)):
            signs = np.split(np.array(bits), np.cumsum(a.spec.hidden)[:-1])
            permuted = pv.Monomial(pv.Permutation(orders), tuple(torch.from_numpy(s) for s in signs))
            moves.append(pv.Monomial(pv.Permutation.identity(a.spec), scale) @ permuted if not any(
                bool((f != 1).any()) for f in scale) else scaled(permuted, pair))  # fmt: skip
    return moves


def scaled(move: pv.Monomial, pair: Pair) -> pv.Monomial:
    layers = zip(move.factors, move.permutation.orders, pair.a.scales, pair.b.scales, strict=True)
    return pv.Monomial(move.permutation, tuple(f * torch.from_numpy(t)[p] / torch.from_numpy(s) for f, p, s, t in layers))


@pytest.mark.parametrize("activation", TRIED)
@pytest.mark.parametrize("widths", [(2, 3, 1), (2, 2, 2, 1)], ids=str)
def test_all_barriers_are_those_of_each_move(activation: str, widths: tuple[int, ...]) -> None:
    a, b = pair(activation, widths)
    truth = pv.all_barriers(a, b, DATA)
    assert truth.signed == (pv.ACTIVATIONS[activation].symmetry in FLIPPABLE)
    expected = []
    for move in every_move(a, b, truth.signed):
        losses = pv.line_slice(a, move(b), DATA, 25)
        expected.append(float(losses.barrier("entezari")))
    assert len(truth.barriers) == len(expected)
    assert sorted(truth.barriers.tolist()) == pytest.approx(sorted(expected), rel=1e-9, abs=1e-12)
    assert float(truth.barriers[0]) == pytest.approx(expected[0], rel=1e-9, abs=1e-12)
    for index in (0, len(expected) // 3, len(expected) - 1):
        move = truth.move(index)
        again = pv.line_slice(a, move(b), DATA, 25).barrier("entezari")
        assert float(again) == pytest.approx(float(truth.barriers[index]), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("activation", TRIED)
def test_ranks_are_counted_in_the_whole_truth(activation: str) -> None:
    a, b = pair(activation)
    truth = pv.all_barriers(a, b, DATA)
    best = pv.match(a, b, DATA, "exhaustive")
    assert truth.rank(best.move).least == 1
    assert float(best.objective) == truth.best
    assert "each of" in best.status
    for method in OTHERS:
        found = pv.match(a, b, DATA, method)
        rank = truth.rank(found.move)
        value = float(pv.line_slice(a, found.aligned, DATA, 25).barrier("entezari"))
        assert rank.barrier == pytest.approx(value, rel=1e-12, abs=1e-15)
        assert rank.least == 1 + sum(other < value - truth.resolution for other in truth.barriers.tolist())
        assert rank.least <= rank.greatest <= rank.among == len(truth.barriers)
        assert truth.best <= value + truth.resolution


def test_without_hidden_nodes_the_only_move_is_none() -> None:
    a, b = pair("tanh", (2, 1))
    truth = pv.all_barriers(a, b, DATA)
    losses = oracles.line_losses(a, b, DATA, np.linspace(0, 1, 25))
    assert truth.barriers.tolist() == pytest.approx([(losses - np.linspace(losses[0], losses[-1], 25)).max()], abs=1e-12)
    assert truth.rank(truth.move(0)).among == 1
    assert float(pv.match(a, b, DATA, "exhaustive").objective) == truth.best


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("hidden", [(), (4,), (3, 2)], ids=str)
def test_moves_are_counted_and_their_work_with_them(hidden: tuple[int, ...], signed: bool) -> None:
    spec = pv.NetworkSpec((2, *hidden, 1))
    signs = itertools.product((1, -1) if signed else (1,), repeat=sum(hidden))
    count = len(list(itertools.product(oracles.all_orders(hidden), signs)))
    assert exhaustive.count_of_moves(spec, signed) == count
    assert exhaustive.work(spec, DATA, signed) == count * 25 * 30 * (sum(hidden) + 1)
    assert exhaustive.work(pv.NetworkSpec((2, 1000, 1)), DATA, signed) == np.inf


def test_ties_are_told() -> None:
    a, b = pair("gelu")
    row = torch.tensor([0, 0, 2])
    twins = pv.Network((b.weights[0][row], b.weights[1][:, row]), (b.biases[0][row], b.biases[1]), "gelu")
    truth = pv.all_barriers(a, twins, DATA)
    for i in range(6):
        rank = truth.rank(truth.move(i))
        assert rank.greatest - rank.least + 1 >= 2  # the twins' swap changes nothing
    plain = pv.all_barriers(a, b, DATA)  # negative control
    assert all(r.least == r.greatest for r in (plain.rank(plain.move(i)) for i in range(6)))


@pytest.mark.parametrize("activation", TRIED)
def test_straight_through_is_never_worse_than_its_start_or_the_weights(activation: str) -> None:
    for seed in range(2):
        a, b = pair(activation, (2, 5, 4, 1), seed)
        found, weights = pv.match(a, b, DATA, "straight-through"), pv.match(a, b, DATA, "weights")
        barriers = [max(0.0, float(pv.loss(a + 0.5 * (net - a), DATA) - (pv.loss(a, DATA) + pv.loss(b, DATA)) / 2))
                    for net in (found.aligned, weights.aligned)]  # fmt: skip
        assert float(found.objective) == pytest.approx(barriers[0], rel=1e-9, abs=1e-11)
        assert found.objective <= found.start_objective
        assert barriers[0] <= barriers[1] + 1e-12


@pytest.mark.parametrize("activation", TRIED)
def test_the_gradient_of_the_midpoint_is_that_of_its_loss(activation: str) -> None:
    a, b = pair(activation, (2, 3, 2, 1))
    both = Pair.of(a, b, pv.ACTIVATIONS[activation].symmetry in FLIPPABLE)
    start = np.concatenate([p.ravel() for p in (*both.b.weights, *both.b.biases)])

    def value(theta: np.ndarray[Any, np.dtype[np.float64]]) -> float:
        moved = Pair(both.a, straight_through._point(theta, both.b), both.signed, both.even)
        return straight_through.midpoint(moved, moved.identity(), activation, DATA)[0]

    slope = straight_through.midpoint(both, both.identity(), activation, DATA)[1]
    assert slope == pytest.approx(oracles.numerical_gradient(value, start), rel=1e-5, abs=1e-8)


def test_a_barrier_of_infinite_losses_is_no_number_and_not_none() -> None:
    """A loss of 1e360 is infinite: no barrier is measured from there, and none may be said to be 0."""
    data = dataset_for(pv.NetworkSpec((1, 3, 1)), "squared")
    a, b = (drawn((1, 3, 1), "relu", seed=seed) * 1e90 for seed in (0, 1))
    found = pv.match(a, b, data, "straight-through")
    assert bool(found.objective.isnan())
    assert bool(found.start_objective.isnan())
    nearest = pv.match(a, b)
    assert found.permutation == nearest.permutation
    with pytest.raises(ValueError, match="losses are not finite given"):
        pv.all_barriers(a, b, data)
    smaller = pv.match(a * 1e-80, b * 1e-80, data, "straight-through")  # negative control: finite ones have a number
    assert bool(smaller.objective.isfinite())


def test_infinite_barriers_rank_last_and_leave_the_others_apart() -> None:
    """Where A's heavy weight into a node meets B's heavy weight out of one, the midpoint's loss is infinite."""

    def built(incoming: list[float], outgoing: list[float]) -> pv.Network:
        w, a, b = (torch.tensor(v, dtype=torch.float64) for v in (incoming, outgoing, [0.0]))
        return pv.Network((w[:, None], a[None]), (torch.zeros_like(w), b), "gelu")

    data = dataset_for(pv.NetworkSpec((1, 3, 1)), "squared")
    truth = pv.all_barriers(built([1e99, 1, 2], [0, 1, -1]), built([1, 2, 3], [1e99, 0, 1]), data)
    values = truth.barriers.tolist()
    assert sum(value == np.inf for value in values) == 2
    for index, value in enumerate(values):
        rank = truth.rank(truth.move(index))
        assert rank.least == 1 + sum(other < value for other in values)
        assert rank.greatest == sum(other <= value for other in values)


def test_no_permutation_helps_the_counterexample() -> None:
    a, b, data = pv.no_match_example()
    for end in (a, b):
        assert float(pv.calibrate(end, data).accuracy) == 1  # type: ignore[arg-type]
    errors = [1 - float(pv.calibrate(a + 0.5 * (p(b) - a), data).accuracy) for p in pv.Permutation.all(a.spec)]  # type: ignore[arg-type]
    assert len(errors) == 4
    assert all(0.247 <= error <= 0.251 for error in errors)
    assert pv.all_barriers(a, b, data).best > 0.01
    same = pv.calibrate(a + 0.5 * (random_move(a.spec)(a) - a), data)  # negative control: a copy of A itself can be undone
    undone = pv.match(a, random_move(a.spec)(a), data)
    assert undone.after.middle.accuracy == 1  # type: ignore[union-attr]
    assert same.accuracy < 1  # type: ignore[operator]


@pytest.mark.parametrize("method", ["weights", "frank-wolfe"])
@pytest.mark.parametrize("activation", TRIED)
def test_copies_are_merged_into_one(activation: str, method: Any) -> None:
    net = drawn((2, 4, 3, 1), activation)
    copies = [random_move(net.spec, seed)(net) for seed in range(4)]
    found = pv.merge(copies, DATA, method)
    assert torch.allclose(found.merged.flatten(), copies[0].flatten(), rtol=1e-9, atol=1e-9)
    assert found.moves[0].is_identity(1e-12)
    assert float(found.barriers.max()) < 1e-9 < float(found.barriers_before.max())  # type: ignore[union-attr]


@pytest.mark.parametrize("activation", TRIED)
def test_a_merge_is_cycle_consistent_and_falls(activation: str) -> None:
    nets = [drawn((2, 4, 3, 1), activation, seed=s) for s in range(4)]
    found = pv.merge(nets, DATA)
    assert found.objective <= found.start_objective
    there = found.between(0, 1) @ found.between(1, 2) @ found.between(2, 0)
    assert there.is_identity(1e-9)
    x = DATA.inputs
    for i, net in enumerate(nets):
        assert float((found.aligned[i](x) - net(x)).abs().max()) < 1e-12
        assert torch.equal(found.moves[i](net).flatten(), found.aligned[i].flatten())
    assert torch.allclose(found.merged.flatten(), found.aligned.flatten().mean(0), rtol=1e-14)
    for i, j in itertools.combinations(range(4), 2):
        line = pv.line_slice(found.aligned[i], found.aligned[j], DATA, 25)
        assert float(found.barriers[i, j]) == pytest.approx(float(line.barrier()), rel=1e-9, abs=1e-12)  # type: ignore[index]
    assert found.together.loss == pv.loss(found.merged, DATA)  # type: ignore[union-attr]


def test_a_merge_never_ends_above_its_start() -> None:
    """Five networks that lie together, and a first one apart from them: to be matched to it one by one drives them apart."""
    spec = pv.NetworkSpec((2, 8, 8, 8, 2), "gelu")
    first, centre = pv.init_network(spec, 14), pv.init_network(spec, 114)
    nets = [first, *(centre + 0.5 * pv.init_network(spec, 1140 + j) for j in range(5))]
    found = pv.merge(nets, signed=False, starts=1)

    def spread(theta: torch.Tensor) -> float:
        return float((theta - theta.mean(0)).square().sum())

    assert found.start_objective == pytest.approx(spread(found.networks.flatten()), rel=1e-12)
    assert found.objective == pytest.approx(spread(found.aligned.flatten()), rel=1e-12)
    assert found.objective < found.start_objective
    points = [coordinates(net) for net in nets]
    like = Pair(points[0], points[0], signed=False, even=False)
    astray = merging._turns(points, like, "weights", 1, 0, to_first=True)[1]
    assert astray > found.start_objective  # negative control


def test_rounds_are_those_in_which_a_network_moved() -> None:
    net = drawn((2, 4, 3, 1))
    assert pv.merge([net, net, net]).rounds == 0
    assert pv.merge([net, random_move(net.spec)(net)]).rounds == 1


def test_pairwise_matches_need_not_close() -> None:
    """Negative control: three pairwise matches, one after another, lead back to another node."""
    open_cycles = 0
    for seed in range(6):
        a, b, c = (drawn((2, 5, 5, 1), seed=seed + s) for s in (0, 20, 40))
        round_trip = pv.match(a, b).move @ pv.match(b, c).move @ pv.match(c, a).move
        open_cycles += not round_trip.is_identity(1e-9)
    assert open_cycles > 0


def test_two_networks_merge_as_they_match() -> None:
    a, b = pair("tanh", (2, 4, 1))
    assert torch.allclose(pv.merge([a, b]).aligned[1].flatten(), pv.match(a, b).aligned.flatten(), rtol=1e-12)


A, B = pair()
TRUTH = pv.all_barriers(A, B, DATA)
NAN = B.map(lambda p: p * float("nan"))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pv.match(A, B, method="activations"), "'activations' without data given"),
        (lambda: pv.match(A, B, method="straight-through"), "'straight-through' without data given"),
        (lambda: pv.match(*pair("tanh", (2, 7, 1)), DATA, "exhaustive"), "645.120 moves with signs, more than the 50.000 that"),
        (lambda: pv.all_barriers(*pair("tanh", (2, 200, 1)), DATA), "≈ .* moves with signs"),
        (lambda: TRUTH.move(48), "Move 48 given: expected the index of a barrier, from 0 to 47"),
        (lambda: TRUTH.move(-1), "Move -1 given"),
        (lambda: TRUTH.move(1.5), "Move 1.5 given"),  # type: ignore[arg-type]
        (lambda: TRUTH.rank(pv.match(A, drawn((2, 3, 1), batch=(2,))).move), r"A batch of moves \(2,\) given"),
        (lambda: pv.match(A, NAN, DATA, "straight-through"), "not finite"),
        (lambda: pv.all_barriers(*pair(widths=(2, 6, 1)), pv.load_dataset("moons", samples=5000)), "takes minutes"),
        (lambda: pv.all_barriers(A, drawn((2, 3, 1), batch=(2,)), DATA), "expected a single network"),
        (lambda: pv.merge([A], DATA), "1 networks given"),
        (lambda: pv.merge([A, NAN]), "not finite"),
        (lambda: pv.merge([A, drawn((2, 4, 1))]), "cannot be stacked"),
        (lambda: pv.merge([A, B], method="magic"), "Unknown method 'magic'"),  # type: ignore[arg-type]
        (lambda: pv.merge([A, B] * 40), "80 networks given"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_in_a_sentence(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as refusal:
        call()
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_of_moves_that_do_as_well_the_exhaustive_match_takes_the_nearest(activation: str) -> None:
    """Several moves have no barrier, or one of rounding, and the lowest of these alone would not give A its own nodes back."""
    spec = pv.NetworkSpec((2, 3, 3, 1), activation)
    a, least = pv.train(spec, DATA, [0], 300).networks[0], []
    for seed in range(6):
        b = pv.Permutation.random(spec, seed)(a)
        assert bool(pv.match(a, b, DATA, "exhaustive").is_copy)
        truth = pv.all_barriers(a, b, DATA)
        lowest = truth.move(int(truth.barriers.argmin()))(b)
        least.append(float((a - lowest).flatten().norm()) < 1e-9)
        assert truth.rank(truth.move(truth.best_index)).least == 1
    assert activation == "relu" or not all(least)  # negative control
    untrained = pv.init_network(pv.NetworkSpec((2, 4, 1)), 0)
    found = pv.match(untrained, pv.Permutation.random(untrained.spec, 1)(untrained), DATA, "exhaustive")
    assert bool(found.is_copy)
    assert f"{int(found.hits)} of them do as well, and this one leads nearest to A" in found.status
    assert int(found.hits) > 1
