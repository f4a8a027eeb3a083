"""A network B that the visitor brings: a file like the one that A may come from, of A's own layers and activation."""

from __future__ import annotations

import streamlit as st

from permviz.components.own.wire import GivenFile
from permviz.experiment.codec import MOST_CARRIED, decode_parameters, encode_parameters, is_named, named_parameters
from permviz.experiment.views import AlignView
from permviz.networks.network import Network, NetworkSpec
from permviz.ui import state
from permviz.ui.parts.own_model import ACCEPT, network_like
from permviz.ui.parts.reader import file_reader


def brought(view: AlignView, spec: NetworkSpec) -> Network | None:
    """The network whose parameters or name the settings have, or ``None`` where it is not here."""
    if is_named(view.theta):
        return state.brought_network(view.theta, spec)
    return decode_parameters(view.theta, spec) if view.theta else None


def _tab_name(spec: NetworkSpec) -> str:
    """Under what the browser's tab remembers a B that does not travel; A's own file of that shape has another name."""
    return f"other.{'-'.join(map(str, spec.widths))}" if spec.parameter_count > MOST_CARRIED else ""


def ask_for_other(view: AlignView, spec: NetworkSpec) -> None:
    """In place of B, while it is not here."""
    missing = is_named(view.theta)

    def bring(file: GivenFile) -> str:
        network = network_like(file.content, spec)
        if missing and named_parameters(network) != view.theta:
            raise ValueError(f"{file.name} holds another network than the B of this link: choose its file, or “Another B”.")
        take(network)
        return _tab_name(spec)

    if missing:
        st.info("Network B of this link is not here: it is too large for a link. Choose its file again.", icon=":material/hub:")
        st.button("Another B", key="align-another", on_click=lambda: state.change(align={"theta": ""}))
    else:
        st.markdown("Bring network B: a file of safetensors, or of torch.save(model.state_dict(), path), of A’s own shape.")
    name = _tab_name(spec)
    file_reader(
        key="align-file", what="network", accept=ACCEPT, wanted=name if missing else "", under=name, on_file=bring
    )  # fmt: skip
    st.caption(
        f"Nothing in the file is run. Up to {MOST_CARRIED} parameters travel in the link, of more only a name of them; this "
        "tab then remembers the file."
    )


def take(network: Network) -> None:
    """Show this network as B; in a callback."""
    theta = encode_parameters(network)
    if not theta:
        theta = state.bring_network(network)
    state.change(align={"other": "file", "theta": theta, "steps": -1, "matched": False, "order": ()})
