"""What ``make`` installs, and from where: a lock by its hashes; torch from its index of CPU builds, where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PIP = """#!/bin/sh
echo "$*" >> calls
case "$*" in *--index-url*) exit $INDEX_FAILS ;; esac
"""
UNAME = "#!/bin/sh\necho $SYSTEM\n"

QUIETLY = "--quiet --no-compile --disable-pip-version-check"
LOCK = "--no-deps --require-hashes -r requirements.lock"
CPU, DEFAULT = "--index-url https://download.pytorch.org/whl/cpu --retries 0 --timeout 10 torch==2.13.0", "torch==2.13.0"


def installed(folder: Path, system: str, index_fails: bool) -> tuple[list[str], str]:
    """What pip is asked for when the environment is set up on that system, and what is said."""
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, folder)
    for path, text in {".venv/bin/python": PIP, "uname": UNAME}.items():
        program = folder / path
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)
    settings = {"PATH": f"{folder}:{os.environ['PATH']}", "SYSTEM": system, "INDEX_FAILS": str(int(index_fails))}
    done = subprocess.run(
        ["make", "--silent", ".venv/.installed"], cwd=folder, env=settings, capture_output=True, text=True, check=True
    )
    calls = (folder / "calls").read_text().splitlines()
    return [call.removeprefix(f"-m pip install {QUIETLY} ") for call in calls], done.stdout


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize(
    ("system", "index_fails", "calls"),
    [("Linux", False, [LOCK, CPU, DEFAULT]), ("Linux", True, [LOCK, CPU, DEFAULT]), ("Darwin", False, [LOCK, DEFAULT])],
    ids=["Linux", "Linux, index out of reach", "elsewhere"],
)
def test_linux_asks_the_index_of_cpu_builds_first(tmp_path: Path, system: str, index_fails: bool, calls: list[str]) -> None:
    """The last call is for nothing where torch is there by then."""
    found, said = installed(tmp_path, system, index_fails)
    assert found == calls
    assert ("No CPU build of torch" in said) is index_fails
