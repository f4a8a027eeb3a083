"""Text of others in Streamlit's Markdown."""

from __future__ import annotations

import re


def plain(text: str) -> str:
    """Text that Streamlit's Markdown shows as it is: what a link brings must not become links, pictures or formulas.

    >>> plain("a *b* ![c](d)")
    'a \\\\*b\\\\* \\\\!\\\\[c\\\\]\\\\(d\\\\)'
    """
    # Addresses become links even where every character is escaped; an invisible joiner prevents it.
    apart = re.sub(r"(?i)(https?:|www|@)", "\\1\u2060", text)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", apart)
