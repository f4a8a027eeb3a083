"""The components' files as a browser asks for them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs

from permviz.components import files
from permviz.figures.plotlyjs import PATH

FOLDER = Path(files.__file__).parent
IMPORT = re.compile(r"""(?:^import\b[^;]*?\bfrom|\bnew URL\()\s*["']([^"']+)["']""", re.MULTILINE)


def test_every_module_and_style_sheet_is_served_as_it_lies() -> None:
    served = files.served()
    for path in files.paths():
        assert gzip.decompress(served[path].packed) == (FOLDER / path.removeprefix(f"{files.folder()}/")).read_bytes()
        assert served[path].media_type == ("text/css" if path.endswith(".css") else "text/javascript")
    assert {path.suffix for path in map(Path, files.paths())} == {".js", ".css"}
    loader = f"{files.folder()}/{files.LOADER}"
    assert loader not in served, "it travels in messages"


def test_what_a_module_imports_is_served() -> None:
    found = set()
    for path in files.paths():
        text = gzip.decompress(files.served()[path].packed).decode()
        for name in IMPORT.findall(text) if path.endswith(".js") else []:
            assert name.endswith((".js", ".css")), f"{path} imports {name}"
            found.add((FOLDER / path.removeprefix(f"{files.folder()}/")).parent.joinpath(name).resolve())
    served = {(FOLDER / path.removeprefix(f"{files.folder()}/")).resolve() for path in files.paths()}
    entries = {
        (FOLDER / entry).resolve()
        for entry in (
            "diagram/mount.js",
            "plot/plot.js",
            "frame/landmarks.js",
            "frame/invitation.js",
            "guide/mount.js",
            "copy/copy.js",
            "own/reader.js",
            "own/draw.js",
        )
    }
    assert found | entries == served, "nothing is missing, nothing is asked for in vain"


def test_plotly_js_is_the_packages_under_its_version() -> None:
    file = files.served()[f"{files.ROUTE}/{PATH}"]
    assert gzip.decompress(file.packed).decode() == get_plotlyjs()
    assert re.search(r"\d+\.\d+\.\d+", PATH)


def test_the_folder_is_named_after_the_content(monkeypatch: pytest.MonkeyPatch) -> None:
    before = files.folder()
    changed = dict(files._sources())
    changed["plot/plot.css"] += b" "
    monkeypatch.setattr(files, "_sources", lambda: changed)
    assert files.folder.__wrapped__() != before
    monkeypatch.undo()
    assert files.folder.__wrapped__() == before, "negative control"


def test_the_part_that_travels_is_small_and_names_the_folder() -> None:
    text = files.script("diagram/mount.js", "diagram")
    assert len(text) < 4_000
    assert text.count("\n") > 1, "Streamlit takes a text of one line for a path"
    assert f'component("{files.folder()}", "diagram/mount.js", "diagram")' in text


def test_no_module_writes_markup() -> None:
    assert not [path for path in FOLDER.rglob("*.js") if "innerHTML" in path.read_text()]
