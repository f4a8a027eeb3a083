"""Neurons that are alike, and the points that moves make which keep function and norm, against enumeration."""

from __future__ import annotations

import math

import pytest
import torch

import permviz as pv
from permviz.symmetry.alike import AlikeNeurons, alike_neurons, decayed_orbit, flip_of, made_alike, stabiliser_name
from tests import oracles
from tests.cases import drawn


def built(activation: str, neurons: list[list[float]], last: float = 0.3) -> pv.Network:
    """A 2-n-1 network of these rows ``(w_1, w_2, b, a)``."""
    rows = torch.tensor(neurons, dtype=torch.float64)
    out = torch.tensor([last], dtype=torch.float64)
    return pv.Network((rows[:, :2], rows[:, 3:].T.contiguous()), (rows[:, 2], out), activation)


ONE, TWO, ZERO = [1.0, -0.5, 0.25, 2.0], [0.5, 1.5, -0.75, 1.0], [0.0, 0.0, 0.0, 0.0]
FLIPPED = [-v for v in ONE]
HALF_FLIPPED = [-1.0, 0.5, -0.25, 2.0]
LISTS = {
    "different": [ONE, TWO, [0.1, 0.2, 0.3, 0.4]],
    "equal": [ONE, TWO, ONE, ONE],
    "mirrored": [ONE, FLIPPED, TWO],
    "zero": [ZERO, ONE, ZERO],
    "half": [ONE, HALF_FLIPPED, TWO],
    "all": [ZERO, ZERO, ONE, FLIPPED],
    "constant": [[0.0, 0.0, 0.0, 2.0], ONE, [0.0, 0.0, 0.0, 2.0], [0.0, 0.0, 0.0, 1.0]],
}


def enumerated(net: pv.Network) -> int:
    """All permutations, and flips where they keep the norm, one after the other."""
    return oracles.orbit_size(net) if flip_of(net) is None else len(oracles.signed_copies(net))


@pytest.mark.parametrize("activation", ["tanh", "erf", "sin", "gaussian", "sigmoid", "gelu", "relu"])
@pytest.mark.parametrize("name", LISTS)
def test_the_orbit_is_what_enumeration_finds(activation: str, name: str) -> None:
    net = built(activation, LISTS[name])
    orbit = decayed_orbit(net)
    assert orbit.size == enumerated(net)
    n = len(LISTS[name])
    assert orbit.order == math.factorial(n) * (1 if flip_of(net) is None else 2**n)


@pytest.mark.parametrize("activation", ["tanh", "gelu"])
def test_two_layers_are_counted_together(activation: str) -> None:
    for net in (drawn((2, 2, 3, 1), activation), pv.coupled_network()):
        assert decayed_orbit(net).size == enumerated(net)


def test_every_copy_keeps_the_objective_and_a_sigmoids_flip_does_not() -> None:
    data = pv.load_dataset("moons", samples=20).with_weight_decay(0.05)
    for activation in ("tanh", "gaussian", "gelu"):
        net = built(activation, LISTS["equal"][:3])
        copies = oracles.signed_copies(net) if flip_of(net) else {tuple(row) for row in oracles.copies(net).tolist()}
        losses = torch.stack([pv.loss(pv.unflatten(net.spec, torch.tensor(c, dtype=torch.float64)), data) for c in copies])
        assert float(losses.max() - losses.min()) < 1e-8  # the oracle rounds to nine digits
    sigmoid = built("sigmoid", LISTS["different"])
    moved = [pv.unflatten(sigmoid.spec, torch.tensor(c, dtype=torch.float64)) for c in oracles.signed_copies(sigmoid)]
    losses = torch.stack([pv.loss(net, data) for net in moved])
    assert float(losses.max() - losses.min()) > 0.01


@pytest.mark.parametrize(("activation", "name", "groups"), [
    ("tanh", "different", [((0,), (1,), False), ((1,), (1,), False), ((2,), (1,), False)]),
    ("tanh", "equal", [((0, 2, 3), (1, 1, 1), False), ((1,), (1,), False)]),
    ("tanh", "mirrored", [((0, 1), (1, -1), False), ((2,), (1,), False)]),
    ("gelu", "mirrored", [((0,), (1,), False), ((1,), (1,), False), ((2,), (1,), False)]),
    ("sigmoid", "mirrored", [((0,), (1,), False), ((1,), (1,), False), ((2,), (1,), False)]),
    ("tanh", "zero", [((0, 2), (1, 1), True), ((1,), (1,), False)]),
    ("gaussian", "half", [((0, 1), (1, -1), False), ((2,), (1,), False)]),
    ("tanh", "half", [((0,), (1,), False), ((1,), (1,), False), ((2,), (1,), False)]),
])  # fmt: skip
def test_groups_are_those_that_were_built(activation: str, name: str, groups: list[tuple[object, ...]]) -> None:
    found = alike_neurons(built(activation, LISTS[name]))[0]
    assert [(group.nodes, group.signs, group.zero) for group in found] == groups


@pytest.mark.parametrize("activation", ["tanh", "gaussian", "gelu"])
@pytest.mark.parametrize("name", LISTS)
def test_what_was_nearly_alike_becomes_so_exactly(activation: str, name: str) -> None:
    exact = built(activation, LISTS[name])
    noise = 1e-6 * torch.randn(exact.spec.parameter_count, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    near = pv.unflatten(exact.spec, exact.flatten() + noise)
    groups = alike_neurons(near, 1e-4)
    assert groups == alike_neurons(exact)
    made = made_alike(near, groups)
    assert float((made.flatten() - exact.flatten()).abs().max()) < 5e-6
    assert alike_neurons(made) == groups
    assert decayed_orbit(made) == decayed_orbit(exact)
    assert torch.equal(made_alike(made, groups).flatten(), made.flatten())
    trivial = decayed_orbit(exact).stabiliser == 1
    assert (decayed_orbit(near) == decayed_orbit(exact)) == trivial  # negative control: floats are compared exactly


@pytest.mark.parametrize(("activation", "constant"), [("gaussian", [True, False, True]), ("tanh", [False, False, False])])
def test_a_neuron_into_which_nothing_comes_is_constant_where_it_is_its_own_flip(activation: str, constant: list[bool]) -> None:
    assert [group.constant for group in alike_neurons(built(activation, LISTS["constant"]))[0]] == constant


@pytest.mark.parametrize("activation", ["tanh", "gaussian", "gelu"])
@pytest.mark.parametrize("hidden", [(5, 16), (5, 17), (20, 20), (33, 18)], ids=str)
def test_wide_layers_are_alike_to_the_last_bit(activation: str, hidden: tuple[int, int]) -> None:
    """All neurons of both layers alike, every third one the flip of the others: a copy for each choice of signs."""
    net = drawn((3, *hidden, 2), activation)
    turned = -1 if flip_of(net) else 1
    groups = [AlikeNeurons(tuple(range(n)), tuple(turned if i % 3 == 2 else 1 for i in range(n)), False) for n in hidden]
    made = made_alike(net, tuple((group,) for group in groups))
    flips = 1 if flip_of(net) is None else 2 ** sum(hidden)
    assert decayed_orbit(made).size == flips
    values = made.weights[1].tolist()
    assert {abs(v) for row in values for v in row} == {abs(values[0][0])}
    near = made.map(torch.clone)
    near.weights[1][0, 0] *= 1 + 2**-52
    assert decayed_orbit(near).size == flips * math.prod(hidden)  # negative control: but for one last bit


def test_stabilisers_have_names_where_they_are_products() -> None:
    def name(activation: str, neurons: str) -> str:
        net = built(activation, LISTS[neurons])
        return stabiliser_name(alike_neurons(net), decayed_orbit(net), flip_of(net) is not None)

    assert name("tanh", "equal") == "S₃"
    assert name("tanh", "all") == "B₂ × S₂"
    assert name("gelu", "all") == "S₂"
    assert name("gaussian", "constant") == "B₂ × B₁"
    assert name("tanh", "constant") == "S₂"  # its flip turns what leaves a neuron
    assert name("tanh", "different") == "trivial"
    coupled = pv.coupled_network()
    assert stabiliser_name(alike_neurons(coupled), decayed_orbit(coupled), flips=True) == "a group of 2 moves"


def test_linear_neurons_are_refused() -> None:
    with pytest.raises(ValueError, match="rotations of a layer keep function and norm"):
        decayed_orbit(drawn((2, 3, 1), "linear"))
