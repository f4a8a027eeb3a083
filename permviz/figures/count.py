"""Figures of the Count page: how counts grow with width and depth. Counts come as common logarithms: they fit no float."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from permviz.figures.layout import LEGEND_BELOW, floats, styled
from permviz.figures.picture import Picture
from permviz.figures.theme import LIGHT, Palette


def growth_figure(
    widths: ArrayLike, curves: Mapping[str, ArrayLike], own: tuple[str, float, float] | None = None, palette: Palette = LIGHT
) -> Picture:
    """Digits of a count against the width, one labelled curve each; ``own`` is the network on the screen: its name, the mean of
    its widths, and its digits."""
    x = floats(widths)
    figure = go.Figure()
    for i, (name, values) in enumerate(curves.items()):
        y = floats(values)
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            name=name,
            line={"width": 3, "color": palette.node(i)},
            hovertemplate=f"{name}, width %{{x}}: 10^%{{y:.1f}}<extra></extra>",
        )
        figure.add_annotation(
            text=name, x=x[-1], y=y[-1], xanchor="left", xshift=6, showarrow=False, font={"size": 13, "color": palette.text},
        )  # fmt: skip
    if own is not None:
        name, width, digits = own
        figure.add_scatter(
            x=[width], y=[digits], mode="markers", name="this network", cliponaxis=False,
            marker={"symbol": "diamond", "size": 13, "color": palette.bad, "line": {"width": 2, "color": palette.background}},
            hovertemplate=f"{name}<br>mean width %{{x:.3g}}: 10^%{{y:.1f}}<extra></extra>",
        )  # fmt: skip
        highest = max(float(np.max(trace.y)) for trace in figure.data)
        left = 2 * width < float(x[-1])  # in the empty corner above the curves, or below them
        figure.add_annotation(
            text=name, x=width, y=digits, ax=8 if left else -8, ay=-262 if 2 * digits < highest else 60, standoff=9,
            xanchor="left" if left else "right", bgcolor=palette.background, arrowcolor=palette.bad, arrowwidth=1.5,
            font={"color": palette.text}, borderpad=2,
        )  # fmt: skip
    styled(figure, "Copies of one network", palette=palette, height=400, showlegend=False)
    figure.update_layout(margin_r=112)
    figure.update_xaxes(title_text="width of every hidden layer")
    figure.update_yaxes(title_text="log₁₀ of the number of copies", rangemode="tozero")
    diamond = " The diamond is this network, at the mean of its widths." if own is not None else ""
    return Picture(
        figure,
        "∏ nₖ! for layers of one width (Hecht-Nielsen 1990): exact integers, drawn as logarithms. All nodes different."
        f"{diamond}",
    )


def ratio_figure(widths: ArrayLike, ratios: ArrayLike, formula: ArrayLike, palette: Palette = LIGHT) -> Picture:
    """Critical subspaces for each copy of a minimum, exact points on the curve that they approach; logarithmic."""
    x = floats(widths)
    figure = go.Figure(
        go.Scatter(x=x, y=np.asarray(formula), name="0.72 · 1.44ᵐ", mode="lines", line={"width": 2, "color": palette.muted})
    )
    figure.add_scatter(
        x=x,
        y=np.asarray(ratios),
        name="Σ G(r, m) / m!, exact",
        mode="markers",
        marker={"size": 8, "color": palette.accent},
        hovertemplate="width %{x}: %{y:.4g}<extra></extra>",
    )
    styled(figure, "Critical subspaces for each copy of a minimum", palette=palette, height=340, legend=LEGEND_BELOW)
    figure.update_xaxes(title_text="width m of the layer")
    figure.update_yaxes(title_text="ratio", type="log", exponentformat="power")
    return Picture(
        figure,
        "If every width below m has its own irreducible critical point (one that no narrower layer computes), unique up to "
        "permutation, then Σ G(r, m) / m! ≈ 1 / (2 (ln 2)ᵐ⁺¹) ≈ 0.72 · 1.44ᵐ (the copies counted too). "
        "They are saddles unless local minima lie on them (Fukumizu & Amari 2000).",
    )


def subspaces_figure(
    widths: ArrayLike, minima: ArrayLike, critical: ArrayLike | None, r: int, chosen: int, palette: Palette = LIGHT
) -> Picture:
    """log₁₀ of the subspaces of global minima, and of critical points from narrower widths, in ever wider layers."""
    x = floats(widths)
    figure = go.Figure()
    curves = [("global minima, T(r, m)", minima, palette.node(0), "solid")]
    if critical is not None:
        curves.append(("critical points of width below r, Σ G(k, m)", critical, palette.node(1), "dash"))
    for name, values, colour, dash in curves:
        figure.add_scatter(
            x=x,
            y=floats(values),
            name=name,
            mode="lines+markers",
            line={"width": 3, "color": colour, "dash": dash},
            hovertemplate="width %{x}: 10^%{y:.2f}<extra></extra>",
        )
    figure.add_vline(x=chosen, line={"color": palette.bad, "dash": "dot"})
    styled(figure, f"Subspaces in a layer of width m that needs only r = {r}", palette=palette, height=360, legend=LEGEND_BELOW)
    figure.update_xaxes(title_text="width m of the layer")
    figure.update_yaxes(title_text="log₁₀ of the number of subspaces", rangemode="tozero")
    return Picture(
        figure,
        f"{_compared(x, floats(minima), critical)}(Simsek et al. 2021). G(r, m): ways to give m neurons r kinds, each used.",
    )


def _compared(widths: ArrayLike, minima: ArrayLike, critical: ArrayLike | None) -> str:
    """Which of the two curves is higher, and from which width on."""
    if critical is None:
        return "No width is narrower, so no critical subspace is counted "
    more = np.asarray(minima) > floats(critical)
    start = len(more) - int(np.argmin(more[::-1])) if not more.all() else 0
    first, last = (f"{float(np.asarray(widths)[at]):g}" for at in (0, -1))
    if start == len(more):
        return f"The minima do not outnumber the critical subspaces up to m = {last} "
    if start == 0:
        return f"The minima outnumber the critical subspaces at every width from {first} to {last} "
    return f"From m = {float(np.asarray(widths)[start]):g} on, up to {last}, the minima outnumber the critical subspaces "
