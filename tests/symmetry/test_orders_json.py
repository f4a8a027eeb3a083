"""Permutations as JSON: what is written is read back, as other programs read it; everything else gets a sentence."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import permviz as pv
from permviz.symmetry import orders_json
from tests.cases import SMALL_WIDTHS, drawn


@pytest.mark.parametrize("widths", SMALL_WIDTHS)
@pytest.mark.parametrize("batch", [(), (3,), (2, 2)])
def test_permutations_come_back(widths: tuple[int, ...], batch: tuple[int, ...]) -> None:
    permutation = pv.Permutation.random(pv.NetworkSpec(widths), seed=3, batch=batch)
    again = pv.Permutation.from_json(permutation.to_json())
    assert again == permutation
    assert again.batch_shape == permutation.batch_shape


def test_the_arrays_index_the_nodes_as_numpy_does() -> None:
    net = drawn((2, 4, 3, 1))
    permutation = pv.Permutation.random(net.spec, seed=1)
    first, second = json.loads(permutation.to_json())
    moved = permutation(net)
    assert np.array_equal(moved.biases[0], net.biases[0].numpy()[first])
    assert np.array_equal(moved.weights[1], net.weights[1].numpy()[second][:, first])


def test_no_hidden_layer_is_no_array() -> None:
    assert pv.Permutation([]).to_json() == "[]"
    assert pv.Permutation.from_json("[]") == pv.Permutation([])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no JSON"),
        ("[[0, 1]", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("3", "holds 3: expected an array"),
        ('{"orders": [[0]]}', "expected an array"),
        ("null", "holds null"),
        ("[0, 1]", "layer 1 holds 0"),
        ("[[]]", r"layer 1 holds \[\]"),
        ("[[0, 1], [0.5]]", "layer 2 holds 0.5"),
        ("[[true, 0]]", "layer 1 holds true"),
        ('[["0", "1"]]', 'layer 1 holds "0"'),
        ("[[0, null]]", "holds null"),
        ("[[0, NaN]]", "holds NaN"),
        ("[[0, 1e400]]", "holds Infinity"),
        (f"[[0, {2**70}]]", "layer 1 holds 1180591620717411303424"),
        ("[[0, 0]]", r"Layer 1: \[0, 0\] is no permutation"),
        ("[[1, 2]]", "is no permutation"),
        ("[[0, -1]]", "is no permutation"),
        (json.dumps([[7] * 5000]), r"Layer 1: \[7, 7, 7, ... 5000 in all\] is no permutation"),
        ("[[[0, 1], [0]]]", "orders of one length"),
        ("[[[0, 1], 0]]", "orders of one length"),
        ("[[[0, 1]], [0, 1]]", "do not share their batch axes"),
    ],
    ids=lambda value: value[:20],
)
def test_what_is_no_permutation_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as refused:
        pv.Permutation.from_json(text)
    assert len(str(refused.value)) < 400
    assert "\n" not in str(refused.value)


def test_long_texts_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders_json, "MOST_LETTERS", 10)
    with pytest.raises(ValueError, match="A text of 11 letters given"):
        pv.Permutation.from_json(" " * 11)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 12) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=12,
)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(JSON.map(json.dumps) | st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        permutation = pv.Permutation.from_json(text)
    except ValueError:
        return
    assert json.loads(permutation.to_json()) == json.loads(text)


def test_a_swap_in_json_is_the_swap() -> None:
    net = drawn((2, 3, 1))
    swap = pv.Permutation.from_json("[[1, 0, 2]]")
    assert torch.equal(swap(net).flatten(), pv.Permutation.transposition(net.spec, 1, (0, 1))(net).flatten())
