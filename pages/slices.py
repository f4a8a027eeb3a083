"""Loss slices: lines and planes from the network to its copies."""

import streamlit as st

from permviz.ui import state
from permviz.ui.cached import dataset
from permviz.ui.controls import setting
from permviz.ui.slice_views import VIEWS
from permviz.ui.workbench import workbench

st.markdown("#### Between two copies the loss climbs: see the walls, exactly")
workbench(compact=True)
trained = state.trained()
if trained is not None:
    setting(
        st.segmented_control,
        "Slice",
        "slices",
        "show",
        options=list(VIEWS),
        format_func=lambda name: VIEWS[name][0],
        label_visibility="collapsed",
    )
    view = VIEWS[state.current().slices.show][1]
    view(trained.network, dataset(state.current()), state.current())
