"""The Rastrigin page in a real browser: beads and points clicked, nodes dragged, the race run, a phone."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import open_app
from tests.browser.workbench import at_rest, drag, expect_order, finger, mouse

SMALL = "/rastrigin?task=moons&net=4&steps=100&samples=60&order=0123"
PRESS_MS = 600
"""Plotly looks at the mouse button once a frame, and software takes its time over a frame of a body."""

CORNERS = """gd => {
  const scene = gd._fullLayout.scene?._scene, beads = gd._fullData?.find((trace) => trace.name === "copies");
  if (!scene?.glplot?.cameraParams || !beads) return null;
  const { model, view, projection } = scene.glplot.cameraParams, box = scene.container.getBoundingClientRect();
  const times = (m, v) => [0, 1, 2, 3].map((i) => v.reduce((sum, x, k) => sum + m[4 * k + i] * x, 0));
  return Array.from(beads.x, (_, k) => {
    const at = ["x", "y", "z"].map((axis, i) => beads[axis][k] * scene.dataScale[i]);
    const [x, y, depth, w] = times(projection, times(view, times(model, [...at, 1])));
    const colour = Array.isArray(beads.marker.color) ? beads.marker.color[k] : null;
    return { text: beads.text[k], x: box.x + (x / w + 1) / 2 * box.width, y: box.y + (1 - y / w) / 2 * box.height,
             depth: depth / w, colour };
  });
}"""
"""Where the beads are on the page, and how far away."""


def setting(page: Page, name: str) -> str | None:
    return parse_qs(urlsplit(page.url).query).get(name, [None])[0]


def drawing(page: Page) -> Locator:
    plot = page.locator(".js-plotly-plot").last
    expect(plot.locator("canvas, .main-svg").first).to_be_visible(timeout=60_000)
    return plot


def expect_marked(page: Page, text: str) -> None:
    """Wait until the one bead whose colour differs from all the others' has this text."""
    page.wait_for_function(
        f"""text => {{
          const beads = ({CORNERS})([...document.querySelectorAll('.js-plotly-plot')].at(-1)) ?? [];
          const alone = beads.filter((bead) => beads.filter((other) => other.colour === bead.colour).length === 1);
          return alone.length === 1 && alone[0].text === text;
        }}""",
        arg=text,
        timeout=60_000,
    )


def test_a_clicked_bead_is_where_the_network_goes_and_a_drag_moves_the_mark(page: Page) -> None:
    at_rest(open_app(page, SMALL))
    body = drawing(page)
    expect_marked(page, "1234")
    bead = next(bead for bead in body.evaluate(CORNERS) if bead["text"] == "2134")
    page.mouse.move(bead["x"] - 3, bead["y"])
    page.mouse.move(bead["x"], bead["y"])
    page.mouse.click(bead["x"], bead["y"], delay=PRESS_MS)
    expect_order(page, [[1, 0, 2, 3]])
    page.wait_for_url(re.compile(r"order=1023"))
    expect(page.get_by_role("combobox", name=re.compile("Your network stands at")).first).to_have_value("2 1 3 4")
    expect_marked(page, "2134")
    drag(page, 1, 0, 3)
    expect_order(page, [[3, 0, 2, 1]])
    expect(page.get_by_role("combobox", name=re.compile("Your network stands at")).first).to_have_value("4 1 3 2")
    expect_marked(page, "4132")


def test_the_body_turns_by_buttons_and_a_flat_figure_has_none(page: Page) -> None:
    open_app(page, SMALL)
    drawing(page)
    expect_marked(page, "1234")
    eye = "() => Object.values([...document.querySelectorAll('.js-plotly-plot')].at(-1)._fullLayout.scene.camera.eye)"
    before = page.evaluate(eye)
    for name, moved in (("Turn left", 0), ("Tilt down", 2)):
        page.get_by_role("button", name=re.compile(name)).click()
        page.wait_for_function(f"([k, v]) => Math.abs(({eye})()[k] - v) > 0.05", arg=[moved, before[moved]])
    expect_marked(page, "1234")
    open_app(page, f"{SMALL}&rastrigin.show=neurons")
    page.locator(".js-plotly-plot .heatmaplayer").first.wait_for(state="attached")
    expect(page.get_by_role("button", name=re.compile("Turn left"))).to_have_count(0)


def test_beads_behind_the_body_are_hidden_however_it_is_turned(page: Page) -> None:
    at_rest(open_app(page, SMALL))
    drawing(page)
    expect_marked(page, "1234")
    hidden = """() => {
      const beads = [...document.querySelectorAll('.js-plotly-plot')].at(-1)._fullData.find((trace) => trace.name === 'copies');
      return Array.from(beads.x, (x, k) => Math.hypot(x, beads.y[k], beads.z[k]) ? '' : beads.text[k]).filter(Boolean).join();
    }"""
    eye = "() => JSON.stringify([...document.querySelectorAll('.js-plotly-plot')].at(-1)._fullLayout.scene.camera.eye)"
    front, first = page.evaluate(hidden), page.evaluate(eye)
    assert 4 <= len(front.split(",")) < 20
    page.get_by_role("button", name=re.compile("Turn left")).dblclick()
    page.wait_for_function(f"front => ({hidden})() !== front", arg=front)
    turned = page.evaluate(eye)
    assert turned != first
    drag(page, 1, 0, 3)  # a new picture keeps the view, and what is behind
    expect_order(page, [[3, 1, 2, 0]])
    expect_marked(page, "4231")
    assert page.evaluate(eye) == turned
    page.get_by_role("button", name="Reset the view").click()
    page.wait_for_function(f"front => ({hidden})() === front", arg=front)
    assert page.evaluate(eye) == first


def test_a_click_on_the_plane_moves_the_weights_and_a_swap_mirrors_them(page: Page) -> None:
    open_app(page, f"{SMALL}&rastrigin.show=neurons")
    plane = page.locator(".js-plotly-plot", has=page.locator(".heatmaplayer"))
    box = plane.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    x, y = box["x"] + 0.7 * box["width"], box["y"] + 0.2 * box["height"]  # far from every mark
    page.mouse.move(x - 4, y)
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    page.wait_for_url("**rastrigin.u=*", timeout=20_000)
    across = page.get_by_role("spinbutton", name=re.compile("Across"))
    expect(across).to_have_value(re.compile(r"^(1\.9|2\.)"))
    u, v = float(setting(page, "rastrigin.u") or "nan"), float(setting(page, "rastrigin.v") or "nan")
    assert abs(u - 2.0) < 0.15
    assert abs(v - 3.0) < 0.15
    page.get_by_role("button", name="swap 1 ⇄ 2").click()
    expect(across).to_have_value(f"{-u:.3f}")
    assert float(setting(page, "rastrigin.v") or "nan") == v
    page.go_back()
    expect(across).to_have_value(f"{u:.3f}")


HANDLE = """gd => {
  const { xaxis, yaxis } = gd._fullLayout, box = gd.getBoundingClientRect();
  const marks = (trace) => [...gd.querySelectorAll(`.trace${trace.uid} .point`)].map((mark) => {
    const b = mark.getBoundingClientRect(), x = b.x + b.width / 2, y = b.y + b.height / 2;
    return { x, y, u: xaxis.p2d(x - box.x - xaxis._offset), v: yaxis.p2d(y - box.y - yaxis._offset) };
  });
  const [own, others] = ["handle", "follow"].map((name) => gd._fullData.filter((trace) => trace.meta?.[name]).flatMap(marks));
  return { own, others };
}"""
"""Where the mark that can be dragged is, and its copies, on the page and on the plane."""


def orders_of(u: float, v: float) -> list[tuple[float, float]]:
    """By hand: all orders of the weights at a point of the plane, as points of the plane, sorted."""
    w = (u / math.sqrt(2) + v / math.sqrt(6), -u / math.sqrt(2) + v / math.sqrt(6), -2 * v / math.sqrt(6))
    return sorted(((a - b) / math.sqrt(2), (a + b - 2 * c) / math.sqrt(6)) for a, b, c in itertools.permutations(w))


@pytest.mark.parametrize("phone", [False, True], ids=["mouse", "finger"])
def test_the_dragged_point_takes_its_copies_along(new_page: Callable[..., Page], phone: bool) -> None:
    page = new_page(phone=phone)
    open_app(page, f"{SMALL}&rastrigin.show=neurons&rastrigin.u=2&rastrigin.v=1")
    plane = page.locator(".js-plotly-plot", has=page.locator(".heatmaplayer image"))
    plane.scroll_into_view_if_needed()
    at = plane.evaluate(HANDLE)["own"][0]
    press, move, release = mouse(page) if not phone else finger(page)
    press(at["x"], at["y"])
    for step in range(1, 6):
        move(at["x"] - 6 * step, at["y"] + 4 * step)
    page.wait_for_function(
        f"([gd, x]) => Math.abs(({HANDLE})(gd).own[0].x - x) < 2", arg=[plane.element_handle(), at["x"] - 30], timeout=20_000
    )
    marks = plane.evaluate(HANDLE)
    here = marks["own"][0]
    found = sorted((mark["u"], mark["v"]) for mark in [here, *marks["others"]])
    np.testing.assert_allclose(found, orders_of(here["u"], here["v"]), atol=0.02)
    assert not np.allclose(found, orders_of(2, 1), atol=0.02), "negative control"
    assert setting(page, "rastrigin.u") == "2", "nothing is sent while the hand is on its way"
    release()
    page.wait_for_url(lambda url: "rastrigin.u=2&" not in url)
    assert float(setting(page, "rastrigin.u") or "nan") == pytest.approx(here["u"], abs=0.05)
    assert float(setting(page, "rastrigin.v") or "nan") == pytest.approx(here["v"], abs=0.05)


def adams_first(page: Page) -> float:
    """Where the first of Adam's runs stands."""
    x: float = drawing(page).evaluate("gd => gd._fullData.find((trace) => trace.name === 'Adam').x[0]")
    return x


def test_the_race_runs_by_keyboard_and_ends_where_it_stood(page: Page) -> None:
    open_app(page, f"{SMALL}&rastrigin.show=function")
    slider = page.get_by_role("slider", name="Step")
    expect(slider).to_have_attribute("aria-valuetext", "300")
    drawing(page)
    end, before = adams_first(page), page.locator("[data-run]").get_attribute("data-run")
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "0")
    page.wait_for_function(
        "end => Math.abs(document.querySelector('.js-plotly-plot')._fullData.find((t) => t.name === 'Adam').x[0] - end) > 0.05",
        arg=end,
    )
    page.get_by_role("button", name="Play").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(slider).to_have_attribute("aria-valuetext", "300")
    page.wait_for_function(
        "end => Math.abs(document.querySelector('.js-plotly-plot')._fullData.find((t) => t.name === 'Adam').x[0] - end) < 1e-6",
        arg=end,
    )
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert page.locator("[data-run]").get_attribute("data-run") == before, "nothing was asked of the server"


def test_who_wants_less_motion_takes_the_race_step_by_step(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_app(page, f"{SMALL}&rastrigin.show=function")
    slider = page.get_by_role("slider", name="Step")
    for text in ("0", "1"):
        page.get_by_role("button", name="Next step").click()
        expect(slider).to_have_attribute("aria-valuetext", text)


def test_on_a_phone_in_the_dark_nothing_scrolls_sideways(new_page: Callable[..., Page]) -> None:
    page = new_page(phone=True, dark=True)
    for show in ("body", "function", "neurons", "critical", "compare"):
        open_app(page, f"{SMALL}&rastrigin.show={show}")
        if show == "compare":
            expect(page.get_by_text("What the symmetry leaves in place")).to_be_visible(timeout=60_000)
        else:
            drawing(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
