"""The document that a browser gets first, against Streamlit's own."""

import re
from pathlib import Path

import pytest
import streamlit

from permviz.components.files import early, served
from permviz.ui.document import PAGES, STEPS, STYLE, document
from tests.ui.test_routes import answer

SHELL = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "title"), PAGES)
def test_every_page_has_a_document_of_its_name_that_keeps_all_of_streamlits(name: str, title: str) -> None:
    found = answer("/" if name == PAGES[0][0] else f"/{name}")
    assert found.status_code == 200
    assert found.headers["cache-control"] == "no-cache"
    text = bytes(found.body).decode()
    assert re.findall("<title>(.*)</title>", text) == [f"{title} · permviz"]
    assert f"Opening {title}" in text
    assert text.count(STYLE) == text.count(STEPS) == 1
    for line in re.sub("<title>Streamlit</title>|</head>|</body>", "", SHELL).splitlines():
        assert line.strip() in text


@pytest.mark.parametrize(("path", "plots"), [("/", False), ("/slices", True)])
def test_the_components_files_are_asked_for_at_once(path: str, plots: bool) -> None:
    head = bytes(answer(path).body).decode().split("</head>")[0]
    link = '<link rel="(modulepreload|preload)"(?: as="fetch")? fetchpriority="low" crossorigin href="./(permviz-[^"]+)">'
    hints = re.findall(link, head)
    assert [path for _, path in hints] == early(plots)
    assert {path.rsplit(".")[-1] for kind, path in hints if kind == "modulepreload"} == {"js"}
    names = {path.split("/", 2)[2] for _, path in hints}
    assert names > {"mounting.js", "diagram/mount.js", "diagram/diagram.css"}
    assert ("plot/plot.js" in names) == plots


@pytest.mark.parametrize("shell", [SHELL.replace("Streamlit</title>", "Other</title>"), SHELL + "</body>", ""])
def test_a_shell_of_another_kind_is_refused(shell: str) -> None:
    with pytest.raises(ValueError, match="Streamlit's document has"):
        document("Swap", shell)


def test_a_title_is_escaped() -> None:
    assert "<title>&lt;b&gt; · permviz</title>" in document("<b>", SHELL)


def test_the_keyboard_reaches_the_way_past_the_header_first_and_what_it_does_is_served() -> None:
    text = bytes(answer("/claims").body).decode()
    body = text.split("<body>")[1]
    assert re.findall("<(?:button|a|input)[^>]*>", body)[0] == '<button type="button" class="permviz-skip">'
    modules = re.findall(r'<script type="module" crossorigin src="./(permviz-[^"]+)"></script>', text)
    assert [module.split("/")[-1] for module in modules] == ["invitation.js", "landmarks.js"]
    assert set(modules) <= set(served())
