"""Views of the Align page."""
