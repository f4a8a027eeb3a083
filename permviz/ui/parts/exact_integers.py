"""Exact integers on a page: short for reading, and in full on demand."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from permviz.symmetry.counting import count_text, log10

SHORT = 12
"""Numbers of more digits than this are shown in full only on demand."""


def short(count: int) -> str:
    """A count for a headline or a metric: as :func:`permviz.symmetry.counting.count_text`, rounded a little earlier.

    >>> short(2**300)
    '≈ 2.04 · 10⁹⁰'
    """
    return count_text(count, SHORT)


def in_full(title: str, counts: Sequence[tuple[str, int]]) -> None:
    """Exact integers, on demand."""
    with st.expander(title):
        for name, count in counts:
            digits = len(str(count))
            st.caption(f"{name}: {digits} digit{'s' if digits > 1 else ''}, log₁₀ = {log10(count):.4f}")
            st.code(str(count), language=None, wrap_lines=True)
