"""Take the screenshots of docs/screenshots from a server of its own: ``.venv/bin/python -m docs.screenshots``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import ARGUMENTS, find
from tests.browser.driver import free_port, idle, serving, streamlit_command
from tests.browser.workbench import at_rest

FOLDER = Path(__file__).parent / "screenshots"
PAGES = {
    "swap": "/?order=2103.012",
    "slices": "/slices?order=2103.012&slices.show=plane",
    "average": "/average",
    "count": "/count",
    "rastrigin": "/rastrigin",
    "claims": "/claims?order=2103.012",
    "align": "/align?align.matched=1",
    "align-methods": "/align?align.show=methods",
    "align-symmetry": "/align?align.show=asymmetry",
    "melt": "/melt?net=6&melt.stage=34",
}
LOOKS = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}


def shoot(page: Page, path: str, target: Path) -> None:
    page.goto(path)
    idle(page)
    at_rest(page)
    page.wait_for_function("() => !document.querySelector('[data-testid=\"stProgress\"]')", timeout=120_000)
    page.wait_for_function("[...document.querySelectorAll('.js-plotly-plot')].every(p => p._fullData)")
    page.wait_for_timeout(4000)  # WebGL paints in software here
    page.screenshot(path=target)


def main() -> None:
    executable, port = find(), free_port()
    if executable is None:
        sys.exit("No Chromium found.")
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(streamlit_command(port), port, Path(folder) / "log") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        for name, path in PAGES.items():
            for look, options in LOOKS.items():
                page = browser.new_page(base_url=server.url, **options)
                shoot(page, path, FOLDER / f"{name}-{look}.png")
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
