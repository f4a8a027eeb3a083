"""Write the live examples, pages without a server: ``.venv/bin/python -m docs.live``. Any static host serves docs/live/.

docs/live/link.txt is the experiment as a link writes it, parameters included, so that no processor trains it otherwise.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl

import permviz as pv

FOLDER = Path(__file__).parent / "live"
PAGE = FOLDER / "index.html"
PAGES = {PAGE: "", FOLDER / "lesson.html": "class"}
"""File -> the lesson in it."""


def experiment() -> pv.Experiment:
    """What the pages show.

    Raises:
        ValueError: for a link that has to be repaired.
    """
    found, notes = pv.from_query(dict(parse_qsl((FOLDER / "link.txt").read_text().strip())))
    if notes:
        raise ValueError(f"docs/live/link.txt cannot be taken as it is: {' '.join(notes)}")
    return found


if __name__ == "__main__":
    for path, lesson in PAGES.items():
        pv.write_page(experiment(), path, lesson=lesson)
