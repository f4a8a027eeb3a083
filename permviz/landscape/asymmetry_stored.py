"""Maps of :func:`permviz.asymmetry_map` as JSON, and those of the digits that come with the library, which took minutes each.

Figures are rounded to four digits. ``python -m benchmarks.asymmetry`` makes them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from permviz.landscape.asymmetry import AsymmetryMap
from permviz.landscape.seed_pairs import SeedPairs
from permviz.networks.checks import checked
from permviz.networks.network import FrozenEntries, NetworkSpec

DIGITS = 4
STORED = Path(__file__).with_name("asymmetry.json")


@checked
def stored_asymmetry_map(activation: str) -> AsymmetryMap:
    """The map of 64-32-32-10 networks of an activation on the digits, as docs/asymmetry.md describes it.

    Raises:
        ValueError: for an activation of which there is none.
    """
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    if activation not in stored:
        raise ValueError(f"No map of {activation} networks on the digits comes with permviz: choose {' or '.join(stored)}.")
    return _map(stored[activation])


@checked
def map_to_json(found: AsymmetryMap) -> str:
    """A map as JSON, every figure rounded to four digits."""
    return json.dumps(_plain_map(found), separators=(",", ":"))


@checked
def map_from_json(text: str) -> AsymmetryMap:
    """The inverse of :func:`map_to_json`.

    Raises:
        ValueError: for what is no such text.
    """
    try:
        return _map(json.loads(text))
    except (KeyError, TypeError, AttributeError, RecursionError, json.JSONDecodeError) as error:
        raise ValueError(f"This is no map of frozen entries as JSON ({str(error)[:60]!r}): write it again.") from None


def _plain_map(found: AsymmetryMap) -> dict[str, Any]:
    return {
        "spec": _plain_spec(found.spec),
        "shares": found.shares,
        "kappas": found.kappas,
        "cells": [[_plain(cell) for cell in row] for row in found.cells],
        "ordinary": _plain(found.ordinary),
        "matched": _plain(found.matched),
        "wider": [_plain(each) for each in found.wider],
        "seeds": found.seeds,
        "steps": found.steps,
        "learning_rate": found.learning_rate,
        "widths": found.widths,
    }


def _plain_spec(spec: NetworkSpec) -> dict[str, Any]:
    return {"widths": spec.widths, "activation": spec.activation} | ({"frozen": asdict(spec.frozen)} if spec.frozen else {})


def _plain(pairs: SeedPairs | None) -> dict[str, Any] | None:
    if pairs is None:
        return None
    numbers = {name: _rounded(getattr(pairs, name)) for name in ("losses", "accuracies", "barriers", "distances")}
    return {"spec": _plain_spec(pairs.spec), "matched": pairs.matched, "order": pairs.order} | numbers


def _rounded(values: Tensor | None) -> list[float] | None:
    return None if values is None else [float(f"{value:.{DIGITS}g}") for value in values.tolist()]


def _map(plain: Mapping[str, Any]) -> AsymmetryMap:
    ordinary, matched = _pairs(plain["ordinary"]), _pairs(plain["matched"])
    return AsymmetryMap(
        spec=_spec(plain["spec"]),
        shares=tuple(map(float, plain["shares"])),
        kappas=tuple(map(float, plain["kappas"])),
        cells=tuple(tuple(_pairs(cell) for cell in row) for row in plain["cells"]),
        ordinary=ordinary,
        matched=matched,
        wider=tuple(pairs for each in plain["wider"] if (pairs := _pairs(each)) is not None),
        seeds=tuple(map(int, plain["seeds"])),
        steps=int(plain["steps"]),
        learning_rate=float(plain["learning_rate"]),
        widths=tuple(map(int, plain["widths"])),
    )


def _spec(plain: Mapping[str, Any]) -> NetworkSpec:
    frozen = plain.get("frozen")
    return NetworkSpec(tuple(plain["widths"]), plain["activation"], None if frozen is None else FrozenEntries(**frozen))


def _pairs(plain: Mapping[str, Any] | None) -> SeedPairs | None:
    if plain is None:
        return None
    losses, accuracies, barriers, distances = (
        None if plain[name] is None else torch.tensor(plain[name], dtype=torch.float64)
        for name in ("losses", "accuracies", "barriers", "distances")
    )
    if losses is None or barriers is None or distances is None:
        raise TypeError("losses, barriers or distances are missing")
    return SeedPairs(
        _spec(plain["spec"]),
        bool(plain["matched"]),
        None if plain["order"] is None else int(plain["order"]),
        losses,
        accuracies,
        barriers,
        distances,
    )
