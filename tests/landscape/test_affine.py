"""The engine against one forward pass after another."""

from __future__ import annotations

import warnings

import pytest
import torch
from torch import Tensor

import permviz as pv
import permviz.landscape.affine
from permviz.landscape.affine import affine_losses
from tests import oracles
from tests.cases import LOSS_CASES, NETWORKS, Case, dataset, dataset_for

SPEC = pv.NetworkSpec((2, 5, 4, 3))


def drawn(spec: pv.NetworkSpec, seed: int, batch: tuple[int, ...] = ()) -> pv.Network:
    return Case(spec.widths, spec.activation, batch, seed).network()


def coordinates(points: int, directions: int, seed: int = 5) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(points, directions, generator=generator, dtype=torch.float64)


def point_by_point(origin: pv.Network, directions: list[pv.Network], where: Tensor, data: pv.Dataset) -> Tensor:
    """The oracle: every parameter vector by itself, through the plain forward pass."""
    losses = []
    for c in where:
        theta = origin.flatten()
        for weight, direction in zip(c, directions, strict=True):
            theta = theta + weight * direction.flatten()
        losses.append(pv.loss(pv.unflatten(origin.spec, theta), data))
    return torch.stack(losses, dim=-1)


def assert_right(origin: pv.Network, directions: list[pv.Network], where: Tensor, data: pv.Dataset) -> None:
    expected = point_by_point(origin, directions, where, data)
    torch.testing.assert_close(affine_losses(origin, directions, where, data), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("case", NETWORKS, ids=str)
def test_every_activation_depth_and_batch(case: Case) -> None:
    directions = [drawn(case.spec, seed, case.batch) for seed in (1, 2)]
    assert_right(case.network(), directions, coordinates(5, 2), dataset_for(case.spec))


@pytest.mark.parametrize(("loss", "outputs"), LOSS_CASES)
@pytest.mark.parametrize("batch", [(), (3,)])
def test_every_loss(loss: str, outputs: int, batch: tuple[int, ...]) -> None:
    spec = pv.NetworkSpec((2, 4, outputs))
    networks = [drawn(spec, seed, batch) for seed in range(3)]
    assert_right(networks[0], networks[1:], coordinates(6, 2), dataset_for(spec, loss))


def test_the_oracle_is_the_loss_by_its_definition() -> None:
    net, data = drawn(SPEC, 0), dataset_for(SPEC)
    still = net.map(torch.zeros_like)
    assert float(affine_losses(net, [still], coordinates(1, 1), data)) == pytest.approx(oracles.loss(net, data), rel=1e-12)


@pytest.mark.parametrize("directions", [0, 1, 3, 4])
def test_any_number_of_directions(directions: int) -> None:
    networks = [drawn(SPEC, seed) for seed in range(directions + 1)]
    assert_right(networks[0], networks[1:], coordinates(4, directions), dataset_for(SPEC))


def test_no_hidden_layer() -> None:
    spec = pv.NetworkSpec((3, 2))
    assert_right(drawn(spec, 0), [drawn(spec, 1)], coordinates(4, 1), dataset_for(spec, "squared"))


@pytest.mark.parametrize("activation", ["tanh", "gelu", "linear"])
@pytest.mark.parametrize("touched", [(0,), (1,), (2,), (0, 2), (1, 2), ()], ids=str)
def test_layers_that_no_direction_touches(activation: str, touched: tuple[int, ...]) -> None:
    spec = pv.NetworkSpec(SPEC.widths, activation)
    direction = drawn(spec, 1, (2,))
    parts = [
        tuple(p if k in touched else torch.zeros_like(p) for k, p in enumerate(parameters))
        for parameters in (direction.weights, direction.biases)
    ]
    assert_right(drawn(spec, 0, (2,)), [pv.Network(*parts, activation)], coordinates(4, 1), dataset_for(spec))


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("layer", [1, 2])
def test_nodes_that_no_direction_touches(activation: str, layer: int) -> None:
    # One batch holds slices that move two nodes, three, and none.
    spec = pv.NetworkSpec(SPEC.widths, activation)
    net = drawn(spec, 3)
    swap, cycle = pv.Permutation.transposition(spec, layer, (1, 3)), pv.Permutation.cycle(spec, layer, (3, 0, 2))
    origin = pv.stack([net] * 3)
    copies = pv.stack([swap(net), cycle(net), net])
    direction = pv.unflatten(spec, copies.flatten() - origin.flatten())
    assert_right(origin, [direction], coordinates(6, 1), dataset_for(spec))


@pytest.mark.parametrize("only", ["weights", "biases"])
def test_a_node_moved_by_its_bias_alone_or_its_weights_alone_moves(only: str) -> None:
    direction = drawn(SPEC, 1)
    weights, biases = direction.weights, direction.biases
    if only == "biases":
        weights = tuple(map(torch.zeros_like, weights))
    else:
        biases = tuple(map(torch.zeros_like, biases))
    assert_right(drawn(SPEC, 0), [pv.Network(weights, biases)], coordinates(4, 1), dataset_for(SPEC))


@pytest.mark.parametrize("numbers", [1, 60, 400, 10**6])
@pytest.mark.parametrize("batch", [(), (5,)])
def test_chunks_change_nothing(numbers: int, batch: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    # 11 samples of 5 nodes: chunks of one point, a few points, all points of a few slices, everything.
    monkeypatch.setattr(permviz.landscape.affine, "CHUNK_BYTES", 8 * numbers)
    networks = [drawn(SPEC, seed, batch) for seed in range(3)]
    assert_right(networks[0], networks[1:], coordinates(7, 2), dataset_for(SPEC))


def test_batch_axes_and_empty_coordinates() -> None:
    networks = [drawn(SPEC, seed, (2, 3)) for seed in range(2)]
    assert affine_losses(networks[0], networks[1:], coordinates(4, 1), dataset_for(SPEC)).shape == (2, 3, 4)
    assert affine_losses(networks[0], networks[1:], coordinates(0, 1), dataset_for(SPEC)).shape == (2, 3, 0)


@pytest.mark.parametrize("activation", list(pv.ACTIVATIONS))
def test_float32(activation: str) -> None:
    spec = pv.NetworkSpec((2, 6, 5, 1), activation)
    networks, data = [pv.init_network(spec, seed) for seed in range(3)], pv.load_dataset("moons")
    where = coordinates(20, 2)
    exact = affine_losses(networks[0], networks[1:], where, data)
    single = affine_losses(networks[0], networks[1:], where, data, dtype=torch.float32)
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double(), exact, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("scale", [1e-6, 1e3])
def test_tanh_nearly_linear_and_saturated(scale: float) -> None:
    # Where 2 sigmoid(2 z) - 1 cancels, and where it is one.
    net = drawn(SPEC, 0)
    first = pv.Network((scale * net.weights[0], *net.weights[1:]), (scale * net.biases[0], *net.biases[1:]))
    assert_right(first, [drawn(SPEC, 1)], 1e-3 * scale * coordinates(5, 1), dataset_for(SPEC))


@pytest.mark.parametrize(("loss", "outputs"), LOSS_CASES)
def test_losses_that_overflow_come_out_infinite(loss: str, outputs: int) -> None:
    net = drawn(pv.NetworkSpec((2, 4, outputs), "relu"), 0)
    data = dataset_for(net.spec, loss)
    far = torch.tensor([[1e150], [1e20]], dtype=torch.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        huge = affine_losses(net, [net], far, data)
    torch.testing.assert_close(huge, point_by_point(net, [net], far, data), rtol=1e-9, atol=0)
    assert bool(huge[0].isinf()) == (loss == "squared")  # 1e300, squared or not


@pytest.mark.parametrize("scale", [1e11, 1e14])
def test_what_overflows_in_float32_is_computed_in_float64(scale: float) -> None:
    net = drawn(pv.NetworkSpec((2, 4, 1), "relu"), 0).map(lambda p: scale * p)
    data, at = dataset_for(net.spec, "squared"), coordinates(5, 1)
    found = affine_losses(net, [net], at, data, torch.float32)
    torch.testing.assert_close(found, point_by_point(net, [net], at, data), rtol=1e-9, atol=0)
    assert float(found.max()) > torch.finfo(torch.float32).max
    # Negative control: where nothing overflows the result has the dtype that was asked for.
    small = net.map(lambda p: p / scale)
    assert affine_losses(small, [small], at, data, torch.float32).dtype == torch.float32


@pytest.mark.parametrize("activation", list(pv.ACTIVATIONS))
def test_arguments_are_left_as_they_were(activation: str) -> None:
    spec = pv.NetworkSpec((2, 4, 3), activation)
    networks, where = [drawn(spec, seed) for seed in range(3)], coordinates(3, 2)
    data = dataset_for(spec, "squared")
    given = [data.inputs, data.targets, where, *(p for net in networks for p in (*net.weights, *net.biases))]
    before = [tensor.clone() for tensor in given]
    affine_losses(networks[0], networks[1:], where, data)
    assert all(torch.equal(now, then) for now, then in zip(given, before, strict=True))


def test_directions_are_not_interchangeable() -> None:
    # The control: were the coordinates dealt to the wrong directions, the comparisons above would notice.
    networks, where, data = [drawn(SPEC, seed) for seed in range(3)], coordinates(5, 2), dataset_for(SPEC)
    right = affine_losses(networks[0], networks[1:], where, data)
    wrong = affine_losses(networks[0], networks[:0:-1], where, data)
    assert (right - wrong).abs().max() > 0.1


def test_what_does_not_fit_is_refused() -> None:
    net, data = drawn(SPEC, 0), dataset_for(SPEC)
    with pytest.raises(ValueError, match="Direction 2 has widths"):
        affine_losses(net, [net, drawn(pv.NetworkSpec((2, 5, 3)), 0)], coordinates(2, 2), data)
    with pytest.raises(ValueError, match=r"batch \(3,\)"):
        affine_losses(net, [drawn(SPEC, 1, (3,))], coordinates(2, 1), data)
    with pytest.raises(ValueError, match=r"expected \(P, 1\)"):
        affine_losses(net, [net], coordinates(2, 2), data)
    with pytest.raises(ValueError, match="2 inputs"):
        affine_losses(net, [net], coordinates(2, 1), dataset(3, 3, "cross-entropy"))
    with pytest.raises(ValueError, match="3 outputs given for targets that ask for 2"):
        affine_losses(net, [net], coordinates(2, 1), dataset(2, 2, "squared"))
    with pytest.raises(ValueError, match="3 outputs given for targets that ask for 1"):
        affine_losses(net, [net], coordinates(2, 1), dataset(2, 1, "binary-cross-entropy"))
