"""Views of the Average page."""
