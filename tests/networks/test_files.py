"""Round trips through the real safetensors library, and refusals of everything that is not a network."""

import json
import struct

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save, save_file

import permviz as pv
from permviz.networks import files
from permviz.networks.files import load_network, network_from_bytes, network_to_bytes, save_network
from permviz.networks.state_dicts import network_from_state_dict
from tests.cases import NETWORKS, Case

NET = Case((2, 3, 1), "gelu").network()
STATED = {"activation": "gelu", "version": 1}
META = {"permviz": json.dumps(STATED)}
TENSORS = {"weights.1": NET.weights[0], "biases.1": NET.biases[0], "weights.2": NET.weights[1], "biases.2": NET.biases[1]}


def same(a, b):
    return a.activation == b.activation and a.dtype == b.dtype and torch.equal(a.flatten(), b.flatten())


@pytest.mark.parametrize("case", NETWORKS[::3], ids=str)
def test_every_network_comes_back_bit_for_bit(case, tmp_path):
    net = case.network()
    save_network(net, tmp_path / "net.safetensors")
    again = load_network(tmp_path / "net.safetensors")
    assert same(again, net)
    assert again.spec == net.spec
    assert again.batch_shape == net.batch_shape


def test_the_file_is_what_other_programs_read(tmp_path):
    path = tmp_path / "net.safetensors"
    save_network(NET, str(path))
    assert {name: tuple(t.shape) for name, t in load_file(path).items()} == {
        "weights.1": (3, 2), "biases.1": (3,), "weights.2": (1, 3), "biases.2": (1,),
    }  # fmt: skip
    with safe_open(path, framework="pt") as file:
        assert file.metadata() == META


def test_dtypes():
    small = NET.to(torch.float32)
    content = network_to_bytes(small)
    assert same(network_from_bytes(content, dtype=None), small)
    assert same(network_from_bytes(content), small.to(torch.float64))


def test_permuted_views_and_networks_under_training_can_be_saved():
    permuted = pv.Permutation.cycle(NET.spec, 1, (0, 1, 2))(NET)
    assert same(network_from_bytes(network_to_bytes(permuted)), permuted)
    expanded = pv.Network((NET.weights[0][:1].expand(3, 2), NET.weights[1]), NET.biases, "gelu")
    assert same(network_from_bytes(network_to_bytes(expanded)), expanded)
    trained = pv.unflatten(NET.spec, NET.flatten().requires_grad_())
    assert not network_from_bytes(network_to_bytes(trained)).weights[0].requires_grad


def test_the_same_network_gives_the_same_bytes():
    assert network_to_bytes(NET) == network_to_bytes(NET.map(torch.clone))


@pytest.mark.parametrize("bias", [True, False])
def test_a_torch_model_computes_the_same_as_the_network_read_from_it(bias, tmp_path):
    torch.manual_seed(0)
    linear = [
        torch.nn.Linear(3, 4, bias),
        torch.nn.GELU(),
        torch.nn.Linear(4, 5, bias),
        torch.nn.GELU(),
        torch.nn.Linear(5, 2, bias),
    ]
    model = torch.nn.Sequential(*linear).double()
    save_file(model.state_dict(), tmp_path / "model.safetensors")
    x = torch.randn(6, 3, dtype=torch.float64)
    for net in (load_network(tmp_path / "model.safetensors", "gelu"), network_from_state_dict(model.state_dict(), "gelu")):
        torch.testing.assert_close(net(x), model(x), rtol=0, atol=1e-14)


@pytest.mark.parametrize("case", [case for case in NETWORKS if not case.batch][::4], ids=str)
def test_json_holds_every_number_exactly(case):
    net = case.network()
    held = json.loads(pv.network_to_json(net))
    pairs = zip(held["weights"], held["biases"], strict=True)
    vector = torch.cat([torch.tensor(part, dtype=torch.float64).flatten() for pair in pairs for part in pair])
    assert torch.equal(vector, net.flatten())
    assert (tuple(held["widths"]), held["activation"]) == (net.spec.widths, net.activation)


def test_json_of_what_it_cannot_hold():
    with pytest.raises(ValueError, match="batch of networks"):
        pv.network_to_json(Case((2, 3, 1), "tanh", (2,)).network())
    with pytest.raises(ValueError, match="not finite"):
        pv.network_to_json(NET.map(lambda p: p / 0))


def test_layers_are_ordered_by_number_not_by_letter():
    state = {f"layer{k}.weight": torch.full((1, 1), float(k)) for k in range(12)}
    assert [float(w) for w in network_from_state_dict(state, "relu").weights] == list(map(float, range(12)))


def test_a_single_layer_without_prefix():
    assert network_from_state_dict(torch.nn.Linear(3, 2).state_dict(), "tanh").spec.widths == (3, 2)


def changed(**tensors):
    return {**TENSORS, **{name.replace("_", "."): t for name, t in tensors.items()}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a readable safetensors file"),
        (b"PK\x03\x03" + b"\0" * 100, "not a readable safetensors file"),
        (b"\x80\x04\x95pickle" * 9, "not a readable safetensors file"),
        (struct.pack("<Q", 2**63) + b"{}", "not a readable safetensors file"),
        (struct.pack("<Q", 60000) + b"[" * 60000, "not a readable safetensors file"),
        (network_to_bytes(NET)[:-1], "not a readable safetensors file"),
        (network_to_bytes(NET) + b"more", "not a readable safetensors file"),
        (save({}, META), "expected weights.1, biases.1"),
        (save({}), "does not say which activation"),
        (save(TENSORS, {"permviz": json.dumps({**STATED, "version": 2})}), "format version 2"),
        (save(TENSORS, {"permviz": json.dumps({**STATED, "activation": "swish"})}), "Unknown activation 'swish'"),
        (save(TENSORS, {"permviz": json.dumps({**STATED, "activation": ["gelu"]})}), "Unknown activation"),
        *[
            (save(TENSORS, {"permviz": bad}), "description of its network is damaged")
            for bad in ("", "gelu", "[]", "3", "{}", '{"version": 1}', "[" * 100_000)
        ],
        (save({**TENSORS, "extra": torch.zeros(1)}, META), "Tensors named .*'extra'"),
        (save({k: v for k, v in TENSORS.items() if k != "biases.1"}, META), "expected weights.1"),
        (save(changed(weights_2=torch.zeros(1, 4).double()), META), "Layer 2: weights"),
        (save(changed(biases_1=torch.zeros(2).double()), META), "Layer 1"),
        (save(changed(weights_1=torch.zeros(3).double()), META), "expected matrices"),
        (save(changed(weights_1=torch.zeros(3, 0).double()), META), "none empty"),
        (save(changed(weights_1=torch.zeros(3, 2)), META), "mixes dtypes"),
        (save(changed(weights_1=torch.zeros(3, 2).long()), META), "weights.1 has dtype torch.int64"),
        (save(changed(biases_2=torch.tensor([float("nan")]).double()), META), "biases.2 holds values that are not finite"),
        (save(changed(biases_2=torch.tensor([float("inf")]).double()), META), "not finite"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "content",
)
def test_what_is_not_a_network_is_refused_with_a_clear_sentence(content, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        network_from_bytes(content)
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        load_network(tmp_path / "file")


def test_a_header_with_wrong_offsets_is_refused():
    content = network_to_bytes(NET)
    length = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + length])
    header["weights.1"]["data_offsets"] = [0, 10**12]
    text = json.dumps(header).encode()
    with pytest.raises(ValueError, match="not a readable"):
        network_from_bytes(struct.pack("<Q", len(text)) + text + content[8 + length :])


def test_huge_files_are_refused_unread(tmp_path, monkeypatch):
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(files.MOST_BYTES + 1)  # sparse: takes no room
    with pytest.raises(ValueError, match="at most 67108864 bytes are read"):
        load_network(path)
    monkeypatch.setattr(files, "MOST_BYTES", 100)
    with pytest.raises(ValueError, match="at most 100 bytes"):
        network_from_bytes(network_to_bytes(NET))


@pytest.mark.parametrize(
    ("state", "activation", "message"),
    [
        ({}, "relu", "nothing are not those"),
        ({"conv.weight": torch.zeros(3, 2), "norm.scale": torch.zeros(3)}, "relu", "'norm.scale'"),
        ({"0.bias": torch.zeros(3)}, "relu", "multilayer perceptron"),
        ({"0.weight": torch.zeros(4, 3, 3, 3), "0.bias": torch.zeros(4)}, "relu", "Layer 1"),
        ({"0.weight": torch.zeros(3, 2), "1.weight": torch.zeros(1, 4)}, "relu", "Layer 2"),
        ({"0.weight": torch.zeros(3, 2)}, "swish", "Unknown activation"),
        ({"0.weight": torch.zeros(3, 2, dtype=torch.bfloat16)}, "relu", "expected float64 or float32"),
        ({f"{k}.weight": torch.zeros(1, 1) for k in range(files.MOST_LAYERS + 1)}, "relu", "multilayer"),
    ],
)
def test_other_states_are_refused(state, activation, message):
    with pytest.raises(ValueError, match=message):
        network_from_state_dict(state, activation)


def test_other_refusals(tmp_path):
    with pytest.raises(ValueError, match="There is no file"):
        load_network(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="There is no file"):
        load_network(tmp_path)
    with pytest.raises(ValueError, match="not finite"):
        network_to_bytes(NET.map(lambda p: p * float("nan")))
    with pytest.raises(ValueError, match="float64 or float32"):
        network_to_bytes(NET.to(torch.float16))
    with pytest.raises(ValueError, match="activation is 'gelu', not 'tanh'"):
        network_from_bytes(network_to_bytes(NET), activation="tanh")
    assert same(network_from_bytes(network_to_bytes(NET), activation="gelu"), NET)
