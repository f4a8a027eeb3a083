"""Every colour and font of permviz, for both themes: the one place where the look is decided.

The colour rule, the same on every page: blue is positive, orange is negative, both fading to the neutral of the theme (the
pair stays apart under the common colour-blindnesses). Losses use viridis, dark for low. A hidden node keeps its identity colour
and its label wherever it is moved. ``.streamlit/config.toml`` repeats the surface colours for Streamlit; a test keeps the two
equal.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

FONT = "'Source Sans', 'Source Sans Pro', sans-serif"
MONO = "'Source Code Pro', monospace"
FONT_SIZE = 14
"""Pixels, for figures; the smallest text anywhere is 12."""

LOSS_SCALE = "Viridis"
LOSS_STOPS = (
    "#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
)  # fmt: skip
"""The same scale at equal steps, for pictures drawn without Plotly."""

ON_LOSS, AROUND_LOSS = "white", "black"
"""Marks and labels on viridis, and their outlines: by name, for the browser exchanges only a theme's hex colours, and viridis
is the same in both themes."""

CLEAR = "rgba(0, 0, 0, 0)"

LABEL_GROUND = "rgba(0, 0, 0, 0.85)"
"""Behind labels in :data:`ON_LOSS` that stand over a surface in space."""

LOSS_LINE = "#8571d6"
"""The accent between the two themes, for pictures that cannot follow the theme."""


@dataclass(frozen=True)
class Palette:
    """Colours of one theme, as CSS hex strings."""

    background: str
    surface: str
    border: str
    text: str
    muted: str
    grid: str
    accent: str
    positive: str
    neutral: str
    negative: str
    first: str
    """The post's red: edges of the first node of a swap in slow motion."""
    second: str
    """The post's green: edges of the second."""
    good: str
    bad: str

    @property
    def diverging(self) -> list[tuple[float, str]]:
        """Plotly colour scale: negative, neutral, positive."""
        return [(0.0, self.negative), (0.5, self.neutral), (1.0, self.positive)]


LIGHT = Palette(
    background="#ffffff",
    surface="#f4f6f8",
    border="#d5dbe1",
    text="#1b2127",
    muted="#55606b",
    grid="#e3e8ec",
    accent="#5b3fbf",
    positive="#0b6fc2",
    neutral="#f3f1ee",
    negative="#c65a00",
    first="#c8324b",
    second="#1c8a55",
    good="#1a7f4b",
    bad="#b3261e",
)

DARK = Palette(
    background="#10151a",
    surface="#1a2128",
    border="#37424d",
    text="#e8ecf0",
    muted="#a3afba",
    grid="#2b353f",
    accent="#b3a1ff",
    positive="#5fb2f7",
    neutral="#262d34",
    negative="#ff9d4d",
    first="#ff7186",
    second="#4fd08e",
    good="#5ad394",
    bad="#ff8a80",
)

IDENTITIES = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a900", "#7a6bd1",
    "#5a8fb0", "#a8803b", "#4b8f7a", "#a0708c", "#7fa3b8", "#a86f4b", "#8c8640", "#8079a8",
)  # fmt: skip
"""Identity colours of hidden nodes 0 to 15 (Okabe and Ito's eight, one darkened, and eight muted ones), beside labels."""


def component_colours() -> dict[str, object]:
    """Both palettes and the identity colours, as plain data for the browser."""
    return {"light": asdict(LIGHT), "dark": asdict(DARK), "identities": list(IDENTITIES)}
