"""From an experiment to its trained network: the recipe followed, and what is known of the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from permviz.experiment.codec import encode_parameters
from permviz.experiment.experiment import Experiment
from permviz.networks.network import Network
from permviz.training.status import Ending, Status
from permviz.training.train import Progress, TrainingRun, train

FINISHING_STEPS = 300
REPORTS = 100
"""How often, at most, a watched training reports."""


@dataclass(frozen=True)
class Trained:
    """A trained network.

    Attributes:
        network: a single network, float64.
        loss, gradient_norm: there; the norm is Euclidean.
        ending: how its training ended.
        steps: Adam steps done.
        history_steps, history_losses: the loss curve recorded on the way; empty if it was not watched.
        start: key of the trajectory, see :attr:`permviz.experiment.experiment.Experiment.start`.
        run: Adam's run, to be continued from; ``None`` if only the network is known.
    """

    network: Network
    loss: float
    gradient_norm: float
    ending: Ending
    steps: int
    history_steps: tuple[int, ...]
    history_losses: tuple[float, ...]
    start: str
    run: TrainingRun | None


def follow_recipe(
    experiment: Experiment,
    resume: TrainingRun | None = None,
    callback: Callable[[Progress], bool | None] | None = None,
) -> Trained:
    """Train as the experiment says: Adam, then, if it asks for it, a second-order method towards a stationary point.

    ``resume`` is an earlier part of the same Adam run; the result does not depend on it, to the last bit.

    >>> follow_recipe(Experiment(hidden=(2,), samples=20, steps=0)).steps
    0
    """
    data, spec = experiment.dataset(), experiment.spec
    done = 0 if resume is None else resume.steps
    every = max(1, experiment.steps // REPORTS)
    adam = train(
        spec,
        data,
        seeds=[experiment.seed],
        steps=experiment.steps - done,
        learning_rate=experiment.rate,
        resume=resume,
        callback=callback,
        report_every=every,
    )
    last = adam
    if experiment.finish and adam.status[0] is not Status.FAILED and adam.steps == experiment.steps:
        last = train(spec, data, start=adam.networks, steps=FINISHING_STEPS, method="second-order")
    return Trained(
        network=last.networks[0],
        loss=float(last.losses[0]),
        gradient_norm=float(last.gradient_norms[0]),
        ending=last.endings[0],
        steps=adam.steps,
        history_steps=tuple(adam.history.steps.tolist()),
        history_losses=tuple(adam.history.losses[:, 0].tolist()),
        start=experiment.start,
        run=adam,
    )


def snapshot(
    experiment: Experiment,
    network: Network,
    steps: tuple[int, ...] = (),
    losses: tuple[float, ...] = (),
    facts: str = "Stopped by hand after {steps} steps",
) -> Trained:
    """What is known of a network that was taken from a training under way, or that came with a link."""
    here = train(experiment.spec, experiment.dataset(), start=network, steps=0)
    norm = float(here.gradient_norms[0])
    told = Ending(Status.STOPPED, f"{facts.format(steps=experiment.steps)}, with a gradient norm of {norm:.1e}")
    return Trained(
        network=network,
        loss=float(here.losses[0]),
        gradient_norm=norm,
        ending=told if here.status[0] is Status.STOPPED else here.endings[0],
        steps=experiment.steps,
        history_steps=steps,
        history_losses=losses,
        start=experiment.start,
        run=None,
    )


def carried(experiment: Experiment) -> Trained:
    """The network whose parameters the experiment carries.

    Raises:
        ValueError: if it carries none.
    """
    network = experiment.carried_network()
    if network is None:
        raise ValueError("The experiment carries no parameters: train it with follow_recipe.")
    return snapshot(experiment, network, facts="The parameters are those that the address carries")


def with_parameters(experiment: Experiment, network: Network) -> Experiment:
    """The experiment carrying the parameters of its trained network, if they are few enough to travel."""
    return experiment.changed(theta=encode_parameters(network))
