"""Figures: pure functions from a result to a plotly Figure, and the theme they share."""
