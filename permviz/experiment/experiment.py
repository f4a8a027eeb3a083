"""The Experiment: one frozen, typed, versioned description of what is on the screen, and its URL form.

Everything shown is a pure function of it: task, network, training, permutation, and the settings of each page. The URL holds
it, caches are keyed by it, and a notebook rebuilds the screen's numbers from it. Training may differ in its last bits between
processors, so the parameters of a small network travel in the URL beside the recipe that made them.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from permviz.experiment.codec import decode_parameters
from permviz.networks.activations import ACTIVATIONS
from permviz.networks.datasets import TASKS, Dataset, load_dataset
from permviz.networks.network import Network, NetworkSpec
from permviz.symmetry.permutation import Permutation

VERSION = 1
MOST_LAYERS, MOST_WIDTH, MOST_STEPS = 4, 16, 20_000

Width = Annotated[int, Field(ge=1, le=MOST_WIDTH)]
Seed = Annotated[int, Field(ge=0, le=999_999)]
Node = Annotated[int, Field(ge=0, lt=MOST_WIDTH)]
Layer = Annotated[int, Field(ge=1, le=MOST_LAYERS)]
MatrixEntry = Annotated[int, Field(ge=-99, le=99)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class SlicesView(_Frozen):
    """Settings of the Loss slices page."""

    show: Literal["line", "swaps", "plane", "random"] = "line"
    swap: tuple[Node, ...] = ()
    """Target of the line: ``(layer, i, j)`` for a transposition, empty for the current copy."""
    definition: Literal["entezari", "ainsworth"] = "entezari"
    log: bool = False
    layer: Layer = 1
    nodes: tuple[Node, ...] = (0, 1, 2)
    """Three nodes: of the 3-cycle, or of the two swaps (first, second) and (first, third)."""
    through: Literal["cycle", "swaps"] = "cycle"
    surface: bool = False
    seed: Seed = 0
    span: Annotated[float, Field(ge=0.01, le=10)] = 1.0


class AverageView(_Frozen):
    """Settings of the Average page."""

    show: Literal["average", "matrices", "certificate", "activations", "linear"] = "average"
    seed: Seed = 0
    """Of the order in which the copies are taken."""
    copies: Annotated[int, Field(ge=-1, le=1_000_000)] = 0
    """How many are averaged: 0 for all of them, -1 for all of them with all sign flips."""
    log: bool = True
    matrix: Annotated[tuple[MatrixEntry, ...], Field(min_length=4, max_length=4)] = (1, 2, 3, 4)
    """A matrix of two rows, row by row."""
    search: bool = False
    """Whether networks of one node a layer were searched for."""
    surface: bool = True
    weights: Literal["random", "trained"] = "random"
    """Of the networks whose midpoints are compared."""


class CountView(_Frozen):
    """Settings of the Count page."""

    show: Literal["network", "growth", "subspaces"] = "network"
    preset: Literal["mine", "coupled"] = "mine"
    layer: Layer = 1
    nodes: Annotated[tuple[Node, ...], Field(min_length=2, max_length=2)] = (0, 1)
    """Two nodes of that layer that are to be made equal."""
    width: Annotated[int, Field(ge=2, le=64)] = 8
    kinds: Annotated[int, Field(ge=1, le=64)] = 4
    """The width ``r`` of the minimum that sits in a layer of ``width``."""
    large: Annotated[int, Field(ge=1, le=512)] = 512
    """A width whose factorial is written out."""


class RastriginView(_Frozen):
    """Settings of the Rastrigin page."""

    show: Literal["body", "function", "neurons", "critical", "compare"] = "body"
    layer: Layer = 1
    nodes: Annotated[tuple[Node, ...], Field(max_length=MOST_WIDTH)] = ()
    """Three or four nodes of that layer; empty for its first four."""
    log: bool = False
    relief: bool = False
    """Whether the hexagon of three nodes rises with the loss."""
    picture: Literal["race", "basins", "surface", "line", "counts"] = "race"
    amplitude: Annotated[float, Field(ge=0, le=50)] = 10.0
    width: Annotated[float, Field(ge=0.5, le=10)] = 5.12
    """Half-width of the box."""
    seed: Seed = 0
    """Of the starts of the race."""
    activation: Literal["sin", "gaussian", "tanh", "gelu"] = "gaussian"
    u: Annotated[float, Field(ge=-5, le=5)] = 1.5
    v: Annotated[float, Field(ge=-5, le=5)] = 1.0
    """Coordinates on the plane of three one-weight neurons."""
    solid: bool = False
    """Whether that plane is drawn in space."""
    neurons: Annotated[int, Field(ge=3, le=4)] = 3


class ClaimsView(_Frozen):
    """Settings of the page of the post's claims."""

    claim: Annotated[int, Field(ge=1, le=11)] = 1


class Experiment(_Frozen):
    """What is on the screen.

    Attributes:
        task, samples, noise, draw: arguments of :func:`permviz.load_dataset` (``draw`` is its seed).
        hidden, activation: the network's hidden widths and activation; inputs and outputs are the task's.
        seed, steps, rate: seed of the initialisation, Adam steps and learning rate.
        finish: whether a second-order method then runs on towards a stationary point.
        order: the permutation, one order a hidden layer, in the gather meaning; empty for the identity.
        theta: the trained parameters in their URL form, or empty: then they are trained.
        slices, average, count, rastrigin, claims: settings of the pages.

    The default network is one whose neurons differ clearly: on the way to each of its swaps the loss climbs by 0.6 or more.

    >>> Experiment(hidden=(3,), order=((2, 0, 1),)).spec.widths
    (2, 3, 1)
    """

    task: str = "moons"
    samples: Annotated[int, Field(ge=20, le=2000)] = 400
    noise: Annotated[float, Field(ge=0, le=2)] = 0.15
    draw: Seed = 0
    hidden: Annotated[tuple[Width, ...], Field(min_length=1, max_length=MOST_LAYERS)] = (4, 3)
    activation: str = "tanh"
    seed: Seed = 64
    steps: Annotated[int, Field(ge=0, le=MOST_STEPS)] = 1000
    rate: Annotated[float, Field(ge=1e-5, le=1)] = 0.03
    finish: bool = False
    order: tuple[tuple[Node, ...], ...] = ()
    theta: Annotated[str, Field(max_length=1600)] = ""
    slices: SlicesView = SlicesView()
    average: AverageView = AverageView()
    count: CountView = CountView()
    rastrigin: RastriginView = RastriginView()
    claims: ClaimsView = ClaimsView()

    @field_validator("task")
    @classmethod
    def _known_task(cls, name: str) -> str:
        if name not in TASKS:
            raise ValueError(f"unknown task: choose one of {', '.join(TASKS)}")
        return name

    @field_validator("activation")
    @classmethod
    def _known_activation(cls, name: str) -> str:
        if name not in ACTIVATIONS:
            raise ValueError(f"unknown activation: choose one of {', '.join(ACTIVATIONS)}")
        return name

    @model_validator(mode="after")
    def _fits(self) -> Experiment:
        if self.order:
            if tuple(len(order) for order in self.order) != self.hidden:
                raise ValueError(f"the order does not fit hidden layers of {'-'.join(map(str, self.hidden))} nodes")
            Permutation(self.order)
        if self.theta:
            decode_parameters(self.theta, self.spec)
        return self

    @property
    def spec(self) -> NetworkSpec:
        task = TASKS[self.task]
        return NetworkSpec((task.inputs, *self.hidden, task.outputs), self.activation)

    @property
    def permutation(self) -> Permutation:
        return Permutation(self.order) if self.order else Permutation.identity(self.spec)

    @cached_property
    def recipe(self) -> str:
        """What the trained parameters depend on, as a key for caches."""
        return self.model_dump_json(include=_RECIPE)

    @cached_property
    def start(self) -> str:
        """What a training trajectory depends on: the recipe but for where it stops."""
        return self.model_dump_json(include=_RECIPE - {"steps", "finish"})

    def dataset(self) -> Dataset:
        return load_dataset(self.task, samples=self.samples, noise=self.noise, seed=self.draw)

    def carried_network(self) -> Network | None:
        """The network whose parameters the experiment carries, or ``None``: then it is to be trained."""
        return decode_parameters(self.theta, self.spec) if self.theta else None

    def changed(self, **changes: Any) -> Experiment:
        """A validated copy. Changing the recipe drops the parameters; changing the layers drops the order.

        A task that is changed without a noise gets the task's own.

        Raises:
            pydantic.ValidationError: a ``ValueError`` that names each field that is out of range.

        >>> Experiment(order=((1, 0, 2, 3), (0, 1, 2))).changed(hidden=(3,)).order
        ()
        """
        if "task" in changes and changes["task"] != self.task and changes["task"] in TASKS:
            changes = {"noise": TASKS[changes["task"]].default_noise, **changes}
        if _RECIPE & changes.keys():
            changes = {"theta": "", **changes}
        if "hidden" in changes and tuple(changes["hidden"]) != self.hidden:
            changes = {"order": (), **changes}
        return Experiment.model_validate(self.model_dump() | changes)


_RECIPE = {"task", "samples", "noise", "draw", "hidden", "activation", "seed", "steps", "rate", "finish"}
