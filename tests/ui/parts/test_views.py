"""The views of pages: their table has a row for each value of the setting that chooses among them."""

from __future__ import annotations

from importlib import import_module
from typing import get_args, get_type_hints

import pytest

from permviz.experiment.experiment import PAGES
from permviz.ui.parts.views import View

WITH_VIEWS = [page for page, table in PAGES.items() if "show" in get_type_hints(table)]


def test_pages_with_views_are_known() -> None:
    assert len(WITH_VIEWS) >= 4


@pytest.mark.parametrize("page", WITH_VIEWS)
def test_every_choice_has_its_view(page: str) -> None:
    views: dict[str, View] = import_module(f"permviz.ui.views.{page}.views").VIEWS
    assert list(views) == list(get_args(get_type_hints(PAGES[page])["show"]))
    assert len({view.name for view in views.values()}) == len(views)
    assert all(view.show.__doc__ for view in views.values())
