"""The plot component in Chromium, on a page of its own: the view is kept, the theme followed, everything can be saved."""

from __future__ import annotations

import csv
import html
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from permviz.figures.theme import DARK, LIGHT
from tests.browser.driver import Server, free_port, idle, open_app, serving, watched

SCRIPT = """
import numpy as np
import plotly.graph_objects as go
import streamlit as st

from permviz.figures.picture import Picture
from permviz.figures.theme import LIGHT
from permviz.ui.parts.plot import plot

shown = st.query_params.get("show", "heat,line").split(",")
k = st.session_state.setdefault("k", 1)
clicks = st.session_state.setdefault("clicks", [])
paper = {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": LIGHT.background, "font": {"color": LIGHT.text}, "template": "none"}
paper["height"] = 300
grid = np.linspace(-3, 3, 21, dtype=np.float32)
wave = (np.sin(k * grid)[:, None] * np.cos(grid)).astype(np.float32)
title = {"text": "A surface whose title is far too long for the width of a telephone"}


def bump():
    st.session_state.k += 1


st.session_state.runs = st.session_state.get("runs", 0) + 1
st.text(f"run {st.session_state.runs}")
st.button("next", on_click=bump)
st.button("again")
if "surface" in shown and not st.toggle("hide"):
    surface = go.Surface(x=grid, y=grid, z=wave)
    plot(Picture(go.Figure(surface, {**paper, "title": title, "height": 240}), "Turn it."), key="surface")
if "heat" in shown:
    holed = wave.copy()
    holed[0, 0], holed[10, 10] = np.nan, np.inf
    heat = go.Heatmap(x=grid, y=grid, z=holed, colorscale=LIGHT.diverging)
    layout = {**paper, "title": title, "xaxis": {"title": {"text": "weight"}}}
    plot(Picture(go.Figure(heat, layout), "Blue is positive. Every number is exact."), key="heat")
if "line" in shown:
    disc = {"size": 30, "color": LIGHT.positive}
    line = go.Scatter(x=[0, 1, 2], y=[0, k, 1], customdata=["a", "b", "c"], mode="markers", marker=disc)
    plot(Picture(go.Figure(line, paper), "Click a disc.", "Discs"), key="line", on_click=clicks.append)
    st.text("clicks: " + "; ".join(f"{c.curve} {c.point} {c.customdata} {c.x} {c.y}" for c in clicks))
"""

CANVAS = ".permviz-plot-canvas"
CAMERA = "JSON.stringify(g._fullLayout.scene.camera.eye)"
ZOOM = "JSON.stringify(g._fullLayout.xaxis.range)"
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"


SERVED = """
import streamlit as st

from permviz.ui.routes import routes

app = st.App("page.py", routes=routes())
"""


def commands(directory: Path, port: int) -> dict[str, list[str]]:
    run = [sys.executable, "-m", "streamlit", "run", str(directory / "served.py")]
    serve = [sys.executable, "-m", "uvicorn", "--app-dir", str(directory), "served:app"]
    return {
        "streamlit run": [*run, "--server.port", str(port), "--server.address", "127.0.0.1"],
        "uvicorn": [*serve, "--port", str(port)],
    }


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("plot")
    (directory / "page.py").write_text(SCRIPT)
    (directory / "served.py").write_text(SERVED.replace("page.py", str(directory / "page.py")))
    return directory


@pytest.fixture(scope="module")
def plots(chromium: Browser, directory: Path) -> Iterator[Server]:
    port = free_port()
    with serving(commands(directory, port)["streamlit run"], port, directory / "log") as running:
        yield running


@pytest.fixture(scope="module")
def flat(chromium: Browser, plots: Server) -> Iterator[Page]:
    """One page for every test that needs no other look: heat map and line, light, 1280x800."""
    with watched(chromium, plots) as page:
        yield show(page, "heat,line")


def show(page: Page, keys: str) -> Page:
    """The page with these plots, drawn."""
    open_app(page, f"/?show={keys}")
    page.wait_for_function(
        "n => document.querySelectorAll('.permviz-plot[data-drawn]').length === n", arg=keys.count(",") + 1, timeout=60_000
    )
    return page


def element(key: str) -> str:
    return f"document.querySelector('.st-key-{key} {CANVAS}')"


def of(page: Page, key: str, expression: str) -> Any:
    """``expression`` of the plot ``g``."""
    return page.evaluate(f"(g => {expression})({element(key)})")


def wait_for(page: Page, key: str, expression: str, arg: Any = None) -> None:
    page.wait_for_function(f"arg => (g => {expression})({element(key)})", arg=arg)


def press_next(page: Page) -> None:
    """New data, and every plot drawn anew."""
    drawn = f"[...document.querySelectorAll('{CANVAS}')].map(g => g.closest('.permviz-plot').dataset.drawn)"
    before = page.evaluate(drawn)
    page.get_by_role("button", name="next").click()
    page.wait_for_function(f"old => {drawn}.every((digest, i) => digest !== old[i])", arg=before)


def press_again(page: Page) -> None:
    """Another run with equal data, to its end."""
    run = page.get_by_text(re.compile(r"^run \d+$"))
    number = int(run.inner_text().split()[1])
    page.get_by_role("button", name="again").click()
    expect(run).to_have_text(f"run {number + 1}", timeout=20_000)
    idle(page)


def middle(page: Page, key: str) -> tuple[float, float]:
    """A little left of the middle of the plot, scrolled into view."""
    plot = page.locator(f".st-key-{key} {CANVAS}")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    return box["x"] + box["width"] / 2 - 30, box["y"] + box["height"] / 2


def drag(page: Page, key: str, right: int, down: int) -> None:
    x, y = middle(page, key)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=4)
    page.mouse.up()


def swipe(page: Page, key: str, right: float, down: float) -> None:
    x, y = middle(page, key)
    touch = page.context.new_cdp_session(page)
    for step in range(7):
        at = [{"x": x + right * step / 6, "y": y + down * step / 6}]
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove" if step else "touchStart", "touchPoints": at})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_new_data_keep_the_zoom_and_equal_data_are_not_drawn(flat: Page) -> None:
    untouched = of(flat, "heat", ZOOM)
    drag(flat, "heat", 90, 60)
    wait_for(flat, "heat", f"{ZOOM} !== arg", untouched)
    zoomed = of(flat, "heat", ZOOM)
    of(flat, "heat", "(g.draws = 0, g.on('plotly_react', () => g.draws++), 0)")
    press_next(flat)
    assert of(flat, "heat", ZOOM) == zoomed
    assert of(flat, "heat", "g.draws") == 1
    press_again(flat)
    assert of(flat, "heat", "g.draws") == 1


def test_new_data_keep_the_camera_and_a_plot_leaves_without_a_trace(chromium: Browser, plots: Server) -> None:
    with watched(chromium, plots) as page:
        show(page, "surface")
        name = "A surface whose title is far too long for the width of a telephone. Turn it."
        expect(page.get_by_role("img", name=name)).to_be_visible()
        untouched = of(page, "surface", CAMERA)
        drag(page, "surface", 60, 20)
        wait_for(page, "surface", f"{CAMERA} !== arg", untouched)
        turned = of(page, "surface", CAMERA)
        press_next(page)
        assert of(page, "surface", CAMERA) == turned
        page.set_viewport_size({"width": 420, "height": 800})
        wait_for(page, "surface", "g._fullLayout.title.text.includes('<br>')")
        assert of(page, "surface", CAMERA) == turned
        assert of(page, "surface", "g._fullLayout._size.h / g._fullLayout.height") > 0.5, (
            "its bar lies down, and leaves it room"
        )
        of(page, "surface", "(window.gone = g, 0)")
        page.get_by_text("hide", exact=True).click()
        page.wait_for_function(f"!document.querySelector('{CANVAS}') && !window.gone._fullLayout")


def test_plotly_arrives_once_and_the_next_page_takes_it_from_the_browser(chromium: Browser, directory: Path) -> None:
    """Under uvicorn; all other tests run under ``streamlit run``."""
    sizes = "performance.getEntriesByType('resource').filter(e => e.name.includes('/plotly-')).map(e => e.transferSize)"
    port = free_port()
    command = commands(directory, port)["uvicorn"]
    with serving(command, port, directory / "uvicorn.log") as server, watched(chromium, server) as page:
        show(page, "heat,line")
        (size,) = page.evaluate(sizes)
        assert 1_000_000 < size < 2_000_000
        show(page, "heat,line")
        assert page.evaluate(sizes) == [0]


def test_the_dark_theme_exchanges_the_colours_and_back(chromium: Browser, plots: Server) -> None:
    with watched(chromium, plots, dark=True) as page:
        show(page, "heat,line")
        colours = "[g._fullLayout.plot_bgcolor, g._fullLayout.font.color, g._fullData[0].marker.color]"
        assert of(page, "line", colours) == [DARK.background, DARK.text, DARK.positive]
        assert of(page, "heat", "g._fullData[0].colorscale") == [[place, colour] for place, colour in DARK.diverging]
        page.emulate_media(color_scheme="light")
        wait_for(page, "line", "g._fullLayout.plot_bgcolor === arg", LIGHT.background)
        assert of(page, "line", colours) == [LIGHT.background, LIGHT.text, LIGHT.positive]


def test_clicks_reach_python_once_each_with_the_figures_customdata(flat: Page) -> None:
    points = flat.locator(f".st-key-line {CANVAS} .point")
    told = flat.get_by_text("clicks: ")
    k = of(flat, "line", "g._fullData[0].y[1]")
    b, c = f"0 1 b 1 {k}", "0 2 c 2 1"
    for index, expected in ((1, b), (1, f"{b}; {b}"), (2, f"{b}; {b}; {c}")):
        points.nth(index).scroll_into_view_if_needed()
        box = points.nth(index).bounding_box()
        assert box
        flat.mouse.move(box["x"] + 3, box["y"] - 20)
        flat.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
        wait_for(flat, "line", "g._hoverdata?.[0].pointNumber === arg", index)
        flat.mouse.down()
        flat.mouse.up()
        expect(told).to_have_text(f"clicks: {expected}", timeout=20_000)
        flat.wait_for_timeout(450)  # a second click any sooner would be a double click
    press_again(flat)
    expect(told).to_have_text(f"clicks: {b}; {b}; {c}")


def test_every_plot_is_saved_as_picture_page_and_numbers(flat: Page, chromium: Browser, tmp_path: Path) -> None:
    heat = flat.locator(".st-key-heat")
    address = flat.url
    saved = {}
    for kind in ("PNG", "SVG", "HTML", "CSV"):
        heat.get_by_text("Save", exact=True).click()
        with flat.expect_download() as download:
            heat.get_by_role("button", name=kind).click()
        assert download.value.suggested_filename.startswith("permviz-swap-a-surface-whose-title")
        assert download.value.suggested_filename.endswith(f".{kind.lower()}")
        download.value.save_as(saved.setdefault(kind, tmp_path / f"heat.{kind.lower()}"))
        content = saved[kind].read_bytes()
        assert html.unescape(content.decode(errors="ignore")).count(address) == 1, f"{kind}: the experiment's link is inside"
    picture = Image.open(saved["PNG"])
    assert picture.getpixel((1, 1)) in ((255, 255, 255), (255, 255, 255, 255)), "a picture has a ground of its own"
    assert picture.text["Source"] == address
    assert "<svg" in saved["SVG"].read_text()[:200]
    remarks, numbers = saved["CSV"].read_text().split("\ntrace", 1)
    assert remarks.splitlines() == ["# A surface whose title is far too long for the width of a telephone", f"# {address}"]
    rows = list(csv.DictReader(f"trace{numbers}".splitlines()))
    assert len(rows) == 21 * 21
    assert float(rows[0]["x: weight"]) == float(rows[0]["y"]) == -3
    assert rows[0]["z"] == rows[10 * 21 + 10]["z"] == "", "NaN and infinity are gaps"
    with chromium.new_context(offline=True) as alone:
        offline = alone.new_page()
        offline.goto(saved["HTML"].as_uri())
        offline.wait_for_function("document.querySelector('#figure').data?.[0].type === 'heatmap'")
        expect(offline.get_by_text("Blue is positive. Every number is exact.")).to_be_visible()


def test_the_wheel_scrolls_the_page_and_buttons_or_a_held_key_zoom(chromium: Browser, plots: Server) -> None:
    with watched(chromium, plots) as page:
        show(page, "surface,heat,line")
        for key, view in {"surface": CAMERA, "heat": ZOOM}.items():
            page.mouse.move(*middle(page, key))
            before, top = of(page, key, view), page.evaluate(SCROLLED)
            page.mouse.wheel(0, 90)
            page.wait_for_function(f"top => {SCROLLED} > top", arg=top)
            assert of(page, key, view) == before
            corner = page.locator(f".st-key-{key}")
            corner.get_by_role("button", name="Zoom in").click()
            wait_for(page, key, f"{view} !== arg", before)
            near = of(page, key, view)
            press_next(page)
            assert of(page, key, view) == near, "a view that was chosen by buttons is kept"
            corner.get_by_role("button", name="Reset the view").click()
            wait_for(page, key, f"{view} === arg", before)
        page.mouse.move(*middle(page, "surface"))
        page.keyboard.down("Control")
        page.mouse.wheel(0, -90)
        wait_for(page, "surface", f"{CAMERA} !== arg", before)
        page.keyboard.up("Control")


def test_a_caption_begins_with_what_is_seen_and_tells_the_rest_on_demand(flat: Page) -> None:
    heat = flat.locator(".st-key-heat")
    expect(heat.get_by_text("Blue is positive.")).to_be_visible()
    expect(heat.get_by_text("Every number is exact.")).to_be_hidden()
    heat.get_by_text("What is exact here?").click()
    expect(heat.get_by_text("Every number is exact.")).to_be_visible()
    expect(flat.locator(".st-key-line").get_by_text("What is exact here?")).to_be_hidden()


def test_a_phone_gets_the_whole_width_and_scrolls_over_flat_figures(chromium: Browser, plots: Server) -> None:
    with watched(chromium, plots, phone=True) as page:
        show(page, "surface,heat,line")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert of(page, "heat", "g._fullLayout.width <= 390 && Math.abs(g._fullLayout.width - g.clientWidth) < 1")
        assert "<br>" in of(page, "heat", "g._fullLayout.title.text")
        untouched = of(page, "surface", CAMERA)
        swipe(page, "surface", 60, 10)
        wait_for(page, "surface", f"{CAMERA} !== arg", untouched)
        turned = of(page, "surface", CAMERA)
        press_next(page)
        assert of(page, "surface", CAMERA) == turned, "an orbit by finger is kept like one by mouse"
        turned_by_then = of(page, "surface", CAMERA)
        middle(page, "surface")
        top = page.evaluate(SCROLLED)
        swipe(page, "surface", 10, -120)
        page.wait_for_function(f"top => {SCROLLED} > top + 50", arg=top)
        assert json.loads(of(page, "surface", CAMERA)) == pytest.approx(json.loads(turned_by_then)), (
            "a finger that sets out upwards scrolls, over a figure in space too"
        )
        range_before = of(page, "heat", ZOOM)
        middle(page, "heat")
        top = page.evaluate(SCROLLED)
        swipe(page, "heat", 0, -120)
        page.wait_for_function(f"top => {SCROLLED} > top + 50", arg=top)
        assert of(page, "heat", ZOOM) == range_before


def test_resizing_the_window_resizes_the_plots(flat: Page) -> None:
    fits = "Math.abs(g._fullLayout.width - g.clientWidth) < 1 && g.clientWidth"
    flat.set_viewport_size({"width": 800, "height": 800})
    wait_for(flat, "heat", f"{fits} < 800 && !g._fullLayout.title.text.includes('<br>')")
    flat.set_viewport_size({"width": 420, "height": 800})
    wait_for(flat, "heat", f"{fits} < 420 && g._fullLayout.title.text.includes('<br>')")
    flat.set_viewport_size({"width": 1280, "height": 800})
    wait_for(flat, "heat", f"{fits} > 420 && !g._fullLayout.title.text.includes('<br>')")


def test_a_failed_load_is_told_and_can_be_tried_again(chromium: Browser, plots: Server) -> None:
    heights = f"[...document.querySelectorAll('{CANVAS}')].map(g => g.clientHeight)"
    with watched(chromium, plots, expected=("Failed to ",)) as page:
        page.route("**/plotly.min.js", lambda route: route.abort())
        open_app(page, "/?show=heat,line")
        notes = page.get_by_text("The figure could not be shown")
        expect(notes).to_have_count(2)
        assert page.evaluate(heights) == [300, 300], "the room is kept while nothing is shown"
        page.unroute("**/plotly.min.js")
        for plot in page.locator(".permviz-plot").all():
            plot.get_by_role("button", name="Try again").click()
            expect(plot).to_have_attribute("data-drawn", re.compile("."), timeout=60_000)
        assert page.evaluate(heights) == [300, 300]
