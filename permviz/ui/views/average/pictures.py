"""What the averages of one, two, all copies answer, beside the network that they are made of."""

from __future__ import annotations

from collections.abc import Sequence

from permviz.figures.averaging import Answers
from permviz.figures.outputs import output_scatter_figure
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network
from permviz.ui.parts.answers import answers_over, answers_picture

GRID, LINE = 41, 61
"""Inputs along an axis of the plane, and along the only axis: all steps travel to the browser at once."""

MOST_OUTPUTS = 600
"""Outputs of all samples together that are drawn where there are more than two inputs, for the same reason."""


def answers(network: Network, averages: Sequence[Network], data: Dataset) -> Answers:
    """Over the input plane, along the only input, or sample by sample; the network is called A."""
    width = data.inputs.shape[1]
    if width > 2:
        return _scatter(network, averages, data)
    axes, (own, *others) = answers_over([network, *averages], data, LINE if width == 1 else GRID)
    names = ("A", "the average") if width == 1 else ("A answers", "the average answers")
    picture = answers_picture(axes, dict(zip(names, (own, others[0]), strict=True)), data)
    return Answers(picture, 2, [{"y" if width == 1 else "z": other} for other in others])


def _scatter(network: Network, averages: Sequence[Network], data: Dataset) -> Answers:
    inputs = data.inputs[: max(1, MOST_OUTPUTS // network.spec.widths[-1])]
    own, others = network(inputs), [average(inputs) for average in averages]
    picture = output_scatter_figure(own, others[0], "Outputs: the average against the network")
    told = picture.saying(before=f"With {data.inputs.shape[1]} inputs there is no picture of the input plane.")
    return Answers(told, 0, [{"y": other.flatten()} for other in others])
