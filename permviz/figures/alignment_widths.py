"""Figure of the stored matches: how the wall falls with the width, for each method."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from plotly.subplots import make_subplots

from permviz.figures.layout import LEGEND_BELOW, styled
from permviz.figures.picture import Picture
from permviz.figures.theme import LIGHT, Palette
from permviz.landscape.alignment_stored import AS_GIVEN, BARRIERS, StoredMatch
from permviz.networks.activations import ACTIVATIONS
from permviz.networks.digits import HOVER, loss_text

TITLE = "The wall over the width"
SIGNED = "signed "


def alignment_widths_figure(matches: Sequence[StoredMatch], barrier: str = "train", palette: Palette = LIGHT) -> Picture:
    """Median barrier over the width, a curve a method and a panel an activation; both axes are logarithmic.

    Dotted: with flips of sign.

    Args:
        matches: of :func:`permviz.stored_alignment`.
        barrier: which of those of a :class:`permviz.StoredMatch`.

    Raises:
        ValueError: for no matches, and another barrier.
    """
    if barrier not in BARRIERS:
        raise ValueError(f"Unknown barrier {barrier!r}: choose one of {', '.join(BARRIERS)}.")
    if not matches:
        raise ValueError("No matches given: expected those of permviz.stored_alignment().")
    panels = list(dict.fromkeys(match.activation for match in matches))
    methods = list(dict.fromkeys(match.method for match in matches))
    figure = make_subplots(rows=1, cols=len(panels), shared_yaxes=True, horizontal_spacing=0.04)
    unsigned = [name for name in methods if not name.startswith(SIGNED)]
    absent = 0
    for column, activation in enumerate(panels, start=1):
        for method in methods:
            medians = _medians(matches, activation, method, barrier)
            drawn = {width: value for width, value in medians.items() if value > 0}
            absent += len(medians) - len(drawn)
            if not medians:
                continue
            signed = method.startswith(SIGNED)
            colour = palette.muted if method == AS_GIVEN else palette.node(unsigned.index(method.removeprefix(SIGNED)) - 1)
            name = "as given" if method == AS_GIVEN else method.replace("frank-wolfe", "Frank-Wolfe")
            listed = not signed and not any(trace.name == name for trace in figure.data)
            figure.add_scatter(
                x=list(drawn), y=list(drawn.values()), name=name, legendgroup=name.removeprefix(SIGNED), showlegend=listed,
                mode="lines+markers",
                line={"color": colour, "width": 2, "dash": "dot" if signed else "dash" if method == AS_GIVEN else "solid"},
                marker={"size": 8, "symbol": "diamond-open" if signed else "x" if method == AS_GIVEN else "circle"},
                hovertemplate=f"{name}, width %{{x}}: %{{y:{HOVER}}}<extra></extra>", row=1, col=column,
            )  # fmt: skip
    styled(figure, TITLE, palette=palette, height=460, legend=LEGEND_BELOW)
    widths = sorted({match.width for match in matches})
    figure.update_xaxes(type="log", tickvals=widths, ticktext=list(map(str, widths)))
    for column, activation in enumerate(panels, start=1):  # titles over the panels would lie under a phone's legend
        figure.update_xaxes(title_text=f"{ACTIVATIONS[activation].label}, width w", col=column)
    figure.update_yaxes(type="log")
    figure.update_yaxes(title_text=f"barrier, {barrier} (cross-entropy, nats)", col=1)
    return Picture(figure, _sentence(matches, barrier, panels, methods, absent), TITLE)


def _medians(matches: Sequence[StoredMatch], activation: str, method: str, barrier: str) -> dict[int, float]:
    """By width."""
    own = [match for match in matches if (match.activation, match.method) == (activation, method)]
    widths = sorted({match.width for match in own})
    return {width: median(match.barriers[barrier] for match in own if match.width == width) for width in widths}


def _sentence(matches: Sequence[StoredMatch], barrier: str, panels: list[str], methods: list[str], absent: int) -> str:
    told = []
    for activation in panels:
        ways = {method: _medians(matches, activation, method, barrier) for method in methods}
        widest = max(width for found in ways.values() for width in found)
        best = min((way for way, found in ways.items() if widest in found), key=lambda way: ways[way][widest])
        given = ways[AS_GIVEN][widest]
        told.append(
            f"{ACTIVATIONS[activation].label} networks of width {widest}: {loss_text(given)} as given, "
            f"{loss_text(ways[best][widest])} by “{best}”."
        )
    networks = {(match.activation, match.width) for match in matches}
    pairs = sorted(len({match.pair for match in matches if (match.activation, match.width) == each}) for each in networks)
    told.append(f"Medians over {pairs[0]} to {pairs[-1]} pairs of networks on the digits; the barrier is “{barrier}”.")
    if absent:
        told.append(
            f"{absent} median{'s' * (absent > 1)} of 0 or less {'have' if absent > 1 else 'has'} no place on this axis."
        )
    return " ".join(told)
