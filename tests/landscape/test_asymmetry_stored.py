"""Maps as JSON, and those of the digits that come with the library: what the benchmark's table has, and what training gives."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
import torch

import permviz as pv
from benchmarks.asymmetry import TABLE, digits, train_digits
from permviz.landscape.asymmetry_stored import map_from_json, map_to_json

SPEC = pv.NetworkSpec((2, 3, 1), "tanh")
STORED = ("gelu", "tanh")


def found(**changes: object) -> pv.AsymmetryMap:
    given: dict[str, object] = {"shares": [0.25, 0.5], "kappas": [0.0, 1.0], "seeds": [3, 5], "steps": 5, "widths": [2]}
    return pv.asymmetry_map(SPEC, pv.load_dataset("moons", samples=20), **(given | changes))  # type: ignore[arg-type]


def test_a_map_comes_back_with_four_digits() -> None:
    one, again = (whole := found()), map_from_json(map_to_json(whole))
    assert again.complete
    assert (again.spec, again.shares, again.kappas, again.seeds) == (one.spec, one.shares, one.kappas, one.seeds)
    assert torch.allclose(again.barriers, one.barriers, rtol=1e-3)
    assert [pairs.spec for pairs in again.wider] == [pairs.spec for pairs in one.wider]
    for row, other in zip(again.cells, one.cells, strict=True):
        for cell, own in zip(row, other, strict=True):
            assert cell is not None
            assert own is not None
            assert (cell.spec, cell.order, cell.matched) == (own.spec, own.order, own.matched)
            assert torch.allclose(cell.distances, own.distances, rtol=1e-3)
    assert again.matched is not None
    assert again.matched.matched


def test_a_part_of_a_map_comes_back_as_a_part() -> None:
    part = found(callback=lambda progress: progress.done < 2)
    again = map_from_json(map_to_json(part))
    assert again.done == part.done == 2
    assert not again.complete


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"spec": 1}', "[" * 10_000, '{"spec": {"widths": [2, 3, 1]}}'])
def test_what_is_no_map_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="This is no map of frozen entries as JSON"):
        map_from_json(text)


@pytest.mark.parametrize("activation", STORED)
def test_the_stored_map_is_the_benchmark_s_table(activation: str) -> None:
    stored = pv.stored_asymmetry_map(activation)
    assert stored.complete
    assert stored.spec == pv.NetworkSpec((64, 32, 32, 10), activation)
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["task"] == "digits" and row["activation"] == activation]
    for k, kappa in enumerate(stored.kappas):
        for s, share in enumerate(stored.shares):
            cell = stored.cells[k][s]
            assert cell is not None
            (row,) = [
                row for row in rows
                if row["network"] == "64-32-32-10" and row["kappa"] and row["frozen_seed"] == "0"
                and (float(row["share"]), float(row["kappa"])) == (share, kappa)
            ]  # fmt: skip
            assert float(row["median_barrier"]) == pytest.approx(cell.barrier, rel=2e-3)
            assert float(row["held_out_accuracy"]) == pytest.approx(cell.accuracy, rel=2e-3)
            order = pv.symmetry_group(replace(stored.spec, frozen=pv.FrozenEntries(share, kappa))).order
            assert cell.order == order


def test_the_stored_map_is_what_training_gives() -> None:
    """A cell trained anew, with a wall far below that of ordinary networks; other processors round otherwise."""
    stored = pv.stored_asymmetry_map("tanh")
    cell = stored.cells[stored.kappas.index(0.5)][stored.shares.index(0.5)]
    assert cell is not None
    assert stored.ordinary is not None
    again = train_digits(cell.spec, *digits())
    assert again.barrier == pytest.approx(cell.barrier, rel=0.3)
    assert again.accuracy == pytest.approx(cell.accuracy, abs=0.01)
    assert again.distance == pytest.approx(cell.distance, rel=0.05)
    assert abs(stored.ordinary.barrier / cell.barrier - 1) > 0.3  # control: the comparison would tell them apart


def test_of_other_activations_there_is_none() -> None:
    with pytest.raises(ValueError, match="No map of relu networks on the digits comes with permviz: choose gelu or tanh"):
        pv.stored_asymmetry_map("relu")
