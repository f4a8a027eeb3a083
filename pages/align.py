"""Align: two networks that were trained apart; the nodes of one travel to their partners in the other."""

from permviz.ui.frame import show_page
from permviz.ui.parts.views import show_views
from permviz.ui.views.align.views import VIEWS


def align() -> None:
    show_views("align", "Are two trained networks copies of each other?", VIEWS)


show_page(align)
