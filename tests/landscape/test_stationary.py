import numpy as np
import pytest
import torch

import permviz as pv
from permviz.landscape.stationary import certify, certify_derivatives, certify_point
from tests.cases import LOSS_CASES, Case, dataset_for

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


def cubic(v):
    """``f' = x^2 / 2 + 1e-11 > 0`` everywhere: no critical point."""
    return (v**3 / 6 + 1e-11 * v).sum()


def test_nothing_is_certified_where_there_is_no_critical_point():
    found = certify_point(cubic, torch.tensor([1.1e-6], dtype=torch.float64))
    assert found.stationary  # negative control: by the two tolerances alone it is a minimum
    assert found.flat == 0
    assert found.index == 0
    assert found.kind == "undecided"
    # f'' = x, so M = 1; h = f' / f''^2 by hand.
    assert found.kantorovich == pytest.approx((1.1e-6**2 / 2 + 1e-11) / 1.1e-6**2, rel=1e-6)
    assert "no critical point need be near" in found.verdict
    turned = certify_point(lambda v: cubic(v[:1]) + v[1] ** 2, torch.tensor([1.1e-6, 0.0], dtype=torch.float64))
    assert turned.kind == "undecided"


def test_a_minimum_of_the_same_curvature_is_certified():
    """Negative control: the same cubic with a slope of -1e-11 has minimum and maximum at 4.5e-6 on either side."""
    root = (2e-11) ** 0.5
    for at, kind in ((root, "minimum"), (-root, "maximum"), (root * 1.01, "minimum")):
        found = certify_point(lambda v: (v**3 / 6 - 1e-11 * v).sum(), torch.tensor([at], dtype=torch.float64))
        assert found.kind == kind
        assert found.kantorovich <= 0.5


def test_points_are_certified_in_float64():
    """In float32 the slope of this parabola vanishes 2e-5 beside its minimum."""
    point = torch.tensor([1000.1], dtype=torch.float32)
    found = certify_point(lambda v: (v - 1000.1).square().sum(), point)
    assert found.gradient_norm == pytest.approx(2 * abs(float(point[0]) - 1000.1), rel=1e-6)
    assert found.kind == "not stationary"
    at = torch.tensor([1000.1], dtype=torch.float64)
    assert certify_point(lambda v: (v - 1000.1).square().sum(), at).kind == "minimum"


def of_the_vector(net, data):
    return certify_point(lambda v: pv.loss(pv.unflatten(net.spec, v), data), net.flatten())


@pytest.mark.parametrize(("loss", "outputs"), LOSS_CASES)
@pytest.mark.parametrize("activation", [name for name, entry in pv.ACTIVATIONS.items() if entry.smooth])
def test_a_network_s_certificate_is_that_of_automatic_differentiation(activation, loss, outputs):
    net = Case((2, 3, 2, outputs), activation).network()
    data = dataset_for(net.spec, loss)
    found, slow = certify(net, data), of_the_vector(net, data)
    assert found.gradient_norm == pytest.approx(slow.gradient_norm, rel=1e-12)
    torch.testing.assert_close(found.spectrum, slow.spectrum, rtol=0, atol=1e-11 * max(1, float(slow.spectrum.abs().max())))


def test_the_comparison_notices_a_lost_curvature(monkeypatch):
    """Negative control: without the second derivative of the activation the spectrum is another one."""
    net = Case((2, 3, 2, 1), "tanh").network()
    data = dataset_for(net.spec, "squared")
    monkeypatch.setattr("permviz.derivatives.hessians._add_bends", lambda *terms: None)
    assert (certify(net, data).spectrum - of_the_vector(net, data).spectrum).abs().max() > 1e-3


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
