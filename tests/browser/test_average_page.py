"""The Average page in a real browser: copies chosen by keyboard, a search by its button, a phone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import idle, open_app, rerun

SMALL = "/average?task=moons&net=3&steps=300&samples=100"


def setting(page: Page, name: str) -> str | None:
    return parse_qs(urlsplit(page.url).query).get(name, [None])[0]


def headline(page: Page) -> Locator:
    return page.locator(".permviz-plot-shown")


def test_the_proof_is_on_one_screen(page: Page) -> None:
    """Slider, sentence, curve and what the average answers: nothing of it below the fold of a small laptop."""
    open_app(page, "/average")
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=30_000)
    expect(page.get_by_role("slider", name="Copies averaged")).to_be_in_viewport(ratio=1)
    expect(headline(page)).to_be_in_viewport(ratio=1)
    for part in ("xy", "x3y3"):  # the curve, and what the average answers
        expect(page.locator(f"[data-subplot={part}]").first).to_be_in_viewport(ratio=0.99)


def pictures(page: Page) -> list[list[str]]:
    """The pictures inside the hidden nodes of the diagram, by layer."""
    found: list[list[str]] = page.evaluate(
        """() => {
          const layers = {};
          const all = (node) => [...node.querySelectorAll("*")].flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
          for (const e of all(document.body)) if (e.matches("[data-node]"))
            (layers[e.dataset.layer] ??= []).push(e.querySelector("canvas").toDataURL());
          return Object.values(layers);
        }"""
    )
    return found


def test_the_slider_averages_fewer_copies_and_back_undoes_it(page: Page) -> None:
    open_app(page, SMALL)
    expect(page.locator("[data-drawn]")).to_have_count(1, timeout=30_000)  # the first visit loads the library
    expect(headline(page)).to_contain_text("The average of all 6 copies:")
    expect(page.get_by_test_id("caption")).to_have_text("Drawn here: the average of all 6 copies.")
    assert [len(set(layer)) for layer in pictures(page)] == [1], "the nodes of the average are alike"
    top = page.locator(".permviz-plot-canvas").bounding_box()
    slider = page.get_by_role("slider", name="Copies averaged")
    slider.focus()
    with rerun(page):
        page.keyboard.press("Home")
    expect(headline(page)).to_contain_text("Now average some.")
    expect(page.get_by_test_id("caption")).to_have_text("Drawn here: the average of 1 copy.")
    assert [len(set(layer)) for layer in pictures(page)] == [3], "those of A are not"
    assert page.locator(".permviz-plot-canvas").bounding_box() == top, "a shorter headline moves nothing"
    assert setting(page, "average.copies") == "1"
    with rerun(page):
        page.go_back()
    expect(headline(page)).to_contain_text("The average of all 6 copies:")


def test_play_averages_one_copy_after_another_without_the_server_and_can_be_stopped(page: Page) -> None:
    open_app(page, SMALL)
    expect(page.locator("[data-drawn]")).to_have_count(1, timeout=30_000)
    slider, before = page.get_by_role("slider", name="Copies averaged"), page.locator("[data-run]").get_attribute("data-run")
    page.get_by_role("button", name="Play").focus()
    page.keyboard.press("Enter")
    expect(slider).to_have_attribute("aria-valuetext", "1 copy")
    for name in ("2 copies", "3 copies"):
        expect(slider).to_have_attribute("aria-valuetext", name)
        expect(page.get_by_test_id("caption")).to_have_text(f"Drawn here: the average of {name}.")
        assert page.locator("[data-run]").get_attribute("data-run") == before
    with rerun(page):  # where it was stopped is told
        page.get_by_role("button", name="Stop").click()
    stopped = slider.get_attribute("aria-valuetext")
    assert setting(page, "average.copies") in ("3", "4", "5")
    with rerun(page):  # played to its end, that is told
        page.get_by_role("button", name="Play").click()
        expect(slider).to_have_attribute("aria-valuetext", "all 6 copies")
    assert stopped != "all 6 copies"
    assert setting(page, "average.copies") is None


def test_who_wants_less_motion_takes_one_step_a_press(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_app(page, SMALL)
    expect(page.locator("[data-drawn]")).to_have_count(1, timeout=30_000)
    slider = page.get_by_role("slider", name="Copies averaged")
    for name in ("1 copy", "2 copies", "3 copies"):
        with rerun(page):
            page.get_by_role("button", name="Next").click()
        expect(slider).to_have_attribute("aria-valuetext", name)
    expect(page.get_by_role("button", name="Play")).to_have_count(0)


def test_every_view_draws(page: Page) -> None:
    open_app(page, SMALL)
    for name, sentence in [
        ("Matrices", "two matrices, one function"),
        ("Activations", "Worse than their ends"),
        ("Linear", "Linear networks do have minima"),
    ]:
        with rerun(page):
            page.get_by_role("radio", name=name, exact=True).click()
        expect(page.get_by_text(sentence).first).to_be_visible()
        expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=30_000)


def test_the_search_answers_and_its_link_keeps_the_answer(page: Page) -> None:
    open_app(page, "/average?task=teacher&net=3&steps=300&samples=60&average.show=certificate")
    with rerun(page):
        page.get_by_role("button", name="Search: train 24 networks").click()
    expect(page.get_by_text("Best 2-1-1 found")).to_be_visible()
    assert setting(page, "average.search") == "1"
    page.reload()
    idle(page)
    expect(page.get_by_text("Best 2-1-1 found")).to_be_visible()


def test_on_a_phone_in_the_dark_nothing_scrolls_sideways(new_page: Callable[..., Page]) -> None:
    page = open_app(new_page(phone=True, dark=True), SMALL)
    for show in ("average", "matrices", "certificate", "activations", "linear"):
        open_app(page, f"{SMALL}&average.show={show}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), show
