"""The slice engine on two cores against itself on one, where torch has two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

import permviz as pv
from benchmarks.slices import regression
from benchmarks.timing import interleaved, milliseconds

PLANES = (
    ((2, 4, 1), 51, 500, 1.1),  # more reading and writing than computing, which the cores share
    ((2, 16, 16, 1), 51, 500, 1.6),
    ((2, 64, 64, 1), 51, 500, 1.6),
    ((784, 64, 1), 25, 2000, 1.5),  # its products with the inputs are one thread's work
)
"""Widths, points a side, samples, and how many times as fast two cores are to be."""


def engine(widths: tuple[int, ...], resolution: int, samples: int, dtype: torch.dtype) -> Callable[[int], Tensor]:
    """A filter-normalised random plane, as a function of the number of cores."""
    net, data = pv.init_network(pv.NetworkSpec(widths)), regression(widths[0], samples)
    plane = pv.random_plane(net, data, resolution=2)
    side = torch.linspace(-1, 1, resolution, dtype=torch.float64)
    points = torch.cartesian_prod(side, side)
    return lambda cores: pv.affine_losses(plane.origin, plane.axes, points, data, dtype, workers=cores)


def row(widths: tuple[int, ...], resolution: int, samples: int, wanted: float, dtype: torch.dtype) -> dict[str, Any]:
    losses_on = engine(widths, resolution, samples, dtype)
    times = interleaved({"one core": lambda: losses_on(1), "two": lambda: losses_on(2)}, rounds=15)
    name = f"{'-'.join(map(str, widths))} tanh, {samples} points, {str(dtype).removeprefix('torch.')}"
    return {
        "work": f"{resolution}x{resolution} plane, {name}, two cores",
        "against": "the same on one",
        "ratio": times["one core"] / times["two"],
        "wanted": f">= {wanted}",
        "detail": f"times as fast: {milliseconds(times)}",
    }


def rows() -> Iterator[dict[str, Any]]:
    if torch.get_num_threads() >= 2:
        for plane in PLANES:
            for dtype in (torch.float32, torch.float64):
                yield row(*plane, dtype)
