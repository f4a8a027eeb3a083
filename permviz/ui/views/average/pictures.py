"""The average beside the network that it is made of: what both answer, and both drawn."""

from __future__ import annotations

import torch

from permviz.figures.network import networks_figure
from permviz.figures.outputs import output_curves_figure, output_planes_figure, output_scatter_figure
from permviz.networks.comparison import window
from permviz.networks.datasets import Dataset
from permviz.networks.losses import get_loss
from permviz.networks.network import Network
from permviz.ui.parts.plot import plot

GRID = 61


def draw_outputs(network: Network, average: Network, data: Dataset, name: str) -> None:
    """What the network and the average answer: over the input plane, along the only input, or sample by sample."""
    width = data.inputs.shape[1]
    if width > 2:
        own, other = network(data.inputs), average(data.inputs)
        picture = output_scatter_figure(own[:2000], other[:2000], "Outputs: the average against the network")
        plot(picture.saying(before=f"With {width} inputs there is no picture of the input plane."), key="answers-scatter")
        return
    bounds = window(data)
    axes = [torch.linspace(bounds[2 * i], bounds[2 * i + 1], GRID, dtype=torch.float64) for i in range(width)]
    targets = data.targets if data.is_classification else data.targets[:, 0]
    if width == 1:
        line = axes[0].unsqueeze(1)
        curves = {"A": network(line)[:, 0], name: average(line)[:, 0]}
        plot(output_curves_figure(axes[0], curves, (data.inputs[:, 0], targets), data.input_names[0]), key="answers-curves")
        return
    grid = torch.cartesian_prod(*axes)
    loss = get_loss(data.loss)
    planes = [loss.answer(net(grid)).reshape(GRID, GRID).T for net in (network, average)]
    points, names = (data.inputs[:, 0], data.inputs[:, 1], targets), (data.input_names[0], data.input_names[1])
    outputs = (data.output_names[0], data.output_names[-1])
    x, y = axes
    plot(output_planes_figure(x, y, planes, ("A", name), points, names, kind=loss.answers, outputs=outputs), key="answers")


def draw_networks(network: Network, average: Network, name: str, alike: bool) -> None:
    """Both networks; ``alike`` says that all nodes of a layer of the average are equal."""
    equal = "All nodes of a layer are equal: the same edges go in, the same go out." if alike else ""
    if alike and not any(bool(w.any()) for w in average.weights[:-1]):
        equal = "No weight into a hidden node is left: the function is a constant."
    picture = networks_figure([network.weights, average.weights], ["A", name], "The networks", [True, False])
    plot(picture.saying(before=equal), key="networks")
