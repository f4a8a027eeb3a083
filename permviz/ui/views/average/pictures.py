"""The average beside the network that it is made of: what both answer, and both drawn."""

from __future__ import annotations

import torch

from permviz.figures.network import networks_figure
from permviz.figures.outputs import output_curves_figure, output_planes_figure, output_scatter_figure
from permviz.figures.picture import Picture
from permviz.networks.comparison import window
from permviz.networks.datasets import Dataset
from permviz.networks.losses import get_loss
from permviz.networks.network import Network

GRID = 61


def outputs_picture(network: Network, average: Network, data: Dataset, name: str) -> Picture:
    """What the network and the average answer: over the input plane, along the only input, or sample by sample."""
    width = data.inputs.shape[1]
    return {1: _curves, 2: _planes}.get(width, _scatter)(network, average, data, name)


def _axes(data: Dataset) -> list[torch.Tensor]:
    bounds = window(data)
    return [torch.linspace(low, high, GRID, dtype=torch.float64) for low, high in zip(bounds[::2], bounds[1::2], strict=True)]


def _targets(data: Dataset) -> torch.Tensor:
    return data.targets if data.is_classification else data.targets[:, 0]


def _scatter(network: Network, average: Network, data: Dataset, name: str) -> Picture:
    own, other = network(data.inputs), average(data.inputs)
    picture = output_scatter_figure(own[:2000], other[:2000], "Outputs: the average against the network")
    told = f"With {data.inputs.shape[1]} inputs there is no picture of the input plane."
    return picture.saying(before=told)


def _curves(network: Network, average: Network, data: Dataset, name: str) -> Picture:
    (x,) = _axes(data)
    curves = {"A": network(x.unsqueeze(1))[:, 0], name: average(x.unsqueeze(1))[:, 0]}
    points = data.inputs[:, 0], _targets(data)
    return output_curves_figure(x, curves, points, data.input_names[0])


def _planes(network: Network, average: Network, data: Dataset, name: str) -> Picture:
    (x, y), loss = _axes(data), get_loss(data.loss)
    grid = torch.cartesian_prod(x, y)
    planes = [loss.answer(net(grid)).reshape(GRID, GRID).T for net in (network, average)]
    points, names = (data.inputs[:, 0], data.inputs[:, 1], _targets(data)), (data.input_names[0], data.input_names[1])
    outputs = (data.output_names[0], data.output_names[-1])
    return output_planes_figure(x, y, planes, ("A", name), points, names, kind=loss.answers, outputs=outputs)


def networks_picture(network: Network, average: Network, name: str, alike: bool) -> Picture:
    """Both networks; ``alike`` says that all nodes of a layer of the average are equal."""
    equal = "All nodes of a layer are equal: the same edges go in, the same go out." if alike else ""
    if alike and not any(bool(w.any()) for w in average.weights[:-1]):
        equal = "No weight into a hidden node is left: the function is a constant."
    picture = networks_figure([network.weights, average.weights], ["A", name], "The networks", [True, False])
    return picture.saying(before=equal)
