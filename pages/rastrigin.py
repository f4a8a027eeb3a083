"""Rastrigin and the real thing: the surface that networks are likened to, and the surfaces that they have."""

import streamlit as st

from permviz.ui import state
from permviz.ui.cached import dataset
from permviz.ui.controls import setting
from permviz.ui.rastrigin_views import VIEWS
from permviz.ui.workbench import workbench

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("##### Rastrigin and the real thing", width="content")
    setting(
        st.segmented_control,
        "View",
        "rastrigin",
        "show",
        options=list(VIEWS),
        format_func=lambda name: VIEWS[name][0],
        label_visibility="collapsed",
    )
trained, show = state.trained(), state.current().rastrigin.show
left, right = st.columns([2, 3], gap="medium")
with left:
    if show in ("body", "compare"):  # a drag in the diagram changes these: it stands before their numbers
        workbench(compact=True)
        below = st.container()
    else:
        below = st.container()
        workbench(compact=True)
with right:
    if trained is None:
        st.info("The network is being trained: its landscape is drawn as soon as it is.", icon=":material/hourglass_top:")
    else:
        experiment = state.current()
        VIEWS[show][1](trained.network, dataset(experiment), experiment, below)
