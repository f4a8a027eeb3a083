"""Closed-form averages against enumeration."""

import itertools

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.symmetry import averaging, moves
from permviz.symmetry.averaging import (
    reduced_average,
    row_permutations,
    running_averages,
    shuffled_permutations,
    symmetric_average,
)
from tests import oracles
from tests.cases import BATCHES, NETWORKS, SMALL_WIDTHS, Case, function_change, group_order

FLIPPING = [name for name, entry in pv.ACTIVATIONS.items() if entry.symmetry in moves.FLIPPABLE]


@pytest.mark.parametrize("widths", SMALL_WIDTHS)
def test_the_closed_form_is_the_mean_of_all_copies(widths):
    net = Case(widths, "tanh").network()
    np.testing.assert_allclose(symmetric_average(net).flatten(), oracles.copies(net).mean(axis=0), rtol=0, atol=1e-12)


def test_the_post_s_size_2880_permutations():
    net = Case((2, 5, 4, 1), "tanh").network()
    copies = pv.Permutation.all(net.spec)(net)
    assert len(copies.weights[0]) == 2880
    torch.testing.assert_close(copies.flatten().mean(0), symmetric_average(net).flatten(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("case", NETWORKS[::5], ids=str)
def test_the_average_is_a_projection_onto_what_permutations_leave_alone(case):
    mean = symmetric_average(case.network())
    assert function_change(symmetric_average(mean), mean, case.inputs()) < 1e-12
    torch.testing.assert_close(symmetric_average(mean).flatten(), mean.flatten(), rtol=0, atol=1e-14)
    for seed in range(3):
        p = pv.Permutation.random(case.spec, seed)
        assert torch.equal(p(mean).flatten(), mean.flatten())
        torch.testing.assert_close(symmetric_average(p(case.network())).flatten(), mean.flatten(), rtol=0, atol=1e-14)


@pytest.mark.parametrize("batch", BATCHES)
def test_batches_are_averaged_member_by_member(batch):
    case = Case((2, 3, 4, 2), "gelu", batch)
    net = case.network()
    for make in (symmetric_average, reduced_average):
        mean = make(net)
        assert mean.batch_shape == batch
        for index in np.ndindex(*batch):
            if index:
                torch.testing.assert_close(mean[index].flatten(), make(net[index]).flatten())


@pytest.mark.parametrize("case", NETWORKS, ids=str)
def test_one_neuron_a_layer_computes_what_the_average_computes(case):
    net, x = case.network(), case.inputs(20)
    reduced = reduced_average(net)
    assert reduced.spec.hidden == (1,) * len(case.spec.hidden)
    assert function_change(reduced, symmetric_average(net), x) <= 1e-12
    # Negative control: without the factor n_k the function is another one (a lone ReLU is often dead: leaky ones stand in).
    weights = tuple(w / n for w, n in zip(reduced.weights, (1, *case.spec.hidden), strict=True))
    if case.activation != "relu":
        assert function_change(pv.Network(weights, reduced.biases, case.activation), symmetric_average(net), x) > 1e-4


@pytest.mark.parametrize("activation", FLIPPING)
@pytest.mark.parametrize("widths", [(2, 3, 2), (2, 2, 3, 1)])
def test_with_sign_flips_the_average_is_that_of_the_enumeration_and_constant(activation, widths):
    case = Case(widths, activation, seed=3)
    net = case.network()
    copies = pv.Permutation.all(net.spec)(net)
    # All flips of the first layer, then of each result all flips of the second, and so on: one copy for each group element.
    for layer, n in enumerate(net.spec.hidden, start=1):
        signs = torch.tensor(list(itertools.product((1, -1), repeat=n)))
        flipped = moves.sign_flips(pv.unflatten(net.spec, copies.flatten()[:, None]), layer, signs)
        copies = pv.unflatten(net.spec, flipped.flatten().flatten(0, 1))
    assert len(copies.weights[0]) == group_order(net.spec) * 2 ** sum(net.spec.hidden)
    mean = symmetric_average(net, signed=True)
    torch.testing.assert_close(copies.flatten().mean(0), mean.flatten(), rtol=0, atol=1e-12)
    outputs = mean(case.inputs(20))
    assert float((outputs - outputs[0]).abs().max()) <= 1e-12
    permuted_only = symmetric_average(net)(case.inputs(20))
    assert float((permuted_only - permuted_only[0]).abs().max()) > 1e-3


@pytest.mark.parametrize("activation", ["relu", "gelu", "softplus"])
def test_activations_without_flips_have_no_signed_average(activation):
    with pytest.raises(ValueError, match="have no sign flips"):
        symmetric_average(Case((2, 3, 1), activation).network(), signed=True)


def test_a_network_without_hidden_layers_is_its_own_average():
    net = Case((2, 3), "tanh").network()
    for signed in (False, True):
        assert torch.equal(symmetric_average(net, signed).flatten(), net.flatten())


def test_the_matrices_of_the_post():
    both = row_permutations(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    assert both.tolist() == [[[1, 2], [3, 4]], [[3, 4], [1, 2]]]
    assert both.mean(0).tolist() == [[2, 3], [2, 3]]


def test_row_permutations_are_all_permutation_matrices_times_the_matrix():
    matrix = torch.arange(12.0, dtype=torch.float64).reshape(4, 3) ** 2
    expected = [oracles.permutation_matrix(p) @ matrix.numpy() for p in itertools.permutations(range(4))]
    np.testing.assert_array_equal(row_permutations(matrix), np.stack(expected))
    for bad in (torch.zeros(3), torch.zeros(9, 2), torch.zeros(0, 2)):
        with pytest.raises(ValueError, match="1 to 8 rows"):
            row_permutations(bad)


@pytest.mark.parametrize("widths", [(2, 3, 1), (2, 3, 2, 1)])
def test_running_averages_are_the_means_of_the_first_copies(widths):
    net = Case(widths, "tanh").network()
    permutations = shuffled_permutations(net.spec, seed=1)
    averages = running_averages(net, permutations)
    copies = [oracles.vector(oracles.permuted(net, [o.tolist() for o in p.orders])) for p in permutations]
    for m in range(1, len(copies) + 1):
        np.testing.assert_allclose(averages[m - 1].flatten(), np.mean(copies[:m], axis=0), rtol=0, atol=1e-13)


def test_shuffled_permutations_are_all_of_them_once_the_identity_first_and_the_order_seeded():
    spec = pv.NetworkSpec((2, 4, 3, 1))
    shuffled = shuffled_permutations(spec, seed=3)
    assert shuffled[0].is_identity()
    assert len(set(shuffled)) == len(shuffled) == 144
    assert shuffled == shuffled_permutations(spec, seed=3)
    assert shuffled != shuffled_permutations(spec, seed=4)
    assert shuffled != pv.Permutation.all(spec)
    some = shuffled_permutations(spec, seed=3, most=20)
    assert len(set(some)) == 20
    assert some == shuffled[:20]


def test_large_groups_are_sampled():
    spec = pv.NetworkSpec((2, 16, 16, 1))
    shuffled = shuffled_permutations(spec, most=50)
    assert len(shuffled) == len(set(shuffled)) == 50
    assert shuffled[0].is_identity()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: shuffled_permutations(pv.NetworkSpec((2, 3, 1)), most=0), "At most 0 copies"),
        (lambda: shuffled_permutations(pv.NetworkSpec((2, 3, 1)), most=averaging.MOST_COPIES + 1), "from 1 to 50000"),
        (lambda: shuffled_permutations(pv.NetworkSpec((2, 1))), "no hidden layer"),
        (lambda: shuffled_permutations(pv.NetworkSpec((2, 3, 1)), -1), "Seed -1 given: expected a whole number from 0"),
        (lambda: shuffled_permutations(pv.NetworkSpec((2, 9, 1)), -1), "Seed -1 given: expected a whole number from 0"),
        (
            lambda: running_averages(Case((2, 3, 1), "tanh", (2,)).network(), pv.Permutation.all(pv.NetworkSpec((2, 3, 1)))),
            "expected a single network",
        ),
        (
            lambda: running_averages(Case((2, 3, 1), "tanh").network(), pv.Permutation.identity(pv.NetworkSpec((2, 3, 1)))),
            "one axis of them",
        ),
    ],
)
def test_bad_arguments_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
