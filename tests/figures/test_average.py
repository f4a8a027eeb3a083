"""Figures of the Average and Count pages: every number drawn is the one that was given."""

from dataclasses import replace

import numpy as np
import torch

from permviz.figures.average import jensen_figure, matrices_figure, midpoints_figure
from permviz.figures.count import growth_figure, ratio_figure, subspaces_figure
from permviz.figures.linear import VALLEY_CUT, linear_line_figure, valley_figure
from permviz.figures.network import MOST_NODES, networks_figure
from permviz.figures.theme import LIGHT
from permviz.landscape.jensen import JensenCurve
from permviz.symmetry.counting import critical_ratio


def named(figure, name):
    (trace,) = [trace for trace in figure.data if trace.name == name]
    return trace


def test_jensens_curve_its_bound_and_the_chosen_average():
    curve = JensenCurve(torch.arange(1, 4), torch.tensor([0.1, 0.5, 0.4]), 0.1, 0.4, complete=False)
    picture = jensen_figure(curve, (2, 0.5), "average of all 6", guess=0.69, loss_label="loss")
    figure = picture.figure
    assert "3 copies drawn at random" in picture.sentence
    assert "Exact, all copies" in jensen_figure(replace(curve, complete=True), loss_label="loss").sentence
    np.testing.assert_allclose(named(figure, "loss of the average").y, [0.1, 0.5, 0.4], rtol=1e-6)
    assert set(named(figure, "bound if convex").y) == {0.1}
    assert [(a.text, a.y) for a in figure.layout.annotations] == [
        ("bound if convex: 0.100", 0.1), ("average of all 6: 0.400", 0.4), ("guessing: 0.690", 0.69)
    ]  # fmt: skip
    assert set(named(figure, "guessing").y) == {0.69}
    assert [tuple(t.x) + tuple(t.y) for t in figure.data if t.mode == "markers"] == [(2, 0.5)]
    assert figure.layout.yaxis.range[1] > 0.69
    assert "guessing" not in [t.name for t in jensen_figure(curve, loss_label="loss").figure.data]


def test_the_drawing_joins_the_nodes_by_the_weights():
    weights = [np.array([[1.0, -4.0], [0.0, 1.0]]), np.array([[1.0, 1.0]])]
    figure = networks_figure([weights], ["A"], "one", [True]).figure
    edges = {trace.line.color: 0 for trace in figure.data if trace.mode == "lines"}
    for trace in figure.data:
        if trace.mode == "lines":
            edges[trace.line.color] += sum(x is None for x in trace.x)
    assert edges == {LIGHT.positive: 4, LIGHT.negative: 1}  # the zero weight has no edge
    widest = max((t for t in figure.data if t.mode == "lines" and t.x[0] == 0), key=lambda t: t.line.width)
    assert widest.line.color == LIGHT.negative


def test_equal_nodes_lose_their_colours_and_wide_layers_are_cut():
    weights = [np.ones((3, 40)), np.ones((1, 3))]
    pictures = [networks_figure([weights], [""], "one", [distinct]) for distinct in (True, False)]
    own, equal = (next(t for t in picture.figure.data if t.mode == "markers+text") for picture in pictures)
    assert f"The first {MOST_NODES} of 40 inputs are drawn." in pictures[0].sentence
    assert len(own.x) == MOST_NODES + 3 + 1
    assert len(set(own.marker.color)) == 4
    assert len(set(equal.marker.color)) == 1
    assert [text for text in own.text if text] == ["1", "2", "3"]


def test_the_matrices_show_their_numbers():
    figure = matrices_figure([np.array([[1, -2], [3, 4]]), np.array([[0.5, 1], [0.5, 1]])], ["a", "b"]).figure
    assert [list(map(list, t.text)) for t in figure.data] == [[["1", "−2"], ["3", "4"]], [["0.5", "1"], ["0.5", "1"]]]


def test_midpoints_are_told_apart_by_sign_and_counted():
    figure = midpoints_figure({"tanh": [-1.0, 2.0, 3.0, 4.0]}, ("this network", [1.0, -1.0]), "loss").figure
    drawn = {(t.name, t.marker.symbol): sorted(t.x.tolist()) for t in figure.data}
    assert drawn[("tanh", "triangle-right")] == [2, 3, 4]
    assert drawn[("tanh", "circle-open")] == [-1]
    assert figure.layout.yaxis.ticktext == ("this network: 50% above 0", "tanh: 75% above 0")


def test_midpoints_of_this_network_are_read_on_the_axis_of_the_others():
    rows, own = {"tanh": [-1.0, 2.0], "relu": [0.5, 4.0]}, [1.0, -2.0, 3.0]
    picture = midpoints_figure(rows, ("this network", own), "loss")
    assert {trace.xaxis or "x" for trace in picture.figure.data} == {"x"}
    assert picture.parts[0] == (
        "2 of 3 midpoints of this network are worse than their ends (triangles); all lie between −2.00 and 3.00, their median "
        "above 50% of the others."
    )
    largest = {trace.name for trace in picture.figure.data if trace.marker.size == 10}
    assert largest == {"this network"}
    assert midpoints_figure(rows, ("this network", [-1.0]), "loss").parts[0] == (
        "The 1 midpoint of this network is no worse than its ends (a circle); it lies at −1.00, above 0% of the others."
    )
    assert "others" not in midpoints_figure(rows, None, "loss").sentence


def test_the_linear_figures():
    t = np.linspace(0, 1, 5)
    picture = linear_line_figure(t, t, 2 * t)
    line = picture.figure
    assert "within 1e0 of the measured (float64)" in picture.sentence
    assert (list(named(line, "measured").y), list(named(line, "closed form").y)) == (list(t), list(2 * t))
    axis = torch.linspace(-2, 2, 9, dtype=torch.float64)
    losses = (axis.unsqueeze(1) * axis - 1).square()
    for surface in (True, False):
        figure = valley_figure(axis, losses, surface).figure
        assert np.asarray(figure.data[0].z).max() == VALLEY_CUT
        valleys = [trace for trace in figure.data[1:] if trace.mode == "lines"]
        assert len(valleys) == 2
        for valley in valleys:  # every point of the lines is a minimum
            np.testing.assert_allclose(np.asarray(valley.x) * np.asarray(valley.y), 1)


def test_the_figures_of_counts_hold_what_was_counted():
    growth = growth_figure([1, 2], {"one": [0, 5], "two": [0, 10]}, ("mine", 1.5, 3.0)).figure
    assert [list(t.y) for t in growth.data] == [[0, 5], [0, 10], [3.0]]
    assert [note.text for note in growth.layout.annotations] == ["one", "two", "mine"]
    ratios = [critical_ratio(m) for m in (1, 2, 3)]
    figure = ratio_figure([1, 2, 3], ratios, ratios).figure
    assert list(named(figure, "Σ G(r, m) / m!, exact").y) == ratios
    assert len(subspaces_figure([1], [0], None, 1, 1).figure.data) == 1
    assert len(subspaces_figure([2, 3], [0, 1], [0, 1], 2, 2).figure.data) == 2
