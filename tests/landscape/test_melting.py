"""The melting orbit: its stages are minima, by derivatives of another making, and its counts those of enumeration."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import pytest
import torch
from torch import Tensor

import permviz as pv
from permviz.landscape.melting import decay_ladder
from tests import oracles


@cache
def signed_moons() -> pv.Dataset:
    """Two moons with targets of -1 and 1 and squared loss, 100 samples."""
    moons = pv.load_dataset("moons", samples=100)
    targets = 2.0 * moons.targets[:, None].double() - 1
    return pv.Dataset("signed moons", moons.inputs, targets, "squared", moons.input_names, ("side",))


@cache
def followed(activation: str, width: int, stages: int = 12) -> pv.Melt:
    return pv.melt(pv.NetworkSpec((2, width, 1), activation), signed_moons(), decays=decay_ladder(1e-4, 1.0, stages))


def objective(theta: Tensor, stage: pv.MeltStage) -> Tensor:
    """Written anew: mean squared error and the sum of squares."""
    spec, data = stage.network.spec, signed_moons()
    n = spec.hidden[0]
    w, b, a, c = theta[: 2 * n].reshape(n, 2), theta[2 * n : 3 * n], theta[3 * n : 4 * n], theta[4 * n]
    sigma = {"tanh": torch.tanh, "gelu": torch.nn.functional.gelu, "sigmoid": torch.sigmoid}[spec.activation]
    answers = sigma(data.inputs @ w.T + b) @ a + c
    return (answers - data.targets[:, 0]).square().mean() + stage.decay * theta.square().sum()


@pytest.mark.parametrize(("activation", "width"), [("tanh", 6), ("gelu", 8), ("sigmoid", 4)])
def test_every_stage_is_a_minimum_of_the_objective(activation: str, width: int) -> None:
    melted = followed(activation, width)
    assert all(melted.certified)
    for stage in melted.stages:
        theta = stage.network.flatten().requires_grad_(True)
        value = objective(theta, stage)
        (gradient,) = torch.autograd.grad(value, theta)
        curvature = torch.autograd.functional.hessian(lambda at, s=stage: objective(at, s), theta.detach())  # type: ignore[no-untyped-call]
        assert math.isclose(float(value.detach()), stage.objective, rel_tol=1e-12)
        added = stage.decay * float(theta.detach().square().sum())
        assert math.isclose(stage.objective - stage.loss, added, rel_tol=1e-9, abs_tol=1e-12)
        assert float(gradient.norm()) < 1e-12
        assert float(torch.linalg.eigvalsh(curvature)[0]) > 1e-6
        assert stage.spread < 1e-4


@pytest.mark.parametrize(("activation", "width"), [("tanh", 4), ("sigmoid", 4)])
def test_copies_are_as_many_as_enumeration_finds(activation: str, width: int) -> None:
    for stage in followed(activation, width, 6 if activation == "tanh" else 12).stages:
        net = stage.network
        found = len(oracles.signed_copies(net)) if activation == "tanh" else oracles.orbit_size(net)
        assert stage.copies == found
        assert stage.orbit.size * stage.orbit.stabiliser == stage.orbit.order


def test_at_the_end_all_copies_are_one_and_the_posts_hypothesis_has_failed_before() -> None:
    melted = followed("tanh", 6)
    first, last = melted.stages[0], melted.stages[-1]
    assert (first.copies, first.distinct, first.stabiliser) == (46080, 6, "trivial")
    assert (last.copies, last.distinct, last.zeros, last.stabiliser) == (1, 0, 6, "B₆")
    fused = melted.fused
    assert fused is not None
    assert fused.minimum
    assert fused.stabiliser != "trivial"
    group = next(group for group in fused.alike[0] if len(group.nodes) > 1)
    values = fused.network.layers(signed_moons().inputs)[0][:, list(group.nodes)] * torch.tensor(group.signs)
    assert float((values - values[:, :1]).abs().max()) < 1e-15  # their values are the same at every input, up to sign
    assert min(melted.distinct) == 0


def test_followed_the_orbit_is_not_monotone() -> None:
    """Four zero neurons become others again: 26,880 copies, and then more, such as 86,016 with five equal ones."""
    melted = pv.melt(pv.NetworkSpec((2, 8, 1)), signed_moons(), decay_ladder(2e-3, 4e-3, 4))
    assert all(melted.certified)
    assert melted.copies[0] == 26_880
    assert any(after > before for before, after in pairwise(melted.copies))
    assert all(after.objective > before.objective for before, after in pairwise(melted.stages))


def test_gelu_neurons_die_one_after_the_other() -> None:
    melted = followed("gelu", 8)
    for stage in melted.stages:
        assert stage.copies == math.factorial(8) // math.factorial(stage.zeros)
        assert stage.distinct == 8 - stage.zeros
    assert {40320, 56, 1} <= set(melted.copies)
    assert list(melted.copies) == sorted(melted.copies, reverse=True)


@pytest.mark.parametrize(("decay", "copies", "distinct", "zeros"), [
    (4.64e-4, 10_321_920, 8, 0), (2.15e-3, 26_880, 4, 4), (4.64e-3, 2_688, 3, 5), (1e-2, 2_048, 2, 0), (4.64e-2, 256, 1, 0),
    (1.0, 1, 0, 8),
])  # fmt: skip
def test_the_lowest_minima_of_many_starts(decay: float, copies: int, distinct: int, zeros: int) -> None:
    (stage,) = pv.melt(pv.NetworkSpec((2, 8, 1)), signed_moons(), [decay], starts=16).stages
    assert stage.minimum
    assert (stage.copies, stage.distinct, stage.zeros) == (copies, distinct, zeros)


def test_relu_neurons_die_and_never_fuse() -> None:
    melted = pv.melt(pv.NetworkSpec((2, 4, 1), "relu"), signed_moons(), [0.05, 2.0])
    for stage in melted.stages:
        assert stage.certificate is None
        assert not stage.minimum
        assert all(len(group.nodes) == 1 or group.zero for group in stage.alike[0])
    assert melted.stages[-1].zeros == 4
    assert melted.fused is None  # nothing is certified


def test_a_saddle_is_left() -> None:
    """From exactly equal neurons every gradient keeps them equal; at little decay that is a saddle."""
    equal = pv.symmetric_average(pv.init_network(pv.NetworkSpec((2, 3, 1)), seed=1))
    (stage,) = pv.melt(equal.spec, signed_moons(), [1e-3], start=equal).stages
    assert stage.minimum
    assert stage.distinct > 1


def test_a_callback_sees_each_stage_and_stops() -> None:
    seen: list[float] = []

    def stop(stage: pv.MeltStage) -> bool:
        seen.append(stage.decay)
        return len(seen) < 2

    melted = pv.melt(pv.NetworkSpec((2, 3, 1)), signed_moons(), [0.1, 0.2, 0.3], callback=stop)
    assert melted.decays == tuple(seen) == (0.1, 0.2)
    assert "2 stages, 2 certified minima" in repr(melted)


def test_a_way_in_parts_is_the_way_in_one() -> None:
    whole, spec = followed("tanh", 3, 6), pv.NetworkSpec((2, 3, 1))
    part = pv.melt(spec, signed_moons(), whole.decays[:2])
    for decay in whole.decays[2:]:
        part = pv.melt(spec, signed_moons(), [decay], after=part)
    assert part.decays == whole.decays
    for one, other in zip(part.stages, whole.stages, strict=True):
        assert torch.equal(one.network.flatten(), other.network.flatten())
    anew = pv.melt(spec, signed_moons(), whole.decays[2:])
    assert not torch.equal(anew.stages[0].network.flatten(), whole.stages[2].network.flatten()), "the part before decides"


def test_two_hidden_layers_melt_too() -> None:
    melted = pv.melt(pv.NetworkSpec((2, 3, 2, 1)), signed_moons(), [1e-3, 0.02, 1.0])
    assert all(melted.certified)
    for stage in melted.stages:
        assert stage.copies == len(oracles.signed_copies(stage.network))
    assert melted.copies[-1] == 1


def test_two_wide_layers_are_counted_by_their_groups() -> None:
    """Two groups of twenty: 20!^2 of the 2^40 20!^2 moves leave the point in place."""
    (stage,) = pv.melt(pv.NetworkSpec((2, 20, 20, 1)), pv.load_dataset("moons", samples=60), [0.01]).stages
    assert [[len(group.nodes) for group in groups] for groups in stage.alike] == [[20], [20]]
    assert (stage.minimum, stage.distinct, stage.copies) == (True, 2, 2**40)


@pytest.mark.parametrize(("decays", "words"), [
    ([], "expected 1 to 500 numbers above 0"),
    ([0.0], "expected 1 to 500 numbers above 0"),
    ([-1.0], "expected 1 to 500 numbers above 0"),
    ([math.nan], "expected 1 to 500 numbers above 0"),
    ([1e9], r"Weight decay 1e\+09 given"),
    ([0.1] * 501, "expected 1 to 500 numbers above 0"),
])  # fmt: skip
def test_decays_without_a_meaning_get_a_sentence(decays: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        pv.melt(pv.NetworkSpec((2, 3, 1)), signed_moons(), decays)


def test_a_decay_that_is_too_large_is_refused_before_the_first_stage() -> None:
    seen: list[pv.MeltStage] = []
    with pytest.raises(ValueError, match=r"Weight decay 200 given: expected a number from 0 to 100"):
        pv.melt(pv.NetworkSpec((2, 3, 1)), signed_moons(), [0.1, 200.0], callback=seen.append)
    assert not seen


def test_a_start_of_another_shape_is_refused() -> None:
    for other in (pv.NetworkSpec((2, 4, 1)), pv.NetworkSpec((2, 3, 1), "gelu")):
        with pytest.raises(ValueError, match=r"The start has NetworkSpec.*, not NetworkSpec.*: give the spec"):
            pv.melt(pv.NetworkSpec((2, 3, 1)), signed_moons(), [0.1], start=pv.init_network(other))


def test_what_cannot_melt_is_refused() -> None:
    with pytest.raises(ValueError, match="rotations"):
        pv.melt(pv.NetworkSpec((2, 3, 1), "linear"), signed_moons(), [0.1])
    with pytest.raises(ValueError, match="frozen entries"):
        pv.melt(pv.NetworkSpec((2, 3, 1), frozen=pv.FrozenEntries(0.5, 1.0)), signed_moons(), [0.1])
    with pytest.raises(ValueError, match="Starts -1 given"):
        pv.melt(pv.NetworkSpec((2, 3, 1)), signed_moons(), [0.1], starts=-1)
    with pytest.raises(ValueError, match="fit"):
        pv.melt(pv.NetworkSpec((3, 3, 1)), signed_moons(), [0.1])
    spec = pv.NetworkSpec((2, 3, 1))
    part = pv.melt(spec, signed_moons(), [0.1])
    with pytest.raises(ValueError, match="to go on from, or a start besides"):
        pv.melt(pv.NetworkSpec((2, 4, 1)), signed_moons(), [0.2], after=part)
    with pytest.raises(ValueError, match="or a start besides"):
        pv.melt(spec, signed_moons(), [0.2], after=part, start=pv.init_network(spec))
    with pytest.raises(ValueError, match="another task"):
        pv.melt(spec, pv.load_dataset("moons", samples=100), [0.2], after=part)


@pytest.mark.parametrize("task", ["wave", "egg-box"])
def test_of_gaussian_nodes_that_only_answer_a_constant_there_is_one_copy(task: str) -> None:
    """Decay leaves nothing to come in and something to leave: every flip then leaves the minimum in place."""
    data = pv.load_dataset(task, samples=30)
    first, last = pv.melt(pv.NetworkSpec((data.inputs.shape[1], 3, 1), "gaussian"), data, [1e-3, 0.1]).stages
    assert last.minimum
    assert float(last.network.weights[0].abs().max()) == float(last.network.biases[0].abs().max()) == 0
    assert float(last.network.weights[1].abs().min()) > 0.001
    assert (last.copies, last.stabiliser) == (1, "B₃")
    assert last.copies == len(oracles.signed_copies(last.network))
    assert first.copies == len(oracles.signed_copies(first.network)) == 48  # negative control
