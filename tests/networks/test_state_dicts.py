"""States of torch models, as dictionaries and as files: torch's own outputs are the oracle; hostile files get a sentence."""

from __future__ import annotations

import io
import itertools
import os
import pickle
import warnings
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save as save_safetensors
from torch import nn

import permviz as pv
from permviz.networks import state_dicts
from permviz.networks.state_dicts import read_state_dict
from tests.cases import inputs
from tests.networks.test_torch_modules import wild


def saved(thing: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    torch.save(thing, file, **options)
    return file.getvalue()


def perceptron() -> nn.Sequential:
    return nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1))


MODELS: dict[str, Callable[[], nn.Module]] = {
    "plain": perceptron,
    "no bias": lambda: nn.Sequential(nn.Linear(2, 4, bias=False), nn.Tanh(), nn.Linear(4, 1)),
    "norm before the activation": lambda: nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1)),
    "norm after the activation": lambda: nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.BatchNorm1d(4), nn.Linear(4, 1)),
    "norms at both ends": lambda: nn.Sequential(
        nn.BatchNorm1d(2), nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 2), nn.BatchNorm1d(2)
    ),
    "both": lambda: nn.Sequential(
        nn.Linear(2, 4), nn.BatchNorm1d(4, affine=False), nn.Tanh(), nn.BatchNorm1d(4), nn.Linear(4, 1)
    ),
    "dropout between": lambda: nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Dropout(), nn.BatchNorm1d(4), nn.Linear(4, 1)),
    "inside another": lambda: nn.Sequential(OrderedDict(net=MODELS["norm before the activation"]())),
    "many layers": lambda: nn.Sequential(*[part for _ in range(6) for part in (nn.Linear(2, 2), nn.Tanh())], nn.Linear(2, 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("save", [saved, save_safetensors], ids=["torch.save", "safetensors"])
def test_a_file_computes_what_its_model_does(name: str, save: Callable[[Any], bytes]) -> None:
    model, x = wild(MODELS[name]()), inputs(2)
    net = pv.network_from_bytes(save(model.state_dict()), "tanh")
    torch.testing.assert_close(net(x), model(x).detach(), rtol=1e-12, atol=1e-12)


def test_single_precision_and_trained_parameters(tmp_path: Path) -> None:
    model = perceptron()
    torch.save(dict(model.named_parameters()), tmp_path / "model.pt")  # parameters, not plain tensors
    net = pv.load_network(tmp_path / "model.pt", "tanh", dtype=None)
    assert net.dtype == torch.float32
    assert not net.weights[0].requires_grad
    assert torch.equal(net.flatten(), pv.from_torch(model).flatten())
    assert pv.load_network(tmp_path / "model.pt", "tanh").dtype == torch.float64


def test_the_numbers_of_layers_are_sorted_as_numbers() -> None:
    state = {f"{k}.weight": torch.full((1, 1), float(k)).double() for k in (10, 2, 0, 100, 7)}
    assert [float(w) for w in pv.network_from_state_dict(state, "relu").weights] == [0, 2, 7, 10, 100]


def test_names_may_be_strange() -> None:
    state = {f"{'9' * 5000}.weight": W, "²٣.weight": torch.ones(1, 4).double()}
    assert pv.network_from_state_dict(state, "relu").spec.widths == (2, 4, 1)


W = torch.ones(4, 2).double()
NORM = {f"running_{name}": torch.ones(4).double() for name in ("mean", "var")}


def normed(layer: str, linears: tuple[str, ...] = ("0", "3"), **own: torch.Tensor) -> dict[str, torch.Tensor]:
    last = {f"{linears[-1]}.weight": torch.ones(1, 4).double()} if len(linears) > 1 else {}
    return {f"{linears[0]}.weight": W, **{f"{layer}.{name}": t for name, t in (NORM | own).items()}, **last}


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (normed("bn1", ("fc1", "fc2")), "Layer 'bn1' is BatchNorm1d, and its name does not tell"),
        (normed("1", ("0", "2")), "Layer '1' is BatchNorm1d, and its name does not tell"),
        (normed("2", ("0", "4")), "its name does not tell"),
        (normed("9" * 20), "its name does not tell"),
        (normed("1", running_var=torch.ones(5).double()), "Layer '1' does not fit '0'"),
        (normed("1", bias=torch.ones(4, 1).double()), "Layer '1' does not fit '0'"),
        (normed("1", running_var=torch.full((4,), -1.0).double()), "variances that are not positive"),
        ({"0.weight": W, "1.running_mean": torch.ones(4).double()}, "does not fit"),
        (normed("1", scale=torch.ones(4).double()), "multilayer perceptron"),
        ({"0.weight": W, "1.weight": torch.ones(4).double(), "1.bias": torch.ones(4).double()}, "expected matrices"),
        ({"0.weight": W, "0.running_mean": torch.ones(4).double()}, "multilayer perceptron"),
        ({"0.in_proj_weight": W}, "multilayer perceptron"),
    ],
)  # fmt: skip
def test_what_a_state_does_not_tell_is_not_guessed(state: dict[str, torch.Tensor], message: str) -> None:
    with pytest.raises(ValueError, match=message) as refused:
        pv.network_from_state_dict(state, "tanh")
    assert len(str(refused.value)) < 500


class Call:
    """What a pickle can ask for: a function, and its arguments."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.told = function, arguments

    def __reduce__(self) -> Any:
        return self.told


class Shadow(OrderedDict):  # type: ignore[type-arg]
    """An OrderedDict whose pickle gives it attributes of its own."""

    def __reduce__(self) -> Any:
        return OrderedDict, (), {"items": "shadowed", "values": 0, "keys": []}, None, iter(OrderedDict.items(self))


def repacked(content: bytes, compression: int = zipfile.ZIP_STORED, **files: bytes) -> bytes:
    """The archive packed anew, with other contents for files by the end of their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", compression) as new:
        for name in old.namelist():
            changed = next((files[end] for end in files if name.endswith(f"/{end.replace('_', '.')}")), None)
            new.writestr(name, old.read(name) if changed is None else changed)
    return out.getvalue()


def added(content: bytes, name: str, more: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there already
        archive.writestr(name, more)
    return out.getvalue()


STATE = perceptron().state_dict()
GOOD = saved(STATE)
PICKLE = zipfile.ZipFile(io.BytesIO(GOOD)).read("archive/data.pkl")

HOSTILE: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "a command": (lambda mark: saved({"0.weight": Call(os.system, f"touch {mark}")}), "asks for '(posix|nt) system'"),
    "an expression": (
        lambda mark: saved({"0.weight": Call(eval, f"open({str(mark)!r}, 'w')")}), "asks for '(__builtin__|builtins) eval'",
    ),
    "a command in a plain pickle": (lambda mark: pickle.dumps(Call(os.system, f"touch {mark}")), "not a readable safetensors"),
    "a command in torch's old format": (
        lambda mark: saved({"0.weight": Call(os.system, f"touch {mark}")}, _use_new_zipfile_serialization=False),
        "not a readable safetensors",
    ),
    "a command behind a good file": (
        lambda mark: added(GOOD, "archive/DATA.PKL", pickle.dumps(Call(os.system, f"touch {mark}"), 2)), "holds 2 pickles",
    ),
    "room": (lambda mark: saved({"0.weight": Call(bytearray, 10**13)}), "asks for '(__builtin__|builtins) bytearray'"),
    "a tensor without end": (
        lambda mark: saved({"0.weight": torch.ones(1, 1).expand(10**6, 10**7)}), "take more than 67108864 bytes",
    ),
    "a module": (lambda mark: saved(perceptron()), "asks for 'torch.nn.modules"),
    "a list": (lambda mark: saved([W]), "holds list"),
    "numbers": (lambda mark: saved({"0.weight": 3}), "holds '0.weight', which is no dense tensor"),
    "a nested state": (lambda mark: saved({"state_dict": STATE}), "holds 'state_dict', which is no dense tensor"),
    "numbered tensors": (lambda mark: saved({0: W}), "holds '0', which is no dense tensor"),
    "sparse": (lambda mark: saved({"0.weight": W.to_sparse()}), "asks for 'torch._utils _rebuild_sparse_tensor'"),
    "quantised": (lambda mark: saved({"0.weight": _quantised()}), "asks for"),
    "meta": (lambda mark: saved({"0.weight": torch.ones(2, 2, device="meta")}), "asks for"),
    "half precision": (lambda mark: saved({"0.weight": W.half()}), "has dtype torch.float16"),
    "whole numbers": (lambda mark: saved({"0.weight": W.long()}), "has dtype torch.int64"),
    "complex": (lambda mark: saved({"0.weight": W * 1j}), "has dtype torch.complex128"),
    "NaN": (lambda mark: saved({"0.weight": W * float("nan")}), "not finite"),
    "infinity": (lambda mark: saved({"0.weight": W / 0}), "not finite"),
    "an empty one": (lambda mark: saved({"0.weight": torch.ones(0, 2)}), "none empty"),
    "nothing": (lambda mark: saved({}), "nothing are not those"),
    "a convolution": (lambda mark: saved(nn.Sequential(nn.Conv2d(1, 2, 3)).state_dict()), "Layer 1"),
    "attention": (lambda mark: saved(nn.MultiheadAttention(4, 2).state_dict()), "multilayer perceptron"),
    "layer norm": (lambda mark: saved(nn.Sequential(nn.Linear(2, 4), nn.LayerNorm(4)).state_dict()), "expected matrices"),
    "compressed": (lambda mark: repacked(GOOD, zipfile.ZIP_DEFLATED), "compressed, which those of torch.save are not"),
    "a storage too short": (lambda mark: _short(), "not a readable file of torch.save"),
    "no pickle": (lambda mark: _without_pickle(), "holds 0 pickles"),
    "half a pickle": (lambda mark: repacked(GOOD, data_pkl=PICKLE[: len(PICKLE) // 2]), "not a readable|expected"),
    "an archive of something else": (lambda mark: _archive({"a.txt": b"text"}), "holds 0 pickles"),
    "cut off": (lambda mark: GOOD[: len(GOOD) // 2], "not a readable file of torch.save"),
}  # fmt: skip
"""Content, made of the path of a file that must not come to be, and what is said of it."""


def _quantised() -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch is about to give them up
        return torch.quantize_per_tensor(W.float(), 0.1, 0, torch.qint8)


def _archive(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _files() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _short() -> bytes:
    return _archive(_files() | {"archive/data/0": b"\0" * 8})


def _without_pickle() -> bytes:
    return _archive({name: content for name, content in _files().items() if not name.endswith(".pkl")})


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_a_sentence_and_runs_nothing(name: str, tmp_path: Path) -> None:
    make, message = HOSTILE[name]
    mark = tmp_path / "ran"
    with pytest.raises(ValueError, match=message) as refused:
        pv.network_from_bytes(make(mark), "tanh")
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 500
    assert not mark.exists()


def test_the_command_would_run_elsewhere(tmp_path: Path) -> None:
    """Negative control: the hostile file is one."""
    content = HOSTILE["a command"][0](tmp_path / "ran")
    torch.load(io.BytesIO(content), weights_only=False)
    assert (tmp_path / "ran").exists()


def test_attributes_of_a_dictionary_mean_nothing() -> None:
    loaded = torch.load(io.BytesIO(saved(Shadow(STATE))), weights_only=True)
    assert loaded.items == "shadowed"
    assert list(read_state_dict(saved(Shadow(STATE)))) == list(STATE)


def test_larger_files_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_dicts, "MOST_BYTES", 100)
    with pytest.raises(ValueError, match="tensors take more than 100 bytes"):
        read_state_dict(GOOD)


FILES = [GOOD, save_safetensors(STATE), pv.network_to_bytes(pv.from_torch(perceptron()))]
SAFE = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def read_or_refused(content: bytes) -> pv.Network | None:
    """A finite network, or a sentence; anything else is an error from inside."""
    sentence = ""
    for activation in ("tanh", None):
        try:
            net = pv.network_from_bytes(content, activation)
        except ValueError as refused:
            sentence = str(refused)
        else:
            assert bool(net.flatten().isfinite().all())
            return net
        assert sentence.endswith(".")
        assert "\n" not in sentence
    return None


@SAFE
@given(st.sampled_from(FILES), st.data())
def test_damaged_files_are_read_or_refused(content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)) | st.just(len(damaged)))
    read_or_refused(bytes(damaged[:cut]) + data.draw(st.binary(max_size=8)))


@SAFE
@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"\x80\x02", (16).to_bytes(8, "little") + b"{"]))
def test_any_bytes_are_read_or_refused(content: bytes, head: bytes) -> None:
    assert read_or_refused(head + content) is None


SHAPES = st.lists(st.integers(0, 5), max_size=3).map(tuple)
DTYPES = st.sampled_from([torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.bool])
NUMBERS = st.sampled_from([0.0, 1.0, -1e300, 1e-320, float("inf"), float("nan")])
PARTS = st.sampled_from(["weight", "bias", "running_mean", "running_var", "num_batches_tracked", "scale", ""])
LAYERS = st.sampled_from(["0", "1", "2", "3", "fc", "net.0", "net.1", "", "²", "-1", "1e5", "a" * 300])


@SAFE
@given(st.dictionaries(st.tuples(LAYERS, PARTS), st.tuples(SHAPES, DTYPES, NUMBERS), max_size=6), st.booleans())
def test_any_states_are_read_or_refused(named: dict[tuple[str, str], Any], as_safetensors: bool) -> None:
    state = {
        ".".join(name): torch.full(shape, number, dtype=torch.float64).to(dtype)
        for name, (shape, dtype, number) in named.items()
    }
    read_or_refused(save_safetensors(state) if as_safetensors else saved(state))


@SAFE
@given(st.permutations(range(3)), st.lists(st.integers(1, 5), min_size=2, max_size=4))
def test_states_that_are_right_are_read(order: list[int], widths: list[int]) -> None:
    """The other side of refusing: whatever the order in which a file has its tensors."""
    linears = [nn.Linear(n, m).double() for n, m in itertools.pairwise(widths)]
    state = nn.Sequential(*[part for linear in linears for part in (linear, nn.Tanh())][:-1]).state_dict()
    names = sorted(state, key=lambda name: order[hash_of(name) % 3])
    net = read_or_refused(saved({name: state[name] for name in names}))
    assert net is not None
    assert net.spec.widths == tuple(widths)


def hash_of(name: str) -> int:
    return sum(map(ord, name))
