"""One stage of :mod:`.melting`: where the minimum of the stage before has moved, or else the one that is reached from there.

Neurons alike up to :data:`ALIKE` are made so exactly, Newton's method goes on among the networks that keep them so, and what is
certified, in *all* directions of parameter space, is that network. A saddle is left along its direction of most negative
curvature.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from permviz.derivatives.hessians import curvature_matrices, hessian
from permviz.derivatives.passes import Objective, loss_and_gradient, propagate
from permviz.landscape.stationary import GRADIENT_TOLERANCE, PointCertificate, certify
from permviz.networks.activations import get_activation
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network, loss, stack, unflatten
from permviz.networks.results import Result
from permviz.symmetry.alike import DecayedOrbit, Layers, alike_neurons, decayed_orbit, flip_of, made_alike, stabiliser_name
from permviz.training.status import Status
from permviz.training.train import train

ALIKE = (1e-4, 1e-7, 0.0)
"""Differences, relative to the largest parameter, up to which neurons are taken to be alike; tried until a minimum is found."""

STEPS, STEPS_OF_KINKS = 400, 120
"""Of the second-order method, at most, at each stage; where kinks let it stall, more change nothing."""

NEWTON, LENGTHS = 8, (1.0, 0.5, 0.25, 0.125)
"""Newton steps among the networks whose neurons are alike, at most, and parts of a step that are tried."""

EXACT = 1e-14
"""Gradient norm, relative to ``1 + 2 lambda |theta|``, at which they end: rounding is all that is left."""

NEAR = 0.3
"""How far, relative to its size, a minimum may have moved to be the same one."""

KICKS, KICK = 4, 1e-2
"""How often, and how far relative to the parameters, a saddle is left."""


@dataclass(frozen=True, eq=False, repr=False)
class MeltStage(Result):
    """One stage: a stationary point of ``loss + lambda ||theta||^2``.

    Attributes:
        decay: ``lambda``.
        network: the point; neurons that are alike are so to the last bit.
        objective, loss: there, with decay and without.
        certificate: of the objective there, in all directions; ``None`` where kinks (ReLU) leave no Hessian.
        status: how the descent to it ended.
        alike: for each hidden layer, its groups of neurons that are equal, opposite or zero.
        spread: how far, at most, a number of a neuron was from its group's before they were made alike.
        orbit: the moves that keep function and norm, and how many of them leave the point in place.
        stabiliser: those in words, such as "S₇", "S₃ × B₂" or "trivial"; B where a flip leaves a neuron in place, too.
    """

    decay: float
    network: Network
    objective: float
    loss: float
    certificate: PointCertificate | None
    status: Status
    alike: Layers
    spread: float
    orbit: DecayedOrbit
    stabiliser: str

    @property
    def copies(self) -> int:
        """How many points of parameter space the moves make of it: ``2^n n! / |Stab|`` with flips, ``n! / |Stab|`` without."""
        return self.orbit.size

    @property
    def distinct(self) -> int:
        """How many different neurons there are, flips counted as equal and zero ones not at all; all layers together."""
        return sum(not group.zero for groups in self.alike for group in groups)

    @property
    def zeros(self) -> int:
        """How many neurons are zero."""
        return sum(len(group.nodes) for groups in self.alike for group in groups if group.zero)

    @property
    def minimum(self) -> bool:
        """Whether it is certified to be a minimum."""
        return self.certificate is not None and self.certificate.kind == "minimum"


def followed(last: MeltStage, data: Dataset) -> MeltStage | None:
    """The minimum of the last stage where it now is, if Newton's method finds it near, and it is one still."""
    if not last.minimum:
        return None
    before = last.network
    point = _newton(before, last.alike, data)
    if not _gradient_norm(point, data) <= GRADIENT_TOLERANCE:
        return None
    found = _settled(point, last.status, data)
    way, size = float((found.network.flatten() - before.flatten()).norm()), float(before.flatten().norm())
    near = way <= NEAR * size and found.objective <= float(loss(before, data)) + 1e-12
    return found if found.minimum and (near or not size) else None


def reached(starts: list[Network], data: Dataset) -> MeltStage:
    """The lowest minimum to which the second-order method leads from any of the starts."""
    found = _settled(*_descended(stack(starts), data), data)
    for _ in range(KICKS):
        if found.certificate is None or not found.certificate.stationary or not found.certificate.index:
            break
        # Both ways down from a saddle: they may be no copies of each other.
        _, vectors = torch.linalg.eigh(hessian(found.network, data))
        away = KICK * (1 + found.network.flatten().norm()) * vectors[:, 0]
        both = unflatten(found.network.spec, found.network.flatten() + torch.stack([away, -away]))
        lower = _settled(*_descended(both, data), data)
        if not lower.objective < found.objective:
            break
        found = lower
    return found


def _descended(starts: Network, data: Dataset) -> tuple[Network, Status]:
    """The lowest point that the second-order method reaches, and how it ended there."""
    steps = STEPS if get_activation(starts.activation).smooth else STEPS_OF_KINKS
    run = train(starts.spec, data, start=starts, steps=steps, method="second-order")
    best = int(run.losses.nan_to_num(math.inf).argmin())
    return run.networks[best], run.status[best]


def _settled(network: Network, status: Status, data: Dataset) -> MeltStage:
    """The stage at a point where the descent ended."""
    # A zero neuron is one beside a network of size 1, however small the others are.
    largest = max(1.0, float(network.flatten().abs().max()))
    stages: dict[Layers, MeltStage] = {}
    for tolerance in ALIKE:
        groups = alike_neurons(network, tolerance * largest)
        stage = stages[groups] = stages.get(groups) or _told(network, groups, status, data)
        if stage.minimum or (stage.certificate is None and _gradient_norm(stage.network, data) <= GRADIENT_TOLERANCE):
            break
    return stage


def _gradient_norm(network: Network, data: Dataset) -> float:
    return float(loss_and_gradient(network, data)[1].flatten().norm())


def _told(network: Network, groups: Layers, status: Status, data: Dataset) -> MeltStage:
    point = made_alike(network, groups)
    spread = float((point.flatten() - network.flatten()).abs().max())
    smooth = get_activation(network.activation).smooth
    if smooth:
        point = _newton(point, groups, data)
    orbit = decayed_orbit(point)
    return MeltStage(
        decay=data.weight_decay,
        network=point,
        objective=float(loss(point, data)),
        loss=float(loss(point, data, weight_decay=0.0)),
        certificate=certify(point, data) if smooth else None,
        status=status,
        alike=groups,
        spread=spread,
        orbit=orbit,
        stabiliser=stabiliser_name(groups, orbit, flip_of(point) is not None),
    )


def _newton(network: Network, groups: Layers, data: Dataset) -> Network:
    """Newton's method, its steps shortened until the gradient falls, from a network whose neurons are alike: but for rounding,
    gradient and Hessian keep to such networks."""
    objective = Objective.of(network.spec, data, network.dtype)
    row, theta = torch.zeros(1, dtype=torch.int64), network.flatten()[None]
    _, gradient, passes = propagate(objective, network[None].weights, network[None].biases)
    for _ in range(NEWTON):
        if float(gradient.norm()) <= EXACT * (1 + 2 * data.weight_decay * float(theta.norm())):
            break
        step, info = torch.linalg.solve_ex(curvature_matrices(objective, passes, row, exact=True)[0], gradient[0])
        if int(info) or not bool(step.isfinite().all()):
            break
        for length in LENGTHS:
            there = unflatten(network.spec, theta - length * step)
            _, slope, passed = propagate(objective, there.weights, there.biases)
            if float(slope.norm()) < float(gradient.norm()):
                break
        else:
            break
        theta, gradient, passes = theta - length * step, slope, passed
    return made_alike(unflatten(network.spec, theta[0]), groups)
