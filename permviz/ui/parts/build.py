"""The build panel: task, network, training, and under "More" what is seldom changed. Each control shows the recipe and changes
it; none holds a truth of its own.

Numbers have no bounds here: the recipe has them, and its refusal is a sentence, which a field turned red is not.
"""

from __future__ import annotations

import re

import streamlit as st

from permviz.experiment.recipe import MOST_LAYERS, MOST_STEPS, MOST_WIDTH, Recipe
from permviz.networks.activations import ACTIVATIONS
from permviz.networks.digits import written
from permviz.networks.tasks import TASKS, Task
from permviz.ui import state
from permviz.ui.parts.controls import control, field
from permviz.ui.parts.own import OWN, TASKS_OF_ONES_OWN, ask, own_dialog
from permviz.ui.parts.training_status import stop_button, training_status

MORE_STEPS = 500
DECAYS = (0.0, *(float(f"{digit}e{power}") for power in range(-5, 0) for digit in (1, 2, 5)), 1.0)
"""To choose from: 1, 2, 5 in every decade, and none."""


def parse_widths(text: str) -> tuple[int, ...]:
    """Hidden widths as people type them: "4-4", "4, 4", "4 4".

    Raises:
        ValueError: in a sentence.

    >>> parse_widths("8, 3")
    (8, 3)
    """
    parts = re.split(r"\s*[\s,;x–-]\s*", text.strip())
    valid = 1 <= len(parts) <= MOST_LAYERS and all(p.isascii() and p.isdigit() and len(p) < 3 for p in parts)
    if not valid or not all(1 <= int(part) <= MOST_WIDTH for part in parts):
        raise ValueError(
            f"Hidden layers “{text[:40]}” were given: expected 1 to {MOST_LAYERS} whole numbers from 1 to {MOST_WIDTH}, "
            "such as 4-4. Nothing was changed."
        )
    return tuple(map(int, parts))


def parse_whole(given: float) -> int:
    """A whole number. Fields for whole numbers hold floats: in a field for integers a browser takes "1e9" for 1.

    Raises:
        ValueError: in a sentence.

    >>> parse_whole(1e9)
    1000000000
    """
    if not float(given).is_integer():
        raise ValueError(f"{given:g} was given: expected a whole number. Nothing was changed.")
    return int(given)


def build_panel() -> None:
    """Task, layers, activation and training in the sidebar, the rest folded away."""
    shown = state.shown().recipe
    own_dialog()
    _task(shown)
    if state.missing() is not None or state.missing_network():  # asked for on the page
        return
    _network(shown)
    _training(shown)
    if "more" not in state.shown().hide:
        with st.expander("More", key="build-more"):
            _more_settings(shown)
    training_status()


def _task(shown: Recipe) -> None:
    own = [shown.task] if shown.is_own else []

    def change(task: str) -> None:
        if task in OWN:
            ask(task)
        else:
            state.change(task=task)

    control(
        st.selectbox,
        "Task",
        "build-task",
        shown.task,
        change,
        options=[*own, *TASKS, *TASKS_OF_ONES_OWN],
        format_func=task_label,
        help="What the network learns: points to classify, or values to fit. Four are measured data; the last are your own.",
    )


def task_label(task: str) -> str:
    """What people call a task."""
    if task in TASKS:
        return TASKS[task].label
    return OWN[task].choice if task in OWN else OWN[task.partition(".")[0]].title.lower()


def _more_settings(shown: Recipe) -> None:
    """The data's noise and number, where training starts, how far it steps."""
    if not shown.is_own:
        _drawing(TASKS[shown.task], shown)
    left, right = st.columns(2)
    with left:
        told = "Fixes the random start. Another seed finds another network, not a copy of this one."
        _whole_field("Seed", "seed", shown.seed, 1, told)
    with right:
        field(
            st.number_input,
            "Learning rate",
            "rate",
            step=0.01,
            format="%.4g",
            help="Step size of Adam, the training method.",
        )
    _decay(shown.decay)
    told = "A network that was trained elsewhere, from a file of its parameters."
    st.button(f"{OWN['model'].title} …", key="own-model-ask", icon=OWN["model"].icon, on_click=ask, args=("model",), help=told)


def _decay(shown: float) -> None:
    """The weight decay, on a logarithmic scale; one that only a link or a notebook can say stands among the others."""
    field(
        st.select_slider,
        "Weight decay",
        "decay",
        options=sorted({*DECAYS, shown}),
        format_func=lambda decay: written(f"{decay:g}") if decay else "none",
        help="λ: what is minimised is the loss plus λ times the sum of the squares of all weights and biases. It draws them "
        "towards 0.",
    )


def _drawing(task: Task, shown: Recipe) -> None:
    left, right = st.columns(2)
    with left:
        field(
            st.number_input,
            "Noise",
            "noise",
            step=0.05,
            format="%.2f",
            disabled=task.noise is None,
            help=f"{(task.noise or 'Measured data: no noise is added').capitalize()}.",
        )
    with right:
        samples = min(shown.samples, task.samples) if task.real else shown.samples
        measured = f"; there are {task.samples} of these measured ones" if task.real else ""
        _whole_field("Samples", "samples", samples, 20, f"How many points are drawn{measured}.")


def _network(shown: Recipe) -> None:
    left, right = st.columns(2)
    with left:
        field(
            st.text_input,
            "Hidden layers",
            "hidden",
            parse_widths,
            show="-".join(map(str, shown.hidden)),
            help=f"Nodes of each hidden layer: 1 to {MOST_LAYERS} layers of 1 to {MOST_WIDTH} nodes, such as 4-4 or 6-3-6.",
        )
    with right:
        field(
            st.selectbox,
            "Activation",
            "activation",
            options=list(ACTIVATIONS),
            format_func=lambda name: ACTIVATIONS[name].label,
            help="The function that every hidden node applies to its sum.",
        )


def _training(shown: Recipe) -> None:
    told = "Adam steps from the random start. 0 shows the untrained network. Every number of steps lies on the same path."
    _whole_field("Training steps", "steps", shown.steps, MORE_STEPS, told)
    field(
        st.toggle,
        "Finish at a stationary point",
        "finish",
        help="After Adam, a second-order method (Levenberg–Marquardt, or damped Newton) runs on until the gradient "
        "vanishes, if a minimum exists. The status says what was reached.",
    )
    with st.container(horizontal=True, gap="small", key="training-buttons"):
        _buttons()


def _whole_field(label: str, name: str, value: int, step: int, told: str) -> None:
    """A field of a whole number, which a browser holds as a float; see :func:`parse_whole`."""
    field(st.number_input, label, name, parse_whole, show=float(value), step=float(step), format="%.0f", help=told)


def _buttons() -> None:
    if state.trained() is None:
        stop_button()
        return
    st.button(f"Train +{MORE_STEPS}", key="train-more", on_click=_more, args=(MORE_STEPS,), type="primary")
    st.button("+1", key="train-step", on_click=_more, args=(1,), help="One more Adam step.")
    told = "Back to the same random start, untrained."
    st.button("Restart", key="train-reset", on_click=_more, args=(-MOST_STEPS,), help=told)


def _more(steps: int) -> None:
    state.change(steps=min(max(state.current().recipe.steps + steps, 0), MOST_STEPS), finish=False)
