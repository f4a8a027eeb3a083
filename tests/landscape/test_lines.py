"""Lines and barriers: against loops over points, and against what is known exactly about swaps."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from torch import Tensor

import permviz as pv
from permviz.landscape.lines import BARRIERS, Lines
from permviz.networks.network import Data
from tests import oracles
from tests.cases import dataset_for, drawn

WIDTHS = ((2, 4, 1), (2, 3, 4, 2), (3, 1, 4, 2, 1))


@pytest.mark.parametrize("widths", WIDTHS, ids=str)
@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu"])
def test_a_line_is_the_loss_point_by_point(widths: tuple[int, ...], activation: str) -> None:
    a, b = drawn(widths, activation), drawn(widths, activation, seed=1)
    data = dataset_for(a.spec)
    line = pv.line_slice(a, b, data, points=7)
    np.testing.assert_allclose(line.t, np.linspace(0, 1, 7), rtol=1e-15)
    np.testing.assert_allclose(line.losses, oracles.line_losses(a, b, data, line.t.tolist()), rtol=1e-10)
    assert float(line.t[3]) == 0.5


def test_batches_broadcast() -> None:
    a, b = drawn((2, 4, 1), batch=(3, 1)), drawn((2, 4, 1), batch=(2,), seed=1)
    data = dataset_for(a.spec)
    line = pv.line_slice(a, b, data, points=5)
    assert line.losses.shape == line.chord.shape == line.gradient_norms.shape == (3, 2, 5)
    assert line.barrier().shape == line.barrier_at().shape == (3, 2)
    for i, j in itertools.product(range(3), range(2)):
        alone = pv.line_slice(a[i, 0], b[j], data, points=5)
        torch.testing.assert_close(line.losses[i, j], alone.losses, rtol=1e-12, atol=0)
        torch.testing.assert_close(line.gradient_norms[i, j], alone.gradient_norms, rtol=1e-12, atol=0)


def brute_barrier(t: list[float], losses: list[float], definition: str) -> tuple[float, float]:
    best, at = -math.inf, math.nan
    for s, value in zip(t, losses, strict=True):
        chord = (1 - s) * losses[0] + s * losses[-1]
        base = chord if definition == "entezari" else (losses[0] + losses[-1]) / 2
        if value - base > best:
            best, at = value - base, s
    return best, at


@pytest.mark.parametrize("definition", BARRIERS)
def test_barriers_are_their_definitions(definition: str) -> None:
    generator = torch.Generator().manual_seed(0)
    t = torch.linspace(0, 1, 21, dtype=torch.float64)
    lines = Lines(t, torch.rand(4, 21, generator=generator, dtype=torch.float64))
    for i in range(4):
        barrier, at = brute_barrier(t.tolist(), lines.losses[i].tolist(), definition)
        assert float(lines.barrier(definition)[i]) == pytest.approx(barrier, rel=1e-14)
        assert float(lines.barrier_at(definition)[i]) == at


def test_the_definitions_differ_on_a_path_that_dips_below_its_ends() -> None:
    t = torch.linspace(0, 1, 5, dtype=torch.float64)
    path = Lines(t, torch.tensor([1.0, 0.2, 0.1, 0.3, 3.0], dtype=torch.float64))
    assert float(path.barrier("entezari")) == 0
    assert float(path.barrier("ainsworth")) == 1  # its highest point is an end, 3, above the mean of 1 and 3
    assert float(path.barrier_at("ainsworth")) == 1
    bump = Lines(t, torch.tensor([1.0, 0.0, 2.5, 0.0, 1.0], dtype=torch.float64))
    assert float(bump.barrier("entezari")) == float(bump.barrier("ainsworth")) == 1.5


def test_infinite_ends_leave_a_chord() -> None:
    lines = Lines(torch.linspace(0, 1, 3, dtype=torch.float64), torch.tensor([math.inf, 2.0, 1.0], dtype=torch.float64))
    assert lines.chord.tolist() == [math.inf, math.inf, 1.0]


@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_gradient_norms_and_slopes(widths: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("permviz.landscape.lines.PARAMETERS_AT_ONCE", 100)  # more than one chunk
    a, b = drawn(widths), drawn(widths, seed=1)
    data = dataset_for(a.spec)
    line = pv.line_slice(a, b, data, points=5)
    for i, t in enumerate(line.t.tolist()):
        theta = torch.lerp(a.flatten(), b.flatten(), t).requires_grad_()
        (gradient,) = torch.autograd.grad(pv.loss(pv.unflatten(a.spec, theta), data), theta)
        assert float(line.gradient_norms[i]) == pytest.approx(float(gradient.norm()), rel=1e-10)
        assert float(line.slopes[i]) == pytest.approx(float(gradient @ (b.flatten() - a.flatten())), rel=1e-9, abs=1e-12)


def test_lines_refuse_what_does_not_fit() -> None:
    a, data = drawn((2, 4, 1)), dataset_for(pv.NetworkSpec((2, 4, 1)))
    with pytest.raises(ValueError, match="same widths and activation"):
        pv.line_slice(a, drawn((2, 5, 1)), data)
    with pytest.raises(ValueError, match="same widths and activation"):
        pv.line_slice(a, drawn((2, 4, 1), "relu"), data)
    with pytest.raises(ValueError, match="do not broadcast"):
        pv.line_slice(drawn((2, 4, 1), batch=(3,)), drawn((2, 4, 1), batch=(2,)), data)
    for points in (1, 2.5, True):
        with pytest.raises(ValueError, match="whole number from 2"):
            pv.line_slice(a, a, data, points=points)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="entezari, ainsworth"):
        pv.line_slice(a, a, data, points=3).barrier("highest")
    with pytest.raises(ValueError, match="nothing to swap"):
        pv.transposition_lines(drawn((2, 1, 1)), data, layer=1)


# What is known about swaps


def asymmetry(line: pv.LineSlice) -> float:
    return float((line.losses - line.losses.flip(-1)).abs().max())


@pytest.mark.parametrize("activation", list(pv.ACTIVATIONS))
def test_the_line_to_a_swapped_copy_is_symmetric(activation: str) -> None:
    net = drawn((2, 4, 3, 1), activation)
    data = dataset_for(net.spec, "squared")
    for layer, nodes in ((1, (0, 3)), (2, (1, 2))):
        swap = pv.Permutation.transposition(net.spec, layer, nodes)
        line = pv.line_slice(net, swap(net), data, points=11)
        assert asymmetry(line) < 1e-12 * float(line.losses.max())


def test_other_lines_are_not_symmetric() -> None:
    net, data = drawn((2, 4, 3, 1)), dataset_for(pv.NetworkSpec((2, 4, 3, 1)))
    assert asymmetry(pv.line_slice(net, drawn((2, 4, 3, 1), seed=1), data, points=11)) > 1e-3
    cycle = pv.Permutation.cycle(net.spec, 1, (0, 1, 2))
    assert asymmetry(pv.line_slice(net, cycle(net), data, points=11)) > 1e-3


@pytest.mark.parametrize("points", [2, 10, 11])
@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("batch", [(), (2,)])
def test_transposition_lines_are_the_lines_one_by_one(
    points: int, layer: int, batch: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("permviz.landscape.lines.PARAMETERS_AT_ONCE", 150)  # a few copies at a time
    net = drawn((2, 4, 3, 1), batch=batch)
    data, n = dataset_for(net.spec), net.spec.hidden[layer - 1]
    lines = pv.transposition_lines(net, data, layer, points=points)
    assert lines.pairs == tuple(itertools.combinations(range(n), 2))
    for k, pair in enumerate(lines.pairs):
        line = pv.line_slice(net, pv.Permutation.transposition(net.spec, layer, pair)(net), data, points=points)
        torch.testing.assert_close(lines.losses[..., k, :], line.losses, rtol=1e-11, atol=0)
        matrix = lines.barrier_matrix("ainsworth")
        for i, j in (pair, pair[::-1]):
            torch.testing.assert_close(matrix[..., i, j], line.barrier("ainsworth"), rtol=1e-9, atol=1e-14)
    assert matrix.shape == (*batch, n, n)
    assert not matrix.diagonal(dim1=-2, dim2=-1).any()


def regression(inputs: Tensor, targets: Tensor) -> Data:
    names = tuple(map(str, range(inputs.shape[1]))), tuple(map(str, range(targets.shape[1])))
    return pv.Dataset("regression", inputs, targets, "squared", *names)


def linear_at_its_optimum() -> tuple[pv.Network, Data]:
    """A two-layer linear network, without biases, that is the least-squares solution of data it cannot fit exactly."""
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(30, 3, generator=generator, dtype=torch.float64)
    targets = torch.randn(30, 2, generator=generator, dtype=torch.float64)
    W1 = torch.randn(4, 3, generator=generator, dtype=torch.float64)
    W2 = torch.linalg.lstsq(inputs, targets).solution.T @ torch.linalg.pinv(W1)
    biases = tuple(torch.zeros(n, dtype=torch.float64) for n in (4, 2))
    return pv.Network((W1, W2), biases, "linear"), regression(inputs, targets)


@pytest.mark.parametrize("nodes", list(itertools.combinations(range(4), 2)))
def test_two_layer_linear_midpoint_barrier(nodes: tuple[int, int]) -> None:
    net, data = linear_at_its_optimum()
    line = pv.line_slice(net, pv.Permutation.transposition(net.spec, 1, nodes)(net), data, points=5)
    i, j = nodes
    (W1, W2), sigma = net.weights, data.inputs.T @ data.inputs / len(data.inputs)
    w, a = W1[i] - W1[j], W2[:, i] - W2[:, j]
    expected = (a @ a) * (w @ sigma @ w) / 4
    assert float(line.barrier()) == pytest.approx(float(expected), rel=1e-10)
    assert float(line.barrier_at()) == 0.5
    # Away from an optimum the residual is not orthogonal to the change, and the formula fails.
    shifted = pv.Network((W1, W2 + 1), net.biases, "linear")
    off = pv.line_slice(shifted, pv.Permutation.transposition(net.spec, 1, nodes)(shifted), data, points=5)
    assert abs(float(off.losses[2] - off.losses[0]) - float(expected)) > 1e-3


def test_two_layer_linear_output_change() -> None:
    # Targets that the network meets exactly make the loss the mean square of the change itself.
    net, data = linear_at_its_optimum()
    (W1, W2), (i, j) = net.weights, (1, 3)
    line = pv.line_slice(net, pv.Permutation.transposition(net.spec, 1, (i, j))(net), regression(data.inputs, net(data.inputs)))
    for t, value in zip(line.t.tolist(), line.losses.tolist(), strict=True):
        change = -2 * t * (1 - t) * torch.outer(data.inputs @ (W1[i] - W1[j]), W2[:, i] - W2[:, j])
        assert value == pytest.approx(float(change.square().sum(1).mean()), rel=1e-9, abs=1e-25)


def test_identity_against_its_swap_has_a_midpoint_loss_of_one() -> None:
    eye, zero = torch.eye(2, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    net = pv.Network((eye, eye), (zero, zero), "linear")
    inputs = torch.tensor([[1, 1], [1, -1], [-1, 1], [-1, -1]], dtype=torch.float64)  # uncorrelated, of variance 1
    line = pv.line_slice(net, pv.Permutation.transposition(net.spec, 1, (0, 1))(net), regression(inputs, inputs), points=3)
    assert line.losses.tolist() == [0, 1, 0]


@pytest.mark.parametrize("alpha", [0.5, 1.0, 3.0])
def test_relu_rescaling_multiplies_the_midpoint_contribution(alpha: float) -> None:
    w, a = torch.tensor([1.0, -0.5], dtype=torch.float64), 0.7
    inputs = torch.randn(20, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)

    def midpoint(scale: float) -> Tensor:
        """The mean square of the output, when equal neurons, rescaled by ``scale`` and its inverse, are swapped."""
        net = pv.Network(
            (torch.stack([scale * w, w / scale]), torch.tensor([[a / scale, a * scale]], dtype=torch.float64)),
            (torch.zeros(2, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)),
            "relu",
        )
        data = regression(inputs, torch.zeros(20, 1, dtype=torch.float64))
        return pv.line_slice(net, pv.Permutation.transposition(net.spec, 1, (0, 1))(net), data, points=3).losses[1]

    factor = ((alpha + 1 / alpha) / 2) ** 2
    assert float(midpoint(alpha)) == pytest.approx(factor**2 * float(midpoint(1.0)), rel=1e-12)
