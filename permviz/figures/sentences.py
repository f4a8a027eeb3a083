"""Parts of a picture's sentence that are made from its numbers: what rises, what falls, what neither does."""

from __future__ import annotations

from collections.abc import Sequence

from permviz.networks.digits import NO_WALL, differs, loss_text, told_apart, wall_text


def way(first: float, last: float) -> str:
    """How a curve goes from its first number to its last.

    >>> way(48.8, 0.0), way(0.25, 1.5), way(0.5, 0.5)
    ('down from 48.8 to 0', 'up from 0.250 to 1.50', 'from 0.500 to the same')
    """
    if not differs(first, last):
        return f"from {loss_text(first)} to the same"
    start, end = told_apart(first, last)
    return f"{'up' if last > first else 'down'} from {start} to {end}"


def walls(barriers: Sequence[float], loss: float) -> str:
    """How far the loss rises, by these barriers, on the straight ways between points of that loss.

    >>> walls([0.31, 0.0, 1.0], 0.2)
    'On the straight ways between them the loss rises by 0.310, 0 and 1.00.'
    >>> walls([0.0, 1e-17], 0.2)
    'On no straight way between them does the loss rise.'
    """
    rises = [wall_text(b, loss + b) for b in barriers]
    if set(rises) <= {"0", NO_WALL}:
        return "On no straight way between them does the loss rise."
    return f"On the straight ways between them the loss rises by {', '.join(rises[:-1])} and {rises[-1]}."
