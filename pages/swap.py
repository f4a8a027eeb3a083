"""Swap: drag one hidden node past another, and see that the function has not moved though the parameters have."""

from permviz.ui.workbench import workbench

workbench()
