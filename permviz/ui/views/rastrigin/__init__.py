"""Views of the Rastrigin page."""
