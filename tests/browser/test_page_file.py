"""The page without a server in a real browser: opened from a file with the network cut off, and in a frame that may do nothing
but run scripts. Its numbers are the library's and the app's, to the last digit shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

import permviz as pv
from permviz.components.page.writing import page_of
from permviz.experiment.follow import with_parameters
from permviz.networks.digits import loss_text, wall_text
from permviz.symmetry.counting import count_text
from tests.browser.driver import open_app
from tests.browser.test_accessibility import ALL, AXE, COLOURS, grave
from tests.browser.workbench import REST, at_rest, drag, expect_order, node, order, touch_drag, workbench

RECIPE = pv.Recipe(samples=200, steps=400)
LOOKS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True},
}
CARDS = ("loss-a", "loss-b", "distance", "copies", "verdict", "curve-title")
"""What the cards say of A and B, but for the rounding error, which each machine makes itself."""


@pytest.fixture(scope="module")
def experiment() -> pv.Experiment:
    """Carries its parameters, so that app and page have the same."""
    found = with_parameters(pv.Experiment(RECIPE), pv.follow_recipe(RECIPE).network)
    assert found.theta
    return found


@pytest.fixture(scope="module")
def file(experiment: pv.Experiment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "page.html"
    pv.write_page(experiment, path, "https://permviz.example/?task=moons")
    size = path.stat().st_size
    print(f"\nThe page without a server: {size / 1000:.1f} kB.")
    assert size < 200_000
    return path


@contextmanager
def opened(chromium: Browser, file: Path, look: str = "desktop", **options: Any) -> Iterator[Page]:
    """The file in a browser without a network; nothing may be asked for, and nothing may go wrong."""
    context = chromium.new_context(**LOOKS[look], offline=True, **options)
    page, problems = context.new_page(), []
    page.on("pageerror", lambda error: problems.append(f"page: {error}"))
    page.on("console", lambda message: problems.append(f"console: {message.text}") if message.type == "error" else None)
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(("file:", "blob:")) else problems.append(f"asked: {asked.url:.80}"),
    )
    try:
        page.goto(file.as_uri())
        yield page
    finally:
        context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(chromium: Browser, file: Path) -> Iterator[Page]:
    with opened(chromium, file) as found:
        yield at_rest(found)


def said(page: Page | Frame, names: tuple[str, ...] = CARDS) -> dict[str, str]:
    texts = {name: page.get_by_test_id(name).inner_text() for name in names}
    curve = page.get_by_test_id("curve")
    return texts | {name: curve.locator(f"text.{name}").text_content() or "" for name in ("barrier", "high", "start", "end")}


def test_a_drag_shows_the_librarys_numbers(page: Page, experiment: pv.Experiment) -> None:
    drag(page, 1, 0, 2)
    expect_order(page, [[2, 1, 0, 3], [0, 1, 2]])
    data, network = RECIPE.dataset(), experiment.carried_network()
    assert network is not None
    copy = pv.Permutation.transposition(RECIPE.spec, 1, (0, 2))(network)
    found, line = pv.compare(network, copy, data), pv.line_slice(network, copy, data)
    texts = said(page)
    assert (texts["loss-a"], texts["loss-b"]) == (loss_text(found.loss_a), loss_text(found.loss_b))
    assert texts["distance"] == f"‖A − B‖₂ = {loss_text(found.distance)}"
    highest = float(line.losses.max())
    assert float(line.barrier()) > 0.1
    assert texts["barrier"] == f"barrier {wall_text(float(line.barrier()), highest)}"
    assert texts["high"] == loss_text(highest)
    assert texts["verdict"] == "✓ equal"
    difference = page.get_by_test_id("difference").inner_text().split("=")[1].replace("−", "-")
    assert float(difference) < 1e-12
    pair = pv.Permutation([[[0, 1, 2, 3], [2, 1, 0, 3]], [[0, 1, 2], [0, 1, 2]]])
    own, half = pv.jensen_argument(network, data), pv.jensen_argument(network, data, pair)
    assert own.holds
    assert half.holds
    expect(page.get_by_test_id("average-all")).to_have_text(loss_text(own.high))
    expect(page.get_by_test_id("average-half")).to_have_text(loss_text(half.high))
    expect(page.get_by_test_id("average-here")).to_contain_text(f"{loss_text(half.high)}, above the {loss_text(half.low)}")
    expect(page.get_by_test_id("average-statement")).to_have_text(own.statement)


def test_page_and_app_say_the_same_of_every_order_and_on_the_walk(
    chromium: Browser, file: Path, new_page: Callable[..., Page], experiment: pv.Experiment
) -> None:
    app = at_rest(open_app(new_page(), f"/?{urlencode(pv.to_query(experiment))}"))
    with opened(chromium, file) as page:
        at_rest(page)
        assert said(page) == said(app)
        assert page.get_by_test_id("story").inner_text() == app.get_by_test_id("story").inner_text()
        now = [list(range(4)), list(range(3))]
        for layer, a, b in [(1, 0, 2), (2, 0, 1), (1, 1, 3)]:
            row = now[layer - 1]
            row[a], row[b] = row[b], row[a]
            for one in (app, page):
                drag(one, layer, a, b)
                expect_order(one, now)
            expect(app.get_by_test_id("story")).to_have_attribute("aria-busy", "false")
            assert said(page) == said(app)
        for one in (app, page):
            one.get_by_test_id("walk-slider").fill("0.3")
            expect(one.get_by_test_id("walk-t")).to_have_text("t = 0.30")
            expect(one.get_by_test_id("difference")).to_contain_text("F(here)")
        names = ("difference", "loss-b", "distance", "caption")
        assert said(page, names) == said(app, names)
        output = '[data-testid="card-output"] p[data-testid="output-difference"]'
        assert page.locator(output).inner_text() == app.locator(output).inner_text()
        assert float(page.get_by_test_id("marker").get_attribute("data-loss") or "nan") == float(
            app.get_by_test_id("marker").get_attribute("data-loss") or "nan"
        )


def test_keys_walk_two_steps_and_undo(page: Page) -> None:
    start = order(page)
    node(page, 1, 0).focus()
    page.keyboard.press("ArrowDown")
    expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])
    page.get_by_test_id("mode-steps").click()
    node(page, 2, 0).focus()
    page.keyboard.press("ArrowDown")
    page.locator('[data-testid="workbench"][data-phase="broken"]').wait_for()
    expect(page.get_by_test_id("verdict")).to_have_text("✗ broken")
    page.keyboard.press("Enter")
    expect_order(page, [[1, 0, 2, 3], [1, 0, 2]])
    page.get_by_test_id("mode-walk").click()
    drag(page, 1, 0, 1, part=0.5, drop=False)
    expect(page.get_by_test_id("verdict")).to_have_text("✗ on the way")
    page.mouse.up()
    at_rest(page)
    page.get_by_test_id("play").click()
    expect(workbench(page)).to_have_attribute("data-phase", "playing")
    at_rest(page)
    while order(page) != start:
        before = order(page)
        page.keyboard.press("Control+z") if page.get_by_test_id("undo").is_disabled() else page.get_by_test_id("undo").click()
        expect(workbench(page)).not_to_have_attribute("data-order", json.dumps(before, separators=(",", ":")))
        at_rest(page)
    expect(page.get_by_test_id("copies")).to_have_text("B is A itself, one of 4! · 3! = 144 copies")
    expect(page.get_by_test_id("average-half")).to_have_text("B is A")


def test_a_finger_on_a_phone(chromium: Browser, file: Path) -> None:
    with opened(chromium, file, "phone") as page:
        at_rest(page)
        touch_drag(page, 2, 0, 2)
        expect_order(page, [[0, 1, 2, 3], [2, 1, 0]])
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        top = page.get_by_test_id("card-average").bounding_box()
        assert top is not None
        assert top["width"] > 340


def test_the_theme_is_the_systems_and_follows_it(page: Page) -> None:
    drag(page, 1, 0, 1)
    expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])
    for scheme, ground in (("dark", "rgb(16, 21, 26)"), ("light", "rgb(255, 255, 255)")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(workbench(page)).to_have_attribute("data-theme", scheme)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground
        assert order(page) == [[1, 0, 2, 3], [0, 1, 2]]


def test_reduced_motion_is_honoured(chromium: Browser, file: Path) -> None:
    with opened(chromium, file, reduced_motion="reduce") as page:
        at_rest(page)
        frames = "() => document.getAnimations().filter(a => a.playState === 'running').length"
        assert page.evaluate(frames) == 0
        drag(page, 1, 0, 1)
        expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])


@pytest.mark.parametrize("by", ["src", "srcdoc"])
def test_the_same_in_a_frame_that_may_only_run_scripts(chromium: Browser, file: Path, tmp_path: Path, by: str) -> None:
    host = tmp_path / "article.html"
    frame = '<iframe sandbox="allow-scripts" width="1000" height="900"></iframe>'
    host.write_text(f"<!doctype html><title>Article</title><h1>Article</h1>{frame}")
    with opened(chromium, host) as page:
        value = file.as_uri() if by == "src" else file.read_text()
        page.locator("iframe").evaluate(f"(frame, value) => {{ frame.{by} = value; }}", value)
        inside = page.frame_locator("iframe")
        rest = inside.locator(REST)
        rest.wait_for()
        box = {}
        for slot in (0, 2):
            found = inside.locator(f'[data-node][data-layer="1"][data-slot="{slot}"]').bounding_box()
            assert found is not None
            box[slot] = (found["x"] + found["width"] / 2, found["y"] + found["height"] / 2)
        page.mouse.move(*box[0])
        page.mouse.down()
        for part in range(1, 9):
            page.mouse.move(box[0][0], box[0][1] + (box[2][1] - box[0][1]) * part / 8)
        page.mouse.up()
        swapped = inside.locator('[data-testid="workbench"][data-order="[[2,1,0,3],[0,1,2]]"]')
        swapped.wait_for()
        rest.wait_for()
        expect(inside.get_by_test_id("verdict")).to_have_text("✓ equal")
        assert inside.get_by_test_id("loss-b").inner_text() == inside.get_by_test_id("loss-a").inner_text()
        expect(inside.get_by_test_id("copies")).to_have_text("B is one of 4! · 3! = 144 copies")


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_serious_and_nothing_moves_when_it_starts(chromium: Browser, file: Path, look: str) -> None:
    with opened(chromium, file, look) as page:
        at_rest(page)
        drag(page, 1, 0, 1) if look != "phone" else touch_drag(page, 1, 0, 1)
        expect_order(page, [[1, 0, 2, 3], [0, 1, 2]])
        levels = [int(name[1]) for name in page.get_by_role("heading").evaluate_all("all => all.map(h => h.tagName)")]
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False)), levels
        page.evaluate(AXE)
        assert grave(page.evaluate("options => axe.run(options)", COLOURS if look == "dark" else ALL)) == []


@pytest.mark.parametrize(
    ("task", "hidden", "activation"), [("wave", (5,), "sin"), ("iris", (4, 3), "relu"), ("digits", (8,), "gelu")]
)
def test_other_tasks(chromium: Browser, tmp_path: Path, task: str, hidden: tuple[int, ...], activation: str) -> None:
    recipe = pv.Recipe().changed(task=task, samples=100, hidden=hidden, activation=activation)
    file, network, data = tmp_path / "page.html", pv.init_network(recipe.spec), recipe.dataset()
    file.write_text(page_of(pv.Experiment(recipe), network, data))
    with opened(chromium, file) as page:
        at_rest(page)
        node(page, 1, 0).focus()
        page.keyboard.press("ArrowDown")
        copy = pv.Permutation.transposition(recipe.spec, 1, (0, 1))
        expect_order(page, [row.tolist() for row in copy.orders])
        found, points = pv.compare(network, copy(network), data), page.locator(".same .note")
        assert said(page)["loss-b"] == loss_text(found.loss_b)
        assert said(page)["distance"] == f"‖A − B‖₂ = {loss_text(found.distance)}"
        expect(points).to_contain_text(f"over {count_text(found.points)} points")
        expect(page.get_by_test_id("average-all")).to_have_text(loss_text(pv.jensen_argument(network, data).high))
        assert page.get_by_test_id("card-average").locator("canvas:visible").count() > 0


def test_the_app_saves_the_page_of_what_is_on_the_screen(
    chromium: Browser, new_page: Callable[..., Page], experiment: pv.Experiment, tmp_path: Path
) -> None:
    app = at_rest(open_app(new_page(), f"/?{urlencode(pv.to_query(experiment))}"))
    drag(app, 1, 0, 2)
    expect_order(app, [[2, 1, 0, 3], [0, 1, 2]])
    app.get_by_role("button", name="Share").click()
    with app.expect_download() as started:
        app.get_by_role("button", name="Save this page").click()
    assert started.value.suggested_filename == "permviz-moons-2-4-3-1.html"
    saved = tmp_path / "saved.html"
    started.value.save_as(saved)
    with opened(chromium, saved) as page:
        at_rest(page)
        assert order(page) == [[2, 1, 0, 3], [0, 1, 2]]
        assert said(page) == said(app)
        there = page.get_by_role("link", name="Open it in the app").get_attribute("href") or ""
        assert there.startswith(app.url.split("?")[0].rstrip("/"))
        assert "order=2103.012" in there


def test_a_file_that_was_cut_says_so(chromium: Browser, file: Path, tmp_path: Path) -> None:
    """What starts without its modules says what is missing."""
    cut = tmp_path / "cut.html"
    cut.write_text(re.sub(r'(data-name="modules">[^<]{2000})[^<]*', r"\1", file.read_text()))
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(cut.as_uri())
    expect(page.locator("#permviz")).to_contain_text("could not start. It needs a browser of 2023 or later, and the whole file")
    context.close()
