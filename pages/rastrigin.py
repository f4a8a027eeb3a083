"""Rastrigin and the real thing: the surface that networks are likened to, and the surfaces that they have."""

import streamlit as st

from permviz.ui import state
from permviz.ui.cached import dataset
from permviz.ui.controls import setting
from permviz.ui.rastrigin_views import VIEWS
from permviz.ui.workbench import workbench

left, right = st.columns([2, 3], gap="medium")
with left:
    st.markdown("##### Every order of a layer's nodes is a corner")
    workbench(compact=True)
    below = st.container()
trained = state.trained()
with right:
    if trained is None:
        st.info("The network is being trained: its landscape is drawn as soon as it is.", icon=":material/hourglass_top:")
    else:
        setting(
            st.segmented_control,
            "View",
            "rastrigin",
            "show",
            options=list(VIEWS),
            format_func=lambda name: VIEWS[name][0],
            label_visibility="collapsed",
        )
        experiment = state.current()
        view = VIEWS[experiment.rastrigin.show][1]
        view(trained.network, dataset(experiment), experiment, below)
