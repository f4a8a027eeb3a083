"""The lesson above a page: its strip while one is followed, an invitation on a first visit, and the choice of a lesson."""

from __future__ import annotations

from typing import Any

import streamlit as st

from permviz.components.files import script
from permviz.components.guide.wire import decode_wish, encode_guide
from permviz.experiment.experiment import Experiment
from permviz.lessons.following import LEFT, beginning, lesson_of, number_of, step_of
from permviz.lessons.lesson import Asked
from permviz.lessons.table import LESSONS
from permviz.ui import state
from permviz.ui.parts.mounting import numbered, received
from permviz.ui.parts.workbench import run_fragments
from permviz.ui.state.caches import kept

_KEY = "guide"
_ASKED = "lessons-asked"
_INVITED = "invited"
_GOING = "going"

_component = st.components.v2.component("permviz_guide", js=script("guide/mount.js", "lesson"))


def lessons_button() -> None:
    """A button, and while it is asked for, the dialog in which a lesson is chosen."""
    st.button("Lessons", icon=":material/school:", key="lessons", on_click=_ask, args=(True,))
    if st.session_state.get(_ASKED):
        _dialog()


def _ask(asked: bool) -> None:
    st.session_state[_ASKED] = asked


@st.dialog("Lessons", icon=":material/school:", on_dismiss=lambda: _ask(False))
def _dialog() -> None:
    st.caption("A strip above the page says what to do; you do it on the page’s own controls. Each step has its own link.")
    for name, lesson in LESSONS.items():
        st.markdown(f"**{lesson.title}**, {lesson.minutes} minutes. {lesson.about}")
        st.button(f"Start: {lesson.title.lower()}", key=f"start-{name}", on_click=_start, args=(name,))


def _start(name: str) -> None:
    """In a callback of the dialog, which only a run of the whole app closes."""
    begin(name, 1)
    st.rerun()


def go_to_step(name: str, step: int) -> None:
    """In a callback above a page: see :func:`begin`; the page is drawn with it."""
    begin(name, step)
    run_fragments(("page",))  # not the header alone, in which this was pressed


def begin(name: str, step: int) -> None:
    """In a callback: begin a step of a lesson, on its page; step 0 ends the lesson."""
    _ask(False)
    st.session_state[_INVITED] = False
    if step:
        state.change(**beginning(state.shown(), name, step))
        st.session_state[_GOING] = LESSONS[name].steps[step - 1].page, "asked"
    else:
        state.change(**LEFT)


def page_to_go_to(page: str) -> str | None:
    """The page that a step just begun is on, if it is not this one: until the browser is known to be there.

    A request that it made before it heard of the other page would lead back here. One made at a newer address was meant.
    """
    target, stage = st.session_state.get(_GOING, (page, "there"))
    step = step_of(state.current())
    over = stage == "there" if page == target else stage != "asked" and not state.asked_late()
    if over or step is None or step.page != target:
        st.session_state.pop(_GOING, None)
        return None
    st.session_state[_GOING] = target, "there" if page == target else "sent"
    return target if page != target else None


def guide(page: str) -> None:
    """Above the page ``page``: the step that one is at, or the invitation. Its place is there in any case."""
    with st.container(key="lesson"):
        experiment = state.current()
        if lesson_of(experiment):
            _strip(experiment, page)
        elif "lessons" not in experiment.hide and st.session_state.setdefault(_INVITED, not state.has_link()):
            _invitation()


def _invitation() -> None:
    """One short line, which on the front page is the title's where there is room, until it is answered;
    permviz/components/frame/invitation.js remembers the answer in the visitor's browser.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="invitation"):
        lesson = LESSONS["class"]
        st.markdown(f"New here? {len(lesson.steps)} steps, by hand.", width="content")
        st.button("Take the tour", key="tour", on_click=go_to_step, args=("class", 1))
        st.button("Not now", key="not-now", type="tertiary", on_click=_decline)


def _decline() -> None:
    st.session_state[_INVITED] = False


def _strip(experiment: Experiment, page: str) -> None:
    name, number, lesson = experiment.lesson.name, number_of(experiment), LESSONS[experiment.lesson.name]
    data = encode_guide(
        name, lesson, number, experiment.lesson.done, _asked(experiment), page, bound="lessons" in experiment.hide
    )
    memory: dict[str, Any] = st.session_state.setdefault(f"{_KEY}-heard", {})

    def hear() -> None:
        message = received(_KEY, "wish")
        if message is None:  # heard already: the strip of the page before asks again, and all of that page has to run
            st.rerun()
        try:
            wish = decode_wish(message, name, len(lesson.steps))
        except ValueError as refused:
            state.say(str(refused))
            return
        if memory.get(wish.epoch, 0) < wish.n:
            begin(name, wish.step)
            memory.clear()
            memory[wish.epoch] = wish.n  # now, as Streamlit may end a run in a line before, and the browser then asks again
        run_fragments(("page",))

    _component(key=_KEY, data=numbered(_KEY, data), on_wish_change=hear)


def _asked(experiment: Experiment) -> Asked | None:
    """The question of this step and its answer, computed once for all who are at it with the same network and order."""
    step, trained = step_of(experiment), state.trained()
    if step is None or step.question is None or trained is None:
        return None
    question = step.question
    return kept(
        experiment,
        "question",
        question.__name__,
        experiment.order,
        compute=lambda: question(experiment, trained.network, state.dataset(experiment)),
    )
