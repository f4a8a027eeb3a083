"""Serving the app, watching its pages, waiting for it: what the browser tests share. No test sleeps."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

ROOT = Path(__file__).parents[2]
START_SECONDS = 90
"""A cold start imports torch; shared machines are slow."""


@dataclass(frozen=True)
class Server:
    """A running app: its address, the file that holds its output, and its process."""

    url: str
    log: Path
    pid: int = 0
    lasts: bool = False
    """Whether it serves all tests, so that a browser may keep what it loaded from it."""

    def tracebacks(self) -> int:
        return self.log.read_text(errors="replace").count("Traceback (most recent call last)")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def serving(
    command: list[str], port: int, log: Path, root: Path = ROOT, base: str = "", settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """The app, served by ``command`` from the repository's root, from its first healthy answer to the end of the block.

    ``base`` is the path below which the command serves it, such as ``/lab``; ``settings`` are added to the environment.
    """
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(settings or {})},
        )
    server = Server(f"http://127.0.0.1:{port}{base}", log, process.pid)
    try:
        _wait_until_healthy(process, server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(process: subprocess.Popen[bytes], server: Server) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError(f"The app did not start on {server.url}:\n{server.log.read_text(errors='replace')}")


def streamlit_command(port: int) -> list[str]:
    """What ``make run`` and most hosts start."""
    return [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), "--server.address", "127.0.0.1"]


def uvicorn_command(port: int) -> list[str]:
    """The same application under a server of one's own."""
    return [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port), "--ws-per-message-deflate", "false"]


_FREE: dict[tuple[Browser, str, bool, bool], list[BrowserContext]] = {}
"""Contexts that no page is in, with the files that they loaded: to load and compile these takes half of a short test."""


@contextmanager
def _context(browser: Browser, server: Server, phone: bool, dark: bool) -> Iterator[BrowserContext]:
    """A visitor whom the server has never seen: without cookies or memory, though perhaps with its files."""
    free = _FREE.setdefault((browser, server.url, phone, dark), []) if server.lasts else []
    look: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
    if phone:
        look = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
    look |= {"base_url": server.url, "color_scheme": "dark" if dark else "light"}
    context = free.pop() if free else browser.new_context(**look)
    try:
        yield context
    finally:
        if server.lasts:
            context.clear_permissions()
            _forget(context, server)
            free.append(context)
        else:
            context.close()


def _forget(context: BrowserContext, server: Server) -> None:
    """Closes the pages, and with them their tabs' memory, and clears what the browser remembers of all of them."""
    for page in context.pages:
        page.close()
    blank = context.new_page()
    client = context.new_cdp_session(blank)
    client.send("Storage.clearDataForOrigin", {"origin": server.url, "storageTypes": "cookies,local_storage,indexeddb"})
    blank.close()


@contextmanager
def watched(
    browser: Browser, server: Server, *, phone: bool = False, dark: bool = False, expected: tuple[str, ...] = ()
) -> Iterator[Page]:
    """A page of a visitor of its own that raises at its end if the browser, the page or the server reported an error.

    A test that provokes errors in the console names a part of each text: ``expected``.
    """
    problems: list[str] = []
    with _context(browser, server, phone, dark) as context:
        page, before = context.new_page(), server.tracebacks()
        page.on("pageerror", lambda error: problems.append(f"page: {error}"))
        page.on("console", lambda message: problems.append(f"console: {message.text}") if _is_error(message) else None)
        yield page
        problems += [f"on the page: {text}" for text in page.get_by_test_id("stException").all_inner_texts()]
        if server.tracebacks() > before:
            problems.append(f"server: {server.log.read_text(errors='replace')[-4000:]}")
    problems = [text for text in problems if not any(part in text for part in expected)]
    assert not problems, "\n".join(problems)


def _is_error(message: Any) -> bool:
    # On a page's own URL Streamlit's front end first asks for its server below that page, in vain, and then at the root.
    return message.type == "error" and "/_stcore/" not in message.location.get("url", "")


_IDLE = """() => {
  const app = document.querySelector('[data-testid="stApp"]')?.dataset;
  return app?.testScriptState === "notRunning" && app?.testConnectionState === "CONNECTED"
    && document.querySelector('[data-testid="stMain"] [data-testid="stElementContainer"]') !== null
    && document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]') === null;
}"""

_RUN = "document.querySelector('[data-run]')?.dataset.run"


def idle(page: Page, timeout: float = 60_000) -> None:
    """Wait until the first run has drawn something and no run is under way. After an action use :func:`rerun` instead."""
    page.wait_for_function(_IDLE, timeout=timeout)


@contextmanager
def rerun(page: Page, timeout: float = 60_000) -> Iterator[None]:
    """Wait at the block's end until a run of the whole app that ended within or after it is drawn."""
    before = page.evaluate(_RUN)
    yield
    page.wait_for_function(f"before => {_RUN} !== before", arg=before, timeout=timeout)
    idle(page, timeout)


def open_app(page: Page, path: str = "/") -> Page:
    """Go there and wait until it is drawn."""
    page.goto(path)
    idle(page)
    return page


def choose(page: Page, box: str, typed: str) -> None:
    """Choose by typing in a box with a list. Enter takes the marked option, and none is for a moment."""
    with rerun(page):
        field = page.get_by_role("combobox", name=box)
        field.click()
        field.press_sequentially(typed)
        expect(page.get_by_role("option", name=typed)).to_be_visible()
        expect(field).to_have_attribute("aria-activedescendant", re.compile("option"))
        field.press("Enter")
