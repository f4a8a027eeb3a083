"""A visitor's own network: brought in a dialog as a file of its parameters, shown on a task that it fits."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from permviz.components.own.wire import GivenFile
from permviz.experiment.codec import MOST_CARRIED, check_parameters, encode_parameters, named_parameters
from permviz.experiment.experiment import Experiment
from permviz.experiment.recipe import MOST_LAYERS, MOST_WIDTH
from permviz.networks.activations import ACTIVATIONS
from permviz.networks.digits import loss_text
from permviz.networks.evaluation import objective_word
from permviz.networks.files import network_from_bytes
from permviz.networks.network import Network, NetworkSpec, loss
from permviz.networks.tasks import TASKS
from permviz.ui import state
from permviz.ui.parts.markdown import plain
from permviz.ui.parts.reader import file_reader

TITLE = "Your own network"

_BROUGHT = "own-model"
ACCEPT = ".safetensors,.pt,.pth,.bin"


def choose_model(done: Callable[[], None]) -> None:
    """The dialog's content; ``done`` is called when the network is on its way to the screen."""
    file_reader(key="own-model-file", what="network", accept=ACCEPT, on_file=_bring)
    content = state.brought_file(st.session_state.get(_BROUGHT, ""))
    if content is None:
        st.caption(
            "A file of safetensors, or of torch.save(model.state_dict(), path), of fully connected layers: up to "
            f"{MOST_LAYERS} hidden ones of at most {MOST_WIDTH} nodes. BatchNorm1d is folded into them. Nothing in the file is "
            f"run; it stays in the server’s memory while this page is open. Up to {MOST_CARRIED} parameters travel in the "
            "link, of more only a name of them: this tab then remembers the file."
        )
        return
    try:
        wanted, network = _chosen(content)
    except ValueError as refused:
        st.warning(plain(str(refused)), icon=":material/info:")
        return
    st.markdown(plain(_summary(wanted, network)))
    st.caption("Training begins at a random start, not at this network. Back in the browser returns here.")
    st.button("Show this network", key="own-model-use", type="primary", on_click=_use, args=(wanted, network, done))


def network_like(content: bytes, spec: NetworkSpec) -> Network:
    """The network of a file, which is to stand beside one of this shape; where the file says no activation, with that one's.

    Raises:
        ValueError: for what is no network, another shape or activation, or parameters that are too large.
    """
    network, _ = _read(content, spec.activation)
    if network.spec != spec:
        raise ValueError(f"A network {_shape(network.spec)} given: expected {_shape(spec)}, the layers and activation of A.")
    _check(network)
    return network


def _shape(spec: NetworkSpec) -> str:
    return f"{'-'.join(map(str, spec.widths))}, {ACTIVATIONS[spec.activation].label}"


def _bring(file: GivenFile) -> str:
    network, _ = _read(file.content, next(iter(ACTIVATIONS)))  # what is none is refused beside the button
    st.session_state[_BROUGHT] = state.bring_file(file.content)
    return _tab_name(network.spec)


def _tab_name(spec: NetworkSpec) -> str:
    """Under what the browser's tab remembers the file of a network that does not travel; its activation may be chosen later."""
    return f"network.{'-'.join(map(str, spec.widths))}" if spec.parameter_count > MOST_CARRIED else ""


def _read(content: bytes, activation: str) -> tuple[Network, bool]:
    """The network of a file, and whether the file says which activation it has.

    Raises:
        ValueError: for what is none.
    """
    try:
        return network_from_bytes(content).single(), True
    except ValueError:
        return network_from_bytes(content, activation).single(), False


def _chosen(content: bytes) -> tuple[Experiment, Network]:
    """The experiment that shows the network, with an activation and a task of the visitor's choice.

    Raises:
        ValueError: for a network that is larger than those that are built here, or fits no task.
    """
    shown = state.shown().recipe
    network, stated = _read(content, shown.activation)
    if not stated:
        named = st.selectbox(
            "Activation, which the file does not say",
            list(ACTIVATIONS),
            index=list(ACTIVATIONS).index(shown.activation),
            format_func=lambda name: ACTIVATIONS[name].label,
            key="own-model-activation",
        )
        network = network_from_bytes(content, named)
    _check(network)
    inputs, *hidden, outputs = network.spec.widths
    fitting = [name for name, task in TASKS.items() if (task.inputs, task.outputs) == (inputs, outputs)]
    if shown.is_own and (shown.spec.widths[0], shown.spec.widths[-1]) == (inputs, outputs):
        fitting.insert(0, shown.task)
    if not fitting:
        raise ValueError(
            f"A network of {inputs} inputs and {outputs} outputs given, which no task has: bring a table with such columns "
            "as the task first, and then the network."
        )
    task = st.selectbox("Shown on the task", fitting, format_func=_label, key="own-model-task")
    recipe = shown.changed(task=task, hidden=tuple(hidden), activation=network.activation, steps=0, finish=False)
    return Experiment(recipe, theta=encode_parameters(network) or named_parameters(network)), network


def _check(network: Network) -> None:
    """What is asked of a link's parameters, too.

    Raises:
        ValueError: for a network that is not shown.
    """
    try:
        check_parameters(network)
    except ValueError as refused:
        raise ValueError(f"This network cannot be shown: {refused}.") from None


def _label(task: str) -> str:
    return TASKS[task].label if task in TASKS else "your own data"


def _summary(wanted: Experiment, network: Network) -> str:
    widths = "-".join(map(str, network.spec.widths))
    word, text = objective_word(wanted.recipe.decay), loss_text(float(loss(network, state.dataset(wanted))))
    label = ACTIVATIONS[network.activation].label
    return f"Understood: {widths}, {label}, {network.spec.parameter_count} parameters. Its {word} on this task: {text}."


def _use(wanted: Experiment, network: Network, done: Callable[[], None]) -> None:
    if wanted.is_of_named_network:
        state.bring_network(network)
    state.change(recipe=wanted.recipe, order=(), theta=wanted.theta)
    done()


def missing_model(experiment: Experiment) -> None:
    """In place of a page whose network is not here."""

    def bring(file: GivenFile) -> str:
        network, _ = _read(file.content, experiment.recipe.activation)
        if named_parameters(network) != experiment.theta:
            raise ValueError(
                f"{file.name} holds another network: its parameters are not those that this link belongs to. To show it, "
                f"choose a task, and then “{TITLE}”."
            )
        _check(network)
        state.bring_network(network)
        return _tab_name(network.spec)

    spec = experiment.recipe.spec
    st.info(
        f"This link belongs to a network that is not here: {_shape(spec)}. One of more than {MOST_CARRIED} parameters "
        "does not travel in a link, and leaves the server with the visit that brought it. Choose its file again, or another "
        "task.",
        icon=":material/hub:",
    )
    file_reader(key="own-model-missing", what="network", accept=ACCEPT, wanted=_tab_name(spec), on_file=bring)
