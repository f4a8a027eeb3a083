"""The post, claim by claim: what it says, the verdict, and the live computation that shows it."""

import streamlit as st

from permviz.claims.table import CLAIMS
from permviz.ui import state
from permviz.ui.frame import show_page
from permviz.ui.parts.workbench import WITH_THE_PAGE, small_diagram
from permviz.ui.state.caches import dataset
from permviz.ui.views.claims.views import claim_list, heading, overview, show_evidence, tally


def claims() -> None:
    with st.container(key="claims"):
        left, right = st.columns([2, 3], gap="medium")
    with left:
        st.markdown(f"##### The post, claim by claim: {tally()}")
        claim_list()
        small_diagram(WITH_THE_PAGE)
    claim = CLAIMS[state.current().claims.claim - 1]
    with right:
        heading(claim)
        live = st.container()
    overview()
    trained = state.trained()
    with live:
        if trained is None:
            st.info("Your network is being trained; the numbers follow when it is.", icon=":material/hourglass_top:")
        else:
            experiment = state.current()
            show_evidence(claim, trained.network, dataset(experiment), experiment)


show_page(claims)
