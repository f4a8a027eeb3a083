"""The real app in a real browser: one server for all browser tests, and the one Chromium of ``tests/conftest.py``.

Tests take ``page`` (1280x800) or ``new_page(phone=True, dark=True)``; both fail the test at its end for every error in the
console or on the page and every traceback in the server's log. ``open_app``, ``idle`` and ``rerun`` are in
``tests.browser.driver``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driver import Server, free_port, open_app, serving, streamlit_command, watched
from tests.browser.workbench import SMALL, at_rest

# Machines that run the tests paint in software and share their cores: a sign may take long, and is waited for, not assumed.
expect.set_options(timeout=30_000)


@pytest.hookimpl(tryfirst=True)  # before -m chooses by the mark
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests are marked: they run by themselves, share one server and do not fight for the cores."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app for all tests; asks for the browser first, so that nothing is started where there is none."""
    port = free_port()
    with serving(streamlit_command(port), port, tmp_path_factory.mktemp("server") / "log") as running:
        yield replace(running, lasts=True)


@pytest.fixture
def new_page(chromium: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """``new_page(phone=..., dark=...)``: as many watched pages as the test wants."""
    with ExitStack() as stack:
        yield lambda **look: stack.enter_context(watched(chromium, server, **look))


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One watched page, 1280x800, light."""
    return new_page()


@pytest.fixture
def swap_page(page: Page) -> Page:
    """The Swap page with a small network, at rest."""
    return at_rest(open_app(page, SMALL))
