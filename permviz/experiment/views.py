"""What is shown of a network: a table of settings for each page. A row is in a link as ``page.setting``.

Each setting is in range by itself, yet the network may be smaller: what :class:`Fits` names then says so. A layer stands above
the nodes that are counted in it. Layers count from 1, nodes from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from permviz.experiment.codec import decode_parameters, is_named
from permviz.experiment.kinds import Choice, Numbers, Orders, Real, Text, Whole
from permviz.experiment.recipe import MOST_LAYERS, MOST_STEPS, MOST_WIDTH, Seed
from permviz.experiment.settings import Fits, Settings
from permviz.landscape.alignment_stored import BARRIERS
from permviz.landscape.matching_methods import METHODS
from permviz.landscape.melting import STAGES
from permviz.networks.network import NetworkSpec

Layer = Whole(1, MOST_LAYERS)
Node = Whole(0, MOST_WIDTH - 1)
MOST_STEPS_OF_A_LESSON = 20


@dataclass(frozen=True)
class PageSettings(Settings):
    """The settings of a page."""


def _layer(layer: int, spec: NetworkSpec) -> str:
    last = len(spec.hidden)
    if 1 <= layer <= last:
        return ""
    return f"the network's hidden layers are 1 to {last}" if last > 1 else "the network's only hidden layer is 1"


def _nodes(nodes: tuple[int, ...], layer: int, spec: NetworkSpec) -> str:
    n = spec.hidden[layer - 1]
    if max(nodes, default=0) < n:
        return ""
    return f"the nodes of layer {layer} are 0 to {n - 1}" if n > 1 else f"layer {layer} has one node, 0"


def _own_layer(view: SlicesView | RastriginView, spec: NetworkSpec) -> str:
    return _layer(view.layer, spec)


def _swap(view: SlicesView, spec: NetworkSpec) -> str:
    if len(view.swap) != 3 or view.swap[1] >= view.swap[2]:
        return "expected a layer and two of its nodes, the smaller one first, such as 1_0_1"
    return _layer(view.swap[0], spec) or _nodes(view.swap[1:], view.swap[0], spec)


def _three_nodes(view: SlicesView, spec: NetworkSpec) -> str:
    if len(set(view.nodes)) != 3:
        return "expected three different nodes, such as 0_1_2"
    return _nodes(view.nodes, view.layer, spec)


def _wide_layer(view: CountView, spec: NetworkSpec) -> str:
    beyond = _layer(view.layer, spec)
    return beyond or (f"layer {view.layer} has one node, and two are made equal" if spec.hidden[view.layer - 1] < 2 else "")


def _two_nodes(view: CountView, spec: NetworkSpec) -> str:
    if len(set(view.nodes)) != 2:
        return "expected two different nodes, such as 0_1"
    wide = [layer for layer, n in enumerate(spec.hidden, start=1) if n > 1]
    layer = view.layer if view.layer in wide or not wide else wide[0]  # the default layer may be too narrow for two
    return _nodes(view.nodes, layer, spec)


def _body_nodes(view: RastriginView, spec: NetworkSpec) -> str:
    return _nodes(view.nodes, view.layer, spec)  # the page itself asks for three or four


def _order(view: AlignView, spec: NetworkSpec) -> str:
    fits = tuple(map(len, view.order)) == spec.hidden and all(sorted(row) == [*range(len(row))] for row in view.order)
    return "" if fits or not view.order else f"it is no order of {'-'.join(map(str, spec.hidden))} hidden nodes"


def _parameters(view: AlignView, spec: NetworkSpec) -> str:
    try:
        if view.theta and not is_named(view.theta):
            decode_parameters(view.theta, spec)
    except ValueError as error:
        return f"network B: {error}"
    return ""


@dataclass(frozen=True)
class SwapView(PageSettings):
    """Settings of the Swap page."""

    mode: Literal["swap", "walk", "steps"] = "swap"
    """How a swap is made: at once, along the straight line, or in the post's two steps."""
    t: Annotated[float, Real(0, 1)] = 1.0
    """Where on the straight line from A (0) to its copy B (1) one stands."""


@dataclass(frozen=True)
class SlicesView(PageSettings):
    """Settings of the Loss slices page."""

    show: Literal["line", "swaps", "plane", "random"] = "line"
    swap: Annotated[tuple[int, ...], Numbers(Node), Fits(_swap)] = ()
    """Target of the line: ``(layer, i, j)`` for a transposition, empty for the current copy."""
    definition: Literal["entezari", "ainsworth"] = "entezari"
    log: bool = False
    layer: Annotated[int, Layer, Fits(_own_layer)] = 1
    nodes: Annotated[tuple[int, ...], Numbers(Node), Fits(_three_nodes)] = (0, 1, 2)
    """Three nodes of that layer: of the 3-cycle, or of the two swaps (first, second) and (first, third)."""
    through: Literal["cycle", "swaps"] = "cycle"
    surface: bool = False
    seed: Seed = 0
    span: Annotated[float, Real(0.01, 10)] = 1.0


@dataclass(frozen=True)
class AverageView(PageSettings):
    """Settings of the Average page."""

    show: Literal["average", "matrices", "certificate", "activations", "linear"] = "average"
    seed: Seed = 0
    """Of the order in which the copies are taken."""
    copies: Annotated[int, Whole(-1, 1_000_000)] = 0
    """How many are averaged: 0 for all of them, -1 for all of them with all sign flips."""
    log: bool = True
    matrix: Annotated[tuple[int, ...], Numbers(Whole(-99, 99), fewest=4, most=4)] = (1, 2, 3, 4)
    """A matrix of two rows, row by row."""
    search: bool = False
    """Whether networks of one node a layer were searched for."""
    surface: bool = True
    weights: Literal["random", "trained"] = "random"
    """Of the networks whose midpoints are compared."""


@dataclass(frozen=True)
class CountView(PageSettings):
    """Settings of the Count page."""

    show: Literal["network", "growth", "subspaces"] = "network"
    preset: Literal["mine", "coupled"] = "mine"
    layer: Annotated[int, Layer, Fits(_wide_layer)] = 1
    nodes: Annotated[tuple[int, ...], Numbers(Node, fewest=2, most=2), Fits(_two_nodes)] = (0, 1)
    """Two nodes of that layer that are to be made equal."""
    width: Annotated[int, Whole(2, 64)] = 8
    kinds: Annotated[int, Whole(1, 64)] = 4
    """The width ``r`` of the minimum that sits in a layer of ``width``."""
    large: Annotated[int, Whole(1, 512)] = 512
    """A width whose factorial is written out."""


@dataclass(frozen=True)
class RastriginView(PageSettings):
    """Settings of the Rastrigin page."""

    show: Literal["body", "function", "neurons", "critical", "compare"] = "body"
    layer: Annotated[int, Layer, Fits(_own_layer)] = 1
    nodes: Annotated[tuple[int, ...], Numbers(Node, most=MOST_WIDTH), Fits(_body_nodes)] = ()
    """Three or four nodes of that layer; empty for its first four."""
    log: bool = False
    relief: bool = False
    """Whether the hexagon of three nodes rises with the loss."""
    picture: Literal["race", "basins", "surface", "line", "counts"] = "race"
    amplitude: Annotated[float, Real(0, 50)] = 10.0
    width: Annotated[float, Real(0.5, 10)] = 5.12
    """Half-width of the box."""
    seed: Seed = 0
    """Of the starts of the race."""
    activation: Literal["sin", "gaussian", "tanh", "gelu"] = "gaussian"
    u: Annotated[float, Real(-5, 5)] = 1.5
    v: Annotated[float, Real(-5, 5)] = 1.0
    """Coordinates on the plane of three one-weight neurons."""
    solid: bool = False
    """Whether that plane is drawn in space."""
    neurons: Annotated[int, Whole(3, 4)] = 3


@dataclass(frozen=True)
class ClaimsView(PageSettings):
    """Settings of the page of the post's claims."""

    claim: Annotated[int, Whole(1, 12)] = 1


@dataclass(frozen=True)
class AlignView(PageSettings):
    """Settings of the Align page."""

    show: Literal["pair", "methods", "example", "asymmetry"] = "pair"
    other: Literal["seed", "copy", "file"] = "seed"
    """What B is: the same recipe from another seed, A's own copy, its nodes shuffled, or a network that was brought."""
    theta: Annotated[str, Text(1600), Fits(_parameters)] = ""
    """The parameters of a B that was brought, or, where they are too many to travel, their name; empty until it is."""
    seed: Seed = 1
    """Of B's start, or of the shuffling."""
    steps: Annotated[int, Whole(-1, MOST_STEPS)] = -1
    """At which B's training was stopped; -1: as A's."""
    method: Annotated[str, Choice(METHODS, "method")] = "weights"
    flips: bool = True
    """Whether nodes may be flipped in sign, where the activation allows it."""
    matched: bool = False
    """Whether B's nodes stand where the method puts them."""
    order: Annotated[tuple[tuple[int, ...], ...], Orders(optional=True), Fits(_order)] = ()
    """Where they were put by hand; of a match, their signs and scales then stay."""
    truth: bool = False
    """Whether every move is tried, where they are many."""
    definition: Literal["entezari", "ainsworth"] = "entezari"
    log: bool = False
    pairs: Annotated[int, Whole(1, 9)] = 3
    """Of networks on which the methods are compared."""
    compare: bool = False
    """Whether they are."""
    barrier: Annotated[str, Choice(BARRIERS, "barrier")] = "train"
    """Of the matches on digits that were measured beforehand."""
    where: Literal["digits", "here"] = "digits"
    """Of which networks the map of frozen weights is: those that were measured beforehand, or some like this one."""
    stored: Literal["gelu", "tanh"] = "gelu"
    """Activation of the former."""
    broken: bool = False
    """Whether the latter are trained."""


@dataclass(frozen=True)
class MeltView(PageSettings):
    """Settings of the Melt page."""

    show: Literal["path", "activations"] = "path"
    stage: Annotated[int, Whole(0, STAGES - 1)] = 0
    """Of the way along the decay, in equal ratios from 1e-4 to 1."""


@dataclass(frozen=True)
class LessonView(PageSettings):
    """The lesson that is followed: what its steps are is in permviz/lessons/."""

    name: Literal["", "class", "talk", "researcher"] = ""
    step: Annotated[int, Whole(1, MOST_STEPS_OF_A_LESSON)] = 1
    done: Annotated[tuple[int, ...], Numbers(Whole(1, MOST_STEPS_OF_A_LESSON), most=MOST_STEPS_OF_A_LESSON)] = ()
    """Steps that were completed."""
