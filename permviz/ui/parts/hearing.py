"""Messages of own things: each is heard once, and answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from permviz.components.own.wire import decode_id


def hear(message: Any, memory: dict[str, Any], take: Callable[[Any], None]) -> None:
    """Take a message in and answer it: by the sentence that refuses it, or by none. A repeated one is answered already.

    Answered is what is done: Streamlit may end a run in ``take``.
    """
    try:
        identity = decode_id(message)
    except ValueError:
        return  # from no browser of ours: there is nobody to answer
    if memory.get("answered", {}).get("id") == identity:
        return
    try:
        take(message)
        sentence = ""
    except ValueError as refused:
        sentence = str(refused)
    memory["answered"] = {"id": identity, "sentence": sentence}
