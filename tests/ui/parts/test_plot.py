"""The plot on a page: what the browser would get of it."""

from __future__ import annotations

import json

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from permviz.components.plot.wire import encode_figure
from permviz.ui.parts.plot import plot


def page() -> None:
    import plotly.graph_objects as go

    from permviz.ui.parts.plot import plot

    plot(go.Figure(go.Scatter(y=[1, 2])), key="line", caption="It climbs.", height=300)
    plot(go.Figure(go.Scatter(y=[1, 2])), key="points", on_click=print)


def test_the_browser_gets_the_figure_with_its_number() -> None:
    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    line, points = (json.loads(element.proto.json) for element in app.get("bidi_component"))
    assert line.pop("serial")["n"] == 1
    assert line.items() >= encode_figure(go.Figure(go.Scatter(y=[1, 2])), caption="It climbs.", height=300).items()
    assert (line["clickable"], points["clickable"]) == (False, True)


def test_a_plot_needs_a_key() -> None:
    with pytest.raises(ValueError, match="key"):
        plot(go.Figure(), key="")
