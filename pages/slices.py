"""Loss slices: lines and planes from the network to its copies."""

import streamlit as st

from permviz.ui import state
from permviz.ui.cached import dataset
from permviz.ui.controls import setting
from permviz.ui.slice_views import VIEWS
from permviz.ui.workbench import workbench

left, right = st.columns([2, 3], gap="medium")
with left:
    st.markdown("##### Between two copies the loss climbs")
    workbench(compact=True)
    below = st.container()
trained = state.trained()
if trained is not None:
    with right:
        setting(
            st.segmented_control,
            "Slice",
            "slices",
            "show",
            options=list(VIEWS),
            format_func=lambda name: VIEWS[name][0],
            label_visibility="collapsed",
            wrap=True,
        )
        experiment = state.current()
        view = VIEWS[experiment.slices.show][1]
        view(trained.network, dataset(experiment), experiment, below)
