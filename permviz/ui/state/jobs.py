"""Training in the background, shared by all sessions: one recipe trains once, however many have opened its link.

A session polls; it never waits. What a visitor can make the server do is bounded: the size of an experiment, the jobs at work
and in the queue, and a job that nobody has looked at for a while stops by itself.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from permviz.experiment.codec import encode_parameters
from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import Trained, carried, follow_recipe, snapshot
from permviz.experiment.recipe import Recipe
from permviz.networks.network import Network
from permviz.training.train import Progress

WORKERS = 2
MOST_JOBS = 64
MOST_KEPT = 256
UNWATCHED_SECONDS = 20.0
STOPPED_SECONDS = 3.0
"""Ten polls: a training that somebody has stopped goes on only if somebody else asks for it within this time."""


class TooBusyError(RuntimeError):
    """More trainings are waiting than the server takes."""


@dataclass(frozen=True)
class Glimpse:
    """A training as it stands: ``step`` of the Adam budget, the network there, losses recorded so far."""

    step: int
    network: Network
    steps: tuple[int, ...]
    losses: tuple[float, ...]


class Job:
    """One training under way. Read ``glimpse``, ``trained`` and ``error`` at any time; poll through ``watch``."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.glimpse: Glimpse | None = None
        self.trained: Trained | None = None
        self.error: str | None = None
        self.abandoned = False
        self.stopped = False
        self._watched = time.monotonic()

    def watch(self) -> Job:
        self._watched, self.stopped = time.monotonic(), False
        return self

    def forsake(self) -> bool:
        """Whether nobody looks any more; the job is then abandoned."""
        patience = STOPPED_SECONDS if self.stopped else UNWATCHED_SECONDS
        self.abandoned = time.monotonic() - self._watched > patience
        return self.abandoned

    @property
    def ended(self) -> bool:
        return self.trained is not None or self.error is not None

    @property
    def done(self) -> float:
        """The part of the Adam budget that is done, 0 to 1."""
        return min(1.0, self.glimpse.step / max(self.recipe.steps, 1)) if self.glimpse else 0.0

    def report(self, progress: Progress) -> bool:
        """The training's callback: note where it stands, and whether somebody still looks."""
        earlier = self.glimpse
        steps, losses = (earlier.steps, earlier.losses) if earlier else ((), ())
        self.glimpse = Glimpse(
            progress.step, progress.networks[0], (*steps, progress.step), (*losses, float(progress.losses[0]))
        )
        return not self.forsake()


class Trainer:
    """The server's trainings: finished ones by recipe (the least recently used dropped), and those under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="training")
        self._kept: OrderedDict[Recipe, Trained] = OrderedDict()
        self._jobs: dict[Recipe, Job] = {}

    def find(self, experiment: Experiment) -> Trained | None:
        """The trained network of an experiment if it is known without training."""
        with self._lock:
            trained = self._kept.get(experiment.recipe)
            if trained is not None:
                self._kept.move_to_end(experiment.recipe)
        if not experiment.theta or (trained is not None and encode_parameters(trained.network) == experiment.theta):
            return trained
        return carried(experiment)

    def job(self, recipe: Recipe) -> Job:
        """The training of a recipe, begun if need be.

        Raises:
            TooBusyError: if too many are waiting.
        """
        with self._lock:
            job = self._jobs.get(recipe)
            if job is None and recipe in self._kept:  # it ended since the caller looked
                job = Job(recipe)
                job.trained = self._kept[recipe]
            elif job is None:
                if len(self._jobs) >= MOST_JOBS:
                    raise TooBusyError("Many networks are being trained at this moment: try again in a minute.")
                job = self._jobs[recipe] = Job(recipe)
                self._pool.submit(self._work, job)
            return job.watch()

    def stop(self, experiment: Experiment) -> Experiment | None:
        """The experiment with a budget that ends where its training stands now, kept; ``None`` before the first report.

        The training itself goes on for whoever else looks at it; if nobody does it ends, or does not begin.
        """
        job = self.job(experiment.recipe)
        job.stopped, glimpse = True, job.glimpse
        if glimpse is None:
            return None
        stopped = experiment.changed(steps=glimpse.step, finish=False)
        self._keep(snapshot(stopped.recipe, glimpse.network, glimpse.steps, glimpse.losses))
        return stopped

    def _keep(self, trained: Trained) -> None:
        with self._lock:
            self._kept[trained.recipe] = trained
            self._kept.move_to_end(trained.recipe)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def _earlier(self, recipe: Recipe) -> Trained | None:
        """The longest finished run on the same trajectory that can be continued to this recipe."""
        with self._lock:
            runs = [t for t in self._kept.values() if t.recipe.start == recipe.start and t.run is not None]
        return max((t for t in runs if t.run and t.run.steps <= recipe.steps), key=lambda t: t.steps, default=None)

    def _work(self, job: Job) -> None:
        try:
            if not job.forsake():
                earlier = self._earlier(job.recipe)
                trained = follow_recipe(job.recipe, resume=earlier.run if earlier else None, callback=job.report)
            if not job.abandoned:
                self._keep(trained)
                job.trained = trained
            else:
                job.error = "The training was stopped because nobody was watching it: reload the page to begin again."
        except Exception as error:  # the page says it; a worker thread has nobody else to tell
            job.error = f"The training ended early: {error}"
        finally:
            with self._lock:
                self._jobs.pop(job.recipe, None)
