"""The recipe: a key of caches, and a unit of work that travels between processes."""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

import permviz as pv
from permviz.experiment.recipe import Recipe
from tests.experiment.test_link import random_recipe

ROOT = Path(__file__).parents[2]
OTHER: dict[str, Any] = {
    "task": "xor", "samples": 401, "noise": 0.25, "draw": 1, "hidden": (3, 4), "activation": "erf", "seed": 65, "steps": 999,
    "rate": 0.01, "finish": True, "decay": 0.001,
}  # fmt: skip
"""For each setting another value than its default."""


@pytest.mark.parametrize("seed", range(20))
def test_a_recipe_travels_and_is_a_key(seed: int) -> None:
    recipe = random_recipe(random.Random(seed))
    known = {recipe: "found"}
    recipe.spec, recipe.start  # noqa: B018  # what is cached does not travel
    back = pickle.loads(pickle.dumps(recipe))
    assert back == recipe
    assert known[back] == "found"
    assert back.digest == recipe.digest
    assert back.__dict__.keys() == OTHER.keys()


@pytest.mark.parametrize("name", OTHER)
def test_every_setting_makes_another_recipe(name: str) -> None:
    recipe = Recipe()
    other = Recipe(**{name: OTHER[name]})
    assert other != recipe
    assert other.digest != recipe.digest
    assert {recipe: 1}.get(other) is None
    assert (other.start == recipe.start) == (name in ("steps", "finish"))


def test_what_another_process_sends_is_validated() -> None:
    sent = pickle.dumps(Recipe())
    assert pickle.loads(sent) == Recipe()
    with pytest.raises(ValueError, match="Task 'spoon' given: unknown task"):
        pickle.loads(sent.replace(b"moons", b"spoon"))


def test_the_digest_is_the_same_in_every_process() -> None:
    recipe = Recipe(task="iris", noise=0.1, hidden=(5, 4))
    code = "import pickle, sys; r = pickle.load(sys.stdin.buffer); print(r.digest, {r: 'found'}[type(r)(**r.__dict__)])"
    for salt in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, input=pickle.dumps(recipe), capture_output=True, check=True,
            env=os.environ | {"PYTHONHASHSEED": salt},
        )  # fmt: skip
        assert done.stdout.decode().split() == [recipe.digest, "found"]


def test_the_digest_is_that_of_the_recipe_as_a_link_writes_it() -> None:
    import hashlib

    text = "task=moons&samples=400&noise=0.15&draw=0&net=4-3&act=tanh&seed=64&steps=1000&rate=0.03&finish=0"
    assert Recipe().digest == hashlib.sha256(text.encode()).hexdigest()[:16]
    assert Recipe(noise=-0.0).digest == Recipe(noise=0).digest


def test_equal_recipes_have_equal_keys_however_they_are_written() -> None:
    plain, given = Recipe(hidden=(4, 3), noise=1.0), Recipe(hidden=[4, 3], noise=1)  # type: ignore[arg-type]
    assert plain == given
    assert hash(plain) == hash(given)
    assert repr(plain) == repr(given)


def test_a_recipe_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        Recipe().seed = 3  # type: ignore[misc]


def test_the_data_and_the_shape_are_those_of_the_library() -> None:
    recipe = Recipe(task="four-blobs", samples=40, noise=0.3, draw=7, hidden=(5,), activation="sin")
    data, oracle = recipe.dataset(), pv.load_dataset("four-blobs", samples=40, noise=0.3, seed=7)
    assert data.inputs.equal(oracle.inputs)
    assert data.targets.equal(oracle.targets)
    assert recipe.spec == pv.NetworkSpec((2, 5, 4), "sin")


def test_another_task_brings_its_own_noise() -> None:
    for name, task in pv.TASKS.items():
        expected = 1.0 if name == "moons" else task.default_noise
        assert Recipe(noise=1.0).changed(task=name).noise == expected
    assert Recipe().changed(task="xor", noise=0.7).noise == 0.7
    with pytest.raises(ValueError, match="Task 'moon' given: unknown task: choose one of moons, "):
        Recipe().changed(task="moon")
