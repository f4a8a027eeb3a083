"""Links to the same experiment on a screen that shows less, and the code that puts one into another page."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from html import escape
from urllib.parse import urlencode

import streamlit as st

from permviz.experiment.experiment import Experiment
from permviz.experiment.link import to_query
from permviz.experiment.screen import ALONE, HIDEABLE


def other_screens(experiment: Experiment, base: str) -> None:
    """Choices of what is shown, the link, and the code; ``base`` is where the page is served."""
    hide = st.multiselect(
        "Leave out",
        list(HIDEABLE),
        experiment.hide,
        format_func=_capital(HIDEABLE),
        key="share-hide",
        placeholder="Nothing",
        help="What your class should not see yet. The numbers that were reached always stay.",
    )
    parts = ["", *ALONE]
    view = st.selectbox(
        "Show",
        parts,
        parts.index(experiment.view),
        format_func=_capital({"": "the whole app", **ALONE}),
        key="share-view",
        help="The front page has no figure; the other pages have the diagram and their figure.",
    )
    present = st.toggle("For a projector", experiment.present, key="share-present", help="Large, and without the build panel.")
    wanted = experiment.changed(hide=tuple(hide), view=view, present=present)
    link = f"{base}?{urlencode(to_query(wanted))}"
    st.caption("The link")
    st.code(link, language=None, wrap_lines=True)
    st.caption("To embed it in a page of yours")
    st.code(embed_code(f"{link}&embed=true"), language="html", wrap_lines=True)
    if not os.environ.get("PERMVIZ_EMBED"):
        st.caption("This server lets only pages of its own address embed it; whoever runs it names others in PERMVIZ_EMBED.")


def embed_code(link: str) -> str:
    """HTML that shows the address ``link`` in another page.

    >>> embed_code("https://permviz.example/?a=1&b=2")[:51]
    '<iframe src="https://permviz.example/?a=1&amp;b=2" '
    """
    return f'<iframe src="{escape(link)}" title="permviz" width="100%" height="720" style="border: 0" loading="lazy"></iframe>'


def _capital(names: Mapping[str, str]) -> Callable[[str], str]:
    return lambda name: names[name][0].upper() + names[name][1:]
