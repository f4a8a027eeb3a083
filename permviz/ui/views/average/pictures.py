"""What the averages of one, two, all copies answer, beside the network that they are made of."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from permviz.figures.averaging import Answers
from permviz.figures.outputs import output_curves_figure, output_planes_figure, output_scatter_figure
from permviz.networks.comparison import window
from permviz.networks.datasets import Dataset
from permviz.networks.losses import get_loss
from permviz.networks.network import Network

GRID, LINE = 41, 61
"""Inputs along an axis of the plane, and along the only axis: all steps travel to the browser at once."""

MOST_OUTPUTS = 600
"""Outputs of all samples together that are drawn where there are more than two inputs, for the same reason."""


def answers(network: Network, averages: Sequence[Network], data: Dataset) -> Answers:
    """Over the input plane, along the only input, or sample by sample; the network is called A."""
    width = data.inputs.shape[1]
    return {1: _curves, 2: _planes}.get(width, _scatter)(network, averages, data)


def _axes(data: Dataset, points: int) -> list[torch.Tensor]:
    bounds = window(data)
    return [torch.linspace(low, high, points, dtype=torch.float64) for low, high in zip(bounds[::2], bounds[1::2], strict=True)]


def _targets(data: Dataset) -> torch.Tensor:
    return data.targets if data.is_classification else data.targets[:, 0]


def _scatter(network: Network, averages: Sequence[Network], data: Dataset) -> Answers:
    inputs = data.inputs[: max(1, MOST_OUTPUTS // network.spec.widths[-1])]
    own, others = network(inputs), [average(inputs) for average in averages]
    picture = output_scatter_figure(own, others[0], "Outputs: the average against the network")
    told = picture.saying(before=f"With {data.inputs.shape[1]} inputs there is no picture of the input plane.")
    return Answers(told, 0, [{"y": other.flatten()} for other in others])


def _curves(network: Network, averages: Sequence[Network], data: Dataset) -> Answers:
    (x,) = _axes(data, LINE)
    own, *others = (net(x.unsqueeze(1))[:, 0] for net in (network, *averages))
    points = data.inputs[:, 0], _targets(data)
    picture = output_curves_figure(x, {"A": own, "the average": others[0]}, points, data.input_names[0])
    return Answers(picture, 2, [{"y": other} for other in others])


def _planes(network: Network, averages: Sequence[Network], data: Dataset) -> Answers:
    (x, y), loss = _axes(data, GRID), get_loss(data.loss)
    grid = torch.cartesian_prod(x, y)
    own, *others = (loss.answer(net(grid)).reshape(GRID, GRID).T for net in (network, *averages))
    points, names = (data.inputs[:, 0], data.inputs[:, 1], _targets(data)), (data.input_names[0], data.input_names[1])
    outputs, titles = (data.output_names[0], data.output_names[-1]), ("A answers", "the average answers")
    picture = output_planes_figure(x, y, (own, others[0]), titles, points, names, kind=loss.answers, outputs=outputs)
    return Answers(picture, 2, [{"z": other} for other in others])
