"""How many copies of a network there are: exact numbers, each with its formula, source and hypothesis."""

from permviz.ui.count_views import VIEWS
from permviz.ui.views import show_views

show_views("count", "How many networks are this one?", VIEWS)
