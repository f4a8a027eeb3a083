"""Figures of lines and planes: what is written on viridis is legible on it, in both themes; axes are named by their unit."""

from itertools import permutations

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.figures.lines import MOST_SMALL_MULTIPLES, barrier_matrix_figure, line_figure, swaps_figure
from permviz.figures.planes import DISTANCE, LENGTHS, plane_figure, plane_surface_figure
from permviz.figures.theme import AROUND_LOSS, LIGHT, ON_LOSS
from permviz.landscape.planes import plane_slice, random_plane

SPEC = pv.NetworkSpec((2, 3, 1), "tanh")
DATA = pv.load_dataset("moons", samples=40, noise=0.15, seed=0)


@pytest.fixture(scope="module")
def plane():
    network = pv.init_network(SPEC, 0)
    turn = pv.Permutation.cycle(SPEC, 1, (0, 1, 2))
    return plane_slice(network, turn(network), (turn @ turn)(network), DATA, resolution=7)


def test_marks_on_a_map_of_losses_keep_their_colours_in_the_dark(plane):
    names = ["A", "B", "C"]
    flat = plane_figure(plane, names, "plane").figure
    spatial = plane_surface_figure(plane, plane.anchor_losses, names, "plane").figure
    colours = [flat.data[1].line.color, flat.data[2].textfont.color, flat.data[2].marker.color, flat.data[2].marker.line.color]
    colours += [spatial.data[1].marker.color, *(label.font.color for label in spatial.layout.scene.annotations)]
    assert not set(colours) & set(vars(LIGHT).values())  # those the browser exchanges
    assert [label.text for label in spatial.layout.scene.annotations] == names
    for label, (x, y) in zip(spatial.layout.scene.annotations, plane.anchors.tolist(), strict=True):
        assert (label.x, label.y) == (pytest.approx(x, rel=1e-5, abs=1e-6), pytest.approx(y, rel=1e-5, abs=1e-6))
        assert label.ay < 0  # above its point


def test_axes_are_named_by_their_unit(plane):
    assert plane_figure(plane, ["A", "B", "C"], "plane").figure.layout.xaxis.title.text == DISTANCE[0]
    network = pv.init_network(SPEC, 0)
    along = random_plane(network, DATA, resolution=3)
    figure = plane_surface_figure(along, along.anchor_losses, ["A"], "random", LENGTHS).figure
    assert figure.layout.scene.xaxis.title.text == LENGTHS[1]
    for axis in along.axes:  # so that 1 is the network's own length
        assert float(torch.linalg.vector_norm(axis.flatten())) == pytest.approx(
            float(torch.linalg.vector_norm(network.flatten()))
        )


def test_no_copy_but_the_network_lies_on_a_random_plane():
    network = pv.init_network(SPEC, 0)
    through = random_plane(network, DATA, resolution=3)
    distances = [float(through.project(pv.Permutation(((order),))(network))[1]) for order in permutations(range(3))]
    assert distances[0] < 1e-12 < 1e-2 < min(distances[1:])


def test_numbers_are_dark_on_bright_cells_and_bright_on_dark_ones():
    barriers = np.array([[np.nan, 5.0, 1.0], [5.0, np.nan, 4.0], [1.0, 4.0, np.nan]])
    heat, *written = barrier_matrix_figure(barriers, 1).figure.data
    drawn = {text: trace.textfont.color for trace in written for row in trace.text for text in row if text}
    assert drawn == {"5.00": AROUND_LOSS, "4.00": AROUND_LOSS, "1.00": ON_LOSS}
    np.testing.assert_array_equal(heat.z, barriers)
    assert [trace.hoverinfo for trace in written] == ["skip", "skip"]  # clicks go to the matrix below


def test_small_multiples_name_their_axes_once_and_share_their_scale():
    figure = swaps_figure(np.linspace(0, 1, 3), np.ones((3, 3)), [(0, 1), (0, 2), (1, 2)], 1).figure
    assert [figure.layout[f"yaxis{k}"].title.text for k in ("", 2, 3)] == ["loss", None, None]
    assert figure.layout.xaxis.title.text == "t"
    many = swaps_figure(np.linspace(0, 1, 3), np.ones((10, 3)), [(0, k) for k in range(1, 11)], 1).figure
    scales = [many.layout[f"yaxis{k if k > 1 else ''}"].matches or f"y{k if k > 1 else ''}" for k in range(1, 11)]
    assert len(set(scales)) == 1  # over all rows
    assert figure.layout.xaxis.tickvals == (0.5,)  # ticks at the ends would meet those of the neighbours


def test_more_swaps_than_can_be_read_are_left_out_and_it_says_so():
    pairs = [(i, j) for i in range(10) for j in range(i)]
    picture = swaps_figure(np.linspace(0, 1, 3), np.ones((len(pairs), 3)), pairs, 1)
    assert len(picture.figure.data) == MOST_SMALL_MULTIPLES < len(pairs)
    assert f"The first {MOST_SMALL_MULTIPLES} of {len(pairs)} are drawn." in picture.sentence
    assert "The first" not in swaps_figure([0, 1], np.ones((3, 2)), pairs[:3], 1).sentence


@pytest.mark.parametrize("definition", ["entezari", "ainsworth"])
def test_the_bracket_stands_where_the_barrier_is_reached(definition):
    line = pv.line_slice(pv.init_network(SPEC, 0), pv.init_network(SPEC, 1), DATA, points=21)
    picture = line_figure(line, definition, loss_label="nats")
    (bracket,) = [trace for trace in picture.figure.data if (trace.name or "").startswith("barrier")]
    at = int(np.argmin(np.abs(line.t.numpy() - bracket.x[0])))
    a, b, t = float(line.losses[0]), float(line.losses[-1]), float(line.t[at])
    base = (1 - t) * a + t * b if definition == "entezari" else (a + b) / 2
    assert bracket.y == (pytest.approx(base), pytest.approx(float(line.losses[at])))
    assert bracket.y[1] - bracket.y[0] == pytest.approx(float(line.barrier(definition)))
    barrier = float(line.barrier(definition))
    assert f"the barrier, {f'{barrier:#.3g}' if barrier else '0'}." in picture.sentence
    assert picture.figure.layout.yaxis.title.text == "loss (nats)"
    assert line_figure(line, definition, small=True).height < picture.height
