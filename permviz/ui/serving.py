"""What a server does once, before its first visitor.

``streamlit run`` looks through a script for an assignment of ``st.App``; finding one in app.py, it imports app.py and serves
that ASGI application, as any ASGI server does with ``app:app``. So there is one way of serving, whoever starts it, and a
moment before the first session.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import plotly.graph_objects as go
import torch
from streamlit.runtime.pages_manager import PagesManager

import permviz.figures
from permviz.landscape.processor import let_others_first

SWITCH_SECONDS = 0.0005
"""How long a computation in Python goes on before others have their turn; Python's own is ten times as long, and a swap, which
goes through several threads, waits for several turns (docs/load.md)."""


def prepare() -> None:
    """Load what the pages need, and leave the folder ``pages/`` to ``st.navigation`` alone.

    Until some session has called ``st.navigation``, Streamlit takes ``pages/`` for a multipage app of the old kind and answers
    a link to a page by running that file without app.py. This is the switch that ``st.navigation`` itself turns, but too late.
    """
    PagesManager.uses_pages_directory = False
    # Sessions and trainings share the cores: their small tensors would lose more by waiting for each other than they gain.
    torch.set_num_threads(1)
    sys.setswitchinterval(SWITCH_SECONDS)
    let_others_first()
    for module in pkgutil.iter_modules(permviz.figures.__path__, "permviz.figures."):
        importlib.import_module(module.name)
    go.Figure(go.Heatmap(z=[[0.0]])).to_json()  # plotly loads its validators with the first figure
