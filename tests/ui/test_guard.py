"""What the server refuses and what its answers carry, asked by raw clients, in every way of serving."""

from __future__ import annotations

import asyncio
import http.client
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed

from benchmarks.client import Visitor
from permviz.ui.guard import embedders, policy
from tests.browser.driver import ROOT, Server, free_port, serving, streamlit_command, uvicorn_command

LINK = "task=moons&net=4-3&steps=60&samples=100"
SWAPPED = [[1, 0, 2, 3], [0, 1, 2]]


def permviz_command(port: int) -> list[str]:
    """The command that pip installs."""
    return [sys.executable, "-c", "from permviz.ui.command import main; main()", "--port", str(port)]


@pytest.fixture(scope="module", params=[streamlit_command, uvicorn_command, permviz_command])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    port = free_port()
    with serving(request.param(port), port, tmp_path_factory.mktemp("server") / "log") as running:
        yield running


def asked(server: Server, method: str, path: str, body: object = None, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, urlsplit(server.url).path + path, body, named, encode_chunked="Transfer-Encoding" in named)
    return connection.getresponse()


def upload(server: Server, session: str, content: bytes, chunked: bool) -> int:
    """Puts a file where Streamlit takes files, as a browser would: its cookie, its token, a session that is there."""
    token = re.match(r"_streamlit_xsrf=([^;]+)", asked(server, "GET", "/_stcore/health").getheader("Set-Cookie") or "")[1]  # type: ignore[index]
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + content + b"\r\n--x--\r\n"
    more = {"Transfer-Encoding": "chunked"} if chunked else {}
    headers = {"Cookie": f"_streamlit_xsrf={token}", "X-Xsrftoken": token, "Content-Type": "multipart/form-data; boundary=x"}
    parts = iter([body]) if chunked else body
    return asked(server, "PUT", f"/_stcore/upload_file/{session}/{'a' * 8}", parts, **headers, **more).status


def after_an_upload(server: Server, content: bytes, chunked: bool) -> int:
    async def visit() -> int:
        visitor = await Visitor.arrive(server.url, LINK)
        status = await asyncio.to_thread(upload, server, visitor.session, content, chunked)
        await visitor.leave()
        return status

    return asyncio.run(visit())


@pytest.mark.parametrize("chunked", [False, True], ids=["whole", "chunked"])
@pytest.mark.parametrize("content", [b"", b"x" * 1000], ids=["empty", "full"])
def test_no_file_is_taken(server: Server, content: bytes, chunked: bool) -> None:
    assert after_an_upload(server, content, chunked) == 404


async def drained(visitor: Visitor) -> None:
    async with asyncio.timeout(60):
        while True:
            await visitor.socket.recv()


def test_a_message_of_a_megabyte_ends_its_connection_and_no_other(server: Server) -> None:
    async def visit() -> int | None:
        attacker, visitor = await Visitor.arrive(server.url, LINK), await Visitor.arrive(server.url, LINK)
        await visitor.trained()
        request = attacker.request(LINK)
        request.rerun_script.widget_states.widgets.add(id="large", json_value="x" * 1_000_000)
        await attacker.socket.send(request.SerializeToString())
        with pytest.raises(ConnectionClosed):
            await drained(attacker)
        assert (await visitor.swap(SWAPPED)).right
        await visitor.leave()
        return attacker.socket.close_code

    assert asyncio.run(visit()) == 1009


@pytest.mark.parametrize("path", ["/", "/slices", "/nowhere", "/_stcore/health", "/_stcore/metrics"])
def test_every_answer_has_the_headers(server: Server, path: str) -> None:
    found = asked(server, "GET", path)
    assert found.getheader("X-Content-Type-Options") == "nosniff"
    assert found.getheader("Referrer-Policy") == "same-origin"
    rules = (found.getheader("Content-Security-Policy") or "").split("; ")
    assert {"default-src 'self'", "object-src 'none'", "frame-ancestors 'self'"} <= set(rules)


def test_metrics_are_not_answered(server: Server) -> None:
    found = asked(server, "GET", "/_stcore/metrics")
    assert (found.status, found.read()) == (404, b"This server does not offer that.")


def test_what_is_asked_for_is_open_below_a_base_path_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control of the doors: the same requests, where the settings say otherwise."""
    monkeypatch.setenv("PERMVIZ_EMBED", "https://moodle.example https://*.school.example")
    monkeypatch.setenv("PERMVIZ_METRICS", "1")
    port = free_port()
    command = [*streamlit_command(port), "--server.baseUrlPath", "lab", "--server.maxUploadSize", "1"]
    with serving(command, port, tmp_path / "log", base="/lab") as running:
        found = asked(running, "GET", "/slices")
        rules = (found.getheader("Content-Security-Policy") or "").split("; ")
        assert "frame-ancestors 'self' https://moodle.example https://*.school.example" in rules
        assert b"<title>Loss slices" in found.read()
        assert asked(running, "GET", "/_stcore/metrics").status == 200
        assert after_an_upload(running, b"x" * 1000, chunked=True) == 204


@pytest.mark.parametrize(("asked_for", "address"), [([], "127.0.0.1"), (["HOST=0.0.0.0"], "0.0.0.0")])
def test_make_run_listens_to_other_machines_where_it_is_told_to(
    asked_for: list[str], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOST", raising=False)
    printed = subprocess.run(["make", "-n", "run", *asked_for], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f'--server.address "{address}"' in printed


@pytest.mark.parametrize(
    "text", ["moodle.example", "*", "https://a;script-src", "https://a/b", "https://a,https://b", "'none'"]
)
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected origins such as"):
        embedders(text)


def test_scripts_are_named_one_by_one() -> None:
    (rule,) = (part for part in policy(["<script>a</script><p><script>\nb</script>", "<script>a</script>"]).split("; ")
               if part.startswith("script-src"))  # fmt: skip
    assert rule.count("sha256-") == 2
    assert "unsafe" not in rule
