"""Frozen entries of a specification as a mask and values over flat parameters: the one place that knows where they are.

What they are: :class:`permviz.FrozenEntries`. Vectors are in the order of ``Network.flatten``. A gradient whose frozen entries
are 0 is that on the free parameters, and no method of training leaves their subspace by it.
"""

from __future__ import annotations

import itertools
import math
from functools import lru_cache
from typing import Protocol, TypeVar

import torch
from torch import Tensor

from permviz.networks.checks import checked
from permviz.networks.spec import FrozenEntries, NetworkSpec


class _Point(Protocol):
    @property
    def spec(self) -> NetworkSpec: ...
    def flatten(self) -> Tensor: ...


N = TypeVar("N", bound=_Point)

ROUNDING = 1e-6
"""Relative difference, float32's, up to which an entry is taken for the frozen one."""


@checked
def frozen_mask(spec: NetworkSpec) -> Tensor:
    """Which parameters are frozen, ``(P,)`` of True and False, in the order of :meth:`Network.flatten`.

    >>> int(frozen_mask(NetworkSpec((4, 6, 2), frozen=FrozenEntries(0.5, 1.0))).sum())
    18
    """
    return _mask(spec).clone()


def _mask(spec: NetworkSpec) -> Tensor:
    if spec.frozen is None:
        return torch.zeros(spec.parameter_count, dtype=torch.bool)
    return _drawn(spec.frozen, spec.widths)[0]


def frozen_matrices(spec: NetworkSpec) -> tuple[tuple[Tensor, Tensor], ...]:
    """For ``W_1 .. W_L``, the mask and the values, which are 0 where it is False; each ``(n_k, n_{k-1})``."""
    at, matrices = 0, []
    mask, values = _mask(spec), with_frozen(spec, torch.zeros(spec.parameter_count, dtype=torch.float64))
    for n_in, n_out in itertools.pairwise(spec.widths):
        matrices.append(tuple(flat[at : at + n_in * n_out].view(n_out, n_in) for flat in (mask, values)))
        at += (n_in + 1) * n_out
    return tuple((mask, values) for mask, values in matrices)


def with_frozen(spec: NetworkSpec, theta: Tensor) -> Tensor:
    """Parameters ``(*batch, P)`` with the frozen entries in their places."""
    if spec.frozen is None:
        return theta
    mask, values = (part.to(theta.device) for part in _drawn(spec.frozen, spec.widths))
    return torch.where(mask, values.to(theta.dtype), theta)


def holds_frozen(spec: NetworkSpec, theta: Tensor) -> bool:
    """Whether parameters ``(*batch, P)`` have the frozen entries in their places, up to the rounding of float32."""
    return spec.frozen is None or torch.allclose(theta, with_frozen(spec, theta), rtol=ROUNDING, atol=0.0, equal_nan=True)


def on_free(spec: NetworkSpec, gradient: Tensor) -> Tensor:
    """A gradient or a direction ``(*batch, P)``, or the last axis of a Jacobian, with 0 at the frozen entries."""
    return gradient if spec.frozen is None else gradient.masked_fill(_mask(spec).to(gradient.device), 0.0)


def on_free_pairs(spec: NetworkSpec, matrix: Tensor) -> Tensor:
    """A matrix ``(*batch, P, P)``, such as a Hessian, with 0 in the rows and columns of frozen entries."""
    return matrix if spec.frozen is None else on_free(spec, on_free(spec, matrix).mT).mT


def refuse_frozen(spec: NetworkSpec, what: str) -> None:
    """``ValueError`` for a specification with frozen entries, where ``what`` would lose or change them."""
    if spec.frozen is not None:
        raise ValueError(
            f"A network with {spec.frozen} given: {what} does not keep frozen entries, so give net.thawed(), which has none."
        )


def kept(before: N, after: N, what: str) -> N:
    """``after``, if its frozen entries are those of ``before``; ``ValueError`` if ``what`` moved them.

    Batch axes broadcast. Directions are asked the same, and have 0 there.
    """
    if before.spec.frozen is not None:
        mask = _mask(before.spec).to(before.flatten().device)
        if not bool((after.flatten()[..., mask] == before.flatten()[..., mask]).all()):
            raise ValueError(
                f"{what} moves frozen entries ({before.spec.frozen}), so the result is no network of this specification: "
                "choose one of those that symmetry_group counts, or move net.thawed(), whose entries are all free."
            )
    return after


@lru_cache(maxsize=16)
def _drawn(frozen: FrozenEntries, widths: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Mask and values ``(P,)``; values are drawn for every entry, so that they do not depend on the share."""
    generator = torch.Generator().manual_seed(frozen.seed)
    shapes = [(n_out, n_in) for n_in, n_out in itertools.pairwise(widths)]
    normals = [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]
    masks, values = [], []
    for normal in normals:
        mask = _places(frozen.share, len(normal), normal.shape[1], generator)
        none = torch.zeros(len(mask), dtype=torch.bool)
        masks += [mask.flatten(), none]
        values += [(frozen.kappa * normal * mask).flatten(), none.double()]
    return torch.cat(masks), torch.cat(values)


def _places(share: float, rows: int, columns: int, generator: torch.Generator) -> Tensor:
    """The mask of one matrix, ``(rows, columns)``."""
    least, more = divmod(math.floor(share * rows * columns + 0.5), rows)
    counts = torch.full((rows,), least)
    counts[torch.randperm(rows, generator=generator)[:more]] += 1
    mask = torch.zeros(rows, columns, dtype=torch.bool)
    seen: dict[int, set[tuple[int, ...]]] = {}
    for row, count in enumerate(counts.tolist()):
        taken = seen.setdefault(count, set())
        if len(taken) == math.comb(columns, count):  # there are no other places
            taken.clear()
        while True:
            places = torch.randperm(columns, generator=generator)[:count].sort().values
            if (drawn := tuple(places.tolist())) not in taken:
                break
        taken.add(drawn)
        mask[row, places] = True
    return mask
