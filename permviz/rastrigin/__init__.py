"""Rastrigin's function, and the one-weight neurons that are its exact counterpart."""
