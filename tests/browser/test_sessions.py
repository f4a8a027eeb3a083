"""Visits in a real browser: slow, with late answers, through the history and across pages, over a server that dies."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.browser.driver import Server, free_port, idle, open_app, rerun, serving, streamlit_command, watched
from tests.browser.workbench import LONG, LONG_LAYER, SMALL, at_rest, expect_order, in_training, node, order

SLOWER = 6
AWAY = ("disconnected from server", "reaching server endpoint", "server is not responding", "timed out")
"""What Streamlit's front end says of a server that is away; which of these, depends on how long it is."""
PATIENCE = 90_000
"""Milliseconds: what takes a second in a browser takes six in a slow one."""


def slow(page: Page, rate: int) -> None:
    """Let the page's processor be ``rate`` times slower, through Chromium's own tools."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})


def swap_downwards(page: Page, times: int, layer: list[int]) -> None:
    """Move the first node down by keys, and note where the nodes of its layer then are."""
    for slot in range(times):
        page.keyboard.press("ArrowDown")
        layer[slot], layer[slot + 1] = layer[slot + 1], layer[slot]


def test_swaps_during_a_training_hold_in_a_slow_browser(page: Page) -> None:
    page.goto(LONG + "&seed=1")
    progress = in_training(page)
    at_rest(page)
    slow(page, SLOWER)
    node(page, 1, 0).focus()
    layer = [*LONG_LAYER]
    swap_downwards(page, 4, layer)
    expect(progress).to_be_visible()
    page.get_by_role("button", name="Stop").click(timeout=PATIENCE)
    expect(page.get_by_text("Stopped at loss")).to_be_visible(timeout=PATIENCE)
    expected = [layer, *[LONG_LAYER] * 3]
    expect_order(page, expected)
    page.wait_for_url(lambda url: "order=" in url and "finish=0" in url)
    slow(page, 1)
    page.reload()
    expect_order(page, expected)


class Line:
    """The line from the server to the page. While it is held nothing arrives, and what was sent waits."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.held = False
        self.waiting: list[str | bytes] = []
        page.route_web_socket("**/_stcore/stream", self._connect)

    def _connect(self, route: WebSocketRoute) -> None:
        self.route = route
        route.connect_to_server().on_message(lambda message: self.waiting.append(message) if self.held else route.send(message))

    def answers(self, runs: int) -> None:
        """Wait until so many whole runs wait on the line."""
        for _ in range(1500):
            if sum(b"data-run" in message for message in self.waiting if isinstance(message, bytes)) >= runs:
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"the server has not answered {runs} times")

    def release(self) -> None:
        self.held = False
        while self.waiting:
            self.route.send(self.waiting.pop(0))


def test_swaps_hold_whose_answers_have_not_come(page: Page) -> None:
    """A run that is asked for meanwhile carries the first address."""
    line = Line(page)
    at_rest(open_app(page, SMALL))
    node(page, 1, 0).focus()
    line.held = True
    layer = [0, 1, 2, 3]
    for done in (1, 2):
        page.keyboard.press("ArrowDown")
        line.answers(done)
    page.keyboard.press("r")  # Streamlit's key for "run again"
    line.answers(3)
    line.release()
    layer = [1, 2, 0, 3]
    page.wait_for_url(lambda url: "order=1203." in url)
    at_rest(page)
    assert order(page)[0] == layer


def test_a_link_drawn_before_the_last_swap_takes_the_swap_along(page: Page) -> None:
    line = Line(page)
    at_rest(open_app(page, SMALL))
    node(page, 1, 0).focus()
    line.held = True
    page.keyboard.press("ArrowDown")
    line.answers(1)
    page.get_by_role("link", name="Average").click()
    line.answers(2)
    line.release()
    page.wait_for_url(lambda url: "/average?" in url and "order=1023." in url)
    expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])
    page.go_back()
    page.wait_for_url(lambda url: "/average?" not in url)
    expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])
    page.go_back()
    expect_order(page, [[0, 1, 2, 3], [0, 1, 2]])


def test_back_and_a_click_at_the_same_moment_both_count(page: Page) -> None:
    """The server drops the request that Back makes for the newer one of the click."""
    at_rest(open_app(page, SMALL))
    node(page, 1, 0).focus()
    for expected in ([1, 0, 2, 3], [1, 2, 0, 3]):
        page.keyboard.press("ArrowDown")
        page.wait_for_url(lambda url, expected=expected: f"order={''.join(map(str, expected))}." in url)
        at_rest(page)
    page.evaluate("""() => {
      addEventListener("popstate", () => document.querySelector(".st-key-train-step button").click(), { once: true });
      history.back();
    }""")
    page.wait_for_url(lambda url: "steps=61" in url)
    at_rest(page)
    assert "order=1023." in page.url
    expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])
    page.go_back()
    expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])
    assert "steps=60" in page.url


def test_back_leads_through_pages_and_swaps(page: Page) -> None:
    at_rest(open_app(page, SMALL))
    node(page, 1, 0).focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_url(lambda url: "order=1023." in url)
    page.get_by_role("link", name="Average").click()
    page.wait_for_url(lambda url: "/average?" in url)
    expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])
    idle(page)
    node(page, 1, 1).focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_url(lambda url: "order=1203." in url)
    at_rest(page)
    for average, expected in ((True, [1, 0, 2, 3]), (False, [1, 0, 2, 3]), (False, [0, 1, 2, 3])):
        page.go_back()
        expect_order(page, [expected, [0, 1, 2]])
        assert ("/average?" in page.url) is average
    page.go_forward()
    expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])
    with rerun(page):
        page.keyboard.press("r")
    assert order(page)[0] == [1, 0, 2, 3]


def begun(visit: ExitStack, chromium: Browser, server: Server) -> Page:
    """A visit that outlives its server, with the first node in hand."""
    page = at_rest(open_app(visit.enter_context(watched(chromium, server, expected=AWAY)), SMALL))
    node(page, 1, 0).focus()
    return page


def test_what_is_done_while_the_server_is_away_is_told_to_the_next(chromium: Browser, tmp_path: Path) -> None:
    """The next server begins at the address; an old step through the history, still reported by the page, is none there."""
    port = free_port()
    with ExitStack() as visit:
        with serving(streamlit_command(port), port, tmp_path / "first") as server:
            page = begun(visit, chromium, server)
            page.keyboard.press("ArrowDown")
            page.wait_for_url(lambda url: "order=1023." in url)
            at_rest(page)
            page.go_back()
            expect_order(page, [[0, 1, 2, 3], [0, 1, 2]])
            node(page, 1, 2).focus()
            page.keyboard.press("ArrowDown")
            page.wait_for_url(lambda url: "order=0132." in url)
            at_rest(page)
        node(page, 2, 0).focus()
        page.keyboard.press("ArrowDown")
        with serving(streamlit_command(port), port, tmp_path / "second"):
            page.wait_for_url(lambda url: "order=0132.102" in url, timeout=PATIENCE)
            expect_order(page, [[0, 1, 3, 2], [1, 0, 2]])
            with rerun(page):
                page.keyboard.press("r")
            assert order(page) == [[0, 1, 3, 2], [1, 0, 2]]


def test_a_swap_that_died_with_its_server_is_told_to_the_next(chromium: Browser, tmp_path: Path) -> None:
    """Connected again, the browser asks for nothing, and the next session calls nobody for values that it is given at first."""
    port = free_port()
    with ExitStack() as visit:
        with serving(streamlit_command(port), port, tmp_path / "first") as server:
            page = begun(visit, chromium, server)
            os.kill(server.pid, signal.SIGSTOP)
            page.keyboard.press("ArrowDown")
            expect(page.locator("[data-pending='1']")).to_be_visible()
            os.kill(server.pid, signal.SIGKILL)
        with serving(streamlit_command(port), port, tmp_path / "second"):
            page.wait_for_function("() => document.querySelector('[data-test-connection-state=CONNECTED]')", timeout=PATIENCE)
            page.wait_for_url(lambda url: "order=1023." in url, timeout=PATIENCE)
            expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])
