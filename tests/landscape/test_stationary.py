import numpy as np
import pytest
import torch

import permviz as pv
from permviz.landscape.stationary import certify, certify_derivatives, certify_point

DIAGONALS = [
    ([3.0, 1.0], "minimum"),
    ([-3.0, -1.0], "maximum"),
    ([2.0, -1.0, -5.0], "saddle of index 2"),
    ([1.0, 0.0], "degenerate"),
]


@pytest.mark.parametrize(("diagonal", "kind"), DIAGONALS)
def test_quadratic_forms_in_turned_axes(diagonal, kind):
    d = len(diagonal)
    turn = torch.linalg.qr(torch.arange(float(d * d), dtype=torch.float64).reshape(d, d).cos())[0]
    form = turn @ torch.diag(torch.tensor(diagonal, dtype=torch.float64)) @ turn.mT
    found = certify_point(lambda v: 0.5 * v @ form @ v, torch.zeros(d, dtype=torch.float64))
    np.testing.assert_allclose(found.spectrum, sorted(diagonal), atol=1e-12)
    assert found.kind == kind
    assert found.verdict.lower().startswith(kind)
    elsewhere = certify_point(lambda v: 0.5 * v @ form @ v, torch.ones(d, dtype=torch.float64))
    assert elsewhere.kind == "not stationary"
    assert not elsewhere.stationary


def test_a_monkey_saddle_is_never_called_a_minimum():
    found = certify_point(lambda v: v[0] ** 3 - 3 * v[0] * v[1] ** 2 + v[2] ** 2, torch.zeros(3, dtype=torch.float64))
    assert (found.kind, found.flat, found.index) == ("degenerate", 2, 0)
    assert "2 of 3" in found.verdict


def test_linear_regression_has_the_hessian_of_its_normal_equations():
    data = pv.load_dataset("wave", samples=50)
    x = torch.cat([data.inputs, torch.ones_like(data.inputs)], dim=1)
    best = torch.linalg.lstsq(x, data.targets).solution[:, 0]
    net = pv.Network((best[:1].reshape(1, 1),), (best[1:],), "linear")
    found = certify(net, data)
    assert found.kind == "minimum"
    np.testing.assert_allclose(found.spectrum, torch.linalg.eigvalsh(2 / 50 * x.mT @ x).numpy(), rtol=1e-9)
    assert certify(net.map(lambda p: p + 0.01), data).kind == "not stationary"


def test_a_split_neuron_is_degenerate_and_a_lone_one_is_not():
    # Two equal neurons may share their outgoing weight in any proportion (Fukumizu & Amari 2000).
    inputs = pv.load_dataset("teacher", samples=60).inputs
    lone = pv.init_network(pv.NetworkSpec((2, 1, 1), "tanh"), seed=3)
    target = pv.Dataset("own", inputs, lone(inputs), "squared", ("x", "y"), ("z",))
    assert certify(lone, target).kind == "minimum"
    w, a = lone.weights
    split = pv.Network(
        (w.expand(2, 2), torch.cat([0.3 * a, 0.7 * a], dim=1)), (lone.biases[0].expand(2), lone.biases[1]), "tanh"
    )
    found = certify(split, target)
    assert (found.kind, found.stationary, found.index) == ("degenerate", True, 0)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda net, data: certify(pv.stack([net, net]), data), "take one of them"),
        (lambda net, data: certify(pv.Network(net.weights, net.biases, "relu"), data), "smooth"),
        (lambda net, data: certify(pv.init_network(pv.NetworkSpec((2, 600, 1))), data), "at most"),
        (lambda net, data: certify_derivatives(torch.zeros(2), torch.zeros(3, 3)), "expected"),
        (lambda net, data: certify_derivatives(torch.zeros(1), torch.full((1, 1), float("inf"))), "finite"),
        (lambda net, data: certify_derivatives(torch.zeros(1), torch.eye(1), gradient_tolerance=0.0), "positive"),
    ],
)
def test_bad_input(call, word):
    with pytest.raises(ValueError, match=word):
        call(pv.init_network(pv.NetworkSpec((2, 2, 1))), pv.load_dataset("moons", samples=20))
