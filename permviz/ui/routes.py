"""The application's own routes: the first document of every page, and the files of the components."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Match, Route, compile_path
from starlette.types import Scope
from streamlit import config

from permviz.components.files import ROUTE, early, frame_modules, served
from permviz.ui import samples
from permviz.ui.document import PAGES, document

_EXACT = {"X-Content-Type-Options": "nosniff"}
_SHELL = Path(streamlit.__file__).parent / "static" / "index.html"


class Below(Route):
    """A route below ``server.baseUrlPath``, which must not be read before Streamlit has been given the routes."""

    _placed = False

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if not self._placed:
            base = str(config.get_option("server.baseUrlPath") or "").strip("/")
            self.path_regex = compile_path(f"/{base}{self.path}" if base else self.path)[0]
            self._placed = True
        return super().matches(scope)


def routes() -> list[Route]:
    """A route for every page's address, one for the components' files, one for samples; all others stay Streamlit's."""
    pages = [_page(f"/{name if i else ''}", text) for i, (name, text) in enumerate(documents().items())]
    served()  # compressed before the first visitor comes
    files = Below(f"/{ROUTE}/{{version}}/{{path:path}}", _file)
    return [*pages, files, Below(f"/{samples.ROUTE}", samples.serve_samples)]


@cache
def documents() -> dict[str, str]:
    """Every page's first document."""
    shell = _SHELL.read_text(encoding="utf-8")
    return {
        name: document(title, shell, early(plots=i > 0), frame_modules())  # the front page has none
        for i, (name, title) in enumerate(PAGES)
    }


def _page(path: str, text: str) -> Route:
    async def answer(_: Request) -> HTMLResponse:
        return HTMLResponse(text, headers={"Cache-Control": "no-cache"})  # it names files that change with what is installed

    return Below(path, answer)


async def _file(request: Request) -> Response:
    """A component's file. What follows ``~`` in the version only tells one attempt to load it from another."""
    version, path = request.path_params["version"].partition("~")[0], request.path_params["path"]
    file = served().get(f"{ROUTE}/{version}/{path}")
    if file is None:
        sentence = "This version of permviz is not served here any more: reload the page."
        return PlainTextResponse(sentence, 404, headers={"Cache-Control": "no-store", **_EXACT})
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding", **_EXACT}
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return Response(gzip.decompress(file.packed), media_type=file.media_type, headers=headers)
    return Response(file.packed, media_type=file.media_type, headers={"Content-Encoding": "gzip", **headers})
