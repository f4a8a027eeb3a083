"""Rastrigin and a network point by point: what the likeness gets right, and what wrong. Every number is the library's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from permviz.claims.table import Verdict
from permviz.landscape.lines import transposition_lines
from permviz.networks.datasets import Dataset
from permviz.networks.digits import ROUNDING, loss_text, told_apart, wall_text
from permviz.networks.network import Network, NetworkSpec, loss
from permviz.rastrigin.critical_counts import CriticalCounts
from permviz.rastrigin.function import RastriginPoints, rastrigin_function
from permviz.symmetry.averaging import symmetric_average
from permviz.symmetry.counting import count_text, factorials_text, permutation_count
from permviz.symmetry.permutation import Permutation
from permviz.ui.parts.exact_integers import short

SAMPLED_COPIES = 64


@dataclass(frozen=True)
class Row:
    """One point: the verdict on the likeness, and what each side has to say, with its numbers."""

    verdict: Verdict
    point: str
    rastrigin: str
    network: str


@dataclass(frozen=True)
class OwnNumbers:
    """Of the current network.

    Attributes:
        own, average: loss of the network and of the average of all its copies.
        spread: highest minus lowest loss of some copies.
        layer, lowest_wall, highest_wall: barriers of the swaps of two nodes of the widest layer.
        distances: smallest and largest distance of some copies from that average.
    """

    own: float
    average: float
    spread: float
    layer: int
    lowest_wall: float
    highest_wall: float
    distances: tuple[float, float]

    @property
    def rounding(self) -> float:
        """What is no difference of losses."""
        return ROUNDING * max(abs(self.own), abs(self.average))


def own_numbers(network: Network, data: Dataset) -> OwnNumbers:
    """What the comparison says of the network, in float64; needs a layer of two nodes or more."""
    hidden, mean = network.spec.hidden, symmetric_average(network)
    layer = 1 + int(np.argmax(hidden))
    walls = transposition_lines(network, data, layer).barrier("entezari")  # the lines of Loss slices
    copies = Permutation.random(network.spec, seed=0, batch=(SAMPLED_COPIES,))(network)
    losses = loss(copies, data)
    away = (copies.flatten() - mean.flatten()).norm(dim=-1)
    return OwnNumbers(
        own=float(loss(network, data)),
        average=float(loss(mean, data)),
        spread=float(losses.max() - losses.min()),
        layer=layer,
        lowest_wall=float(walls.min()),
        highest_wall=float(walls.max()),
        distances=(float(away.min()), float(away.max())),
    )


def span(low: float, high: float, digits: int, before: str = "") -> str:
    """From the lowest to the highest number, or ``before`` and the one where no digit shown tells them apart.

    >>> span(0.25, 1.5, 3), span(1.23449, 1.23451, 6, "all "), span(1.2344, 1.2341, 3, "all ")
    ('0.25 to 1.5', '1.23449 to 1.23451', 'all 1.23')
    """
    first, last = f"{low:.{digits}g}", f"{high:.{digits}g}"
    return f"{before}{first}" if first == last else f"{first} to {last}"


@dataclass(frozen=True)
class Sides:
    """What is compared.

    Attributes:
        points: Rastrigin's.
        counted: critical points of three one-weight neurons: those of larger networks are too many to be counted.
        spec, own: of the current network.
    """

    points: RastriginPoints
    counted: CriticalCounts
    spec: NetworkSpec
    own: OwnNumbers


def _many_minima(sides: Sides) -> Row:
    points, own = sides.points, sides.own
    least, most = (wall_text(wall, own.own + own.highest_wall) for wall in (own.lowest_wall, own.highest_wall))
    walls = least if least == most else f"{least} to {most}"
    neighbour = torch.tensor([[points.maxima[points.maxima > 0].min()]], dtype=torch.float64)
    return Row(
        "right" if own.highest_wall > own.rounding else "loose",
        "Many minima, with walls between them",
        f"{len(points.minima)} minima on a line. From the best one to its neighbour the function climbs to "
        f"{float(rastrigin_function(neighbour)):.3g}.",
        f"{factorials_text(sides.spec.hidden)} copies of your network. To swap two nodes of layer {own.layer} the straight way "
        f"climbs by {walls}.",
    )


def _more_saddles(sides: Sides) -> Row:
    by_index, minima = sides.points.count_by_index(3), sides.counted.by_index[0]
    return Row(
        "right",
        "Saddles and maxima outnumber the minima",
        f"For n = 3: {count_text(by_index[0])} minima and {count_text(sum(by_index[1:]))} others, exactly.",
        f"Three one-weight neurons: {minima} minima and {sides.counted.total - minima} others found, "
        "lower bounds. Such a search is for few weights: your network's points are not counted.",
    )


def _how_good(sides: Sides) -> Row:
    heights = rastrigin_function(sides.points.minima[:, None])
    return Row(
        "wrong",
        "How good the minima are",
        f"One is best, f = {heights.min():.3g}; the others on the line go up to f = {heights.max():.3g}, so that the pit "
        "matters in which a descent ends.",
        f"All copies are the same function at the same loss: {SAMPLED_COPIES} random ones differ by "
        f"{loss_text(sides.own.spread)}. Whichever of them training reaches is as good.",
    )


def _what_stays(sides: Sides) -> Row:
    own = sides.own
    centre = torch.full((1, 1), sides.points.average_of_minima(), dtype=torch.float64)
    average, ours = told_apart(own.average, own.own)
    useless = own.average > own.own + own.rounding
    return Row(
        "wrong" if useless else "loose",
        "What the symmetry leaves in place",
        "Permutations and sign flips of the coordinates fix the origin: the average of all minima has "
        f"f = {float(rastrigin_function(centre)):.2g}, the best of all.",
        f"The average of all copies is fixed too, and has loss {average}; your network has {ours}. "
        + ("The fixed point is the worse one." if useless else "Here it is not worse; train, or build wider layers."),
    )


def _how_it_grows(sides: Sides) -> Row:
    m, d = len(sides.points.minima), sides.spec.parameter_count
    return Row(
        "loose",
        "How the number grows",
        f"{m}ⁿ minima: a factor of {m} for each dimension. With as many dimensions as your network has parameters, {d}, it "
        f"is {short(m**d)}.",
        f"Factorials of the widths: {short(permutation_count(sides.spec.hidden))} copies in {d} dimensions, from the symmetry "
        "alone. A wider layer multiplies them by its new width; more inputs add none.",
    )


def _where(sides: Sides) -> Row:
    minima, (low, high) = sides.points.minima, sides.own.distances
    return Row(
        "wrong",
        "Where they stand",
        "On a lattice, reached by steps along the axes: no minimum on the line is further than "
        f"{float((minima - minima.round()).abs().max()):.3g} from a whole number.",
        f"On a sphere about their average, reached by permutations: {SAMPLED_COPIES} random copies are "
        f"{span(low, high, 6, 'all ')} away from it.",
    )


def _one_at_a_time(sides: Sides) -> Row:
    neurons = sides.counted.neurons
    hessian = neurons.derivatives(torch.tensor([neurons.teacher], dtype=torch.float64))[2][0]
    coupling = float((hessian - hessian.diag().diag()).abs().max())
    return Row(
        "wrong",
        "One coordinate at a time",
        "A sum of functions of one coordinate each: the Hessian is diagonal everywhere, and n searches on a line solve it.",
        "Weights depend on each other: for three one-weight neurons, at the optimum, the Hessian has entries of up to "
        f"{coupling:.3g} off its diagonal (on it, up to {float(hessian.diag().max()):.3g}).",
    )


_ROWS: tuple[Callable[[Sides], Row], ...] = (
    _many_minima, _more_saddles, _how_good, _what_stays, _how_it_grows, _where, _one_at_a_time,
)  # fmt: skip


def likeness(sides: Sides) -> list[Row]:
    """The table, row by row."""
    return [row(sides) for row in _ROWS]
