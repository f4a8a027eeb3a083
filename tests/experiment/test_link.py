"""The link: what it holds comes back to the last bit, and nothing that is put in it breaks anything."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest

from permviz.experiment.codec import encode_parameters
from permviz.experiment.experiment import Experiment
from permviz.experiment.link import from_query, to_query
from permviz.experiment.recipe import Recipe
from permviz.experiment.views import AverageView, CountView, RastriginView, SlicesView
from permviz.networks.activations import ACTIVATIONS
from permviz.networks.network import init_network
from permviz.networks.tasks import TASKS
from permviz.symmetry.permutation import Permutation

FUZZED = 1000


def random_recipe(rng: random.Random) -> Recipe:
    return Recipe(
        task=rng.choice(list(TASKS)),
        samples=rng.randint(20, 2000),
        noise=rng.choice([0.0, 0.15, rng.uniform(0, 2)]),
        draw=rng.randint(0, 999_999),
        hidden=tuple(rng.randint(1, 16) for _ in range(rng.randint(1, 4))),
        activation=rng.choice(list(ACTIVATIONS)),
        seed=rng.randint(0, 999_999),
        steps=rng.randint(0, 20_000),
        rate=rng.uniform(1e-5, 1),
        finish=rng.random() < 0.5,
        decay=rng.choice([0.0, 0.001, rng.uniform(0, 100)]),
    )


def random_experiment(rng: random.Random) -> Experiment:
    recipe = random_recipe(rng)
    order = tuple(tuple(map(int, o)) for o in Permutation.random(recipe.spec, seed=rng.randint(0, 99)).orders)
    theta = encode_parameters(init_network(recipe.spec, seed=1))
    return with_nodes(rng, Experiment(recipe, order, theta))


def with_nodes(rng: random.Random, experiment: Experiment) -> Experiment:
    """Layers and nodes of the pages, drawn among those of the network."""
    hidden = experiment.recipe.hidden
    layer = rng.randint(1, len(hidden))
    n = hidden[layer - 1]
    drawn = rng.sample(range(n), n)
    slices = SlicesView(
        show=rng.choice(["line", "plane"]),
        log=rng.random() < 0.5,
        span=rng.uniform(0.01, 10),
        layer=layer,
        swap=(layer, *sorted(drawn[:2])) if n > 1 else (),
        nodes=tuple(drawn[:3]) if n > 2 else (0, 1, 2),
    )
    count = CountView(layer=layer, nodes=(drawn[0], drawn[1])) if n > 1 else CountView()
    return experiment.changed(slices=slices, count=count, rastrigin=RastriginView(layer=layer, nodes=tuple(drawn[:4])))


@pytest.mark.parametrize("seed", range(60))
def test_a_link_brings_back_the_experiment(seed: int) -> None:
    experiment = random_experiment(random.Random(seed))
    url = urlencode(to_query(experiment))
    back, notes = from_query(dict(parse_qsl(url, keep_blank_values=True)))
    assert back == experiment
    assert notes == ()
    assert len(url) < 2000


def damaged(rng: random.Random, query: dict[str, str]) -> dict[str, str]:
    alphabet = "0123456789abcdefXYZ-_.=%&~ é\x00\n∞,;<>\"'"
    query = dict(query)
    for _ in range(rng.randint(1, 4)):
        key = rng.choice(list(query))
        text = query[key]
        kind = rng.randrange(6)
        if kind == 0:
            query[key] = "".join(rng.choice(alphabet) for _ in range(rng.randint(0, 12)))
        elif kind == 1 and text:
            at = rng.randrange(len(text))
            query[key] = text[:at] + rng.choice(alphabet) + text[at + 1 :]
        elif kind == 2:
            query[key] = text[: len(text) // 2]
        elif kind == 3:
            query[key] = rng.choice(["nan", "inf", "-1", "1e999", "9" * 5000, "0", "", "None", "-0", "1_0", "٣", "4-4-4-4-4-4"])
        elif kind == 4:
            query["".join(rng.choice(alphabet) for _ in range(5))] = "x"
        else:
            del query[key]
            query["v"] = rng.choice(["0", "2", "x"])
    return query


def test_damaged_links_open_a_valid_experiment_and_say_what_was_ignored() -> None:
    told = 0
    for seed in range(FUZZED):
        rng = random.Random(seed)
        query = damaged(rng, to_query(random_experiment(rng)))
        experiment, notes = from_query(query)
        assert replace(experiment) == experiment  # which validates it once more
        assert from_query(to_query(experiment)) == (experiment, ())
        assert all(note.endswith(".") and len(note) < 210 and note.isprintable() for note in notes)
        told += bool(notes)
    assert told > FUZZED / 2


@pytest.mark.parametrize(
    ("query", "name", "value", "words"),
    [
        ({"net": "0"}, "hidden", (1,), "out of range"),
        ({"net": "1000000000-4"}, "hidden", (16, 4), "out of range"),
        ({"net": "4-4-4-4-4-4"}, "hidden", (4, 4, 4, 4), "out of range"),
        ({"net": "two"}, "hidden", (4, 3), "cannot be read"),
        ({"noise": "-1"}, "noise", 0.0, "out of range"),
        ({"task": "moon"}, "task", "moons", "unknown task"),
        ({"act": "cosh"}, "activation", "tanh", "unknown activation"),
        ({"rate": "nan"}, "rate", 0.03, "finite"),
        ({"steps": "99999999"}, "steps", 20_000, "out of range"),
        ({"order": "0012.012"}, "order", (), "no permutation"),
        ({"order": "10.01"}, "order", (), "the order does not fit hidden layers of 4-3 nodes."),
        ({"order": "0000.012"}, "order", (), "exactly once."),
        ({"net": ""}, "hidden", (4, 3), "expected at least 1 number, and none given."),
        ({"average.matrix": "1_2_3"}, "average", AverageView(), "expected at least 4 numbers, and 3 given."),
        ({"average.matrix": "1_2_3_4_5"}, "average", AverageView(), "expected at most 4 numbers, and 5 given."),
        ({"theta": "A" * 1700}, "theta", "", "it is longer than 1600 characters."),
        ({"theta": "AAAA"}, "theta", "", "damaged"),
        ({"slices.span": "100"}, "slices", SlicesView(span=10.0), "out of range"),
        ({"slices.show": "cube"}, "slices", SlicesView(), "expected 'line', 'swaps', 'plane' or 'random'."),
        ({"colour": "red"}, "task", "moons", "Unknown in the link"),
        ({"v": "7"}, "task", "moons", "version"),
    ],
)
def test_each_fault_gets_its_sentence(query: dict[str, str], name: str, value: object, words: str) -> None:
    experiment, notes = from_query(query)
    assert getattr(experiment if hasattr(experiment, name) else experiment.recipe, name) == value
    assert len(notes) == 1
    assert words in notes[0]
    assert not re.search(r"\.\.|Input should|Tuple should", notes[0])


@pytest.mark.parametrize("value", ["foo" * 600, "1" * 1800, "1-" * 900, "1_" * 900, ".".join("1" * 900), "9" * 1600])
def test_no_value_makes_a_note_long(value: str) -> None:
    for key in {*to_query(random_experiment(random.Random(0))), "average.matrix", "rastrigin.u", "claims.claim"} - {"v"}:
        _, notes = from_query({key: value})
        assert [len(note) < 210 and note.startswith(key) for note in notes] == [True], (key, notes)


MISFITS = [
    ("4-3", "slices.swap", "9_9_9", "1_0_1", "the smaller one first"),
    ("4-3", "slices.swap", "1_0_0", "1_0_3", "the smaller one first"),
    ("4-3", "slices.swap", "1_2_0", "1_0_2", "the smaller one first"),
    ("4-3", "slices.swap", "1_2", "1_0_2", "the smaller one first"),
    ("4-3", "slices.swap", "3_0_1", "2_0_1", "hidden layers are 1 to 2."),
    ("4-3", "slices.swap", "0_0_1", "2_0_1", "hidden layers are 1 to 2."),
    ("4-3", "slices.swap", "2_0_3", "1_0_3", "the nodes of layer 2 are 0 to 2."),
    ("4-3", "slices.nodes", "1_1_1", "3_1_0", "three different nodes"),
    ("4-3", "slices.nodes", "0_1_2_3", "0_1_3", "three different nodes"),
    ("4-3", "slices.nodes", "0_9_12", "1_2_3", "the nodes of layer 1 are 0 to 3."),
    ("4-3", "slices.nodes", "0_1_99", "0_1_3", "the nodes of layer 1 are 0 to 3."),  # moved to 15, which does not fit either
    ("4-3", "slices.layer", "4", "2", "hidden layers are 1 to 2."),
    ("5", "slices.layer", "2", "1", "only hidden layer is 1."),
    ("4-3", "count.layer", "3", "2", "hidden layers are 1 to 2."),
    ("4-1-2", "count.layer", "2", "3", "layer 2 has one node"),
    ("4-3", "count.nodes", "0_0", "3_1", "two different nodes"),
    ("1-4", "count.nodes", "0_4", "0_3", "the nodes of layer 2 are 0 to 3."),
    ("4-3", "rastrigin.layer", "3", "2", "hidden layers are 1 to 2."),
    ("4-3", "rastrigin.nodes", "0_9", "0_2", "the nodes of layer 1 are 0 to 3."),
    ("1", "rastrigin.nodes", "0_1", "0", "layer 1 has one node, 0."),
]


@pytest.mark.parametrize(("net", "key", "wrong", "right", "words"), MISFITS)
def test_settings_that_do_not_fit_the_network_are_named(net: str, key: str, wrong: str, right: str, words: str) -> None:
    plain, _ = from_query({"net": net})
    experiment, notes = from_query({"net": net, key: wrong})
    assert experiment == plain
    assert len(notes) == 1
    assert notes[0].startswith(f"{key}=“{wrong}” was ignored: ")
    assert words in notes[0]
    # Negative control: a value that fits is kept, without a word.
    experiment, notes = from_query({"net": net, key: right})
    assert notes == ()
    assert to_query(experiment).get(key, "1") == right


def test_nodes_are_counted_in_the_layer_of_the_link() -> None:
    query = {"net": "3-6", "slices.layer": "2", "slices.nodes": "3_4_5"}
    assert from_query(query)[1] == ()
    assert len(from_query(query | {"slices.layer": "5"})[1]) == 2  # then the layer is the first, and has no node 5


def test_what_follows_the_parameters_is_damage() -> None:
    whole = encode_parameters(init_network(Recipe().spec))
    assert from_query({"theta": whole}) == (Experiment(theta=whole), ())
    for rest in ("AAAA", "A", "AA", "AAA", "_-9"):
        if (len(whole) + len(rest)) % 4 != 1:
            experiment, (note,) = from_query({"theta": whole + rest})
            assert experiment.theta == ""
            assert "followed by something" in note
