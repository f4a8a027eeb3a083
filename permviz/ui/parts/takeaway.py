"""Take it with you: the network, its permutation, and code that computes what is on the screen, as files.

A file is made when its button is pressed, in a thread of its own that has no session: it is told all that it needs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from permviz.experiment.experiment import Experiment
from permviz.experiment.takeaway.figure_cells import FIGURES
from permviz.experiment.takeaway.notebook import to_notebook
from permviz.experiment.takeaway.python_code import to_python
from permviz.networks.datasets import Dataset
from permviz.networks.files import network_to_bytes, network_to_json
from permviz.networks.network import Network


@dataclass(frozen=True)
class Taken:
    """What files are made of.

    Attributes:
        experiment, network, data: on the screen; the network is the trained one, A.
        page: the name of the page.
    """

    experiment: Experiment
    network: Network
    data: Dataset
    page: str

    @property
    def own(self) -> Dataset | None:
        """The data, where they are a table, which no recipe holds."""
        return self.data if self.experiment.recipe.table else None

    def name(self, content: str, ending: str) -> str:
        """Of a file: "permviz-swap-moons-2-4-3-1-tanh-network.json"."""
        spec, task = self.network.spec, self.experiment.recipe.task.partition(".")[0]
        return f"permviz-{self.page}-{task}-{'-'.join(map(str, spec.widths))}-{spec.activation}-{content}.{ending}"

    def notebook(self) -> str:
        """With the figures of the page, after those of Swap."""
        page = self.page if self.page in FIGURES else "slices"
        return json.dumps(to_notebook(self.experiment, self.network, page, self.own), ensure_ascii=False, indent=1)


@dataclass(frozen=True)
class Kind:
    """A kind of file: its button, its name, and how it is made."""

    label: str
    content: str
    ending: str
    media_type: str
    make: Callable[[Taken], str | bytes]
    told: str


KINDS = (
    Kind(
        "Network", "network", "safetensors", "application/octet-stream", lambda taken: network_to_bytes(taken.network),
        "The trained network A in safetensors, every number exact: read by permviz, torch, numpy and many others.",
    ),
    Kind(
        "Network, JSON", "network", "json", "application/json", lambda taken: network_to_json(taken.network),
        "The same as nested arrays, for any language.",
    ),
    Kind(
        "PyTorch", "torch", "py", "text/x-python", lambda taken: to_python(taken.experiment, taken.network, data=taken.own),
        "A program that needs torch alone: it builds A and its copy, and prints what they answer.",
    ),
    Kind(
        "Ten lines", "permviz", "py", "text/x-python",
        lambda taken: to_python(taken.experiment, taken.network, "permviz", taken.own),
        "A program with the library permviz, for the numbers on the screen.",
    ),
    Kind(
        "Notebook", "figures", "ipynb", "application/x-ipynb+json", Taken.notebook,
        "For Jupyter: the figures of this page, computed anew with permviz.",
    ),
    Kind(
        "Permutation", "permutation", "json", "application/json", lambda taken: taken.experiment.permutation.to_json(),
        "For each hidden layer, which node stands in each slot, counted from 0.",
    ),
)  # fmt: skip
"""All that can be taken."""


def take_it_with_you(taken: Taken | None) -> None:
    """The buttons, or the sentence that there is nothing yet while the network is being trained."""
    st.markdown("**Take it with you.**")
    if taken is None:
        st.caption("The network is being trained: its files are here when it is.")
        return
    st.caption("The trained network (A), the permutation that makes its copy, and code that computes what is on the screen.")
    with st.container(horizontal=True, gap="small", key="takeaway"):
        for kind in KINDS:
            st.download_button(
                kind.label,
                _maker(kind, taken),
                file_name=taken.name(kind.content, kind.ending),
                mime=kind.media_type,
                key=f"take-{kind.content}-{kind.ending}",
                help=kind.told,
                icon=":material/download:",
                on_click="ignore",
            )


def _maker(kind: Kind, taken: Taken) -> Callable[[], bytes]:
    def make() -> bytes:
        content = kind.make(taken)
        return content if isinstance(content, bytes) else content.encode()

    return make
