"""What a notebook shows: well-formed, small, made without plotly, and of the numbers that it claims to show."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring, tostring

import numpy as np
import plotly.colors
import pytest
import torch

import permviz as pv
from permviz.figures import notebook
from permviz.figures.theme import LIGHT, LOSS_STOPS

SVG = "{http://www.w3.org/2000/svg}"
SPEC = pv.NetworkSpec((2, 4, 3, 1))
DATA = pv.load_dataset("moons", samples=30)
NET = pv.init_network(SPEC, seed=3)
SWAP = pv.Permutation.transposition(SPEC, 1, (0, 2))


def html(result: object) -> Element:
    text = result._repr_html_()  # type: ignore[attr-defined]
    assert len(text) < 50_000
    return fromstring(text)


def words(root: Element) -> str:
    return " ".join(text.strip() for text in root.itertext() if text.strip())


def test_each_weight_is_an_edge_of_its_sign_and_size() -> None:
    weights = [w.clone() for w in NET.weights]
    weights[0][1, 0] = 0  # no edge
    net = pv.Network(weights, NET.biases)  # type: ignore[arg-type]
    root = html(net)
    edges = root.findall(f".//{SVG}line")
    values = [float(v) for w in weights for v in w.flatten() if v != 0]
    assert len(edges) == len(values) == 2 * 4 + 4 * 3 + 3 * 1 - 1
    assert [e.get("stroke") == LIGHT.positive for e in edges] == [v > 0 for v in values]
    first = np.argsort([abs(v) for v in values[:7]])
    assert np.all(np.diff([float(edges[i].get("stroke-width", "")) for i in first]) >= 0)
    assert len(root.findall(f".//{SVG}circle")) == sum(SPEC.widths)
    title = edges[0].find(f"{SVG}title")
    assert title is not None
    assert title.text == f"W1[0, 0] = {values[0]:.4g}"


@pytest.mark.parametrize(
    "net",
    [
        pv.stack([NET, 2 * NET]),
        pv.init_network(pv.NetworkSpec((64, 16, 10))),
        pv.init_network(pv.NetworkSpec((16, 16, 16, 16, 1))),
        NET.map(lambda p: p * torch.nan),
    ],
    ids=["batch", "wide", "many edges", "not finite"],
)
def test_what_cannot_be_drawn_is_a_table(net: pv.Network) -> None:
    root = html(net)
    assert root.find(f".//{SVG}svg") is None
    assert len(root.findall(".//tr")) == 1 + len(net.weights)
    assert "Network(" in words(root)


def points(curve: Element) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in curve.get("points", "").split())]


def test_a_line_is_its_losses_and_its_chord() -> None:
    line = pv.line_slice(NET, 3 * SWAP(NET), DATA, points=101)
    root = html(line)
    curve, chord = map(points, root.findall(f".//{SVG}polyline"))
    assert len(curve) == len(chord) == 101
    heights = -np.array([y for _, y in curve])
    assert np.corrcoef(heights, line.losses.numpy())[0, 1] > 0.9999
    assert chord[0] == curve[0]
    assert chord[-1] == curve[-1]
    assert f"{float(line.barrier()):#.3g}" in words(root)


def test_lines_and_trainings_are_curves_thinned() -> None:
    nets = pv.stack([NET, 2 * NET])
    assert len(html(pv.line_slice(nets, SWAP(nets), DATA, points=11)).findall(f".//{SVG}polyline")) == 2
    run = pv.train(SPEC, DATA, seeds=range(3), steps=400)
    root = html(run)
    assert [len(points(curve)) <= notebook.MOST_POINTS for curve in root.findall(f".//{SVG}polyline")] == [True] * 3
    assert "400 steps of adam" in words(root)


def test_a_plane_is_tiles_of_the_loss_with_its_networks_on_it() -> None:
    plane = pv.random_plane(NET, DATA, resolution=notebook.TILES)
    root = html(plane)
    tiles = {path.get("fill"): re.findall(r"M(\d+),(\d+)h1v1h-1z", path.get("d", "")) for path in root.iter(f"{SVG}path")}
    assert list(tiles) == list(LOSS_STOPS)
    assert sum(map(len, tiles.values())) == notebook.TILES**2
    for stop, at in ((LOSS_STOPS[0], plane.losses.argmin()), (LOSS_STOPS[-1], plane.losses.argmax())):
        row, column = divmod(int(at), notebook.TILES)
        assert (str(column), str(notebook.TILES - 1 - row)) in tiles[stop]
    (network,) = root.findall(f".//{SVG}circle")
    assert (network.get("cx"), network.get("cy")) == ("120.0", "120.0")
    assert "A" in words(root)


def test_losses_that_are_not_finite_leave_gaps() -> None:
    line = pv.line_slice(NET, 2 * NET, DATA, points=5)
    broken = pv.LineSlice(line.t, torch.tensor([1.0, torch.inf, torch.nan, 2.0, 1.0]).double(), NET, NET, DATA)
    curve = html(broken).find(f".//{SVG}polyline")
    assert curve is not None
    assert len(points(curve)) == 3


def test_permutations_and_comparisons_are_tables() -> None:
    cells = [[cell.text for cell in row] for row in html(SWAP).iter("tr")]
    assert cells == [["slot", "0", "1", "2", "3"], ["layer 1", "2", "1", "0", "3"], ["layer 2", "0", "1", "2", None]]
    found = pv.compare(NET, SWAP(NET), DATA)
    assert f"{found.loss_a:#.3g}" in words(html(found))
    assert pv.Permutation.all(SPEC)._repr_html_() is None
    assert DATA._repr_html_() is None


def test_texts_are_escaped() -> None:
    hostile = "<script>alert(1)</script> & more"
    text = tostring(notebook._captioned(notebook._table([hostile], [[hostile]]), hostile), encoding="unicode", method="html")
    assert "<script" not in text
    assert words(fromstring(text)) == " ".join([hostile] * 3)


def test_the_scale_is_plotlys() -> None:
    assert list(LOSS_STOPS) == [colour.lower() for colour in plotly.colors.sequential.Viridis]


def test_pictures_load_no_plotly() -> None:
    code = (
        "import sys, permviz as pv; before = set(sys.modules); net = pv.init_network(pv.NetworkSpec((2, 3, 1)));"
        "print('permviz.figures' in before, '<svg' in net._repr_html_(), *({'plotly', 'streamlit'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]


def test_notebooks_show_them() -> None:
    formatters = pytest.importorskip("IPython.core.formatters", reason="IPython is not installed")
    shown, _ = formatters.DisplayFormatter().format(NET)
    assert "<svg" in shown["text/html"]
    assert shown["text/plain"].startswith("Network(2-4-3-1")
    shown, _ = formatters.DisplayFormatter().format(DATA)
    assert list(shown) == ["text/plain"]
