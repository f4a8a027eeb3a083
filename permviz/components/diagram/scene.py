"""What the diagram shows: a network, one of its copies, and the numbers that the library computed of the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from permviz.landscape.lines import line_slice
from permviz.networks.comparison import compare, window
from permviz.networks.datasets import Dataset
from permviz.networks.evaluation import objective_label
from permviz.networks.network import Network
from permviz.symmetry.counting import factorials_text
from permviz.symmetry.permutation import Permutation

Curve = Sequence[float] | NDArray[np.float64]


@dataclass(frozen=True)
class Facts:
    """Numbers that the library computed in float64 about A and its copy B; the component only shows them.

    Attributes:
        difference: max of ``|F(A) - F(B)|`` over the data and more points: a grid of one or two inputs, else random ones.
        difference_points: over how many points.
        loss_a, loss_b: the losses.
        distance: ``||A - B||_2`` in parameter space.
        copies: how many copies there are, in words that are true of this network, such as "4! · 4! = 576".
        barrier: of the straight line from A to B (Entezari et al. 2021, eq. 1); None where B is A.
    """

    difference: float
    difference_points: int
    loss_a: float
    loss_b: float
    distance: float
    copies: str
    barrier: float | None


@dataclass(frozen=True)
class Scene:
    """What the component shows.

    Attributes:
        network: A, a single network, nodes in their own slots.
        data: the task that the loss is of.
        permutation: B is ``permutation(network)``.
        facts: see :class:`Facts`.
        curve_t, curve_losses: the line from A to B, t from 0 to 1.
        loss_label: what the loss is called on an axis.
        window: ``(x0, x1, y0, y1)`` of the pictures for two inputs, ``(x0, x1)`` for one.
        nodes: a name of the nodes. Scenes of one name show the same nodes at other times, so that a swap made while they are
            being trained holds; "" if no other scene has them.
        samples_at: where a browser can fetch the samples, below the app's address; "" if they travel in the message.
        image: rows and columns of the picture that a sample is, ``()`` where it is none.

    Raises:
        ValueError: for a batch of networks, a permutation of other widths, curves of unequal length.
    """

    network: Network
    data: Dataset
    permutation: Permutation
    facts: Facts
    curve_t: Curve
    curve_losses: Curve
    loss_label: str
    window: tuple[float, ...]
    nodes: str = ""
    samples_at: str = ""
    image: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        widths = tuple(order.shape[-1] for order in self.permutation.orders)
        if self.network.batch_shape or self.permutation.batch_shape:
            raise ValueError("A batch was given: the diagram shows one network and one permutation; index them first.")
        if widths != self.network.spec.hidden:
            raise ValueError(f"A permutation of hidden widths {widths} was given for a network {self.network.spec.widths}.")
        lengths = {len(self.curve_t), len(self.curve_losses)}
        if len(lengths) > 1 or min(lengths) < 2:
            raise ValueError(f"Curves of lengths {sorted(lengths)} were given: expected one length, at least 2.")


def scene_of(
    network: Network,
    data: Dataset,
    permutation: Permutation,
    *,
    nodes: str = "",
    samples_at: str = "",
    image: tuple[int, ...] = (),
) -> Scene:
    """The scene of a single network and its copy: everything that the library knows of the two, in float64.

    ``nodes``, ``samples_at`` and ``image`` are those of :class:`Scene`.
    """
    copy = permutation(network)
    comparison = compare(network, copy, data)
    line = line_slice(network, copy, data)
    moved = not permutation.is_identity()
    return Scene(
        network=network,
        data=data,
        permutation=permutation,
        facts=Facts(
            difference=comparison.difference,
            difference_points=comparison.points,
            loss_a=comparison.loss_a,
            loss_b=comparison.loss_b,
            distance=comparison.distance,
            copies=factorials_text(network.spec.hidden),
            barrier=float(line.barrier("entezari")) if moved else None,
        ),
        curve_t=line.t.numpy(),
        curve_losses=line.losses.numpy(),
        loss_label=objective_label(data),
        window=window(data) if data.inputs.shape[-1] <= 2 else (),
        nodes=nodes,
        samples_at=samples_at,
        image=image,
    )
