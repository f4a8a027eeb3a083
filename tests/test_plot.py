"""The plot component's Python side: what goes down to the browser, what is believed of what comes up, where plotly.js lies."""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from plotly.offline import get_plotlyjs
from streamlit.testing.v1 import AppTest

from permviz.figures.picture import Picture
from permviz.figures.theme import DARK, LIGHT
from permviz.ui.plot import PlotClick, _read_click, plot
from permviz.ui.plot.library import FILE, _assets, _directory


def page() -> None:
    import numpy as np
    import plotly.graph_objects as go

    from permviz.figures.picture import Picture
    from permviz.ui.plot import plot

    heat = go.Figure(go.Heatmap(z=np.eye(101, dtype=np.float32)), {"title": {"text": "Loss<br><i>of A</i>"}, "height": 300})
    plot(Picture(heat, "Dark is low."), key="heat")
    line = go.Figure(go.Scatter(x=[1, 2, float("nan")], y=[float("inf"), 1, 2]), {"height": 420})
    plot(Picture(line, "A line.", "Line"), key="line", filename="line-1")


def run_page() -> list[dict[str, Any]]:
    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    return [json.loads(element.proto.json) for element in app.get("bidi_component")]


@pytest.fixture(scope="module")
def sent() -> list[dict[str, Any]]:
    return run_page()


def test_the_browser_gets_the_figure_as_text_with_compact_arrays(sent: list[dict[str, Any]]) -> None:
    heat, line = sent
    z = json.loads(heat["figure"])["data"][0]["z"]
    assert (z["dtype"], z["shape"]) == ("f4", "101, 101")
    assert len(z["bdata"]) < 1.4 * 4 * 101 * 101
    assert (heat["label"], heat["caption"], heat["height"], heat["clickable"]) == ("Loss of A", "Dark is low.", 300, False)
    assert (line["label"], line["filename"]) == ("Line", "line-1")


def test_non_finite_numbers_do_not_break_the_json(sent: list[dict[str, Any]]) -> None:
    trace = json.loads(sent[1]["figure"])["data"][0]
    assert trace["x"] == [1, 2, None]
    assert trace["y"] == [None, 1, 2]


def test_equal_figures_have_equal_digests_and_others_do_not(sent: list[dict[str, Any]]) -> None:
    first, second = sent, run_page()
    assert [data["digest"] for data in first] == [data["digest"] for data in second]
    assert first[0]["digest"] != first[1]["digest"]


def test_the_colours_are_a_map_from_the_light_theme_to_the_dark_one(sent: list[dict[str, Any]]) -> None:
    light, dark = asdict(LIGHT), asdict(DARK)
    assert len(set(light.values())) == len(light), "two fields of one colour could not be told apart in the browser"
    assert sent[0]["colours"] == {light[name]: dark[name] for name in light}


def test_plotly_is_served_compressed_from_a_registered_directory(sent: list[dict[str, Any]]) -> None:
    path = sent[0]["plotly"]
    assert path.startswith("component/")
    assert path.endswith("/" + FILE)
    assert gzip.decompress((_assets() / FILE).read_bytes()).decode() == get_plotlyjs()


def test_plotly_is_written_again_when_a_cleaner_has_removed_it() -> None:
    file = _assets() / FILE
    file.unlink()
    Path(_directory().name).rmdir()
    assert (_assets() / FILE).read_bytes()[:2] == b"\x1f\x8b"


@pytest.mark.parametrize(
    ("bad", "match"),
    [
        ({"picture": go.Figure()}, "Picture, got Figure"),
        ({"key": ""}, "key"),
        ({"picture": Picture(go.Figure(layout={"height": 20}), "Flat.", "Flat")}, "80 to 4000 pixels, got 20"),
        ({"filename": "../x"}, "filename"),
        ({"filename": ""}, "filename"),
    ],
)
def test_bad_input_is_refused(bad: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        plot(**{"picture": Picture(go.Figure(layout={"height": 300}), "Empty.", "Empty"), "key": "k", **bad})


CORNERS = go.Figure(
    [
        go.Scatter(x=[0, 1], y=[2, 3], customdata=["a", "b"]),
        go.Surface(z=np.zeros((2, 3)), customdata=np.arange(6).reshape(2, 3)),
        go.Scatter(x=[0], y=[0]),
    ]
)
GOOD = {"session": "s", "number": 1, "digest": "d", "curve": 0, "point": 1, "x": 1, "y": 3.0, "z": None}


def test_a_click_is_read_with_the_figures_own_customdata() -> None:
    assert _read_click(GOOD | {"customdata": "forged"}, CORNERS, "d") == PlotClick(0, 1, "b", 1, 3.0, None)
    matrix = _read_click(GOOD | {"curve": 1, "point": [1, 2], "x": "label"}, CORNERS, "d")
    assert matrix == PlotClick(1, (1, 2), 5, "label", 3.0, None)
    without = _read_click(GOOD | {"curve": 2, "point": 0}, CORNERS, "d")
    assert without is not None
    assert without.customdata is None


@pytest.mark.parametrize(
    "change",
    [
        {"digest": "of an earlier figure"},
        {"curve": 3},
        {"curve": -1},
        {"curve": "0"},
        {"curve": True},
        {"point": -1},
        {"point": 1.5},
        {"point": [0]},
        {"point": [0, -1]},
        {"point": None},
        {"x": float("nan")},
        {"x": True},
        {"y": "long" * 100},
        {"z": [1]},
    ],
)
def test_a_malformed_click_is_dropped(change: dict[str, Any]) -> None:
    assert _read_click(GOOD | change, CORNERS, "d") is None


def test_a_click_that_is_no_message_is_dropped() -> None:
    for message in (None, "click", [GOOD], 3):
        assert _read_click(message, CORNERS, "d") is None


def test_a_point_outside_the_customdata_has_none() -> None:
    click = _read_click(GOOD | {"point": 7}, CORNERS, "d")
    assert click is not None
    assert click.customdata is None
