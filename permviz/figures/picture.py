"""A figure and its sentence: what every figure of permviz comes as."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property

import plotly.graph_objects as go

_SENTENCES = re.compile(r"(?<=[.!?]) (?=[A-Z“])")
_HAND = ("Click ", "Drag ", "Turn ", "Or click ")
"""How sentences begin that tell the hand what it can do."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure, finished: whoever shows it changes nothing in it.

    Attributes:
        figure: as high as its layout says.
        sentence: what to see in it, and how far that may be trusted: exact, drawn at random, a lower bound.
        title: what a figure is called that has no title of its own.

    Raises:
        ValueError: for a figure without a height, or a picture without a title or a sentence.
    """

    figure: go.Figure
    sentence: str
    title: str = ""

    def __post_init__(self) -> None:
        if not self.sentence.strip():
            raise ValueError("A picture without a sentence given: say what is to be seen in it.")
        if not self.label:
            raise ValueError("A picture without a title given: say what the figure is called.")
        if not self.figure.layout.height:
            raise ValueError("A figure without a height given: draw it with permviz.figures.layout.styled.")

    def _ipython_display_(self) -> None:
        """What a notebook shows: the figure, and its sentence below."""
        self.figure._ipython_display_()
        print(self.sentence)

    @cached_property
    def json(self) -> str:
        """The figure as text, as Plotly's JavaScript reads it."""
        return str(self.figure.to_json(engine="json"))

    @cached_property
    def parts(self) -> tuple[str, str]:
        """The sentence in two: what is to be seen in the figure and done with it, and how far that may be trusted.

        The first part is the first sentence and all that tell the hand what it can do.

        >>> figure = go.Figure(layout={"height": 300})
        >>> Picture(figure, "It climbs (Jensen et al. 1906). Exact, float64. Click a point.", "A line").parts
        ('It climbs (Jensen et al. 1906). Click a point.', 'Exact, float64.')
        """
        first, *others = _SENTENCES.split(self.sentence)
        hand = [part for part in others if part.startswith(_HAND)]
        return " ".join([first, *hand]), " ".join(part for part in others if part not in hand)

    @property
    def label(self) -> str:
        """What the figure is called, on one line and without markup."""
        text = self.figure.layout.title.text or self.title
        return " ".join(re.sub(r"<[^>]*>", " ", text).split())

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.figure.layout.height)

    def saying(self, before: str = "", after: str = "") -> Picture:
        """The same picture with more to say: what only the place knows where it is shown."""
        return replace(self, sentence=" ".join(part for part in (before, self.sentence, after) if part))
