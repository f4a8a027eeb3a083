"""The diagram's Python side: wire format, validation, acknowledgements, joined script, golden files."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from permviz.networks.datasets import load_dataset
from permviz.networks.network import NetworkSpec, init_network, stack
from permviz.symmetry.permutation import Permutation
from permviz.ui.diagram import Scene, _hear
from permviz.ui.diagram.bundle import FILES, join, script, style
from permviz.ui.diagram.wire import (
    MOST_SAMPLE_NUMBERS,
    Acknowledgement,
    decode_operation,
    decode_order,
    encode_scene,
    fingerprint,
    nodes_name,
)

GOLDEN = Path(__file__).parent / "golden"
_source = importlib.util.spec_from_file_location("golden_write", GOLDEN / "write.py")
assert _source is not None
assert _source.loader is not None
golden = importlib.util.module_from_spec(_source)
_source.loader.exec_module(golden)


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


def test_numbers_that_json_lacks_become_null() -> None:
    shown = golden.scene()
    odd = replace(
        shown, curve_losses=[0.5, float("inf"), float("nan"), 1.0, 0.5], facts=replace(shown.facts, loss_b=float("nan"))
    )
    data = json.loads(json.dumps(encode_scene(odd), allow_nan=False))
    assert data["curve"]["losses"] == [0.5, None, None, 1.0, 0.5]
    assert data["facts"]["loss_b"] is None


def test_large_tables_stay_on_the_server() -> None:
    shown = golden.scene()
    inputs = torch.zeros(MOST_SAMPLE_NUMBERS // 2 + 1, 2, dtype=torch.float64)
    large = replace(shown, data=replace(shown.data, inputs=inputs, targets=torch.zeros(len(inputs)).long()))
    assert encode_scene(large)["samples"] is None
    assert encode_scene(shown)["samples"]["count"] == 3


def test_fingerprint_tells_networks_and_data_apart() -> None:
    shown = golden.scene()
    nudged = replace(shown, network=shown.network.map(lambda p: p + 1e-15))
    other = replace(shown, data=replace(shown.data, targets=1 - shown.data.targets))
    elsewhere = replace(shown, permutation=Permutation.identity(shown.network.spec))
    assert len({fingerprint(scene) for scene in (shown, nudged, other)}) == 3
    assert fingerprint(elsewhere) == fingerprint(shown), "the order is not part of it"
    assert nodes_name(shown) == fingerprint(shown)
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


GOOD = {"epoch": "c0ffee", "n": 1, "nodes": "ab", "order": [[1, 0], [2, 0, 1]], "attempt": 0}
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
}


def test_a_good_message_is_read() -> None:
    move = decode_order(GOOD, "ab", (2, 3))
    assert move.operation == Acknowledgement("c0ffee", 1)
    assert [order.tolist() for order in move.permutation.orders] == GOOD["order"]
    committed = json.loads((GOLDEN / "wire.json").read_text())
    assert decode_order(committed["message"], committed["data"]["nodes"], (3,)).operation.n == 4


@pytest.mark.parametrize("message", BAD.values(), ids=BAD.keys())
def test_bad_messages_are_refused_in_a_sentence(message: Any) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        decode_order(message, "ab", (2, 3))
    seen: list[Permutation] = []
    problem = _hear(message, "ab", (2, 3), {}, seen.append)
    assert problem
    assert not seen


def test_operations_are_heard_once_and_always_acknowledged() -> None:
    seen: list[list[int]] = []
    memory: dict[str, Any] = {}

    def hear(**change: Any) -> str | None:
        return _hear(GOOD | change, "ab", (2, 3), memory, lambda p: seen.append(p.orders[0].tolist()))

    assert hear() is None
    assert hear(attempt=1) is None
    assert seen == [[1, 0]], "a repeated message is one operation"
    assert hear(n=5, order=[[0, 1], [0, 1, 2]]) is None
    assert hear(n=4) is None
    assert seen == [[1, 0], [0, 1]], "an overtaken one is none"
    assert hear(n=6, nodes="cd") is not None
    assert memory["acknowledged"] == Acknowledgement("c0ffee", 6), "a refused one is acknowledged, so that the browser gives in"
    assert hear(epoch="another", n=1) is None
    assert memory["acknowledged"] == decode_operation(GOOD | {"epoch": "another"})


def test_joining_refuses_what_it_does_not_understand() -> None:
    first = "export const x = 1;"
    for wrong, reason in {
        'import * as a from "./a.js";': "one line",
        'import { x } from "lodash";': "one line",
        'import { y } from "./a.js";': "not exported",
        'import { x } from "./later.js";': "not exported",
        "export { x };": "only exported",
        'export * from "./a.js";': "only exported",
        "export default 3;": "only exported",
        "const x = 2;": "declared in a.js too",
    }.items():
        with pytest.raises(ValueError, match=reason):
            join({"a.js": first, "b.js": wrong})


def test_the_script_is_one_module_of_all_files() -> None:
    folder = Path(__file__).parents[1] / "permviz" / "ui" / "diagram"
    assert sorted(FILES) == sorted(path.name for path in folder.glob("*.js"))
    assert all(len(path.read_text().splitlines()) <= 300 for path in folder.glob("*.js"))
    text = script()
    assert text.count("export ") == text.count("export default function") == 1
    assert "import " not in text
    assert ".innerHTML" not in text
    assert "/*" not in text
    assert "--pv-" in style()


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_the_script_parses(tmp_path: Path) -> None:
    module = tmp_path / "joined.mjs"
    module.write_text(script())
    subprocess.run(["node", "--check", str(module)], check=True, capture_output=True, timeout=60)


def page(tests: str) -> None:
    """A page with the component, run by AppTest: its data is what the browser would get."""
    import sys

    import streamlit as st

    sys.path.insert(0, tests)
    from test_diagram import golden

    from permviz.ui.diagram import diagram

    shown = golden.scene()
    st.session_state.setdefault("bench-heard", {"notice": "Said once."})
    diagram(shown, key="bench", on_order=lambda permutation: None)


def test_the_component_runs_in_a_page_and_a_notice_is_said_once() -> None:
    app = AppTest.from_function(page, args=(str(Path(__file__).parent),), default_timeout=60).run()
    assert not app.exception
    first = json.loads(app.get("bidi_component")[0].proto.json)
    assert first.pop("serial")["n"] == 1
    assert first == json.loads(json.dumps(encode_scene(golden.scene(), notice="Said once.")))
    again = json.loads(app.run().get("bidi_component")[0].proto.json)
    assert again["notice"] is None
    assert again["serial"]["n"] == 2, "without the notice the data are others"
