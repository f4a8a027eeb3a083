"""What every answer of the server carries besides its content, and the doors of Streamlit's that stay shut.

Settings are environment variables, read when the server starts: ``PERMVIZ_EMBED``, origins that may show the app in a frame,
with spaces between; ``PERMVIZ_METRICS=1``, so that Streamlit's metrics are answered.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping

from google.protobuf.message import DecodeError
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.runtime_util import get_max_widget_state_size_bytes

METRICS, UPLOADS = "/_stcore/metrics", "/_stcore/upload_file/"
MOST_BRACKETS = 200
"""In what one component says: a swap has seven, a click on a plot fewer. Nested so deep it is a fifth of what Python reads."""
_ORIGIN = re.compile(r"https?://(\*\.)?[a-zA-Z0-9.-]+(:\d+)?")


def policy(documents: Iterable[str], frames: Iterable[str] = ()) -> str:
    """The Content-Security-Policy of pages that are one of ``documents``; ``frames`` are the origins that may embed them.

    >>> policy(["<script>let x</script>"]).split("; ")[1]
    "script-src 'self' blob: 'sha256-dXKOHtfmzrnYeAHYBCbUmBpIqmNFRVEF6ulA+ucuqt0='"
    """
    inline = {script for text in documents for script in re.findall(r"<script>(.*?)</script>", text, re.DOTALL)}
    hashes = sorted(f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in inline)
    return "; ".join([
        "default-src 'self'",
        " ".join(["script-src 'self' blob:", *hashes]),  # Streamlit makes a blob of what a component's message carries
        "style-src 'self' 'unsafe-inline'",  # Streamlit and Plotly write styles while they run
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        " ".join(["frame-ancestors 'self'", *frames]),
    ])  # fmt: skip


def embedders(text: str) -> tuple[str, ...]:
    """The origins in ``PERMVIZ_EMBED``.

    Raises:
        ValueError: if one of them is none.

    >>> embedders("https://moodle.example https://*.school.example:8443")
    ('https://moodle.example', 'https://*.school.example:8443')
    """
    for origin in text.split():
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(
                f"PERMVIZ_EMBED has {origin!r}: expected origins such as https://moodle.example, with spaces between them."
            )
    return tuple(text.split())


class Guard:
    """ASGI middleware: shut doors are answered by a sentence, and every answer over HTTP has the headers."""

    def __init__(self, app: ASGIApp, content_policy: str, metrics: bool) -> None:
        self.app, self.metrics = app, metrics
        self.headers = {
            "Content-Security-Policy": content_policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",  # addresses hold experiments: other sites are not told them
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            return await self.app(scope, _sound(receive), send)
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        app = PlainTextResponse("This server does not offer that.", 404) if self._shut(scope["path"]) else self.app
        await app(scope, receive, guarded)

    def _shut(self, path: str) -> bool:
        """Whether nobody may ask there: for metrics unless they are wanted, with files while no page takes any."""
        if UPLOADS in path:
            return not config.get_option("server.maxUploadSize")
        return path.endswith(METRICS) and not self.metrics


def _sound(receive: Receive) -> Receive:
    """``receive`` of a connection whose requests Streamlit can carry out.

    Its first request for a run is one for the whole app: a page that was connected to a server before may ask for a part alone,
    which a new session has never drawn. Streamlit would skip it, and whatever was done on the page would be lost on every
    server to come. Words of a component that cannot be read are left out of all requests: a browser sends them again with
    each, and every run of the session would fail.
    """
    begun = False

    async def received() -> Message:
        nonlocal begun
        message = await receive()
        if not message.get("bytes") or len(message["bytes"]) > get_max_widget_state_size_bytes():
            return message
        request = BackMsg()
        try:
            request.ParseFromString(message["bytes"])
        except DecodeError:
            return message  # Streamlit closes the connection
        if request.WhichOneof("type") != "rerun_script":
            return message
        run = request.rerun_script
        readable = [widget for widget in run.widget_states.widgets if _readable(widget.json_value)]
        if begun and len(readable) == len(run.widget_states.widgets):
            return message
        if not begun:
            begun, run.fragment_id, run.is_auto_rerun = True, "", False
        run.widget_states.CopyFrom(WidgetStates(widgets=readable))
        return {**message, "bytes": request.SerializeToString()}

    return received


def _readable(text: str) -> bool:
    """Whether a component's words, "" of other widgets, are JSON that Python reads however deep in calls it is.

    >>> [_readable(text) for text in ('', '{"order": [[1, 0]]}', '{', "[" * 300 + "]" * 300)]
    [True, True, False, False]
    """
    if text.count("[") + text.count("{") > MOST_BRACKETS:
        return False
    try:
        json.loads(text or "0")
    except ValueError:  # no JSON, or a number of more digits than Python reads
        return False
    return True


def guard(documents: Iterable[str], settings: Mapping[str, str]) -> list[Middleware]:
    """The middleware for an application whose pages are ``documents``; ``settings`` is the environment."""
    frames = embedders(settings.get("PERMVIZ_EMBED", ""))
    return [Middleware(Guard, content_policy=policy(documents, frames), metrics=settings.get("PERMVIZ_METRICS") == "1")]
