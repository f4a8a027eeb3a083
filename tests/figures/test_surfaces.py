import base64
import json
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.figures.critical_counts import critical_counts_check, critical_counts_figure
from permviz.figures.one_weight import one_weight_plane_figure, one_weight_surface_figure
from permviz.figures.permutohedron import permutohedron_figure
from permviz.figures.rastrigin import (
    basins_figure,
    race_figure,
    rastrigin_counts_figure,
    rastrigin_line_figure,
    rastrigin_surface_figure,
)
from permviz.figures.theme import DARK, LIGHT
from permviz.landscape.permutohedron import permutohedron
from permviz.networks.digits import loss_text
from permviz.rastrigin.critical_counts import count_critical_points
from permviz.rastrigin.descents import METHODS, basins, descend, rastrigin_surface, seeded_starts, surface_grid
from permviz.rastrigin.function import rastrigin_points
from permviz.rastrigin.one_weight import PRESETS, bump_neurons
from permviz.rastrigin.one_weight_surfaces import one_weight_plane


@pytest.fixture(scope="module")
def bodies():
    data = pv.load_dataset("moons", samples=30)
    nets = [pv.init_network(pv.NetworkSpec((2, n, 1)), seed=1) for n in (4, 3)]
    return [permutohedron(net, data, 1, subdivisions=4) for net in nets]


@pytest.fixture(scope="module")
def ingredients():
    points = rastrigin_points(half_width=2.5)
    at, index = points.in_plane()
    surface, minima = rastrigin_surface(), at[index == 0]
    grid = surface_grid(surface, minima, 2.5, resolution=31)
    runs = [descend(surface, seeded_starts(6, 2.0), m, 0.002, 80, minima) for m in METHODS]
    return points, grid, runs, basins(surface, minima, 2.5, 1e-3, 300, resolution=25)


@pytest.fixture(scope="module")
def plane():
    return one_weight_plane(PRESETS["sin"], resolution=21, starts=128)


@pytest.fixture(scope="module")
def counts():
    return [count_critical_points(bump_neurons(n), starts=128) for n in (1, 2)]


def _figures(bodies, ingredients, plane, counts, palette):
    points, grid, runs, found = ingredients
    return [
        permutohedron_figure(bodies[0], palette=palette),
        permutohedron_figure(bodies[1], palette=palette),
        permutohedron_figure(bodies[1], relief=0.7, palette=palette),
        rastrigin_line_figure(points, palette),
        rastrigin_surface_figure(grid, palette=palette),
        race_figure(grid, runs, "race", palette),
        basins_figure(found, "basins", palette),
        rastrigin_counts_figure(points, range(1, 5), palette),
        one_weight_plane_figure(plane, point=(0.5, 0.5), palette=palette),
        one_weight_surface_figure(plane, palette),
        critical_counts_figure(counts, rastrigin_points(), palette),
    ]


def test_the_check_of_the_counts_says_what_came_out(counts):
    assert [c.morse_sum for c in counts] == [1, 1]
    assert "for each n it is. A single missed point would show; several could cancel" in critical_counts_check(counts)
    short = [counts[0], replace(counts[1], morse_sum=3)]
    assert critical_counts_check(short).endswith("At n = 2 it is not: points are missing there.")
    unsure = [counts[0], replace(counts[1], morse_sum=None)]
    assert "for n = 1 it is" in critical_counts_check(unsure)
    assert critical_counts_check(unsure[1:]).endswith("degenerate points forbid this check here.")


def test_every_figure_is_drawn_in_both_palettes(bodies, ingredients, plane, counts):
    for palette in (LIGHT, DARK):
        for picture in _figures(bodies, ingredients, plane, counts, palette):
            assert picture.figure.layout.font.color == palette.text
            json.loads(picture.figure.to_json())


def test_grids_and_meshes_are_single_precision(bodies, ingredients, plane, counts):
    for picture in _figures(bodies, ingredients, plane, counts, LIGHT):
        for trace in picture.figure.data:
            if trace.type in ("heatmap", "surface", "mesh3d"):
                assert np.asarray(trace.intensity if trace.type == "mesh3d" else trace.z).dtype == np.float32


def test_corners_carry_their_number_and_order(bodies):
    figure = permutohedron_figure(bodies[0], current=5).figure
    (copies,) = [trace for trace in figure.data if trace.name == "copies"]
    assert list(copies.customdata) == list(range(24))
    assert copies.text[5] == "".join(str(i + 1) for i in bodies[0].order(5))
    assert [c == LIGHT.accent for c in copies.marker.color].index(True) == 5
    (named,) = [t for t in permutohedron_figure(bodies[0], labels=["a1", "b2", "c3", "d4"]).figure.data if t.name == "copies"]
    assert named.text[0] == "a1 b2 c3 d4"


def test_the_mesh_is_the_body(bodies):
    (skin, *_) = permutohedron_figure(bodies[0]).figure.data
    np.testing.assert_allclose(np.stack([skin.x, skin.y, skin.z], axis=1), bodies[0].vertices, atol=1e-6)
    np.testing.assert_allclose(skin.intensity, bodies[0].losses, rtol=1e-5)
    np.testing.assert_array_equal(np.stack([skin.i, skin.j, skin.k], axis=1), bodies[0].triangles)


def test_corners_of_a_body_carry_the_faces_that_hide_them(bodies):
    (beads,) = [trace for trace in permutohedron_figure(bodies[0]).figure.data if trace.name == "copies"]
    corners = bodies[0].corners.numpy()
    assert [len(faces) for faces in beads.meta["faces"]] == [3] * 24
    for corner, faces in zip(corners, beads.meta["faces"], strict=True):
        for *normal, height in faces:
            above = corners @ normal - height
            assert above.max() == pytest.approx(0, abs=1e-3)
            assert corner @ normal == pytest.approx(height, abs=1e-3)
            assert (above > -1e-3).sum() in (4, 6)  # the corners of a square or a hexagon
    (flat,) = [trace for trace in permutohedron_figure(bodies[1]).figure.data if trace.name == "copies"]
    assert flat.meta is None  # nothing is behind a hexagon


def test_relief_rises_with_the_loss(bodies):
    (flat, *_), (raised, *_) = (permutohedron_figure(bodies[1], relief=r).figure.data for r in (0.0, 0.7))
    assert np.ptp(flat.z) == 0
    assert np.corrcoef(raised.z, bodies[1].losses)[0, 1] == pytest.approx(1, abs=1e-6)


def test_the_race_is_gone_through_by_steps_that_move_the_markers_along_the_paths(ingredients):
    _, grid, runs, _ = ingredients
    picture = race_figure(grid, runs, "race")
    figure, steps = picture.figure, picture.steps
    assert [steps.names[0], steps.names[-1], steps.last] == ["0", "80", len(steps.names) - 1]
    assert len(steps.parameters) == 0  # it is about no network
    assert not figure.layout.updatemenus
    assert not figure.layout.sliders
    for at in (0, steps.last):
        frame, step = figure.frames[at], int(steps.names[at])
        assert [figure.data[k].name for k in frame.traces] == ["gradient descent", "momentum", "Adam"]
        for run, moved in zip(runs, frame.data, strict=True):
            x = np.frombuffer(base64.b64decode(moved.to_plotly_json()["x"]["bdata"]), "<f4")
            np.testing.assert_allclose(x, run.trajectories[:, step, 0], atol=1e-6)
            median = sorted(run.values[:, step].tolist())[2:4]
            assert loss_text(sum(median) / 2) in steps.headlines[at]


def test_marks_of_a_race_that_meet_stay_apart(ingredients):
    """They lie on one another at a minimum: each is smaller than what it lies on, and of another colour."""
    _, grid, runs, _ = ingredients
    marks = [t.marker for t in race_figure(grid, runs, "race").figure.data if t.type == "scatter" and t.mode == "markers"]
    assert len(marks) == 4
    for below, above in pairwise(marks):
        assert above.size < below.size
        assert above.color != below.color
    assert marks[0].symbol.endswith("-open")  # of a minimum only its ring


def test_neighbouring_basins_differ_in_colour(ingredients):
    _, _, _, found = ingredients
    shown = np.asarray(basins_figure(found, "basins").figure.data[0].z)
    border = (found.reached[:, 1:] != found.reached[:, :-1]).numpy()
    assert border.any()
    assert (shown[:, 1:][border] != shown[:, :-1][border]).all()


def test_marks_of_the_plane(plane):
    picture = one_weight_plane_figure(plane)
    figure = picture.figure
    (copies,) = [trace for trace in figure.data if (trace.name or "").endswith("copies of the optimum")]
    np.testing.assert_allclose(np.stack([copies.x, copies.y], axis=1), plane.copies, atol=1e-6)
    kinds = {"minimum", "minima", "saddle", "saddles", "maxima", "maximum"}
    marked = {t.name: len(t.x) for t in figure.data if t.name and set(re.findall("[a-z]+", t.name)) & kinds}
    assert sum(marked.values()) == len(plane.critical)
    (minima,) = [name for name in marked if "minim" in name]
    near = (plane.critical.minima[:, None] - plane.copies).norm(dim=-1).amin(1) < 1e-5
    assert minima == f"{marked[minima]} minima, {near.sum()} of them the copies"
    assert near.sum() == 6
    assert f"{int(plane.truly_critical.sum())} of {len(plane.critical)} are critical in all three weights" in picture.sentence


def test_figures_leave_their_data_alone(bodies):
    before = bodies[0].losses.clone()
    permutohedron_figure(bodies[0])
    np.testing.assert_array_equal(bodies[0].losses, before)
    assert torch.get_default_dtype() == torch.float32
