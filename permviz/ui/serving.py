"""What a server does once, before the first visitor: both `streamlit run app.py` and an ASGI server import app.py for it.

``streamlit run`` looks through a script for an assignment of ``st.App``; finding one, it serves that ASGI application in place of
running the script by itself. So there is one way of serving, whoever starts it, and a moment before the first session.
"""

from __future__ import annotations

import gc
import importlib
import pkgutil

import plotly.graph_objects as go
from streamlit.runtime.pages_manager import PagesManager

import permviz.figures


def prepare() -> None:
    """Load what the pages need, exempt it from garbage collection, and leave ``pages/`` to ``st.navigation`` alone.

    Streamlit collects after every run; walking torch's and plotly's objects each time holds the interpreter for over 100 ms.
    And until some session has called ``st.navigation`` it takes ``pages/`` for a multipage app of the old kind and answers a
    link to a page by running that file without app.py; this is the switch that ``st.navigation`` itself turns.
    """
    PagesManager.uses_pages_directory = False
    for module in pkgutil.iter_modules(permviz.figures.__path__, "permviz.figures."):
        importlib.import_module(module.name)
    go.Figure(go.Heatmap(z=[[0.0]])).to_json()  # plotly loads its validators at the first figure
    gc.collect()
    gc.freeze()
