"""Whatever is given as the file of a network becomes a network of finite numbers or a sentence. Nothing is unpickled."""

from __future__ import annotations

import json

import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save

import permviz as pv
from tests.hostile import hostile, sentence, spoilt

NET = pv.init_network(pv.NetworkSpec((2, 3, 1)))
OURS = pv.network_to_bytes(NET)
OTHERS = save({"0.weight": torch.eye(2), "0.bias": torch.zeros(2), "2.weight": torch.ones(1, 2)})
SIZES = st.integers(-1, 4) | st.sampled_from([2**31, 2**62])


def read(content: bytes) -> None:
    for activation in (None, "relu"):
        try:
            network = pv.network_from_bytes(content, activation)
        except ValueError as refused:
            sentence(refused, longest=600)
            continue
        assert bool(network.flatten().isfinite().all())
        assert len(network.weights) <= 64


@hostile("networks", 0.3)
@given(st.binary(max_size=120))
def test_anything(content: bytes) -> None:
    read(content)


@hostile("networks", 0.5)
@given(st.sampled_from([OURS, OTHERS]).flatmap(spoilt))
def test_files_spoilt(content: bytes) -> None:
    read(content)


@hostile("networks", 0.2)
@given(
    st.dictionaries(
        st.sampled_from(["weights.1", "biases.1", "0.weight", "0.bias", "weight", ".weight", "x"]),
        st.fixed_dictionaries({
            "dtype": st.sampled_from(["F64", "F32", "I64", "BF16", "F0"]),
            "shape": st.lists(SIZES, max_size=3),
            "data_offsets": st.lists(SIZES, min_size=2, max_size=2),
        }),
        max_size=3,
    ),
    st.binary(max_size=64),
)  # fmt: skip
def test_headers_that_lie(header: dict[str, object], data: bytes) -> None:
    text = json.dumps(header).encode()
    read(len(text).to_bytes(8, "little") + text + data)


def test_right_files_are_read() -> None:
    """Negative control: not everything is refused."""
    assert torch.equal(pv.network_from_bytes(OURS).flatten(), NET.flatten())
    assert pv.network_from_bytes(OTHERS, "relu").spec.widths == (2, 2, 1)
