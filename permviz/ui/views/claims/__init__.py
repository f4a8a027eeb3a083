"""Views of the Claims page."""
