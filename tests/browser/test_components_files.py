"""The components' modules as a browser gets them: kept for ever, below any base path, and missed with a sentence."""

from __future__ import annotations

import gzip
import re
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from permviz.components.files import ROUTE, folder
from tests.browser.driver import Server, free_port, idle, open_app, serving, streamlit_command, uvicorn_command, watched
from tests.browser.workbench import SMALL, at_rest, drag, order, workbench

FILES = f"**/{ROUTE}/**"


@contextmanager
def missing(page: Page, pattern: str) -> Iterator[None]:
    """No answer to what matches, inside the block."""
    page.route(pattern, lambda route: route.abort())
    yield
    page.unroute(pattern)


def test_a_module_is_kept_for_ever_and_compressed(server: Server) -> None:
    asked = urllib.request.Request(f"{server.url}/{folder()}/mounting.js", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked) as answer:
        assert b"export function mounted" in gzip.decompress(answer.read())
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_second_visit_asks_for_no_module(chromium: Browser, server: Server) -> None:
    sizes = f"performance.getEntriesByType('resource').filter(e => e.name.includes('/{ROUTE}/')).map(e => e.transferSize)"
    with watched(chromium, replace(server, lasts=False)) as page:  # in a browser that has nothing yet
        at_rest(open_app(page, SMALL))
        first = page.evaluate(sizes)
        assert min(first) > 0
        at_rest(open_app(page, SMALL))
        again = page.evaluate(sizes)
    assert len(again) == len(first)
    assert max(again) == 0


@pytest.mark.parametrize("command", [streamlit_command, uvicorn_command], ids=["streamlit run", "uvicorn"])
def test_below_a_base_path_everything_lives(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Callable[[int], list[str]]
) -> None:
    port, base = free_port(), "/lab/permviz"
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit/config.toml").write_text(f'[server]\nbaseUrlPath = "{base}"\n')
    monkeypatch.setenv("HOME", str(tmp_path))  # where Streamlit reads what holds for all apps, whoever serves them
    with serving(command(port), port, tmp_path / "log", base=base) as below, watched(chromium, below) as page:
        at_rest(open_app(page, f"{base}{SMALL}"))
        drag(page, 1, 0, 2)
        at_rest(page)
        assert order(page)[0] == [2, 1, 0, 3]
        page.get_by_test_id("stPageLink-NavLink").get_by_text("Loss slices").click()
        expect(page.locator(".permviz-plot").first).to_have_attribute("data-drawn", re.compile("."), timeout=60_000)
        open_app(page, f"{base}/slices")
        assert page.title() == "Loss slices · permviz"
        expect(page.locator(".permviz-plot").first).to_have_attribute("data-drawn", re.compile("."), timeout=60_000)


@pytest.mark.parametrize("lost", [FILES, f"**/{ROUTE}/*/diagram/paint.js", f"**/{ROUTE}/*/diagram/diagram.css"])
def test_a_diagram_whose_files_do_not_come_says_so_and_can_be_tried_again(new_page: Callable[..., Page], lost: str) -> None:
    page = new_page(expected=("ailed to ",))
    sentence = page.get_by_text("The diagram could not be loaded.")
    with missing(page, lost):
        page.goto(SMALL)
        expect(sentence).to_be_visible()
        expect(sentence).to_contain_text("reload the page")
        page.get_by_role("button", name="Try again").click()
        expect(sentence).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    at_rest(page)
    expect(sentence).to_have_count(0)
    assert page.get_by_test_id("card-network").evaluate("card => getComputedStyle(card).borderRadius") == "10px"
    idle(page)
    expect(workbench(page)).to_have_count(1)
    drag(page, 1, 0, 2)
    at_rest(page)
    assert order(page)[0] == [2, 1, 0, 3]


def test_figures_whose_files_do_not_come_say_so_and_are_tried_again_together(new_page: Callable[..., Page]) -> None:
    page = new_page(expected=("ailed to ",))
    with missing(page, f"**/{ROUTE}/*/plot/*"):
        page.goto(SMALL.replace("/", "/rastrigin"))
        told = page.get_by_text("The figure could not be loaded.")
        expect(told.first).to_be_visible()
        idle(page)
    page.get_by_role("button", name="Try again").first.click()
    expect(page.locator(".permviz-plot").first).to_have_attribute("data-drawn", re.compile("."), timeout=60_000)
    expect(told).to_have_count(0)


def test_a_swap_asks_for_little(new_page: Callable[..., Page]) -> None:
    page, sizes = new_page(), []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame))))
    at_rest(open_app(page, SMALL))
    sizes.clear()
    drag(page, 1, 0, 2)
    at_rest(page)
    idle(page)
    assert 5_000 < sum(sizes) < 40_000
