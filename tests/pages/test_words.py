"""Words that only some networks show wrong: numbers of one and of none, on every view."""

from __future__ import annotations

import re

import pytest

from tests.pages.app_page import AppPage
from tests.pages.test_apart import VIEWS

WRONG = re.compile(
    r"\b1 (?:nodes|steps|layers|points|copies|dimensions|swaps|midpoints)\b|(?:\bafter |\()0 (?:training )?steps"
)


def said(page: AppPage) -> str:
    kinds = ("markdown", "caption", "info", "success", "warning")
    texts = [str(element.value) for kind in kinds for element in page.at.get(kind)]
    texts += [option for box in page.at.selectbox for option in box.options]
    return "\n".join([*texts, *page.captions()])


@pytest.mark.parametrize(("page", "view"), [*VIEWS, ("claims", "")])
@pytest.mark.parametrize("net", ["1-2", "2-1"])
def test_one_node_and_no_step_are_said_as_people_say_them(page: str, view: str, net: str) -> None:
    query = {"task": "moons", "steps": "0", "samples": "30", "net": net} | ({f"{page}.show": view} if view else {})
    shown = said(AppPage.opened(query, page=page))
    assert WRONG.findall(shown) == []


def test_wrong_numbers_of_things_are_noticed() -> None:
    """Negative control."""
    for text in ("hidden layer 1 (1 nodes)", "used up after 0 steps", "this network (0 training steps)"):
        assert WRONG.search(text)
    for text in ("hidden layer 2 (21 nodes)", "hidden layer 1 (1 node)", "after 10 steps"):
        assert not WRONG.search(text)
