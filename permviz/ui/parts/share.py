"""The link to what is shown, to copy and to scan from a projector; and files of it to take away."""

from __future__ import annotations

from urllib.parse import urlencode

import segno
import streamlit as st

from permviz.components.files import script
from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import without_parameters
from permviz.experiment.link import to_query
from permviz.ui import state
from permviz.ui.parts.page_file import page_button
from permviz.ui.parts.screens import other_screens
from permviz.ui.parts.takeaway import Taken, take_it_with_you

_ASKED = "share-asked"

_copy_button = st.components.v2.component(
    "permviz_copy",
    js=script("copy/copy.js", "button"),
    isolate_styles=False,  # a dialog keeps the focus among its elements, and does not look into shadow roots
)


def share_button(experiment: Experiment, page: str) -> None:
    """A button on a page, and while it is asked for, the dialog: nothing of it is computed before."""
    st.button("Share", icon=":material/link:", key="share", on_click=_ask, args=(True,))
    if sharing():  # every run says so, or it would close
        _dialog(experiment, page)


def sharing() -> bool:
    """Whether the dialog is open. Each run of the whole app draws it anew, so one should have a reason."""
    return bool(st.session_state.get(_ASKED))


def address() -> str:
    """Where this page is served."""
    return (st.context.url or "").split("?")[0]


def _ask(asked: bool) -> None:
    st.session_state[_ASKED] = asked


@st.dialog("Share", icon=":material/link:", on_dismiss=lambda: _ask(False))
def _dialog(experiment: Experiment, page: str) -> None:
    """The whole link, and a short one in a code to be scanned, which leaves the parameters to be trained anew if they can."""
    base = address()
    st.markdown("**This address is the save file.** It holds the task, the network, its training and your permutation.")
    link = f"{base}?{urlencode(to_query(experiment))}"
    _copy_button(key="copy-link", data={"link": link})
    short = without_parameters(experiment)
    picture = _code(f"{base}?{urlencode(to_query(short))}")
    if picture:
        st.html(f'<img alt="The link as a QR code" src="{picture}" width="260">')
        st.caption(f"To scan from a projector: the same experiment, {_how(short)}.")
    else:
        st.caption("This link is longer than a code to scan can hold: copy it.")
    page_button(experiment, link)
    with st.expander("The address in full"):
        st.code(link, language=None, wrap_lines=True)
    with st.expander("For a class, a projector, a page of yours"):
        other_screens(experiment, base)
    trained = state.trained()
    take_it_with_you(None if trained is None else Taken(experiment, trained.network, state.dataset(experiment), page))


def _code(link: str) -> str:
    """A QR code as the address of a picture; empty for a link that is too long for one."""
    try:
        code = segno.make(link, error="l", micro=False)
    except segno.DataOverflowError:
        return ""
    return code.svg_data_uri(scale=5, border=3, light="#ffffff", dark="#000000")


def _how(experiment: Experiment) -> str:
    """How a link without what training leads to comes to its network."""
    if experiment.is_of_named_network:
        return "for whoever has the file of the network too"
    return "with the network that you brought" if experiment.theta else "trained once more by whichever server opens it"
