"""Loss slices: lines and planes from the network to its copies."""

from permviz.ui.frame import show_page
from permviz.ui.parts.views import show_views
from permviz.ui.views.slices.views import VIEWS


def slices() -> None:
    show_views("slices", "Does the loss climb between two copies?", VIEWS)


show_page(slices)
