"""The component's JavaScript as one module: Streamlit loads it as a Blob, which cannot import its siblings.

The files stay plain ES modules, so that ``node --test`` imports them as they are. Joining them asks little of them, and
refuses the rest: one-line imports of files that stand earlier, siblings or shared ones from the folder above; ``export`` only
before a function, class or const; and no name declared twice at top level.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
MOUNTING = (_HERE.parent / "mounting.js").read_text(encoding="utf-8")

FILES = (
    "forward.js", "permutation.js", "wire.js", "reducer.js", "shown.js", "curves.js", "layout.js", "motion.js", "paint.js",
    "probe.js", "captions.js", "drag.js", "tooltip.js", "help.js", "toolbar.js", "view_network.js", "view_matrices.js",
    "view_cards.js", "view_curve.js", "view_output.js", "panels.js", "main.js",
)  # fmt: skip
"""In the order of dependency; the last one exports the component."""

_IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\.{1,2}/(\w+\.js)";$')
_DECLARATION = re.compile(r"^(?:async )?(?:function|class|const|let|var) (\w+)")
_EXPORT = re.compile(r"^export (default )?(?=(?:async )?(?:function|class|const) \w)")


def join(sources: dict[str, str]) -> str:
    """One module out of several, given in the order of dependency; the last keeps its ``export default``.

    Raises:
        ValueError: naming file and line where a file asks for more than this joining understands.

    >>> main = 'import { x } from "./a.js";\\nexport default function f() {}'
    >>> join({"a.js": "export const x = 1;", "main.js": main}).splitlines()
    ['const x = 1;', 'export default function f() {}']
    """
    exported: dict[str, set[str]] = {}
    declared: dict[str, str] = {}
    lines: list[str] = []
    for file, source in sources.items():
        exported[file] = set()
        for number, line in enumerate(_without_comments(source), start=1):
            where = f"{file}, line {number}: {line.strip()[:80]!r}"
            if line.startswith("import"):
                _check_import(line, exported, where)
                continue
            kept = _EXPORT.sub("", line)
            if kept.startswith("export"):
                raise ValueError(f"{where}: only exported functions, classes and constants are joined.")
            if found := _DECLARATION.match(kept):
                name = found[1]
                if name in declared:
                    raise ValueError(f"{where}: {name} is declared in {declared[name]} too; choose another name.")
                declared[name] = file
                if kept != line:
                    exported[file].add(name)
            # Comments and indentation need not travel with every rerun.
            lines.append((line if line.startswith("export default") else kept).strip())
    return "\n".join(lines) + "\n"


def _check_import(line: str, exported: dict[str, set[str]], where: str) -> None:
    found = _IMPORT.match(line)
    if not found:
        raise ValueError(f'{where}: write import {{ a, b }} from "./file.js"; on one line.')
    names, file = {name.strip() for name in found[1].split(",")}, found[2]
    missing = names - exported.get(file, set())
    if missing:
        raise ValueError(f"{where}: {', '.join(sorted(missing))} is not exported by {file} before this file.")


def _without_comments(source: str) -> list[str]:
    """Lines that are not wholly comment."""
    kept, inside = [], False
    for line in source.splitlines():
        text = line.strip()
        inside = inside or text.startswith("/**")
        if not inside and text and not text.startswith("//"):
            kept.append(line)
        inside = inside and "*/" not in text
    return kept


@cache
def script() -> str:
    """The whole component as one JavaScript module."""
    return join({"mounting.js": MOUNTING} | {file: (_HERE / file).read_text(encoding="utf-8") for file in FILES})


@cache
def style() -> str:
    """The component's CSS."""
    return (_HERE / "diagram.css").read_text(encoding="utf-8")
