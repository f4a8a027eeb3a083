"""Stabilisers beyond what brute force can enumerate, against igraph's automorphism counts (BLISS, Junttila & Kaski 2007)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable

import igraph
import numpy as np
import pytest
import torch

import permviz as pv
from permviz.symmetry.stabiliser import coupled_network, stabiliser
from tests import oracles
from tests.cases import SMALL_WIDTHS

WIDE = (2, 8, 8, 8, 1)


def automorphisms(net: pv.Network, weighted: bool = True) -> int:
    """Permutations of the hidden nodes that keep every parameter, as automorphisms of a coloured graph.

    Inputs and outputs have a colour each, hidden nodes one for their layer and bias. An edge of the network is a vertex between
    its two ends, with a colour for its layer and weight. ``weighted=False`` forgets the weights. Exact below 2^53.
    """
    last = len(net.weights)
    colours: list[Hashable] = [("input", i) for i in range(net.spec.widths[0])]
    edges: list[tuple[int, int]] = []
    below = list(range(len(colours)))
    for k, (weight, bias) in enumerate(zip(net.weights, net.biases, strict=True), start=1):
        here = [len(colours) + i for i in range(len(bias))]
        colours += [(k, i, b) if k == last else (k, b) for i, b in enumerate((bias + 0.0).tolist())]
        for i, row in enumerate((weight + 0.0).tolist()):
            for j, w in enumerate(row):
                edges += [(below[j], len(colours)), (len(colours), here[i])]
                colours.append(("edge", k, w if weighted else None))
        below = here
    numbers = {colour: number for number, colour in enumerate(dict.fromkeys(colours))}
    graph = igraph.Graph(n=len(colours), edges=edges)
    count = graph.count_automorphisms(color=[numbers[colour] for colour in colours])
    assert count < 2**53
    return int(count)


def coarse(widths: tuple[int, ...], levels: int, seed: int) -> pv.Network:
    """Parameters drawn from few values."""
    spec = pv.NetworkSpec(widths)
    values = torch.randint(levels, (spec.parameter_count,), generator=torch.Generator().manual_seed(seed))
    return pv.unflatten(spec, values.double())


def planted(widths: tuple[int, ...], cycles: tuple[int, ...], seed: int) -> pv.Network:
    """Integers made invariant under one random permutation whose cycles in each layer have lengths up to ``cycles``."""
    spec, rng = pv.NetworkSpec(widths), np.random.default_rng(seed)
    orders = []
    for n in spec.hidden:
        order, free = np.arange(n), list(rng.permutation(n))
        for length in cycles:
            if length <= len(free):
                members = [free.pop() for _ in range(length)]
                order[members] = np.roll(members, 1)
        orders.append(order)
    p, net = pv.Permutation(tuple(orders)), coarse(widths, 2, seed)
    total, power = net.flatten(), p
    while not power.is_identity():
        total, power = total + power(net).flatten(), p @ power
    return pv.unflatten(spec, total)


def twins(widths: tuple[int, ...], groups: tuple[int, ...], seed: int) -> pv.Network:
    """A generic network of whose nodes in each layer some are duplicates: groups of those sizes, the rest single."""
    net = pv.init_network(pv.NetworkSpec(widths), seed)
    weights, biases = [w.clone() for w in net.weights], [b.clone() for b in net.biases]
    for k in range(len(widths) - 2):
        start = 0
        for size in groups:
            members = slice(start, start + size)
            weights[k][members], biases[k][members] = weights[k][start].clone(), biases[k][start].clone()
            weights[k + 1][:, members] = weights[k + 1][:, start : start + 1].clone()
            start += size
    return pv.Network(tuple(weights), tuple(biases))


CYCLES = [(2,), (2, 2, 2, 2), (3, 3), (4, 2, 2), (5, 3), (6, 2), (7,), (8,)]


@pytest.mark.parametrize("widths", SMALL_WIDTHS)
@pytest.mark.parametrize("seed", range(3))
def test_the_oracle_is_brute_force_where_that_is_possible(widths: tuple[int, ...], seed: int) -> None:
    net = coarse(widths, 2, seed)
    assert automorphisms(net) == oracles.stabiliser_order(net)


@pytest.mark.parametrize("cycles", CYCLES, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_planted_coupled_symmetries(cycles: tuple[int, ...], seed: int) -> None:
    net = planted(WIDE, cycles, seed)
    found = stabiliser(net).order
    assert found == automorphisms(net)
    assert found % math.lcm(*cycles) == 0
    # Negative control: one weight moved breaks every symmetry that moves it, in both.
    weights = [w.clone() for w in net.weights]
    weights[1][0, 0] += 0.5
    broken = pv.Network(tuple(weights), net.biases)
    assert stabiliser(broken).order == automorphisms(broken) <= found


@pytest.mark.parametrize("levels", [1, 2, 3])
@pytest.mark.parametrize("widths", [WIDE, (1, 8, 5, 1), (3, 6, 7, 2)], ids=str)
def test_few_different_weights(widths: tuple[int, ...], levels: int) -> None:
    for seed in range(3):
        net = coarse(widths, levels, seed)
        assert stabiliser(net).order == automorphisms(net)


@pytest.mark.parametrize("groups", [(2,), (2, 2, 2, 2), (3, 2), (5, 3), (8,)], ids=str)
def test_duplicated_nodes(groups: tuple[int, ...]) -> None:
    net = twins(WIDE, groups, seed=1)
    expected = math.prod(math.factorial(size) for size in groups) ** 3
    assert stabiliser(net).order == automorphisms(net) == expected


def test_structured_weights() -> None:
    ring = torch.tensor([[min((i - j) % 8, (j - i) % 8) for j in range(8)] for i in range(8)], dtype=torch.float64)
    eye, one = torch.eye(8, dtype=torch.float64), torch.ones(8, 1, dtype=torch.float64)
    blocks = torch.block_diag(*[torch.ones(2, 2, dtype=torch.float64)] * 4)
    orders = []
    for first, second in itertools.product((ring, eye, blocks, eye.roll(1, 0) + 2 * eye), repeat=2):
        net = pv.Network((one, first, second, one.mT), tuple(torch.zeros(n, dtype=torch.float64) for n in (8, 8, 8, 1)))
        orders.append(stabiliser(net).order)
        assert orders[-1] == automorphisms(net)
    assert len(set(orders)) > 4
    assert math.factorial(8) in orders  # two identities, one after the other


def test_an_oracle_without_weights_is_another_one() -> None:
    """Negative control: the colours of the edges are what the agreement above rests on."""
    assert automorphisms(coupled_network()) == 2 != automorphisms(coupled_network(), weighted=False)
    net = planted(WIDE, (2,), 0)
    assert automorphisms(net, weighted=False) != stabiliser(net).order
