"""Training from many starts at once, and an honest account of how each one ended."""
