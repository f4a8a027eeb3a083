"""An activation that the package does not have, added as one row, with the columns it must have and with all of them."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

import permviz as pv
from permviz.landscape.stationary import certify
from permviz.networks.activations import ACTIVATIONS, Activation, Form
from tests import cases

NAME = "arctan"
"""``2/pi atan z``, and once more by way of a twin of half the height."""


def value(z: Tensor) -> Tensor:
    return torch.atan(z) * (2 / math.pi)


def slope(z: Tensor) -> Tensor:
    return 2 / math.pi / (1 + z * z)


def second(z: Tensor) -> Tensor:
    return -4 / math.pi * z / (1 + z * z) ** 2


BARE = Activation(NAME, "arctan", value, lambda z: z.atan_().mul_(2 / math.pi), slope, second, "odd")
HALF = Activation("half", "half", lambda z: value(z) / 2, lambda z: z.atan_().div_(math.pi), lambda z: slope(z) / 2,
                  lambda z: second(z) / 2, "odd")  # fmt: skip
FULL = Activation(
    NAME, "arctan", value, BARE.value_, slope, second, "odd",
    shared=lambda z: (value(z), slope(z)),
    bend=lambda h, s: -torch.tan(math.pi / 2 * h) * math.pi * s,
    form=Form("half", inner=1, outer=2, shift=0),
)  # fmt: skip


@pytest.fixture(params=[BARE, FULL], ids=["bare", "full"], autouse=True)
def _one_row_more(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACTIVATIONS, NAME, request.param)
    monkeypatch.setitem(ACTIVATIONS, HALF.name, HALF)


CASE = cases.Case((2, 3, 4, 1), NAME)


def by_definition(net: pv.Network, inputs: Tensor) -> Tensor:
    h = inputs
    for w, b in zip(net.weights[:-1], net.biases[:-1], strict=True):
        h = torch.atan(h @ w.mT + b.unsqueeze(-2)) / (math.pi / 2)
    return h @ net.weights[-1].mT + net.biases[-1].unsqueeze(-2)


def loss(net: pv.Network, data: pv.Dataset) -> Tensor:
    return (by_definition(net, data.inputs) - data.targets).square().sum(-1).mean(-1)


def test_derivatives_are_those_of_automatic_differentiation() -> None:
    net, data = CASE.network(), cases.dataset_for(CASE.spec, "squared")
    vector = net.flatten().requires_grad_()
    value = loss(pv.unflatten(CASE.spec, vector), data)
    (expected,) = torch.autograd.grad(value, vector)
    found, gradient = pv.loss_and_gradient(net, data)
    torch.testing.assert_close(found, value.detach(), rtol=1e-12, atol=0)
    torch.testing.assert_close(gradient.flatten(), expected, rtol=1e-11, atol=1e-13)
    bends = torch.func.hessian(lambda v: loss(pv.unflatten(CASE.spec, v), data))(net.flatten())
    torch.testing.assert_close(pv.hessian(net, data), bends, rtol=0, atol=1e-11)
    torch.testing.assert_close(certify(net, data).spectrum, torch.linalg.eigvalsh(bends), rtol=1e-9, atol=1e-11)


def test_slices_training_and_symmetries_follow() -> None:
    net, data = CASE.network(), cases.dataset_for(CASE.spec, "squared")
    flipped = pv.sign_flip(net, 1, 0)
    assert cases.function_change(net, flipped, data.inputs) < 1e-14
    line = pv.line_slice(net, flipped, data, points=5)
    theta = torch.lerp(net.flatten(), flipped.flatten(), line.t[:, None])
    torch.testing.assert_close(line.losses, loss(pv.unflatten(CASE.spec, theta), data), rtol=1e-10, atol=1e-12)
    run = pv.train(CASE.spec, data, range(2), steps=30, method="second-order")
    assert bool((run.losses < run.history.losses[0]).all())
    torch.testing.assert_close(run.losses, loss(run.networks, data), rtol=1e-10, atol=1e-12)


def test_torch_computes_it_too_and_it_comes_back() -> None:
    net = CASE.network()
    model, x = pv.to_torch(net), CASE.inputs()
    torch.testing.assert_close(model(x).detach(), by_definition(net, x), rtol=0, atol=1e-13)
    assert pv.from_torch(model).activation == NAME


def test_without_its_row_it_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""
    monkeypatch.delitem(ACTIVATIONS, NAME)
    with pytest.raises(ValueError, match="Unknown activation 'arctan'"):
        CASE.network()
