"""Rastrigin and the real thing: the surface that networks are likened to, and the surfaces that they have."""

from permviz.ui.frame import show_page
from permviz.ui.parts.views import show_views
from permviz.ui.views.rastrigin.views import VIEWS


def rastrigin() -> None:
    show_views("rastrigin", "Rastrigin and the real thing", VIEWS)


show_page(rastrigin)
