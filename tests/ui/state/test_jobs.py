"""Trainings that are stopped while they wait in the queue, or while somebody else looks at them."""

from __future__ import annotations

import threading

import pytest

from permviz.experiment.follow import follow_recipe
from permviz.experiment.link import from_query
from permviz.experiment.recipe import Recipe
from permviz.ui.state import jobs
from tests.waiting import PATIENCE_SECONDS, until

SMALL = {"task": "moons", "net": "3-2", "samples": "60", "steps": "80", "seed": "1"}


@pytest.mark.parametrize("wanted_again", [False, True])
def test_a_training_stopped_in_the_queue_begins_only_for_others(monkeypatch: pytest.MonkeyPatch, wanted_again: bool) -> None:
    monkeypatch.setattr(jobs, "STOPPED_SECONDS", -1.0)
    begun: list[Recipe] = []
    go_on = threading.Event()

    def waiting(recipe: Recipe, **options: object) -> object:
        begun.append(recipe)
        assert go_on.wait(PATIENCE_SECONDS), "the test never let the trainings go on"
        return follow_recipe(recipe, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "follow_recipe", waiting)
    trainer = jobs.Trainer()
    before = [from_query(SMALL | {"seed": str(seed)})[0] for seed in range(jobs.WORKERS)]
    for experiment in before:
        trainer.job(experiment.recipe)
    last = from_query(SMALL | {"seed": "99"})[0]
    job = trainer.job(last.recipe)
    assert trainer.stop(last) is None, "nothing was reached yet"
    if wanted_again:
        assert trainer.job(last.recipe) is job
    go_on.set()
    until(lambda: job.ended, "the training to end")
    assert (last.recipe in begun) is wanted_again
    assert (job.trained is not None) is wanted_again
    assert wanted_again or "nobody was watching" in (job.error or "")
