"""Weight matching: against brute force over the group, and copies recovered; moves with signs and scales."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.symmetry.monomial import SCALABLE
from permviz.symmetry.moves import FLIPPABLE
from permviz.symmetry.pairs import Pair, Places, coordinates
from permviz.symmetry.weight_matching import assignment, match_weights
from tests import oracles
from tests.cases import SINGLE_NETWORKS, Case, drawn, function_change

ACTIVATIONS = tuple(pv.ACTIVATIONS)


def random_move(spec: pv.NetworkSpec, seed: int = 0) -> pv.Monomial:
    """Nodes in random order, with all the signs and scales that the activation allows."""
    generator, symmetry = torch.Generator().manual_seed(seed), pv.ACTIVATIONS[spec.activation].symmetry
    factors = []
    for n in spec.hidden:
        factor = torch.ones(n, dtype=torch.float64)
        if symmetry in SCALABLE:
            factor = torch.randn(n, generator=generator, dtype=torch.float64).exp()
        if symmetry in FLIPPABLE:
            factor = factor * (2 * torch.randint(0, 2, (n,), generator=generator) - 1)
        factors.append(factor)
    return pv.Monomial(pv.Permutation.random(spec, seed), tuple(factors))


@pytest.mark.parametrize("case", SINGLE_NETWORKS, ids=str)
def test_a_copy_is_recovered(case: Case) -> None:
    net = case.network()
    move = random_move(net.spec, seed=case.seed)
    found = pv.match(net, move(net))
    assert bool(found.is_copy)
    assert found.distance_after <= 1e-12 * net.flatten().norm()
    assert found.permutation == move.permutation.inverse()
    assert (found.move @ move).is_identity(1e-9)
    assert found.difference <= 1e-12 * (1 + found.largest_output)


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu", "sigmoid"])
@pytest.mark.parametrize("widths", [(8, 512, 2), (4, 128, 96, 64, 128, 3)], ids=str)
def test_a_wide_copy_is_recovered(activation: str, widths: tuple[int, ...]) -> None:
    net = pv.init_network(pv.NetworkSpec(widths, activation), seed=1)
    move = random_move(net.spec, seed=2)
    found = pv.match(net, move(net))
    assert bool(found.is_copy)
    assert found.permutation == move.permutation.inverse()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_nodes_that_differ_by_their_biases_alone_are_told_apart(activation: str) -> None:
    net = drawn((2, 5, 4, 1), activation)
    equal = tuple(torch.ones_like(w) for w in net.weights)
    net = replace(net, weights=equal)
    move = random_move(net.spec, seed=3)
    found = pv.match(net, move(net))
    assert bool(found.is_copy)
    without = pv.match(replace(net, biases=tuple(map(torch.zeros_like, net.biases))), move(net))
    assert not bool(without.is_copy)  # negative control: it is the biases that tell


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_stranger_is_not_called_a_copy(activation: str) -> None:
    net, other = drawn((2, 4, 4, 1), activation), drawn((2, 4, 4, 1), activation, seed=9)
    found = pv.match(net, other)
    assert not bool(found.is_copy)
    assert "copy" not in found.status
    nudged = random_move(net.spec)(net)
    biases = (*nudged.biases[:-1], nudged.biases[-1] + 1e-6)
    assert not bool(pv.match(net, replace(nudged, biases=biases)).is_copy)


def all_places(pair: Pair) -> list[Places]:
    orders = oracles.all_orders(pair.hidden)
    choices = [(-1.0, 1.0) if pair.signed else (1.0,)] * sum(pair.hidden)
    cuts = np.cumsum(pair.hidden)[:-1]
    signs = [np.split(np.array(s), cuts) for s in itertools.product(*choices)]
    return [Places([np.array(p) for p in o], list(s)) for o in orders for s in signs]


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu", "sigmoid", "gaussian", "linear"])
@pytest.mark.parametrize("widths", [(2, 4, 1), (2, 3, 2, 1)], ids=str)
def test_the_best_of_several_starts_is_the_nearest_of_the_group(activation: str, widths: tuple[int, ...]) -> None:
    for seed in range(3):
        a, b = drawn(widths, activation, seed=seed), drawn(widths, activation, seed=seed + 50)
        pair = Pair.of(a, b, pv.ACTIVATIONS[activation].symmetry in FLIPPABLE)
        nearest = min(pair.distance(places) for places in all_places(pair))
        found = match_weights(pair, starts=11, seed=0)
        assert found.value == pytest.approx(nearest, rel=1e-12)
        assert found.value <= found.start


def test_one_start_alone_can_miss_the_nearest() -> None:
    """Negative control of the above: the problem has other local optima."""
    missed = 0
    for seed in range(12):
        pair = Pair.of(drawn((2, 3, 3, 1), seed=seed), drawn((2, 3, 3, 1), seed=seed + 50), signed=False)
        nearest = min(pair.distance(places) for places in all_places(pair))
        missed += match_weights(pair, starts=1, seed=0).value > nearest * (1 + 1e-9)
    assert missed > 0


@pytest.mark.parametrize("activation", ["tanh", "relu", "gaussian", "gelu"])
def test_the_objective_is_the_distance_of_the_parameters(activation: str) -> None:
    """Where no coordinates but the network's own are needed, or, for ReLU, after both are balanced."""
    a, b = drawn((2, 3, 4, 1), activation), drawn((2, 3, 4, 1), activation, seed=5)
    if activation == "relu":
        a, b = balanced(a), balanced(b)
    found = pv.match(a, b)
    assert float(found.objective) == pytest.approx(float((a - found.aligned).flatten().square().sum()), rel=1e-10)
    assert float(found.distance_after) == pytest.approx(float(found.objective) ** 0.5, rel=1e-10)
    assert float(found.start_objective) == pytest.approx(float((a - b).flatten().square().sum()), rel=1e-10)


def balanced(net: pv.Network) -> pv.Network:
    scales = coordinates(net).scales
    identity = pv.Permutation.identity(net.spec)
    return pv.Monomial(identity, tuple(torch.from_numpy(s) for s in scales))(net)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "linear"])
def test_balanced_neurons_are_as_large_before_as_behind(activation: str) -> None:
    net = balanced(drawn((3, 4, 5, 2), activation))
    for k, (w, b) in enumerate(zip(net.weights[:-1], net.biases[:-1], strict=True)):
        incoming = w.square().sum(1) + b.square()
        assert torch.allclose(incoming, net.weights[k + 1].square().sum(0), rtol=1e-9)
    assert function_change(net, drawn((3, 4, 5, 2), activation), torch.randn(9, 3).double()) < 1e-12


def test_the_match_does_not_depend_on_where_on_its_scaling_orbit_a_network_lies() -> None:
    a, b = drawn((2, 4, 3, 1), "relu"), drawn((2, 4, 3, 1), "relu", seed=5)
    identity, data = pv.Permutation.identity(a.spec), pv.load_dataset("moons", samples=50)
    scaled = [
        pv.Monomial(identity, tuple(torch.linspace(*size, n).double() for n in a.spec.hidden))(net)
        for net, size in ((a, (0.01, 40)), (b, (3, 0.2)))
    ]
    plain, other = pv.match(a, b, data), pv.match(*scaled, data)
    assert plain.permutation == other.permutation
    assert plain.barrier_after is not None
    assert other.barrier_after is not None
    assert torch.allclose(plain.barrier_after.entezari, other.barrier_after.entezari, rtol=1e-9)
    assert other.barrier_before.entezari > 2 * plain.barrier_before.entezari  # type: ignore[union-attr]  # negative control


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_dead_neurons_do_no_harm(activation: str) -> None:
    net = drawn((2, 4, 3, 1), activation)
    weights = [w.clone() for w in net.weights]
    weights[0][0], weights[1][:, 1] = 0, 0
    biases = [b.clone() for b in net.biases]
    biases[0][0] = 0
    net = replace(net, weights=tuple(weights), biases=tuple(biases))
    found = pv.match(net, random_move(net.spec)(net))
    assert bool(found.is_copy)


def test_an_assignment_is_the_best_there_is() -> None:
    rng = np.random.default_rng(0)
    for n in range(1, 6):
        score = rng.standard_normal((n, n))
        best = max(itertools.permutations(range(n)), key=lambda p: sum(score[i, j] for i, j in enumerate(p)))
        assert tuple(assignment(score)) == best
    assert assignment(np.eye(4)[[2, 0, 3, 1]]).tolist() == [2, 0, 3, 1]


@pytest.mark.parametrize("case", [case for case in SINGLE_NETWORKS if len(case.widths) > 3], ids=str)
def test_moves_compose_and_keep_the_function(case: Case) -> None:
    net, x = case.network(), case.inputs()
    one, two = random_move(net.spec, 1), random_move(net.spec, 2)
    assert function_change(net, one(net), x) <= 1e-12 * (1 + float(net(x).abs().max()))
    both = (one @ two)(net)
    assert torch.allclose(both.flatten(), one(two(net)).flatten(), rtol=1e-12, atol=1e-12)
    assert torch.allclose(one.inverse()(one(net)).flatten(), net.flatten(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_other_order_is_another_move(activation: str) -> None:
    """Negative control of the above."""
    net = drawn((2, 4, 4, 1), activation)
    one, two = random_move(net.spec, 3), random_move(net.spec, 4)
    assert not torch.allclose((two @ one)(net).flatten(), one(two(net)).flatten())


def test_moves_of_a_batch() -> None:
    spec = pv.NetworkSpec((2, 3, 4, 1))
    moves = [random_move(spec, seed) for seed in range(3)]
    orders = [torch.stack(layer) for layer in zip(*(m.permutation.orders for m in moves), strict=True)]
    batch = pv.Monomial(pv.Permutation(orders), tuple(map(torch.stack, zip(*(m.factors for m in moves), strict=True))))
    net = drawn(spec.widths)
    for i, move in enumerate(moves):
        assert torch.equal(batch(net)[i].flatten(), move(net).flatten())
        assert batch[i].permutation == move.permutation


@pytest.mark.parametrize(
    ("activation", "factor", "message"),
    [("gelu", -1.0, "cannot be flipped"), ("relu", -1.0, "cannot be flipped"), ("tanh", 2.0, "cannot be scaled")],
)
def test_a_move_that_is_no_symmetry_is_refused(activation: str, factor: float, message: str) -> None:
    net = drawn((2, 2, 1), activation)
    move = pv.Monomial(pv.Permutation.identity(net.spec), (torch.tensor([1.0, factor]),))
    with pytest.raises(ValueError, match=message):
        move(net)


def test_factors_that_are_none_are_refused() -> None:
    swap = pv.Permutation([[1, 0]])
    with pytest.raises(ValueError, match="one factor a node"):
        pv.Monomial(swap, (torch.ones(3),))
    for wrong in (0.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="zero or not finite"):
            pv.Monomial(swap, (torch.tensor([1.0, wrong]),))
