"""A sweep: every recipe a row, the same to the last bit whoever computes it, however often it was interrupted."""

from __future__ import annotations

import csv
import io
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import permviz as pv
from permviz.experiment.follow import Trained
from permviz.experiment.follow_batch import follow_batch
from permviz.experiment.own import TableTask
from permviz.experiment.rows import Row
from permviz.experiment.sweep_table import SETTINGS
from permviz.networks.tables import read_table
from tests.experiment.evaluating import MARK, outcome, outcome_of_even_seeds, outcome_or_death

ROOT = Path(__file__).parents[2]

SHORT = pv.Recipe(hidden=(3,), samples=24, steps=8)
RECIPES = [SHORT.changed(hidden=hidden, seed=seed) for seed in range(5) for hidden in ((2,), (3,))]

CSV = "x,y,size\n" + "\n".join(f"{i % 7},{i % 5},{i % 3 / 2}" for i in range(40))
DATA = pv.Dataset.from_csv(CSV, "size")
TABLE = pv.Recipe(task=TableTask(read_table(CSV).digest, (0, 1), 2).name, hidden=(2,), steps=2)


class Counting:
    """An evaluation that counts its calls, and may set an event at one of them."""

    def __init__(self, stop: threading.Event | None = None, at: int = -1) -> None:
        self.calls, self.stop, self.at, self.__qualname__ = 0, stop, at, "counting"

    def __call__(self, recipe: pv.Recipe, trained: Trained) -> Row:
        self.calls += 1
        if self.stop is not None and self.calls == self.at:
            self.stop.set()
        return outcome(recipe, trained)


@pytest.fixture(scope="module")
def table() -> pv.SweepTable:
    return pv.sweep(RECIPES, outcome, batch=2)


def test_a_row_holds_what_following_the_recipe_alone_finds() -> None:
    """The oracle: batches of one are the recipe followed, to the last bit."""
    found = pv.sweep(RECIPES, outcome, batch=1)
    assert found.recipes == tuple(RECIPES)
    assert found.columns == ("recipe", "hidden", "seed", "loss", "slope", "ended")
    for recipe, row in zip(RECIPES, found.rows, strict=True):
        (alone,) = follow_batch([recipe]) or []
        hidden = "-".join(map(str, recipe.hidden))
        assert row == (recipe.digest, hidden, recipe.seed, alone.loss, alone.gradient_norm, str(alone.ending.status))


@pytest.mark.parametrize("finish", [False, True])
def test_a_batch_of_one_is_followed_as_alone(finish: bool) -> None:
    recipe = SHORT.changed(finish=finish, hidden=(3, 2))
    alone, (batched,) = pv.follow_recipe(recipe), follow_batch([recipe]) or []
    assert torch.equal(alone.network.flatten(), batched.network.flatten())
    names = ("loss", "gradient_norm", "ending", "steps", "recipe")
    assert [getattr(alone, name) for name in names] == [getattr(batched, name) for name in names]


def test_the_networks_of_a_batch_are_those_of_their_recipes() -> None:
    recipes = [SHORT.changed(seed=seed) for seed in (7, 1, 4)]
    for recipe, batched in zip(recipes, follow_batch(recipes) or [], strict=True):
        alone = pv.follow_recipe(recipe)
        assert batched.recipe == recipe
        assert torch.allclose(alone.network.flatten(), batched.network.flatten(), rtol=0, atol=1e-12)
        assert batched.history_losses[-1] == batched.loss
    others = [pv.follow_recipe(recipe.changed(seed=9)).network.flatten() for recipe in recipes]  # negative control
    assert not any(torch.allclose(other, alone.network.flatten(), atol=1e-3) for other in others)


def test_a_start_that_fails_is_not_finished() -> None:
    recipe = TABLE.changed(activation="relu", finish=True)
    wild = replace(DATA, inputs=DATA.inputs * 1e99)
    alone, together = pv.follow_recipe(recipe, data=wild), follow_batch([recipe, recipe.changed(seed=5)], wild) or []
    assert {known.ending.status for known in (alone, *together)} == {pv.Status.FAILED}
    assert torch.equal(alone.network.flatten(), together[0].network.flatten())


def test_recipes_of_several_kinds_are_no_batch() -> None:
    with pytest.raises(ValueError, match="all alike but for their seeds"):
        follow_batch([SHORT, SHORT.changed(hidden=(2,))])
    with pytest.raises(ValueError, match="at least one"):
        follow_batch([])


def test_the_table_does_not_depend_on_who_computes_it(table: pv.SweepTable) -> None:
    """Processes do in ``test_sweep_dask.py``."""
    for threads in (1, 3):
        with ThreadPoolExecutor(threads) as pool:
            assert pv.sweep(RECIPES, outcome, pool, batch=2) == table
    assert pv.sweep(RECIPES[::-1], outcome, batch=2).rows == table.rows[::-1]
    others = [recipe.changed(rate=0.030000000001) for recipe in RECIPES]
    assert pv.sweep(others, outcome, batch=2).column("loss") != table.column("loss")  # negative control


def test_it_goes_on_from_its_store(tmp_path: Path, table: pv.SweepTable) -> None:
    stop = threading.Event()
    first = Counting(stop, at=3)
    part = pv.sweep(RECIPES, first, store=tmp_path / "rows", batch=2, stop=stop)
    assert len(part.rows) == first.calls == 4
    assert set(part.recipes) | set(part.unfinished) == set(RECIPES)
    assert len(part.unfinished) == 6
    assert set(part.rows) <= set(table.rows)
    second = Counting()
    assert pv.sweep(RECIPES, second, store=tmp_path / "rows", batch=2) == table
    assert second.calls == 6
    third = Counting()
    assert pv.sweep(RECIPES, third, store=str(tmp_path / "rows"), batch=2) == table
    assert third.calls == 0


def test_a_sweep_whose_process_is_killed_goes_on_from_its_store(tmp_path: Path, table: pv.SweepTable) -> None:
    """Killed while it evaluates the seed 3, for which nothing could be put in order: the batches before it are kept."""
    program = (
        "import permviz as pv\n"
        "from tests.experiment.evaluating import outcome_or_death\n"
        "from tests.experiment.test_sweep import RECIPES\n"
        f"pv.sweep(RECIPES, outcome_or_death, store={str(tmp_path / 'rows')!r}, batch=2)"
    )
    mark = os.environ | {MARK: str(tmp_path / "died")}
    died = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=mark,
        capture_output=True,
        text=True,
    )
    assert died.returncode, "it was not killed"
    assert (tmp_path / "died").exists(), died.stderr
    rest = Counting()
    rest.__module__, rest.__qualname__ = outcome_or_death.__module__, outcome_or_death.__qualname__
    assert pv.sweep(RECIPES, rest, store=tmp_path / "rows", batch=2) == table
    assert rest.calls == 8  # of ten: the first batch was whole, the second one held the seed 3


def test_stored_rows_are_of_one_function_version_and_batch(tmp_path: Path, table: pv.SweepTable) -> None:
    store, one = tmp_path / "rows", Counting()
    pv.sweep(RECIPES, one, store=store, version="1", batch=2)
    pv.sweep(RECIPES, one, store=store, version="2", batch=2)
    assert one.calls == 20
    assert pv.sweep(RECIPES, outcome, store=store, version="1", batch=2) == table
    wide = pv.sweep(RECIPES, one, store=store, version="1", batch=5)
    assert one.calls == 30
    assert wide == pv.sweep(RECIPES, outcome, batch=5)
    longer = [*RECIPES, SHORT.changed(seed=5), SHORT.changed(seed=6)]
    grown = pv.sweep(longer, one, store=store, version="1", batch=2)
    assert one.calls == 33  # the last batch of width 3 held one seed, and now holds two; a third one is new
    assert grown == pv.sweep(longer, outcome, batch=2)


def test_errors_are_rows_and_tried_again(tmp_path: Path) -> None:
    recipes = [SHORT.changed(seed=seed, steps=1) for seed in range(4)]
    found = pv.sweep(recipes, outcome_of_even_seeds, store=tmp_path / "rows")
    assert found.columns == ("recipe", "seed", "half", "error")
    said = "The evaluation failed: ArithmeticError: odd seeds."
    assert [row[1:] for row in found.rows] == [(0, 0, None), (1, None, said), (2, 1, None), (3, None, said)]
    assert found.errors == {recipes[1]: said, recipes[3]: said}
    mended = pv.sweep(recipes, outcome_of_even_seeds, store=tmp_path / "rows")
    assert mended == found

    def cured(recipe: pv.Recipe, trained: Trained) -> Row:
        assert recipe.seed % 2
        return {"half": recipe.seed / 2}

    cured.__module__, cured.__qualname__ = outcome_of_even_seeds.__module__, outcome_of_even_seeds.__qualname__
    assert pv.sweep(recipes, cured, store=tmp_path / "rows").column("half") == (0, 0.5, 1, 1.5)


def test_a_batch_that_cannot_be_trained_is_told_of_each_of_its_recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    def short_of_memory(recipes: Sequence[pv.Recipe], *rest: Any) -> Any:
        if recipes[0].hidden == (2,):
            raise MemoryError("not that much")
        return follow_batch(recipes, *rest)

    monkeypatch.setattr("permviz.experiment.sweep.follow_batch", short_of_memory)
    found = pv.sweep(RECIPES, outcome, batch=2)
    assert found.errors == {r: "Training failed: MemoryError: not that much." for r in RECIPES if r.hidden == (2,)}
    assert all(loss is not None for recipe, loss in zip(RECIPES, found.column("loss"), strict=True) if recipe.hidden == (3,))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([1, 2], "expected a mapping"),
        ({"loss": [1.0]}, "expected a number"),
        ({"loss": torch.zeros(2)}, "expected a number"),
        ({"": 1.0}, "column's name"),
        ({3: 1.0}, "column's name"),
        ({"a\nb": 1.0}, "column's name"),
        ({"seed": 1}, "has that column already"),
        ({"error": "none"}, "has that column already"),
        ({"text": "x" * 1001}, "at most 1000 letters"),
        ({"text": "\ud800"}, "at most 1000 letters"),
        ({"count": 2**63}, "expected a number"),
        ({str(i): i for i in range(65)}, "at most 64 names"),
    ],
)
def test_rows_that_are_none_are_errors(row: Any, said: str) -> None:
    (sentence,) = pv.sweep([SHORT.changed(steps=0)], lambda recipe, trained: row).errors.values()
    assert said in sentence
    assert len(sentence) < 400


def test_values_come_back_as_they_were(tmp_path: Path) -> None:
    """Through the store and through CSV; a number that is none equals itself."""
    values: Row = {
        "a": 0.1 + 0.2, "b": -0.0, "c": float("nan"), "d": float("inf"), "e": 2**63 - 1, "f": True, "g": None, "h": 'ä,"\n|',
    }  # fmt: skip

    def all_kinds(recipe: pv.Recipe, trained: Trained) -> Row:
        return values | {"i": torch.tensor(1.5), "j": torch.tensor(3).numpy()[()]}  # type: ignore[dict-item]

    recipes = [SHORT.changed(steps=0)]
    first = pv.sweep(recipes, all_kinds, store=tmp_path / "rows")
    assert first == pv.sweep(recipes, all_kinds, store=tmp_path / "rows")
    row = dict(zip(first.columns, first.rows[0], strict=True))
    assert {name: repr(row[name]) for name in values} == {name: repr(value) for name, value in values.items()}
    assert (row["i"], row["j"]) == (1.5, 3)
    (read,) = csv.DictReader(io.StringIO(first.to_csv()))
    assert float(read["a"]) == 0.1 + 0.2
    assert (read["g"], read["h"]) == ("", 'ä,"\n|')


class Sending(Executor):
    """Runs here what it is given, and sends the answer as another process does."""

    def submit(self, function: Any, /, *arguments: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(pickle.loads(pickle.dumps(function(*arguments))))
        return future


def test_numbers_that_are_none_are_equal_whoever_found_them() -> None:
    def none(recipe: pv.Recipe, trained: Trained) -> Row:
        return {"none": float("nan")}

    recipes = [SHORT.changed(steps=0, seed=seed) for seed in range(3)]
    assert pv.sweep(recipes, none, Sending(), batch=2) == pv.sweep(recipes, none)


def test_rows_of_one_table_are_not_taken_for_those_of_another(tmp_path: Path) -> None:
    """A recipe has the name of its table only; data that are another one must not be answered from its store."""
    other = replace(DATA, targets=DATA.targets + 1)
    for data in (DATA, other, DATA):
        counting = Counting()
        found = pv.sweep([TABLE], counting, store=tmp_path / "rows", data=data)
        assert found == pv.sweep([TABLE], outcome, data=data)
    assert counting.calls == 0


def test_progress_is_told_and_stops() -> None:
    seen: list[pv.SweepProgress] = []
    pv.sweep(RECIPES, outcome, batch=2, callback=seen.append)  # type: ignore[arg-type]
    assert [(progress.done, progress.total) for progress in seen] == [(n, 10) for n in (0, 2, 4, 5, 7, 9, 10)]
    assert len(seen[3].table.rows) == 5
    assert len(seen[3].table.unfinished) == 5
    assert [len(progress.table.rows) for progress in seen] == [progress.done for progress in seen]
    part = pv.sweep(RECIPES, outcome, batch=2, callback=lambda progress: progress.done < 4)
    assert len(part.rows) == 4
    assert part.columns == ("recipe", "hidden", "seed", "loss", "slope", "ended")
    with ThreadPoolExecutor(1) as pool:
        assert not pv.sweep(RECIPES, outcome, pool, callback=lambda progress: False).rows


def test_a_set_event_stops_within_a_training() -> None:
    class Later(threading.Event):
        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            return self.asked > 5

    stop = Later()
    endless = SHORT.changed(steps=20_000)
    found = pv.sweep([endless], outcome, stop=stop)
    assert (found.rows, found.unfinished) == ((), (endless,))
    assert stop.asked < 20


def test_a_table_travels_with_the_sweep() -> None:
    (row,) = pv.sweep([TABLE], outcome, data=DATA).rows
    assert row[1] == pv.follow_recipe(TABLE, data=DATA).loss
    with pytest.raises(ValueError, match="does not travel"):
        pv.sweep([TABLE], outcome)


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        (([], outcome), {}, "0 recipes given"),
        (([SHORT, SHORT], outcome), {}, "given twice"),
        (([SHORT], outcome), {"batch": 0}, "from 1 to 256"),
        (([SHORT], outcome), {"batch": 257}, "from 1 to 256"),
        (([SHORT], outcome), {"batch": True}, "from 1 to 256"),
        (([SHORT], outcome), {"version": "v" * 201}, "at most 200"),
        (([SHORT], outcome), {"version": "\ud800"}, "can be printed"),
        (([SHORT], outcome, 0), {}, "number of processes"),
        (([SHORT], lambda recipe, trained: {}, 2), {}, "top of a module"),
        (([SHORT], lambda recipe, trained: {}), {"store": "rows"}, "a function with a name"),
    ],
)
def test_bad_input_is_refused(arguments: tuple[Any, ...], options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        pv.sweep(*arguments, **options)
    assert not Path("rows").exists()


def test_what_is_refused_leaves_no_file(tmp_path: Path) -> None:
    def local(recipe: pv.Recipe, trained: Trained) -> Row:
        return {}

    with pytest.raises(ValueError, match="top of a module"):
        pv.sweep([SHORT], local, 2, tmp_path / "rows")
    assert not list(tmp_path.iterdir())


def test_columns() -> None:
    found = pv.sweep([SHORT.changed(steps=0)], outcome)
    assert found.columns == ("recipe", "loss", "slope", "ended")
    with pytest.raises(ValueError, match="choose one of recipe, loss"):
        found.column("losses")
    assert {"seed", "hidden", "steps"} <= set(SETTINGS)
