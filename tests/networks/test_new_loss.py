"""A loss that the package does not have, added as one row: training, slices, certificates and pictures need nothing else."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from scipy.optimize import minimize_scalar
from torch import Tensor

import permviz as pv
from permviz.landscape.stationary import certify
from permviz.networks.evaluation import best_constant_loss
from permviz.networks.losses import LOSSES, Loss
from tests import cases

NAME = "log-cosh"


def log_cosh(outputs: Tensor, targets: Tensor) -> Tensor:
    r = (outputs - targets).abs()
    return (r + torch.log1p(torch.exp(-2 * r)) - math.log(2)).sum((-2, -1)) / outputs.shape[-1]


def curvature(outputs: Tensor, targets: Tensor) -> Tensor:
    bend = 1 - torch.tanh(outputs - targets) ** 2
    return torch.diag_embed(bend.mT).permute(0, 2, 3, 1) / outputs.shape[-1]


def best_constant(targets: Tensor) -> float:
    def cost(constant: float, column: Tensor) -> float:
        return float(log_cosh(torch.full_like(column, constant)[None], column[None]))

    return sum(float(minimize_scalar(cost, args=(column,), method="brent", tol=1e-12).fun) for column in targets.T)


ROW = Loss(
    name=NAME,
    label="log cosh of the residual",
    classifies=False,
    check=lambda targets: None,
    outputs=lambda targets: targets.shape[-1],
    exact=True,
    pack=lambda targets, dtype: targets.mT.to(dtype).contiguous(),
    value=log_cosh,
    value_=log_cosh,
    gradient=lambda outputs, targets: torch.tanh(outputs - targets) / outputs.shape[-1],
    curvature=curvature,
    separated=lambda outputs, targets: outputs.new_zeros(len(outputs), dtype=torch.bool),
    best_constant=best_constant,
    answers="value",
    answer=lambda outputs: outputs[..., 0],
    second_order="newton",
)


@pytest.fixture(autouse=True)
def _one_row_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LOSSES, NAME, ROW)


def data_for(spec: pv.NetworkSpec, samples: int = 11) -> pv.Dataset:
    return replace(cases.dataset_for(spec, "squared", samples), loss=NAME)


def by_definition(net: pv.Network, data: pv.Dataset) -> Tensor:
    """The loss written once more, over the plain forward pass; differentiable."""
    return torch.log(torch.cosh(net(data.inputs) - data.targets)).sum(-1).mean(-1)


def of_vector(spec: pv.NetworkSpec, data: pv.Dataset, vector: Tensor) -> Tensor:
    return by_definition(pv.unflatten(spec, vector), data)


CASES = [cases.Case((2, 4, 1), "tanh", (3,)), cases.Case((2, 3, 2, 3), "sigmoid", (2,))]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_value_gradient_and_hessian_are_those_of_automatic_differentiation(case: cases.Case) -> None:
    net, data = case.network(), data_for(case.spec)
    torch.testing.assert_close(pv.loss(net, data), by_definition(net, data), rtol=1e-12, atol=0)
    values, gradients = pv.loss_and_gradient(net, data)
    torch.testing.assert_close(values, by_definition(net, data), rtol=1e-12, atol=0)
    hessians = pv.hessian(net, data)
    for i, vector in enumerate(net.flatten()):
        at = vector.clone().requires_grad_()
        (slope,) = torch.autograd.grad(of_vector(case.spec, data, at), at)
        torch.testing.assert_close(gradients.flatten()[i], slope, rtol=0, atol=1e-12)
        bends = torch.func.hessian(lambda v: of_vector(case.spec, data, v))(vector)
        torch.testing.assert_close(hessians[i], bends, rtol=0, atol=1e-11)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_slices_are_the_loss_point_by_point(case: cases.Case) -> None:
    data, net = data_for(case.spec), case.network()[0]
    copy = pv.Permutation.transposition(case.spec, 1, (0, 2))(net)
    line = pv.line_slice(net, copy, data, points=7)
    theta = torch.lerp(net.flatten(), copy.flatten(), line.t[:, None])
    torch.testing.assert_close(line.losses, of_vector(case.spec, data, theta), rtol=1e-10, atol=0)
    plane = pv.random_plane(net, data, resolution=5)
    theta = (
        plane.origin.flatten() + plane.x[:, None] * plane.axes[0].flatten() + plane.y[:, None, None] * plane.axes[1].flatten()
    )
    torch.testing.assert_close(plane.losses, of_vector(case.spec, data, theta), rtol=1e-10, atol=0)


@pytest.mark.parametrize("method", ["adam", "second-order"])
def test_it_trains_and_its_minima_are_certified(method: str) -> None:
    spec = pv.NetworkSpec((2, 1, 1))
    data = replace(pv.load_dataset("teacher", noise=0.1), loss=NAME)
    run = pv.train(spec, data, range(4), steps=300, method=method)
    torch.testing.assert_close(run.losses, by_definition(run.networks, data), rtol=1e-12, atol=0)
    assert bool((run.losses < run.history.losses[0]).all())
    if method == "adam":
        return
    assert run.method == "newton"
    found = [i for i, status in enumerate(run.status) if status == "converged"]
    assert found
    for i in found:
        certificate = certify(run.networks[i], data)
        bends = torch.func.hessian(lambda v: of_vector(spec, data, v))(run.networks[i].flatten())
        torch.testing.assert_close(certificate.spectrum, torch.linalg.eigvalsh(bends), rtol=1e-9, atol=1e-11)
        assert certificate.stationary


def test_words_shapes_and_the_best_constant_come_from_the_row() -> None:
    spec = pv.NetworkSpec((2, 3, 2))
    data = data_for(spec)
    assert (data.is_classification, data.network_outputs) == (False, 2)
    constant = pv.Network(tuple(map(torch.zeros_like, pv.init_network(spec).weights)), pv.init_network(spec).biases)
    assert best_constant_loss(data.targets, NAME) < float(pv.loss(constant, data))
    with pytest.raises(ValueError, match=r"2 outputs \(log-cosh\)"):
        pv.train(pv.NetworkSpec((2, 3, 1)), data, [0], steps=1)
    with pytest.raises(ValueError, match=r"'log-cosh': expected \(11, n_L\)"):
        pv.loss(pv.init_network(spec), replace(data, targets=torch.zeros(11)))


def test_without_its_row_it_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: it is the row that made the tests above pass."""
    monkeypatch.delitem(LOSSES, NAME)
    spec = pv.NetworkSpec((2, 3, 1))
    data = data_for(spec)
    for call in (pv.loss, pv.loss_and_gradient, pv.hessian, pv.random_plane):
        with pytest.raises(ValueError, match="Unknown loss 'log-cosh': choose one of squared, binary"):
            call(pv.init_network(spec), data)
