"""The best temperature against a search over a grid, accuracy against counting."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import permviz as pv
from tests import oracles
from tests.cases import LOSS_CASES, dataset, drawn


@pytest.mark.parametrize(("loss", "outputs"), LOSS_CASES)
def test_the_calibrated_loss_is_the_least_over_temperatures(loss: str, outputs: int) -> None:
    net, data = drawn((2, 3, outputs), seed=3), dataset(2, outputs, loss, samples=40)
    told = pv.calibrate(net, data)
    values = oracles.outputs(net, data.inputs.numpy())
    assert float(told.loss) == pytest.approx(oracles.loss_of_outputs(values, data.targets, loss), rel=1e-12)
    if loss == "squared":
        assert told.accuracy is None
        assert (told.temperature, told.calibrated_loss) == (1, told.loss)
        return
    grid = [oracles.loss_of_outputs(values / t, data.targets, loss) for t in np.geomspace(1e-1, 1e4, 500)]
    assert min(grid) * (1 - 1e-3) <= float(told.calibrated_loss) <= min(grid) + 1e-12
    classes = (values[:, 0] >= 0).astype(int) if outputs == 1 else values.argmax(1)
    assert told.accuracy == pytest.approx(float(np.mean(classes == data.targets.numpy())))
    assert oracles.loss_of_outputs(values / float(told.temperature), data.targets, loss) == pytest.approx(
        float(told.calibrated_loss), rel=1e-9
    )


def test_the_loss_of_outputs_that_are_too_small_is_mended_and_accuracy_stays() -> None:
    data = pv.load_dataset("moons", samples=100)
    net = pv.train(pv.NetworkSpec((2, 8, 1)), data, seeds=[0], steps=200).networks[0]
    faint = pv.Network((net.weights[0], net.weights[1] * 0.01), (net.biases[0], net.biases[1] * 0.01), net.activation)
    strong, weak = pv.calibrate(net, data), pv.calibrate(faint, data)
    assert weak.accuracy == strong.accuracy
    assert weak.loss > 2 * weak.calibrated_loss
    assert float(weak.calibrated_loss) == pytest.approx(float(strong.calibrated_loss), rel=1e-9)
    assert float(weak.temperature) == pytest.approx(0.01 * float(strong.temperature), rel=1e-6)


def test_a_batch_is_calibrated_one_by_one() -> None:
    nets, data = drawn((2, 3, 4), batch=(2, 3)), dataset(2, 4, "cross-entropy", samples=20)
    told = pv.calibrate(nets, data)
    alone = pv.calibrate(nets[1, 2], data)
    assert told.loss.shape == told.temperature.shape == (2, 3)
    assert torch.allclose(told.calibrated_loss[1, 2], alone.calibrated_loss, rtol=1e-12)
    assert torch.allclose(told.temperature[1, 2], alone.temperature, rtol=1e-6)
