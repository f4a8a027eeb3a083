"""The files that a browser asks for: JavaScript modules and style sheets as they lie here, and plotly.js.

All are served below :data:`ROUTE`, the modules below one folder that is named after the content of all of them: so they find
each other by relative imports, may be kept by a browser for ever, and never meet a module of another version.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from permviz.figures.plotlyjs import PATH, source

ROUTE = "permviz-components"
"""First segment of the addresses, below the app's own."""

LOADER = "loading.js"
"""The one module of the app that is not asked for: it travels in messages."""

UNSERVED = "page"
"""The folder of a page without a server, which carries its modules itself."""

_HERE = Path(__file__).parent
_TYPES = {".js": "text/javascript", ".css": "text/css"}


@dataclass(frozen=True)
class File:
    """What is sent: ``packed``, compressed by gzip, is of the MIME type ``media_type``."""

    media_type: str
    packed: bytes


@cache
def _sources() -> dict[str, bytes]:
    """Path within this folder -> content, of every module and style sheet of the app."""
    every = (path for path in _HERE.rglob("*") if path.suffix in _TYPES and path.name != LOADER)
    paths = sorted(path for path in every if path.relative_to(_HERE).parts[0] != UNSERVED)
    return {path.relative_to(_HERE).as_posix(): path.read_bytes() for path in paths}


@cache
def folder() -> str:
    """The modules' folder, below the app's address: ``permviz-components/`` and sixteen hex digits."""
    digest = hashlib.blake2b(digest_size=8)
    for path, content in _sources().items():
        digest.update(f"{path} {len(content)} ".encode() + content)
    return f"{ROUTE}/{digest.hexdigest()}"


def paths() -> list[str]:
    """Every module and style sheet, below the app's address."""
    return [f"{folder()}/{path}" for path in _sources()]


def early(plots: bool) -> list[str]:
    """Those of :func:`paths` that a page can ask for before it knows why, with or without those of plots.

    The plot's style is not among them: it comes while plotly.js does, which takes longer.
    """
    later = (f"{folder()}/frame/", f"{folder()}/copy/", f"{folder()}/own/")  # by the document itself, and in dialogs
    component = [path for path in paths() if not path.startswith(later)]
    return [path for path in component if "/plot/" not in path or (plots and path.endswith(".js"))]


def frame_modules() -> list[str]:
    """Those of :func:`paths` that belong to the document itself, whatever is shown in it."""
    return [path for path in paths() if path.startswith(f"{folder()}/frame/")]


@cache
def served() -> dict[str, File]:
    """Path below the app's address -> file. Compresses them all, plotly.js too, which takes a moment."""
    contents = {f"{folder()}/{path}": content for path, content in _sources().items()} | {f"{ROUTE}/{PATH}": source()}
    return {path: File(_TYPES[Path(path).suffix], gzip.compress(content, mtime=0)) for path, content in contents.items()}


def script(entry: str, name: str) -> str:
    """The module that stands for the component whose real one is ``entry``; ``name`` is what a sentence calls it.

    >>> script("plot/plot.js", "figure").splitlines()[-1].startswith('export default component("permviz-components/')
    True
    """
    text = (_HERE / LOADER).read_text(encoding="utf-8")
    loader = re.sub(r" */\*\*.*?\*/\n?", "", text, flags=re.DOTALL)  # its comments need not travel
    return f'{loader}\nexport default component("{folder()}", "{entry}", "{name}");\n'
