"""Networks of one specification, trained from several seeds: how high the walls between each two of them are, and how far apart
they lie."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from torch import Tensor

from permviz.derivatives.passes import check_widths
from permviz.landscape.lines import line_slice
from permviz.landscape.matching_methods import find_moves
from permviz.networks.calibration import calibrate
from permviz.networks.checks import checked
from permviz.networks.datasets import Dataset
from permviz.networks.frozen import frozen_mask
from permviz.networks.network import Network, NetworkSpec
from permviz.networks.results import Result, printed
from permviz.symmetry.groups import symmetry_group

POINTS = 25
"""Of each line, ends included."""


@dataclass(frozen=True, eq=False, repr=False)
class SeedPairs(Result):
    """Networks of one specification, one a seed, and the straight lines between each two of them.

    Attributes:
        spec: with its frozen entries.
        matched: whether the nodes of one network of each pair were moved to their partners in the other.
        order: of the symmetry group that remains, exactly; ``None`` where it is infinite or not computed.
        losses: at the ends, ``(S,)``, decay included.
        accuracies: of the ends on data held out, or else on the data, ``(S,)``; ``None`` where there are no classes.
        barriers: on the data, ``(S (S-1) / 2,)``, above the chord (Entezari et al. 2021, eq. 1).
        distances: between the ends over the free parameters, as a part of the root mean square of their norms: 0 for one and
            the same network, about 1.41 for two that have nothing to do with each other; ``(S (S-1) / 2,)``.
    """

    spec: NetworkSpec
    matched: bool
    order: int | None
    losses: Tensor
    accuracies: Tensor | None
    barriers: Tensor
    distances: Tensor

    @property
    def barrier(self) -> float:
        """The median over the pairs."""
        return float(self.barriers.quantile(0.5))

    @property
    def accuracy(self) -> float | None:
        """The mean over the networks."""
        return None if self.accuracies is None else float(self.accuracies.mean())

    @property
    def distance(self) -> float:
        """The median over the pairs."""
        return float(self.distances.quantile(0.5))

    def __repr__(self) -> str:
        return printed("SeedPairs", repr(self.spec), *(["matched"] if self.matched else []), f"barrier {self.barrier:.3g}")


@checked
def seed_pairs(networks: Network, data: Dataset, held_out: Dataset | None = None, matched: bool = False) -> SeedPairs:
    """Compare each two networks of a batch ``(S,)``: the loss on the straight line, in the networks' dtype, and the distance.

    Args:
        networks: two or more, one batch axis.
        data: inputs, targets and the loss.
        held_out: other samples, for the accuracy.
        matched: whether the second of each pair is first matched to the other (:func:`permviz.match`, by weights; with the
            data's weight decay by moves that keep the objective).

    Raises:
        ValueError: for fewer networks, frozen entries that are to be matched, or data that do not fit.
    """
    if len(networks.batch_shape) != 1 or networks.batch_shape[0] < 2:
        raise ValueError(f"Networks of batch shape {tuple(networks.batch_shape)} given: expected one axis of two or more.")
    check_all(networks.spec, data, held_out)
    first, second = (list(side) for side in zip(*itertools.combinations(range(networks.batch_shape[0]), 2), strict=True))
    a, b = networks[first], networks[second]
    if matched:
        b = find_moves(a, b, data, "weights", None, None, 0)[0](b)
    free = ~frozen_mask(networks.spec).to(networks.device)
    x, y = a.flatten()[:, free].double(), b.flatten()[:, free].double()
    size = ((x.square().sum(-1) + y.square().sum(-1)) / 2).sqrt()
    told = calibrate(networks, data)
    return SeedPairs(
        spec=networks.spec,
        matched=matched,
        order=_order(networks.spec),
        losses=told.loss,
        accuracies=told.accuracy if held_out is None else calibrate(networks, held_out).accuracy,
        barriers=line_slice(a, b, data, POINTS, dtype=networks.dtype).barrier().double(),
        distances=(x - y).norm(dim=-1) / size,
    )


def _order(spec: NetworkSpec) -> int | None:
    try:
        return symmetry_group(spec).order
    except ValueError:  # where scalings and permutations mix, which is not computed
        return None


def check_all(spec: NetworkSpec, *given: Dataset | None) -> None:
    """Whether all data that are given fit a network of this shape; ``ValueError`` where they do not."""
    for data in given:
        if data is not None:
            check_widths(spec, data)
