"""Steps through the browser's history, reported by the page itself.

Streamlit marks the run that Back or Forward asks for. But the mark belongs to that request: if the visitor does something
else before the run has begun, the server drops it and starts another, unmarked. What a component has reported stays with every
later request, so no step is lost.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

import streamlit as st

from permviz.ui.state.session import Step

_KEY = "steps"
_HOSTS_OWN = {"embed", "embed_options"}
"""Parameters that are Streamlit's and not the experiment's."""

_component = st.components.v2.component(
    "permviz_history",
    # Captured: reported before Streamlit's own listener asks for its marked run, which so carries the report.
    js="""const heard = new WeakMap();
    export default function ({ parentElement, setStateValue }) {
      const known = heard.get(parentElement);
      if (known) known.report = setStateValue;
      else {
        const entry = { report: setStateValue };
        entry.listen = () => entry.report("step", { name: String(Math.random()), query: location.search.slice(1) });
        addEventListener("popstate", entry.listen, true);
        heard.set(parentElement, entry);
      }
      return () => {
        if ((parentElement.host ?? parentElement).isConnected) return; // the cleanup of a superseded render
        removeEventListener("popstate", heard.get(parentElement)?.listen, true);
        heard.delete(parentElement);
      };
    }""",
)


@st.fragment  # its report is no reason to run the app: Streamlit's own request does, or another that carries the report
def watch_history() -> None:
    """Have the page report its steps through the history; nothing is seen of it."""
    with st.container(key="history"):
        _component(key=_KEY, on_step_change=lambda: None)


def last_step() -> Step | None:
    """The last step that the page has reported; ``None`` before the first, or for a malformed report."""
    report = st.session_state.get(_KEY, {}).get("step")
    if not isinstance(report, dict):
        return None
    name, query = report.get("name"), report.get("query")
    if not isinstance(name, str) or not isinstance(query, str):
        return None
    try:
        parameters = parse_qsl(query, keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        return None
    return Step(name, {key: value for key, value in parameters if key.lower() not in _HOSTS_OWN})
