"""Melt: the weight decay grows, neurons become alike, and the network's copies become one."""

from permviz.ui.frame import show_page
from permviz.ui.parts.views import show_views
from permviz.ui.views.melt.views import VIEWS


def melt() -> None:
    show_views("melt", "The melting orbit", VIEWS)


show_page(melt)
