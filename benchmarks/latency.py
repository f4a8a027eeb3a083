"""From an address to its page, and from pointer-up to everything current, in a real Chromium, on a server of its own.

``python -m benchmarks.latency [swaps]``. These are times, not ratios: docs/latency.md says on which machine they were taken.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import ARGUMENTS, find
from tests.browser.driver import free_port, open_app, serving, streamlit_command
from tests.browser.workbench import at_rest, drag

SWAPS, OPENINGS = 40, 5

VIEWS = {
    "Swap": "/",
    "Loss slices": "/slices",
    "Average": "/average",
    "Count": "/count",
    "Rastrigin: your network": "/rastrigin",
    "Rastrigin: the function": "/rastrigin?rastrigin.show=function",
    "Rastrigin: one weight each": "/rastrigin?rastrigin.show=neurons",
    "Rastrigin: critical points": "/rastrigin?rastrigin.show=critical",
    "Claims": "/claims",
}
PAGES = {"Swap, 2-4-3-1": "/", "Swap, 2-16-16-1": "/?net=16-16&steps=200", "Loss slices, line": "/slices?order=2103.012"}

# Times since the last pointer-up: diagram settled, Python has answered, the cards are current, the figure is drawn.
_WATCH = """() => {
  const roots = [...document.querySelectorAll('*')].map(e => e.shadowRoot);
  const root = roots.find(s => s?.querySelector('[data-testid=workbench]'));
  const bench = root.querySelector('[data-testid=workbench]'), card = root.querySelector('[data-testid=card-same]');
  const t = window.permvizTimes = { settled: [], answered: [], drawn: [] };
  let up = null, open = {};
  addEventListener('pointerup', () => { up = performance.now(); open = { settled: 1, answered: 1, drawn: 1 }; }, true);
  const note = (name) => { if (up !== null && open[name]) { open[name] = 0; t[name].push(performance.now() - up); } };
  const look = () => {
    if (bench.dataset.pending === '1') open.sent = 1;
    if (bench.dataset.phase === 'rest') note('settled');
    const current = card.offsetParent === null || card.getAttribute('aria-busy') !== 'true';
    if (open.sent && bench.dataset.pending === '0' && current) note('answered');
  };
  new MutationObserver(look).observe(root, { attributes: true, subtree: true });
  const plot = document.querySelector('.js-plotly-plot');
  plot?.on('plotly_afterplot', () => note('drawn'));
}"""


# Since the navigation began: the page's own part has its first content; and every figure is drawn.
_FIRST = """const look = () => {
  if (document.querySelector('[data-testid=stMain] [data-testid=stElementContainer]')) window.permvizFirst = performance.now();
  else requestAnimationFrame(look);
}; look();"""
_WHOLE = """() => [...document.querySelectorAll('.permviz-plot')].every(plot => plot.dataset.drawn) && performance.now()"""


def opening(browser: Browser, url: str, path: str) -> tuple[float, float]:
    """Milliseconds to the first content and to the whole of a page, in a browser that has never been there."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=url)
    page = context.new_page()
    page.add_init_script(_FIRST)
    open_app(page, path)
    whole = page.wait_for_function(_WHOLE).json_value()
    first = page.evaluate("window.permvizFirst")
    context.close()
    return first, whole


def measure(page: Page, swaps: int) -> dict[str, list[float]]:
    """Milliseconds after each of ``swaps`` swaps of the first two slots of layer 1."""
    at_rest(page)
    page.evaluate(_WATCH)
    for _ in range(swaps):
        drag(page, 1, 0, 1)
        at_rest(page)
        page.wait_for_timeout(150)  # as a person would, and so that a late figure counts to its own swap
    times: dict[str, list[float]] = page.evaluate("window.permvizTimes")
    return {name: values for name, values in times.items() if values}


def main(swaps: int, openings: int = OPENINGS) -> None:
    executable, port = find(), free_port()
    if executable is None:
        sys.exit("No Chromium found: `make browser` looks for one and installs one if it can.")
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(streamlit_command(port), port, Path(folder) / "log") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        for name, path in VIEWS.items():
            opening(browser, server.url, path)  # a warm server: caches are filled
            first, whole = zip(*(opening(browser, server.url, path) for _ in range(openings)), strict=True)
            print(
                f"{name}: first content {statistics.median(first):.0f} ms, whole {statistics.median(whole):.0f} ms", flush=True
            )
        for name, path in PAGES.items():
            page = browser.new_page(viewport={"width": 1280, "height": 800}, base_url=server.url)
            open_app(page, path)
            if "slices" in path:
                page.locator(".js-plotly-plot .main-svg").first.wait_for()
            times = measure(page, swaps)
            figures = ", ".join(
                f"{what} {statistics.median(ms):.0f} ms (p90 {statistics.quantiles(ms, n=10)[-1]:.0f})"
                for what, ms in times.items()
            )
            print(f"{name}: {figures}, {swaps} swaps", flush=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SWAPS)
