"""Figures of what networks answer: every number drawn is the one that was given."""

import numpy as np
import pytest

from permviz.figures.outputs import output_curves_figure, output_planes_figure, output_scatter_figure


@pytest.mark.parametrize("kind", ["probability", "class", "value"])
def test_planes_share_one_scale_and_carry_the_data(kind):
    axis, z = np.linspace(0, 1, 3), np.arange(9.0).reshape(3, 3)
    z = z % 3 if kind == "class" else z / 9
    targets = np.array([0, 1, 2]) if kind == "class" else np.array([0.0, 1.0, -0.5])
    figure = output_planes_figure(axis, axis, [z, z.T], ("A", "mean"), (axis, axis, targets), ("x", "y"), kind=kind).figure
    heats = [t for t in figure.data if t.type in ("heatmap", "contour")]
    np.testing.assert_allclose(heats[1].z, z.T, rtol=1e-6)
    assert (heats[0].zmin, heats[0].zmax) == (heats[1].zmin, heats[1].zmax)
    assert [tuple(t.marker.color) for t in figure.data if t.type == "scatter"] == [tuple(targets.astype(np.float32))] * 2


def test_curves_and_scatter_hold_both_networks():
    curves = output_curves_figure([0, 1], {"A": [1, 2], "mean": [3, 4]}, ([0.5], [0.7]), "x").figure
    assert [list(t.y) for t in curves.data[1:]] == [[1, 2], [3, 4]]
    scatter = output_scatter_figure(np.array([[1.0, 2.0]]), np.array([[3.0, 5.0]]), "title").figure
    assert (list(scatter.data[0].x), list(scatter.data[0].y)) == ([1, 2], [3, 5])
    assert list(scatter.data[1].x) == [1, 5]


def test_a_columns_name_is_shown_as_it_is():
    name, shown = "<b>x</b> & 'y'", "&lt;b&gt;x&lt;/b&gt; &amp; 'y'"
    assert output_curves_figure([0, 1], {"A": [1, 2]}, ([0.5], [0.7]), name).figure.layout.xaxis.title.text == shown
    axis, z = np.linspace(0, 1, 3), np.zeros((3, 3))
    layout = output_planes_figure(axis, axis, [z], ("A",), (axis, axis, axis), (name, name), kind="value").figure.layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == (shown, shown)
