"""Parts of a picture's sentence that are made from its numbers: what rises, what falls, what neither does."""

from __future__ import annotations

from collections.abc import Sequence

ROUNDING = 1e-9
"""Differences up to this, relative to 1 or to the larger number, are none."""


def differs(first: float, last: float) -> bool:
    """Whether two numbers are apart by more than rounding."""
    return abs(last - first) > ROUNDING * max(1.0, abs(first), abs(last))


def told_apart(first: float, last: float, digits: int = 3) -> tuple[str, str]:
    """Two numbers with as many digits as tell them apart, ``digits`` at least and 12 at most.

    >>> told_apart(0.25, 1.5), told_apart(1.23442, 1.23449)
    (('0.25', '1.5'), ('1.2344', '1.2345'))
    """
    for count in range(digits, 13):
        texts = f"{first:.{count}g}", f"{last:.{count}g}"
        if texts[0] != texts[1]:
            break
    return texts


def way(first: float, last: float) -> str:
    """How a curve goes from its first number to its last.

    >>> way(48.8, 0.0), way(0.25, 1.5), way(0.5, 0.5)
    ('down from 48.8 to 0', 'up from 0.25 to 1.5', 'from 0.5 to the same')
    """
    if not differs(first, last):
        return f"from {first:.3g} to the same"
    start, end = told_apart(first, last)
    return f"{'up' if last > first else 'down'} from {start} to {end}"


def walls(barriers: Sequence[float], loss: float) -> str:
    """How far the loss rises, by these barriers, on the straight ways between points of that loss.

    >>> walls([0.31, 0.0, 1.0], 0.2)
    'On the straight ways between them the loss rises by 0.31, 0 and 1.'
    >>> walls([0.0, 1e-17], 0.2)
    'On no straight way between them does the loss rise.'
    """
    rises = [f"{b:.3g}" if differs(loss, loss + b) else "0" for b in barriers]
    if set(rises) == {"0"}:
        return "On no straight way between them does the loss rise."
    return f"On the straight ways between them the loss rises by {', '.join(rises[:-1])} and {rises[-1]}."
