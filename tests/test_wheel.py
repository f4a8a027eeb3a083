"""What pip installs: all files, a library without the app's packages, a command that says what it needs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from permviz.ui.command import NEEDS, application
from tests import wheel
from tests.test_readme import ten_lines

ROOT = wheel.ROOT
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
APP_ONLY = ("streamlit", "plotly", "segno", "uvicorn", "starlette")

FORBIDDEN = f"import sys; sys.modules |= dict.fromkeys({APP_ONLY})\n"
"""The packages of the app are as good as not installed."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel.install(built, tmp_path_factory.mktemp("installed"))


def run(installed: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Python far from the repository, with the installed permviz."""
    environment = os.environ | {"PYTHONPATH": str(installed), "PORT": ""}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=installed, env=environment, capture_output=True, text=True, check=False)


def test_the_wheel_holds_every_file(built: Path) -> None:
    held = {name for name in ZipFile(built).namelist() if ".dist-info/" not in name}
    package = {p.relative_to(ROOT) for p in (ROOT / "permviz").rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    wanted = {str(path) for path in package}
    wanted |= {f"permviz/_app/pages/{path.name}" for path in (ROOT / "pages").glob("*.py")}
    wanted |= {"permviz/_app/app.py", "permviz/_app/.streamlit/config.toml"}
    assert held == wanted
    assert sum(name.endswith((".js", ".css")) for name in held) > 30


def test_the_library_computes_the_readmes_lines_without_the_apps_packages(installed: Path) -> None:
    here = f"import permviz; assert permviz.__file__.startswith({str(installed)!r})\n"
    found = run(installed, FORBIDDEN + here + ten_lines())
    assert found.returncode == 0, found.stderr
    own = subprocess.run([sys.executable, "-c", ten_lines()], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == own.stdout
    assert "Comparison(" in found.stdout


def test_figures_and_the_app_say_what_they_need(installed: Path) -> None:
    figures = run(installed, f"{FORBIDDEN}import permviz as pv; pv.figures.line_figure")
    assert figures.stderr.splitlines()[-1].endswith("Figures need plotly: pip install 'permviz[figures]'.")
    app = run(installed, f"{FORBIDDEN}from permviz.ui.command import main; main([])")
    assert app.returncode == 1
    assert app.stderr.strip() == f"The app needs {', '.join(NEEDS)} besides the library: pip install 'permviz[app]'."


@pytest.mark.parametrize("arguments", [["--port", "0"], ["--port", "65536"], ["--port", "web"]])
def test_a_port_that_is_none_is_refused(installed: Path, arguments: list[str]) -> None:
    found = run(installed, f"from permviz.ui.command import main; main({arguments})")
    assert found.returncode == 2
    assert f"port {arguments[1]!r} given: expected a whole number from 1 to 65535" in found.stderr


def test_the_command_is_installed(installed: Path) -> None:
    text = (installed / "bin" / "permviz").read_text()
    assert "from permviz.ui.command import main" in text
    assert run(installed, "from permviz.ui.command import application; print(application())").stdout.strip() == str(
        installed / "permviz" / "_app"
    )
    assert application() == ROOT


def pins() -> dict[str, str]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def ranges() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"]
    return [Requirement(text) for text in (*PROJECT["dependencies"], *extras["figures"], *extras["app"]) if "[" not in text]


def test_ranges_begin_at_the_pinned_minor_versions() -> None:
    """requirements.txt says what the app is served and tested with; the library asks for that minor version or a newer one."""
    assert {requirement.name for requirement in ranges()} == set(pins())
    for requirement in ranges():
        pinned = pins()[requirement.name]
        (least,) = (s.version for s in requirement.specifier if s.operator == ">=")
        assert pinned in requirement.specifier
        assert least == re.match(r"\d+\.\d+", pinned)[0]  # type: ignore[index]


def test_what_the_command_asks_for_is_the_extra() -> None:
    extras = PROJECT["optional-dependencies"]
    assert set(NEEDS) == {Requirement(text).name for text in (*extras["figures"], *extras["app"]) if "[" not in text}
