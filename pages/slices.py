"""Loss slices: lines and planes from the network to its copies."""

from permviz.ui.slice_views import VIEWS
from permviz.ui.views import show_views

show_views("slices", "Between two copies the loss climbs", VIEWS)
