"""What a first visit weighs: every byte that a browser which has never been there receives, by kind of file.

``python -m benchmarks.first_visit [URL or checkout]``: at that address, or of the app as ``make run`` serves it.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.load import fresh, header, row
from tests.browser.chromium import ARGUMENTS, find
from tests.browser.driver import ROOT, open_app

PAGES = {"Swap": "/", "Loss slices": "/slices?order=1023.012"}
KINDS = ("Document", "Script", "Stylesheet", "Font", "Image", "Fetch", "Other")


def weighed(browser: Browser, url: str, path: str) -> tuple[dict[str, int], int]:
    """Bytes received over HTTP by kind, headers included, until the page and its figures are drawn; and over the websocket."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=url)
    page = context.new_page()
    protocol, kinds, sizes, frames = context.new_cdp_session(page), {}, defaultdict(int), []

    def came(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "Other")
        sizes[kind if kind in KINDS else "Other"] += int(event["encodedDataLength"])

    protocol.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    protocol.on("Network.loadingFinished", came)
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(len(frame))))
    protocol.send("Network.enable")
    open_app(page, path)
    page.wait_for_function("() => [...document.querySelectorAll('.permviz-plot')].every(plot => plot.dataset.drawn)")
    page.wait_for_load_state("networkidle")
    context.close()
    return dict(sizes), sum(frames)


def main(where: str = str(ROOT)) -> None:
    executable = find()
    if executable is None:
        sys.exit("No Chromium found: `make browser` looks for one and installs one if it can.")
    with ExitStack() as stack:
        url = where if where.startswith("http") else stack.enter_context(fresh(Path(where))).url
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        print(header(("first visit, kB", *(kind.lower() for kind in KINDS), "in all", "messages")))
        for name, path in PAGES.items():
            weighed(browser, url, path)  # the network is trained
            sizes, messages = weighed(browser, url, path)
            shown = [sizes.get(kind, 0) / 1e3 for kind in KINDS]
            print(row((name, *shown, sum(shown), messages / 1e3)), flush=True)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:2])
