"""Which axis of which parameter the order of a hidden layer permutes, as data."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Axes:
    """Hidden layers whose permutation moves the rows (next to last axis) and columns (last axis) of ``W_k``."""

    rows: int | None
    columns: int | None


def axis_table(layers: int) -> tuple[Axes, ...]:
    """For ``W_1 .. W_L`` of a multilayer perceptron, the hidden layers that permute its rows and columns.

    ``b_k`` moves with the rows of ``W_k``. Inputs and outputs (``None``) stay where they are.

    >>> axis_table(3)
    (Axes(rows=1, columns=None), Axes(rows=2, columns=1), Axes(rows=None, columns=2))
    """
    return tuple(Axes(k if k < layers else None, k - 1 if k > 1 else None) for k in range(1, layers + 1))


def gather(parameter: Tensor, index: Tensor, axis: int) -> Tensor:
    """``take_along_dim`` that also broadcasts leading axes which only one of the two has."""
    rank = max(parameter.ndim, index.ndim)
    parameter = parameter.reshape((1,) * (rank - parameter.ndim) + parameter.shape)
    index = index.reshape((1,) * (rank - index.ndim) + index.shape)
    return torch.take_along_dim(parameter, index, dim=axis)
