"""Networks as points of parameter space: indexing, broadcasting, sums and combinations, against vectors of plain floats."""

import math

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.networks.parameters import broadcast, common_batch
from tests import oracles
from tests.cases import NETWORKS, Case, inputs

CASES = NETWORKS[::7]
BATCHED = [case for case in NETWORKS if case.batch][::7]
ONE = Case((2, 3, 1), "tanh").network()
OTHER = Case((2, 3, 1), "tanh", seed=1).network()
MANY = Case((2, 3, 1), "tanh", batch=(4,), seed=2).network()


def numbers(net: pv.Network) -> np.ndarray:
    """A single network's parameters, in the oracle's own order."""
    return oracles.vector(oracles.parameters(net))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_sums_differences_and_multiples_are_those_of_vectors(case):
    a, b = case.network(), Case(case.widths, case.activation, case.batch, seed=99).network()
    for index in np.ndindex(*case.batch):
        u, v = (numbers(net[index] if case.batch else net) for net in (a, b))
        pairs = [(a + b, u + v), (b - a, v - u), (0.25 * a, 0.25 * u), (a * -2, -2 * u), (a + 0.5 * (b - a), u + 0.5 * (v - u))]
        for got, expected in pairs:
            assert got.spec == a.spec
            np.testing.assert_array_equal(numbers(got[index] if case.batch else got), expected)


def test_the_sum_of_two_networks_is_not_the_sum_of_their_functions():
    """Negative control: were ``+`` meant for functions, outputs would add up."""
    x = inputs(2)
    assert float(((ONE + OTHER)(x) - (ONE(x) + OTHER(x))).abs().max()) > 0.1
    linear = Case((2, 1), "linear").network()  # without hidden layers the function is linear in the parameters: there they do
    torch.testing.assert_close((linear + 2 * linear)(x), 3 * linear(x))


def test_a_point_of_the_line_is_the_oracles():
    for t in (0.0, 0.3, 1.0):
        expected = numbers(oracles.interpolated(ONE, OTHER, t))
        np.testing.assert_allclose(numbers(ONE + t * (OTHER - ONE)), expected, rtol=0, atol=1e-15)


def test_one_factor_for_each_network_of_a_batch():
    factors = torch.tensor([0.0, 1.0, -2.0, 0.5], dtype=torch.float64)
    for scaled in (factors * MANY, MANY * factors):
        for i, factor in enumerate(factors.tolist()):
            np.testing.assert_array_equal(numbers(scaled[i]), factor * numbers(MANY[i]))
    assert (factors * ONE).batch_shape == (4,)
    assert (torch.tensor([1.0, 2.0], dtype=torch.float64) * ONE.to(torch.float32)).dtype == torch.float32


def test_a_batch_and_a_single_network_broadcast():
    moved = MANY - ONE
    for i in range(4):
        np.testing.assert_array_equal(numbers(moved[i]), numbers(MANY[i]) - numbers(ONE))
    square = MANY[:, None] - MANY
    assert square.batch_shape == (4, 4)
    np.testing.assert_array_equal(numbers(square[1, 3]), numbers(MANY[1]) - numbers(MANY[3]))


def test_gradients_pass_through_the_algebra():
    data, vector = pv.load_dataset("moons", samples=20), ONE.flatten().requires_grad_()
    (gradient,) = torch.autograd.grad(pv.loss(2 * pv.unflatten(ONE.spec, vector) - OTHER, data), vector)
    plain = pv.loss_and_gradient(2 * ONE - OTHER, data)[1].flatten()
    torch.testing.assert_close(gradient, 2 * plain)


@pytest.mark.parametrize("case", BATCHED, ids=str)
def test_combinations_are_weighted_sums(case):
    net = case.network()
    coefficients = np.random.default_rng(0).standard_normal((3, case.batch[0]))
    combined = net.combine(torch.from_numpy(coefficients))
    assert combined.batch_shape == (3, *case.batch[1:])
    for row in range(3):
        for rest in np.ndindex(*case.batch[1:]):
            terms = [coefficients[row, i] * numbers(net[(i, *rest)]) for i in range(case.batch[0])]
            expected = [math.fsum(column) for column in zip(*terms, strict=True)]
            np.testing.assert_allclose(numbers(combined[(row, *rest)]), expected, rtol=0, atol=1e-14)


def test_a_wrong_order_of_the_coefficients_is_seen():
    """Negative control: the check above tells networks of the batch apart."""
    coefficients = torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.float64)
    right, wrong = MANY.combine(coefficients), MANY.combine(coefficients.flip(0))
    assert float((right - wrong).flatten().abs().max()) > 0.1


INDICES = [0, -1, (1, 2), (slice(None), 1), (Ellipsis, 1), (None, 0), (Ellipsis, None), slice(1, 3), [2, 0]]


@pytest.mark.parametrize("index", INDICES, ids=repr)
def test_indices_see_the_batch_axes_alone(index):
    net = Case((2, 3, 1), "tanh", batch=(4, 3)).network()
    places = np.arange(12).reshape(4, 3)
    got, expected = net[index], places[index]
    assert tuple(got.batch_shape) == expected.shape
    assert torch.equal(got.flatten().reshape(-1, 13), net.flatten().reshape(-1, 13)[np.ravel(expected)])


def test_new_axes_are_all_that_a_single_network_is_indexed_with():
    assert ONE[None, ..., None].batch_shape == (1, 1)
    with pytest.raises(ValueError, match="no batch axis"):
        ONE[..., 0]
    with pytest.raises(IndexError):
        MANY[0, 0]
    assert [torch.equal(net.flatten(), MANY[i].flatten()) for i, net in enumerate(MANY)] == [True] * 4


def test_single_hands_on_one_network_and_refuses_a_batch():
    assert ONE.single() is ONE
    with pytest.raises(ValueError, match=r"shape \(4,\) given: expected a single network, so .* such as batch\[0\]"):
        MANY.single()
    with pytest.raises(ValueError, match=r"such as batch\[0, 0\]"):
        MANY[None].single()


def test_parameters_are_expanded_to_one_batch():
    mixed = ONE.replaced((MANY.weights[0], ONE.weights[1]), (OTHER.biases[0], MANY.biases[1]))
    for i in range(4):
        assert torch.equal(mixed[i].weights[0], MANY.weights[0][i])
        assert torch.equal(mixed[i].weights[1], ONE.weights[1])
        assert torch.equal(mixed[i].biases[0], OTHER.biases[0])
        assert torch.equal(mixed[i].biases[1], MANY.biases[1][i])


def test_broadcasting_copies_nothing():
    wide, many = broadcast(ONE, MANY)
    assert wide.batch_shape == many.batch_shape == (4,)
    assert wide.weights[0].data_ptr() == ONE.weights[0].data_ptr()
    assert all(torch.equal(wide[i].flatten(), ONE.flatten()) for i in range(4))


@pytest.mark.parametrize("shapes", [((), (2,)), ((3, 1), (1, 4)), ((2, 3), (3,), ()), ((), ())], ids=repr)
def test_batch_axes_broadcast_as_those_of_arrays(shapes):
    assert common_batch(*shapes) == np.broadcast(*(np.empty(shape) for shape in shapes)).shape


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ONE + Case((2, 4, 1), "tanh").network(), "same widths and activation"),
        (lambda: ONE - Case((2, 3, 1), "relu").network(), "activation='relu'.* expected networks of the same"),
        (lambda: MANY - MANY[:3], r"Batch axes \(4,\) and \(3,\) do not broadcast"),
        (lambda: torch.ones(3) * MANY, r"Batch axes \(3,\) and \(4,\) do not broadcast"),
        (lambda: MANY.combine(torch.ones(3)), r"Coefficients of shape \(3,\) given for networks of batch shape \(4,\)"),
        (lambda: MANY.combine(torch.tensor(1.0)), r"Coefficients of shape \(\)"),
        (lambda: ONE.combine(torch.ones(1)), r"batch shape \(\)"),
    ],
)
def test_what_does_not_fit_together_is_refused_in_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("make", [lambda: ONE + 1, lambda: ONE - "x", lambda: ONE * "x", lambda: ONE * ONE, lambda: 1 - ONE])
def test_operators_without_a_meaning_are_pythons_own_type_error(make):
    with pytest.raises(TypeError, match=r"unsupported operand|can't multiply"):
        make()
