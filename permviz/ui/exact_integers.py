"""Exact integers on a page: short for reading, and in full on demand."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from permviz.counting import integer_text, log10

SHORT = 12
"""Numbers of more digits than this are shown in full only on demand."""


def short(count: int) -> str:
    """A count for reading: in full with narrow spaces, or rounded where it is long.

    >>> short(2**300)
    '≈ 2.04 · 10^90'
    """
    if count < 10**SHORT:
        return f"{count:,}".replace(",", "\u202f")
    return integer_text(count).removeprefix("= ")


def in_full(title: str, counts: Sequence[tuple[str, int]]) -> None:
    """Exact integers, on demand."""
    with st.expander(title):
        for name, count in counts:
            digits = len(str(count))
            st.caption(f"{name}: {digits} digit{'s' if digits > 1 else ''}, log₁₀ = {log10(count):.4f}")
            st.code(str(count), language=None, wrap_lines=True)
