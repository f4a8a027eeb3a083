"""Views of the Count page."""
