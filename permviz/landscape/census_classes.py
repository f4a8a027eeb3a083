"""What a census finds: where every start ended, and the classes of ends that are equal up to symmetry (:mod:`.census`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from torch import Tensor

from permviz.landscape.stationary import PointCertificate
from permviz.networks.activations import get_activation
from permviz.networks.network import Network
from permviz.networks.results import Result, printed, span
from permviz.training.status import Ending


@dataclass(frozen=True, eq=False, repr=False)
class CensusClass(Result):
    """Ends that are equal up to symmetry.

    Attributes:
        loss: the least of theirs.
        starts: which starts ended here, by their places among the seeds.
        points: how many different points of parameter space they are.
        kind: "minimum" or "saddle of index s"; "uncertified" for activations with a kink, where there is no Hessian.
        index: how many curvatures are negative; ``None`` where there is no Hessian.
        network: the end of least loss, in its canonical form (:func:`permviz.symmetry.canonical.canonical_form`).
        certificate: of that end, before it was brought into that form; ``None`` where there is no Hessian.
    """

    loss: float
    starts: tuple[int, ...]
    points: int
    kind: str
    index: int | None
    network: Network
    certificate: PointCertificate | None


@dataclass(frozen=True, eq=False, repr=False)
class Census(Result):
    """Where the starts ended, one entry a start, and the classes, those of least loss first.

    Attributes:
        seeds: of the starts.
        networks: the ends, one batch axis.
        losses, gradient_norms: there, ``(S,)``.
        endings: how each start ended.
        kinds: of each end: as in :class:`CensusClass`, or why it is not counted: "degenerate", "undecided" or "not stationary"
            by its certificate, "diverging" or "failed" by its ending.
        class_of: ``(S,)``, the index of each end's class; -1 where it is not counted.
        classes: the different ends modulo symmetry.
        tolerance: relative difference of parameters up to which ends are equal.
        weight_decay: of the objective.
    """

    seeds: tuple[int, ...]
    networks: Network
    losses: Tensor
    gradient_norms: Tensor
    endings: tuple[Ending, ...]
    kinds: tuple[str, ...]
    class_of: Tensor
    classes: tuple[CensusClass, ...]
    tolerance: float
    weight_decay: float = field(default=0.0)

    @property
    def points(self) -> int:
        """How many different points the counted ends are."""
        return sum(found.points for found in self.classes)

    @property
    def counted(self) -> int:
        """How many ends are counted."""
        return int((self.class_of >= 0).sum())

    @property
    def statement(self) -> str:
        """What was found, as a sentence."""
        ends, points, classes = self.counted, self.points, len(self.classes)
        others = Counter(kind for kind, at in zip(self.kinds, self.class_of.tolist(), strict=True) if at < 0)
        rest = ", ".join(f"{count} {kind}" for kind, count in sorted(others.items()))
        told = f" Not counted: {rest}." if rest else ""
        certified = get_activation(self.networks.activation).smooth
        where = "at isolated stationary points" if certified else "where training converged, which a kink leaves uncertified"
        return (
            f"{ends} of {len(self.seeds)} starts ended {where}: {points} different "
            f"point{'s' * (points != 1)}, {classes} modulo symmetry.{told}"
        )

    def __repr__(self) -> str:
        ends = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(self.kinds).items()))
        shown = (f"{len(self.seeds)} starts", f"losses {span(self.losses)}", ends, f"{self.points} points")
        return printed("Census", *shown, f"{len(self.classes)} classes", f"networks={self.networks!r}")
