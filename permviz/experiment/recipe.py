"""What is trained: task, network, training. Everything that a trained network depends on, and nothing else.

A recipe is the key of caches and the unit of work: it is hashable, it travels between processes, and its digest names it in all
of them. How it is followed: :mod:`.follow`. Of what is shown of the network: :mod:`.experiment`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from permviz.experiment.kinds import Choice, Numbers, Real, Whole
from permviz.experiment.own import DRAWN, TableTask, Tasks, drawn_dataset, table_task
from permviz.experiment.settings import Named, Settings
from permviz.networks.activations import ACTIVATIONS
from permviz.networks.datasets import Dataset, load_dataset
from permviz.networks.evaluation import MOST_DECAY
from permviz.networks.network import NetworkSpec
from permviz.networks.tasks import TASKS

MOST_LAYERS, MOST_WIDTH, MOST_STEPS = 4, 16, 20_000

LAST_SEED = 999_999
Seed = Annotated[int, Whole(0, LAST_SEED)]
Widths = Numbers(Whole(1, MOST_WIDTH), fewest=1, most=MOST_LAYERS, separator="-", cut=True)


@dataclass(frozen=True)
class Recipe(Settings):
    """What a trained network depends on.

    Attributes:
        task, samples, noise, draw: arguments of :func:`permviz.load_dataset` (``draw`` is its seed); or a task of one's own
            (:mod:`.own`), to which the other three mean nothing.
        hidden, activation: the network's hidden widths and activation; inputs and outputs are the task's.
        seed, steps, rate: seed of the initialisation, Adam steps and learning rate.
        finish: whether a second-order method then runs on towards a stationary point.
        decay: weight decay ``lambda``: what is minimised, and is called the loss everywhere, is ``loss + lambda ||theta||^2``.

    Raises:
        SettingError: a ``ValueError`` that says which setting was given what, and what is expected.

    The default network is one whose neurons differ clearly: on the way to each of its swaps the loss climbs by 0.6 or more.

    >>> Recipe(hidden=(3,)).spec.widths
    (2, 3, 1)
    """

    task: Annotated[str, Tasks(TASKS, "task")] = "moons"
    samples: Annotated[int, Whole(20, 2000)] = 400
    noise: Annotated[float, Real(0, 2)] = 0.15
    draw: Seed = 0
    hidden: Annotated[tuple[int, ...], Widths, Named("net", "Hidden layers")] = (4, 3)
    activation: Annotated[str, Choice(ACTIVATIONS, "activation"), Named("act")] = "tanh"
    seed: Seed = 64
    steps: Annotated[int, Whole(0, MOST_STEPS), Named(label="Training steps")] = 1000
    rate: Annotated[float, Real(1e-5, 1), Named(label="Learning rate")] = 0.03
    finish: bool = False
    decay: Annotated[float, Real(0, MOST_DECAY), Named(label="Weight decay", settled=True)] = 0.0

    @cached_property
    def spec(self) -> NetworkSpec:
        """The network's shape."""
        if self.table:
            inputs, outputs = len(self.table.inputs), self.table.outputs
        elif self.is_drawn:
            inputs, outputs = 2, 1
        else:
            inputs, outputs = TASKS[self.task].inputs, TASKS[self.task].outputs
        return NetworkSpec((inputs, *self.hidden, outputs), self.activation)

    @property
    def is_drawn(self) -> bool:
        """Whether its data are points that somebody drew."""
        return self.task.startswith(f"{DRAWN}.")

    @cached_property
    def table(self) -> TableTask | None:
        """What it says of the table that it is of, if it is of one: the table itself does not travel."""
        return table_task(self.task)

    @property
    def is_own(self) -> bool:
        """Whether its data are a visitor's own."""
        return self.task not in TASKS

    @cached_property
    def start(self) -> Recipe:
        """The untrained beginning. Recipes of one start lie on one trajectory: they differ in where it stops."""
        return self.changed(steps=0, finish=False)

    @property
    def trains(self) -> bool:
        """Whether anything is trained; of a network that was brought nothing is, and how it was trained is not known."""
        return self.steps > 0 or self.finish

    @property
    def digest(self) -> str:
        """A name of 16 hexadecimal digits, the same in every process; Python's own ``hash`` is not.

        It is the beginning of the SHA-256 of the recipe as a link writes it.
        """
        text = "&".join(f"{name}={value}" for name, value in self.written(every=True).items())
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def dataset(self, own: Dataset | None = None) -> Dataset:
        """The task's data, with the recipe's decay; of a table ``own``, as :meth:`permviz.Dataset.from_csv` reads it.

        Raises:
            ValueError: for a table that is not given, or has other inputs or outputs.
        """
        if self.is_drawn:
            return drawn_dataset(self.task).with_weight_decay(self.decay)
        if not self.table:
            drawn = load_dataset(self.task, samples=self.samples, noise=self.noise, seed=self.draw)
            return drawn.with_weight_decay(self.decay)
        if own is None:
            raise ValueError(
                "The recipe is of a table that does not travel with it: give it as data, such as Dataset.from_csv reads."
            )
        widths = (own.inputs.shape[-1], own.network_outputs)
        if widths != (self.spec.widths[0], self.spec.widths[-1]):
            raise ValueError(f"Data of {widths[0]} inputs and {widths[1]} outputs given for a network {self.spec.widths}.")
        return own.with_weight_decay(self.decay)

    def changed(self, **changes: Any) -> Recipe:
        """A validated copy. A task that is changed without a noise gets the task's own.

        >>> Recipe(noise=1).changed(task="xor").noise
        0.3
        """
        task = TASKS.get(changes["task"]) if isinstance(changes.get("task"), str) else None
        if task is not None and changes["task"] != self.task:
            changes = {"noise": task.default_noise, **changes}
        return super().changed(**changes)
