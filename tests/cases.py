"""The central, seeded list of test networks, data and permutations: a new case here strengthens every test that uses it.

Import as ``from tests.cases import NETWORKS``; pytest puts the repository's root on the path because ``tests`` is a package.
Cases are small descriptions, built when a test asks for them, so that collecting the tests costs nothing::

    @pytest.mark.parametrize("case", NETWORKS, ids=str)
    def test_something(case):
        net = case.network()
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

import permviz as pv

WIDTHS = {
    1: (2, 4, 1),
    2: (2, 3, 4, 2),
    3: (3, 1, 4, 2, 1),  # a layer of one node first: nothing to permute there, and a bottleneck
    4: (1, 3, 2, 1, 4, 3),  # one input, and a layer of one node in the middle
}
"""Widths by number of hidden layers."""

BATCHES = ((), (3,), (2, 2))


@dataclass(frozen=True)
class Case:
    """A random network: every weight and bias drawn from N(0, 1), which bends every activation."""

    widths: tuple[int, ...]
    activation: str
    batch: tuple[int, ...] = ()
    seed: int = 0

    @property
    def spec(self) -> pv.NetworkSpec:
        return pv.NetworkSpec(self.widths, self.activation)

    def network(self) -> pv.Network:
        generator = torch.Generator().manual_seed(self.seed)
        shape = (*self.batch, self.spec.parameter_count)
        return pv.unflatten(self.spec, torch.randn(shape, generator=generator, dtype=torch.float64))

    def inputs(self, samples: int = 7) -> Tensor:
        return inputs(self.widths[0], samples, seed=self.seed + 1)

    def __str__(self) -> str:
        return f"{self.activation}-{'-'.join(map(str, self.widths))}-batch{'x'.join(map(str, self.batch)) or '0'}"


def drawn(widths: tuple[int, ...], activation: str = "tanh", batch: tuple[int, ...] = (), seed: int = 0) -> pv.Network:
    """The network of such a case."""
    return Case(widths, activation, batch, seed).network()


NETWORKS = tuple(
    Case(widths, activation, batch, seed=depth + 10)  # seeds for which no bottleneck of a ReLU network is dead
    for activation in pv.ACTIVATIONS
    for depth, widths in WIDTHS.items()
    for batch in BATCHES
)
"""Every activation, 1 to 4 hidden layers, layers of one node, no batch axis, one and two."""

SINGLE_NETWORKS = tuple(case for case in NETWORKS if not case.batch)
"""The same without batch axes."""

SMALL_WIDTHS = ((2, 3, 1), (2, 4, 1), (2, 3, 3, 2), (3, 2, 1, 3, 1))
"""Few enough permutations to enumerate: 6, 24, 36, 12."""


def inputs(width: int, samples: int = 7, seed: int = 0) -> Tensor:
    """Standard normal inputs ``(samples, width)``."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(samples, width, generator=generator, dtype=torch.float64)


def dataset(n_inputs: int, n_outputs: int, loss: str, samples: int = 11, seed: int = 0) -> pv.Dataset:
    """Random inputs with random targets of the kind that ``loss`` asks for; every class occurs."""
    rng = np.random.default_rng(seed)
    if loss == "squared":
        targets = torch.from_numpy(rng.standard_normal((samples, n_outputs)))
    else:
        classes = 2 if loss == "binary-cross-entropy" else n_outputs
        targets = torch.from_numpy(rng.permutation(np.arange(samples) % classes))
    names = tuple(f"output {i}" for i in range(2 if loss == "binary-cross-entropy" else n_outputs))
    return pv.Dataset("test", inputs(n_inputs, samples, seed), targets, loss, tuple(f"x{i}" for i in range(n_inputs)), names)


def dataset_for(spec: pv.NetworkSpec, loss: str | None = None, samples: int = 11, seed: int = 0) -> pv.Dataset:
    """Random data that fit ``spec``; without a named loss, binary for one output and cross-entropy for more."""
    n = spec.widths[-1]
    kind = loss or ("binary-cross-entropy" if n == 1 else "cross-entropy")
    return dataset(spec.widths[0], n, kind, samples, seed)


LOSS_CASES = (("squared", 1), ("squared", 3), ("binary-cross-entropy", 1), ("cross-entropy", 2), ("cross-entropy", 4))
"""Every loss, with the outputs it makes sense for."""

TASK_OF_LOSS = {"squared": "egg-box", "binary-cross-entropy": "moons", "cross-entropy": "four-blobs"}
"""A named task, two inputs, for each loss."""


def permutations(spec: pv.NetworkSpec) -> list[pv.Permutation]:
    """Representative permutations: random ones over all layers, every layer's first transposition, its full cycle."""
    found = [pv.Permutation.random(spec, seed) for seed in range(3)]
    for layer, n in enumerate(spec.hidden, start=1):
        if n > 1:
            found.append(pv.Permutation.transposition(spec, layer, (0, n - 1)))
            found.append(pv.Permutation.cycle(spec, layer, range(n)))
    return found


def function_change(a: pv.Network, b: pv.Network, inputs: Tensor) -> float:
    """max |F_A - F_B| over inputs, outputs and batch: the check that invariance tests share with their negative controls."""
    return float((a(inputs) - b(inputs)).abs().max())


def group_order(spec: pv.NetworkSpec) -> int:
    """prod n_k!"""
    return math.prod(math.factorial(n) for n in spec.hidden)
