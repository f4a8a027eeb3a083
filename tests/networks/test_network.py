"""The forward pass, the loss, and the batch axes, against node-by-node oracles."""

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.networks.losses import LOSSES
from tests import oracles
from tests.cases import LOSS_CASES, NETWORKS, SINGLE_NETWORKS, WIDTHS, Case, dataset, dataset_for

TOLERANCE = 1e-12
TANH = Case((2, 3, 1), "tanh").network()


@pytest.mark.parametrize("case", SINGLE_NETWORKS, ids=str)
def test_every_layer_agrees_with_the_node_by_node_forward_pass(case):
    net, x = case.network(), case.inputs()
    layers = net.layers(x)
    assert [tuple(h.shape) for h in layers] == [(len(x), n) for n in case.widths[1:]]
    for sample, row in enumerate(x.tolist()):
        for fast, slow in zip(layers, oracles.layer_values(net, row), strict=True):
            np.testing.assert_allclose(fast[sample].numpy(), slow, rtol=0, atol=TOLERANCE)
    assert torch.equal(net(x), layers[-1])


@pytest.mark.parametrize("case", [c for c in NETWORKS if c.batch], ids=str)
def test_a_batch_of_networks_computes_what_its_members_compute(case):
    net, x = case.network(), case.inputs()
    batched = net(x)
    assert batched.shape == (*case.batch, len(x), case.widths[-1])
    for index in np.ndindex(*case.batch):
        torch.testing.assert_close(batched[index], net[index](x), rtol=0, atol=TOLERANCE)


def test_batched_inputs_meet_their_own_networks():
    case = Case((2, 3, 2), "tanh", batch=(4,))
    net = case.network()
    x = torch.stack([case.inputs() + i for i in range(4)])
    for i in range(4):
        torch.testing.assert_close(net(x)[i], net[i](x[i]), rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("case", NETWORKS[::5], ids=str)
def test_flatten_and_unflatten_are_inverse(case):
    net = case.network()
    vector = net.flatten()
    assert vector.shape == (*case.batch, case.spec.parameter_count)
    again = pv.unflatten(case.spec, vector)
    assert all(map(torch.equal, (*net.weights, *net.biases), (*again.weights, *again.biases)))
    if not case.batch:
        np.testing.assert_array_equal(vector.numpy(), oracles.vector(oracles.parameters(net)))


def test_hidden_layers_count_from_one():
    spec = pv.NetworkSpec((2, 5, 3, 1))
    assert [spec.hidden_width(layer) for layer in (1, 2, np.int64(2))] == [5, 3, 3]


def test_stack_then_index_gives_each_network_back():
    nets = [Case((2, 3, 1), "relu", seed=s).network() for s in range(3)]
    stacked = pv.stack(nets)
    assert stacked.batch_shape == (3,)
    for i, net in enumerate(nets):
        assert torch.equal(stacked[i].flatten(), net.flatten())


@pytest.mark.parametrize(("kind", "outputs"), LOSS_CASES)
@pytest.mark.parametrize("depth", WIDTHS)
def test_loss_agrees_with_its_definition(kind, outputs, depth):
    case = Case((*WIDTHS[depth][:-1], outputs), "tanh", batch=(2, 3), seed=depth)
    net, data = case.network(), dataset(case.widths[0], outputs, kind)
    losses = pv.loss(net, data)
    assert losses.shape == (2, 3)
    for index in np.ndindex(2, 3):
        assert float(losses[index]) == pytest.approx(oracles.loss(net[index], data), rel=1e-12)


@pytest.mark.parametrize("activation", pv.ACTIVATIONS)
@pytest.mark.parametrize("kind", LOSSES)
def test_gradient_of_the_loss_agrees_with_finite_differences(activation, kind):
    case = Case((2, 3, 2, 1 if kind == "binary-cross-entropy" else 2), activation, seed=5)
    data = dataset_for(case.spec, kind)
    vector = case.network().flatten().requires_grad_()
    (gradient,) = torch.autograd.grad(pv.loss(pv.unflatten(case.spec, vector), data), vector)
    slow = oracles.numerical_gradient(oracles.loss_function(case.spec, data), vector.detach().numpy())
    np.testing.assert_allclose(gradient.numpy(), slow, rtol=1e-6, atol=1e-7)


def test_gradients_of_a_batch_are_those_of_its_members():
    case = Case((2, 4, 1), "gelu", batch=(3,))
    data = dataset_for(case.spec)

    def gradient(vector):
        vector = vector.clone().requires_grad_()
        return torch.autograd.grad(pv.loss(pv.unflatten(case.spec, vector), data).sum(), vector)[0]

    vector = case.network().flatten()
    for i in range(3):
        torch.testing.assert_close(gradient(vector)[i], gradient(vector[i]), rtol=0, atol=TOLERANCE)


def test_init_network_depends_on_the_seed_alone_and_touches_no_global_state():
    spec = pv.NetworkSpec((3, 5, 2), "relu")
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = pv.init_network(spec, seed=7)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    assert torch.equal(first.flatten(), pv.init_network(spec, seed=7).flatten())
    assert not torch.equal(first.flatten(), pv.init_network(spec, seed=8).flatten())
    assert torch.equal(first.to(torch.float32).flatten(), pv.init_network(spec, seed=7, dtype=torch.float32).flatten())


@pytest.mark.parametrize(("activation", "gain"), [("relu", 2.0), ("tanh", 1.0)])
def test_init_network_has_the_stated_variance(activation, gain):
    net = pv.init_network(pv.NetworkSpec((50, 400, 1), activation), seed=0)
    # The variance of 20000 normal draws has a relative deviation of 1 %: five of them are allowed.
    assert float(net.weights[0].var()) == pytest.approx(gain / 50, rel=0.05)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: pv.NetworkSpec((2,)), "at least an input and an output"),
        (lambda: pv.NetworkSpec((2, 0, 1)), "whole number of 1 or more"),
        (lambda: pv.NetworkSpec((2, 2.0, 1)), "whole number of 1 or more"),
        (lambda: pv.NetworkSpec((2, True, 1)), "whole number of 1 or more"),
        (lambda: pv.NetworkSpec((2, 3, 1), "swish"), "Unknown activation 'swish'"),
        (lambda: pv.Network((torch.zeros(3, 2), torch.zeros(1, 4)), (torch.zeros(3), torch.zeros(1))), "Layer 2"),
        (lambda: pv.NetworkSpec((2, 3, 1)).hidden_width(0), "Layer 0 given: hidden layers of widths .* are 1 to 1"),
        (lambda: pv.NetworkSpec((2, 3, 1)).hidden_width(1.0), "Layer 1.0"),
        (lambda: pv.Network((torch.zeros(3, 2),), (torch.zeros(2),)), "Layer 1"),
        (lambda: pv.Network((torch.zeros(3, 2),), ()), "1 weight matrices and 0 biases"),
        (lambda: pv.Network((torch.zeros(3, 2),), (torch.zeros(3).double(),)), "mixes dtypes"),
        (lambda: pv.unflatten(pv.NetworkSpec((1, 2, 1)), torch.zeros(8)), "have 7 parameters"),
        (lambda: pv.init_network(pv.NetworkSpec((1, 2, 1)), seed=-1), "Seed -1"),
        (lambda: pv.init_network(pv.NetworkSpec((1, 2, 1)), seed=1.5), "Seed 1.5"),
        (lambda: pv.stack([]), "at least one"),
        (lambda: pv.stack([Case((1, 2, 1), "tanh").network(), Case((1, 3, 1), "tanh").network()]), "different shapes"),
        (lambda: pv.stack([TANH, Case((2, 3, 1), "relu").network()]), r"\(2, 3, 1\), relu, .* and \(2, 3, 1\), tanh, .* given"),
        (lambda: pv.stack([TANH, Case((2, 3, 1), "tanh", batch=(2,)).network()]), r"batch shape \(\), .* batch shape \(2,\)"),
        (lambda: pv.stack([TANH, TANH.to(torch.float32)]), "torch.float32 and .* torch.float64 given"),
        (lambda: pv.Network((torch.ones(3, 2).long(),), (torch.ones(3).long(),)), "Layer 1 has dtype torch.int64"),
        (lambda: TANH.to(torch.float16), "expected float64 or float32"),
        (lambda: TANH.to(torch.complex128), "Layer 1 has dtype torch.complex128"),
        (lambda: pv.init_network(pv.NetworkSpec((1, 2, 1)), dtype=torch.int64), "Layer 1 has dtype torch.int64"),
        (lambda: Case((2, 3, 1), "tanh").network()[0], "no batch axis"),
        (lambda: Case((2, 3, 1), "tanh").network()(torch.zeros(5, 3)), "network with 2 inputs"),
    ],
)
def test_bad_networks_are_refused_with_a_clear_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()
