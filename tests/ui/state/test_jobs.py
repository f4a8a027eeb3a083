"""Trainings that share the server: whoever asks for how much, whoever leaves, and whatever is stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import torch

from permviz.experiment import follow
from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import follow_recipe, with_parameters
from permviz.experiment.link import from_query
from permviz.experiment.recipe import Recipe
from permviz.networks.network import init_network
from permviz.ui.state import jobs
from permviz.ui.state.session import began
from tests.waiting import PATIENCE_SECONDS, until

SMALL = {"task": "moons", "net": "3-2", "samples": "60", "steps": "80", "seed": "1"}
LASTING = Recipe(samples=2000, hidden=(16, 16, 16, 16), steps=20_000)
"""Minutes of training, on any processor."""


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> Iterator[jobs.Trainer]:
    """One whose trainings end with the test."""
    yield jobs.Trainer()
    monkeypatch.setattr(jobs, "UNWATCHED_SECONDS", -1.0)


def test_a_short_training_does_not_wait_for_those_that_others_asked_for(trainer: jobs.Trainer) -> None:
    long = [trainer.job(LASTING.changed(seed=seed), "greedy") for seed in range(66)]
    others = [trainer.job(LASTING.changed(seed=100 + who), f"visitor {who}") for who in range(3)]
    short = trainer.job(from_query(SMALL | {"steps": "50"})[0].recipe, "a stranger")
    until(lambda: short.ended, "fifty steps beside many long trainings")
    assert short.trained is not None
    assert not any(job.ended for job in (*long[-jobs.MOST_JOBS_EACH :], *others))


def test_a_session_has_two_unfinished_at_most_and_the_newest(trainer: jobs.Trainer) -> None:
    asked = [trainer.job(LASTING.changed(seed=seed), "one") for seed in range(5)]
    assert [job.ended for job in asked] == [True, True, True, False, False]
    assert all("nobody was watching" in (job.error or "") for job in asked[:3])
    assert trainer.job(LASTING.changed(seed=4), "another") is asked[-1]


def test_what_another_looks_at_goes_on_when_one_has_gone_elsewhere(trainer: jobs.Trainer) -> None:
    shared = trainer.job(LASTING, "one")
    assert trainer.job(LASTING, "another") is shared
    for seed in range(1, 4):
        trainer.job(LASTING.changed(seed=seed), "one")
    assert not shared.ended


@pytest.mark.parametrize("finish", [False, True])
def test_turns_change_no_bit_of_what_is_trained(monkeypatch: pytest.MonkeyPatch, trainer: jobs.Trainer, finish: bool) -> None:
    turns = []

    def counted(recipe: Recipe, **options: object) -> object:
        turns.append(recipe)
        return follow_recipe(recipe, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "TURN_SECONDS", 0.0)
    monkeypatch.setattr(jobs, "follow_recipe", counted)
    recipe = from_query(SMALL)[0].recipe.changed(finish=finish)
    job = trainer.job(recipe, "one")
    until(lambda: job.ended, "the training to end")
    whole = follow_recipe(recipe)
    assert job.trained is not None
    assert torch.equal(job.trained.network.flatten(), whole.network.flatten())
    assert (job.trained.ending, job.trained.history_losses) == (whole.ending, whole.history_losses)
    assert len(turns) > (100 if finish else 80), "every report was to end a turn"


def test_a_finish_that_nobody_watches_ends(monkeypatch: pytest.MonkeyPatch, trainer: jobs.Trainer) -> None:
    job = trainer.job(LASTING.changed(hidden=(16, 16), steps=0, finish=True), "one")
    until(lambda: job.glimpse is not None and job.glimpse.finishing > 0, "the second-order method to begin")
    monkeypatch.setattr(jobs, "UNWATCHED_SECONDS", -1.0)
    until(lambda: job.ended, "the finish to end")
    assert "nobody was watching" in (job.error or "")


def test_a_finish_that_is_stopped_keeps_the_end_of_adam_and_says_so(trainer: jobs.Trainer) -> None:
    wanted = Experiment(LASTING.changed(hidden=(16, 16), steps=3, finish=True))
    job = trainer.job(wanted.recipe, "one")
    until(lambda: job.glimpse is not None and job.glimpse.finishing > 0, "the second-order method to begin")
    session = began({}).changed(trainer.find, recipe=wanted.recipe)
    session = session.stopped(trainer.find, lambda experiment: trainer.stop(experiment, "one")).settled(trainer.find)
    assert job.ended
    assert (session.experiment.recipe.steps, session.experiment.recipe.finish) == (3, False)
    assert session.notes == ("Stopped while it was finishing: this is the network after its 3 training steps, before that.",)
    assert session.trained is not None
    assert torch.equal(session.trained.network.flatten(), follow_recipe(session.experiment.recipe).network.flatten())


@pytest.mark.parametrize("wanted_again", [False, True])
def test_a_training_stopped_in_the_queue_begins_only_for_others(monkeypatch: pytest.MonkeyPatch, wanted_again: bool) -> None:
    begun: list[Recipe] = []
    go_on = threading.Event()

    def waiting(recipe: Recipe, **options: object) -> object:
        begun.append(recipe)
        assert go_on.wait(PATIENCE_SECONDS), "the test never let the trainings go on"
        return follow_recipe(recipe, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "follow_recipe", waiting)
    trainer = jobs.Trainer()
    for who in range(jobs.WORKERS):
        trainer.job(from_query(SMALL | {"seed": str(who)})[0].recipe, who)
    last = from_query(SMALL | {"seed": "99"})[0]
    job = trainer.job(last.recipe, "one")
    if wanted_again:
        assert trainer.job(last.recipe, "another") is job
    assert trainer.stop(last, "one") is None, "nothing was reached yet"
    go_on.set()
    until(lambda: job.ended, "the training to end")
    assert (last.recipe in begun) is wanted_again
    assert (job.trained is not None) is wanted_again
    assert wanted_again or "nobody was watching" in (job.error or "")


def test_a_network_that_came_with_a_link_is_evaluated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    evaluated = []

    def counted(*given: object, **options: object) -> object:
        evaluated.append(given)
        return follow.snapshot(*given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "carried", lambda experiment, *_: counted(experiment.recipe, experiment.carried_network()))
    recipe, trainer = from_query(SMALL)[0].recipe, jobs.Trainer()
    one, other = (with_parameters(Experiment(recipe), init_network(recipe.spec, seed)) for seed in (5, 6))
    for experiment in (one, other, one, other, one):
        known = trainer.find(experiment)
        assert known is not None
        assert torch.equal(known.network.flatten(), experiment.carried_network().flatten())  # type: ignore[union-attr]
    assert len(evaluated) == 2
