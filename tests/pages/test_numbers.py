"""Numbers on the screen are written in one way: a minus is a minus, and no exponent has a sign or zeros that say nothing."""

from __future__ import annotations

import re

import pytest

from permviz.networks.digits import written
from tests.pages.app_page import AppPage
from tests.pages.test_wild_weights import every_view

WRONG = re.compile(r"[\d.]*\de[-+]?0\d|\de[-+]\d|(?<![\w.\-–−/&?=:#])-\.?\d")
LINKS = re.compile(r"\]\([^)]*\)|https?://\S+|`[^`]*`|<[^>]*>")
NET = {"task": "moons", "net": "4-3", "samples": "60", "steps": "40"}
KINDS = "markdown", "caption", "info", "warning", "error", "metric"


def texts(page: AppPage) -> list[str]:
    """All that is read on a page, with what a mark of help says."""
    elements = [element for kind in KINDS for element in page.at.get(kind)]
    read = [str(element.value) for element in elements]
    read += [str(getattr(element.proto, "help", "")) for element in elements if hasattr(element, "proto")]
    return [LINKS.sub(" ", text) for text in [*read, *page.captions()]]


@every_view
def test_numbers_are_written_in_one_way(page: str, settings: dict[str, str]) -> None:
    read = texts(AppPage.opened(NET | settings, page=page))
    assert len(" ".join(read)) > 100
    wrong = [text for text in read if WRONG.search(text)]
    assert not wrong


@pytest.mark.parametrize("text", ["by 1.3e-03", "2e+16", "from -2 to 2", "(-0.5, 1)", "1e05"])
def test_another_way_is_seen(text: str) -> None:
    """Negative control."""
    assert WRONG.search(text)
    assert not WRONG.search(written(text)), written(text)


@pytest.mark.parametrize("text", ["a network 2-4-3-1", "2 − 1", "1.3e−3", "t-SNE", "the 3-cycle"])
def test_what_is_no_number_is_left_alone(text: str) -> None:
    assert not WRONG.search(text)
    assert written(text) == text
