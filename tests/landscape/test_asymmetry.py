"""Walls between networks trained apart, with the symmetry broken: against loops over pairs and points."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

import permviz as pv
from tests import oracles

DATA, HELD_OUT = (pv.load_dataset("moons", samples=n, seed=seed) for n, seed in ((40, 0), (60, 1)))
SPEC = pv.NetworkSpec((2, 4, 1), "tanh")


def small(**changes: object) -> pv.AsymmetryMap:
    given = {
        "shares": [0.25, 0.5],
        "kappas": [0.0, 1.0],
        "seeds": [3, 5, 8],
        "steps": 40,
        "learning_rate": 0.1,
        "held_out": HELD_OUT,
    }
    return pv.asymmetry_map(SPEC, DATA, **(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("frozen", [None, pv.FrozenEntries(0.5, 0.7)])
def test_pairs_are_measured_as_loops_measure_them(frozen: pv.FrozenEntries | None) -> None:
    spec = replace(SPEC, frozen=frozen)
    networks = pv.train(spec, DATA, seeds=[0, 1, 2], steps=40).networks
    found = pv.seed_pairs(networks, DATA, HELD_OUT)
    ts = np.linspace(0, 1, 25)
    mask = pv.frozen_mask(spec).numpy()
    for at, (i, j) in enumerate(itertools.combinations(range(3), 2)):
        losses = oracles.line_losses(networks[i], networks[j], DATA, list(ts))
        barrier = (losses - (1 - ts) * losses[0] - ts * losses[-1]).max()
        assert float(found.barriers[at]) == pytest.approx(barrier, abs=1e-12)
        x, y = networks[i].flatten().numpy()[~mask], networks[j].flatten().numpy()[~mask]
        size = np.sqrt((x @ x + y @ y) / 2)
        assert float(found.distances[at]) == pytest.approx(np.sqrt(((x - y) ** 2).sum()) / size)
    classes = HELD_OUT.targets.flatten().tolist()
    outputs = [oracles.outputs(networks[k], HELD_OUT.inputs.numpy())[:, 0] for k in range(3)]
    right = [sum((o >= 0) == (c > 0) for o, c in zip(each, classes, strict=True)) / 60 for each in outputs]
    assert found.accuracies is not None
    assert found.accuracies.tolist() == pytest.approx(right)
    assert found.losses.tolist() == pytest.approx([oracles.loss(networks[k], DATA) for k in range(3)])
    assert found.barrier == pytest.approx(np.median(found.barriers.numpy()))
    assert found.order == pv.symmetry_group(spec).order


def test_copies_have_a_wall_that_matching_takes_away() -> None:
    net = pv.train(SPEC, DATA, seeds=[0], steps=300).networks[0]
    copies = pv.stack([net, pv.Permutation.cycle(SPEC, 1, range(4))(net)])
    plain, matched = pv.seed_pairs(copies, DATA), pv.seed_pairs(copies, DATA, matched=True)
    assert plain.barrier > 0.02
    assert matched.barrier == pytest.approx(0, abs=1e-12)
    assert matched.distance == pytest.approx(0, abs=1e-12)


def test_a_cell_is_the_training_of_its_specification() -> None:
    found = small()
    assert found.complete
    for k, s in itertools.product(range(2), range(2)):
        frozen = pv.FrozenEntries(found.shares[s], found.kappas[k])
        alone = pv.seed_pairs(
            pv.train(replace(SPEC, frozen=frozen), DATA, [3, 5, 8], 40, learning_rate=0.1).networks, DATA, HELD_OUT
        )
        cell = found.cells[k][s]
        assert cell is not None
        assert cell.spec.frozen == frozen
        assert torch.equal(cell.barriers, alone.barriers)
        assert float(found.barriers[k, s]) == alone.barrier
    assert found.ordinary is not None
    assert found.ordinary.spec == SPEC
    assert found.matched is not None
    assert found.matched.matched


def test_other_widths_come_last_and_other_frozen_entries_give_other_walls() -> None:
    found = small(widths=[2, 6], shares=[0.5], kappas=[1.0])
    assert [pairs.spec.widths for pairs in found.wider] == [(2, 2, 1), (2, 6, 1)]
    other = small(shares=[0.5], kappas=[1.0], frozen_seed=1)
    assert found.barriers.tolist() != other.barriers.tolist()


def test_a_map_that_stopped_before_the_last_width_is_not_complete() -> None:
    asked: dict[str, Any] = {"widths": [2, 6], "shares": [0.5], "kappas": [1.0]}
    stopped = small(callback=lambda progress: len(progress.found.wider) < 1, **asked)
    assert len(stopped.wider) == 1
    assert all(cell is not None for cell in (stopped.ordinary, stopped.matched, stopped.cells[0][0]))
    assert not stopped.complete
    assert small(**asked).complete


@pytest.mark.parametrize("after", [1, 7, 25])
def test_a_stop_keeps_what_is_found(after: int) -> None:
    seen: list[pv.AsymmetryProgress] = []

    def watch(progress: pv.AsymmetryProgress) -> bool:
        seen.append(progress)
        return len(seen) < after

    whole, found = small(), small(callback=watch)
    assert len(seen) == after
    assert not found.complete
    for row, cells in zip(found.cells, whole.cells, strict=True):
        for cell, full in zip(row, cells, strict=True):
            assert cell is None or (full is not None and torch.equal(cell.barriers, full.barriers))
    done = sum(cell is not None for row in found.cells for cell in row) + (found.ordinary is not None)
    assert done in (seen[-1].done, seen[-1].done + 1)


def test_progress_rises_to_the_end() -> None:
    seen: list[int] = []
    assert small(callback=lambda progress: seen.append(progress.done)).complete
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert seen[-1] == 5
    assert len(seen) > 20


def test_a_group_that_is_not_computed_is_said_to_be_none() -> None:
    found = pv.asymmetry_map(pv.NetworkSpec((2, 3, 1), "relu"), DATA, [0.5], [0.0, 0.5], seeds=[0, 1], steps=2)
    assert [[cell.order for cell in row if cell] for row in found.cells] == [[None], [None]]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"shares": [1.5]}, "share=1.5 of frozen entries given"),
        ({"kappas": [float("nan")]}, "kappa=nan of frozen entries given"),
        ({"shares": []}, "0 pairs of share and kappa given"),
        ({"shares": [0.5] * 101}, "202 pairs of share and kappa given: expected 1 to 100"),
        ({"seeds": [1]}, "expected 2 to 20 different ones"),
        ({"seeds": [1, 1]}, "expected 2 to 20 different ones"),
        ({"seeds": range(21)}, "expected 2 to 20 different ones"),
        ({"steps": -1}, "Steps -1 given"),
        ({"widths": [0]}, "do not describe a network"),
        ({"widths": [2] * 97}, "4 pairs of share and kappa and 97 widths given: expected 100 together"),
    ],
)
def test_numbers_out_of_range_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        small(**changes)


def test_other_specifications_are_refused() -> None:
    for spec in (pv.NetworkSpec((2, 1)), replace(SPEC, frozen=pv.FrozenEntries(0.5, 0.5))):
        with pytest.raises(ValueError, match="expected ordinary networks with a hidden layer"):
            pv.asymmetry_map(spec, DATA)
    with pytest.raises(ValueError, match="expected one axis of two or more"):
        pv.seed_pairs(pv.init_network(SPEC), DATA)
    assert small(callback=lambda _: False).ordinary is None


@pytest.mark.parametrize("groups", [1, 3, 6])
def test_a_map_goes_on_where_it_stopped(groups: int) -> None:
    asked: dict[str, Any] = {"widths": [2, 6]}
    part = small(callback=lambda progress: progress.done < groups, **asked)
    assert part.done == groups
    trained: list[int] = []
    found = small(after=part, callback=lambda progress: trained.append(progress.done), **asked)
    assert min(trained) == groups  # what was there is not trained again
    assert found.complete
    assert found.done == found.total == 7
    whole = small(**asked)
    assert torch.equal(found.barriers, whole.barriers)
    assert [float(pairs.barrier) for pairs in found.wider] == [float(pairs.barrier) for pairs in whole.wider]
    assert small(after=found, callback=lambda _: pytest.fail("something was trained again"), **asked) is found


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": 41}, "of steps 40 given: expected 41"),
        ({"kappas": [0.0, 2.0]}, "of kappas"),
        ({"widths": [3]}, "of widths"),
        ({"frozen_seed": 1}, "drawn with seed 0 given: expected 1"),
    ],
)
def test_a_map_of_other_arguments_is_not_gone_on_from(changes: dict[str, object], message: str) -> None:
    part = small(callback=lambda progress: progress.done < 2)
    with pytest.raises(ValueError, match=message):
        small(after=part, **changes)
