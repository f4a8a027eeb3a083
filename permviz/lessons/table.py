"""The lessons, by their names in links. One more is one more row, and its name in ``LessonView`` of experiment/views.py."""

from __future__ import annotations

from permviz.lessons.classroom import CLASS
from permviz.lessons.lesson import Lesson
from permviz.lessons.researcher import RESEARCHER
from permviz.lessons.talk import TALK

LESSONS: dict[str, Lesson] = {"class": CLASS, "talk": TALK, "researcher": RESEARCHER}
