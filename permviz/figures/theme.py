"""Every colour and font of permviz, for both themes: the one place where the look is decided.

The colour rule, the same on every page: blue is positive, orange is negative, both fading to the neutral of the theme (the
pair stays apart under the common colour-blindnesses), and neither means anything else. Losses use viridis, dark for low. A
hidden node keeps its number and its own colour wherever it is moved; the number tells it, the colour helps.
``.streamlit/config.toml`` repeats the surface colours for Streamlit; a test keeps the two equal.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

FONT = "'Source Sans', 'Source Sans Pro', sans-serif"
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
    nodes: tuple[str, ...]
    """Nodes, classes and curves, told apart: as far from blue, orange and one another as colour-blind eyes allow, each legible
    on the background, which is legible on each."""

    def node(self, index: int) -> str:
        """The colour of a node, a class or a curve; beyond the last they begin anew, and the number or name tells."""
        return self.nodes[index % len(self.nodes)]

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
    nodes=("#740a95", "#00635b", "#a92227", "#121212", "#043009", "#410445"),
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
    nodes=("#9271de", "#84ead7", "#e94646", "#aeaeae", "#cefb74", "#be6993"),
)


def light_to_dark() -> dict[str, str]:
    """Each colour of the light theme and what it is in the dark one, for pictures that follow the page's theme."""
    light, dark = asdict(LIGHT), asdict(DARK)
    pairs = dict(zip(light.pop("nodes"), dark.pop("nodes"), strict=True))
    return pairs | {colour: dark[name] for name, colour in light.items()}


def component_colours() -> dict[str, object]:
    """Both palettes, as plain data for the browser."""
    return {name: asdict(palette) | {"nodes": list(palette.nodes)} for name, palette in (("light", LIGHT), ("dark", DARK))}
