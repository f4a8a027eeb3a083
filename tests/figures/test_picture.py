"""Every figure comes finished, with a title, named axes and a sentence; nothing outside of the package changes one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from permviz.figures.layout import floats, styled
from permviz.figures.picture import Picture
from permviz.figures.planes import LENGTHS, plane_figure
from tests.figures.pictures import DRAWINGS, Drawing, functions, small_plane

ROOT = Path(__file__).parents[2]
ALL = [pytest.param(draw, id=f"{name} {kind}".strip()) for name, kinds in DRAWINGS.items() for kind, draw in kinds.items()]


def test_numbers_too_large_for_single_precision_stay_as_they_are() -> None:
    assert floats([1.0, 2.0]).dtype == np.float32
    large = floats(np.array([1.0, 1e60]))
    assert (large.dtype, large.tolist()) == (np.float64, [1.0, 1e60])
    assert floats(np.array([1.0, np.inf])).dtype == np.float32  # a gap in either


def test_every_figure_function_is_drawn_here() -> None:
    assert sorted(functions()) == sorted(DRAWINGS)


@pytest.mark.parametrize("draw", ALL)
def test_every_picture_has_a_title_and_a_sentence(draw: Drawing) -> None:
    picture = draw()
    assert isinstance(picture, Picture)
    assert picture.label
    assert "<" not in picture.label
    assert picture.sentence.endswith(".")
    assert "  " not in picture.sentence
    assert picture.figure.layout.meta is None


def crowded(figure: go.Figure) -> bool:
    """Whether a legend lies in the plot, or at a height below it that takes no notice of an axis' title."""
    legend = figure.layout.legend
    named = [trace for trace in figure.data if trace.name and trace.showlegend is not False]
    if figure.layout.showlegend is False or not named:
        return False
    above = legend.yref != "container" and legend.y >= 1 and legend.yanchor == "bottom"
    return not above and (legend.yref, legend.y, legend.yanchor) != ("container", 0, "bottom")


FIXED = {"averaging_figure"}
"""Figures whose parts are laid out by the pixel, the legend too."""


@pytest.mark.parametrize("draw", [case for case in ALL if str(case.id).split()[0] not in FIXED])
def test_no_legend_crowds_a_plot_or_the_title_of_an_axis(draw: Drawing) -> None:
    assert not crowded(draw().figure)


def test_a_legend_in_the_way_is_noticed() -> None:
    """Negative control."""
    for legend in ({"y": 0.98, "yanchor": "top"}, {"y": -0.3, "yanchor": "top"}, {"y": 1, "yanchor": "top"}):
        assert crowded(styled(go.Figure(go.Scatter(y=[1], name="a")), "Bare", legend=legend))
    assert not crowded(styled(go.Figure(go.Scatter(y=[1], name="a")), "Bare"))


def test_titles_beside_square_maps_are_short() -> None:
    """On a phone such a map is some 200 pixels high, and so is its axis."""
    squares = [d().figure for kinds in DRAWINGS.values() for d in kinds.values()]
    titles = [f.layout.yaxis.title.text for f in squares if f.layout.yaxis.scaleanchor and f.layout.yaxis.title.text]
    titles += [plane.layout.yaxis.title.text for plane in (plane_figure(small_plane(), [], "A plane", LENGTHS).figure,)]
    assert len(titles) > 3
    assert [title for title in titles if len(title) > 24] == []


def _axes(figure: go.Figure, direction: str) -> list[go.layout.XAxis]:
    return [getattr(figure.layout, name) for name in figure.layout if name.startswith(f"{direction}axis")]


def unnamed(figure: go.Figure) -> list[str]:
    """Directions in which axes are drawn and nothing names them: a title on one of them, words at their ticks, or, of a height
    in space, the title of the colour bar."""
    found = []
    drawn = {trace.type for trace in figure.data}
    for direction in "xy" if drawn - {"surface", "mesh3d", "scatter3d"} else "":
        seen = [axis for axis in _axes(figure, direction) if axis.visible is not False]
        found += [direction] if seen and not any(axis.title.text or axis.ticktext for axis in seen) else []
    if drawn & {"surface", "mesh3d", "scatter3d"}:
        bars = [trace.colorbar.title.text for trace in figure.data if trace.type in ("surface", "mesh3d")]
        for name in ("xaxis", "yaxis", "zaxis"):
            axis = figure.layout.scene[name]
            named = axis.title.text or axis.visible is False or (name == "zaxis" and any(bars))
            found += [] if named else [f"scene {name}"]
    return found


@pytest.mark.parametrize("draw", ALL)
def test_every_axis_is_named(draw: Drawing) -> None:
    assert unnamed(draw().figure) == []


def test_an_axis_without_a_name_is_noticed() -> None:
    """Negative control."""
    bare = styled(go.Figure(go.Scatter(x=[1, 2], y=[1, 2])), "Bare")
    assert unnamed(bare) == ["x", "y"]
    assert unnamed(styled(go.Figure(go.Surface(z=[[1, 2], [3, 4]])), "Bare")) == ["scene xaxis", "scene yaxis", "scene zaxis"]


def test_a_picture_says_more_where_it_is_shown_and_stays_the_same_picture() -> None:
    picture = Picture(styled(go.Figure(), "Loss<br><sub>of A</sub>", height=300), "Dark is low.")
    assert (picture.label, picture.height) == ("Loss of A", 300)
    more = picture.saying("First.", "Last.")
    assert (more.sentence, picture.sentence) == ("First. Dark is low. Last.", "Dark is low.")
    assert picture.saying().sentence == picture.sentence
    assert more.figure is picture.figure
    assert Picture(styled(go.Figure(), ""), "Dark is low.", "Loss").label == "Loss"


@pytest.mark.parametrize(
    ("figure", "sentence", "match"),
    [
        (styled(go.Figure(), "Loss"), " ", "sentence"),
        (styled(go.Figure(), ""), "Dark is low.", "title"),
        (go.Figure(layout={"title": {"text": "Loss"}}), "Dark is low.", "height"),
    ],
)
def test_an_unfinished_picture_is_refused(figure: go.Figure, sentence: str, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        Picture(figure, sentence)


CHANGES = re.compile(r"add_(?!argument$)[a-z]|(update|for_each)_[a-z]|set_subplots")
"""How methods of a plotly figure begin that change it; ``add_`` alone is a tensor's, ``add_argument`` a command's."""


def changes(source: str) -> Iterator[str]:
    """Calls and assignments in ``source`` that change a figure."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and CHANGES.match(node.func.attr):
            yield ast.unparse(node.func)
        for target in node.targets if isinstance(node, ast.Assign) else []:
            if ".layout" in ast.unparse(target) or ".figure" in ast.unparse(target):
                yield ast.unparse(target)


def test_no_figure_is_changed_outside_of_the_figures() -> None:
    files = [*ROOT.glob("pages/*.py"), *(f for f in ROOT.glob("permviz/**/*.py") if "figures" not in f.parts)]
    assert {str(f): found for f in files if (found := list(changes(f.read_text())))} == {}


@pytest.mark.parametrize("text", ["figure.update_layout(height=3)", "p.figure.add_vline(1)", "figure.layout.annotations = ()"])
def test_a_figure_that_is_changed_is_noticed(text: str) -> None:
    """Negative control."""
    assert list(changes(text))
