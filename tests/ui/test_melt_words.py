"""What the Melt page says of a stage is true of its network: a walk over networks, activations and decays, number by number."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.landscape.melting_stage import MeltStage
from permviz.ui.views.melt.views import certificate, told, who_is_alike

CASES = [
    ((2, 3, 1), "tanh"), ((2, 3, 1), "gelu"), ((2, 2, 1), "sigmoid"), ((2, 3, 1), "relu"), ((2, 2, 1), "sin"),
    ((2, 2, 1), "gaussian"), ((2, 2, 2, 1), "tanh"), ((2, 1, 1), "tanh"),
]  # fmt: skip
FLIPS = {"tanh": (-1.0, -1.0), "sin": (-1.0, -1.0), "gaussian": (-1.0, 1.0)}
"""What a flip that keeps function and norm does to a node's incoming and outgoing numbers."""


@cache
def stages(widths: tuple[int, ...], activation: str) -> tuple[MeltStage, ...]:
    data = pv.load_dataset("moons", samples=24)
    return pv.melt(pv.NetworkSpec(widths, activation), data, [1e-4, 3e-3, 1e-2, 4e-2, 0.2, 1.0], seed=1).stages


def nodes(stage: MeltStage, layer: int) -> np.ndarray:
    """``(n, 2, ·)``: each node's incoming numbers, with its bias, and its outgoing ones."""
    into = torch.cat([stage.network.weights[layer], stage.network.biases[layer][:, None]], 1).numpy()
    return np.array([[*row, *column] for row, column in zip(into, stage.network.weights[layer + 1].numpy().T, strict=True)])


def flipped(node: np.ndarray, incoming: int, activation: str) -> np.ndarray:
    into, out = FLIPS[activation]
    return np.concatenate([into * node[:incoming], out * node[incoming:]])


def points(stage: MeltStage) -> Iterator[bytes]:
    """Where every order, with every choice of flips, puts the network."""
    activation = stage.network.activation
    into, out = FLIPS.get(activation, (1.0, 1.0))
    signs = (1, -1) if activation in FLIPS else (1,)
    hidden = stage.network.spec.hidden
    moves = [list(itertools.product(itertools.permutations(range(n)), itertools.product(signs, repeat=n))) for n in hidden]
    for move in itertools.product(*moves):
        weights = [w.numpy().copy() for w in stage.network.weights]
        biases = [b.numpy().copy() for b in stage.network.biases]
        for k, (order, flips) in enumerate(move):
            before, after = (np.where(np.array(flips) < 0, side, 1.0) for side in (into, out))
            weights[k], biases[k] = before[:, None] * weights[k][list(order)], before * biases[k][list(order)]
            weights[k + 1] = after * weights[k + 1][:, list(order)]
        yield b"".join((part + 0.0).tobytes() for part in (*weights, *biases))


@pytest.mark.parametrize(("widths", "activation"), CASES)
def test_headline_and_groups_are_true_of_every_stage(widths: tuple[int, ...], activation: str) -> None:
    for stage in stages(widths, activation):
        different = 0
        sentences = who_is_alike(stage)
        for layer in range(len(widths) - 2):
            numbers, incoming = nodes(stage, layer), widths[layer] + 1
            mine = [s for s in sentences if len(widths) == 3 or f"of layer {layer + 1}" in s]
            zero, equal, mirrored = set[int](), set[frozenset[int]](), set[frozenset[int]]()
            for sentence in mine:
                named = [int(name) - 1 for name in re.findall(r"\d+", "".join(re.findall(r"\*\*(.*?)\*\*", sentence)))]
                if "zero: weights and bias are 0" in sentence:
                    zero |= set(named)
                else:
                    into = mirrored if "up to a flip of sign" in sentence else equal
                    into |= {frozenset(pair) for pair in itertools.combinations(named, 2)}
            assert zero == {i for i, node in enumerate(numbers) if not node.any()}
            left = [i for i in range(widths[layer + 1]) if i not in zero]
            for i, j in itertools.combinations(left, 2):
                same = np.array_equal(numbers[i], numbers[j])
                turned = activation in FLIPS and np.array_equal(flipped(numbers[i], incoming, activation), numbers[j])
                assert (frozenset((i, j)) in equal | mirrored) == (same or turned)
                assert same or frozenset((i, j)) not in equal
            different += len({min(i, *(j for j in left if frozenset((i, j)) in equal | mirrored), i) for i in left})
        copies = len(set(points(stage)))
        amount = f"{different} distinct node{'s' * (different > 1)}" if different else "every node is zero"
        assert told(stage) == f"λ = {stage.decay:.3g}: {amount}, {copies} cop{'ies' if copies > 1 else 'y'}"


def test_something_melts_on_the_walk_and_something_does_not() -> None:
    """Else the walk would show nothing."""
    ends = {activation: (one[0].copies, one[-1].copies) for widths, activation in CASES for one in [stages(widths, activation)]}
    assert any(first != last for first, last in ends.values())
    said = {s for widths, activation in CASES for stage in stages(widths, activation) for s in who_is_alike(stage)}
    for words in ("are equal.", "up to a flip of sign", "is zero", "are zero", "of layer 2"):
        assert any(words in sentence for sentence in said), words


@pytest.mark.parametrize(("widths", "activation"), CASES)
def test_a_certificate_is_claimed_only_where_the_hessian_says_so(widths: tuple[int, ...], activation: str) -> None:
    for stage in stages(widths, activation):
        said = certificate(stage)
        data = pv.load_dataset("moons", samples=24).with_weight_decay(stage.decay)
        if activation == "relu":
            assert "no minimum is certified" in said
            continue
        spec = stage.network.spec
        hessian = torch.autograd.functional.hessian(
            lambda theta, spec=spec, data=data: pv.loss(pv.unflatten(spec, theta), data), stage.network.flatten()
        )
        assert ("Minimum:" in said) == bool(torch.linalg.eigvalsh(hessian)[0] > 1e-6)
