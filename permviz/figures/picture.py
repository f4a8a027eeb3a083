"""A figure and its sentence: what every figure of permviz comes as."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.utils import PlotlyJSONEncoder

from permviz.networks.digits import written


@dataclass(frozen=True, eq=False)
class Steps:
    """A figure's frames as a slider goes through them: each sequence has one entry a frame.

    Attributes:
        label: what the slider is called.
        names: where it stands, such as "3 copies".
        headlines: what is then to be seen.
        last: the frame at which playing ends, from 0; those after it are reached by the slider alone.
        parameters: float32, of the network that each frame is about, as ``Network.flatten`` orders them; empty where frames are
            about no network.
        pace: milliseconds from one step to the next while they are played.
    """

    label: str
    names: Sequence[str]
    headlines: Sequence[str]
    last: int
    parameters: Sequence[NDArray[np.float32]] = ()
    pace: int = 700

    def __post_init__(self) -> None:
        lengths = {len(self.names), len(self.headlines), len(self.parameters) or len(self.names)}
        if len(lengths) > 1 or not 0 <= self.last < len(self.names):
            raise ValueError(
                f"Steps of lengths {sorted(lengths)} that end at {self.last} given: expected one length, and an end below it."
            )


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
        steps: of a figure whose frames are gone through by a slider.

    Raises:
        ValueError: for a figure without a height, a picture without a title or a sentence, or a figure whose frames are not its
            steps.
    """

    figure: go.Figure
    sentence: str
    title: str = ""
    steps: Steps | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "sentence", written(self.sentence))
        if not self.sentence.strip():
            raise ValueError("A picture without a sentence given: say what is to be seen in it.")
        if not self.label:
            raise ValueError("A picture without a title given: say what the figure is called.")
        if not self.figure.layout.height:
            raise ValueError("A figure without a height given: draw it with permviz.figures.layout.styled.")
        steps = len(self.steps.names) if self.steps is not None else 0
        if steps != len(self.figure.frames):
            raise ValueError(f"{steps} steps of {len(self.figure.frames)} frames given: expected one for each.")

    def _ipython_display_(self) -> None:
        """What a notebook shows: the figure, and its sentence below."""
        self.figure._ipython_display_()
        print(self.sentence)

    @cached_property
    def json(self) -> str:
        """The figure as text, as Plotly's JavaScript reads it. ``to_json`` would write six letters for each slash, and packed
        arrays are full of them."""
        return json.dumps(self.figure.to_dict(), cls=PlotlyJSONEncoder, separators=(",", ":"))

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
        said = replace(self, sentence=" ".join(part for part in (before, self.sentence, after) if part))
        if "json" in vars(self):  # the figure is the same, and writing it down takes long
            vars(said)["json"] = self.json
        return said
