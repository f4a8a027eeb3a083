"""The group that frozen entries leave, against all permutations and sign flips, one after the other."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

import permviz as pv
from tests import oracles

WIDTHS = [(2, 4, 1), (1, 3, 1), (2, 3, 2, 1), (1, 2, 2, 2, 1), (3, 3, 2)]
FLIPPED = ("tanh", "sigmoid", "gaussian")


def spec_of(widths: tuple[int, ...], activation: str, share: float, kappa: float, seed: int) -> pv.NetworkSpec:
    return pv.NetworkSpec(widths, activation, pv.FrozenEntries(share, kappa, seed))


def generic(spec: pv.NetworkSpec) -> pv.Network:
    """A network of the specification whose free parameters are all different."""
    theta = torch.randn(spec.parameter_count, generator=torch.Generator().manual_seed(7), dtype=torch.float64)
    mask = pv.frozen_mask(spec)
    return pv.unflatten(spec, torch.where(mask, pv.init_network(spec).flatten(), theta))


def keeping(spec: pv.NetworkSpec, points: np.ndarray) -> np.ndarray:
    """Those of the copies, one a row, that have the frozen entries in their places; the oracle rounds to nine digits."""
    mask = pv.frozen_mask(spec).numpy()
    wanted = pv.init_network(spec).flatten().numpy()[mask]
    return points[np.isclose(points[:, mask], wanted, rtol=0, atol=1e-8).all(1)]


def signed(net: pv.Network) -> np.ndarray:
    return np.array(sorted(oracles.signed_copies(net.thawed())))


@pytest.mark.parametrize("kappa", [0.0, 0.5])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("widths", WIDTHS)
@pytest.mark.parametrize("activation", ["gelu", *FLIPPED])
def test_the_order_is_what_enumeration_finds(activation: str, widths: tuple[int, ...], share: float, kappa: float) -> None:
    for seed in range(2):
        spec = spec_of(widths, activation, share, kappa, seed)
        net, group = generic(spec), pv.symmetry_group(spec)
        permuted = keeping(spec, oracles.copies(net.thawed()))
        assert group.permutations == len(np.unique(permuted, axis=0))
        if activation == "gelu":
            assert group.order == group.permutations
        else:
            assert group.order == len(keeping(spec, signed(net)))


def test_the_cases_are_not_all_trivial() -> None:
    """Else the agreement would say little: some groups are whole, some are in between, some have the identity alone."""
    specs = [
        spec_of(w, "tanh", share, k, seed) for w in WIDTHS for share in (0.2, 0.5, 0.8) for k in (0, 0.5) for seed in (0, 1)
    ]
    orders = {pv.symmetry_group(spec).order for spec in specs}
    assert 1 in orders
    assert len(orders) > 5


def test_missing_edges_leave_more_than_values_do_and_no_frozen_entry_leaves_all() -> None:
    orders = [
        pv.symmetry_group(spec_of((2, 8, 1), "tanh", share, kappa, 0)).order for share, kappa in ((0, 0), (0.5, 0), (0.5, 1))
    ]
    assert orders[0] == pv.symmetry_group(pv.NetworkSpec((2, 8, 1), "tanh")).order == 2**8 * math.factorial(8)
    assert orders[0] > orders[1] > orders[2]


def test_a_mask_that_is_ignored_gives_another_order() -> None:
    """Negative control: with the values alone, a free weight would stand for a missing edge, and the other way round."""
    spec = spec_of((2, 4, 1), "gelu", 0.5, 0.0, 0)
    blind = len(np.unique(oracles.copies(generic(spec).thawed()), axis=0))
    assert blind == 24 != pv.symmetry_group(spec).permutations


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("widths", [(1, 4, 1), (2, 3, 1), (1, 3, 2, 1)])
def test_averages_and_orbits_are_over_the_permutations_that_remain(widths: tuple[int, ...], seed: int) -> None:
    spec = spec_of(widths, "tanh", 0.4, 0.0, seed)
    net = generic(spec)
    copies = keeping(spec, oracles.copies(net.thawed()))
    assert np.allclose(pv.symmetric_average(net).flatten().numpy(), copies.mean(0), atol=1e-12)
    assert pv.orbit_size(net) == len(np.unique(copies, axis=0))
    both = pv.symmetric_average(pv.stack([net, 2 * net]))  # batch axes stay
    assert torch.equal(both[0].flatten(), pv.symmetric_average(net).flatten())
    coarse = pv.unflatten(spec, net.flatten().sign())
    assert pv.orbit_size(coarse) == len(np.unique(keeping(spec, oracles.copies(coarse.thawed())), axis=0))
    assert pv.symmetry_orbit(coarse).size == len(keeping(spec, signed(coarse)))


def test_a_free_weight_that_happens_to_be_zero_is_not_a_missing_edge() -> None:
    spec = spec_of((2, 4, 1), "tanh", 0.5, 0.0, 0)
    zero = pv.unflatten(spec, torch.zeros(spec.parameter_count, dtype=torch.float64))
    assert pv.stabiliser(zero).order == pv.symmetry_group(spec).permutations
    assert pv.stabiliser(zero.thawed()).order == 24


def test_permutations_of_the_group_act_and_others_are_refused() -> None:
    spec = spec_of((1, 4, 1), "tanh", 0.25, 0.5, 0)
    net, acted = generic(spec), 0
    for p in pv.Permutation.all(spec):
        copy = p(net.thawed())
        if len(keeping(spec, copy.flatten().numpy()[None])):
            assert torch.equal(p(net).flatten(), copy.flatten())
            assert p(net).frozen == spec.frozen
            acted += 1
        else:
            with pytest.raises(ValueError, match="This permutation moves frozen entries"):
                p(net)
    assert 1 < acted == pv.symmetry_group(spec).permutations < 24
    with pytest.raises(ValueError, match="moves frozen entries"):
        pv.Permutation.all(spec)(net)


def acts(move: pv.Monomial, net: pv.Network) -> bool:
    try:
        return move(net).frozen == net.frozen
    except ValueError:
        return False


def test_permutations_with_signs_act_if_they_are_of_the_group_though_each_part_alone_is_not() -> None:
    """Node 1 of either layer touches one frozen weight, the one between the two: flips must come together."""
    net = generic(spec_of((1, 2, 2, 1), "tanh", 0.4, 0.5, 0))
    signs = [torch.tensor(pair) for pair in itertools.product((1.0, -1.0), repeat=2)]
    moves = [pv.Monomial(p, [s, t]) for p in pv.Permutation.all(net.spec) for s in signs for t in signs]
    assert sum(acts(move, net) for move in moves) == pv.symmetry_group(net.spec).order == 2
    flip = torch.tensor([1.0, -1.0])
    assert acts(pv.Monomial(pv.Permutation.identity(net.spec), [flip, flip]), net)
    with pytest.raises(ValueError, match="This move moves frozen entries"):
        pv.sign_flips(net, 1, flip)


def test_infinite_groups() -> None:
    assert pv.symmetry_group(spec_of((2, 4, 1), "relu", 0.5, 0.0, 0)).dimension == 4
    assert pv.symmetry_group(spec_of((2, 4, 1), "sin", 0.5, 1.0, 0)).order is None
    for activation, kappa in (("relu", 0.5), ("leaky_relu", 0.5), ("linear", 0.0), ("linear", 0.5)):
        with pytest.raises(ValueError, match="which permutations with scalings keep its frozen entries is not computed"):
            pv.symmetry_group(spec_of((2, 4, 1), activation, 0.5, kappa, 0))
