"""From a recipe to its trained network, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from permviz.experiment.codec import encode_parameters, named_parameters
from permviz.experiment.experiment import Experiment
from permviz.experiment.recipe import Recipe
from permviz.networks.checks import checked
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network, init_network
from permviz.training.status import Ending, Status, steps_text
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
        recipe: what was followed.
        run: Adam's run, to be continued from; ``None`` if only the network is known.
        finishing: the second-order run after it, as far as it came; ``None`` if there was none.
    """

    network: Network
    loss: float
    gradient_norm: float
    ending: Ending
    steps: int
    history_steps: tuple[int, ...]
    history_losses: tuple[float, ...]
    recipe: Recipe
    run: TrainingRun | None
    finishing: TrainingRun | None = None


@checked
def follow_recipe(
    recipe: Recipe | Experiment,
    resume: TrainingRun | None = None,
    callback: Callable[[Progress], bool | None] | None = None,
    finishing: TrainingRun | None = None,
    data: Dataset | None = None,
) -> Trained:
    """Train as the recipe says: Adam, then, if it asks for it, a second-order method towards a stationary point.

    Of an experiment, its recipe is followed, whether it carries parameters or not. ``resume`` is an earlier part of the same
    Adam run, ``finishing`` one of the second-order run after it; the result does not depend on them, to the last bit.
    ``callback`` sees both, about a hundred times the first and every step of the second; returning False stops there.
    ``data`` is the table, where the recipe is of one (:meth:`permviz.Dataset.from_csv`).

    >>> follow_recipe(Recipe(hidden=(2,), samples=20, steps=0)).steps
    0
    """
    recipe = recipe.recipe if isinstance(recipe, Experiment) else recipe
    data, spec = recipe.dataset(data), recipe.spec
    done = 0 if resume is None else resume.steps
    going = True

    def report(progress: Progress) -> bool:
        nonlocal going
        going = callback is None or callback(progress) is not False
        return going

    adam = train(
        spec,
        data,
        seeds=[recipe.seed],
        steps=recipe.steps - done,
        learning_rate=recipe.rate,
        resume=resume,
        callback=report,
        report_every=max(1, recipe.steps // REPORTS),
    )
    last = adam
    if going and recipe.finish and adam.status[0] is not Status.FAILED and adam.steps == recipe.steps:
        last = train(
            spec,
            data,
            start=adam.networks if finishing is None else None,
            steps=FINISHING_STEPS - (0 if finishing is None else finishing.steps),
            method="second-order",
            resume=finishing,
            callback=report,
            report_every=1,
        )
    return Trained(
        network=last.networks[0],
        loss=float(last.losses[0]),
        gradient_norm=float(last.gradient_norms[0]),
        ending=last.endings[0],
        steps=adam.steps,
        history_steps=tuple(adam.history.steps.tolist()),
        history_losses=tuple(adam.history.losses[:, 0].tolist()),
        recipe=recipe,
        run=adam,
        finishing=None if last is adam else last,
    )


def snapshot(
    recipe: Recipe,
    network: Network,
    steps: tuple[int, ...] = (),
    losses: tuple[float, ...] = (),
    facts: str = "Stopped by hand after {steps}",
    data: Dataset | None = None,
) -> Trained:
    """What is known of a network that was taken from a training under way, or that came with a link."""
    here = train(recipe.spec, recipe.dataset(data), start=network, steps=0)
    norm = float(here.gradient_norms[0])
    told = Ending(Status.STOPPED, f"{facts.format(steps=steps_text(recipe.steps))}, with a gradient norm of {norm:.1e}")
    return Trained(
        network=network,
        loss=float(here.losses[0]),
        gradient_norm=norm,
        ending=told if here.status[0] is Status.STOPPED else here.endings[0],
        steps=recipe.steps,
        history_steps=steps,
        history_losses=losses,
        recipe=recipe,
        run=None,
    )


def carried(experiment: Experiment, data: Dataset | None = None, named: Network | None = None) -> Trained:
    """The network whose parameters the experiment carries; ``data`` is the table, where its recipe is of one, and ``named`` the
    network, where only its name is carried.

    Raises:
        ValueError: if it carries none, or ``named`` is another one.
    """
    network = experiment.carried_network()
    if network is None and experiment.is_of_named_network:
        if named is None or named_parameters(named) != experiment.theta or named.spec != experiment.recipe.spec:
            raise ValueError("The experiment is of a network that does not travel with it: give that one.")
        network = named
    if network is None:
        raise ValueError("The experiment carries no parameters: train it with follow_recipe.")
    facts = "The parameters are those of your own network" if named else "The parameters are those that the address carries"
    return snapshot(experiment.recipe, network, facts=facts, data=data)


def with_parameters(experiment: Experiment, network: Network) -> Experiment:
    """The experiment carrying the parameters of its trained network, if they are few enough to travel."""
    return experiment.changed(theta=encode_parameters(network))


def without_parameters(experiment: Experiment) -> Experiment:
    """The experiment to be trained anew, if that leads to its network; itself where that was brought from elsewhere.

    A network that was brought stands at no training step, and is not the recipe's own start.
    """
    recipe = experiment.recipe
    brought = not recipe.trains and experiment.theta not in ("", encode_parameters(init_network(recipe.spec, recipe.seed)))
    return experiment if brought else experiment.changed(theta="")
