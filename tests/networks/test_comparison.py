"""Comparisons against sums written out by hand, and against a network that is no copy."""

from __future__ import annotations

import math

import pytest
import torch

from permviz.networks.comparison import compare, probe_inputs, window
from permviz.networks.datasets import load_dataset
from permviz.networks.network import NetworkSpec, init_network, stack
from permviz.symmetry.permutation import Permutation
from tests import oracles


@pytest.mark.parametrize(("task", "points"), [("moons", 400 + 41 * 41), ("wave", 200 + 41), ("iris", 150 + 1000)])
def test_a_copy_is_the_same_function_at_another_point(task: str, points: int) -> None:
    data = load_dataset(task)
    spec = NetworkSpec((data.inputs.shape[1], 4, 3, data.network_outputs), "tanh")
    a = init_network(spec, seed=1)
    b = Permutation.transposition(spec, layer=1, nodes=(0, 2))(a)
    result = compare(a, b, data)
    assert result.points == points == len(probe_inputs(data))
    assert result.difference < 1e-12
    assert result.loss_a == pytest.approx(oracles.loss(a, data), abs=1e-12)
    squares = sum((x - y) ** 2 for x, y in zip(a.flatten().tolist(), b.flatten().tolist(), strict=True))
    assert result.distance == pytest.approx(math.sqrt(squares), rel=1e-12)
    assert result.distance > 0.1


def test_another_network_is_told_apart_at_the_point_where_it_differs_most() -> None:
    data = load_dataset("moons", samples=40)
    spec = NetworkSpec((2, 3, 1), "tanh")
    a, b = init_network(spec, seed=1), init_network(spec, seed=2)
    points = probe_inputs(data).tolist()
    worst = abs(oracles.outputs(a, points) - oracles.outputs(b, points)).max()
    assert compare(a, b, data).difference == pytest.approx(worst, abs=1e-12)
    assert worst > 0.1
    with pytest.raises(ValueError, match="expected the same"):
        compare(a, init_network(NetworkSpec((2, 4, 1))), data)
    for pair in ((stack([a, b]), b), (a, stack([b])), (stack([a, b]), stack([a, b]))):
        with pytest.raises(ValueError, match="expected a single network"):
            compare(*pair, data)


def test_the_window_holds_the_data_with_a_margin() -> None:
    data = load_dataset("moons")
    x0, x1, y0, y1 = window(data)
    low, high = data.inputs.min(0).values, data.inputs.max(0).values
    assert x0 == pytest.approx(float(low[0] - 0.25 * (high - low)[0]))
    assert y1 == pytest.approx(float(high[1] + 0.25 * (high - low)[1]))
    assert bool(((data.inputs > torch.tensor([x0, y0])) & (data.inputs < torch.tensor([x1, y1]))).all())
    with pytest.raises(ValueError, match="only one or two"):
        window(load_dataset("iris"))
