"""Recipes that differ only in their seed, followed together: one batch of networks from the first step to the last.

Each network's numbers are those of :func:`.follow.follow_recipe` up to rounding, which depends on how many are multiplied at
once. Adam keeps it small; a second-order run near a fork of its path can turn it into another minimum. A batch of one is
followed to the last bit as alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from permviz.experiment.follow import FINISHING_STEPS, REPORTS, Trained
from permviz.experiment.recipe import Recipe
from permviz.networks.datasets import Dataset
from permviz.training.runs import TrainingRun
from permviz.training.status import Status
from permviz.training.train import train

SEED_OF_A_KIND = 0


def kind_of(recipe: Recipe) -> Recipe:
    """What recipes that can be followed together have in common."""
    return recipe.changed(seed=SEED_OF_A_KIND)


def follow_batch(
    recipes: Sequence[Recipe], data: Dataset | None = None, stopping: Callable[[], bool] = lambda: False
) -> list[Trained] | None:
    """The trained networks of recipes of one kind (:func:`kind_of`); ``None`` if ``stopping`` said so on the way.

    Raises:
        ValueError: as :func:`.follow.follow_recipe`, and for no recipe, or recipes of several kinds.
    """
    if len({kind_of(recipe) for recipe in recipes}) != 1:
        raise ValueError(f"{len(recipes)} recipes given: expected at least one, all alike but for their seeds.")
    first = recipes[0]
    own, spec = first.dataset(data), first.spec
    stopped = False

    def going(_: object) -> bool:
        nonlocal stopped
        stopped = stopped or stopping()
        return not stopped

    adam = train(
        spec,
        own,
        seeds=[recipe.seed for recipe in recipes],
        steps=first.steps,
        learning_rate=first.rate,
        callback=going,
        report_every=max(1, first.steps // REPORTS),
    )
    finishing: TrainingRun | None = None
    sound = [i for i, status in enumerate(adam.status) if status is not Status.FAILED] if first.finish else []
    if sound and not stopped:
        start = adam.networks[sound]
        finishing = train(spec, own, start=start, steps=FINISHING_STEPS, method="second-order", callback=going, report_every=1)
    if stopped:
        return None
    places = {i: place for place, i in enumerate(sound)}
    return [_trained(recipe, adam, i, finishing, places.get(i)) for i, recipe in enumerate(recipes)]


def _trained(recipe: Recipe, adam: TrainingRun, i: int, finishing: TrainingRun | None, place: int | None) -> Trained:
    last, at = (adam, i) if finishing is None or place is None else (finishing, place)
    return Trained(
        network=last.networks[at],
        loss=float(last.losses[at]),
        gradient_norm=float(last.gradient_norms[at]),
        ending=last.endings[at],
        steps=adam.steps,
        history_steps=tuple(adam.history.steps.tolist()),
        history_losses=tuple(adam.history.losses[:, i].tolist()),
        recipe=recipe,
        run=None,
    )
