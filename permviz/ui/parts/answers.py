"""What several networks answer to one task over its inputs, where these are one or two: curves, or planes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from permviz.figures.outputs import ANSWERS, output_curves_figure, output_planes_figure
from permviz.figures.picture import Picture
from permviz.networks.comparison import window
from permviz.networks.datasets import Dataset
from permviz.networks.losses import get_loss
from permviz.networks.network import Network


def answers_over(networks: Sequence[Network], data: Dataset, points: int) -> tuple[list[Tensor], list[Tensor]]:
    """The axes, of so many inputs each, and for each network what it answers there.

    Over one input that is the first output, ``(points,)``; over two what the loss takes outputs for, ``(points, points)``, a
    row for each value of the second.
    """
    bounds = window(data)
    axes = [torch.linspace(low, high, points, dtype=torch.float64) for low, high in zip(bounds[::2], bounds[1::2], strict=True)]
    if len(axes) == 1:
        return axes, [net(axes[0].unsqueeze(1))[:, 0] for net in networks]
    grid, loss = torch.cartesian_prod(*axes), get_loss(data.loss)
    return axes, [loss.answer(net(grid)).reshape(points, points).T for net in networks]


def answers_picture(axes: Sequence[Tensor], answers: Mapping[str, Tensor], data: Dataset, title: str = ANSWERS) -> Picture:
    """Answers by the network's name, with the samples on top."""
    targets = data.targets if data.is_classification else data.targets[:, 0]
    if len(axes) == 1:
        return output_curves_figure(axes[0], answers, (data.inputs[:, 0], targets), data.input_names[0], title)
    x, y = axes
    return output_planes_figure(
        x, y, list(answers.values()), list(answers), (data.inputs[:, 0], data.inputs[:, 1], targets),
        (data.input_names[0], data.input_names[1]), kind=get_loss(data.loss).answers,
        outputs=(data.output_names[0], data.output_names[-1]), title=title,
    )  # fmt: skip
