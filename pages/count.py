"""How many copies of a network there are: exact numbers, each with its formula, source and hypothesis."""

import streamlit as st

from permviz.ui import state
from permviz.ui.cached import dataset
from permviz.ui.controls import setting
from permviz.ui.count_views import VIEWS
from permviz.ui.workbench import workbench

left, right = st.columns([2, 3], gap="medium")
with left:
    st.markdown("##### How many networks are this one?")
    workbench(compact=True)
    below = st.container()
trained = state.trained()
if trained is not None:
    with right:
        setting(
            st.segmented_control,
            "View",
            "count",
            "show",
            options=list(VIEWS),
            format_func=lambda name: VIEWS[name][0],
            label_visibility="collapsed",
        )
        experiment = state.current()
        view = VIEWS[experiment.count.show][1]
        view(trained.network, dataset(experiment), experiment, below)
