"""The Chromium that the browser tests drive: an installed one, else Playwright's own. ``python -m tests.browser.chromium``
looks for one, installs one if it can, and says which, or that the browser tests will be skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
)
"""No calls home; pages are painted without a graphics card, and only WebGL by its (slow) software."""


def find() -> str | None:
    """Path of a Chromium that starts, or None. The environment variable ``CHROMIUM`` names one before all others."""
    return next(filter(_starts, _candidates()), None)


def _candidates() -> Iterator[str]:
    yield from filter(None, [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), MAC])
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def _starts(path: str) -> bool:
    # A distribution's stub that only points to another package is on the path, but does not start.
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install() -> None:
    """Try Debian's package as root there, then Playwright's download; failures are reported, not raised."""
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if Path("/etc/debian_version").exists() and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = ("chromium-headless-shell", "chromium")
        commands = [["apt-get", "install", "-y", "-qq", "--no-install-recommends", name] for name in packages] + commands
        subprocess.run(["apt-get", "update", "-qq"], stdin=subprocess.DEVNULL, check=False)
    for command in commands:
        print("No Chromium found; trying:", " ".join(command), flush=True)
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, timeout=600, check=False)
        except subprocess.TimeoutExpired:
            print("That took over ten minutes and was given up.")
        if find():
            return


def main() -> None:
    if find() is None:
        install()
    found = find()
    print(f"Browser tests: {found}" if found else "Browser tests SKIPPED: no Chromium found, and none could be installed.")


if __name__ == "__main__":
    main()
