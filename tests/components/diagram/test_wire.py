"""The diagram's wire format: what goes down, what is believed of what comes up, golden files."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from permviz.components.diagram.scene import Scene
from permviz.components.diagram.wire import (
    MOST_INLINE_NUMBERS,
    Acknowledgement,
    Place,
    decode_order,
    encode_samples,
    encode_scene,
    fingerprint,
    nodes_name,
)
from permviz.networks.datasets import load_dataset
from permviz.networks.network import NetworkSpec, init_network, stack
from permviz.symmetry.permutation import Permutation
from tests.golden import write as golden

GOLDEN = Path(__file__).parents[2] / "golden"


def alike(found: Any, expected: Any) -> bool:
    """The same JSON, numbers to 1e-12: other builds of torch round the last bits of exp and erf otherwise."""
    if isinstance(expected, float) and isinstance(found, float):
        return bool(np.isclose(found, expected, rtol=1e-12, atol=1e-14))
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(alike(found[key], expected[key]) for key in expected)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(alike, found, expected))
    return type(found) is type(expected) and bool(found == expected)


@pytest.mark.parametrize("name", golden.FILES)
def test_golden_files_are_what_python_writes_today(name: str) -> None:
    committed = json.loads((GOLDEN / f"{name}.json").read_text())
    assert alike(json.loads(json.dumps(golden.FILES[name]())), committed), "run python -m tests.golden.write"


def test_alike_notices_a_changed_number() -> None:
    assert not alike([1.0, {"a": 2.0}], [1.0, {"a": 2.0 + 1e-9}])


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_the_browser_agrees() -> None:
    files = [str(path) for path in sorted((GOLDEN.parent / "js").glob("*.test.js"))]
    done = subprocess.run(["node", "--test", *files], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


def plain(value: Any) -> bool:
    """Nothing but what JSON knows: one numpy scalar would turn the whole payload into a string."""
    if isinstance(value, dict):
        return all(type(key) is str and plain(entry) for key, entry in value.items())
    if isinstance(value, list):
        return all(map(plain, value))
    return value is None or type(value) in (bool, int, float, str)


def test_a_scene_is_plain_data_and_small() -> None:
    data = encode_scene(golden.scene(), Acknowledgement("c0ffee", 1), "a notice", compact=True)
    assert plain(data)
    assert not plain({"numpy": np.float64(1.0)}), "negative control"
    spec = NetworkSpec((2, 4, 4, 1))
    large = replace(
        golden.scene(), network=init_network(spec), data=load_dataset("moons"), permutation=Permutation.identity(spec)
    )
    assert len(json.dumps(encode_scene(large), allow_nan=False)) < 16_000


def test_numbers_that_json_lacks_become_null_or_travel_in_an_array() -> None:
    shown, losses = golden.scene(), [0.5, float("inf"), float("nan"), 1.0, 0.5]
    odd = replace(shown, curve_losses=losses, facts=replace(shown.facts, loss_b=float("nan")))
    data = json.loads(json.dumps(encode_scene(odd), allow_nan=False))
    assert base64.b64decode(data["curve"]["losses"]) == np.array(losses, "<f8").tobytes()
    assert data["facts"]["loss_b"] is None


def test_classes_travel_as_whole_numbers_and_targets_of_a_regression_as_an_array() -> None:
    shown = golden.scene()
    assert encode_scene(shown)["samples"]["targets"] == [0, 1, 1]
    targets = torch.tensor([[0.25], [-1.0], [3.0]], dtype=torch.float64)
    packed = encode_scene(replace(shown, data=replace(shown.data, targets=targets, loss="squared")))["samples"]["targets"]
    assert base64.b64decode(packed) == targets.numpy().tobytes()


def test_large_tables_are_fetched_where_the_scene_says_from_where() -> None:
    shown = replace(golden.scene(), samples_at="permviz-samples?task=moons")
    inputs = torch.zeros(MOST_INLINE_NUMBERS // 2 + 1, 2, dtype=torch.float64)
    large = replace(shown, data=replace(shown.data, inputs=inputs, targets=torch.zeros(len(inputs)).long()))
    assert encode_scene(large)["samples"] == {"at": "permviz-samples?task=moons"}
    assert encode_scene(shown)["samples"]["count"] == 3
    assert encode_scene(replace(large, samples_at=""))["samples"]["count"] == len(inputs)


def test_every_sample_of_the_digits_travels_exactly_in_a_byte_a_pixel() -> None:
    data = load_dataset("digits")
    sent = encode_samples(data)
    columns = []
    for column in sent["columns"]:
        values = np.frombuffer(base64.b64decode(column["values"]), "<f8")
        columns.append(values[np.frombuffer(base64.b64decode(column["codes"]), np.uint8)])
    assert np.array_equal(np.stack(columns, axis=1), data.inputs.numpy())
    assert sent["targets"] == data.targets.tolist()
    assert len(data.inputs) == 1797
    assert len(json.dumps(sent)) < 220_000, "1.2 MB as float64"


def test_a_swap_of_a_network_on_digits_is_a_small_message() -> None:
    data = load_dataset("digits")
    spec = NetworkSpec((64, 16, 10))
    shown = replace(golden.scene(), network=init_network(spec), data=data, permutation=Permutation.identity(spec))
    assert len(json.dumps(encode_scene(replace(shown, samples_at="permviz-samples?task=digits")))) < 40_000
    assert len(json.dumps(encode_scene(shown))) > 40_000, "negative control: with the samples in it"


def test_fingerprint_tells_networks_and_data_apart() -> None:
    shown = golden.scene()
    nudged = replace(shown, network=shown.network.map(lambda p: p + 1e-15))
    other = replace(shown, data=replace(shown.data, targets=1 - shown.data.targets))
    elsewhere = replace(shown, permutation=Permutation.identity(shown.network.spec))
    names = [fingerprint(scene.network, scene.data) for scene in (shown, nudged, other)]
    assert len(set(names)) == 3
    assert nodes_name(elsewhere) == nodes_name(shown) == names[0], "the order is not part of it"
    assert {nodes_name(replace(scene, nodes="of seed 1")) for scene in (shown, nudged)} == {"of seed 1"}, "trained on"


@pytest.mark.parametrize("change", ["network", "permutation", "curve_t"])
def test_scenes_that_do_not_fit_are_refused(change: str) -> None:
    shown: Scene = golden.scene()
    wrong = {
        "network": stack([shown.network]),
        "permutation": Permutation((np.array([1, 0]),)),
        "curve_t": [0.0, 1.0],
    }
    with pytest.raises(ValueError, match="given"):
        replace(shown, **{change: wrong[change]})


PLACE = {"mode": "walk", "t": 0.25}
EDIT = {"layer": 1, "to": 0, "from": 1, "value": 0.5}
GOOD = {"epoch": "c0ffee", "n": 1, "nodes": "ab", "order": [[1, 0], [2, 0, 1]], "place": PLACE, "attempt": 0}
BAD: dict[str, Any] = {
    "nothing": None,
    "text": "order",
    "no epoch": GOOD | {"epoch": None},
    "long epoch": GOOD | {"epoch": "a" * 65},
    "no number": GOOD | {"n": None},
    "a truth value": GOOD | {"n": True},
    "zero": GOOD | {"n": 0},
    "huge": GOOD | {"n": 2**60},
    "other nodes": GOOD | {"nodes": "cd"},
    "a layer short": GOOD | {"order": [[1, 0]]},
    "not a list": GOOD | {"order": "10"},
    "row not a list": GOOD | {"order": [[1, 0], "201"]},
    "twice the same": GOOD | {"order": [[1, 1], [2, 0, 1]]},
    "too long": GOOD | {"order": [[1, 0, 2], [2, 0, 1]]},
    "fractions": GOOD | {"order": [[1.0, 0.0], [2, 0, 1]]},
    "truth values": GOOD | {"order": [[True, False], [2, 0, 1]]},
    "negative": GOOD | {"order": [[-1, 0], [2, 0, 1]]},
    "mixed": GOOD | {"order": [[None, 0], [2, 0, 1]]},
    "edits that are none": GOOD | {"edits": "all"},
    "too many edits": GOOD | {"edits": [EDIT] * 201},
    "an edit that is none": GOOD | {"edits": [3]},
    "an edit of half a layer": GOOD | {"edits": [EDIT | {"layer": 1.5}]},
    "an edit of no node": GOOD | {"edits": [EDIT | {"to": None}]},
    "an edit to text": GOOD | {"edits": [EDIT | {"value": "1"}]},
    "an edit to no number": GOOD | {"edits": [EDIT | {"value": float("nan")}]},
    "an edit to a huge number": GOOD | {"edits": [EDIT | {"value": 10**400}]},
    "no place": {key: value for key, value in GOOD.items() if key != "place"},
    "a place that is text": GOOD | {"place": "walk"},
    "no such mode": GOOD | {"place": PLACE | {"mode": "run"}},
    "no t": GOOD | {"place": {"mode": "walk"}},
    "a true t": GOOD | {"place": PLACE | {"t": True}},
    "beyond B": GOOD | {"place": PLACE | {"t": 1.01}},
    "t is not finite": GOOD | {"place": PLACE | {"t": float("nan")}},
}


def test_a_good_message_is_read() -> None:
    move = decode_order(GOOD, "ab", (2, 3))
    assert move.operation == Acknowledgement("c0ffee", 1)
    assert [order.tolist() for order in move.permutation.orders] == GOOD["order"]
    assert move.place == Place("walk", 0.25)
    committed = json.loads((GOLDEN / "wire.json").read_text())
    assert decode_order(committed["message"], committed["data"]["nodes"], (3,)).operation.n == 4


@pytest.mark.parametrize("message", BAD.values(), ids=BAD.keys())
def test_bad_messages_are_refused_in_a_sentence(message: Any) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        decode_order(message, "ab", (2, 3))
