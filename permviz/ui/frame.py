"""The frame around every page: header with navigation and link, build panel, sentences about the last input."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from permviz.experiment.experiment import Experiment
from permviz.experiment.link import to_query
from permviz.networks.digits import written
from permviz.ui import state
from permviz.ui.command import application
from permviz.ui.document import BEYOND, PAGES
from permviz.ui.parts.build import build_panel
from permviz.ui.parts.guide import guide, lessons_button, page_to_go_to
from permviz.ui.parts.markdown import plain
from permviz.ui.parts.own_model import missing_model
from permviz.ui.parts.own_table import missing_table
from permviz.ui.parts.screen import below, builds, present_button, summary
from permviz.ui.parts.share import share_button
from permviz.ui.state.caches import freeze_heap


@cache
def _page_files() -> tuple[tuple[Path, str, str, bool], ...]:
    return tuple((application() / "pages" / f"{name}.py", title, name, i == 0) for i, (name, title) in enumerate(PAGES))


def pages() -> list[st.Page]:
    """The pages for ``st.navigation``."""
    return [
        st.Page(path, title=title, url_path=None if first else name, default=first)
        for path, title, name, first in _page_files()
    ]


@cache
def _links() -> tuple[st.Page, ...]:
    """The pages, for links to them; those that ``st.navigation`` is given are used up by their run."""
    return tuple(pages())


@st.fragment(key="header")
def _header(name: str) -> None:
    """Links that carry the experiment, Lessons, Share, what the lesson says, and sentences about the last input: a part that
    runs with every swap.

    ``name`` is the page's.
    """
    state.keep_up()
    experiment = state.current()
    if not experiment.view:
        _links_and_share(experiment, name)
        guide(name)
    for sentence in state.notes():
        st.warning(plain(sentence), icon=":material/info:")
    _sign_of_a_run(experiment)


def _links_and_share(experiment: Experiment, name: str) -> None:
    query = to_query(experiment)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="header"):
        st.markdown("**permviz**", width="content")
        if "pages" not in experiment.hide:
            _page_links(query)
        if "lessons" not in experiment.hide:
            lessons_button()
        if "share" not in experiment.hide:
            share_button(experiment, name)
        present_button(experiment)
        if not builds(experiment) and not experiment.present:
            summary()


def _page_links(query: dict[str, str]) -> None:
    """First the pages of the argument, then, behind a word that says so, those beyond it."""
    for page, (name, title) in zip(_links(), PAGES, strict=True):
        if name == BEYOND[0]:
            with st.container(key="beyond", width="content"):
                st.caption("Beyond:", width="content")
        st.page_link(page, label=title, query_params=query)


def _what_loss_means(experiment: Experiment) -> None:
    """With weight decay, what every page calls the loss."""
    if experiment.recipe.decay:
        decay = written(f"{experiment.recipe.decay:g}")
        st.caption(f"With weight decay: “loss” means loss plus decay, L + λ‖θ‖², λ = {decay}, over all weights and biases.")


def _sign_of_a_run(experiment: Experiment) -> None:
    """An invisible number that changes with every run, which a test can wait for; beside it, what the style goes by."""
    st.session_state["run"] = st.session_state.get("run", 0) + 1
    told = (
        (" data-present" if experiment.present else "")
        + (" data-alone" if experiment.view else "")
        + ("" if builds(experiment) else " data-unbuilt")
    )
    with st.container(key="run"):
        st.html(f'<i data-run="{st.session_state["run"]}"{told}></i>')


_FAILED = "failed"
_SAFE = "and it has been logged. Your network and its permutation are safe in the address bar"


def _failed(what: str) -> None:
    """In an ``except``: a sentence on the page, the traceback in the log."""
    logging.getLogger("permviz").exception("%s failed", what)
    _sorry()


def _sorry() -> None:
    st.error(f"Something went wrong on this page, {_SAFE}: reload the page, or go Back to the step before.")


def rescued(_: Exception) -> bool:
    """What ``st.App`` calls with an error that nobody caught, and has logged: a sentence stands for it.

    Where a callback failed, nothing has been drawn yet: the page is run once more, with the sentence above it.
    """
    context = get_script_run_ctx()
    if context is None or context.has_script_started or _FAILED in st.session_state:
        _sorry()
    else:
        st.session_state[_FAILED] = True
        st.rerun()
    return True


def frame(page: st.Page) -> None:
    """A run of the whole app: read the address, draw the build panel, run the page's script, which calls :func:`show_page`."""
    freeze_heap()
    state.enter()
    if st.session_state.pop(_FAILED, False):
        state.say(f"Something went wrong with what you just did, {_SAFE}.")
    if builds(state.current()):
        with st.sidebar:
            build_panel()
    try:
        page.run()
    except Exception:  # Streamlit's own control flow (stop, rerun) is no Exception subclass and passes through
        _failed(f"page {page.title}")


def _panel_shows() -> tuple[object, ...]:
    """What the build panel depends on."""
    shown = state.shown()
    return (
        shown.recipe,
        shown.theta,
        state.trained() is None,
        state.missing() is None,
        state.missing_network(),
        builds(shown),
        shown.hide,
    )


def show_page(body: Callable[[], None]) -> None:
    """Header and page, which ``body`` draws: all that a swap or a setting of the page changes.

    It is a fragment: what is done in it runs it again and nothing else. Where the build panel is concerned too, the whole app
    runs. ``body`` is a function of the page's own script, so each page's fragment is another one. See docs/decisions/0015.
    """
    drawn = _panel_shows()

    @st.fragment(key="page")
    @wraps(body)
    def part() -> None:
        page = body.__name__
        going = page_to_go_to(page)
        if going is not None:
            st.switch_page(f"pages/{going}.py", query_params=to_query(state.current()))
        if _panel_shows() != drawn:
            st.rerun()
        try:
            _header(page)
            _what_loss_means(state.shown())
            missing = state.missing()
            if missing is None and state.missing_network():
                missing_model(state.shown())
            elif missing is None:
                body()
                below(state.current())
            else:
                missing_table(missing)
        except Exception:
            _failed(f"page {body.__name__}")

    part()
