"""Rastrigin and the current network side by side, point by point: what the likeness gets right, and what wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator

from permviz.experiment.experiment import Experiment
from permviz.landscape.lines import transposition_lines
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network, loss
from permviz.rastrigin.function import rastrigin_function, rastrigin_points
from permviz.rastrigin.one_weight import bump_neurons
from permviz.symmetry.averaging import symmetric_average
from permviz.symmetry.counting import count_text, factorials_text, permutation_count
from permviz.symmetry.permutation import Permutation
from permviz.ui.parts.exact_integers import short
from permviz.ui.state.caches import remembered
from permviz.ui.views.rastrigin.critical import counts_of
from permviz.ui.views.slices.views import SWAP_POINTS

FLAT = 1e-9
"""A wall or a rise of the average below this is none."""
SAMPLED_COPIES = 64
MARKS = {"right": ":material/check_circle:", "half": ":material/contrast:", "wrong": ":material/cancel:"}
WORDS = {"right": "Right", "half": "Loose", "wrong": "Wrong"}


@dataclass(frozen=True)
class Row:
    """One point: the verdict on the likeness, and what each side has to say, with its numbers."""

    verdict: str
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


def own_numbers(network: Network, data: Dataset) -> OwnNumbers:
    """What the comparison says of the network, in float64; needs a layer of two nodes or more."""
    hidden, mean = network.spec.hidden, symmetric_average(network)
    layer = 1 + int(np.argmax(hidden))
    walls = transposition_lines(network, data, layer, points=SWAP_POINTS).barrier("entezari")  # the lines of Loss slices
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


def comparison_rows(network: Network, own: OwnNumbers) -> list[Row]:
    """The table; every number comes from the library."""
    spec, points, counted = network.spec, rastrigin_points(), counts_of(bump_neurons(3))
    heights = rastrigin_function(points.minima[:, None])
    top = float(rastrigin_function(torch.tensor([[points.maxima[points.maxima > 0].min()]], dtype=torch.float64)))
    centre = float(rastrigin_function(torch.full((1, 1), points.average_of_minima(), dtype=torch.float64)))
    off_lattice = float((points.minima - points.minima.round()).abs().max())
    copies, d = permutation_count(spec.hidden), spec.parameter_count
    m = len(points.minima)
    bumps = bump_neurons(3)
    hessian = bumps.derivatives(torch.tensor([bumps.teacher], dtype=torch.float64))[2][0]
    coupling = float((hessian - hessian.diag().diag()).abs().max())
    low, high = own.distances
    useless = own.average > own.own + FLAT
    return [
        Row(
            "right" if own.highest_wall > FLAT else "half", "Many minima, with walls between them",
            f"{m} minima on a line. From the best one to its neighbour the function climbs to {top:.3g}.",
            f"{factorials_text(spec.hidden)} copies of your network. To swap two nodes of layer {own.layer} the straight way "
            f"climbs by {span(own.lowest_wall, own.highest_wall, 3)}.",
        ),
        Row(
            "right", "Saddles and maxima outnumber the minima",
            f"For n = 3: {count_text(points.count_by_index(3)[0])} minima and "
            f"{count_text(sum(points.count_by_index(3)[1:]))} others, exactly.",
            f"Three one-weight neurons: {counted.by_index[0]} minima and {counted.total - counted.by_index[0]} others found, "
            "lower bounds. Such a search is for few weights: your network's points are not counted.",
        ),
        Row(
            "wrong", "How good the minima are",
            f"One is best, f = {heights.min():.3g}; the others on the line go up to f = {heights.max():.3g}, so that the pit "
            "matters in which a descent ends.",
            f"All copies are the same function at the same loss: {SAMPLED_COPIES} random ones differ by {own.spread:.1g}. "
            "Whichever of them training reaches is as good.",
        ),
        Row(
            "wrong" if useless else "half", "What the symmetry leaves in place",
            f"Permutations and sign flips of the coordinates fix the origin: the average of all minima has f = {centre:.2g}, "
            "the best of all.",
            f"The average of all copies is fixed too, and has loss {own.average:.4g}; your network has {own.own:.4g}. "
            + ("The fixed point is the worse one." if useless else "Here it is not worse; train, or build wider layers."),
        ),
        Row(
            "half", "How the number grows",
            f"{m}ⁿ minima: a factor of {m} for each dimension. With as many dimensions as your network has parameters, {d}, it "
            f"is {short(m**d)}.",
            f"Factorials of the widths: {short(copies)} copies in {d} dimensions, from the symmetry alone. A wider "
            "layer multiplies them by its new width; more inputs add none.",
        ),
        Row(
            "wrong", "Where they stand",
            f"On a lattice, reached by steps along the axes: no minimum on the line is further than {off_lattice:.3g} from a "
            "whole number.",
            f"On a sphere about their average, reached by permutations: {SAMPLED_COPIES} random copies are "
            f"{span(low, high, 6, 'all ')} away from it.",
        ),
        Row(
            "wrong", "One coordinate at a time",
            "A sum of functions of one coordinate each: the Hessian is diagonal everywhere, and n searches on a line solve it.",
            f"Weights depend on each other: for three one-weight neurons, at the optimum, the Hessian has entries of up to "
            f"{coupling:.3g} off its diagonal (on it, up to {float(hessian.diag().max()):.3g}).",
        ),
    ]  # fmt: skip


def comparison_view(network: Network, data: Dataset, experiment: Experiment, aside: DeltaGenerator) -> None:
    """Every point with its verdict, Rastrigin on the left and the network on the right."""
    if permutation_count(network.spec.hidden) == 1:
        st.info(
            "Every layer has one node, so that there is a single copy: build wider layers to compare.", icon=":material/info:"
        )
        return
    with st.spinner("Measuring walls, copies and their average…"):
        own = remembered((experiment.recipe, experiment.theta, "comparison"), lambda: own_numbers(network, data))
        rows = comparison_rows(network, own)
    with aside:
        counts = {verdict: sum(row.verdict == verdict for row in rows) for verdict in WORDS}
        st.markdown(
            f"The post says that a loss “looks like” Rastrigin. Of {len(rows)} points: {counts['right']} right, "
            f"{counts['half']} loose, {counts['wrong']} wrong. It is a good picture for counting, and a bad one "
            "for averaging."
        )
        st.caption(
            "Rastrigin: amplitude 10, box of half-width 5.12, exact. Your network: as trained, on its own data. Every number "
            f"is computed in float64; walls are measured at {SWAP_POINTS} points of each line."
        )
    for row in rows:
        with st.container(border=True):
            st.markdown(f"{MARKS[row.verdict]} **{WORDS[row.verdict]}.** {row.point}")
            left, right = st.columns(2)
            left.caption("Rastrigin")
            left.markdown(row.rastrigin)
            right.caption("Networks")
            right.markdown(row.network)
