"""What A and the midpoints answer, where the inputs are one or two."""

from __future__ import annotations

from permviz.figures.picture import Picture
from permviz.ui.parts.answers import answers_over, answers_picture
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import kept_picture
from permviz.ui.views.align.pair import Between, of_moved, of_pair

GRID = 61
TITLE = "What A answers, and half-way to B"


def midpoints_picture(shown: Shown, found: Between) -> Picture | None:
    """A beside the midpoint to B as it is, and to B as it was moved; ``None`` for more than two inputs."""
    if shown.spec.widths[0] > 2:
        return None

    def draw() -> Picture:
        nets = {"A": found.a, "B as it is": found.a + 0.5 * (found.b - found.a)}
        if found.moved is not None:
            nets["B moved"] = found.a + 0.5 * (found.moved - found.a)
        axes, answers = answers_over(list(nets.values()), shown.data, GRID)
        return answers_picture(axes, dict(zip(nets, answers, strict=True)), shown.data, TITLE)

    return kept_picture(shown.experiment, "midpoints", *of_pair(shown), *of_moved(shown), draw=draw)
