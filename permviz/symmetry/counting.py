"""Exact counts: equivalent optima, and the subspaces of minima and saddles in an over-wide layer.

All results are Python integers, exact whatever their size. ``G`` and ``T`` are those of Simsek et al. 2021 (2105.12221), for
one hidden layer; the tests enumerate the configurations and compare.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

LONGEST = 15
"""Integers of more digits than this are written in scientific notation."""


def _checked_width(n: object, least: int = 0) -> int:
    if isinstance(n, bool) or not isinstance(n, int) or n < least:
        raise ValueError(f"Width {n!r} given: expected a whole number of {least} or more.")
    return n


def permutation_count(hidden: Iterable[int]) -> int:
    """``prod n_k!`` over the widths of the hidden layers.

    >>> permutation_count((4, 4))
    576
    """
    return math.prod(math.factorial(_checked_width(n)) for n in hidden)


def log10(count: int) -> float:
    """The common logarithm of a positive integer of any size.

    >>> round(log10(permutation_count((512,))), 6)
    1166.541241
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ValueError(f"Count {count!r} given: expected a whole number of 1 or more.")
    return math.log10(count)


def superscript(text: str) -> str:
    """Digits and minus signs raised.

    >>> f"10{superscript('-16')}"
    '10⁻¹⁶'
    """
    return text.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def count_text(count: int, longest: int = LONGEST) -> str:
    """A count for reading: in full with narrow spaces between thousands, or, of more than ``longest`` digits, rounded to three
    figures.

    >>> count_text(576), count_text(18432).split("\\u202f")
    ('576', ['18', '432'])
    >>> count_text(math.factorial(512))
    '≈ 3.48 · 10¹¹⁶⁶'
    """
    if count < 10**longest:
        return f"{count:,}".replace(",", "\u202f")
    exponent = int(log10(count))
    exponent += (count >= 10 ** (exponent + 1)) - (count < 10**exponent)
    hundredths = (count * 100 + 10**exponent // 2) // 10**exponent
    if hundredths == 1000:
        hundredths, exponent = 100, exponent + 1
    return f"≈ {hundredths // 100}.{hundredths % 100:02d} · 10{superscript(str(exponent))}"


def integer_text(count: int) -> str:
    """What follows a formula for ``count``, sign included; digits as in :func:`count_text`.

    >>> integer_text(576), integer_text(math.factorial(512))
    ('= 576', '≈ 3.48 · 10¹¹⁶⁶')
    """
    text = count_text(count)
    return text if text.startswith("≈") else f"= {text}"


def factorials_text(hidden: Iterable[int]) -> str:
    """The count of permutations as people write it.

    >>> factorials_text((4, 4)), factorials_text((3,)), factorials_text(())
    ('4! · 4! = 576', '3! = 6', '1')
    """
    widths = tuple(hidden)
    if not widths:
        return "1"
    return f"{' · '.join(f'{n}!' for n in widths)} {integer_text(permutation_count(widths))}"


def surjections(r: int, m: int) -> int:
    """``G(r, m) = sum_{i=0..r} (-1)^(r-i) C(r, i) i^m``: ways to assign ``m`` neurons to ``r`` kinds, each kind used.

    A critical point of width ``r`` with distinct neurons appears in width ``m`` as so many affine subspaces of critical
    points, when its neurons are split (Simsek et al. 2021).

    >>> surjections(2, 3), surjections(3, 2)
    (6, 0)
    """
    _checked_width(r)
    _checked_width(m)
    return sum((-1) ** (r - i) * math.comb(r, i) * i**m for i in range(r + 1))


def bell(u: int) -> int:
    """The number of partitions of a set of ``u``: ``Bell(u+1) = sum_k C(u, k) Bell(k)``.

    >>> [bell(u) for u in range(7)]
    [1, 1, 2, 5, 15, 52, 203]
    """
    numbers = [1]
    for n in range(_checked_width(u)):
        numbers.append(sum(math.comb(n, k) * numbers[k] for k in range(n + 1)))
    return numbers[u]


def minimum_subspaces(r: int, m: int) -> int:
    """``T(r, m) = sum_{u=0..m-r} C(m, u) G(r, m-u) Bell(u)``: affine subspaces of global minima of a layer of width ``m``
    when a layer of width ``r`` already attains zero loss, at isolated minima that are permutations of one another (Simsek et
    al. 2021). Sign flips of the neurons and a bias of the outputs, which the paper has not, add more.

    ``m - u`` neurons share the ``r`` kinds, their outgoing weights summing to those of the kind; the other ``u`` fall into
    groups of equal incoming weights whose outgoing weights sum to zero.

    >>> [minimum_subspaces(r, m) for r, m in [(1, 2), (1, 4), (2, 3), (2, 4), (3, 4)]]
    [3, 37, 12, 62, 60]
    """
    _checked_width(r, least=1)
    _checked_width(m)
    return sum(math.comb(m, u) * surjections(r, m - u) * bell(u) for u in range(m - r + 1))


def critical_subspaces(m: int) -> int:
    """``sum_{r=1..m-1} G(r, m)``: affine subspaces of critical points that a layer of width ``m`` inherits from narrower
    ones, given one critical point with distinct neurons, unique up to permutation, at every width ``r < m``.

    They are saddles, save where such a subspace also holds local minima (Fukumizu & Amari 2000). Subspaces, not points.

    >>> critical_subspaces(2), critical_subspaces(3)
    (1, 7)
    """
    return sum(surjections(r, _checked_width(m)) for r in range(1, m))


def critical_ratio(m: int) -> float:
    """``sum_{r=1..m} G(r, m) / m!``, close to ``1 / (2 ln(2)^(m+1)) = 0.72 * 1.44^m``: how many times more critical subspaces
    there are than the ``m!`` copies of one minimum of width ``m``, which the sum counts too (as ``r = m``).

    >>> round(critical_ratio(16), 2)
    254.06
    """
    return (critical_subspaces(_checked_width(m, least=1)) + math.factorial(m)) / math.factorial(m)
