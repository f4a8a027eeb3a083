"""Data for our components, numbered: a browser that is still loading a component may be given older data after newer.
permviz/components/mounting.js, the other half, lets the newest win. And what comes back from them.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import streamlit as st


def numbered(key: str, data: dict[str, Any]) -> dict[str, Any]:
    """``data`` with a ``serial``, ``{"session": ..., "n": ...}``: the number grows with every change of the data.

    ``key`` is the component's. Equal data in a row have one number; those of different sessions say nothing about each other.
    """
    memory = st.session_state.setdefault("serials", {"session": secrets.token_hex(8)})
    digest = hashlib.blake2b(repr(data).encode(), digest_size=16).digest()
    before, n = memory.get(key, (None, 0))
    memory[key] = (digest, n + (digest != before))
    return {**data, "serial": {"session": memory["session"], "n": memory[key][1]}}


def received(key: str, name: str) -> Any:
    """In a callback: what the component with this key sent as ``name``; ``None`` where nothing is there.

    So it is for a message that was under way when another page with such a component had begun: Streamlit still calls the
    component of the page before, but has given its key to the other.
    """
    return (st.session_state.get(key) or {}).get(name)
