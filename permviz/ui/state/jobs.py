"""Training in the background, shared by all sessions: one recipe trains once, however many have opened its link.

A session polls; it never waits. What a visitor can make the server do is bounded: the size of an experiment, the jobs that one
session and all of them may have unfinished, and a job that nobody has looked at for a while stops by itself. Nobody waits for
another's training to end: jobs are worked on in turns (:mod:`.turns`), each for a moment.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from permviz.experiment.codec import encode_parameters
from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import Trained, carried, follow_recipe, snapshot
from permviz.experiment.recipe import Recipe
from permviz.landscape.processor import step_back
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network
from permviz.training.train import Progress, TrainingRun
from permviz.ui.state.turns import Turns

WORKERS = 2
MOST_JOBS = 256
MOST_JOBS_EACH = 2
"""Of one session; of one that asks for more, the job that it has not looked at the longest is let go."""

MOST_KEPT = 256
UNWATCHED_SECONDS = 20.0
TURN_SECONDS = 0.2
"""Beginning a turn costs up to 20 ms, for the largest data."""


_UNWATCHED = "The training was stopped because nobody was watching it: reload the page to begin again."


class TooBusyError(RuntimeError):
    """More trainings are waiting than the server takes."""


@dataclass(frozen=True)
class Glimpse:
    """A training as it stands.

    Attributes:
        step: of the Adam budget.
        network, loss: there.
        steps, losses: recorded on the way.
        finishing: steps of the second-order method after Adam's.
    """

    step: int
    network: Network
    loss: float
    steps: tuple[int, ...]
    losses: tuple[float, ...]
    finishing: int = 0


class Job:
    """One training under way. Read ``glimpse``, ``trained`` and ``error`` at any time."""

    def __init__(self, recipe: Recipe, data: Dataset | None = None) -> None:
        self.recipe = recipe
        self.data = data  # the table, where the recipe is of one
        self.glimpse: Glimpse | None = None
        self.adam: Trained | None = None  # its end, where the recipe goes on from there
        self.trained: Trained | None = None
        self.error: str | None = None
        self.dropped = False
        self.run: TrainingRun | None = None
        self._finishing: TrainingRun | None = None
        self._watched = time.monotonic()

    def watch(self) -> Job:
        self._watched = time.monotonic()
        return self

    @property
    def abandoned(self) -> bool:
        """Whether nobody looks any more."""
        return self.dropped or time.monotonic() - self._watched > UNWATCHED_SECONDS

    @property
    def ended(self) -> bool:
        return self.trained is not None or self.error is not None

    @property
    def done(self) -> float:
        """The part of the Adam budget that is done, 0 to 1."""
        return min(1.0, self.glimpse.step / max(self.recipe.steps, 1)) if self.glimpse else 0.0

    def go_on(self, seconds: float) -> Trained | None:
        """Train for about so long; the network, if Adam, or the second-order method after it, has come to its end."""
        end, cut = time.monotonic() + seconds, False

        def report(progress: Progress) -> bool:
            nonlocal cut
            self._note(progress)
            cut = self.abandoned or time.monotonic() >= end
            return not cut

        stage = self.recipe if self.adam else self.recipe.changed(finish=False)
        reached = follow_recipe(stage, resume=self.run, callback=report, finishing=self._finishing, data=self.data)
        self.run, self._finishing = reached.run, reached.finishing
        return None if cut else reached

    def reach(self, trained: Trained) -> None:
        """The end of the training, or of Adam's part where the recipe goes on from there."""
        if trained.recipe == self.recipe:
            self.trained = trained
        else:
            self.adam = trained

    def _note(self, progress: Progress) -> None:
        """Where the training stands."""
        network, loss, was = progress.networks[0], float(progress.losses[0]), self.glimpse
        steps, losses = (was.steps, was.losses) if was else ((), ())
        if self.adam:
            self.glimpse = Glimpse(self.adam.steps, network, loss, steps, losses, progress.step)
        else:
            self.glimpse = Glimpse(progress.step, network, loss, (*steps, progress.step), (*losses, loss))


class Trainer:
    """The server's trainings: networks known (the least recently used dropped), and jobs under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="training", initializer=step_back)
        self._serving = 0
        self._kept: OrderedDict[tuple[Recipe, str], Trained] = OrderedDict()  # by recipe and carried parameters
        self._jobs: dict[Recipe, Job] = {}
        self._turns = Turns[Job](MOST_JOBS_EACH)

    def find(self, experiment: Experiment, data: Dataset | None = None, named: Network | None = None) -> Trained | None:
        """The network of an experiment if it is known without training; ``data`` is the table, where it is of one, and
        ``named`` its network, where that was brought and does not travel."""
        theta, trained = experiment.theta, self._look(experiment.recipe)
        if not theta or (trained is not None and encode_parameters(trained.network) == theta):
            return trained
        known = self._look(experiment.recipe, theta)
        if known is None:
            known = carried(experiment, data, named)
            self._keep(known, theta)
        return known

    def job(self, recipe: Recipe, who: Hashable, data: Dataset | None = None) -> Job:
        """The training of a recipe, begun if need be, and watched by ``who`` from now on; ``data`` as in :meth:`find`.

        Raises:
            TooBusyError: if too many are unfinished.
        """
        with self._lock:
            job, known = self._jobs.get(recipe), self._kept.get((recipe, ""))
            if job is None and known is not None:  # it ended since the caller looked
                job = Job(recipe)
                job.trained = known
                return job
            new = job is None
            job = self._jobs.setdefault(recipe, job or Job(recipe, data))
            self._drop(self._turns.want(who, job))
            if new and len(self._jobs) > MOST_JOBS:
                self._drop(self._turns.let_go(who, job))
                raise TooBusyError("Many networks are being trained at this moment: try again in a minute.")
            if self._serving < WORKERS:
                self._serving += 1
                self._pool.submit(self._serve)
            return job.watch()

    def stop(self, experiment: Experiment, who: Hashable) -> Experiment | None:
        """The experiment with a budget that ends where its training stands now, kept; ``None`` before the first report.

        Of one that is finishing, that is the end of Adam: no recipe says where a second-order method was cut short. The
        training itself goes on if somebody else looks at it.
        """
        with self._lock:
            job = self._jobs.get(experiment.recipe)
            if job is None:
                return None
            self._drop(self._turns.let_go(who, job))
        adam, glimpse = job.adam, job.glimpse
        if adam is not None:
            self._keep(adam)
            return experiment.changed(finish=False)
        if glimpse is None:
            return None
        stopped = experiment.changed(steps=glimpse.step, finish=False)
        self._keep(snapshot(stopped.recipe, glimpse.network, glimpse.steps, glimpse.losses, data=job.data))
        return stopped

    def _look(self, recipe: Recipe, theta: str = "") -> Trained | None:
        with self._lock:
            trained = self._kept.get((recipe, theta))
            if trained is not None:
                self._kept.move_to_end((recipe, theta))
            return trained

    def _keep(self, trained: Trained, theta: str = "") -> None:
        with self._lock:
            self._kept[trained.recipe, theta] = trained
            self._kept.move_to_end((trained.recipe, theta))
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def _earlier(self, recipe: Recipe) -> TrainingRun | None:
        """The longest finished run on the same trajectory that can be continued to this recipe."""
        with self._lock:
            runs = [t.run for t in self._kept.values() if t.run is not None and t.recipe.start == recipe.start]
        return max((run for run in runs if run.steps <= recipe.steps), key=lambda run: run.steps, default=None)

    def _drop(self, job: Job | None) -> None:
        """Nobody wants it any more; whoever asks from now on begins anew. With the lock held."""
        if job is not None:
            job.dropped, job.error = True, _UNWATCHED
            self._forget(job)

    def _forget(self, job: Job) -> None:
        if self._jobs.get(job.recipe) is job:
            del self._jobs[job.recipe]

    def _serve(self) -> None:
        """A worker's life: one turn after another, while there are any."""
        while (job := self._next()) is not None:
            self._take_turn(job)
            with self._lock:
                if job.ended:
                    self._turns.end(job)
                    self._forget(job)
                else:
                    self._turns.put_back(job)

    def _next(self) -> Job | None:
        with self._lock:
            job = self._turns.take()
            self._serving -= job is None
            return job

    def _take_turn(self, job: Job) -> None:
        try:
            if job.run is None:
                job.run = self._earlier(job.recipe)
            reached = None if job.abandoned else job.go_on(TURN_SECONDS)
            if reached is not None:
                self._keep(reached)
                job.reach(reached)
            elif job.abandoned:
                job.error = _UNWATCHED
        except Exception as error:  # the page says it; a worker thread has nobody else to tell
            job.error = f"The training ended early: {error}"
