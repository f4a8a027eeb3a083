"""Lessons, as data: steps that lead through the argument on the app's real controls, and what is asked in them."""
