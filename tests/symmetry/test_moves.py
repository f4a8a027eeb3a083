"""Each move keeps the function to rounding; each half-made move, through the same check, does not."""

import math

import pytest
import torch

import permviz as pv
from permviz.symmetry import moves
from tests.cases import BATCHES, WIDTHS, Case, function_change

TOLERANCE = 1e-12
FLIPPING = [name for name, entry in pv.ACTIVATIONS.items() if entry.symmetry in moves.FLIPPABLE]
SCALING = ["relu", "leaky_relu", "linear"]


def cases(activations):
    return pytest.mark.parametrize(
        "case",
        [Case(w, a, batch, seed=d + 10) for a in activations for d, w in WIDTHS.items() for batch in BATCHES],
        ids=str,
    )


def nodes(case):
    return [(layer, node) for layer, n in enumerate(case.spec.hidden, start=1) for node in range(n)]


def with_old_outgoing(moved: pv.Network, net: pv.Network, layer: int) -> pv.Network:
    """Half a move: the incoming side moved, the weights and bias of the next layer left as they were."""
    weights, biases = list(moved.weights), list(moved.biases)
    weights[layer], biases[layer] = net.weights[layer], net.biases[layer]
    return pv.Network(tuple(weights), tuple(biases), net.activation)


def with_old_incoming(moved: pv.Network, net: pv.Network, layer: int) -> pv.Network:
    weights, biases = list(moved.weights), list(moved.biases)
    weights[layer - 1], biases[layer - 1] = net.weights[layer - 1], net.biases[layer - 1]
    return pv.Network(tuple(weights), tuple(biases), net.activation)


def assert_keeps_the_function_but_neither_half_does(moved, net, layer, inputs):
    assert function_change(moved, net, inputs) <= TOLERANCE
    assert not torch.equal(moved.flatten(), net.flatten().expand_as(moved.flatten()))
    assert function_change(with_old_outgoing(moved, net, layer), net, inputs) > 1e-3
    assert function_change(with_old_incoming(moved, net, layer), net, inputs) > 1e-3


@cases([name for name in FLIPPING if name != "gaussian"])
def test_sign_flip(case):
    net, x = case.network(), case.inputs(30)
    for layer, node in nodes(case):
        assert_keeps_the_function_but_neither_half_does(moves.sign_flip(net, layer, node), net, layer, x)


@cases(["gaussian"])
def test_sign_flip_of_an_even_activation_leaves_the_outgoing_weights(case):
    net, x = case.network(), case.inputs(30)
    for layer, node in nodes(case):
        moved = moves.sign_flip(net, layer, node)
        assert function_change(moved, net, x) <= TOLERANCE
        assert torch.equal(moved.weights[layer], net.weights[layer])
        assert not torch.equal(moved.weights[layer - 1], net.weights[layer - 1])
        odd = list(moved.weights)
        odd[layer] = odd[layer] * torch.where(torch.arange(odd[layer].shape[-1]) == node, -1, 1)
        # Some bumps are far from the data, so that little hangs on them: a thousand times the tolerance must do.
        assert function_change(pv.Network(tuple(odd), moved.biases, "gaussian"), net, x) > 1000 * TOLERANCE


@cases(["sigmoid"])
def test_negative_control_a_sigmoid_flip_without_the_next_bias(case):
    net, x = case.network(), case.inputs(30)
    for layer, node in nodes(case):
        moved = moves.sign_flip(net, layer, node)
        biases = list(moved.biases)
        biases[layer] = net.biases[layer]
        assert function_change(pv.Network(moved.weights, tuple(biases), "sigmoid"), net, x) > 1e-3


@pytest.mark.parametrize("activation", FLIPPING)
def test_two_flips_are_none_and_flips_of_a_layer_are_flips_of_its_nodes(activation):
    net = Case((2, 3, 4, 2), activation, (2,)).network()
    twice = moves.sign_flip(moves.sign_flip(net, 1, 2), 1, 2)
    torch.testing.assert_close(twice.flatten(), net.flatten(), rtol=0, atol=1e-15)
    one_by_one = moves.sign_flip(moves.sign_flip(net, 2, 0), 2, 3)
    together = moves.sign_flips(net, 2, torch.tensor([-1, 1, 1, -1]))
    torch.testing.assert_close(one_by_one.flatten(), together.flatten(), rtol=0, atol=1e-15)


@pytest.mark.parametrize("activation", FLIPPING)
def test_signs_broadcast_against_the_batch(activation):
    case = Case((2, 3, 2), activation, batch=(4, 1))
    net, x = case.network(), case.inputs()
    signs = torch.tensor([[1, 1, 1], [-1, 1, -1], [1, -1, -1]])
    flipped = moves.sign_flips(net, 1, signs)
    assert flipped.batch_shape == (4, 3)
    assert torch.equal(flipped[:, 0].flatten(), net[:, 0].flatten())
    assert function_change(flipped, net, x) <= TOLERANCE


@cases(["sin"])
@pytest.mark.parametrize("turns", [1, 2, -1, -4])
def test_half_turns_of_sine(case, turns):
    net, x = case.network(), case.inputs(30)
    for layer, node in nodes(case):
        moved = moves.half_turns(net, layer, node, turns)
        assert function_change(moved, net, x) <= TOLERANCE
        assert torch.equal(moved.weights[layer], net.weights[layer]) == (turns % 2 == 0)
        step = moved.biases[layer - 1][..., node] - net.biases[layer - 1][..., node]
        torch.testing.assert_close(step, torch.full_like(step, turns * math.pi))
        if turns % 2:
            assert_keeps_the_function_but_neither_half_does(moved, net, layer, x)


@cases(SCALING)
@pytest.mark.parametrize("alpha", [0.3, 7.0])
def test_rescale(case, alpha):
    net, x = case.network(), case.inputs(30)
    for layer, node in nodes(case):
        moved = moves.rescale(net, layer, node, alpha)
        assert function_change(moved, net, x) <= TOLERANCE
        torch.testing.assert_close(moved.weights[layer - 1][..., node, :], alpha * net.weights[layer - 1][..., node, :])


@pytest.mark.parametrize("activation", SCALING)
def test_negative_control_a_scaling_without_its_inverse(activation):
    case = Case((2, 4, 1), activation, seed=11)
    net, x = case.network(), case.inputs(30)
    for layer, node in nodes(case):
        assert_keeps_the_function_but_neither_half_does(moves.rescale(net, layer, node, 2.0), net, layer, x)


def test_a_whole_range_of_scales_is_one_batch():
    case = Case((2, 3, 1), "relu", seed=11)
    net, alphas = case.network(), torch.logspace(-2, 2, 9)
    swept = moves.rescale(net, 1, 0, alphas)
    assert swept.batch_shape == (9,)
    assert function_change(swept, net, case.inputs()) <= TOLERANCE
    for i, alpha in enumerate(alphas.double()):
        torch.testing.assert_close(swept[i].flatten(), moves.rescale(net, 1, 0, float(alpha)).flatten())


@cases(["linear"])
def test_change_of_basis_and_shift_of_origin(case):
    net, x = case.network(), case.inputs(30)
    generator = torch.Generator().manual_seed(1)
    for layer, n in enumerate(case.spec.hidden, start=1):
        G = torch.eye(n, dtype=torch.float64) + 0.3 * torch.randn(n, n, generator=generator, dtype=torch.float64)
        assert_keeps_the_function_but_neither_half_does(moves.change_basis(net, layer, G), net, layer, x)
        shift = torch.randn(n, generator=generator, dtype=torch.float64)
        assert_keeps_the_function_but_neither_half_does(moves.shift_origin(net, layer, shift), net, layer, x)


def test_a_permutation_matrix_and_a_diagonal_are_changes_of_basis():
    net = Case((2, 3, 2), "linear").network()
    P = torch.eye(3, dtype=torch.float64)[[2, 0, 1]]
    torch.testing.assert_close(moves.change_basis(net, 1, P).flatten(), pv.Permutation(((2, 0, 1),))(net).flatten())
    D = torch.diag(torch.tensor([1.0, -3.0, 1.0]))
    torch.testing.assert_close(moves.change_basis(net, 1, D).flatten(), moves.rescale(net, 1, 1, -3.0).flatten())


@pytest.mark.parametrize("activation", pv.ACTIVATIONS)
def test_make_equal_keeps_the_function_where_the_two_already_see_the_same(activation):
    case = Case((2, 3, 2, 1), activation, (2,), seed=11)
    net, x = case.network(), case.inputs(30)
    equal = moves.make_equal(net, 1, 0, 2)
    assert torch.equal(equal.weights[0][..., 0, :], equal.weights[0][..., 2, :])
    assert torch.equal(equal.weights[1][..., 0], equal.weights[1][..., 2])
    assert torch.equal(equal.weights[1].sum(-1) - net.weights[1].sum(-1) < 1e-15, torch.ones(2, 2, dtype=torch.bool))
    swap = pv.Permutation.transposition(case.spec, 1, (0, 2))
    assert torch.equal(swap(equal).flatten(), equal.flatten())
    # Different incoming weights: another function. Equal ones, outgoing still different: the same function.
    assert function_change(equal, net, x) > 1e-3
    weights = list(equal.weights)
    weights[1] = net.weights[1]
    same_incoming = pv.Network(tuple(weights), equal.biases, activation)
    assert function_change(same_incoming, moves.make_equal(same_incoming, 1, 2, 0), x) <= TOLERANCE


def test_make_equal_changes_the_next_pre_activations_by_the_stated_amount():
    case = Case((2, 4, 1), "tanh")
    net, x = case.network(), case.inputs()
    hidden = net.layers(x)[0]
    stated = net.weights[1][0, 3] * (hidden[:, 1] - hidden[:, 3])
    torch.testing.assert_close((moves.make_equal(net, 1, 1, 3)(x) - net(x)).squeeze(-1), stated)


def test_moves_keep_the_dtype_and_leave_the_network_alone():
    for activation, move in [
        ("sigmoid", lambda n: moves.sign_flip(n, 1, 0)),
        ("sin", lambda n: moves.half_turns(n, 1, 0)),
        ("relu", lambda n: moves.rescale(n, 1, 0, 2.0)),
        ("linear", lambda n: moves.change_basis(n, 1, 2 * torch.eye(3))),
        ("linear", lambda n: moves.shift_origin(n, 1, torch.ones(3))),
        ("tanh", lambda n: moves.make_equal(n, 1, 0, 1)),
    ]:
        net = Case((2, 3, 1), activation).network().to(torch.float32)
        before = net.flatten().clone()
        assert move(net).dtype == torch.float32
        assert torch.equal(net.flatten(), before)


TANH, RELU, LINEAR, SIN = (Case((2, 3, 1), a).network() for a in ("tanh", "relu", "linear", "sin"))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: moves.sign_flip(RELU, 1, 0), "A sign flip changes the function of a network of ReLU"),
        (lambda: moves.sign_flip(Case((2, 3, 1), "gelu").network(), 1, 0), "GELU"),
        (lambda: moves.sign_flip(TANH, 2, 0), "hidden layers .* are 1 to 1"),
        (lambda: moves.sign_flip(TANH, 0, 0), "are 1 to 1"),
        (lambda: moves.sign_flip(TANH, 1, 3), "from 0 to 2"),
        (lambda: moves.sign_flip(TANH, 1, -1), "from 0 to 2"),
        (lambda: moves.sign_flips(TANH, 1, torch.tensor([1, -1])), "expected 3 numbers"),
        (lambda: moves.sign_flips(TANH, 1, torch.tensor([1, -1, 0])), "expected 3 numbers"),
        (lambda: moves.half_turns(TANH, 1, 0), "A half turn changes the function of a network of tanh"),
        (lambda: moves.half_turns(SIN, 1, 0, 0.5), "Turns 0.5"),
        (lambda: moves.rescale(TANH, 1, 0, 2.0), "A rescaling changes the function"),
        (lambda: moves.rescale(RELU, 1, 0, 0.0), "greater than 0"),
        (lambda: moves.rescale(RELU, 1, 0, -1.0), "greater than 0"),
        (lambda: moves.rescale(LINEAR, 1, 0, 0.0), "other than 0"),
        (lambda: moves.rescale(RELU, 1, 0, math.nan), "finite"),
        (lambda: moves.change_basis(RELU, 1, torch.eye(3)), "A change of basis changes"),
        (lambda: moves.change_basis(LINEAR, 1, torch.eye(2)), r"expected \(3, 3\)"),
        (lambda: moves.change_basis(LINEAR, 1, torch.ones(3, 3)), "singular"),
        (lambda: moves.change_basis(LINEAR, 1, torch.zeros(3, 3)), "singular"),
        (lambda: moves.shift_origin(LINEAR, 1, torch.ones(2)), "expected 3 finite"),
        (lambda: moves.make_equal(TANH, 1, 1, 1), "two different nodes"),
        (lambda: moves.make_equal(TANH, 1, 0, 5), "from 0 to 2"),
    ],
)
def test_moves_that_do_not_exist_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
