"""How well each method matches networks on the digits, over widths: measured beforehand, for it takes an hour.

``python -m benchmarks.alignment`` makes the file and docs/alignment.md, which says what was trained and how.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

STORED = Path(__file__).with_name("alignment.csv")
AS_GIVEN = "none"
"""The method of pairs that were not matched."""


@dataclass(frozen=True)
class StoredMatch:
    """One pair of 64-w-w-10 networks, matched by one method.

    Attributes:
        activation, width: of the networks, ``w``.
        method: of :func:`permviz.match`, "signed" before it where nodes might be flipped, or "none".
        pair: its number.
        barriers: above the chord (Entezari et al. 2021), in nats: "train" and "test"; "train calibrated" and "test calibrated"
            are the midpoint's loss above the mean of the ends', each at its best temperature.
        accuracy: of the midpoint on data held out.
        seconds: of the match.
    """

    activation: str
    width: int
    method: str
    pair: int
    barriers: dict[str, float]
    accuracy: float
    seconds: float


BARRIERS = "train", "train calibrated", "test", "test calibrated"


def stored_alignment() -> tuple[StoredMatch, ...]:
    """Every pair and method that was measured."""
    with STORED.open(encoding="utf-8", newline="") as file:
        return tuple(
            StoredMatch(
                row["activation"], int(row["width"]), row["method"], int(row["pair"]),
                {name: float(row[name]) for name in BARRIERS}, float(row["test accuracy"]), float(row["seconds"]),
            )
            for row in csv.DictReader(file)
        )  # fmt: skip
