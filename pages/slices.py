"""Loss slices: lines and planes from the network to its copies."""

from permviz.ui.parts.views import show_views
from permviz.ui.views.slices.views import VIEWS

show_views("slices", "Between two copies the loss climbs", VIEWS)
