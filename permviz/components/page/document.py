"""The file itself: a template, and what is packed into it.

Whatever comes from people stands in it escaped, or packed in base64, where no text can end a script.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from base64 import b64decode, b64encode
from dataclasses import asdict
from functools import cache
from html import escape
from importlib.metadata import PackageNotFoundError, version
from string import Template
from typing import Any

from permviz.components.page.modules import COMPONENTS, linkable
from permviz.figures.theme import DARK, LIGHT, Palette

ENTRY, LESSON_ENTRY = "page/main.js", "page/lesson.js"
MOST_BYTES = 200_000
"""Of the whole file: it travels by mail and stands in articles."""

MOST_WORDS = 18_000
"""Of them, for what people read in it, and a drawing."""

_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)


def page_document(
    *,
    title: str,
    heading: str,
    about: str,
    statement: str,
    picture: str,
    content: dict[str, Any],
    link: str = "",
    entry: str = ENTRY,
) -> str:
    """The page as text.

    Args:
        title, heading: of the window, and on the page.
        about: a sentence that says what is shown.
        statement: the sentence that remains where no script runs.
        picture: HTML of our own making that stands there too.
        content: plain data for ``entry``.
        link: address of the same experiment in an app, or empty.
        entry: the module that opens the page.

    Raises:
        ValueError: for a link that is no address of the web, or a page of more than 200 kB.
    """
    if link and not _ADDRESS.fullmatch(link):
        raise ValueError(f"Link {link!r:.80} given: expected an address that begins with http:// or https://, or none.")
    boot = _text("page/boot.js")
    text = Template(_text("page/page.html")).substitute(
        policy=_policy(boot),
        title=escape(title),
        heading=escape(heading),
        about=escape(about),
        statement=escape(statement),
        picture=picture,
        style=_style(),
        link=escape(link),
        footer=_footer(link),
        modules=_modules(entry),
        content=packed(content),
        boot=boot,
    )
    size = len(text.encode())
    if size > MOST_BYTES:
        raise ValueError(
            f"The page has {size / 1000:.0f} kB: expected at most {MOST_BYTES // 1000}, so give it fewer samples or words."
        )
    return text


def room_for(content: Any, entry: str = ENTRY) -> bool:
    """Whether a page with ``content`` keeps to :data:`MOST_BYTES`, whatever its words."""
    fixed = len(_modules(entry)) + sum(len(_text(path)) for path in ("page/boot.js", "page/page.html")) + len(_style())
    return fixed + len(packed(content)) + MOST_WORDS <= MOST_BYTES


def packed(data: Any) -> str:
    """Plain data as text that no document can misread: JSON, compressed, in base64."""
    return b64encode(gzip.compress(json.dumps(data, ensure_ascii=False, allow_nan=False).encode(), mtime=0)).decode("ascii")


def unpacked(text: str, name: str) -> Any:
    """What :func:`packed` put into the block ``name`` of a page.

    >>> unpacked(f'<script type="application/gzip" data-name="content">{packed([1, "a"])}</script>', "content")
    [1, 'a']
    """
    (block,) = re.findall(rf'data-name="{name}">([^<]*)</script>', text)
    return json.loads(gzip.decompress(b64decode(block)))


@cache
def _text(path: str) -> str:
    return (COMPONENTS / path).read_text(encoding="utf-8")


@cache
def _modules(entry: str) -> str:
    return packed(linkable(entry))


def _policy(boot: str) -> str:
    """No address is asked for anything; what runs is the one script of the document, and the modules that it makes."""
    digest = b64encode(hashlib.sha256(boot.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}' blob:; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _style() -> str:
    dark = f"@media (prefers-color-scheme: dark) {{ {_variables(DARK)} }}"
    return "\n".join([_variables(LIGHT), dark, _text("page/page.css"), _text("diagram/diagram.css"), _text("saving/menu.css")])


def _variables(palette: Palette) -> str:
    """A theme's colours under the names that Streamlit gives them, by which the diagram tells light from dark."""
    colours = asdict(palette)
    names = {
        "background-color": "background",
        "secondary-background-color": "surface",
        "border-color": "border",
        "text-color": "text",
        "muted-color": "muted",
        "primary-color": "accent",
    }
    return ":root { " + " ".join(f"--st-{name}: {colours[own]};" for name, own in names.items()) + " }"


def _footer(link: str) -> str:
    said = "Everything above is computed in this page, in float64. It asks no server for anything and keeps nothing."
    there = f' <a href="{escape(link)}" target="_blank" rel="noopener">Open it in the app</a> to train it anew.' if link else ""
    return f"{said}{there} Made with {escape(_maker())}."


@cache
def _maker() -> str:
    """This package and its version, which a checkout has not."""
    try:
        return f"permviz {version('permviz')}"
    except PackageNotFoundError:
        return "permviz"
