"""The application's routes, asked as a browser asks, below every base path that Streamlit knows."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from streamlit import config

from permviz.components import files
from permviz.ui.routes import routes

MAIN = next(path for path in files.paths() if path.endswith("mount.js"))


def get(path: str, **headers: str) -> Response | None:
    """The answer of the first route that takes a GET of ``path``, as Starlette chooses it; ``None`` where there is none."""
    coded = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "headers": coded}
    for route in routes():
        match, child = route.matches(scope)
        if match is Match.FULL:
            return asyncio.run(route.endpoint(Request(scope | child)))
    return None


def answer(path: str, **headers: str) -> Response:
    found = get(path, **headers)
    assert found is not None
    return found


@pytest.mark.parametrize("path", ["/nowhere", "/static/js/index.js", "/_stcore/health", "/components/x", "/lab/"])
def test_other_addresses_stay_streamlits(path: str) -> None:
    assert get(path) is None


def test_a_module_may_be_kept_for_ever_and_is_what_it_says() -> None:
    found = answer(f"/{MAIN}", accept_encoding="gzip, deflate, br")
    assert found.status_code == 200
    assert found.headers["content-type"] == "text/javascript; charset=utf-8"
    assert found.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert (found.headers["content-encoding"], found.headers["vary"]) == ("gzip", "Accept-Encoding")
    plain = answer(f"/{MAIN}", accept_encoding="identity")
    assert "content-encoding" not in plain.headers
    assert plain.body == gzip.decompress(found.body)


def test_another_attempt_gets_the_same_file() -> None:
    folder = files.folder()
    assert answer(f"/{MAIN}".replace(folder, f"{folder}~3")).body == answer(f"/{MAIN}").body


@pytest.mark.parametrize(
    "path",
    [
        f"/{files.ROUTE}/0123456789abcdef/diagram/mount.js",
        f"/{files.folder()}/diagram/../diagram/mount.js",
        f"/{files.folder()}/diagram/wire.py",
        f"/{files.folder()}/loading.js",
        f"/{files.folder()}/../../ui/state.py",
        f"/{files.folder()}/",
    ],
)
def test_what_is_not_served_is_said_and_not_kept(path: str) -> None:
    found = answer(path)
    assert found.status_code == 404
    assert found.headers["cache-control"] == "no-store"
    assert bytes(found.body).decode().endswith("reload the page.")


@pytest.mark.parametrize("base", ["lab/permviz", "/lab/permviz/"])
def test_all_of_them_lie_below_the_base_path(monkeypatch: pytest.MonkeyPatch, base: str) -> None:
    monkeypatch.setattr(config, "get_option", {"server.baseUrlPath": base}.__getitem__)
    assert answer(f"/lab/permviz/{MAIN}").status_code == 200
    for path in ("/lab/permviz/", "/lab/permviz/slices"):
        assert b"permviz" in answer(path).body
    for path in ("/", "/slices", f"/{MAIN}"):
        assert get(path) is None
