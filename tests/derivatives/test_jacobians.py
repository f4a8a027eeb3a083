"""Closed-form gradients, Jacobians and Hessians against automatic differentiation of the plain forward pass."""

from __future__ import annotations

import dataclasses

import pytest
import torch

import permviz as pv
from permviz.derivatives import hessians, jacobians, passes
from permviz.networks import activations
from permviz.networks.evaluation import loss_of_outputs
from tests import cases

TOLERANCE = 1e-12


def rows(net: pv.Network) -> torch.Tensor:
    return net.flatten().reshape(-1, net.spec.parameter_count)


def jacobian_error(net: pv.Network, inputs: torch.Tensor) -> float:
    answer = pv.jacobian(net, inputs)
    assert answer.shape == (*net.batch_shape, len(inputs), net.spec.widths[-1], net.spec.parameter_count)
    expected = torch.func.vmap(torch.func.jacrev(lambda v: pv.unflatten(net.spec, v)(inputs)))(rows(net))
    return float((answer.reshape(-1, *answer.shape[-3:]) - expected).abs().max())


def gradient_error(net: pv.Network, data: pv.Dataset) -> float:
    losses, gradient = pv.loss_and_gradient(net, data)
    assert losses.shape == net.batch_shape
    assert gradient.batch_shape == net.batch_shape
    theta = rows(net).clone().requires_grad_()
    expected = pv.loss(pv.unflatten(net.spec, theta), data)
    (slope,) = torch.autograd.grad(expected.sum(), theta)
    differences = (losses.reshape(-1) - expected.detach(), rows(gradient) - slope)
    return max(float(d.abs().max()) for d in differences)


@pytest.mark.parametrize("case", cases.NETWORKS, ids=str)
def test_jacobian_is_that_of_automatic_differentiation(case: cases.Case) -> None:
    assert jacobian_error(case.network(), case.inputs()) < TOLERANCE


@pytest.mark.parametrize("case", cases.NETWORKS, ids=str)
def test_gradient_is_that_of_automatic_differentiation(case: cases.Case) -> None:
    assert gradient_error(case.network(), cases.dataset_for(case.spec)) < TOLERANCE


@pytest.mark.parametrize(("loss", "outputs"), cases.LOSS_CASES)
@pytest.mark.parametrize("batch", cases.BATCHES, ids=str)
def test_gradient_of_every_loss(loss: str, outputs: int, batch: tuple[int, ...]) -> None:
    net = cases.Case((2, 3, outputs), "tanh", batch).network()
    assert gradient_error(net, cases.dataset_for(net.spec, loss)) < TOLERANCE


def test_gradient_in_chunks_and_with_the_fast_tanh_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    net, data = cases.Case((2, 4, 4, 1), "tanh", (5,)).network(), pv.load_dataset("moons", samples=40)
    monkeypatch.setattr(activations, "SMALL", 0)
    monkeypatch.setattr(passes, "CHUNK", 40 * 4 * 2)
    assert gradient_error(net, data) < TOLERANCE


def test_float32_is_computed_in_float32() -> None:
    net, data = cases.Case((2, 4, 1), "tanh").network(), pv.load_dataset("moons")
    single, double = (pv.loss_and_gradient(net.to(dtype), data) for dtype in (torch.float32, torch.float64))
    assert single[0].dtype == single[1].dtype == torch.float32
    assert torch.allclose(single[1].flatten().double(), double[1].flatten(), atol=1e-5)


@pytest.mark.parametrize("factor", ["slopes", "activations"])
def test_jacobian_check_notices_a_dropped_factor(factor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        activations, slopes = passes.forward(*given)  # type: ignore[arg-type]
        if factor == "slopes":
            return activations, [torch.ones_like(s) for s in slopes]
        return [torch.ones_like(h) for h in activations[:-1]] + activations[-1:], slopes

    case = cases.Case((2, 3, 3, 2), "tanh")
    monkeypatch.setattr(jacobians, "forward", broken)
    assert jacobian_error(case.network(), case.inputs()) > 1e-3


@pytest.mark.parametrize("activation", pv.ACTIVATIONS)
@pytest.mark.parametrize("widths", [(2, 3, 1), (3, 2, 3, 2), (9, 2, 1, 3, 2, 1)], ids=str)
def test_hessian_is_that_of_automatic_differentiation(widths: tuple[int, ...], activation: str) -> None:
    net = cases.Case(widths, activation, (2,)).network()
    assert hessian_error(net, cases.dataset_for(net.spec)) < 1e-11


@pytest.mark.parametrize(("loss", "outputs"), cases.LOSS_CASES)
def test_hessian_of_every_loss(loss: str, outputs: int) -> None:
    net = cases.Case((2, 2, 3, outputs), "tanh", (1, 2)).network()
    assert hessian_error(net, cases.dataset_for(net.spec, loss)) < 1e-11


@pytest.mark.parametrize("activation", ["tanh", "softplus"])
@pytest.mark.parametrize("lost", ["_add_bends", "_add_bilinear"])
def test_hessian_check_notices_a_lost_curvature(lost: str, activation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hessians, lost, lambda *terms: None)
    net = cases.Case((2, 3, 1), activation, (2,)).network()
    assert hessian_error(net, cases.dataset_for(net.spec)) > 1e-3


def hessian_error(net: pv.Network, data: pv.Dataset) -> float:
    answer = pv.hessian(net, data)
    count = net.spec.parameter_count
    assert answer.shape == (*net.batch_shape, count, count)
    oracle = torch.func.hessian(lambda v: pv.loss(pv.unflatten(net.spec, v), data))
    expected = torch.stack([oracle(row) for row in rows(net)])
    return float((answer.reshape(-1, count, count) - expected).abs().max())


def curvature(net: pv.Network, data: pv.Dataset, exact: bool) -> torch.Tensor:
    objective = passes.Objective.of(net.spec, data, torch.float64)
    _, gradient, passed = passes.propagate(objective, net.weights, net.biases)
    return hessians.curvature_matrices(objective, passed, torch.arange(len(gradient)), exact)


@pytest.mark.parametrize(("loss", "outputs"), cases.LOSS_CASES)
@pytest.mark.parametrize("hidden", [(), (3,), (3, 1, 4)], ids=str)
def test_gauss_newton_is_the_hessian_of_the_linearised_network(hidden: tuple[int, ...], loss: str, outputs: int) -> None:
    net = cases.Case((3, *hidden, outputs), "tanh", (2,)).network()
    data = cases.dataset_for(net.spec, loss)

    def linearised(v: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        there, slope = torch.func.jvp(lambda w: pv.unflatten(net.spec, w)(data.inputs), (at,), (v - at,))
        return loss_of_outputs(there + slope, data.targets, loss)

    expected = torch.stack([torch.func.hessian(linearised)(row, row) for row in rows(net)])
    assert torch.allclose(curvature(net, data, exact=False), expected, rtol=0, atol=1e-12)
    # Negative control: what the hidden layers bend is not small.
    assert torch.allclose(curvature(net, data, exact=True), expected, rtol=0, atol=1e-3) == (not hidden)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("outputs", [1, 3])
def test_curvature_in_chunks_is_the_same(outputs: int, exact: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    net = cases.Case((2, 3, 3, outputs), "tanh", (5,)).network()
    data = cases.dataset_for(net.spec, "squared")
    whole = curvature(net, data, exact)
    monkeypatch.setattr(hessians, "CHUNK", 1)
    assert torch.allclose(curvature(net, data, exact), whole, rtol=0, atol=1e-14)


@pytest.mark.parametrize("widths", [(3, 4, 1), (2, 4, 2)])
def test_widths_that_do_not_fit_the_task_are_told(widths: tuple[int, ...]) -> None:
    net = pv.init_network(pv.NetworkSpec(widths))
    for function in (pv.loss_and_gradient, pv.hessian):
        with pytest.raises(ValueError, match=r"2 inputs and asks for 1 outputs"):
            function(net, pv.load_dataset("moons"))


def test_more_outputs_than_classes_are_allowed_and_fewer_are_not() -> None:
    data = pv.load_dataset("four-blobs", samples=8)
    assert gradient_error(cases.Case((2, 3, 5), "tanh").network(), data) < TOLERANCE
    with pytest.raises(ValueError, match="at least 4 outputs"):
        pv.loss_and_gradient(pv.init_network(pv.NetworkSpec((2, 3, 3))), data)


def test_unsuitable_inputs_losses_and_sizes_are_told() -> None:
    net, data = pv.init_network(pv.NetworkSpec((2, 3, 1))), pv.load_dataset("moons")
    with pytest.raises(ValueError, match=r"expected \(N, 2\)"):
        pv.jacobian(net, torch.zeros(4, 3))
    with pytest.raises(ValueError, match="Unknown loss"):
        pv.loss_and_gradient(net, dataclasses.replace(data, loss="hinge"))
    with pytest.raises(ValueError, match="2001 parameters"):
        pv.hessian(pv.init_network(pv.NetworkSpec((2, 500, 1))), data)
