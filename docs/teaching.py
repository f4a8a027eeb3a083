"""Write docs/teaching.md, the instructor's notes: ``.venv/bin/python -m docs.teaching``.

Steps, tasks and links come from the lessons, answers from the library: a test compares the file with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import follow_recipe
from permviz.lessons.following import beginning, step_link
from permviz.lessons.lesson import Asked, Lesson, Step
from permviz.lessons.table import LESSONS

FILE = Path(__file__).with_name("teaching.md")

INTRODUCTION = """# Teaching with permviz

*Lessons* in the header opens one of three lessons: a strip above the page says what a step is about and what to do, and the
class does it on the page's own controls. Nothing is played over them; a step is ticked when it is done. *Previous*, *Next*,
*Exit* and the dots are buttons; Alt+Shift+→ and Alt+Shift+← do the same. On a phone the strip is one line, and *More* unfolds
it.

**Before the class.** Open the lesson, build the network you want (or take the one that is there), and *Share* the link: it
holds the network, the lesson and the step, and everybody sees your numbers. The links below open each step on the app that
`make run` serves; put your own host before the `?` or the page's name. A lesson works on any network with two nodes in a
layer; the answers below are those of the network that the app opens with.

**Predict, then reveal.** Some steps begin with a question, and what would answer it is out of sight. Let everybody choose and
raise a hand before you press *Show the answer*. The answer is computed from the network on the screen. Nothing that anybody
chooses is sent or kept.

**Without a server.** *Share*, *Save this page*, with *With the lesson* ticked, gives one HTML file, below 200 kB, that needs no
network connection. It has the steps that one page suffices for: eight of the ten for a class, three of the four for a talk. The
count and the average, which have pages of their own in the app, are asked and answered there on the same page; the file says
which steps it has not. It begins at the first step with the network on your screen, and forgets everything when it is closed.

**Timing.** About two minutes a step with a class; the steps with a question take four. The talk is three minutes before an
audience, without questions from it. Whoever is late opens the link of the step.
"""

MISCONCEPTIONS = """## Common misconceptions

- *“B is the same network, only drawn otherwise.”* The function is the same, the point is not: look at the distance ‖A − B‖,
  and at the weight matrices, whose rows and columns changed places. The loss is a function of the point.
- *“Only the incoming edges matter.”* The two steps show it: after the first the loss is another. A swap moves rows of one
  matrix and columns of the next.
- *“Two minima, hence not convex.”* Two minima of one loss may lie in one valley; a convex function may have many minimisers,
  but then all points between them are minimisers too. It is the wall between them that convexity forbids.
- *“The wall shows that there is no good way from A to B.”* It shows that the straight line is none. A path that bends may
  stay low.
- *“The copies are all the minima there are.”* They are the ones that symmetry gives for nothing. Others may exist, and the
  count says nothing of them.
- *“Averaging always hurts.”* Where one node a layer is enough for the task, the average of all copies need not be worse,
  and the argument is silent.
- *“It is about tanh.”* Exchanging nodes works for every activation. Some activations allow more: signs for tanh, scales for
  ReLU.
- *“Not convex, so training cannot work.”* Nothing here says that training is hard. The copies are equally good: it does not
  matter which is found.
"""


def answers(step: Step, name: str, number: int, start: Experiment) -> Asked | None:
    """The question of a step and its computed answer, for the experiment ``start``."""
    if step.question is None:
        return None
    begun = start.changed(**beginning(start, name, number))
    return step.question(begun, follow_recipe(begun).network, begun.recipe.dataset())


def _steps(name: str, lesson: Lesson, start: Experiment) -> Iterator[str]:
    yield f"## {lesson.title}: {lesson.minutes} minutes\n\n{lesson.about}\n"
    for number, step in enumerate(lesson.steps, start=1):
        link = f"http://localhost:8501/{step_link(name, number, start)}"
        yield f"{number}. **[{step.title}]({link})** {step.text}"
        asked = answers(step, name, number, start)
        if asked is not None:
            others = "; ".join(f"**{a}**" if at == asked.right else a for at, a in enumerate(asked.answers))
            yield f"   - *Predict:* {asked.text} ({others}) {asked.why}"
        yield f"   - *Do:* {step.task}\n   - *Seen:* {step.then}"
    yield ""


def text() -> str:
    """What the file says today."""
    start = Experiment()
    lessons = (line for name, lesson in LESSONS.items() for line in _steps(name, lesson, start))
    return "\n".join([INTRODUCTION, *lessons, MISCONCEPTIONS])


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
