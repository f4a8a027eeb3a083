"""The average of a network's copies, and why a convex loss could not be like this (Jensen)."""

from permviz.ui.average_views import VIEWS
from permviz.ui.views import show_views

show_views("average", "Is the average of good copies good?", VIEWS)
