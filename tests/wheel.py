"""permviz as pip installs it: the wheel built from this tree, unpacked into a folder of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
OFFLINE = ["--no-deps", "--no-build-isolation", "--no-index"]


def build(folder: Path) -> Path:
    """The wheel, in ``folder``."""
    _run([*PIP, "wheel", str(ROOT), *OFFLINE, "--wheel-dir", str(folder)])
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path, folder: Path) -> Path:
    """``folder``, for PYTHONPATH, with nothing but permviz in it."""
    _run([*PIP, "install", str(wheel), "--no-deps", "--no-index", "--target", str(folder)])
    return folder


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
