"""Every view under axe-core, in both themes, at a desk and on a phone; and what axe does not know: landmarks, headings, tabs.

axe-core comes with the package ``axe_playwright_python``: its file alone is used, and nothing is fetched.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from permviz.figures.theme import DARK, LIGHT
from permviz.ui.document import PAGES
from permviz.ui.views.align import views as align
from permviz.ui.views.average import views as average
from permviz.ui.views.count import views as count
from permviz.ui.views.melt import views as melt
from permviz.ui.views.rastrigin import views as rastrigin
from permviz.ui.views.slices import views as slices
from tests.browser.driver import open_app
from tests.browser.workbench import at_rest

NETWORK = "task=moons&net=4-3&steps=60&samples=100&order=1023.012"
PAGES_OF_VIEWS = {
    "slices": slices, "average": average, "count": count, "rastrigin": rastrigin, "align": align, "melt": melt
}  # fmt: skip
VIEWS = {
    f"{page}-{view}": f"/{page}?{NETWORK}&{page}.show={view}"
    for page, module in PAGES_OF_VIEWS.items()
    for view in module.VIEWS
} | {
    "swap": f"/?{NETWORK}",
    "claims": f"/claims?{NETWORK}",
    "lesson-task": f"/?{NETWORK}&lesson.name=class&lesson.step=2&lesson.done=1_2",
    "lesson-question": f"/?{NETWORK}&lesson.name=class&lesson.step=3",
    "lesson-elsewhere": f"/count?{NETWORK}&lesson.name=talk&lesson.step=3",
}

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ALL = {
    "runOnly": {"type": "tag", "values": [*STANDARDS, "best-practice"]},
    "rules": {"target-size": {"enabled": True}, "label-content-name-mismatch": {"enabled": True}},
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
"""All that a theme decides."""

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LOOKS = {
    "desk, light": (DESK, LIGHT, ALL),
    "desk, dark": (DESK, DARK, COLOURS),
    "phone, dark": (PHONE, DARK, ALL),
    "phone, light": (PHONE, LIGHT, COLOURS),
}

STILL = "const s = new CSSStyleSheet(); s.replaceSync('* { transition: none !important; animation: none !important }');"
DRAWN = "() => document.querySelector('.permviz-plot:not([data-drawn])') === null"


def opened(page: Page, path: str) -> Page:
    at_rest(open_app(page, path))
    expect(page.locator(".st-key-melt-progress")).to_have_count(0, timeout=90_000)  # else parts of the page fade meanwhile
    page.wait_for_function(DRAWN)
    return page


def grave(found: dict[str, Any]) -> list[str]:
    """Serious and critical violations, in words."""
    return [
        f"{rule['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_serious_and_headings_go_down_without_a_gap(page: Page, view: str) -> None:
    opened(page, VIEWS[view])
    levels = [int(name[1]) for name in page.get_by_role("heading").evaluate_all("all => all.map(h => h.tagName)")]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False)), levels
    page.evaluate(STILL + "document.adoptedStyleSheets.push(s)")  # no colour is measured on its way to another
    page.evaluate(AXE)
    problems = {}
    for look, (size, theme, options) in LOOKS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme="dark" if theme is DARK else "light")
        page.wait_for_function(
            "colour => getComputedStyle(document.querySelector('.stApp')).backgroundColor === colour", arg=rgb(theme.background)
        )
        page.wait_for_function(DRAWN)
        problems[look] = grave(page.evaluate("options => axe.run(document, options)", options))
    assert not any(problems.values()), problems


def rgb(colour: str) -> str:
    """As a browser says it."""
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


def test_the_navigation_says_where_one_is_and_its_links_lead_where_they_say(page: Page) -> None:
    opened(page, f"/average?{NETWORK}")
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    expect(links).to_have_text([title for _, title in PAGES])
    current = page.locator('[aria-current="page"]')
    expect(current).to_have_text(["Average"])
    paths = links.evaluate_all("links => links.map(link => new URL(link.href).pathname)")
    assert paths == ["/", *(f"/{name}" for name, _ in PAGES[1:])]
    links.filter(has_text="Count").click()
    expect(current).to_have_text(["Count"])


def test_one_tab_stop_leads_past_the_header_into_the_diagram(page: Page) -> None:
    opened(page, f"/?{NETWORK}")
    page.keyboard.press("Tab")
    skip = page.get_by_role("button", name="Skip to the diagram")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    address = page.url
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("mode-swap")).to_be_focused()
    assert page.url == address
