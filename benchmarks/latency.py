"""From pointer-up to everything current: medians over swaps by mouse in a real Chromium, on a server of its own.

``python -m benchmarks.latency [swaps]``. These are times, not ratios: docs/latency.md says on which machine they were taken.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import ARGUMENTS, find
from tests.browser.driver import free_port, open_app, serving, streamlit_command
from tests.browser.workbench import at_rest, drag

SWAPS = 40

# WebGL through a software GPU paints eight frames a second; without a GPU Chromium's own rasteriser is closer to a visitor's.
SOFTWARE_PAINTING = [flag for flag in ARGUMENTS if "swiftshader" not in flag]
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


def main(swaps: int) -> None:
    executable, port = find(), free_port()
    if executable is None:
        sys.exit("No Chromium found: `make browser` looks for one and installs one if it can.")
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(streamlit_command(port), port, Path(folder) / "log") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=executable, args=SOFTWARE_PAINTING)
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
