"""Views of the Melt page."""
