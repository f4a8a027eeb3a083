"""The plot's wire format: what goes down to the browser, what is believed of what comes up."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from permviz.components.plot.wire import PlotClick, decode_click, decode_step, encode_picture
from permviz.figures.picture import Picture, Steps
from permviz.figures.theme import DARK, LIGHT

LAYOUT = {"title": {"text": "Loss<br><i>of A</i>"}, "height": 300}


def heat() -> dict[str, Any]:
    return encode_picture(Picture(go.Figure(go.Heatmap(z=np.eye(101, dtype=np.float32)), layout=LAYOUT), "Dark is low."))


def line() -> dict[str, Any]:
    figure = go.Figure(go.Scatter(x=[1, 2, float("nan")], y=[float("inf"), 1, 2]), layout={"height": 300})
    return encode_picture(Picture(figure, "It climbs. Exact. Click it.", "A line"))


def test_the_browser_gets_the_figure_as_text_with_compact_arrays() -> None:
    data = heat()
    z = json.loads(data["figure"])["data"][0]["z"]
    assert (z["dtype"], z["shape"]) == ("f4", "101, 101")
    assert len(z["bdata"]) < 1.4 * 4 * 101 * 101
    assert (data["label"], data["caption"], data["height"], data["clickable"]) == ("Loss of A", "Dark is low.", 300, False)
    assert (line()["label"], line()["caption"], line()["more"]) == ("A line", "It climbs. Click it.", "Exact.")


def test_non_finite_numbers_do_not_break_the_json() -> None:
    trace = json.loads(line()["figure"])["data"][0]
    assert trace["x"] == [1, 2, None]
    assert trace["y"] == [None, 1, 2]


def test_equal_figures_have_equal_digests_and_others_do_not() -> None:
    assert heat()["digest"] == heat()["digest"]
    assert heat()["digest"] != line()["digest"]


def test_the_colours_are_a_map_from_the_light_theme_to_the_dark_one() -> None:
    light, dark = ([*(value for name, value in asdict(p).items() if name != "nodes"), *p.nodes] for p in (LIGHT, DARK))
    assert len(set(light)) == len(light), "two fields of one colour could not be told apart in the browser"
    assert line()["colours"] == dict(zip(light, dark, strict=True))


@pytest.mark.parametrize(
    ("bad", "match"),
    [
        ({"picture": go.Figure()}, "Picture, got Figure"),
        ({"picture": Picture(go.Figure(layout=LAYOUT | {"height": 20}), "Flat.")}, "80 to 4000 pixels, got 20"),
    ],
)
def test_bad_input_is_refused(bad: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        encode_picture(**{"picture": Picture(go.Figure(layout=LAYOUT), "Empty."), **bad})


CORNERS = Picture(
    go.Figure(
        [
            go.Scatter(x=[0, 1], y=[2, 3], customdata=["a", "b"]),
            go.Surface(z=np.zeros((2, 3)), customdata=np.arange(6).reshape(2, 3)),
            go.Scatter(x=[0], y=[0]),
        ],
        layout=LAYOUT,
    ),
    "Corners.",
)
GOOD = {"session": "s", "number": 1, "digest": "d", "curve": 0, "point": 1, "x": 1, "y": 3.0, "z": None}


def test_a_click_is_read_with_the_figures_own_customdata() -> None:
    assert decode_click(GOOD | {"customdata": "forged"}, CORNERS, "d") == PlotClick(0, 1, "b", 1, 3.0, None)
    matrix = decode_click(GOOD | {"curve": 1, "point": [1, 2], "x": "label"}, CORNERS, "d")
    assert matrix == PlotClick(1, (1, 2), 5, "label", 3.0, None)
    without = decode_click(GOOD | {"curve": 2, "point": 0}, CORNERS, "d")
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
        {"x": 10**400},
        {"y": -(10**400)},
        {"curve": 10**400},
        {"point": 10**400},
        {"curve": 1, "point": [0, 10**400]},
        {"x": True},
        {"y": "long" * 100},
        {"z": [1]},
    ],
)
def test_a_malformed_click_is_dropped(change: dict[str, Any]) -> None:
    assert decode_click(GOOD | change, CORNERS, "d") is None


def test_a_click_that_is_no_message_is_dropped() -> None:
    for message in (None, "click", [GOOD], 3):
        assert decode_click(message, CORNERS, "d") is None


def test_a_point_outside_the_customdata_has_none() -> None:
    click = decode_click(GOOD | {"point": 7}, CORNERS, "d")
    assert click is not None
    assert click.customdata is None


def stepped() -> Picture:
    figure = go.Figure(
        go.Scatter(y=[1, 2]), {"height": 300}, frames=[go.Frame(data=[{"y": [n, 2]}], traces=[0]) for n in range(3)]
    )
    parameters = [np.full(2, n, np.float32) for n in range(3)]
    return Picture(figure, "It climbs.", "A line", Steps("Copies", ["1", "2", "all"], ["a", "b", "c"], 2, parameters))


def test_a_figure_of_steps_brings_all_of_them() -> None:
    data = encode_picture(stepped(), at=1, of="a network", heard={"session": "s", "number": 4, "at": 0, "digest": "d"})
    found = data["steps"]
    assert (found["names"], found["headlines"], found["last"], found["at"]) == (["1", "2", "all"], ["a", "b", "c"], 2, 1)
    assert (found["of"], found["heard"]) == ("a network", {"session": "s", "number": 4})
    assert [np.frombuffer(base64.b64decode(text), "<f4").tolist() for text in found["parameters"]] == [[0, 0], [1, 1], [2, 2]]
    assert (found["pace"], found["told"]) == (700, False)
    assert encode_picture(stepped(), told=True)["steps"]["told"]
    assert line()["steps"] is None
    assert encode_picture(stepped(), heard={"session": 3, "number": "4"})["steps"]["heard"] is None
    with pytest.raises(ValueError, match="step must be 0 to 2, got 3"):
        encode_picture(stepped(), at=3)


def test_packed_arrays_travel_as_they_are() -> None:
    ones = Picture(go.Figure(go.Heatmap(z=np.full((41, 41), np.nextafter(np.float32(1), 0))), LAYOUT), "All is well.")
    z = json.loads(ones.json)["data"][0]["z"]["bdata"]
    assert z.count("/") > 1000
    assert z in ones.json, "slashes need no escape"
    assert json.loads(ones.json) == json.loads(str(ones.figure.to_json(engine="json")))


def test_a_step_is_one_of_the_figure_shown_or_none() -> None:
    good = {"session": "s", "number": 1, "digest": "d", "at": 2}
    assert decode_step(good, stepped(), "d") == 2
    for change in ({"at": 3}, {"at": -1}, {"at": True}, {"at": "1"}, {"at": None}, {"digest": "of an earlier figure"}):
        assert decode_step(good | change, stepped(), "d") is None
    assert decode_step(good, Picture(go.Figure(layout=LAYOUT), "No steps."), "d") is None
    assert decode_step("2", stepped(), "d") is None
