"""The loss over parameter space: lines, planes, bodies, certified points, arguments for non-convexity."""
