"""Values of the right type that mean nothing: each is answered by one sentence, and soon."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
import torch

import permviz as pv

NET = pv.init_network(pv.NetworkSpec((2, 3, 1)), seed=0)
DATA = pv.load_dataset("moons", samples=40)
LINEAR, IDENTITY = pv.identity_example()
HUGE = 10**5000
"""No float holds it, and Python does not write it."""


def scaled(factor: float) -> pv.Dataset:
    return replace(DATA, inputs=DATA.inputs * factor)


def empty_file(shape: list[int]) -> bytes:
    """A safetensors file that holds no number, of one weight of such a shape and no bias."""
    header = json.dumps({"0.weight": {"dtype": "F64", "shape": shape, "data_offsets": [0, 0]}}).encode()
    return struct.pack("<Q", len(header)) + header


@pytest.mark.parametrize("factor", [1e308, 1e155, math.inf, math.nan])
@pytest.mark.parametrize("ask", [
    lambda data: pv.loss(NET, data),
    lambda data: pv.train(NET.spec, data, seeds=[0], steps=1),
    lambda data: pv.claim_evidence(8, network=NET, data=data),
    lambda data: pv.line_slice(NET, NET, data),
])  # fmt: skip
def test_numbers_whose_squares_overflow_are_refused_before_anything_is_solved(
    ask: Callable[[pv.Dataset], object], factor: float
) -> None:
    with pytest.raises(ValueError, match="Inputs that are not finite, or beyond 1e"):
        ask(scaled(factor))


def test_targets_are_looked_at_too_and_large_ones_are_taken() -> None:
    task = pv.load_dataset("wave", samples=40)
    net = pv.init_network(pv.NetworkSpec((1, 3, 1)), seed=0)
    with pytest.raises(ValueError, match="Targets that are not finite"):
        pv.loss(net, replace(task, targets=task.targets * math.inf))
    assert math.isfinite(float(pv.loss(net, replace(task, targets=task.targets * 1e99))))


def test_a_shape_that_names_gigabytes_is_refused_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    allocated = []
    zeros = torch.Tensor.new_zeros
    monkeypatch.setattr(torch.Tensor, "new_zeros", lambda self, shape: allocated.append(shape) or zeros(self, 0))
    with pytest.raises(ValueError, match="expected matrices"):
        pv.network_from_bytes(empty_file([3] * 20 + [0]), activation="tanh")
    assert not allocated


@pytest.mark.parametrize(("ask", "words"), [
    (lambda: pv.linear_barrier(LINEAR, IDENTITY, (0, 0.5)), "two different ones from 0 to 1"),
    (lambda: pv.linear_barrier(LINEAR, IDENTITY, (0, 1, 1)), "two different ones from 0 to 1"),
    (lambda: pv.linear_barrier(LINEAR, IDENTITY, (0, math.nan)), "two different ones from 0 to 1"),
    (lambda: pv.Permutation.transposition(NET.spec, 1, (0, 0.5)), "different nodes of layer 1"),
    (lambda: pv.Permutation.cycle(NET.spec, 1, (0, math.inf)), "different nodes of layer 1"),
    (lambda: NET(torch.zeros(2, dtype=torch.float64)), "one row a sample"),
    (lambda: NET.to(device="nonsense"), "Device 'nonsense' given"),
    (lambda: NET.to(device="meta"), "device 'meta', which has shapes but no numbers"),
    (lambda: pv.load_network("x" * 5000), "cannot be read"),
    (lambda: pv.save_network(NET, "x" * 5000), "cannot be written"),
    (lambda: pv.save_network(NET, "/"), "cannot be written"),
    (lambda: pv.train(NET.spec, DATA, [0], 1, learning_rate=HUGE), "learning_rate=a number of thousands of digits"),
    (lambda: pv.train(NET.spec, DATA, [0], steps=HUGE), "Steps a number of thousands of digits given"),
    (lambda: pv.train(NET.spec, DATA, [HUGE]), "Seed a number of thousands of digits given"),
    (lambda: pv.loss(NET, DATA, HUGE), "expected a number that a float can hold"),
    (lambda: DATA.with_weight_decay(Fraction(HUGE)), "expected a number that a float can hold"),
    (lambda: pv.load_dataset("moons", noise=HUGE), "expected a number that a float can hold"),
    (lambda: pv.FrozenEntries(0.5, HUGE), "expected a number that a float can hold"),
    (lambda: pv.canonical_form(NET, 0, HUGE), "expected a number that a float can hold"),
    (lambda: pv.stabiliser(NET, HUGE), "expected a number that a float can hold"),
    (lambda: pv.certify(NET, DATA, HUGE), "expected a number that a float can hold"),
    (lambda: pv.Recipe(decay=10**400), "expected a finite number"),
    (lambda: pv.seeded_starts(3, 1.0, seed=-1), "Seed -1 given"),
    (lambda: pv.seeded_starts(3, 1.0, seed=1.5), "Seed 1.5 given"),
])  # fmt: skip
def test_a_value_without_a_meaning_gets_a_sentence(ask: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        ask()
    assert len(str(refused.value)) < 400


def test_whole_numbers_may_be_floats() -> None:
    assert pv.linear_barrier(LINEAR, IDENTITY, (0, 1.0)).barrier == 1.0
    same = pv.Permutation.transposition(NET.spec, 1, (0, 2.0))
    assert torch.equal(same.orders[0], pv.Permutation.transposition(NET.spec, 1, (0, 2)).orders[0])
