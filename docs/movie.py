"""Make the README's first picture, a drag and a walk in the live example: ``.venv/bin/python -m docs.movie``.

A browser opens docs/live/index.html, the mouse moves, and each frame is a picture of the window.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from docs.live import PAGE
from tests.browser.chromium import ARGUMENTS, find
from tests.browser.workbench import at_rest, centre, expect_order

MOVIE = Path(__file__).parent / "screenshots" / "swap.webp"
WINDOW, SHOWN = {"width": 1130, "height": 660}, (904, 528)
MOST_BYTES = 1_500_000
MOVING, RESTING = 70, 1600
"""Milliseconds that a frame is seen."""

HAND = """() => {
  const hand = document.createElement("div");
  hand.style.cssText = "position:fixed;z-index:99;width:22px;height:22px;margin:-11px;border-radius:50%;pointer-events:none;"
    + "background:rgb(27 33 39 / .35);border:2px solid #fff;box-shadow:0 0 0 1px rgb(27 33 39 / .5)";
  addEventListener("mousemove", (e) => { hand.style.left = `${e.clientX}px`; hand.style.top = `${e.clientY}px`; }, true);
  document.body.append(hand);
}"""

Frame = tuple[Image.Image, int]


def frame(page: Page, milliseconds: int) -> Frame:
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    return picture.resize(SHOWN, Image.Resampling.LANCZOS), milliseconds


def moved(page: Page, start: tuple[float, float], end: tuple[float, float], steps: int) -> Iterator[Frame]:
    """The mouse on its way, slower at both ends."""
    for step in range(1, steps + 1):
        u = step / steps
        part = u * u * (3 - 2 * u)
        page.mouse.move(*(a + part * (b - a) for a, b in zip(start, end, strict=True)))
        yield frame(page, MOVING)


def dragged(page: Page, layer: int, source: int, target: int, steps: int) -> Iterator[Frame]:
    here, there = centre(page, layer, source), centre(page, layer, target)
    yield from moved(page, (here[0] + 60, here[1] + 40), here, 4)
    page.mouse.down()
    yield from moved(page, here, there, steps)
    yield frame(page, RESTING // 2)
    page.mouse.up()


def acts(page: Page) -> Iterator[Frame]:
    yield frame(page, RESTING)
    yield from dragged(page, 1, 0, 2, 14)
    expect_order(page, [[2, 1, 0, 3], [0, 1, 2]])
    yield frame(page, 2 * RESTING)
    page.get_by_test_id("mode-walk").click()
    at_rest(page)
    yield frame(page, RESTING // 2)
    yield from dragged(page, 1, 0, 3, 34)
    expect_order(page, [[3, 1, 0, 2], [0, 1, 2]])
    yield frame(page, 2 * RESTING)


def main() -> None:
    executable = find()
    if executable is None:
        sys.exit("No Chromium found.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        page = browser.new_page(viewport=WINDOW)  # type: ignore[arg-type]
        page.goto(PAGE.as_uri())
        at_rest(page)
        page.evaluate(HAND)
        pictures, times = zip(*acts(page), strict=True)
        browser.close()
    pictures[0].save(
        MOVIE, save_all=True, append_images=pictures[1:], duration=list(times), loop=0, quality=70, method=6, minimize_size=True
    )
    size = MOVIE.stat().st_size
    print(f"{MOVIE.name}: {len(pictures)} frames, {sum(times) / 1000:.0f} s, {size / 1000:.0f} kB")
    if size >= MOST_BYTES:
        sys.exit(f"That is more than {MOST_BYTES / 1e6} MB: take fewer frames.")


if __name__ == "__main__":
    main()
