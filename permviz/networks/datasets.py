"""Data sets: of the seeded toy problems and the real tables that scikit-learn ships (:mod:`.tasks`), and of one's own tables,
all as float64 tensors.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from permviz.networks.arrays import Scaling, read_inputs, read_targets
from permviz.networks.checks import check_fields, checked
from permviz.networks.evaluation import checked_decay
from permviz.networks.losses import get_loss
from permviz.networks.network import checked_seed
from permviz.networks.results import Result, enumerated, given, printed
from permviz.networks.tables import Table, chosen, read_table
from permviz.networks.tasks import TASKS

MOST_SAMPLES = 5000


@dataclass(frozen=True, eq=False, repr=False)
class Dataset(Result):
    """A task. Of your own table: :meth:`from_arrays`, :meth:`from_csv`.

    Attributes:
        name: key in :data:`permviz.TASKS`, or any other.
        inputs: ``(N, n_0)`` float64.
        targets: ``(N, n_L)`` float64, or class ids ``(N,)`` int64, as the loss asks for them.
        loss: a key of :data:`permviz.networks.losses.LOSSES`.
        input_names: axis names, one an input.
        output_names: class names, or names of the regression targets.
        input_scaling, target_scaling: how a table was standardised, or ``None``.
        weight_decay: ``lambda`` of the objective ``loss + lambda ||theta||^2`` that all functions then take the loss to be;
            0 for the loss alone. See :meth:`with_weight_decay`.
    """

    name: str
    inputs: Tensor
    targets: Tensor
    loss: str
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    input_scaling: Scaling | None = None
    target_scaling: Scaling | None = None
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "weight_decay", checked_decay(self.weight_decay))
        object.__setattr__(self, "input_names", tuple(self.input_names))
        object.__setattr__(self, "output_names", tuple(self.output_names))

    @classmethod
    @checked
    def from_arrays(
        cls,
        inputs: object,
        targets: object,
        loss: str | None = None,
        *,
        name: str = "table",
        standardise: bool = False,
        input_names: Sequence[str] | None = None,
        output_names: Sequence[str] | None = None,
    ) -> Dataset:
        """Your own table as a task.

        Args:
            inputs: ``(N, n_0)``, or ``(N,)`` for one column: a tensor, an array, a data frame or lists, of finite numbers.
            targets: ``(N,)`` or ``(N, n_L)``, likewise; text is classes.
            loss: ``None``: squared loss for floats; for text, truth values and whole numbers the cross-entropy of classes,
                which are numbered in sorted order and keep their names.
            name: of the task.
            standardise: columns of inputs, and targets that are not classes, to mean 0 and deviation 1; the result says how.
            input_names, output_names: ``None``: the columns' own, if they have any. Classes are named in sorted order.

        Raises:
            ValueError: for what is no table of finite numbers, naming row and column; for tables of different lengths; for
                one class alone, or targets that the loss does not take.

        >>> data = Dataset.from_arrays([[1.0, 2.0], [3.0, 2.0], [5.0, 2.0]], ["no", "yes", "no"], standardise=True)
        >>> data.targets.tolist(), data.output_names, data.input_scaling.means.tolist()
        ([0, 1, 0], ('no', 'yes'), [3.0, 2.0])
        """
        x, columns = read_inputs(inputs, input_names)
        y, outputs, kind = read_targets(targets, loss, output_names)
        if len(x) != len(y):
            raise ValueError(f"{len(x)} rows of inputs and {len(y)} of targets given: expected equally many.")
        of_inputs = Scaling.of(x) if standardise else None
        of_targets = Scaling.of(y) if standardise and not get_loss(kind).classifies else None
        return cls(
            name=name,
            inputs=of_inputs.scale(x) if of_inputs else x,
            targets=of_targets.scale(y) if of_targets else y,
            loss=kind,
            input_names=columns,
            output_names=outputs,
            input_scaling=of_inputs,
            target_scaling=of_targets,
        )

    @classmethod
    @checked
    def from_csv(
        cls,
        source: str | bytes | os.PathLike[str] | Table,
        target: str | None = None,
        loss: str | None = None,
        *,
        inputs: Sequence[str] | None = None,
        classes: bool | None = None,
        name: str = "table",
        standardise: bool = True,
    ) -> Dataset:
        """A table as text, with a line of names, as a task: 4 to 2000 rows, 2 to 64 columns.

        Separated by commas, semicolons, tabs or bars; in UTF-8, UTF-16 or Windows-1252; with decimal points or commas.

        Args:
            source: the text or bytes of a table, or the path of one; a text of one line is a path.
            target: name of the column to be learnt; ``None``: the last.
            loss: ``None``: text, and up to 10 different whole numbers, are classes, of which there may be 20; the squared loss
                for other numbers.
            inputs: names of the columns to learn from; ``None``: all others.
            classes: where no loss is named, whether the target is classes; ``None``: as above.
            name, standardise: as in :meth:`from_arrays`.

        Raises:
            ValueError: naming row and column of the first thing that cannot be read; the line of names is row 1.

        >>> Dataset.from_csv("height,width,kind\\n1,2,a\\n3,4,b\\n5,6,a\\n7,8,b")
        Dataset('table', 4 samples, inputs (height, width), classes (a, b), loss binary-cross-entropy)
        """
        if isinstance(source, os.PathLike) or (isinstance(source, str) and not {"\n", "\r"} & set(source)):
            source = Path(source).read_bytes()
        table = source if isinstance(source, Table) else read_table(source)
        return cls.from_arrays(**chosen(table, target, inputs, loss, classes), name=name, standardise=standardise)

    @checked
    def with_weight_decay(self, weight_decay: float) -> Dataset:
        """The same task with the objective ``loss + weight_decay ||theta||^2``, over all weights and biases; 0: the loss alone.

        Training, slices, derivatives, certificates and arguments of these data are then all of that objective.

        Raises:
            ValueError: for what is no number from 0 to 100.

        >>> load_dataset("moons").with_weight_decay(0.001).weight_decay
        0.001
        """
        return replace(self, weight_decay=weight_decay)

    def __repr__(self) -> str:
        outputs = f"{'classes' if self.is_classification else 'targets'} ({enumerated(self.output_names)})"
        decay = f" + {self.weight_decay:g} ‖θ‖²" if self.weight_decay else ""
        return printed("Dataset", repr(self.name), f"{len(self.inputs)} samples", f"inputs ({enumerated(self.input_names)})",
                       outputs, f"loss {self.loss}{decay}")  # fmt: skip

    @property
    def is_classification(self) -> bool:
        return get_loss(self.loss).classifies

    @property
    def network_outputs(self) -> int:
        """``n_L`` that the loss asks for: one logit for two classes, else one output a class or a target."""
        loss = get_loss(self.loss)
        return loss.outputs(self.targets) if loss.exact else len(self.output_names)


@checked
def load_dataset(name: str, samples: int | None = None, noise: float | None = None, seed: int = 0) -> Dataset:
    """A task's data, a pure function of the arguments.

    Args:
        name: a key of :data:`permviz.TASKS`.
        samples: how many, from 4 to 5000; real tables give at most what they have. ``None``: the task's own number.
        noise: standard deviation, 0 to 10, in the unit that the task states; ``None``: the task's own. Real tables take none.
        seed: of the noise, the random inputs, and the choice of rows of a real table.

    Raises:
        ValueError: naming the argument that is out of range.

    >>> data = load_dataset("moons", samples=400, noise=0.15, seed=0)
    >>> data.inputs.shape, data.targets.sum().item()
    (torch.Size([400, 2]), 200)
    """
    if name not in TASKS:
        raise ValueError(f"Unknown task {given(name)}: choose one of {', '.join(TASKS)}.")
    task = TASKS[name]
    samples = task.samples if samples is None else samples
    noise = task.default_noise if noise is None else noise
    if isinstance(samples, bool) or not isinstance(samples, int) or not 4 <= samples <= MOST_SAMPLES:
        raise ValueError(f"Samples {given(samples)} given: expected a whole number from 4 to {MOST_SAMPLES}.")
    if isinstance(noise, bool) or not isinstance(noise, int | float) or not math.isfinite(noise) or not 0 <= noise <= 10:
        raise ValueError(f"Noise {given(noise)} given: expected a number from 0 to 10.")
    generator = np.random.default_rng(checked_seed(seed))
    x, y = task.draw(min(samples, task.samples) if task.real else samples, float(noise), generator)
    targets = torch.from_numpy(np.ascontiguousarray(y))
    return Dataset(
        name=name,
        inputs=torch.from_numpy(np.ascontiguousarray(x, dtype=np.float64)),
        targets=targets.long() if get_loss(task.loss).classifies else targets,
        loss=task.loss,
        input_names=task.input_names,
        output_names=task.output_names,
    )
