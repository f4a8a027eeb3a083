"""Losses in words: one rule for their digits, everywhere. Its twin in the browser is ``say`` of ``diagram/paint.js``."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal

DIGITS = 3
"""Significant digits of a loss, zeros at the end too, so that its length does not change while it does."""
HOVER = f".{DIGITS}g"
"""The nearest to the rule that a hover of plotly can do by itself."""
MOST_DIGITS = 12
SMALL, LARGE = 1e-3, 1e5
"""Below the one and from the other on, a number has an exponent, and a digit less."""
ROUNDING = 1e-9
"""Differences of losses up to this part of the larger one are rounding: float64 has lost more in sums that cancel."""
NO_WALL = "0 (rounding)"


def loss_text(value: float, digits: int = DIGITS) -> str:
    """A loss for people.

    >>> [loss_text(v) for v in (0.024807, 4.798, 2.2e-16, 12345, 0, float("inf"))]
    ['0.0248', '4.80', '2.2e−16', '12345', '0', 'not finite']
    """
    if not math.isfinite(value):
        return "not finite"
    if value == 0:
        return "0"
    exact = Decimal(float(value))
    size = abs(exact)
    scientific = not SMALL <= abs(value) < LARGE
    kept = digits - 1 if scientific else digits
    last = size.adjusted() - kept + 1
    if not scientific:
        last = min(last, 0)  # a whole number is written whole
    # In units of its last digit: exact, and halves go up, as ECMAScript's toPrecision has it; Python's format goes to the even.
    units = int(size.scaleb(-last).to_integral_value(ROUND_HALF_UP))
    text = _with_exponent(units, kept, last) if scientific else f"{Decimal(units).scaleb(last):f}"
    if not scientific and last < 0 and len(str(units)) > digits:
        text = text[:-1].removesuffix(".")  # 99.96 became 100.0: a digit more than was asked for
    return f"−{text}" if value < 0 else text


_MINUS = re.compile(r"(?<![\w.\-–−])-(?=\.?\d)")
_EXPONENT = re.compile(r"(?<=\d)e(?:\+?|(-))0*(?=\d)")


def written(text: str) -> str:
    """A text whose numbers Python's ``format`` wrote, with a minus and exponents as :func:`loss_text` has them.

    >>> written("-0.5 of 1.3e-03, 2e+16 in layers 4-3")
    '−0.5 of 1.3e−3, 2e16 in layers 4-3'
    """
    return _EXPONENT.sub(lambda found: "e−" if found[1] else "e", _MINUS.sub("−", text))


def _with_exponent(units: int, kept: int, last: int) -> str:
    text = str(units)
    exponent, shown = last + len(text) - 1, text[:kept]
    mantissa = f"{shown[0]}.{shown[1:]}" if kept > 1 else shown
    return f"{mantissa}e{exponent}".replace("-", "−")


def differs(first: float, last: float, size: float = 0.0) -> bool:
    """Whether two numbers are apart by more than rounding, relative to the larger of them and of ``size``."""
    return abs(last - first) > ROUNDING * max(size, abs(first), abs(last))


def told_apart(first: float, last: float) -> tuple[str, str]:
    """Two losses with as many digits as tell them apart, unless they differ by rounding.

    >>> told_apart(0.25, 1.5), told_apart(1.23442, 1.23449), told_apart(0.3, 0.3 * (1 + 1e-15))
    (('0.250', '1.50'), ('1.2344', '1.2345'), ('0.300', '0.300'))
    """
    texts = loss_text(first), loss_text(last)
    apart = math.isfinite(first - last) and differs(first, last)
    for digits in range(DIGITS + 1, MOST_DIGITS + 1):
        if not apart or texts[0] != texts[1]:
            break
        texts = loss_text(first, digits), loss_text(last, digits)
    return texts


def wall_text(barrier: float, highest: float) -> str:
    """A barrier on a way whose largest loss is ``highest``; one that is no more than rounding is said to be none.

    >>> wall_text(0.0312, 0.5), wall_text(2.2e-16, 0.5), wall_text(2.2e-16, 3e-16), wall_text(0.0, 0.5)
    ('0.0312', '0 (rounding)', '2.2e−16', '0')
    """
    return NO_WALL if barrier != 0 and abs(barrier) <= ROUNDING * abs(highest) < math.inf else loss_text(barrier)
