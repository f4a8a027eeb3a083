"""Tasks of one's own: drawn points travel in the recipe's name, of a table only its name does."""

from __future__ import annotations

import base64
import random
from dataclasses import replace

import pytest
import torch

import permviz as pv
from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import carried, follow_recipe, with_parameters
from permviz.experiment.link import from_query, to_query
from permviz.experiment.own import MOST_DRAWN, TableTask, drawn_points, drawn_task, table_task
from permviz.experiment.recipe import Recipe
from permviz.networks.tables import read_table

CSV = "a,b,kind,size\n" + "\n".join(f"{i % 5},{i * i % 7},{'xyz'[i % 3]},{i / 4}" for i in range(30))
TABLE = read_table(CSV)
KIND, SIZE = TableTask(TABLE.digest, (0, 1), 2, 3), TableTask(TABLE.digest, (0, 1), 3)


def drawing(rng: random.Random, count: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    points = rng.sample([(x, y) for x in range(256) for y in range(256)], count)
    cut = rng.randint(2, count - 2)
    return points[:cut], points[cut:]


@pytest.mark.parametrize("count", [4, 5, 60, MOST_DRAWN])
def test_drawn_points_come_back_from_a_link_wherever_they_were_drawn(count: int) -> None:
    first, second = drawing(random.Random(count), count)
    recipe = Recipe(task=drawn_task(first, second))
    back, notes = from_query(to_query(Experiment(recipe)))
    assert not notes
    assert back.recipe == recipe
    assert drawn_points(back.recipe.task) == (sorted(first), sorted(second))
    data = back.recipe.dataset()
    expected = [[-2 + 4 * place / 255 for place in point] for point in [*sorted(first), *sorted(second)]]
    torch.testing.assert_close(data.inputs, torch.tensor(expected, dtype=torch.float64), rtol=0, atol=1e-15)
    assert data.targets.tolist() == [0] * len(first) + [1] * len(second)
    assert recipe.spec.widths == (2, 4, 3, 1)
    assert len(recipe.task) <= len("drawn.") + 4 * (2 * count + 3) // 3


def test_one_drawing_is_one_recipe_in_whatever_order_it_was_drawn() -> None:
    first, second = drawing(random.Random(1), 20)
    task = drawn_task(first, second)
    assert task == drawn_task(first[::-1] + first[:3], second[::-1])
    assert task != drawn_task(second, first)
    backwards = base64.urlsafe_b64encode(bytes([2, 0, 255, 0, 0, 255, 255, 255, 0])).decode()
    assert Recipe(task=f"drawn.{backwards}").task == drawn_task([(0, 0), (0, 255)], [(255, 0), (255, 255)])


def test_a_link_with_points_and_parameters_is_short() -> None:
    first, second = drawing(random.Random(2), MOST_DRAWN)
    recipe = Recipe(task=drawn_task(first, second), hidden=(8, 8), steps=0)
    query = to_query(with_parameters(Experiment(recipe), pv.init_network(recipe.spec)))
    assert query["theta"]
    assert sum(len(name) + len(value) + 2 for name, value in query.items()) < 2500


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ("drawn.", "damaged"),
        ("drawn.AAAA", "two points or more of each class"),
        ("drawn.!!!!", "damaged"),
        ("drawn.éééé", "damaged"),
        ("drawn.BQAA", "damaged"),
        ("drawn.AA", "two points or more of each class"),
        (f"drawn.{'A' * 1200}", "damaged|two points"),
        ("drawn", "unknown task"),
        ("table", "the name of the table is damaged"),
        ("table.", "damaged"),
        (f"table.{'0' * 24}.3.1.c3", "expected a column to be learnt from others"),
        (f"table.{'0' * 24}.0.1.c3", "damaged"),
        (f"table.{'0' * 24}.1.64.r", "expected a column to be learnt"),
        (f"table.{'0' * 24}.1.2.c1", "2 to 20 classes"),
        (f"table.{'0' * 24}.1.2.c21", "2 to 20 classes"),
        (f"table.{'0' * 23}.1.2.c2", "damaged"),
        (f"table.{'0' * 24}.1.2.c2\n", "damaged"),
    ],
)
def test_a_name_that_cannot_be_read_is_refused_and_a_link_says_so(task: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Recipe(task=task)
    experiment, notes = from_query({"task": task})
    assert experiment.recipe == Recipe()
    assert len(notes) == 1
    assert notes[0].startswith("task=")


@pytest.mark.parametrize(
    "task", [KIND, SIZE, replace(KIND, inputs=tuple(range(2))), TableTask("f" * 24, tuple(range(63)), 63, 20)]
)
def test_the_name_of_a_table_comes_back_from_a_link(task: TableTask) -> None:
    assert table_task(task.name) == task
    experiment, notes = from_query(to_query(Experiment(Recipe(task=task.name))))
    assert not notes
    assert experiment.recipe.table == task
    assert experiment.recipe.spec.widths == (len(task.inputs), 4, 3, {0: 1, 3: 3, 20: 20}[task.classes])


def test_a_network_of_a_table_is_trained_on_it_and_on_nothing_else() -> None:
    data = KIND.dataset(TABLE)
    recipe = Recipe(task=KIND.name, hidden=(2,), steps=5)
    trained = follow_recipe(recipe, data=data)
    oracle = pv.train(recipe.spec, pv.Dataset.from_csv(CSV, "kind", inputs=["a", "b"]), seeds=[64], steps=5, learning_rate=0.03)
    assert torch.equal(trained.network.flatten(), oracle.networks[0].flatten())
    experiment = with_parameters(Experiment(recipe), trained.network)
    assert carried(experiment, data).loss == trained.loss
    with pytest.raises(ValueError, match="a table that does not travel"):
        follow_recipe(recipe)
    with pytest.raises(ValueError, match="a table that does not travel"):
        carried(experiment)
    with pytest.raises(ValueError, match="Data of 2 inputs and 1 outputs given for a network"):
        follow_recipe(recipe, data=pv.load_dataset("moons"))


def test_another_table_and_other_classes_are_refused() -> None:
    other = read_table(CSV.replace("a,b", "a,c"))
    with pytest.raises(ValueError, match="another table"):
        KIND.dataset(other)
    with pytest.raises(ValueError, match="The table has 3 classes, and the link says 2"):
        replace(KIND, classes=2).dataset(TABLE)
    with pytest.raises(ValueError, match="4 columns: the link asks for column 9"):
        replace(KIND, inputs=(8,)).dataset(TABLE)
    with pytest.raises(ValueError, match="Row 2, column 'kind': “x” is no number"):
        replace(SIZE, target=2).dataset(TABLE)


def test_another_task_ends_ones_own() -> None:
    recipe = Recipe(task=KIND.name).changed(task="xor")
    assert (recipe.table, recipe.is_own, recipe.noise) == (None, False, 0.3)
