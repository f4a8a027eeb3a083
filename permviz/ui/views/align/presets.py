"""Pairs to begin with: small enough for the whole truth, a copy that must be recovered, measured digits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from permviz.ui import state

_AT_FIRST: Mapping[str, Any] = {
    "show": "pair", "steps": -1, "matched": False, "order": (), "compare": False, "truth": False, "broken": False,
}  # fmt: skip

PRESETS: dict[str, tuple[str, dict[str, Any]]] = {
    "Small moons": (
        "Two moons, 2-4-1: few enough moves to try each of them.",
        {"task": "moons", "hidden": (4,), "activation": "tanh", "steps": 1000, "align": {"other": "seed", "seed": 1}},
    ),
    "A’s own copy": ("B is A, its nodes shuffled: they must be recovered exactly.", {"align": {"other": "copy"}}),
    "Digits": (
        "Handwritten digits, 64-16-10.",
        {
            "task": "digits", "samples": 600, "hidden": (16,), "activation": "gelu", "steps": 600, "rate": 0.01,
            "align": {"other": "seed", "seed": 1},
        },
    ),
}  # fmt: skip
"""By name: what it is, and what it changes."""


def _take(name: str) -> None:
    changes = PRESETS[name][1]
    state.change(**{**changes, "align": {**_AT_FIRST, **changes["align"]}})


def presets() -> None:
    """A row of buttons."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="align-presets"):
        st.caption("Try:", width="content")
        for name, (told, _) in PRESETS.items():
            st.button(name, key=f"align-preset-{name}", help=told, on_click=_take, args=(name,))
