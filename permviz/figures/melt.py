"""The melting orbit as a figure: copies and distinct nodes against the weight decay."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Protocol

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from permviz.figures.layout import LEGEND_BELOW, styled
from permviz.figures.picture import Picture
from permviz.figures.theme import LIGHT, Palette
from permviz.symmetry.counting import count_text

DASHES = ("solid", "dash", "dot", "dashdot")
"""Beside the colours, for lines that lie on each other."""


class Stages(Protocol):
    """What is drawn of a :class:`permviz.Melt`."""

    @property
    def decays(self) -> tuple[float, ...]: ...
    @property
    def copies(self) -> tuple[int, ...]: ...
    @property
    def distinct(self) -> tuple[int, ...]: ...
    @property
    def certified(self) -> tuple[bool, ...]: ...


def melt_figure(melt: Stages, chosen: int | None = None, palette: Palette = LIGHT) -> Picture:
    """Copies (above, logarithmic) and distinct nodes (below) at each stage of a :class:`permviz.Melt`, against its decay.

    Args:
        melt: of :func:`permviz.melt`.
        chosen: a stage that is marked, from 0.
        palette: of the theme.
    """
    decays, digits = list(melt.decays), [math.log10(count) for count in melt.copies]  # they fit no float
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08, row_heights=[0.6, 0.4])
    counts: list[list[float]] = [digits, list(melt.distinct)]
    texts = [count_text(count) for count in melt.copies], list(map(str, melt.distinct))
    for row, (values, said, name) in enumerate(zip(counts, texts, ("copies", "distinct nodes"), strict=True), start=1):
        figure.add_scatter(
            x=decays, y=values, name=name, mode="lines+markers", text=said, row=row, col=1,
            line={"shape": "hv", "width": 2, "color": palette.accent},
            marker={"size": 7, "symbol": ["circle" if sure else "circle-open" for sure in melt.certified]},
            hovertemplate=f"λ = %{{x:.3g}}: {name} %{{text}}<extra></extra>",
        )  # fmt: skip
        if chosen is not None:
            figure.add_scatter(
                x=[decays[chosen]], y=[values[chosen]], mode="markers", row=row, col=1, hoverinfo="skip", name="shown",
                marker={"size": 14, "color": "rgba(0,0,0,0)", "line": {"width": 3, "color": palette.text}},
            )  # fmt: skip
    styled(figure, "Copies and distinct nodes as the weight decay grows", palette=palette, height=380, showlegend=False)
    _axes(figure)
    return Picture(figure, _sentence(melt))


def melts_figure(melts: Mapping[str, Stages], palette: Palette = LIGHT) -> Picture:
    """Several of them in one figure, by name: copies above, distinct nodes below."""
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08, row_heights=[0.6, 0.4])
    for i, (name, melt) in enumerate(melts.items()):
        counts: tuple[list[float], list[float]] = [math.log10(count) for count in melt.copies], list(melt.distinct)
        texts = [count_text(count) for count in melt.copies], list(map(str, melt.distinct))
        for row, (values, said) in enumerate(zip(counts, texts, strict=True), start=1):
            figure.add_scatter(
                x=list(melt.decays), y=values, name=name, mode="lines", text=said, row=row, col=1, showlegend=row == 1,
                line={"shape": "hv", "width": 3, "color": palette.node(i), "dash": DASHES[i % len(DASHES)]},
                hovertemplate=f"{name}, λ = %{{x:.3g}}: %{{text}}<extra></extra>",
            )  # fmt: skip
    styled(figure, "Copies and distinct nodes of several activations", palette=palette, height=420, legend=LEGEND_BELOW)
    _axes(figure)
    ends = "; ".join(f"{name}: {count_text(melt.copies[0])} to {count_text(melt.copies[-1])}" for name, melt in melts.items())
    return Picture(figure, f"Copies as the decay grows. {ends}.")


def _axes(figure: go.Figure) -> None:
    figure.update_xaxes(type="log", exponentformat="power")
    figure.update_xaxes(title_text="weight decay λ", row=2, col=1)
    figure.update_yaxes(title_text="log₁₀ copies", rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title_text="distinct nodes", rangemode="tozero", row=2, col=1)


def _sentence(melt: Stages) -> str:
    copies, sure, count = melt.copies, sum(melt.certified), len(melt.copies)
    first, last = count_text(copies[0]), count_text(copies[-1])
    change = f"from {first} to {last}" if copies[0] != copies[-1] else f"{first} at both ends"
    rises = any(after > before for before, after in pairwise(copies))
    nodes = tuple(map(str, (melt.distinct[0], melt.distinct[-1])))
    nodes_change = f"from {nodes[0]} to {nodes[1]}" if nodes[0] != nodes[1] else f"{nodes[0]} at both ends"
    told = f"Copies: {change}; distinct nodes: {nodes_change}."
    if rises:
        told += " On the way they become more again: there, fewer moves leave the network as it is."
    return f"{told} {sure} of {count} stages are certified minima" + ("." if sure == count else " (filled).")
