"""``pv.figures``: every figure is there, loaded when it is asked for; without plotly it says what to install."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import plotly.io
import pytest

import permviz as pv
from permviz import figures
from permviz.figures.picture import Picture

ROOT = Path(__file__).parents[2]
NET = pv.init_network(pv.NetworkSpec((2, 4, 1)))
LINE = pv.line_slice(NET, pv.Permutation.transposition(NET.spec, 1, (0, 1))(NET), pv.load_dataset("moons", samples=20), 5)


def run(code: str) -> list[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")


def test_every_figure_is_at_the_door() -> None:
    made = {}
    for path in (ROOT / "permviz/figures").glob("[a-z]*.py"):
        module = import_module(f"permviz.figures.{path.stem}")
        own = {name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__}
        made |= {name: path.stem for name in own if name.endswith("_figure") and not name.startswith("_")}
    assert made == {name: home for name, home in figures.HOMES.items() if name.endswith("_figure")}
    assert all(getattr(pv.figures, name) is not None for name in figures.HOMES)
    assert dir(pv.figures) == sorted(figures.HOMES)
    assert "figures" in dir(pv)


def test_a_figure_of_a_result() -> None:
    drawn = pv.figures.line_figure(LINE)
    assert isinstance(drawn, pv.figures.Picture)
    assert drawn.figure.data


def test_other_names_are_missed() -> None:
    with pytest.raises(AttributeError, match="no attribute 'pie_figure'"):
        _ = pv.figures.pie_figure
    with pytest.raises(AttributeError, match="no attribute 'figure'"):
        _ = pv.figure


def test_they_are_loaded_when_asked_for() -> None:
    lazily = "import sys, permviz as pv; {}; print('plotly' in sys.modules)"
    assert run(lazily.format("pv.figures, pv.figures.LIGHT"))[0] == "False"
    assert run(lazily.format("pv.figures.line_figure"))[0] == "True"


def test_without_plotly_it_is_said_what_to_install() -> None:
    code = """import sys; sys.modules["plotly"] = None; import permviz as pv
try: pv.figures.line_figure
except ImportError as error: print(error)
print(pv.init_network(pv.NetworkSpec((2, 3, 1)))._repr_html_()[:5])"""
    assert run(code)[:2] == ["Figures need plotly: pip install 'permviz[figures]'.", "<div>"]


def test_a_notebook_shows_the_figure_and_its_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(plotly.io.renderers, "render_on_display", False)
    drawn: Picture = pv.figures.line_figure(LINE)
    drawn._ipython_display_()
    shown = capsys.readouterr().out
    assert shown.startswith("Figure(")
    assert shown.endswith(f"{drawn.sentence}\n")
