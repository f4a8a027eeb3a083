"""Messages of own things: each is heard once, and answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from permviz.components.own.wire import decode_id


def hear(message: Any, memory: dict[str, Any], take: Callable[[Any], str | None]) -> None:
    """Take a message in and answer it: by the sentence that refuses it, or by the name that ``take`` gives to what was sent, if
    any. A repeated one is answered already.

    Answered is what is done: Streamlit may end a run in ``take``.
    """
    try:
        identity = decode_id(message)
    except ValueError:
        return  # from no browser of ours: there is nobody to answer
    if memory.get("answered", {}).get("id") == identity:
        return
    sentence = name = ""
    try:
        name = take(message) or ""
    except ValueError as refused:
        sentence = str(refused)
    memory["answered"] = {"id": identity, "sentence": sentence, "name": name}
