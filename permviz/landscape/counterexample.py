"""A pair of perfect networks that no permutation brings together (Ainsworth, Hayase & Srinivasa 2023, appendix A.6)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from permviz.networks.checks import checked
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network

Row = tuple[int, ...]
Rows = tuple[list[int], ...]

SIDES = (64, 62)
"""Columns and rows of points: different, as on a diagonal points lie on the very border between the classes."""


@checked
def no_match_example() -> tuple[Network, Network, Dataset]:
    """Two 2-2-2-1 ReLU networks, and points of two classes: a 64 x 62 grid in ``[-1, 1]^2``, inside is ``x > 0 and y > 0``.

    Both compute ``-max(-x, 0) - max(-y, 0)`` there, which is 0 inside and negative elsewhere: neither makes an error. A takes
    ``x`` by way of ``1 - (x + 1)`` and ``y`` straight, B the other way round; at the midpoint a quarter of the points are on
    the wrong side of 0, whichever of the four permutations B is given.

    >>> a, b, data = no_match_example()
    >>> bool((a(data.inputs) - b(data.inputs)).abs().max() < 1e-15)
    True
    """
    a = _network(([1, 0], [0, -1]), (1, 0), ([-1, 0], [0, 1]), (1, 0))
    b = _network(([-1, 0], [0, 1]), (0, 1), ([1, 0], [0, -1]), (0, 1))
    points = np.stack(np.meshgrid(*((2 * np.arange(side) + 1) / side - 1 for side in SIDES)), axis=-1).reshape(-1, 2)
    inside = (points > 0).all(1).astype(int)
    return (
        a,
        b,
        Dataset.from_arrays(points, inside, name="quadrant", input_names=("x", "y"), output_names=("outside", "inside")),
    )


def _network(w1: Rows, b1: Row, w2: Rows, b2: Row) -> Network:
    def tensor(rows: Rows | Row) -> Tensor:
        return torch.tensor(rows, dtype=torch.float64)

    return Network((tensor(w1), tensor(w2), tensor(([-1, -1],))), (tensor(b1), tensor(b2), tensor((0,))), "relu")
