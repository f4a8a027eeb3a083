"""What the browser sends of own things, and how it is read here: files (reader.js) and drawn points (draw.js).

A file's message is ``{"id": ..., "name": ..., "content": ...}``: a name of the message, the file's, and its bytes in base64;
that of a drawing is ``{"id": ..., "first": [[x, y], ...], "second": ...}``, places of the two classes on its grid.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Any

MOST_FILE_BYTES = 700_000
"""In base64 they are 934 kB, and a message from a browser has at most a megabyte. reader.js has the same bound."""

_IDENTITY = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class GivenFile:
    """A file that somebody brought: ``id`` of the message, ``name`` without folders, ``content`` as it was."""

    id: str
    name: str
    content: bytes = field(repr=False)


def decode_id(message: Any) -> str:
    """What the message is called, so that it is heard once and answered.

    Raises:
        ValueError: in a sentence for the person before the screen.

    >>> decode_id({"id": "00c0ffee00c0ffee"})
    '00c0ffee00c0ffee'
    """
    identity = message.get("id") if isinstance(message, dict) else None
    if not isinstance(identity, str) or not _IDENTITY.fullmatch(identity):
        raise ValueError("A message without a name came from the browser and was ignored: reload the page.")
    return identity


def decode_file(message: Any) -> GivenFile:
    """A message as a file.

    Raises:
        ValueError: in a sentence for the person before the screen.

    >>> decode_file({"id": "00c0ffee00c0ffee", "name": "a.csv", "content": "eCx5"}).content
    b'x,y'
    """
    identity = decode_id(message)
    name, text = message.get("name"), message.get("content")
    if not isinstance(name, str) or not isinstance(text, str):
        raise ValueError("A message without a file came from the browser: reload the page and choose the file again.")
    if len(text) > (MOST_FILE_BYTES + 2) // 3 * 4:
        raise ValueError(f"The file is too large: at most {MOST_FILE_BYTES // 1000} kB are taken.")
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("The file came damaged: choose it again.") from None
    if not content:
        raise ValueError("The file is empty: choose another.")
    return GivenFile(identity, _shown(name), content)


def _shown(name: str) -> str:
    """A file's name as a page may show it: without folders, printable, short."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(c if c.isprintable() else "?" for c in last)[:80] or "a file"


def decode_points(message: Any) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """A message as places of class A and of class B.

    Raises:
        ValueError: in a sentence for the person before the screen.

    >>> decode_points({"id": "00c0ffee00c0ffee", "first": [[0, 255]], "second": []})
    ([(0, 255)], [])
    """
    decode_id(message)
    classes = [message.get("first"), message.get("second")]
    if not all(isinstance(points, list) and all(map(_is_place, points)) for points in classes):
        raise ValueError("A message without points came from the browser: reload the page and draw them again.")
    first, second = ([(x, y) for x, y in points] for points in classes)
    return first, second


def _is_place(point: Any) -> bool:
    return isinstance(point, list) and len(point) == 2 and all(type(place) is int and 0 <= place < 256 for place in point)
