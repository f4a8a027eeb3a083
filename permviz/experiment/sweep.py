"""Many recipes trained and evaluated: here, by processes, or on whatever executor; kept in a file while it runs.

Recipes that differ only in their seed are one batch, and a batch is the job (:mod:`permviz.training.jobs`). Which recipes share
one follows from the list alone, and every batch is computed on one thread of torch; so the table does not depend, to the last
bit, on the executor, the order in which jobs finish, interruptions, or workers that died. A row is taken from the store only if
it was found in the same batch.

It stands here and not beside ``train``, because its unit is the :class:`.Recipe`; the engine stands there.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from os import PathLike

from permviz.experiment.follow import Trained
from permviz.experiment.follow_batch import follow_batch, kind_of
from permviz.experiment.recipe import Recipe
from permviz.experiment.rows import Row, Value, flat_row
from permviz.experiment.store import Store, open_store
from permviz.experiment.sweep_table import TAKEN, SweepProgress, SweepTable, table_of
from permviz.landscape.processor import one_torch_thread
from permviz.networks.checks import checked
from permviz.networks.datasets import Dataset
from permviz.networks.results import given
from permviz.training.jobs import Lost, check_executor, run_jobs

MOST_RECIPES, MOST_BATCH, MOST_VERSION = 100_000, 256, 200

Evaluate = Callable[[Recipe, Trained], Mapping[str, Value]]


@dataclass(frozen=True)
class _Batch:
    """A job: recipes that are trained together, and which of them are evaluated, being not in the store.

    Attributes:
        recipes: all of the batch, whatever is wanted, since rounding depends on it.
        places: theirs in the sweep.
        wanted: indices of ``recipes``.
    """

    recipes: tuple[Recipe, ...]
    places: tuple[int, ...]
    evaluate: Evaluate
    data: Dataset | None
    wanted: tuple[int, ...] = ()

    @cached_property
    def digest(self) -> str:
        """By which the store knows the batch: of its recipes, and of the table that these only name."""
        found = hashlib.sha256(" ".join(recipe.digest for recipe in self.recipes).encode())
        if self.data is not None:
            found.update(f" {self.data.loss}".encode())
            for part in (self.data.inputs, self.data.targets):
                found.update(part.numpy(force=True).tobytes())
        return found.hexdigest()[:16]


@checked
def sweep(
    recipes: Sequence[Recipe],
    evaluate: Callable[[Recipe, Trained], Mapping[str, Value]],
    executor: Executor | int | None = None,
    store: str | PathLike[str] | None = None,
    *,
    version: str = "",
    batch: int = 16,
    data: Dataset | None = None,
    callback: Callable[[SweepProgress], bool | None] | None = None,
    stop: threading.Event | None = None,
) -> SweepTable:
    """Train every recipe and evaluate what comes out, one row a recipe.

    Args:
        recipes: different ones, at most 100,000.
        evaluate: ``evaluate(recipe, trained)`` gives a row: a mapping from at most 64 names to numbers, texts, truth values or
            ``None``. ``trained`` has ``network``, ``loss``, ``ending`` and what else :func:`permviz.follow_recipe` returns, but
            for the run. An error in it is a row that says so. For other processes it is a function at the top of a module.
        executor: any of :mod:`concurrent.futures`, such as ``ThreadPoolExecutor(4)`` or Dask's ``client.get_executor()``; a
            number of processes, of a pool that is made here and made anew if one dies; ``None`` for this process alone.
        store: a file in which rows are kept as they come. A sweep of the same recipes goes on from it. Rows are of one
            ``evaluate``, by its module and name, and of one ``version``; errors are not kept, and tried again.
        version: of ``evaluate``, by you: another one, and stored rows are not taken.
        batch: at most so many recipes that differ only in their seed are trained together, 1 to 256; with 1 each is trained as
            ``follow_recipe`` does. Rounding depends on it, and so may the minimum that a finished training ends in.
        data: the table, where recipes are of one.
        callback: called with a :class:`SweepProgress` at the start and after every batch; returning False stops the sweep.
        stop: an event that stops it when set, in this process within a training.

    Returns:
        A :class:`SweepTable`. Of a sweep that was stopped, with the rows that were found.

    Raises:
        ValueError: for arguments out of range, recipes given twice, an ``evaluate`` that cannot be sent or has no name for the
            store, or a store that is damaged or of another version.
        OSError: if the store cannot be written.

    >>> recipes = [Recipe(hidden=(2,), samples=20, steps=steps, seed=seed) for steps in (0, 1) for seed in range(2)]
    >>> table = sweep(recipes, lambda recipe, trained: {"loss": trained.loss})
    >>> table.columns, len(table.rows)
    (('recipe', 'seed', 'steps', 'loss'), 4)
    """
    _check(recipes, version, batch, data)
    check_executor(executor, evaluate)  # before there is a store
    name = f"{_name(evaluate)} {version}" if store is not None else ""
    found: dict[int, Row | str] = {}  # grows, and nothing in it changes: its beginning is what a progress saw
    errors = 0

    def going() -> bool:
        done = len(found)
        progress = SweepProgress(done, len(recipes), errors, lambda: table_of(recipes, dict(islice(found.items(), done))))
        return callback is None or callback(progress) is not False

    with nullcontext() if store is None else open_store(store) as kept:
        batches = list(_left(_batches(recipes, evaluate, data, batch), kept, name, found))
        stopped = not going()

        def stopping() -> bool:
            return stopped or (stop is not None and stop.is_set())

        def here(job: _Batch) -> list[Row | str] | None:
            return _rows(job, stopping)

        with closing(run_jobs(here if executor is None else _rows, batches, executor, stopping)) as results:
            for i, rows in results:
                if rows is None:
                    continue
                job = batches[i]
                if isinstance(rows, Lost):
                    rows = [rows.sentence] * len(job.wanted)
                rows = [row if isinstance(row, str) else flat_row(row) for row in rows]  # another process has a nan of its own
                errors += sum(isinstance(row, str) for row in rows)
                new = dict(zip(job.wanted, rows, strict=True))
                found |= {job.places[at]: row for at, row in new.items()}
                if kept is not None:
                    good = {job.recipes[at].digest: row for at, row in new.items() if not isinstance(row, str)}
                    kept.write(good, job.digest, name)
                stopped = not going() or stopped
    return table_of(recipes, found)


def _batches(recipes: Sequence[Recipe], evaluate: Evaluate, data: Dataset | None, most: int) -> Iterator[_Batch]:
    """Recipes of one kind, by their seeds, in pieces of ``most``; kinds in the order in which they come."""
    kinds: dict[Recipe, list[int]] = {}
    for place, recipe in enumerate(recipes):
        kinds.setdefault(kind_of(recipe), []).append(place)
    for places in kinds.values():
        places.sort(key=lambda place: recipes[place].seed)
        for at in range(0, len(places), most):
            piece = tuple(places[at : at + most])
            own = data if recipes[piece[0]].table else None
            yield _Batch(tuple(recipes[place] for place in piece), piece, evaluate, own, tuple(range(len(piece))))


def _left(batches: Iterator[_Batch], kept: Store | None, name: str, found: dict[int, Row | str]) -> Iterator[_Batch]:
    """The batches that are still to be done; rows that the store has are put into ``found``."""
    for job in batches:
        rows = {} if kept is None else kept.read([recipe.digest for recipe in job.recipes], job.digest, name)
        known = {at: rows[recipe.digest] for at, recipe in enumerate(job.recipes) if recipe.digest in rows}
        found |= {job.places[at]: row for at, row in known.items()}
        if len(known) < len(job.recipes):
            yield replace(job, wanted=tuple(at for at in job.wanted if at not in known))


def _rows(job: _Batch, stopping: Callable[[], bool] = lambda: False) -> list[Row | str] | None:
    """The rows that are wanted of a batch, or sentences in their place; ``None`` if it was stopped."""
    with one_torch_thread():
        try:
            trained = follow_batch(job.recipes, job.data, stopping)
        except Exception as error:
            return [f"Training failed: {_said(error)}"] * len(job.wanted)
        return None if trained is None else [_row(job.evaluate, job.recipes[at], trained[at]) for at in job.wanted]


def _row(evaluate: Evaluate, recipe: Recipe, trained: Trained) -> Row | str:
    try:
        return flat_row(evaluate(recipe, trained), TAKEN)
    except Exception as error:
        return f"The evaluation failed: {_said(error)}"


def _said(error: Exception) -> str:
    kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
    text = " ".join(f"{kind}{error}".split()).rstrip(".: ")
    return f"{text if len(text) <= 300 else text[:299] + '…'}."


def _name(evaluate: Evaluate) -> str:
    """By which rows of a store are known to be this function's."""
    name = getattr(evaluate, "__qualname__", "")
    if not name or name.endswith("<lambda>"):
        raise ValueError(
            f"evaluate={evaluate!r:.80} given with a store, whose rows it would be known by: give a function with a name."
        )
    return f"{evaluate.__module__}.{name}"


def _check(recipes: Sequence[Recipe], version: str, batch: int, data: Dataset | None) -> None:
    if not 1 <= len(recipes) <= MOST_RECIPES or any(not isinstance(recipe, Recipe) for recipe in recipes):
        raise ValueError(f"{len(recipes)} recipes given: expected 1 to {MOST_RECIPES}, each a Recipe.")
    if len(set(recipes)) < len(recipes):
        twice = Counter(recipes).most_common(1)[0][0]
        raise ValueError(f"{twice!r:.200} given twice: expected different recipes, such as other seeds.")
    if isinstance(batch, bool) or not isinstance(batch, int) or not 1 <= batch <= MOST_BATCH:
        raise ValueError(f"batch={given(batch)} given: expected a whole number from 1 to {MOST_BATCH}.")
    if len(version) > MOST_VERSION or not version.isprintable():
        raise ValueError(f"Version {given(version)} given: expected at most {MOST_VERSION} letters that can be printed.")
    for recipe in {kind_of(recipe) for recipe in recipes if recipe.table}:
        recipe.dataset(data)
