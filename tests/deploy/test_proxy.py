"""The proxy's file, as it is shipped, in a real HAProxy before two real replicas: what a class and a browser find there."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import signal
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.client import Visitor
from benchmarks.first_visit import weighed
from tests.browser.driver import Server, open_app, watched
from tests.browser.workbench import SMALL, at_rest, expect_order, node, number
from tests.deploy.site import COOKIE, NAMES, Site, haproxy, instruction
from tests.waiting import until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(haproxy() is None, reason="HAProxy is not installed: Debian's package is haproxy"),
]
AWAY = ("disconnected from server", "reaching server endpoint", "WebSocket", "502", "503")
"""What a browser and Streamlit's front end say of a server that is away."""
READINGS = ("loss-a", "loss-b", "difference", "distance")
MOST = 2_600_000
"""Bytes of a first visit over the wire."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ExitStack() as stack:
        yield Site(tmp_path_factory.mktemp("site"), stack)


def asked(url: str, path: str = "/", **headers: str) -> http.client.HTTPResponse:
    """The answer to one request, whatever its status; its headers are read, its body is not."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request("GET", urlsplit(url).path + path, headers=headers)
    return connection.getresponse()


def cookie(answer: http.client.HTTPResponse) -> str:
    """The replica that the proxy names to a visitor, if it does."""
    found = re.search(rf"{COOKIE}=(\w+);", answer.headers["Set-Cookie"] or "")
    return found[1] if found else ""


def sessions(server: Server) -> int:
    """How many sessions a replica has a connection to, by its own metrics."""
    with urllib.request.urlopen(f"{server.url}/_stcore/metrics?families=active_sessions") as answer:
        (number,) = re.findall(r"^active_sessions (\d+)", answer.read().decode(), re.MULTILINE)
    return int(number)


def replica_of(page: Page) -> str:
    (found,) = [c["value"] for c in page.context.cookies() if c["name"] == COOKIE]
    return str(found)


def test_visitors_without_a_cookie_are_shared_out_and_each_is_led_back(site: Site) -> None:
    given = Counter(cookie(asked(site.url)) for _ in range(6))
    assert sorted(given) == sorted(NAMES)
    for name in NAMES:
        answer = asked(site.url, Cookie=f"{COOKIE}={name}")
        assert answer.status == 200
        assert cookie(answer) == "", "who has a cookie keeps it"


def test_the_cookie_is_for_frames_of_other_sites_only_where_these_are_allowed(site: Site) -> None:
    """A browser takes SameSite=None over TLS alone."""
    framed = site.proxied(PERMVIZ_EMBED="https://moodle.example")
    attributes = {url: (asked(url).headers["Set-Cookie"] or "").split("; ")[1:] for url in (site.url, framed.url)}
    assert attributes[site.url] == ["path=/", "HttpOnly", "SameSite=Lax"]
    assert attributes[framed.url] == ["path=/", "HttpOnly", "Secure", "SameSite=None"]


def test_all_sessions_with_one_cookie_are_in_one_replica(site: Site) -> None:
    """Also those of one address, which a class shares."""

    async def three(name: str) -> None:
        visitors = [await Visitor.arrive(site.url, SMALL[2:], cookie=f"{COOKIE}={name}") for _ in range(3)]
        others = [other for other in NAMES if other != name]
        assert sessions(site.replicas[name]) == 3
        assert [sessions(site.replicas[other]) for other in others] == [0]
        for visitor in visitors:
            await visitor.leave()

    for name in NAMES:
        with ThreadPoolExecutor(1) as apart:  # Playwright has a loop of its own in this thread
            apart.submit(asyncio.run, three(name)).result()
        until(lambda: not any(map(sessions, site.replicas.values())), "the visitors to be gone")


def test_scripts_are_compressed_and_kept(site: Site) -> None:
    text = asked(site.url).read().decode()
    (script,) = re.findall(r'src="\.?(/static/js/index\.[^"]+)"', text)
    plain, packed = (asked(site.url, script, **{"Accept-Encoding": coding}) for coding in ("identity", "gzip"))
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Content-Encoding"] is None
    assert len(packed.read()) < 0.6 * len(plain.read())
    again = asked(site.url, script, **{"Accept-Encoding": "gzip"})
    assert again.headers["Age"] is not None, "the proxy answers by itself"
    assert cookie(again) == "", "and hands out nobody's cookie"
    assert asked(site.url).headers["Age"] is None, "the document, which names these files, is the replica's"


def test_security_headers_come_through(site: Site) -> None:
    for path in ("/", "/slices", "/_stcore/health"):
        headers = asked(site.url, path).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe-eval" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Server"] is None


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/metrics/", "//_stcore/metrics", "/%5fstcore/metrics", "/_stcore%2Fmetrics"]
)
def test_metrics_are_closed(site: Site, path: str) -> None:
    """The replicas' own are open here, or the test would not see what the proxy does."""
    assert asked(site.replicas["one"].url, "/_stcore/metrics").status == 200
    assert asked(site.url, path).status == 404


def test_other_hosts_names_open_no_session(site: Site) -> None:
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": 22 * "A" + "==",
    }
    statuses = {host: asked(site.url, "/_stcore/stream", Host=host, **upgrade).status for host in ("localhost", "evil.example")}
    assert statuses == {"localhost": 101, "evil.example": 403}


def test_a_first_visit_is_small(site: Site, chromium: Browser, record_property: Callable[[str, object], None]) -> None:
    sizes, messages = weighed(chromium, site.url, "/")
    record_property("a first visit over the wire, MB", f"{sum(sizes.values()) / 1e6:.2f}")
    assert 500_000 < sum(sizes.values()) + messages < MOST


def test_a_visit_outlives_its_replica(site: Site, chromium: Browser, record_property: Callable[[str, object], None]) -> None:
    """The address is the save file: the other replica reads it, trains the same network and shows the same numbers."""
    with watched(chromium, site.proxy, expected=AWAY) as page:
        at_rest(open_app(page, SMALL))
        node(page, 1, 0).focus()
        page.keyboard.press("ArrowDown")
        page.wait_for_url(lambda url: "order=1023." in url)
        expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])
        readings, name = [number(page, reading) for reading in READINGS], replica_of(page)
        (other,) = set(NAMES) - {name}
        until(lambda: [sessions(site.replicas[n]) for n in (name, other)] == [1, 0], "earlier visitors to be gone")

        os.kill(site.replicas[name].pid, signal.SIGKILL)
        killed = time.monotonic()
        page.keyboard.press("ArrowDown")  # nobody is there to take this swap
        page.wait_for_url(lambda url: "order=1203." in url, timeout=60_000)
        record_property("seconds until a swap made after a replica's death is answered", f"{time.monotonic() - killed:.1f}")
        expect_order(page, [[1, 2, 0, 3], [0, 1, 2]])
        assert sessions(site.replicas[other]) == 1
        page.reload()
        expect_order(page, [[1, 2, 0, 3], [0, 1, 2]])
        assert replica_of(page) == other
        page.go_back()
        expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])
        assert [number(page, reading) for reading in READINGS] == readings

    site.start(name)
    until(lambda: cookie(asked(site.url)) == name, "the replica to be taken back")


def test_below_a_path(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    with ExitStack() as stack:
        site = Site(tmp_path_factory.mktemp("below"), stack, "/lab", ("one",))
        assert asked(site.url.removesuffix("/lab"), "/_stcore/health").status == 404
        assert asked(site.url, "/_stcore/metrics").status == 404
        with watched(chromium, site.proxy) as page:
            at_rest(open_app(page, f"/lab{SMALL}"))
            node(page, 1, 0).focus()
            page.keyboard.press("ArrowDown")
            page.wait_for_url(lambda url: "/lab/?" in url and "order=1023." in url)
            page.get_by_role("link", name="Average").click()
            page.wait_for_url(lambda url: "/lab/average?" in url)
            expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])


def test_the_images_health_check_sees_a_replica(site: Site) -> None:
    command = [word.replace("8501", str(site.ports["one"])) for word in instruction("HEALTHCHECK")]
    assert subprocess.run(command, env={}, check=False).returncode == 0
