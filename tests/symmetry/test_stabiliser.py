"""Stabilisers and orbit sizes against brute force: apply every permutation, count the different parameter vectors."""

import itertools
import math

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.symmetry import moves
from permviz.symmetry.automorphisms import MOST_REFINEMENTS
from permviz.symmetry.stabiliser import coupled_network, orbit_size, stabiliser
from tests import oracles
from tests.cases import SMALL_WIDTHS, WIDTHS, Case, group_order


def coarse_network(widths, levels, seed):
    """Weights and biases from few values, so that symmetries of every kind occur by chance."""
    spec = pv.NetworkSpec(widths)
    values = torch.randint(levels, (spec.parameter_count,), generator=torch.Generator().manual_seed(seed))
    return pv.unflatten(spec, values.double())


def network(weights, biases=None):
    """A network of exact weights; biases zero unless given."""
    w = [torch.tensor(m, dtype=torch.float64) for m in weights]
    b = [torch.zeros(len(m), dtype=torch.float64) for m in w] if biases is None else biases
    return pv.Network(tuple(w), tuple(b), "tanh")


def circulant(n):
    """Every row the one above shifted by one: n coupled cyclic shifts, no duplicates."""
    row = np.arange(1.0, n + 1)
    return np.stack([np.roll(row, i) for i in range(n)])


def hadamard(n):
    matrix = np.ones((1, 1))
    while len(matrix) < n:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return matrix


def assert_agrees_with_brute_force(net):
    found = stabiliser(net)
    assert found.order == oracles.stabiliser_order(net)
    assert orbit_size(net) == oracles.orbit_size(net) == group_order(net.spec) // found.order
    assert found.order == generated_order(found.generators, net.spec)
    for generator in found.generators:
        assert torch.equal(generator(net).flatten(), net.flatten())
    assert found.interchangeable == brute_force_orbits(net)


def generated_order(generators, spec):
    """Elements of the generated group, by multiplying until nothing new appears."""
    group, new = {pv.Permutation.identity(spec)}, [pv.Permutation.identity(spec)]
    while new:
        new = [p for p in {g @ h for g in generators for h in new} if p not in group]
        group |= set(new)
    return len(group)


def brute_force_orbits(net):
    own = oracles.vector(oracles.parameters(net))
    orders = list(oracles.all_orders(net.spec.hidden))
    fixing = [o for o, row in zip(orders, oracles.copies(net), strict=True) if np.array_equal(row, own)]
    result = []
    for k, n in enumerate(net.spec.hidden):
        groups = {tuple(sorted({order[k][node] for order in fixing})) for node in range(n)}
        result.append(tuple(sorted(group for group in groups if len(group) > 1)))
    return tuple(result)


@pytest.mark.parametrize("widths", SMALL_WIDTHS)
@pytest.mark.parametrize("levels", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_random_networks_with_few_different_weights(widths, levels, seed):
    assert_agrees_with_brute_force(coarse_network(widths, levels, seed))


def symmetrised_network(seed):
    """Random small integers made invariant under one random permutation of all layers, by summing over its powers."""
    spec = pv.NetworkSpec((1, 2, 3, 3, 1))
    net, p = coarse_network(spec.widths, 3, seed), pv.Permutation.random(spec, seed)
    total, power = net.flatten(), p
    while not power.is_identity():
        total, power = total + power(net).flatten(), p @ power
    return pv.unflatten(spec, total)


SEEDS = range(12)


@pytest.mark.parametrize("seed", SEEDS)
def test_networks_with_a_random_coupled_symmetry(seed):
    assert_agrees_with_brute_force(symmetrised_network(seed))


def test_those_networks_do_hold_coupled_symmetries_with_and_without_duplicates():
    found = [stabiliser(symmetrised_network(seed)) for seed in SEEDS]
    assert sum(s.coupled_order > 1 for s in found) >= 3
    assert sum(s.order > s.coupled_order > 1 for s in found) >= 1
    assert sum(s.coupled_order == 1 for s in found) >= 1


@pytest.mark.parametrize("widths", WIDTHS.values())
def test_generic_parameters_have_no_symmetry(widths):
    net = Case(widths, "tanh").network()
    found = stabiliser(net)
    assert found.order == 1
    assert found.generators == ()
    assert not any(found.interchangeable)
    assert orbit_size(net) == group_order(net.spec)


def test_the_counterexample_to_multinomials():
    net = coupled_network()
    found = stabiliser(net)
    assert_agrees_with_brute_force(net)
    assert (found.order, found.coupled_order, found.duplicates) == (2, 2, ((), ()))
    assert orbit_size(net) == 2
    # Negative control: one weight changed and the four copies are four.
    weights = list(net.weights)
    weights[1] = weights[1] + torch.tensor([[0.5, 0], [0, 0]])
    assert orbit_size(pv.Network(tuple(weights), net.biases, "tanh")) == 4


@pytest.mark.parametrize("biased_layer", [0, 1])
def test_biases_break_the_coupling(biased_layer):
    net = coupled_network()
    biases = [b.clone() for b in net.biases]
    biases[biased_layer][0] += 1e-9
    assert orbit_size(pv.Network(net.weights, tuple(biases), "tanh")) == 4


def test_duplicates_of_one_layer_count_as_the_multinomial():
    net = Case((2, 5, 1), "tanh").network()
    equal = moves.make_equal(moves.make_equal(net, 1, 0, 1), 1, 2, 3)
    assert orbit_size(net) == 120
    assert orbit_size(equal) == 30 == oracles.orbit_size(equal)
    assert stabiliser(equal).duplicates == (((0, 1), (2, 3)),)
    assert stabiliser(equal).coupled_order == 1


def test_equal_incoming_weights_alone_are_not_duplicates():
    net = Case((2, 3, 1), "tanh").network()
    rows = net.weights[0].clone()
    rows[1] = rows[0]
    bias = net.biases[0].clone()
    bias[1] = bias[0]
    assert orbit_size(pv.Network((rows, net.weights[1]), (bias, net.biases[1]))) == 6


def test_duplicates_and_coupled_symmetries_together():
    # Two pairs of duplicates in layer 1, exchanged as pairs when layer 2 swaps: 2! 2! 2 = 8.
    net = network([[[1.0]] * 4, [[1.0, 1, 2, 2], [2, 2, 1, 1]], [[3.0, 3]]])
    assert_agrees_with_brute_force(net)
    found = stabiliser(net)
    assert (found.order, found.coupled_order, orbit_size(net)) == (8, 2, 6)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_circulant_weights_have_cyclic_symmetry(n):
    net = network([np.ones((n, 1)), circulant(n), np.ones((1, n))])
    assert_agrees_with_brute_force(net)
    assert stabiliser(net).order == n


def test_inputs_and_outputs_stay_in_their_places():
    assert orbit_size(network([np.eye(2), np.ones((1, 2))])) == 2
    assert orbit_size(network([np.ones((2, 2)), np.eye(2)])) == 2
    assert orbit_size(network([np.ones((2, 2)), np.ones((2, 2))])) == 1


@pytest.mark.parametrize("n", [8, 16])
def test_a_layer_of_equal_neurons_is_counted_without_enumeration(n):
    net = network([np.ones((n, 2)), np.ones((n, n)), np.ones((n, n)), np.ones((n, n)), np.ones((1, n))])
    assert stabiliser(net).order == math.factorial(n) ** 4
    assert orbit_size(net) == 1


def test_the_largest_network_of_the_app():
    spec = pv.NetworkSpec((2, 16, 16, 16, 16, 1))
    net = pv.init_network(spec, seed=0)
    assert orbit_size(net) == math.factorial(16) ** 4
    assert orbit_size(moves.make_equal(net, 3, 4, 9)) == math.factorial(16) ** 4 // 2
    assert orbit_size(pv.Network(tuple(map(torch.zeros_like, net.weights)), tuple(map(torch.zeros_like, net.biases)))) == 1


def test_identity_matrices_between_layers_move_together():
    n = 16
    net = network([np.ones((n, 2)), np.eye(n), np.eye(n), np.eye(n), np.ones((1, n))])
    found = stabiliser(net)
    assert found.order == found.coupled_order == math.factorial(n)
    assert found.interchangeable == ((tuple(range(n)),),) * 4


def test_a_dihedral_group():
    # Neighbours on a ring of 16, in both layers: rotations and reflections.
    ring = np.array([[min((i - j) % 16, (j - i) % 16) for j in range(16)] for i in range(16)], dtype=float)
    assert stabiliser(network([np.ones((16, 1)), ring, np.ones((1, 16))])).order == 32


def test_highly_regular_weights_are_counted_or_refused_but_never_miscounted():
    # Row and column permutations that fix the Sylvester matrix of order 4: every permutation of the three non-trivial
    # columns of the first row's complement, found by brute force.
    four = network([np.ones((4, 1)), hadamard(4), np.ones((1, 4))])
    assert_agrees_with_brute_force(four)
    # For order 2^k the row and column permutations are the linear maps of F_2^k: x^T y is kept by (A x, A^-T y).
    linear_maps = math.prod(8 - 2**i for i in range(3))
    assert stabiliser(network([np.ones((8, 1)), hadamard(8), np.ones((1, 8))])).order == linear_maps == 168
    sixteen = network([np.ones((16, 1)), hadamard(16), np.ones((1, 16))])
    assert stabiliser(sixteen).order == math.prod(16 - 2**i for i in range(4)) == 20160


def test_the_work_is_bounded(monkeypatch):
    monkeypatch.setattr("permviz.symmetry.automorphisms.MOST_REFINEMENTS", 10)
    with pytest.raises(ValueError, match="too regular"):
        stabiliser(network([np.ones((16, 1)), hadamard(16), np.ones((1, 16))]))
    assert MOST_REFINEMENTS >= 1000


def test_tolerance_joins_nearly_equal_values_and_zero_does_not():
    net = moves.make_equal(Case((2, 4, 1), "tanh").network(), 1, 0, 1)
    nearly = net.map(lambda p: p + 1e-9 * torch.arange(p.numel(), dtype=torch.float64).reshape(p.shape))
    assert orbit_size(nearly) == 24
    assert orbit_size(nearly, tolerance=1e-7) == 12
    assert stabiliser(nearly, tolerance=1e-7).tolerance == 1e-7


def test_minus_zero_is_zero():
    net = network([[[0.0], [-0.0]], [[1.0, 1.0]]])
    assert orbit_size(net) == 1


def test_permuting_the_network_does_not_change_the_count():
    net = coarse_network((1, 3, 3, 2), 2, seed=3)
    orders = {stabiliser(p(net)).order for p in itertools.islice(pv.Permutation.all(net.spec), 36)}
    assert orders == {oracles.stabiliser_order(net)}


def test_no_hidden_layer():
    assert orbit_size(Case((2, 3), "tanh").network()) == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: stabiliser(Case((2, 3, 1), "tanh", (2,)).network()), "expected a single network"),
        (lambda: orbit_size(Case((2, 3, 1), "tanh").network().map(lambda p: p * math.nan)), "not finite"),
        (lambda: stabiliser(coupled_network(), tolerance=-1.0), "Tolerance -1.0"),
        (lambda: stabiliser(coupled_network(), tolerance=math.nan), "Tolerance nan"),
    ],
)
def test_bad_arguments_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_thousands_of_equal_nodes_have_two_generators():
    """And not one for each, of which every orbit would be asked."""
    widths = (2, 3000, 1)
    equal = pv.unflatten(pv.NetworkSpec(widths), torch.ones(pv.NetworkSpec(widths).parameter_count, dtype=torch.float64))
    found = pv.stabiliser(equal)
    swap, cycle = (generator.orders[0].tolist() for generator in found.generators)
    assert swap == [1, 0, *range(2, 3000)]
    assert cycle == [*range(1, 3000), 0]
    assert found.order == math.factorial(3000)
    assert found.interchangeable == ((tuple(range(3000)),),)
