"""Permutations and the other moves that keep a network's function: groups, stabilisers, counts, averages."""
