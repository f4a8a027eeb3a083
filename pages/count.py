"""How many copies of a network there are: exact numbers, each with its formula, source and hypothesis."""

from permviz.ui.frame import show_page
from permviz.ui.parts.views import show_views
from permviz.ui.views.count.views import VIEWS


def count() -> None:
    show_views("count", "How many networks are this one?", VIEWS)


show_page(count)
