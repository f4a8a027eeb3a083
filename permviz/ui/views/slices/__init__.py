"""Views of the Loss slices page."""
