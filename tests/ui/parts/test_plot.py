"""The plot on a page: what the browser would get of it."""

from __future__ import annotations

import json

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from permviz.components.plot.wire import encode_picture
from permviz.figures.picture import Picture
from permviz.ui.parts.plot import plot


def page() -> None:
    import plotly.graph_objects as go

    from permviz.figures.picture import Picture
    from permviz.ui.parts.plot import plot

    picture = Picture(go.Figure(go.Scatter(y=[1, 2]), {"height": 300}), "It climbs.", "A line")
    plot(picture, key="line")
    plot(picture, key="points", on_click=print)


def test_the_browser_gets_the_figure_with_its_number() -> None:
    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    line, points = (json.loads(element.proto.json) for element in app.get("bidi_component"))
    assert line.pop("serial")["n"] == 1
    picture = Picture(go.Figure(go.Scatter(y=[1, 2]), {"height": 300}), "It climbs.", "A line")
    assert line.items() >= encode_picture(picture).items()
    assert (line["clickable"], points["clickable"]) == (False, True)


def test_a_plot_needs_a_key() -> None:
    with pytest.raises(ValueError, match="key"):
        plot(Picture(go.Figure(layout={"height": 300}), "Empty.", "Empty"), key="")
