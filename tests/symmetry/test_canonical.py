"""Canonical forms: equal for what the symmetry makes of one network, different for everything else."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor

import permviz as pv
from permviz.networks.activations import ACTIVATIONS
from permviz.symmetry.canonical import canonical_form

SHAPES = [(2, 3, 1), (3, 2, 2, 2), (1, 2, 3, 2, 1)]
CASES = [(name, widths) for name in ACTIVATIONS if name != "linear" for widths in SHAPES]


def moved(network: pv.Network, seed: int) -> pv.Network:
    """A random move of the whole group of the activation, layer after layer, by the library's moves for single neurons."""
    generator = torch.Generator().manual_seed(seed)
    symmetry = ACTIVATIONS[network.activation].symmetry
    copy = pv.Permutation.random(network.spec, seed)(network)
    for layer, width in enumerate(network.spec.hidden, start=1):
        if symmetry in ("odd", "even", "sigmoid", "sine"):
            copy = pv.sign_flips(copy, layer, 2.0 * torch.randint(0, 2, (width,), generator=generator) - 1)
        for node in range(width):
            if symmetry == "sine":
                copy = pv.half_turns(copy, layer, node, int(torch.randint(-3, 4, (), generator=generator)))
            if symmetry == "scaling":
                copy = pv.rescale(copy, layer, node, float(torch.rand((), generator=generator)) * 4 + 0.1)
    return copy


def apart(a: pv.Network, b: pv.Network, weight_decay: float = 0.0) -> float:
    """The least difference of the forms, over three seeds, as the census compares."""
    forms = [(canonical_form(a, seed, weight_decay), canonical_form(b, seed, weight_decay)) for seed in range(3)]
    return min(float((x.flatten() - y.flatten()).abs().max()) for x, y in forms)


@pytest.mark.parametrize(("activation", "widths"), CASES)
def test_what_a_move_makes_has_the_same_form(activation: str, widths: tuple[int, ...]) -> None:
    network = pv.init_network(pv.NetworkSpec(widths, activation), seed=5)
    for seed in range(5):
        assert apart(moved(network, seed), network) < 1e-10
    broken = network.map(torch.clone)
    broken.weights[0][0, 0] *= -1  # negative control: not a move, since bias and outgoing weights stay
    assert apart(broken, network) > 1e-3


@pytest.mark.parametrize(("activation", "widths"), CASES)
def test_a_form_is_a_copy(activation: str, widths: tuple[int, ...]) -> None:
    network = pv.init_network(pv.NetworkSpec(widths, activation), seed=6)
    inputs = torch.randn(20, widths[0], generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for seed in range(3):
        form = canonical_form(network, seed)
        torch.testing.assert_close(form(inputs), network(inputs), rtol=0, atol=1e-12)
        assert torch.allclose(canonical_form(form, seed).flatten(), form.flatten(), rtol=0, atol=1e-12)


def test_a_batch_has_the_forms_of_its_networks() -> None:
    spec = pv.NetworkSpec((2, 3, 2, 1), "sin")
    networks = [pv.init_network(spec, seed) for seed in range(4)]
    forms = canonical_form(pv.stack(networks), 7)
    for i, network in enumerate(networks):
        torch.testing.assert_close(forms[i].flatten(), canonical_form(network, 7).flatten(), rtol=0, atol=1e-14)


def copies(network: pv.Network) -> Iterator[Tensor]:
    """All ``2^n n!`` copies of a tanh network with one hidden layer, neuron by neuron: the slow oracle."""
    (w, a), (b, c) = network.weights, network.biases
    neurons = [(w[i].tolist(), float(b[i]), a[:, i].tolist()) for i in range(len(b))]
    for order in itertools.permutations(neurons):
        for signs in itertools.product((1, -1), repeat=len(neurons)):
            rows = [s * x for s, (row, _, _) in zip(signs, order, strict=True) for x in row]
            biases = [s * bias for s, (_, bias, _) in zip(signs, order, strict=True)]
            outgoing = [s * column[o] for o in range(len(c)) for s, (_, _, column) in zip(signs, order, strict=True)]
            yield torch.tensor([*rows, *biases, *outgoing, *c.tolist()], dtype=torch.float64)


def brute_force_distance(a: pv.Network, b: pv.Network) -> float:
    """The least ``max |a - g b|`` over all elements ``g``."""
    return min(float((a.flatten() - copy).abs().max()) for copy in copies(b))


def nearly(network: pv.Network, by: float, seed: int) -> pv.Network:
    generator = torch.Generator().manual_seed(seed)
    return network.map(lambda p: p + by * (2 * torch.rand(p.shape, generator=generator, dtype=p.dtype) - 1))


@pytest.mark.parametrize("widths", [(2, 3, 1), (1, 4, 2)])
def test_forms_say_what_all_copies_say(widths: tuple[int, ...]) -> None:
    """Near copies of one network, and networks that differ by little more than them: brute force and forms agree."""
    spec = pv.NetworkSpec(widths)
    networks = [pv.init_network(spec, seed) for seed in range(3)]
    close = [nearly(moved(network, 10 + i), 1e-8, i) for i, network in enumerate(networks)]
    others = [nearly(moved(network, 20 + i), 1e-2, i) for i, network in enumerate(networks)]
    everything = networks + close + others
    same = [brute_force_distance(x, y) < 1e-6 for x in everything for y in everything]
    assert [apart(x, y) < 1e-6 for x in everything for y in everything] == same
    assert sum(same) == 3 * 4 + 3  # three pairs, counted in both directions, and everything itself
    assert len(list(copies(networks[0]))) == pv.symmetry_group(spec).order


@pytest.mark.parametrize(
    ("activation", "move"),
    [
        ("sigmoid", lambda net: pv.sign_flip(net, 1, 0)),
        ("sin", lambda net: pv.half_turns(net, 1, 0)),
        ("relu", lambda net: pv.rescale(net, 1, 0, 2.0)),
    ],
)
def test_with_decay_moves_that_change_the_norm_are_no_symmetry(
    activation: str, move: Callable[[pv.Network], pv.Network]
) -> None:
    network = pv.init_network(pv.NetworkSpec((2, 3, 1), activation), seed=1)
    assert apart(move(network), network) < 1e-10
    assert apart(move(network), network, weight_decay=0.1) > 1e-3
    swapped = pv.Permutation.transposition(network.spec, 1, (0, 2))(network)
    assert apart(swapped, network, weight_decay=0.1) < 1e-10


@pytest.mark.parametrize("activation", ["tanh", "gaussian", "sin"])
def test_with_decay_flips_that_keep_the_norm_stay(activation: str) -> None:
    if activation not in ACTIVATIONS:
        (activation,) = [name for name, entry in ACTIVATIONS.items() if entry.symmetry == "even"]
    network = pv.init_network(pv.NetworkSpec((2, 3, 1), activation), seed=1)
    assert apart(pv.sign_flip(network, 1, 1), network, weight_decay=0.1) < 1e-10


def test_duplicates_and_zero_neurons_have_forms() -> None:
    network = pv.make_equal(pv.init_network(pv.NetworkSpec((2, 4, 1)), seed=2), 1, 0, 3)
    weights = [w.clone() for w in network.weights]
    weights[1][0, 3] += 1.0  # two neurons see the same, and say it differently
    twins = pv.Network(tuple(weights), network.biases)
    assert apart(moved(twins, 3), twins) < 1e-10
    zero = pv.init_network(pv.NetworkSpec((2, 3, 1), "relu")).map(torch.zeros_like)
    assert bool((canonical_form(zero).flatten() == 0).all())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((pv.init_network(pv.NetworkSpec((2, 2, 1), "linear")),), "changes of basis"),
        ((pv.init_network(pv.NetworkSpec((2, 2, 1))) * math.nan,), "not finite"),
        ((pv.init_network(pv.NetworkSpec((2, 2, 1))), -1), "[Ss]eed"),
        ((pv.init_network(pv.NetworkSpec((2, 2, 1))), 0, -1.0), "decay"),
        ((pv.init_network(pv.NetworkSpec((2, 2, 1))), 0, math.inf), "decay"),
    ],
)
def test_bad_input_is_refused(arguments: tuple[object, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        canonical_form(*arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("decay", [-0.1, float("nan"), float("inf"), 101.0])
def test_a_decay_that_data_could_not_have_is_refused_in_the_same_words(decay: float) -> None:
    with pytest.raises(ValueError, match=r"Weight decay .* given: expected a number from 0 to 100") as told:
        canonical_form(pv.init_network(pv.NetworkSpec((2, 3, 1))), weight_decay=decay)
    with pytest.raises(ValueError, match="Weight decay") as wanted:
        pv.load_dataset("moons").with_weight_decay(decay)
    assert str(told.value) == str(wanted.value)


def test_a_form_jumps_at_the_offset_of_sine_neurons_and_another_seed_elsewhere() -> None:
    biases = torch.linspace(0, math.pi, 1001, dtype=torch.float64)[:-1]
    one = torch.ones(1000, 1, 1, dtype=torch.float64)
    networks = pv.Network((one, one), (biases[:, None], torch.zeros(1000, 1, dtype=torch.float64)), "sin")
    places = []
    for seed in range(3):
        steps = canonical_form(networks, seed).flatten().diff(dim=0).norm(dim=1)
        jumps = (steps > 1).nonzero().flatten().tolist()
        assert len(jumps) == 1
        assert float(steps.sort().values[-2]) < 0.01  # negative control: everywhere else near networks have near forms
        places += jumps
    assert len(set(places)) == 3


def test_a_form_jumps_for_every_seed_where_a_relu_neuron_vanishes() -> None:
    network = pv.init_network(pv.NetworkSpec((2, 3, 1), "relu"))
    for centre in (0.0, 1.0):  # negative control: near 1 it has a direction
        sides = [network.map(torch.clone) for _ in range(2)]
        for net, sign in zip(sides, (1, -1), strict=True):
            net.weights[0][0] = centre + sign * torch.tensor([1e-12, 2e-12])
            net.biases[0][0] = 0.0
        assert float((sides[0].flatten() - sides[1].flatten()).norm()) < 1e-11
        for seed in range(5):
            first, second = (canonical_form(net, seed).flatten() for net in sides)
            assert (float((first - second).norm()) > 0.1) == (centre == 0)
