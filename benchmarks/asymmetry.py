"""Is it really the symmetry? Walls between networks trained apart, ordinary, matched and with frozen entries.

``python -m benchmarks.asymmetry`` trains all networks anew (about half an hour on one core), and writes the tables of
docs/asymmetry.md, docs/asymmetry.csv and the map that comes with the library, permviz/landscape/asymmetry.json.

Digits: the 1797 samples of 8 x 8 pixels, divided by 16 and less the training samples' mean picture, in one seeded order: 1437
to train on, 360 held out. Full-batch Adam, learning rate 0.01, 300 steps, float32, seeds 0 to 4: ten pairs. Two moons: the
library's 400 points with noise 0.15, 1000 steps in float64; 2000 more points are held out.
"""

from __future__ import annotations

import csv
import itertools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from sklearn.datasets import load_digits

import permviz as pv
from permviz.landscape.asymmetry_stored import map_to_json

ROOT = Path(__file__).parents[1]
STORED, PAGE, TABLE = (ROOT / name for name in ("permviz/landscape/asymmetry.json", "docs/asymmetry.md", "docs/asymmetry.csv"))
TRAINED = 1437
BEGIN, END = "<!-- table -->", "<!-- end of table -->"
COLUMNS = ("task", "network", "activation", "arm", "share", "kappa", "frozen_seed", "median_barrier", "least_barrier",
           "largest_barrier", "loss", "held_out_accuracy", "distance", "order")  # fmt: skip


def digits() -> tuple[pv.Dataset, pv.Dataset]:
    """Training samples and those held out."""
    task, table = pv.load_dataset("digits"), load_digits()
    order = torch.randperm(len(table.target), generator=torch.Generator().manual_seed(0))
    pixels, labels = torch.tensor(table.data / 16)[order], torch.tensor(table.target)[order].long()
    pixels = pixels - pixels[:TRAINED].mean(0)
    return (
        replace(task, inputs=pixels[:TRAINED], targets=labels[:TRAINED]),
        replace(task, inputs=pixels[TRAINED:], targets=labels[TRAINED:]),
    )


def row(task: str, arm: str, pairs: pv.SeedPairs) -> dict[str, object]:
    frozen, low, high = pairs.spec.frozen, float(pairs.barriers.min()), float(pairs.barriers.max())
    numbers = {
        "median_barrier": pairs.barrier, "least_barrier": low, "largest_barrier": high, "loss": float(pairs.losses.mean()),
        "held_out_accuracy": pairs.accuracy, "distance": pairs.distance,
    }  # fmt: skip
    return {
        "task": task,
        "network": "-".join(map(str, pairs.spec.widths)),
        "activation": pairs.spec.activation,
        "arm": arm,
        "share": frozen.share if frozen else 0,
        "kappa": frozen.kappa if frozen else "",
        "frozen_seed": frozen.seed if frozen else "",
        **{name: f"{value:.4g}" for name, value in numbers.items() if value is not None},
        "order": pairs.order if pairs.order is None or pairs.order < 10**15 else f"{pairs.order:.3e}",
    }


def arms(task: str, found: pv.AsymmetryMap) -> Iterator[dict[str, object]]:
    """A map's rows."""
    assert found.ordinary is not None
    assert found.matched is not None
    yield row(task, "ordinary", found.ordinary)
    yield row(task, "ordinary, matched by weights", found.matched)
    for cells in found.cells:
        for cell in cells:
            if cell is not None:
                yield row(task, "missing edges" if cell.spec.frozen and not cell.spec.frozen.kappa else "frozen", cell)
    for pairs in found.wider:
        yield row(task, "ordinary", pairs)


def told(progress: pv.AsymmetryProgress) -> None:
    print(f"\r{progress.found.spec} {progress.done} of {progress.total}   ", end="", file=sys.stderr, flush=True)


def markdown(rows: list[dict[str, object]]) -> str:
    """The arms of half the entries, one line for each network."""
    names = ("task", "network", "seed of the frozen", "ordinary", "matched by weights", "half frozen, kappa .5", "half missing")
    lines = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    for head in dict.fromkeys((r["task"], r["network"], r["activation"]) for r in rows if r["arm"] == "frozen"):
        own = [r for r in rows if (r["task"], r["network"], r["activation"]) == head]
        plain = {r["arm"]: r for r in own if not r["share"]}
        for seed in dict.fromkeys(r["frozen_seed"] for r in own if r["share"] == 0.5):
            half = {r["kappa"]: r for r in own if r["share"] == 0.5 and r["frozen_seed"] == seed}
            if not {0.0, 0.5} <= half.keys():
                continue
            cells = [plain["ordinary"], plain["ordinary, matched by weights"], half[0.5], half[0.0]]
            shown = [f"{_short(r['median_barrier'])} ({_short(r['least_barrier'])} to {_short(r['largest_barrier'])}), "
                     f"{_short(r['held_out_accuracy'])}" for r in cells]  # fmt: skip
            lines.append(f"| {head[0]} | {head[1]} {head[2]} | {seed} | {' | '.join(shown)} |")
    return "\n".join(lines)


def _short(value: object) -> str:
    return f"{float(str(value)):.3f}"


def train_digits(spec: pv.NetworkSpec, data: pv.Dataset, held_out: pv.Dataset, matched: bool = False) -> pv.SeedPairs:
    """Five networks, and what lies between them."""
    run = pv.train(spec, data, range(5), 300, learning_rate=0.01, dtype=torch.float32)
    return pv.seed_pairs(run.networks, data, held_out, matched)


def half(spec: pv.NetworkSpec, kappa: float, seed: int) -> pv.NetworkSpec:
    return replace(spec, frozen=pv.FrozenEntries(0.5, kappa, seed))


def main() -> None:
    torch.set_num_threads(1)
    rows: list[dict[str, object]] = []
    stored, (data, held_out) = {}, digits()

    def again(task: str, spec: pv.NetworkSpec, seeds: Sequence[int], train: Callable[[pv.NetworkSpec], pv.SeedPairs]) -> None:
        """Half of the entries frozen, or missing, by other draws."""
        for seed, kappa in itertools.product(seeds, (0.5, 0.0)):
            print(f"{task} {spec} {seed} {kappa}", file=sys.stderr, flush=True)
            rows.append(row(task, "frozen" if kappa else "missing edges", train(half(spec, kappa, seed))))

    def of_digits(spec: pv.NetworkSpec, matched: bool = False) -> pv.SeedPairs:
        return train_digits(spec, data, held_out, matched)

    for activation in ("gelu", "tanh"):
        spec, narrow = (pv.NetworkSpec((64, w, w, 10), activation) for w in (32, 16))
        found = pv.asymmetry_map(
            spec, data, seeds=range(5), steps=300, learning_rate=0.01, widths=(8, 16, 64), held_out=held_out,
            dtype=torch.float32, callback=told,
        )  # fmt: skip
        stored[activation] = json.loads(map_to_json(found))
        rows += arms("digits", found)
        again("digits", spec, (1, 2), of_digits)
        again("digits", narrow, (0,), of_digits)
        rows.append(row("digits", "ordinary, matched by weights", of_digits(narrow, matched=True)))

    moons, more = pv.load_dataset("moons"), pv.load_dataset("moons", samples=2000, seed=1)

    def of_moons(spec: pv.NetworkSpec, matched: bool = False) -> pv.SeedPairs:
        return pv.seed_pairs(pv.train(spec, moons, range(5), 1000).networks, moons, more, matched)

    for hidden in ((16,), (16, 16)):
        spec = pv.NetworkSpec((2, *hidden, 1), "tanh")
        rows.append(row("moons", "ordinary", of_moons(spec)))
        rows.append(row("moons", "ordinary, matched by weights", of_moons(spec, matched=True)))
        again("moons", spec, range(3), of_moons)
    STORED.write_text(json.dumps(stored, separators=(",", ":")) + "\n", encoding="utf-8")
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{markdown(rows)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
