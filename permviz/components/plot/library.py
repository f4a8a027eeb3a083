"""plotly.js for the browser: the copy inside the ``plotly`` package, compressed once and served once per browser.

Streamlit gzips the files of components anew at every request (0.2 s of processor time each for plotly.js) and names no lifetime
for them. So the compressed file is what is served (``.gz`` is not compressed again) and the page unpacks it, having asked the
browser for any copy it holds; the version in the file's name makes a stored copy safe to use for ever.

``declare_component``, of the first generation of components, is used for the one thing that the second offers to installed
packages alone: a public route to a directory of files. No such component is ever mounted.
"""

from __future__ import annotations

import gzip
import tempfile
import threading
from functools import cache
from pathlib import Path

from plotly.offline import get_plotlyjs, get_plotlyjs_version

FILE = f"plotly-{get_plotlyjs_version()}.min.js.gz"
_lock = threading.Lock()


@cache
def _directory() -> tempfile.TemporaryDirectory[str]:
    """A directory of this process, readable by its user alone, removed when the process ends."""
    return tempfile.TemporaryDirectory(prefix="permviz-")


def assets() -> Path:
    """The directory that holds the compressed plotly.js, written (again) where it is missing."""
    with _lock:
        directory = Path(_directory().name)
        if not (directory / FILE).exists():
            directory.mkdir(exist_ok=True)
            part = directory / "part"
            part.write_bytes(gzip.compress(get_plotlyjs().encode(), compresslevel=9, mtime=0))
            part.replace(directory / FILE)
        return directory
