"""A permutation keeps the function and moves the parameters; a half-permuted network does neither rightly."""

import itertools
import math

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.symmetry.couplings import axis_table
from tests import oracles
from tests.cases import NETWORKS, SINGLE_NETWORKS, SMALL_WIDTHS, Case, dataset_for, function_change, group_order, permutations

TOLERANCE = 1e-12


def same_parameters(a: pv.Network, b: pv.Network) -> bool:
    return all(map(torch.equal, (*a.weights, *a.biases), (*b.weights, *b.biases)))


def incoming_only(permutation: pv.Permutation, net: pv.Network) -> pv.Network:
    """The broken coupling: rows and biases follow the permutation, the next layer's columns stay."""
    weights, biases = list(net.weights), list(net.biases)
    for k, order in enumerate(permutation.orders):
        weights[k], biases[k] = weights[k][..., order, :], biases[k][..., order]
    return pv.Network(tuple(weights), tuple(biases), net.activation)


def moves_something(permutation: pv.Permutation) -> bool:
    return not permutation.is_identity()


@pytest.mark.parametrize("case", NETWORKS, ids=str)
def test_every_permutation_keeps_the_function(case):
    net, x = case.network(), case.inputs()
    for permutation in permutations(case.spec):
        assert function_change(net, permutation(net), x) <= TOLERANCE


@pytest.mark.parametrize("case", NETWORKS, ids=str)
def test_negative_control_permuting_incoming_weights_alone_changes_the_function(case):
    net, x = case.network(), case.inputs(40)
    for permutation in filter(moves_something, permutations(case.spec)):
        assert function_change(net, incoming_only(permutation, net), x) > 1e-3


@pytest.mark.parametrize("case", SINGLE_NETWORKS, ids=str)
def test_parameters_agree_with_permutation_matrices(case):
    net = case.network()
    for permutation in permutations(case.spec):
        expected = oracles.vector(oracles.permuted(net, [order.tolist() for order in permutation.orders]))
        np.testing.assert_array_equal(permutation(net).flatten().numpy(), expected)


@pytest.mark.parametrize("case", NETWORKS[::4], ids=str)
def test_the_inverse_gives_the_parameters_back_and_the_permutation_itself_does_not(case):
    net = case.network()
    for permutation in permutations(case.spec):
        moved = permutation(net)
        assert same_parameters(permutation.inverse()(moved), net)
        assert same_parameters(permutation(permutation.inverse()(net)), net)
        if not (permutation @ permutation).is_identity():  # negative control: only involutions undo themselves
            assert not same_parameters(permutation(moved), net)


@pytest.mark.parametrize("case", NETWORKS[::4], ids=str)
def test_composition_acts_on_parameters_in_the_stated_order(case):
    net = case.network()
    for p, q in itertools.permutations(permutations(case.spec), 2):
        assert same_parameters((p @ q)(net), p(q(net)))
        if p @ q != q @ p:
            assert not same_parameters((p @ q)(net), q(p(net)))


@pytest.mark.parametrize("widths", SMALL_WIDTHS)
def test_all_permutations_are_all_of_them_in_the_stated_order(widths):
    case = Case(widths, "tanh")
    every = pv.Permutation.all(case.spec)
    assert len(every) == group_order(case.spec) == len(set(every))
    assert every[0].is_identity()
    np.testing.assert_array_equal(every(case.network()).flatten().numpy(), oracles.copies(case.network()))
    assert function_change(case.network(), every(case.network()), case.inputs()) <= TOLERANCE


def test_a_copy_of_generic_parameters_is_another_point_with_the_same_loss():
    case = Case((2, 4, 3, 1), "gelu")
    net, data = case.network(), dataset_for(case.spec)
    copies = pv.Permutation.all(case.spec)(net)
    assert len(torch.unique(copies.flatten(), dim=0)) == 144
    assert float((pv.loss(copies, data) - pv.loss(net, data)).abs().max()) <= 1e-14


def test_batches_of_permutations_and_networks_broadcast():
    case = Case((2, 3, 2, 1), "tanh", batch=(4, 1))
    net, some = case.network(), pv.Permutation.random(case.spec, seed=3, batch=(5,))
    moved = some(net)
    assert moved.batch_shape == (4, 5)
    for i, j in np.ndindex(4, 5):
        assert same_parameters(moved[i, j], some[j](net[i, 0]))
    with pytest.raises(ValueError, match="broadcast"):
        pv.Permutation.random(case.spec, batch=(3,))(Case(case.widths, "tanh", batch=(2,)).network())


def test_transpositions_are_every_swap_of_the_layer_in_order():
    spec = pv.NetworkSpec((2, 4, 3, 1))
    swaps = pv.Permutation.transpositions(spec, layer=1)
    assert [tuple((s.orders[0] != torch.arange(4)).nonzero().flatten().tolist()) for s in swaps] == list(
        itertools.combinations(range(4), 2)
    )
    assert all(s == pv.Permutation.transposition(spec, 1, (i, j)) for s, (i, j) in zip(
        swaps, itertools.combinations(range(4), 2), strict=True))  # fmt: skip
    assert all(s @ s == pv.Permutation.identity(spec) for s in swaps)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_a_cycle_comes_home_after_as_many_steps_as_it_has_nodes_and_not_before(n):
    spec = pv.NetworkSpec((2, 5, 1))
    cycle = pv.Permutation.cycle(spec, 1, range(n))
    power = cycle
    for _ in range(n - 1):
        assert not power.is_identity()
        power = cycle @ power
    assert power.is_identity()


def test_a_cycle_has_the_gather_meaning():
    order = pv.Permutation.cycle(pv.NetworkSpec((1, 4, 1)), 1, (0, 2, 3)).orders[0]
    assert order.tolist() == [2, 1, 3, 0]  # slot 0 receives node 2, slot 2 node 3, slot 3 node 0


def test_random_permutations_are_uniform_and_a_function_of_the_seed():
    spec = pv.NetworkSpec((2, 3, 1))
    draws = pv.Permutation.random(spec, seed=1, batch=(6000,))
    _, counts = np.unique(draws.orders[0], axis=0, return_counts=True)
    # Each of the 6 has 1000 +- 29: five deviations are allowed.
    assert len(counts) == 6
    assert abs(counts - 1000).max() < 145
    assert draws == pv.Permutation.random(spec, seed=1, batch=(6000,))
    assert draws != pv.Permutation.random(spec, seed=2, batch=(6000,))


def test_equal_permutations_have_equal_hashes_and_their_orders_cannot_be_changed():
    spec = pv.NetworkSpec((2, 3, 2, 1))
    p, q = pv.Permutation(((2, 0, 1), (1, 0))), pv.Permutation((np.array([2, 0, 1], dtype=np.uint8), [1, 0]))
    assert p == q
    assert hash(p) == hash(q)
    assert p != pv.Permutation.identity(spec)
    assert p != "p"
    p.orders[0][0] = 1
    assert p == q
    with pytest.raises(AttributeError):
        p.orders = q.orders


@pytest.mark.parametrize("mine", [np.array([1, 0]), torch.tensor([1, 0])], ids=["array", "tensor"])
def test_the_callers_own_is_neither_frozen_nor_followed(mine):
    p = pv.Permutation((mine,))
    mine[0] = 0
    assert p.orders[0].tolist() == [1, 0]


def test_orders_index_tensors_and_arrays():
    order = pv.Permutation(((2, 0, 1),)).orders[0]
    assert order.dtype == torch.int64
    assert torch.tensor([5.0, 6.0, 7.0])[order].tolist() == np.array([5.0, 6.0, 7.0])[order].tolist() == [7.0, 5.0, 6.0]


def test_a_network_without_hidden_layers_has_the_identity_alone():
    case = Case((2, 3), "tanh")
    identity = pv.Permutation.identity(case.spec)
    assert same_parameters(identity(case.network()), case.network())
    assert len(pv.Permutation.random(case.spec).orders) == 0


def test_axis_table_names_every_axis_of_every_layer_once():
    for depth in range(1, 6):
        table = axis_table(depth + 1)
        assert [axes.rows for axes in table] == [*range(1, depth + 1), None]
        assert [axes.columns for axes in table] == [None, *range(1, depth + 1)]


def test_permuting_keeps_dtype_and_gradients():
    case = Case((2, 3, 1), "tanh")
    assert pv.Permutation.random(case.spec)(case.network().to(torch.float32)).dtype == torch.float32
    vector = case.network().flatten().requires_grad_()
    permutation = pv.Permutation.cycle(case.spec, 1, (0, 1, 2))
    (gradient,) = torch.autograd.grad(pv.loss(permutation(pv.unflatten(case.spec, vector)), dataset_for(case.spec)), vector)
    (own,) = torch.autograd.grad(pv.loss(pv.unflatten(case.spec, vector), dataset_for(case.spec)), vector)
    torch.testing.assert_close(gradient, own, rtol=0, atol=1e-14)


SPEC = pv.NetworkSpec((2, 3, 2, 1))


def test_moved_layers_are_those_in_which_a_node_leaves_its_slot():
    first, second = (pv.Permutation.transposition(SPEC, layer, (0, 1)) for layer in (1, 2))
    assert [p.moved_layers for p in (first, second, first @ second, first @ first)] == [(1,), (2,), (1, 2), ()]
    assert pv.Permutation.all(SPEC).moved_layers == (1, 2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: pv.Permutation(((0, 0, 1), (0, 1))), "Layer 1: .*each of 0 to 2 exactly once"),
        (lambda: pv.Permutation(((0, 1, 2), (0, 2))), "Layer 2"),
        (lambda: pv.Permutation(((0.0, 1.0),)), "whole numbers"),
        (lambda: pv.Permutation((1,)), "not an order of nodes"),
        (lambda: pv.Permutation(([[0, 1], [0]],)), r"Layer 1: \[\[0, 1\], \[0\]\] given: expected orders of one length"),
        (lambda: pv.Permutation.random(SPEC, -1), "Seed -1 given: expected a whole number from 0"),
        (lambda: pv.Permutation.random(SPEC, 1.5), "Seed 1.5"),
        (lambda: pv.Permutation((((0, 1), (1, 0)), (0, 1))), "batch axes"),
        (lambda: pv.Permutation.transposition(SPEC, 0, (0, 1)), "hidden layers of widths .* are 1 to 2"),
        (lambda: pv.Permutation.transposition(SPEC, 3, (0, 1)), "are 1 to 2"),
        (lambda: pv.Permutation.transposition(SPEC, True, (0, 1)), "Layer True"),
        (lambda: pv.Permutation.transposition(SPEC, 1, (0, 3)), "from 0 to 2"),
        (lambda: pv.Permutation.transposition(SPEC, 1, (1, 1)), "different nodes"),
        (lambda: pv.Permutation.transposition(SPEC, 1, (-1, 1)), "from 0 to 2"),
        (lambda: pv.Permutation.transposition(SPEC, 1, (0, 1, 2)), "exactly two"),
        (lambda: pv.Permutation.transpositions(SPEC, 5), "are 1 to 2"),
        (lambda: pv.Permutation.transpositions(pv.NetworkSpec((2, 1, 1)), 1), "nothing to swap"),
        (lambda: pv.Permutation.all(pv.NetworkSpec((2, 10, 1))), "3628800 permutations"),
        (lambda: pv.Permutation.all(pv.NetworkSpec((2, 1))), "no hidden layer"),
        (lambda: pv.Permutation.identity(SPEC)(Case((2, 3, 1), "tanh").network()), "cannot act on widths"),
        (lambda: pv.Permutation.identity(SPEC) @ pv.Permutation(((0, 1),)), "cannot be composed"),
        (lambda: pv.Permutation.identity(SPEC)[0], "no batch axis"),
    ],
)
def test_bad_permutations_are_refused_with_a_clear_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_group_order_of_the_cases_is_the_product_of_factorials():
    assert [group_order(pv.NetworkSpec(w)) for w in SMALL_WIDTHS] == [6, 24, 36, 12]
    assert group_order(pv.NetworkSpec((2, 4, 4, 1))) == math.factorial(4) ** 2 == 576
