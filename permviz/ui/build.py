"""The build panel: task, network, training. Each control shows the experiment and changes it; none holds a truth of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import streamlit as st

from permviz.activations import ACTIVATIONS
from permviz.datasets import TASKS
from permviz.experiment import MOST_LAYERS, MOST_STEPS, MOST_WIDTH, Experiment
from permviz.ui import state
from permviz.ui.training_status import training_status

MORE_STEPS = 500


def _control(
    widget: Callable[..., Any], label: str, field: str, value: Any, parse: Callable[[Any], Any] = lambda v: v, **options: Any
) -> None:
    """A widget that shows ``value`` and changes ``field`` of the experiment."""
    key = f"build-{field}"
    st.session_state[key] = value

    def changed() -> None:
        given = st.session_state[key]
        try:
            wanted = parse(given)
        except ValueError as error:
            state.say(str(error))
            return
        if wanted is not None:
            state.change(**{field: wanted})

    widget(label, key=key, on_change=changed, **options)


def parse_widths(text: str) -> tuple[int, ...]:
    """Hidden widths as people type them: "4-4", "4, 4", "4 4".

    Raises:
        ValueError: in a sentence.

    >>> parse_widths("8, 3")
    (8, 3)
    """
    parts = [part for part in re.split(r"[\s,;x–-]+", text.strip()) if part]
    valid = 1 <= len(parts) <= MOST_LAYERS and all(p.isascii() and p.isdigit() and len(p) < 3 for p in parts)
    if not valid or not all(1 <= int(part) <= MOST_WIDTH for part in parts):
        raise ValueError(
            f"Hidden layers “{text[:40]}” were given: expected 1 to {MOST_LAYERS} whole numbers from 1 to {MOST_WIDTH}, "
            "such as 4-4. Nothing was changed."
        )
    return tuple(map(int, parts))


def build_panel() -> None:
    """Task, network and training in the sidebar."""
    shown = state.shown()
    _task(shown)
    _network(shown)
    _training(shown)
    training_status()


def _task(shown: Experiment) -> None:
    task = TASKS[shown.task]
    _control(
        st.selectbox,
        "Task",
        "task",
        shown.task,
        options=list(TASKS),
        format_func=lambda name: TASKS[name].label,
        help="What the network learns: points to classify, or values to fit. The last four are measured data.",
    )
    left, right = st.columns(2)
    with left:
        _control(
            st.number_input, "Noise", "noise", shown.noise, min_value=0.0, max_value=2.0, step=0.05, format="%.2f",
            disabled=task.noise is None, help=f"{(task.noise or 'Measured data: no noise is added').capitalize()}.",
        )  # fmt: skip
    with right:
        _control(
            st.number_input, "Samples", "samples", shown.samples, min_value=20, max_value=2000, step=20,
            help="How many points are drawn; measured data give at most what they have.",
        )  # fmt: skip


def _network(shown: Experiment) -> None:
    left, right = st.columns(2)
    with left:
        _control(
            st.text_input, "Hidden layers", "hidden", "-".join(map(str, shown.hidden)), parse_widths,
            help=f"Nodes of each hidden layer: 1 to {MOST_LAYERS} layers of 1 to {MOST_WIDTH} nodes, such as 4-4 or 6-3-6.",
        )  # fmt: skip
    with right:
        _control(
            st.selectbox, "Activation", "activation", shown.activation, options=list(ACTIVATIONS),
            format_func=lambda name: ACTIVATIONS[name].label, help="The function that every hidden node applies to its sum.",
        )  # fmt: skip


def _training(shown: Experiment) -> None:
    left, right = st.columns(2)
    with left:
        _control(
            st.number_input, "Seed", "seed", shown.seed, min_value=0, max_value=999_999, step=1,
            help="Fixes the random start. Another seed finds another network, not a copy of this one.",
        )  # fmt: skip
    with right:
        _control(
            st.number_input, "Learning rate", "rate", shown.rate, min_value=1e-5, max_value=1.0, step=0.01, format="%.4g",
            help="Step size of Adam, the training method.",
        )  # fmt: skip
    _control(
        st.number_input, "Training steps", "steps", shown.steps, min_value=0, max_value=MOST_STEPS, step=MORE_STEPS,
        help="Adam steps from the random start. 0 shows the untrained network. Every number of steps lies on the same path.",
    )  # fmt: skip
    _control(
        st.toggle, "Finish at a stationary point", "finish", shown.finish,
        help="After Adam, a second-order method (Levenberg–Marquardt, or damped Newton) runs on until the gradient "
        "vanishes, if a minimum exists. The status says what was reached.",
    )  # fmt: skip
    with st.container(horizontal=True, gap="small", key="training-buttons"):
        if state.trained() is None:
            st.button("Stop", icon=":material/stop:", key="train-stop", on_click=state.stop, type="primary")
        else:
            st.button(
                f"Train +{MORE_STEPS}",
                icon=":material/play_arrow:",
                key="train-more",
                on_click=_more,
                args=(MORE_STEPS,),
                type="primary",
            )
            st.button("Step", key="train-step", on_click=_more, args=(1,), help="One more Adam step.")
            st.button(
                "Restart",
                key="train-reset",
                on_click=_more,
                args=(-MOST_STEPS,),
                help="Back to the same random start, untrained.",
            )


def _more(steps: int) -> None:
    state.change(steps=min(max(state.current().steps + steps, 0), MOST_STEPS), finish=False)
