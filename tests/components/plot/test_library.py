"""plotly.js for the browser."""

from __future__ import annotations

import gzip
from pathlib import Path

from plotly.offline import get_plotlyjs

from permviz.components.plot.library import FILE, _directory, assets


def test_the_compressed_file_is_the_packages() -> None:
    assert gzip.decompress((assets() / FILE).read_bytes()).decode() == get_plotlyjs()


def test_plotly_is_written_again_when_a_cleaner_has_removed_it() -> None:
    file = assets() / FILE
    file.unlink()
    Path(_directory().name).rmdir()
    assert (assets() / FILE).read_bytes()[:2] == b"\x1f\x8b"
