"""The average of a network's copies, and why a convex loss could not be like this (Jensen)."""

import streamlit as st

from permviz.ui import state
from permviz.ui.average_views import VIEWS
from permviz.ui.cached import dataset
from permviz.ui.controls import setting
from permviz.ui.workbench import workbench

left, right = st.columns([2, 3], gap="medium")
with left:
    st.markdown("##### Is the average of good copies good?")
    workbench(compact=True)
    below = st.container()
trained = state.trained()
if trained is not None:
    with right:
        setting(
            st.segmented_control,
            "View",
            "average",
            "show",
            options=list(VIEWS),
            format_func=lambda name: VIEWS[name][0],
            label_visibility="collapsed",
        )
        experiment = state.current()
        view = VIEWS[experiment.average.show][1]
        view(trained.network, dataset(experiment), experiment, below)
