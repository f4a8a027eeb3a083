"""Rastrigin and the real thing: the surface that networks are likened to, and the surfaces that they have."""

from permviz.ui.rastrigin_views import VIEWS
from permviz.ui.views import show_views

show_views("rastrigin", "Rastrigin and the real thing", VIEWS, apart=("function", "neurons", "critical"))
