"""Swap: drag one hidden node past another, and see that the function has not moved though the parameters have."""

import streamlit as st

from permviz.ui.frame import show_page
from permviz.ui.parts.workbench import workbench


def swap() -> None:
    st.markdown("# Exchange two nodes: another network, the same function")
    workbench()


show_page(swap)
