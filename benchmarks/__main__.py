"""Run the benchmarks and print one table."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from typing import Any

import benchmarks

COLUMNS = ("work", "against", "ratio", "wanted", "met", "detail")


def modules(names: list[str]) -> list[str]:
    """Modules of this package that are asked for; all, if none is named."""
    found = sorted(info.name for info in pkgutil.iter_modules(benchmarks.__path__) if not info.name.startswith("_"))
    unknown = sorted(set(names) - set(found))
    if unknown:
        raise SystemExit(f"No such benchmark: {', '.join(unknown)}. Choose from {', '.join(found)}.")
    return names or found


def met(ratio: float, wanted: str) -> bool:
    """Whether ``ratio`` is what is wanted: ">= 12", "<= 1.3", with or without an "x" behind the number."""
    match = re.match(r"\s*(>=|<=)\s*([\d.]+)", wanted)
    if match is None:
        raise ValueError(f"Wanted {wanted!r}: expected a comparison such as '>= 12' or '<= 1.3'.")
    bound = float(match[2])
    return ratio >= bound if match[1] == ">=" else ratio <= bound


def rows(names: list[str]) -> Iterator[dict[str, Any]]:
    for name in names:
        module = importlib.import_module(f"benchmarks.{name}")
        if hasattr(module, "rows"):
            print(f"{name} ...", file=sys.stderr, flush=True)
            yield from module.rows()


def table(found: list[dict[str, Any]]) -> str:
    """The rows as a Markdown table, its columns aligned."""
    cells = [list(COLUMNS)]
    for row in found:
        verdict = "yes" if met(row["ratio"], row["wanted"]) else "NO"
        cells.append([row["work"], row["against"], f"{row['ratio']:.3g}", row["wanted"], verdict, row["detail"]])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    lines = (" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)
    return "\n".join(f"| {line} |" for line in lines)


if __name__ == "__main__":
    print(table(list(rows(modules(sys.argv[1:])))))
