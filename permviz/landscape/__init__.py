"""The loss over parameter space: lines, planes, bodies, certificates."""
