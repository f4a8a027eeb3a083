"""What a swap changes on a page: a view that does not follow the order of the nodes stays, so it must not show it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from streamlit.testing.v1.element_tree import Block

from permviz.ui.parts.views import View
from permviz.ui.views.align.views import VIEWS as ALIGN
from permviz.ui.views.average.views import VIEWS as AVERAGE
from permviz.ui.views.count.views import VIEWS as COUNT
from permviz.ui.views.rastrigin.views import VIEWS as RASTRIGIN
from permviz.ui.views.slices.views import VIEWS as SLICES
from tests.pages.app_page import AppPage

LINK = {"task": "moons", "samples": "60", "net": "4-2", "steps": "30"}
PAGES: dict[str, Mapping[str, View]] = {
    "slices": SLICES,
    "average": AVERAGE,
    "count": COUNT,
    "rastrigin": RASTRIGIN,
    "align": ALIGN,
}


def drawn(block: Block) -> Iterator[str]:
    """Everything in a block but what changes with each swap or session: links, the diagram, the number of the run."""
    for child in block.children.values():
        if isinstance(child, Block):
            yield from drawn(child)
        elif child.type == "bidi_component":
            data: dict[str, Any] = json.loads(child.proto.json)
            del data["serial"]
            if "ack" not in data:
                yield json.dumps(data)
        elif child.type != "page_link" and "data-run" not in str(child.proto):
            yield str(child.proto)


@pytest.mark.parametrize(("page", "show"), [(page, show) for page, views in PAGES.items() for show in views])
def test_a_view_follows_the_order_of_the_nodes_if_it_says_so(page: str, show: str) -> None:
    link = LINK | {f"{page}.show": show}
    first, *others = (AppPage.opened(link | {"order": order}, page=page) for order in ("1023.01", "0213.10", "0123.01"))
    assert all(other.diagram()["order"] != first.diagram()["order"] for other in others)
    same = [list(drawn(other.at.main)) == list(drawn(first.at.main)) for other in others]
    assert all(same) != PAGES[page][show].follows
