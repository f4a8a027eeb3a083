"""The average of a network's copies, and why a convex loss could not be like this (Jensen)."""

from permviz.ui.frame import show_page
from permviz.ui.parts.views import show_views
from permviz.ui.views.average.views import VIEWS


def average() -> None:
    show_views("average", "Is the average of good copies good?", VIEWS)


show_page(average)
