"""Views that are not about the network beside them say so; of the others each shows another network in another way."""

from __future__ import annotations

from importlib import import_module

import pytest

from permviz.ui.parts.views import View
from tests.pages.app_page import AppPage, metrics

PAGES = ("slices", "average", "count", "rastrigin", "align")
VIEWS: dict[tuple[str, str], View] = {
    (page, name): view
    for page in PAGES
    for name, view in import_module(f"permviz.ui.views.{page}.views").VIEWS.items()
}  # fmt: skip
SETTINGS = {("align", "asymmetry"): {"steps": "3", "align.where": "here", "align.broken": "1"}}
"""Of views that may be about other networks, those with which they are not."""
NETWORKS = ({"net": "4", "seed": "1"}, {"net": "4", "seed": "2"}, {"net": "3", "seed": "1"})


def content(page: str, view: str, network: dict[str, str]) -> tuple[list[str], list[str], list[object], list[str]]:
    """Captions, figures, verdicts with numbers, and all else that is said."""
    query = {"task": "moons", "steps": "0", "samples": "40", f"{page}.show": view} | network
    query |= SETTINGS.get((page, view), {})
    opened = AppPage.opened(query, page=page)
    captions = [str(caption.value) for caption in opened.at.caption]
    verdicts = [str(found.value) for found in opened.at.success]
    texts = [str(text.value) for text in opened.at.markdown]
    return captions, [figure["figure"] for figure in opened.figures()], [verdicts, metrics(opened)], texts


@pytest.mark.parametrize(("page", "view"), [key for key, view in VIEWS.items() if view.apart])
def test_a_view_that_is_apart_says_so_and_shows_the_same_of_another_network(page: str, view: str) -> None:
    (captions, figures, numbers, _), (_, others, other_numbers, _) = (content(page, view, net) for net in NETWORKS[:2])
    assert VIEWS[page, view].apart in captions
    assert figures
    assert (figures, numbers) == (others, other_numbers)


@pytest.mark.parametrize(("page", "view"), [key for key, view in VIEWS.items() if not view.apart])
def test_a_view_that_says_nothing_depends_on_the_network(page: str, view: str) -> None:
    """Negative control: otherwise the test above would pass of any view."""
    (captions, *mine), (_, *other) = (content(page, view, net) for net in (NETWORKS[0], NETWORKS[2]))
    assert mine != other
    assert not any(found.apart and found.apart in captions for found in VIEWS.values())
