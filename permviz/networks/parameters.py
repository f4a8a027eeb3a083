"""Parameters with leading batch axes, as points of a vector space.

``a + b``, ``b - a`` and ``t * a`` are meant parameter by parameter: they move in parameter space, and are *not* sums of the
functions that networks compute. ``a + t * (b - a)`` is a point of the straight line from ``a`` to ``b``. Batch axes broadcast
against each other, as those of tensors do.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

import numpy as np
import torch
from torch import Tensor

from permviz.networks.checks import check_fields, checked
from permviz.networks.results import Result

DTYPES = (torch.float64, torch.float32)

P = TypeVar("P", bound="Parameters")


@dataclass(frozen=True, eq=False, repr=False)
class Parameters(Result):
    """Weights and biases, of one network or of a batch of networks of one shape. What they compute: :class:`.network.Network`.

    Attributes:
        weights: ``W_1 .. W_L``, each ``(*batch, n_k, n_{k-1})``.
        biases: ``b_1 .. b_L``, each ``(*batch, n_k)``.

    Raises:
        ValueError: for shapes or dtypes that do not fit together, or a dtype other than float64 and float32. Values are not
            inspected here, as training and slices build networks in their inner loops; loaders and the app check finiteness.
    """

    weights: tuple[Tensor, ...]
    biases: tuple[Tensor, ...]

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "weights", tuple(self.weights))
        object.__setattr__(self, "biases", tuple(self.biases))
        if not self.weights or len(self.weights) != len(self.biases):
            raise ValueError(
                f"{len(self.weights)} weight matrices and {len(self.biases)} biases given: "
                "expected as many of one as of the other, at least one."
            )
        batch = self.weights[0].shape[:-2]
        for k, (w, b) in enumerate(zip(self.weights, self.biases, strict=True), start=1):
            n_in = w.shape[-1] if k == 1 else self.weights[k - 2].shape[-2]
            if w.ndim < 2 or w.shape[:-2] != batch or w.shape[-1] != n_in or b.shape != w.shape[:-1]:
                raise ValueError(
                    f"Layer {k}: weights {tuple(w.shape)} and biases {tuple(b.shape)} do not fit: "
                    f"expected (*{tuple(batch)}, n, {n_in}) and (*{tuple(batch)}, n)."
                )
            if w.is_meta or b.is_meta:
                raise ValueError(f"Layer {k} is on torch's device 'meta', which has shapes but no numbers: name another.")
            if w.dtype not in DTYPES:
                raise ValueError(f"Layer {k} has dtype {w.dtype}: expected float64 or float32, so convert it.")
            if w.dtype != self.weights[0].dtype or b.dtype != w.dtype:
                raise ValueError(f"Layer {k} mixes dtypes {w.dtype} and {b.dtype}: convert all with Network.to(dtype).")

    @property
    def widths(self) -> tuple[int, ...]:
        """``(n_0, ..., n_L)``."""
        return (int(self.weights[0].shape[-1]), *(int(w.shape[-2]) for w in self.weights))

    @property
    def _kind(self) -> Hashable:
        """What two points must share to lie in one space."""
        return self.widths

    @property
    def batch_shape(self) -> torch.Size:
        """Leading axes: ``()`` for a single network."""
        return self.weights[0].shape[:-2]

    @property
    def dtype(self) -> torch.dtype:
        return self.weights[0].dtype

    @property
    def device(self) -> torch.device:
        return self.weights[0].device

    def flatten(self) -> Tensor:
        """All parameters as one vector ``(*batch, P)``, in the order ``W_1, b_1, W_2, b_2, ...``, matrices row by row."""
        pairs = zip(self.weights, self.biases, strict=True)
        return torch.cat([p for w, b in pairs for p in (w.flatten(-2), b)], dim=-1)

    @checked
    def map(self, function: Callable[[Tensor], Tensor]) -> Self:
        """The network with ``function`` applied to every parameter tensor."""
        return replace(self, weights=tuple(map(function, self.weights)), biases=tuple(map(function, self.biases)))

    @checked
    def to(self, dtype: torch.dtype | None = None, device: torch.device | str | None = None) -> Self:
        """In another dtype, or on another device.

        Raises:
            ValueError: for a dtype other than float64 and float32, or a device that torch does not have here.
        """
        try:
            return self.map(lambda p: p.to(device=device, dtype=dtype))
        except (RuntimeError, AssertionError) as error:  # torch says so in either way
            reason = str(error).partition("\n")[0]
            raise ValueError(f"Device {str(device)!r:.60} given, which torch does not have here ({reason:.120}).") from None

    def __getitem__(self, index: Any) -> Self:
        """Index the leading batch axes, as one would those of a tensor that had no others."""
        parts = index if isinstance(index, tuple) else (index,)
        if not self.batch_shape and any(part is not None and part is not Ellipsis for part in parts):
            raise ValueError("This is a single network: there is no batch axis to index.")
        if not any(part is Ellipsis for part in parts):
            parts = (*parts, Ellipsis)
        row = (*parts, slice(None))
        weights = tuple(w[(*row, slice(None))] for w in self.weights)
        return replace(self, weights=weights, biases=tuple(b[row] for b in self.biases))

    def single(self) -> Self:
        """The network itself; ``ValueError`` if it is a batch, for functions that take one network."""
        if self.batch_shape:
            raise ValueError(
                f"A batch of networks of shape {tuple(self.batch_shape)} given: expected a single network, "
                f"so take one of them, such as batch[{', '.join('0' for _ in self.batch_shape)}]."
            )
        return self

    def expand(self, *batch: int) -> Self:
        """The network repeated along leading axes ``batch``, to which its own broadcast; nothing is copied."""
        weights = tuple(w.expand(*batch, *w.shape[-2:]) for w in self.weights)
        return replace(self, weights=weights, biases=tuple(b.expand(*batch, b.shape[-1]) for b in self.biases))

    def replaced(self, weights: Sequence[Tensor], biases: Sequence[Tensor]) -> Self:
        """The network with other parameters, whose batch axes need only broadcast against each other; nothing is copied."""
        batch = common_batch(*(w.shape[:-2] for w in weights), *(b.shape[:-1] for b in biases))
        full = tuple(w.expand(*batch, *w.shape[-2:]) for w in weights)
        return replace(self, weights=full, biases=tuple(b.expand(*batch, b.shape[-1]) for b in biases))

    def __add__(self, other: Self) -> Self:
        return self._joined(other, torch.add)

    def __sub__(self, other: Self) -> Self:
        return self._joined(other, torch.sub)

    def __mul__(self, factor: float | Tensor) -> Self:
        """Times a number, or times a tensor whose axes broadcast against the batch axes."""
        if not isinstance(factor, int | float | Tensor):
            return NotImplemented
        t = torch.as_tensor(factor, dtype=self.dtype, device=self.device)
        common_batch(t.shape, self.batch_shape)
        biases = tuple(t[..., None] * b for b in self.biases)
        return replace(self, weights=tuple(t[..., None, None] * w for w in self.weights), biases=biases)

    __rmul__ = __mul__

    def _joined(self, other: Self, operation: Callable[[Tensor, Tensor], Tensor]) -> Self:
        if not isinstance(other, Parameters):
            return NotImplemented
        a, b = broadcast(self, other)
        weights = tuple(map(operation, a.weights, b.weights))
        return replace(self, weights=weights, biases=tuple(map(operation, a.biases, b.biases)))

    @checked
    def combine(self, coefficients: Tensor) -> Self:
        """Linear combinations ``sum_i c_i theta_i`` of the networks along the first batch axis.

        Args:
            coefficients: ``(*many, K)``, ``K`` the length of that axis. Where they sum to 1 the result is an average of the
                networks, or another point of the line, plane, ... through them.

        Returns:
            Networks of batch shape ``(*many, *rest)``.

        Raises:
            ValueError: for a single network, or another number of coefficients.

        >>> ends = Parameters((torch.tensor([[[0.0]], [[8.0]]]),), (torch.zeros(2, 1),))
        >>> ends.combine(torch.tensor([[0.5, 0.5], [0.75, 0.25]])).weights[0].flatten().tolist()
        [4.0, 2.0]
        """
        c = torch.as_tensor(coefficients, dtype=self.dtype, device=self.device)
        if not self.batch_shape or c.ndim < 1 or c.shape[-1] != self.batch_shape[0]:
            raise ValueError(
                f"Coefficients of shape {tuple(c.shape)} given for networks of batch shape {tuple(self.batch_shape)}: "
                "expected as many, in their last axis, as there are networks along the first."
            )
        return self.map(lambda p: torch.tensordot(c, p, dims=1))


def common_batch(*shapes: Sequence[int]) -> tuple[int, ...]:
    """The shape to which batch shapes broadcast; ``ValueError`` if they do not."""
    try:
        return np.broadcast_shapes(*map(tuple, shapes))
    except ValueError:
        raise ValueError(
            f"Batch axes {' and '.join(map(str, dict.fromkeys(map(tuple, shapes))))} do not broadcast: give one network, "
            "equally many, or axes of length 1."
        ) from None


def broadcast(*points: P) -> tuple[P, ...]:
    """Networks of one shape, their batch axes broadcast against each other; nothing is copied.

    Raises:
        ValueError: for different widths, activations or frozen entries, or batch axes that do not broadcast.

    >>> one, many = Parameters((torch.ones(3, 2),), (torch.ones(3),)), Parameters((torch.ones(5, 3, 2),), (torch.ones(5, 3),))
    >>> [tuple(net.batch_shape) for net in broadcast(one, many)]
    [(5,), (5,)]
    """
    kinds = dict.fromkeys(point._kind for point in points)
    if len(kinds) > 1:
        given = " and ".join(map(str, kinds))
        raise ValueError(f"{given} given: expected networks of the same widths and activation, frozen entries included.")
    batch = common_batch(*(point.batch_shape for point in points))
    return tuple(point.expand(*batch) for point in points)
