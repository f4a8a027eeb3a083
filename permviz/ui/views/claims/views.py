"""The claims page: the list of claims, one claim with its evidence, and the table of all verdicts."""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from permviz.claims.evidence import Evidence
from permviz.claims.table import CLAIMS, POST_URL, Claim, Details, claim_evidence
from permviz.figures.claims import claim_figure
from permviz.figures.picture import Picture
from permviz.ui import state
from permviz.ui.parts.controls import setting
from permviz.ui.parts.plot import plot
from permviz.ui.parts.verdicts import VERDICTS
from permviz.ui.parts.views import Shown, now_shown
from permviz.ui.parts.workbench import small_diagram
from permviz.ui.state.caches import kept, kept_picture

_HOLDS = {
    True: (":material/check:", "shown here", "green"),
    False: (":material/remove:", "not shown here", "violet"),
    None: (":material/info:", "says nothing here yet", "gray"),
}

_NUMBER_WIDTH = 165
"""Pixels: three numbers in a row beside the list, two on a phone."""


def _choose(number: int) -> None:
    state.change(claims={"claim": number})


def _claim_list() -> None:
    """All claims with their verdicts; one is chosen."""
    setting(
        st.radio,
        "Claim",
        "claims",
        "claim",
        options=[claim.number for claim in CLAIMS],
        format_func=lambda n: f"{VERDICTS[CLAIMS[n - 1].verdict][0]} {n}. {CLAIMS[n - 1].title}",
        label_visibility="collapsed",
    )


def _step(label: str, number: int) -> None:
    st.button(label, key=f"{label} claim", on_click=_choose, args=(number,), disabled=not 1 <= number <= len(CLAIMS))


def _heading(claim: Claim) -> None:
    """Buttons to the claim's neighbours, its title, what the post says, the verdict, what is true."""
    icon, colour = VERDICTS[claim.verdict]
    with st.container(horizontal=True, gap="small"):  # above the title, whose length must not move them
        _step("Previous", claim.number - 1)
        _step("Next", claim.number + 1)
    st.markdown(f"## {claim.number}. {claim.title}")
    st.markdown(f"**[The post]({POST_URL}):** {claim.post}")
    st.markdown(f":{colour}-badge[{icon} {claim.verdict}] {claim.precise}")


def _cell(text: str) -> str:
    return text.replace("|", "&#124;").replace("~", "\\~").replace("*", "\\*")


def _numbers(found: Evidence[Details]) -> None:
    with st.container(horizontal=True, gap="small"):
        for number in found.numbers:
            text = f":small[{_cell(number.name)}]  \n**{_cell(number.text)}**"
            st.markdown(text, help=number.help or None, width=_NUMBER_WIDTH)


def _settings(claim: Claim, shown: Shown) -> tuple[Hashable, ...]:
    """What its evidence depends on besides the network."""
    return shown.experiment.order if claim.of_order else None, "claim", claim.number


def _evidence(claim: Claim, shown: Shown) -> Evidence[Details]:
    def computed() -> Evidence[Details]:
        return claim_evidence(claim.number, shown.network, shown.data, shown.experiment.permutation)

    return kept(shown.experiment, *_settings(claim, shown), compute=computed)


def _picture(claim: Claim, shown: Shown, details: Details) -> Picture:
    return kept_picture(shown.experiment, *_settings(claim, shown), draw=lambda: claim_figure(details, shown.loss_label))


def _show_evidence(claim: Claim, shown: Shown) -> None:
    """What the network shows of the claim."""
    with st.spinner("Computing it on your network…"):
        found = _evidence(claim, shown)
    icon, word, colour = _HOLDS[found.holds]
    st.markdown(f":{colour}-badge[{icon} {word}] {_cell(found.conclusion)}")
    _numbers(found)
    if found.details is not None:
        plot(_picture(claim, shown, found.details), key="claim-figure")
    st.caption(f"Rests on: {_cell(found.hypothesis)}  \nSource: {claim.source}. Computed in float64.")


def _overview() -> None:
    """The table of all claims and verdicts."""
    rows = [f"| {c.number} | {c.post} | {VERDICTS[c.verdict][0]} {c.verdict} |" for c in CLAIMS]
    with st.container(key="all-claims"):  # a phone leaves it out: permviz/ui/frame.css
        st.markdown("## All the claims")
        st.markdown("\n".join(["| | The post says | Verdict |", "|--:|:--|:--|", *rows]))


def _tally() -> str:
    """How many claims have which verdict, in words."""
    return ", ".join(f"{sum(c.verdict == verdict for c in CLAIMS)} {verdict}" for verdict in VERDICTS)


def _show_evidence_now(claim: Claim, live: DeltaGenerator) -> None:
    shown = now_shown(live, "Your network is being trained; the numbers follow when it is.")
    if shown is not None:
        _show_evidence(claim, shown)


def _claim_alone(claim: Claim) -> None:
    """The chosen claim and its evidence."""
    _heading(claim)
    live = st.container()
    with live:
        _show_evidence_now(claim, live)


def show_claims() -> None:
    """The page: the list and the diagram left, the chosen claim and its evidence right, all verdicts below."""
    claim = CLAIMS[state.current().claims.claim - 1]
    if state.current().view == "diagram":
        return small_diagram(followed=False)
    if state.current().view:
        return _claim_alone(claim)
    with st.container(key="claims"):
        left, right = st.columns([2, 3], gap="medium")
    with left:
        st.markdown(f"# The post, claim by claim: {_tally()}")
        st.caption(f"The post is [NonConvexity of neural networks]({POST_URL}).")
        _claim_list()
        small_diagram(followed=True)
    with right:
        _heading(claim)
        live = st.container()
    _overview()
    with live:
        _show_evidence_now(claim, live)
