"""The frame around every page: header with navigation and link, build panel, sentences about the last input."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import streamlit as st

from permviz.experiment.link import to_query
from permviz.ui import state
from permviz.ui.document import PAGES, STYLE
from permviz.ui.parts.build import build_panel
from permviz.ui.parts.share import share
from permviz.ui.state.caches import freeze_heap

_ROOT = Path(__file__).parents[2]


@cache
def _page_files() -> tuple[tuple[Path, str, str, bool], ...]:
    return tuple((_ROOT / "pages" / f"{name}.py", title, name, i == 0) for i, (name, title) in enumerate(PAGES))


def pages() -> list[st.Page]:
    """The pages for ``st.navigation``."""
    return [
        st.Page(path, title=title, url_path=None if first else name, default=first)
        for path, title, name, first in _page_files()
    ]


def _header() -> None:
    query = to_query(state.current())
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="header"):
        st.markdown("**permviz**", width="content")
        for page in pages():
            st.page_link(page, label=page.title, query_params=query)
        with st.popover("Share", icon=":material/link:"):
            share(state.current())


def _sign_of_completion() -> None:
    """An invisible number that changes whenever a run has come to its end: what a test can wait for."""
    st.session_state["run"] = st.session_state.get("run", 0) + 1
    with st.container(key="run"):
        st.html(f'<i data-run="{st.session_state["run"]}"></i>')


def plain(text: str) -> str:
    """Text that Streamlit's Markdown shows as it is: what a link brings must not become links, pictures or formulas.

    >>> plain("a *b* ![c](d)")
    'a \\\\*b\\\\* \\\\!\\\\[c\\\\]\\\\(d\\\\)'
    """
    # Addresses become links even where every character is escaped; an invisible joiner prevents it.
    apart = re.sub(r"(?i)(https?:|www|@)", "\\1\u2060", text)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", apart)


@contextmanager
def frame(page: st.Page) -> Iterator[None]:
    """Header and build panel around the page that runs inside; a failure becomes a sentence, its traceback a log entry."""
    freeze_heap()
    state.enter()
    st.html(f"<style>{STYLE}</style>")  # for hosts that serve a document of their own; see permviz.ui.document
    _header()
    with st.sidebar:
        build_panel()
    for sentence in state.notes():
        st.warning(plain(sentence), icon=":material/info:")
    try:
        yield
        _sign_of_completion()
    except Exception:
        # Streamlit's own control flow (stop, rerun) is no Exception subclass and passes through.
        logging.getLogger("permviz").exception("page %s failed", page.title)
        st.error(
            "Something went wrong on this page, and it has been logged. Your network and its permutation are safe in the "
            "address bar: reload the page, or go Back to the step before."
        )
