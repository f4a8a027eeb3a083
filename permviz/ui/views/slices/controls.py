"""The controls that several views of the Loss slices page share: the layer, the definition of the barrier, the scale."""

from __future__ import annotations

import streamlit as st

from permviz.experiment.views import SlicesView
from permviz.figures.lines import DEFINITIONS
from permviz.networks.network import Network
from permviz.ui.parts.controls import setting


def layer_of(view: SlicesView, network: Network) -> int:
    """The layer that is set, or the last one of a network that has fewer."""
    return min(view.layer, len(network.spec.hidden))


def definition_control() -> None:
    setting(
        st.selectbox,
        "Barrier: how high the loss rises",
        "slices",
        "definition",
        options=list(DEFINITIONS),
        format_func=DEFINITIONS.__getitem__,
    )


def log_control() -> None:
    setting(st.toggle, "Logarithmic loss", "slices", "log")
