"""Frank-Wolfe and activation matching, each against its own definition."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.symmetry import frank_wolfe
from permviz.symmetry.activation_matching import match_activations
from permviz.symmetry.frank_wolfe import match_frank_wolfe
from permviz.symmetry.moves import FLIPPABLE
from permviz.symmetry.pairs import Pair
from permviz.symmetry.weight_matching import Similarity, weight_descent
from tests.cases import SINGLE_NETWORKS, Case, drawn
from tests.symmetry.test_matching import all_places, random_move

SOME = ("tanh", "relu", "gelu", "sigmoid", "gaussian")


def pair_of(activation: str, widths: tuple[int, ...], seed: int = 0) -> Pair:
    signed = pv.ACTIVATIONS[activation].symmetry in FLIPPABLE
    return Pair.of(drawn(widths, activation, seed=seed), drawn(widths, activation, seed=seed + 50), signed)


@pytest.mark.parametrize("activation", SOME)
@pytest.mark.parametrize("widths", [(2, 4, 1), (2, 3, 2, 1)], ids=str)
def test_frank_wolfe_finds_the_nearest_of_the_group(activation: str, widths: tuple[int, ...]) -> None:
    for seed in range(3):
        pair = pair_of(activation, widths, seed)
        nearest = min(pair.distance(places) for places in all_places(pair))
        found = match_frank_wolfe(pair, starts=11, seed=0)
        assert found.value == pytest.approx(nearest, rel=1e-12)


@pytest.mark.parametrize("activation", SOME)
def test_frank_wolfe_is_never_worse_than_its_start(activation: str) -> None:
    for seed in range(5):
        pair = pair_of(activation, (2, 6, 5, 4, 1), seed)
        found = match_frank_wolfe(pair, starts=1, seed=seed)
        assert found.value <= found.start == pair.distance(pair.identity())
    best = pair.moved(found.places)  # set out from its own end, it stays or gets better
    again = match_frank_wolfe(Pair(pair.a, best, pair.signed, pair.even), starts=1, seed=0)
    assert again.value <= found.value * (1 + 1e-12)


def test_where_the_given_nodes_are_nearer_a_descent_from_there_is_one_start_more() -> None:
    spec = pv.NetworkSpec((2, 3, 3, 3, 3, 2), "gelu")
    a = pv.init_network(spec, 3)
    pair = Pair.of(a, a + 1.5 * pv.init_network(spec, 503), signed=False)
    similarity = Similarity(pair)
    hull = frank_wolfe._climb(pair, [frank_wolfe._towards(n, False, None) for n in pair.hidden])
    alone = weight_descent(similarity, frank_wolfe._rounded(pair, hull), np.random.default_rng(0))
    assert pair.distance(alone) > pair.distance(pair.identity())  # the middle's end is farther away
    found = match_frank_wolfe(pair, starts=1, seed=0)
    assert (found.tried, found.hits) == (2, 1)
    assert found.value == pytest.approx(pair.distance(found.places), rel=1e-12)
    assert found.value < found.start
    places = found.places
    for layer, n in enumerate(pair.hidden):  # no layer alone does better: it is the end of a descent
        for order in itertools.permutations(range(n)):
            other = places.replaced(layer, np.array(order), np.ones(n))
            assert pair.distance(other) >= found.value * (1 - 1e-12)


@pytest.mark.parametrize("activation", SOME)
def test_frank_wolfe_climbs_by_the_gradient(activation: str) -> None:
    """The gradient against differences of the objective, in a random direction inside the hull."""
    pair, rng = pair_of(activation, (2, 3, 4, 1)), np.random.default_rng(0)
    hull = [frank_wolfe._towards(n, pair.signed, rng) for n in pair.hidden]
    way = [(rng.standard_normal(x.shape), rng.standard_normal(y.shape)) for x, y in hull]

    def value(t: float) -> float:
        point = [(x + t * d, y + t * e) for (x, y), (d, e) in zip(hull, way, strict=True)]
        total = 0.0
        for k, w in enumerate(pair.b.weights):
            rows = point[k][0] if k < len(point) else np.eye(len(w))
            columns = point[k - 1][1] if k else np.eye(w.shape[1])
            total += float((pair.a.weights[k] * (rows @ w @ columns.T)).sum())
            total += float(pair.a.biases[k] @ (rows @ pair.b.biases[k]))
        return total

    slopes = frank_wolfe._gradient(pair, hull)
    slope = sum((g * d).sum() + (h * e).sum() for (g, h), (d, e) in zip(slopes, way, strict=True))
    assert (value(1e-5) - value(-1e-5)) / 2e-5 == pytest.approx(float(slope), rel=1e-8)
    ends = frank_wolfe._climb(pair, hull)
    hull, way = ends, [(x * 0, y * 0) for x, y in ends]
    reached = value(0)
    hull = [frank_wolfe._towards(n, pair.signed, np.random.default_rng(0)) for n in pair.hidden]
    assert reached >= value(0)


@pytest.mark.parametrize("case", [case for case in SINGLE_NETWORKS if len(case.widths) in (3, 5)], ids=str)
@pytest.mark.parametrize("method", ["activations", "frank-wolfe", "straight-through"])
def test_every_method_recovers_a_copy(method: str, case: Case) -> None:
    net = case.network()
    move = random_move(net.spec, seed=case.seed)
    kind = "cross-entropy" if net.spec.widths[-1] > 1 else "binary-cross-entropy"
    inputs = case.inputs(40)
    classes = torch.arange(40) % max(2, net.spec.widths[-1])
    data = pv.Dataset.from_arrays(inputs, classes.numpy(), loss=kind)
    found = pv.match(net, move(net), data, method)
    assert bool(found.is_copy)
    assert found.barrier_after is not None
    assert found.barrier_after.entezari < 1e-9


@pytest.mark.parametrize("activation", SOME)
def test_activations_are_matched_by_the_largest_sum_of_correlations(activation: str) -> None:
    a, b = drawn((2, 4, 3, 1), activation), drawn((2, 4, 3, 1), activation, seed=9)
    x = torch.randn(50, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    signed = pv.ACTIVATIONS[activation].symmetry in FLIPPABLE
    found = match_activations(Pair.of(a, b, signed), a, b, x)
    total = 0.0
    for layer, n in enumerate(a.spec.hidden):
        h, k = a.layers(x)[layer].numpy(), b.layers(x)[layer].numpy()
        with np.errstate(invalid="ignore", divide="ignore"):  # of nodes that are dead
            table = np.nan_to_num(np.array([[np.corrcoef(h[:, i], k[:, j])[0, 1] for j in range(n)] for i in range(n)]))
        if signed and activation != "gaussian":
            table = np.abs(table)
        total += max(sum(table[i, j] for i, j in enumerate(p)) for p in itertools.permutations(range(n)))
    assert found.value == pytest.approx(1 - total / sum(a.spec.hidden), abs=1e-8)
    assert found.value <= found.start


def test_dead_and_equal_nodes_are_told_apart_by_their_weights() -> None:
    """ReLU neurons that differ by a bias and are never silent answer alike but for a constant; others never answer."""
    w1 = torch.tensor([[1.0, 0.5], [1.0, 0.5], [0.3, -1.0], [-1.0, -2.0], [-2.0, -1.0]], dtype=torch.float64)
    b1 = torch.tensor([5.0, 9.0, 0.1, -30.0, -30.0], dtype=torch.float64)
    net = pv.Network((w1, drawn((5, 1)).weights[0]), (b1, torch.zeros(1, dtype=torch.float64)), "relu")
    data = pv.load_dataset("moons", samples=60)
    move = pv.Monomial(pv.Permutation.random(net.spec, 4))
    assert bool(pv.match(net, move(net), data, "activations").is_copy)
