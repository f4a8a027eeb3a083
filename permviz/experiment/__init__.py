"""The description of what is on the screen, its link, and the network that follows from it."""
