"""The straight line between two networks with all that is told of it: barriers, accuracy, and what calibration changes."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from permviz.landscape.lines import LINE_POINTS, LineSlice, line_slice
from permviz.networks.calibration import Calibration, calibrate
from permviz.networks.checks import checked
from permviz.networks.network import Data, Network
from permviz.networks.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class Barriers(Result):
    """The barrier on a line by both definitions, ``(*batch,)``, as :meth:`permviz.LineSlice.barrier` has them.

    Attributes:
        entezari: above the chord (Entezari et al. 2021, eq. 1).
        ainsworth: above the mean of the ends (Ainsworth et al. 2023, def. 2.2).
    """

    entezari: Tensor
    ainsworth: Tensor


@dataclass(frozen=True, eq=False, repr=False)
class Interpolation(Result):
    """The line from A to B.

    Attributes:
        line: losses along it.
        barriers: by both definitions, over the points of the line.
        start, middle, end: loss, accuracy and calibrated loss of A, ``(A + B) / 2`` and B; decay included as in the line.
    """

    line: LineSlice
    barriers: Barriers
    start: Calibration
    middle: Calibration
    end: Calibration

    @property
    def calibrated_barrier(self) -> Tensor:
        """Calibrated loss of the midpoint above the mean of the ends', ``(*batch,)``: what confidence does not explain."""
        return self.middle.calibrated_loss - (self.start.calibrated_loss + self.end.calibrated_loss) / 2


@checked
def interpolate(a: Network, b: Network, data: Data, points: int = LINE_POINTS) -> Interpolation:
    """The line between two networks, or lines between batches of them.

    Args:
        a, b: networks of one shape; batch axes broadcast.
        data: inputs, targets and the loss; data that were held out are data as well.
        points: of the line, ends included.

    Raises:
        ValueError: as :func:`permviz.line_slice`.

    >>> from permviz.networks.datasets import load_dataset
    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> spec = NetworkSpec((2, 3, 1))
    >>> found = interpolate(init_network(spec, 0), init_network(spec, 1), load_dataset("moons"), points=11)
    >>> bool(found.middle.loss == found.line.losses[5])
    True
    """
    line = line_slice(a, b, data, points)
    start, end = (calibrate(net, data) for net in (line.start, line.end))
    return _told(line, start, end)


def interpolate_to_copy(before: Interpolation, copy: Network) -> Interpolation:
    """The line from the same A to a copy of B, of one function and one norm if there is decay: what is told of the ends stays.

    Args:
        before: from A to B.
        copy: of B, of the same batch shape.
    """
    line = line_slice(before.line.start, copy, before.line.data, len(before.line.t))
    return _told(line, before.start, before.end)


def _told(line: LineSlice, start: Calibration, end: Calibration) -> Interpolation:
    barriers = Barriers(line.barrier("entezari"), line.barrier("ainsworth"))
    middle = calibrate(line.start + 0.5 * (line.end - line.start), line.data)
    return Interpolation(line, barriers, start, middle, end)
