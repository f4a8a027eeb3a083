"""Data that do not fit are refused before anything is searched or trained: no search below may be begun."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import permviz as pv
from permviz.landscape import asymmetry, matching_methods, merging, seed_pairs
from tests.cases import dataset, drawn

A, B = drawn((2, 3, 1), seed=1), drawn((2, 3, 1), seed=2)
SPEC, FITS, OTHER = A.spec, dataset(2, 1, "squared"), dataset(3, 1, "squared")
CLASSES = dataset(2, 4, "cross-entropy")


@pytest.fixture(autouse=True)
def no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    def begun(*given: Any, **named: Any) -> None:
        raise RuntimeError("A search has begun.")

    for module, name in ((matching_methods, "match_weights"), (asymmetry, "train"), (seed_pairs, "find_moves")):
        monkeypatch.setattr(module, name, begun)
    monkeypatch.setitem(merging.SEARCHES, "weights", begun)


CALLS: dict[str, Callable[..., object]] = {
    "match": lambda data: pv.match(A, B, data),
    "merge": lambda data: pv.merge([A, B], data),
    "map": lambda data: pv.asymmetry_map(SPEC, data, [0.5], [1.0]),
    "map, held out": lambda data: pv.asymmetry_map(SPEC, FITS, [0.5], [1.0], held_out=data),
    "pairs": lambda data: pv.seed_pairs(pv.stack([A, B]), data, matched=True),
    "pairs, held out": lambda data: pv.seed_pairs(pv.stack([A, B]), FITS, data, matched=True),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("data", [OTHER, CLASSES], ids=["inputs", "outputs"])
def test_data_that_do_not_fit_are_refused_first(name: str, data: pv.Dataset) -> None:
    with pytest.raises(ValueError, match="do not fit the task"):
        CALLS[name](data)


@pytest.mark.parametrize("name", CALLS)
def test_with_data_that_fit_the_search_begins(name: str) -> None:
    """The negative control."""
    with pytest.raises(RuntimeError, match="A search has begun"):
        CALLS[name](FITS)
