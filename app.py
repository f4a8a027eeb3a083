"""permviz: page configuration, navigation, the shared frame; nothing else."""

import streamlit as st

from permviz.ui.frame import frame, pages

st.set_page_config(page_title="permviz", page_icon="🔀", layout="wide", initial_sidebar_state="auto")
page = st.navigation(pages(), position="hidden")
with frame(page):
    page.run()
