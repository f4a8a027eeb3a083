"""Orbits under the whole group: counted point by point, and measured by finite differences of the moves themselves."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.symmetry.orbits import symmetry_orbit
from tests import oracles
from tests.cases import Case


def network(activation: str, *layers: tuple[list[list[float]], list[float]]) -> pv.Network:
    weights, biases = zip(*((torch.tensor(w), torch.tensor(b)) for w, b in layers), strict=True)
    return pv.Network(weights, biases, activation).to(torch.float64)


ROW, BIAS, OUT = [0.5, -1.0], 0.25, 2.0
OTHER = ([1.5, 0.75], -0.5, 3.0)


def of_two(activation: str, other: tuple[list[float], float, float], output: float = 0.0) -> pv.Network:
    (row, bias, out) = other
    return network(activation, ([ROW, row], [BIAS, bias]), ([[OUT, out]], [output]))


ANTIPODAL = ([-w for w in ROW], -BIAS, -OUT)
NEGATED_ROW = ([-w for w in ROW], -BIAS, OUT)
ZERO = ([0.0, 0.0], 0.0, 0.0)
CONSTANT = ([0.0, 0.0], 0.0, 3.0)
SPECIAL = [
    of_two(activation, other)
    for activation in ("tanh", "erf", "sigmoid", "gaussian")
    for other in (OTHER, (ROW, BIAS, OUT), ANTIPODAL, NEGATED_ROW, ZERO, CONSTANT)
]
COUPLED = [
    pv.coupled_network(),
    # two layers undo each other's flips: (w, b) = 0 in the first, opposite rows in the second
    network("tanh", ([[0.0], [0.7]], [0.0, 0.1]), ([[1.0, 0.5], [-1.0, 0.5]], [0.3, 0.3]), ([[2.0, 2.0]], [0.1])),
    network("tanh", ([[0.7], [-0.7]], [0.0, 0.0]), ([[1.0, -1.0], [1.0, 1.0]], [0.0, 0.2]), ([[2.0, 2.0]], [0.1])),
    network("gaussian", ([[0.7], [-0.7]], [0.2, -0.2]), ([[1.0, 1.0], [-1.0, -1.0]], [0.5, -0.5]), ([[2.0, 2.0]], [0.1])),
    network("sigmoid", ([[0.5], [-0.5]], [0.0, 0.0]), ([[1.0, 1.0], [-1.0, -1.0]], [-1.0, 1.0]), ([[2.0, -2.0]], [0.1])),
]  # fmt: skip


@pytest.mark.parametrize("net", [*SPECIAL, *COUPLED], ids=lambda net: f"{net.activation}-{net.spec.widths}")
def test_points_are_those_that_signed_enumeration_finds(net: pv.Network) -> None:
    found = symmetry_orbit(net)
    assert found.size == len(oracles.signed_copies(net))
    assert found.stabiliser is not None
    assert found.group.order == found.size * found.stabiliser


def test_an_antipodal_pair_or_a_zero_neuron_gives_four_points_not_eight() -> None:
    assert [symmetry_orbit(of_two("tanh", other)).size for other in (OTHER, ANTIPODAL, ZERO)] == [8, 4, 4]
    assert len(oracles.signed_copies(of_two("tanh", ANTIPODAL))) == 4


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "gaussian", "gelu"])
@pytest.mark.parametrize("seed", range(6))
def test_coarse_random_networks_coincide_as_enumeration_says(activation: str, seed: int) -> None:
    """Parameters drawn from -1, 0 and 1 leave much in place."""
    generator = torch.Generator().manual_seed(seed)
    net = Case((1, 2, 2, 1) if seed % 2 else (1, 3, 1), activation).network()
    net = net.map(lambda p: torch.randint(-1, 2, p.shape, generator=generator).to(p))
    copies = oracles.signed_copies(net) if activation != "gelu" else set(map(tuple, oracles.copies(net).tolist()))
    assert symmetry_orbit(net).size == len(copies)


def tangent_rank(net: pv.Network) -> int:
    """Rank of central differences: every generator of the group moves the parameters a little, both ways."""
    step, moved = 1e-5, []

    def difference(move: object) -> None:
        assert callable(move)
        ahead, back = (oracles.vector(move(s)) for s in (step, -step))
        moved.append((ahead - back) / (2 * step))

    def layers() -> list[tuple[np.ndarray, np.ndarray]]:
        return [(w.copy(), b.copy()) for w, b in oracles.parameters(net)]

    for k, n in enumerate(net.spec.hidden):
        for a, b in itertools.product(range(n), repeat=2):

            def change(s: float, k: int = k, n: int = n, a: int = a, b: int = b) -> list[tuple[np.ndarray, np.ndarray]]:
                new, matrix = layers(), np.eye(n)
                matrix[a, b] += s
                (w, bias), (after, c) = new[k], new[k + 1]
                new[k], new[k + 1] = (matrix @ w, matrix @ bias), (after @ np.linalg.inv(matrix), c)
                return new

            if net.activation == "linear" or a == b:
                difference(change)
        for a in range(n) if net.activation == "linear" else ():

            def shift(s: float, k: int = k, a: int = a) -> list[tuple[np.ndarray, np.ndarray]]:
                new = layers()
                new[k][1][a] += s
                new[k + 1][1][:] -= s * new[k + 1][0][:, a]
                return new

            difference(shift)
    return int(np.linalg.matrix_rank(np.array(moved), rtol=1e-7))


@pytest.mark.parametrize(
    ("widths", "dimension"), [((2, 4, 3, 1), 28), ((1, 4, 1), 11), ((2, 8, 1), 30), ((3, 3, 4), 12), ((2, 3, 2), 11)]
)
def test_the_orbit_of_linear_neurons_is_smaller_than_their_group(widths: tuple[int, ...], dimension: int) -> None:
    net = Case(widths, "linear", seed=2).network()
    found = symmetry_orbit(net)
    assert found.dimension == tangent_rank(net) == dimension
    assert found.dimension <= min(found.group.dimension, net.spec.parameter_count)
    assert (found.size, found.stabiliser) == (None, None)


@pytest.mark.parametrize("widths", [(2, 3, 1), (1, 2, 3, 2), (2, 2, 2, 2, 1)])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("activation", ["relu", "linear"])
def test_the_dimension_is_the_rank_of_the_moves_where_parameters_are_zero(
    activation: str, seed: int, widths: tuple[int, ...]
) -> None:
    generator = torch.Generator().manual_seed(seed)
    net = Case(widths, activation, seed=seed).network()
    net = net.map(lambda p: p * (torch.rand(p.shape, generator=generator) < 0.4))
    assert symmetry_orbit(net).dimension == tangent_rank(net)


def test_a_zero_neuron_of_relu_takes_one_dimension() -> None:
    assert [symmetry_orbit(of_two("relu", other)).dimension for other in (OTHER, ZERO)] == [2, 1]
    floating = network("relu", ([[0.0], [1.0]], [0.0, 1.0]), ([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]), ([[0.0, 1.0]], [0.0]))
    assert symmetry_orbit(floating).dimension == tangent_rank(floating) == 3  # two neurons joined to each other alone


@pytest.mark.parametrize("activation", ["tanh", "gelu", "relu", "linear"])
def test_values_that_are_not_finite_are_refused(activation: str) -> None:
    net = of_two(activation, OTHER, output=math.inf)
    with pytest.raises(ValueError, match="not finite"):
        symmetry_orbit(net)


def test_sines_are_infinitely_many_separate_points() -> None:
    found = symmetry_orbit(of_two("sin", OTHER))
    assert (found.size, found.dimension) == (None, 0)
