"""The modules that an entry of ours needs, in the order in which a page can link them."""

from __future__ import annotations

import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

COMPONENTS = Path(__file__).parents[1]

_IMPORT = re.compile(r"""^(?:import|export)\b[^;]*?\bfrom "(\.[^"]+)";""", re.MULTILINE)


_JSDOC = re.compile(r" */\*\*.*?\*/\n?", re.DOTALL)
"""Types and explanations, a quarter of what the modules weigh: whoever wants to read them has the source."""


@cache
def linkable(entry: str) -> tuple[tuple[str, str], ...]:
    """Path below ``permviz/components/`` and text of ``entry`` and all that it imports, each after its imports, without JSDoc.

    Raises:
        ValueError: where modules import each other in a circle, which blobs cannot.

    >>> [path for path, _ in linkable("diagram/hands.js")]
    ['diagram/choosing.js', 'diagram/layout.js', 'diagram/hands.js']
    """
    texts: dict[str, str] = {}
    imports: dict[str, list[str]] = {}
    todo = [entry]
    while todo:
        path = todo.pop()
        if path in texts:
            continue
        texts[path] = (COMPONENTS / path).read_text(encoding="utf-8")
        found = [(COMPONENTS / path).parent.joinpath(name).resolve() for name in _IMPORT.findall(texts[path])]
        imports[path] = sorted(name.relative_to(COMPONENTS.resolve()).as_posix() for name in found)
        todo += imports[path]
    try:
        order = TopologicalSorter(imports).static_order()
        return tuple((path, _JSDOC.sub("", texts[path])) for path in order)
    except CycleError as error:
        raise ValueError(
            f"Modules import each other in a circle: {' -> '.join(error.args[1])}. A page cannot link them."
        ) from None
