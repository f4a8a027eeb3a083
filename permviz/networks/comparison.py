"""Two parameter points compared: the same function? the same loss? how far apart?"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from permviz.networks.checks import checked
from permviz.networks.datasets import Dataset
from permviz.networks.evaluation import check_data
from permviz.networks.network import Network, loss
from permviz.networks.results import Pictured

GRID = 41
RANDOM_POINTS = 1000


@dataclass(frozen=True)
class Comparison(Pictured):
    """What distinguishes networks A and B, and what does not.

    Attributes:
        difference: ``max |F(A)(x) - F(B)(x)|`` over outputs and over ``points`` inputs, in the networks' dtype.
        points: how many inputs that maximum was taken over.
        loss_a, loss_b: losses on the data.
        distance: ``||A - B||_2`` in parameter space.
    """

    difference: float
    points: int
    loss_a: float
    loss_b: float
    distance: float


def window(data: Dataset, margin: float = 0.25) -> tuple[float, ...]:
    """Bounds ``(x0, x1)`` or ``(x0, x1, y0, y1)`` of the data's inputs, widened by ``margin`` of their span; one or two inputs.

    Raises:
        ValueError: for more inputs, which have no picture.
    """
    if data.inputs.shape[-1] > 2:
        raise ValueError(f"{data.inputs.shape[-1]} inputs given: only one or two span a picture.")
    low, high = data.inputs.min(0).values, data.inputs.max(0).values
    span = (high - low).clamp(min=1e-9)
    return tuple(torch.stack([low - margin * span, high + margin * span], dim=1).flatten().tolist())


def probe_inputs(data: Dataset) -> Tensor:
    """The data's inputs and points beyond them: a 41 x 41 grid over :func:`window`, 41 points in one dimension, else 1000
    seeded standard normal points."""
    width = data.inputs.shape[-1]
    if width > 2:
        generator = torch.Generator().manual_seed(0)
        extra = torch.randn(RANDOM_POINTS, width, generator=generator, dtype=torch.float64)
    else:
        bounds = window(data)
        axes = [torch.linspace(bounds[2 * i], bounds[2 * i + 1], GRID, dtype=torch.float64) for i in range(width)]
        extra = torch.cartesian_prod(*axes).reshape(-1, width)
    return torch.cat([data.inputs, extra])


def largest_difference(a: Network, b: Network, inputs: Tensor) -> tuple[float, float]:
    """``max |F(A)(x) - F(B)(x)|`` and ``max |F(A)(x)|`` of single networks over outputs and inputs."""
    # Where parameters lie in memory moves the last bits of products; fresh copies lie alike, wherever they came from.
    first, second = a.map(torch.clone)(inputs), b.map(torch.clone)(inputs)
    return float((first - second).abs().max()), float(first.abs().max())


@checked
def compare(a: Network, b: Network, data: Dataset) -> Comparison:
    """Compare two single networks on a task, over :func:`probe_inputs`.

    Raises:
        ValueError: if their shapes differ, for a batch of networks, or for data that do not fit together.
    """
    check_data(data)
    if a.spec.widths != b.spec.widths:
        raise ValueError(f"Networks of widths {a.spec.widths} and {b.spec.widths} given: expected the same.")
    a, b, inputs = a.single(), b.single(), probe_inputs(data)
    return Comparison(
        difference=largest_difference(a, b, inputs)[0],
        points=len(inputs),
        loss_a=float(loss(a, data)),
        loss_b=float(loss(b, data)),
        distance=float((a.flatten() - b.flatten()).norm()),
    )
