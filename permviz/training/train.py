"""Training from many starts at once, with an honest account of how each one ended.

All starts are one batch: parameters are a matrix ``theta`` of shape ``(S, P)``, one row a start, and every operation of a step
acts on the whole of it. The solvers (:mod:`.adam`, :mod:`.second_order`) hold a state that can be saved, so
that ``k`` steps and then ``m`` more are bit for bit the same as ``k + m``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from torch import Tensor

from permviz.derivatives.passes import Objective, forward
from permviz.networks.checks import checked
from permviz.networks.digits import loss_text
from permviz.networks.evaluation import decay_of
from permviz.networks.frozen import holds_frozen, with_frozen
from permviz.networks.losses import get_loss
from permviz.networks.network import Data, Network, NetworkSpec, init_network, stack, unflatten
from permviz.networks.results import given
from permviz.training.adam import Adam
from permviz.training.runs import Progress as Progress
from permviz.training.runs import Recorder
from permviz.training.runs import TrainingRun as TrainingRun
from permviz.training.second_order import SecondOrder
from permviz.training.status import Ending, Status

METHODS = ("adam", "levenberg-marquardt", "newton", "second-order")
MOST_STEPS = 1_000_000
MOST_STARTS = 10_000
MOST_NUMBERS = 2**28
"""Of the parameters of all starts together, or for a second-order method of their matrices (2 GB; there are a few copies)."""


class _Solver(Protocol):
    step_count: int

    @property
    def theta(self) -> Tensor: ...
    @property
    def losses(self) -> Tensor: ...
    @property
    def gradient(self) -> Tensor: ...
    @property
    def finished(self) -> bool: ...
    def step(self) -> None: ...
    def state(self) -> dict[str, Tensor]: ...
    def ending(self, index: int, gradient_norm: float, tolerance: float) -> Ending: ...


@checked
def train(
    spec: NetworkSpec,
    data: Data,
    seeds: Sequence[int] = range(8),
    steps: int = 2000,
    method: str = "adam",
    learning_rate: float = 0.01,
    *,
    start: Network | None = None,
    resume: TrainingRun | None = None,
    callback: Callable[[Progress], bool | None] | None = None,
    report_every: int = 50,
    tolerance: float = 1e-8,
    dtype: torch.dtype = torch.float64,
    weight_decay: float | None = None,
) -> TrainingRun:
    """Train a batch of networks on all the data at every step.

    Args:
        spec: widths and activation; they must fit the task.
        data: the task, which names its loss.
        seeds: one start a seed, ``init_network(spec, seed)``; at most 10,000, and fewer of large networks
            (:data:`MOST_NUMBERS`).
        steps: at most this many more steps, 0 to a million. 0 only evaluates.
        method: "adam" (Kingma & Ba 2015); "levenberg-marquardt" or "newton" (damped generalised Gauss-Newton), whichever of
            the two the loss goes with, both in :mod:`.second_order`; "second-order": that one.
        learning_rate: of Adam; second-order methods choose their own step lengths.
        start: a network, or a batch of them with one leading axis, in the place of seeds.
        resume: an earlier run to go on from, with its optimiser's state; seeds and dtype are then those of that run.
        callback: called with a :class:`Progress` after every ``report_every`` steps; returning False stops the run.
        tolerance: gradient norm below which a start is converged, if it is small for the scale of parameters and losses too:
            Adam's is compared with ``tolerance * min(1, l) / max(1, ||theta||)``, with ``l`` the loss of outputs 0; for the
            others ``sum_i g_i^2 / |H_ii|`` must be at most ``tolerance^(3/2) * l``.
        dtype: of parameters and arithmetic.
        weight_decay: ``lambda``; what is minimised is ``loss + lambda ||theta||^2``, over all weights and biases. ``None``:
            that of the data. It is part of the objective, and not a shrinking of the steps beside it (AdamW's). Whatever looks
            at the network afterwards takes the data's: give it ``data.with_weight_decay(lambda)``.

    Returns:
        A :class:`TrainingRun`, whose networks have one batch axis.

    Raises:
        ValueError: for arguments out of range, a spec that does not fit the data, or a method that does not fit the loss.

    >>> from permviz.networks.datasets import load_dataset
    >>> run = train(NetworkSpec((2, 4, 1)), load_dataset("teacher"), seeds=range(4), steps=100, method="second-order")
    >>> run.losses.shape, bool((run.losses < 1e-15).any())
    (torch.Size([4]), True)
    """
    _check_numbers(steps, report_every, learning_rate, tolerance, dtype)
    method = _checked_method(method, data.loss)
    if resume is not None:
        _check_resume(resume, spec, method, start)
        _check_resumed_decay(resume, decay_of(data, weight_decay))
        dtype, theta = resume.networks.dtype, resume.networks.flatten()
    else:
        theta = _starts(spec, seeds, start, dtype, most_at_once(spec, method))
    with torch.no_grad():
        objective = Objective.of(spec, data, dtype, theta.device, weight_decay)
        state = None if resume is None else resume.optimiser
        solver: _Solver
        if method == "adam":
            solver = Adam(objective, theta, float(learning_rate), state)
        else:
            solver = SecondOrder(objective, theta, tolerance, state)
        recorder = Recorder(None if resume is None else resume.history)
        stopped = _loop(solver, spec, solver.step_count + steps, recorder, callback, report_every)
        return _finish(solver, objective, method, tolerance, recorder, stopped)


def _loop(
    solver: _Solver,
    spec: NetworkSpec,
    target: int,
    recorder: Recorder,
    callback: Callable[[Progress], bool | None] | None,
    report_every: int,
) -> bool:
    """Run the solver to ``target`` steps; whether the callback stopped it."""
    recorder(solver.step_count, solver.losses)
    while solver.step_count < target and not solver.finished:
        solver.step()
        step = solver.step_count
        if step % recorder.stride == 0:
            recorder(step, solver.losses)
        if callback is not None and step % report_every == 0:
            progress = Progress(step, target, solver.losses.clone(), lambda: unflatten(spec, solver.theta.clone()))
            if callback(progress) is False:
                return True
    return False


def _finish(
    solver: _Solver, objective: Objective, method: str, tolerance: float, recorder: Recorder, stopped: bool
) -> TrainingRun:
    theta, losses, norms = solver.theta.clone(), solver.losses.clone(), solver.gradient.norm(dim=-1)
    spec = objective.spec
    networks = unflatten(spec, theta)
    outputs = forward(spec.activation, objective.augmented, networks.weights, networks.biases)[0][-1]
    endings = [solver.ending(i, norm, tolerance) for i, norm in enumerate(norms.tolist())]
    for i, separated in enumerate(objective.separated(outputs).tolist()):
        if separated and endings[i].status is not Status.FAILED:
            endings[i] = Ending(
                Status.DIVERGING,
                f"Every sample is classified rightly, with a loss of {loss_text(float(losses[i]))}: multiplying the output "
                "layer by more than 1 lowers the loss for ever. The loss has no global minimum, its infimum 0 lies at infinity",
            )
        elif stopped and endings[i].status is Status.STOPPED:
            facts = f"Stopped on request after {solver.step_count} steps, with a gradient norm of {float(norms[i]):.1e}"
            endings[i] = Ending(Status.STOPPED, facts)
    return TrainingRun(
        networks=networks,
        losses=losses,
        gradient_norms=norms,
        endings=tuple(endings),
        steps=solver.step_count,
        history=recorder.history(solver.step_count, losses),
        method=method,
        optimiser=solver.state(),
        weight_decay=objective.decay,
    )


def _whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0


def _check_numbers(steps: int, report_every: int, learning_rate: float, tolerance: float, dtype: torch.dtype) -> None:
    if not _whole(steps, 0, MOST_STEPS):
        raise ValueError(f"Steps {given(steps)} given: expected a whole number from 0 to {MOST_STEPS}.")
    if not _whole(report_every, 1, MOST_STEPS):
        raise ValueError(f"report_every={given(report_every)} given: expected a whole number from 1 to {MOST_STEPS}.")
    if not _positive(learning_rate):
        raise ValueError(f"Learning rate {given(learning_rate)} given: expected a finite number above 0, such as 0.01.")
    if not _positive(tolerance):
        raise ValueError(f"Tolerance {given(tolerance)} given: expected a finite gradient norm above 0, such as 1e-8.")
    if dtype not in (torch.float32, torch.float64):
        raise ValueError(f"dtype {dtype} given: expected torch.float64 or torch.float32.")


def _checked_method(method: str, loss: str) -> str:
    if method not in METHODS:
        raise ValueError(f"Unknown method {given(method)}: choose one of {', '.join(METHODS)}.")
    suited = get_loss(loss).second_order
    if method not in ("adam", "second-order", suited):
        raise ValueError(f'Method "{method}" does not suit the loss "{loss}" of this task: use "{suited}" or "adam".')
    return suited if method == "second-order" else method


def _check_resume(resume: TrainingRun, spec: NetworkSpec, method: str, start: Network | None) -> None:
    if start is not None:
        raise ValueError("Both start and resume given: a resumed run goes on from its own networks, so give one of the two.")
    if resume.networks.spec != spec:
        raise ValueError(f"The run to resume has {resume.networks.spec}, not {spec}: give the same spec.")
    if resume.method != method:
        raise ValueError(
            f'The run to resume used "{resume.method}", whose state means nothing to "{method}": '
            "give start=run.networks to go on with another method."
        )


def _check_resumed_decay(resume: TrainingRun, decay: float) -> None:
    if resume.weight_decay != decay:
        raise ValueError(
            f"The run to resume has the weight decay {resume.weight_decay:g}, not {decay:g}: give the same, "
            "or start=run.networks to go on with another objective."
        )


def most_at_once(spec: NetworkSpec, method: str) -> int:
    """How many starts of such a network are trained together by a method: as many as fit into memory, and one at least."""
    each = spec.parameter_count if method == "adam" else spec.parameter_count**2
    return min(MOST_STARTS, max(1, MOST_NUMBERS // each))


def _starts(spec: NetworkSpec, seeds: Sequence[int], start: Network | None, dtype: torch.dtype, most: int) -> Tensor:
    count = len(seeds[: MOST_STARTS + 1]) if start is None else math.prod(start.batch_shape)
    if most < count <= MOST_STARTS:
        raise ValueError(
            f"{count} starts of {spec.parameter_count} parameters given: of so large a network expected at most {most} at once."
        )
    if start is not None:
        if start.spec != spec:
            raise ValueError(f"The start has {start.spec}, not {spec}: give the spec of the network that you start from.")
        if len(start.batch_shape) > 1 or 0 in start.batch_shape or not len(start.biases[0]) <= MOST_STARTS:
            raise ValueError(
                f"A start with batch axes {tuple(start.batch_shape)} given: expected one network, "
                f"or 1 to {MOST_STARTS} along a single axis."
            )
        theta = start.flatten().detach().to(dtype).reshape(-1, spec.parameter_count)
        if not bool(torch.isfinite(theta).all()):
            raise ValueError("The start has parameters that are not finite: training needs finite ones.")
        if not holds_frozen(spec, theta):
            raise ValueError("The start has other values where the spec has frozen entries: begin at init_network(spec).")
        return with_frozen(spec, theta)
    if not 1 <= count <= MOST_STARTS:
        raise ValueError(f"Seeds {given(seeds)} given: expected 1 to {MOST_STARTS} whole numbers, such as range(8) or [0].")
    return stack([init_network(spec, seed, dtype) for seed in seeds]).flatten()
