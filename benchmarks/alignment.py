"""Every way to match, on digits, over widths and activations: ``python -m benchmarks.alignment [width ...]``.

Writes permviz/landscape/alignment.csv, a line a pair, which the Align page shows, and docs/alignment.md, medians and spreads.
Widths that are not asked for keep their lines of the file. The width 6 is that of two moons, 2-6-1, whose whole truth is known.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median

import torch

import permviz as pv
from permviz.landscape.alignment_stored import STORED

DOCS = Path(__file__).parents[1] / "docs"
CSV, TABLE = STORED, DOCS / "alignment.md"
TRAINED_ON, EPOCHS, BATCH, RATE = 1347, 100, 64, 1e-3
PAIRS = {16: 10, 32: 10, 128: 3, 512: 3}
ACTIVATIONS = {16: ("relu", "tanh"), 32: ("relu", "tanh"), 128: ("relu", "tanh"), 512: ("relu",)}
METHODS = ("weights", "frank-wolfe", "activations", "straight-through")
NUMBERS = ("train", "train calibrated", "test", "test calibrated", "test accuracy", "seconds")
POINTS = 25
SMALL, SMALL_PAIRS, TRUTH = 6, 12, DOCS / "alignment-small.md"

INTRODUCTION = f"""# How well networks match

Digits of scikit-learn, 64-w-w-10, pairs trained from different seeds: Adam on batches of {BATCH} of the 1347 training samples,
{EPOCHS} epochs at the rate {RATE:g}, torch's own initialisation. Barriers are those above the chord (Entezari et al. 2021) over
{POINTS} points, in nats: the median over the pairs, the least and the greatest. *Calibrated* is the midpoint's loss above the
ends' mean, each at its best temperature, and negative where the midpoint is better. Test data were held out (450).

Weights and Frank-Wolfe look at no data, the two others at those of training. Signed ones may flip nodes, which tanh allows
and the algorithms of git-re-basin and rebasin leave out. Other training gives other barriers: compare within a table.

`python -m benchmarks.alignment` measures this anew; [alignment.csv](../permviz/landscape/alignment.csv) has every pair.
Seconds are those of one match, on a shared machine.

![Median barrier over the width, for each method](screenshots/align-methods-desktop.png)"""


def split_digits() -> tuple[pv.Dataset, pv.Dataset]:
    """Handwritten digits, 8x8, pixels from 0 to 1: 1347 to train on, 450 held out."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0)).numpy()
    parts = (order[:TRAINED_ON], order[TRAINED_ON:])
    train, test = (pv.Dataset.from_arrays(x[part] / 16, y[part], name="digits") for part in parts)
    return train, test


def trained(widths: Sequence[int], activation: str, data: pv.Dataset, seed: int) -> pv.Network:
    """By torch alone, float32, from its own initialisation: Adam on batches in random order."""
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    layers = [torch.nn.Linear(n_in, n_out) for n_in, n_out in pairwise(widths)]
    between = torch.nn.ReLU() if activation == "relu" else torch.nn.Tanh()
    model = torch.nn.Sequential(*[part for layer in layers for part in (layer, between)][:-1])
    optimiser = torch.optim.Adam(model.parameters(), RATE)
    inputs, targets = data.inputs.float(), data.targets
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(inputs), generator=generator).split(BATCH):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(model(inputs[batch]), targets[batch]).backward()
            optimiser.step()
    return pv.from_torch(model).to(torch.float64)


def lines(width: int, activation: str) -> Iterator[dict[str, object]]:
    """A line for each pair and method."""
    train, test = split_digits()
    spec, count = pv.NetworkSpec((64, width, width, 10), activation), PAIRS[width]
    nets = [trained(spec.widths, activation, train, seed) for seed in range(2 * count)]
    for pair in range(count):
        a, b = nets[pair], nets[pair + count]
        for method, signed in (("none", False), *((m, s) for s in (False, True) for m in METHODS)):
            if signed and activation != "tanh":
                continue
            begun = time.perf_counter()
            look = train if method in ("activations", "straight-through") else None
            net = b if method == "none" else pv.match(a, b, look, method, signed=signed).aligned
            seconds = time.perf_counter() - begun
            seen, new = (pv.interpolate(a, net, data, POINTS) for data in (train, test))
            assert new.middle.accuracy is not None
            values = (seen.barriers.entezari, seen.calibrated_barrier, new.barriers.entezari, new.calibrated_barrier,
                      new.middle.accuracy)  # fmt: skip
            numbers = dict(zip(NUMBERS, [*(round(float(v), 5) for v in values), round(seconds, 2)], strict=True))
            name = f"signed {method}" if signed else method
            yield {"activation": activation, "width": width, "method": name, "pair": pair, **numbers}


def spread(values: Sequence[float]) -> str:
    return f"{median(values):.3g} ({min(values):.3g} to {max(values):.3g})"


def table(found: list[dict[str, str]]) -> str:
    """Medians over pairs, and least and greatest."""
    text = [INTRODUCTION]
    for activation, width in dict.fromkeys((row["activation"], row["width"]) for row in found):
        rows = [row for row in found if (row["activation"], row["width"]) == (activation, width)]
        pairs = len({row["pair"] for row in rows})
        text += [
            "",
            f"## {activation}, width {width}, {pairs} pairs",
            "",
            f"| method | {' | '.join(NUMBERS)} |",
            "|---" * 7 + "|",
        ]
        for method in dict.fromkeys(row["method"] for row in rows):
            own = [row for row in rows if row["method"] == method]
            cells = [spread([float(row[name]) for row in own]) for name in NUMBERS[:-1]]
            text.append(f"| {method} | {' | '.join(cells)} | {median(float(row['seconds']) for row in own):.2g} |")
    return "\n".join(text) + "\n" + (f"\n{TRUTH.read_text()}" if TRUTH.exists() else "")


def small_truth() -> str:
    """Of 12 pairs of small networks: barriers, and the methods' ranks among all moves."""
    data = pv.load_dataset("moons", samples=200)
    told = (
        "Train barriers, median (least to greatest); the rank is that of the barrier among those of all moves, 1 the best: "
        "median (least to greatest)."
    )
    text = [f"## Two moons, 2-6-1, {SMALL_PAIRS} pairs: the whole truth", "", told]
    for activation, signed in (("relu", False), ("tanh", False), ("tanh", True)):
        spec = pv.NetworkSpec((2, 6, 1), activation)
        nets = pv.train(spec, data, seeds=range(2 * SMALL_PAIRS), steps=1000).networks
        barriers: dict[str, list[float]] = {}
        ranks: dict[str, list[float]] = {}
        for a, b in ((nets[i], nets[i + SMALL_PAIRS]) for i in range(SMALL_PAIRS)):
            truth = pv.all_barriers(a, b, data, signed)
            moves = {m: pv.match(a, b, data, m, signed=signed).move for m in METHODS}
            told = {"as given": truth.rank(truth.move(0))} | {m: truth.rank(move) for m, move in moves.items()}
            told["best of all"] = truth.rank(truth.move(truth.best_index))
            for method, rank in told.items():
                barriers.setdefault(method, []).append(rank.barrier)
                ranks.setdefault(method, []).append(rank.least)
        text += ["", f"{activation}, {len(truth.barriers)} moves{' with signs' * signed}:", "", "| method | barrier | rank |",
                 "|---|---|---|"]  # fmt: skip
        text += [f"| {method} | {spread(barriers[method])} | {spread(ranks[method])} |" for method in barriers]
    return "\n".join(text) + "\n"


def run(widths: list[int]) -> None:
    if SMALL in widths:
        TRUTH.write_text(small_truth())
        widths = [width for width in widths if width != SMALL]
        if CSV.exists():
            TABLE.write_text(table(list(csv.DictReader(CSV.open()))))
    kept = list(csv.DictReader(CSV.open())) if CSV.exists() else []
    for width in widths:
        for activation in ACTIVATIONS[width]:
            kept = [row for row in kept if (row["activation"], row["width"]) != (activation, str(width))]
            kept += [{key: str(value) for key, value in line.items()} for line in lines(width, activation)]
            kept.sort(key=lambda row: (row["activation"], int(row["width"])))
            with CSV.open("w", newline="") as file:
                writer = csv.DictWriter(file, list(kept[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(kept)
            TABLE.write_text(table(kept))
            print(f"{activation} {width} done", file=sys.stderr, flush=True)


if __name__ == "__main__":
    asked = [int(text) for text in sys.argv[1:]] or [SMALL, *PAIRS]
    if not set(asked) <= {SMALL, *PAIRS}:
        raise SystemExit(f"Widths {asked} asked for: choose from {', '.join(map(str, (SMALL, *PAIRS)))}.")
    run(asked)
