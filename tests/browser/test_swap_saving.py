"""What the workbench saves: the diagram, the matrices, the curve; as drawings, pictures and numbers that need nothing else."""

from __future__ import annotations

import base64
import csv
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.driver import idle, open_app
from tests.browser.workbench import SMALL, at_rest, drag, number

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"


def saved(page: Page, what: str, form: str, folder: Path) -> Path:
    menu = page.locator(".permviz-save").filter(has=page.get_by_label(f"Save the {what}", exact=True))
    menu.locator("summary").click()
    with page.expect_download() as download:
        menu.get_by_role("button", name=form).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def texts(drawing: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in drawing.iter(f"{SVG}text")]


def references(drawing: ElementTree.Element) -> list[str]:
    """Whatever an element points to."""
    values = [value for element in drawing.iter() for value in element.attrib.values()]
    return [value for value in values if re.search(r"url\(|^data:|//", value)]


def is_blank(picture: Image.Image) -> bool:
    colours = picture.convert("RGB").getcolors(1 << 24)
    assert colours is not None
    return max(count for count, _ in colours) > 0.98 * picture.width * picture.height


@pytest.fixture
def swapped(page: Page) -> Page:
    at_rest(open_app(page, SMALL))
    drag(page, 1, 0, 2)
    at_rest(page)
    page.wait_for_url(lambda url: "order=2103.012" in url)
    return page


LABELS = {
    "diagram": ["1", "2", "3", "4", "inputs", "layer 1", "layer 2", "positive", "negative", "bias"],
    "matrices": ["Weight matrices", "W", "before (A) and now (B); last column: biases"],
    "curve": ["Loss on the way from A to B", "A", "B", "t"],
}
NAMES = {"diagram": "network-2-4-3-1", "matrices": "weight-matrices", "curve": "loss-on-the-way-from-a-to-b"}


@pytest.mark.parametrize("what", list(LABELS))
def test_it_is_saved_as_a_drawing_and_a_picture_that_stand_alone(swapped: Page, what: str, tmp_path: Path) -> None:
    page = swapped
    path = saved(page, what, "Drawing (SVG)", tmp_path)
    assert path.name == f"permviz-swap-{NAMES[what]}.svg"
    drawing = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    assert set(LABELS[what]) <= set(texts(drawing)), texts(drawing)
    assert drawing.findtext(f"{SVG}metadata") == page.url
    assert drawing.findtext(f"{SVG}title")
    assert drawing.findtext(f"{SVG}desc")
    assert all(re.match(r"data:image/png;base64,|url\(#", reference) for reference in references(drawing)), references(drawing)
    ids = {element.get("id") for element in drawing.iter()}
    assert {found for value in references(drawing) for found in re.findall(r"url\(#(.*?)\)", value)} <= ids
    assert not [element.tag for element in drawing.iter() if "foreignObject" in element.tag or element.get("style")]
    path = saved(page, what, "Picture (PNG)", tmp_path)
    assert path.name == f"permviz-swap-{NAMES[what]}.png"
    picture = Image.open(path)
    assert picture.size == (2 * int(drawing.get("width", 0)), 2 * int(drawing.get("height", 0)))
    assert not is_blank(picture)
    assert is_blank(Image.new("RGB", picture.size, "white")), "negative control"
    assert (picture.info["Source"], picture.info["Title"]) == (page.url, drawing.findtext(f"{SVG}title"))


def test_the_drawing_of_the_network_has_its_edges_and_what_the_nodes_show(swapped: Page, tmp_path: Path) -> None:
    page = swapped
    drawing = ElementTree.fromstring(saved(page, "diagram", "Drawing (SVG)", tmp_path).read_text(encoding="utf-8"))
    shown = page.locator("[data-testid=diagram] .thin path").evaluate_all(
        "paths => paths.map((path) => path.getAttribute('d'))"
    )
    edges = [path.get("d") for path in drawing.findall(f".//{SVG}svg//{SVG}path")]
    assert edges == shown
    assert len(edges) == 2 * 4 + 4 * 3 + 3 * 1
    thumbnails = [image.get(HREF, "") for image in drawing.iter(f"{SVG}image")]
    assert len(thumbnails) == 2 + 4 + 3 + 1
    pictures = [Image.open(BytesIO(base64.b64decode(thumbnail.split(",")[1]))) for thumbnail in thumbnails]
    assert not any(is_blank(picture) for picture in pictures)
    page.get_by_test_id("reset").click()
    at_rest(page)
    before = ElementTree.fromstring(saved(page, "diagram", "Drawing (SVG)", tmp_path).read_text(encoding="utf-8"))
    numbers = [[text for text in texts(some) if text.isdigit()] for some in (drawing, before)]
    assert numbers[0] == numbers[1] == ["1", "2", "3", "4", "1", "2", "3"], "a node's element is its identity"
    places = [[text.get("y") for text in some.iter(f"{SVG}text") if text.text == "1"] for some in (drawing, before)]
    assert places[0] != places[1], "but it stands elsewhere"


def test_the_curve_is_saved_as_the_numbers_that_it_shows(swapped: Page, tmp_path: Path) -> None:
    page = swapped
    path = saved(page, "curve", "Numbers (CSV)", tmp_path)
    assert path.name == "permviz-swap-loss-on-the-way-from-a-to-b.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["# Loss on the way from A to B", f"# {page.url}"]
    (_, *names), *rows = list(csv.reader(lines[2:]))
    assert len(names) == 2
    t, losses, chord = zip(*[[float(value) for value in row] for row in rows], strict=True)
    assert (t[0], t[-1]) == (0, 1)
    assert list(t) == sorted(set(t))
    assert losses[0] == pytest.approx(number(page, "loss-a"), rel=1e-2)
    assert losses[-1] == pytest.approx(number(page, "loss-b"), rel=1e-2)
    barrier = float((page.locator(".curve text.barrier").text_content() or "").split()[-1])
    assert max(a - b for a, b in zip(losses, chord, strict=True)) == pytest.approx(barrier, rel=1e-2)


def test_the_small_diagram_is_saved_in_the_colours_of_the_dark_theme(new_page: Callable[..., Page], tmp_path: Path) -> None:
    page = new_page(dark=True)
    page.goto("/count" + SMALL[1:])
    idle(page)
    at_rest(page)
    path = saved(page, "diagram", "Picture (PNG)", tmp_path)
    assert path.name == "permviz-count-network-2-4-3-1.png"
    picture = Image.open(path).convert("RGB")
    corner = picture.getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert max(corner) < 60, "the theme's background"
    assert not is_blank(picture)
