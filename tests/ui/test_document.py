"""The document that a browser gets first, against Streamlit's own."""

import re
from pathlib import Path

import pytest
import streamlit
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from permviz.ui.document import PAGES, STYLE, document, routes

SHELL = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


def get(path: str) -> Response | None:
    """The answer of the first route that takes a GET of ``path``, as Starlette chooses it; ``None`` where there is none."""
    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    for route in routes():
        if route.matches(scope)[0] is Match.FULL:
            answer = route.endpoint(Request(scope))
            assert isinstance(answer, Response)
            return answer
    return None


@pytest.mark.parametrize(("name", "title"), PAGES)
def test_every_page_has_a_document_of_its_name_that_keeps_all_of_streamlits(name: str, title: str) -> None:
    answer = get("/" if name == PAGES[0][0] else f"/{name}")
    assert answer is not None
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    text = bytes(answer.body).decode()
    assert re.findall("<title>(.*)</title>", text) == [f"{title} · permviz"]
    assert f"Opening {title}" in text
    assert text.count(STYLE) == 1
    for line in SHELL.replace("<title>Streamlit</title>", "").replace("</body>", "").splitlines():
        assert line.strip() in text


@pytest.mark.parametrize("path", ["/swap", "/nowhere", "/static/js/index.js", "/_stcore/health"])
def test_other_addresses_stay_streamlits(path: str) -> None:
    assert get(path) is None


@pytest.mark.parametrize("shell", [SHELL.replace("Streamlit</title>", "Other</title>"), SHELL + "</body>", ""])
def test_a_shell_of_another_kind_is_refused(shell: str) -> None:
    with pytest.raises(ValueError, match="Streamlit's document has"):
        document("Swap", shell)


def test_a_title_is_escaped() -> None:
    assert "<title>&lt;b&gt; · permviz</title>" in document("<b>", SHELL)
