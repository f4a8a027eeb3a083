"""Serving: every page opens at its own address, inside the app's frame, even as the very first request to a fresh server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.driver import ROOT, Server, free_port, open_app, rerun, serving, streamlit_command, uvicorn_command, watched

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
LINKS = '[data-testid="stPageLink-NavLink"]'


def linked(page: Page) -> set[str]:
    """Addresses that the frame's header links to: '' is the front page."""
    return {address(link) for link in page.locator(LINKS).evaluate_all("all => all.map(a => a.href)")}


def address(url: str) -> str:
    return urlsplit(url).path.strip("/")


def inside_the_frame(page: Page) -> None:
    expect(page.locator(LINKS)).to_have_count(len(PAGES))
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(("command", "name", "title"), [
    (streamlit_command, "rastrigin", "Rastrigin"),
    (uvicorn_command, "slices", "Loss slices"),
], ids=["streamlit run", "uvicorn"])  # fmt: skip
def test_the_first_request_may_go_to_any_page(
    chromium: Browser, tmp_path: Path, command: Callable[[int], list[str]], name: str, title: str
) -> None:
    port = free_port()
    with serving(command(port), port, tmp_path / "log") as fresh, watched(chromium, fresh) as page:
        open_app(page, f"/{name}")
        inside_the_frame(page)
        assert address(page.url) == name
        assert page.title() == f"{title} · permviz", "Streamlit titles a file that it runs by itself otherwise"


def test_every_page_is_linked_and_opens_at_its_own_address(new_page: Callable[..., Page]) -> None:
    found = linked(open_app(new_page()))
    assert len(found) == len(PAGES)
    assert found - {""} <= set(PAGES)
    for name in sorted(found):
        page = open_app(new_page(), f"/{name}")
        inside_the_frame(page)
        assert address(page.url) == name


def test_no_message_refers_to_an_earlier_one(new_page: Callable[..., Page]) -> None:
    """A browser that has dropped the earlier one by then would end the connection: see .streamlit/config.toml."""
    page, frames = new_page(), []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)))
    open_app(page, "/rastrigin?net=4&steps=100&samples=60")
    with rerun(page):
        page.get_by_text("Logarithmic colours").click()
    messages = [ForwardMsg.FromString(frame) for frame in frames]
    large = [message.hash for message, frame in zip(messages, frames, strict=True) if len(frame) > 4_000]
    assert len(large) > len(set(large)), "the diagram came twice, the same: what a server would like to refer to"
    assert "ref_hash" not in {message.WhichOneof("type") for message in messages}


def test_the_first_paint_needs_no_script_and_gives_way_to_the_page(
    chromium: Browser, server: Server, new_page: Callable[..., Page]
) -> None:
    with chromium.new_context(java_script_enabled=False) as bare:
        page = bare.new_page()
        page.goto(f"{server.url}/slices")
        assert page.title() == "Loss slices · permviz"
        expect(page.get_by_text("Opening Loss slices")).to_be_visible()
    page = open_app(new_page(), "/slices")
    expect(page.get_by_text("Opening Loss slices")).to_be_hidden()


def test_nothing_runs_that_the_server_did_not_send(new_page: Callable[..., Page]) -> None:
    """Negative control of all other tests in a browser, which fail if the policy forbids what a page needs."""
    page = open_app(new_page(expected="Content Security Policy"))
    page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.intruder = true";
      document.head.append(script);
    }""")
    assert page.evaluate("window.intruder") is None
    assert page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 'refused')") == "refused"


def test_an_unknown_address_is_answered_by_the_front_page_and_a_sentence(new_page: Callable[..., Page]) -> None:
    page = open_app(new_page(expected=("does not seem to exist",)), "/nowhere")
    expect(page.get_by_role("dialog")).to_contain_text("Page not found")


def test_the_watch_sees_errors(chromium: Browser, tmp_path: Path) -> None:
    """Negative control: a watched page that reports errors must not pass."""
    log = tmp_path / "log"
    log.write_text("")
    with pytest.raises(AssertionError, match="from the console"), watched(chromium, Server("http://127.0.0.1", log)) as page:
        page.set_content("<script>console.error('from the console')</script>")
    with pytest.raises(AssertionError, match="from the script"), watched(chromium, Server("http://127.0.0.1", log)) as page:
        page.set_content("<script>throw new Error('from the script')</script>")
    with pytest.raises(AssertionError, match="Traceback"), watched(chromium, Server("http://127.0.0.1", log)) as page:
        log.write_text("Traceback (most recent call last):")


@pytest.mark.parametrize("look", [{"dark": True}, {"phone": True}], ids=["dark", "phone"])
def test_the_front_page_opens_in_the_dark_and_on_a_phone(new_page: Callable[..., Page], look: dict[str, bool]) -> None:
    page = open_app(new_page(**look))
    background = page.get_by_test_id("stApp").evaluate("app => getComputedStyle(app).backgroundColor")
    assert background == ("rgb(16, 21, 26)" if look.get("dark") else "rgb(255, 255, 255)")
