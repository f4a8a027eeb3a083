"""Figures of one-weight neurons: the plane that holds all six optima, and what each neuron contributes.

Losses are drawn as their decimal logarithm, cut off below: optima have loss 0, whose logarithm is not finite.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from permviz.figures.layout import LEGEND_BELOW, floats, styled
from permviz.figures.picture import Picture
from permviz.figures.theme import AROUND_LOSS, DARK, LIGHT, LOSS_SCALE, ON_LOSS, Palette
from permviz.rastrigin.one_weight_surfaces import OneWeightPlane

PLANE_TITLE = "The plane of all six optima"
DECADES = 2.5
"""How far below the map's median loss the colours reach."""
INDEX_MARKS = {-1: "asterisk-open", 0: "circle", 1: "diamond", 2: "triangle-up"}
"""Symbols by index; -1 where the Hessian does not decide."""


def one_weight_plane_figure(
    plane: OneWeightPlane, point: Sequence[float] | None = None, critical: bool = True, palette: Palette = LIGHT
) -> Picture:
    """Heatmap of the plane of three one-weight neurons, its copies and critical points marked.

    ``point`` is where one is; it can be dragged.

    The trace named "copies" has the copy's number as ``customdata``; dotted lines are the mirrors ``w_i = w_j``.
    """
    z, floor = _logarithm(plane)
    axis = floats(plane.axis)
    figure = go.Figure(
        go.Heatmap(
            x=axis, y=axis, z=z, colorscale=LOSS_SCALE, name="loss", zsmooth="best", customdata=floats(plane.grid_weights),
            colorbar={"title": _colour_title(floor), "thickness": 16},
            hovertemplate="w = (%{customdata[0]:.2f}, %{customdata[1]:.2f}, %{customdata[2]:.2f})<br>log₁₀ loss %{z:.3f}"
            "<extra></extra>",
        )
    )  # fmt: skip
    figure.add_traces(_mirrors(plane))
    if critical:
        figure.add_traces(_critical(plane))
    figure.add_trace(_copies(plane))
    if point is not None:
        figure.add_traces(_here(plane, point))
    styled(figure, PLANE_TITLE, palette=palette, height=600,
           margin={"l": 64, "r": 24, "t": 48, "b": 56}, legend=LEGEND_BELOW)  # fmt: skip
    span: dict[str, Any] = {
        "range": [float(axis[0]), float(axis[-1])],
        "constrain": "domain",
        "showgrid": False,
        "zeroline": False,
    }
    figure.update_xaxes(title_text="(w₁ − w₂) / √2", **span)
    figure.update_yaxes(title_text="(w₁ + w₂ − 2 w₃) / √6", scaleanchor="x", **span)
    return Picture(figure, f"Each place is three weights. {_sentence(plane)}")


def one_weight_surface_figure(plane: OneWeightPlane, palette: Palette = LIGHT) -> Picture:
    """The same plane in space, with its six copies at the bottom of their pits."""
    z, floor = _logarithm(plane)
    axis = floats(plane.axis)
    label = "log₁₀ loss"
    figure = go.Figure(
        go.Surface(x=axis, y=axis, z=z, colorscale=LOSS_SCALE, name="loss", hovertemplate=f"{label} %{{z:.3f}}<extra></extra>",
                   colorbar={"title": _colour_title(floor), "len": 0.75, "thickness": 16})
    )  # fmt: skip
    figure.add_scatter3d(
        x=floats(plane.copies[:, 0]), y=floats(plane.copies[:, 1]), z=np.full(len(plane.copies), floor, dtype=np.float32),
        mode="markers", name="copies", marker={"size": 5, "color": ON_LOSS, "line": {"width": 1, "color": AROUND_LOSS}},
        text=_orders(plane), hovertemplate="copy %{text}: loss 0<extra></extra>", customdata=np.arange(len(plane.copies)),
    )  # fmt: skip
    styled(figure, PLANE_TITLE, palette=palette, height=560, margin={"l": 0, "r": 0, "t": 48, "b": 0})
    figure.update_scenes(
        xaxis_title="(w₁ − w₂)/√2", yaxis_title="(w₁ + w₂ − 2w₃)/√6", zaxis_title="", aspectmode="manual",
        aspectratio={"x": 1.2, "y": 1.2, "z": 0.5},
        camera={"eye": {"x": 1.0, "y": -1.25, "z": 1.2}, "center": {"x": 0, "y": 0, "z": -0.15}},
    )  # fmt: skip
    return Picture(
        figure, f"Each place is three weights. The six copies lie at the bottom of six equal pits. {_sentence(plane)}"
    )


def _sentence(plane: OneWeightPlane) -> str:
    """What is exact on the plane, and what the search for critical points found there."""
    index = plane.critical.index.tolist()
    exact = (
        "Exact: this plane holds all six copies of the optimum, and swapping two neurons mirrors it at a dotted line, wᵢ = wⱼ."
    )
    certain, left = [i for i in index if i >= 0], [i for i in index if i < 0]
    if not index:
        return f"{exact} On it no critical point was found."
    verb = "was" if len(certain) == 1 else "were"
    on_it = f"{_kinds(certain)} {verb} found and certified" if certain else "no critical point was certified"
    on_it += f", and {_kinds(left)} found" if left else ""
    both = int(plane.truly_critical.sum())
    rest = "" if both == len(index) else ", the others only within the plane"
    return f"{exact} On it {on_it}; {both} of {len(index)} {'is' if both == 1 else 'are'} critical in all three weights{rest}."


def neuron_shares_figure(
    inputs: ArrayLike, shares: ArrayLike, targets: ArrayLike, weights: Sequence[float], palette: Palette = LIGHT
) -> Picture:
    """What each neuron gives, ``shares`` ``(n, N)`` at ``inputs`` ``(N,)``, their sum, and the ``targets`` ``(N,)``."""
    x, given = floats(inputs), np.asarray(shares)
    figure = go.Figure()
    for i, (share, weight) in enumerate(zip(given, weights, strict=True)):
        figure.add_scatter(x=x, y=floats(share), name=f"neuron {i + 1}", line={"color": palette.node(i), "width": 1.5},
                           hovertemplate=f"neuron {i + 1}, w = {weight:.3g}: %{{y:.3g}}<extra></extra>")  # fmt: skip
    figure.add_scatter(x=x, y=floats(given.sum(axis=0)), name="sum", line={"color": palette.accent, "width": 3})
    figure.add_scatter(x=x, y=floats(targets), name="wanted", line={"color": palette.text, "width": 2, "dash": "dot"})
    styled(figure, "What the neurons give", palette=palette, height=300, margin={"l": 40, "r": 16, "t": 48, "b": 56},
           legend=LEGEND_BELOW)  # fmt: skip
    figure.update_xaxes(title_text="input x")
    figure.update_yaxes(title_text="output")
    return Picture(figure, "Exact: each neuron's share of the output, and their sum.")


def _colour_title(floor: float) -> str:
    return f"log₁₀ loss<br>(≥ {floor:.1f})".replace("-", "−")


def _here(plane: OneWeightPlane, point: Sequence[float]) -> list[go.Scatter]:
    """The point, which the hand can move, above its images under the other orders of the neurons, which move along."""
    maps = np.asarray(plane.mirrorings())[1:]
    mirrored = maps @ np.asarray(point, dtype=np.float64)
    line = {"width": 2, "color": AROUND_LOSS}
    return [
        go.Scatter(x=mirrored[:, 0].tolist(), y=mirrored[:, 1].tolist(), mode="markers", name="its copies",
                   hoverinfo="skip", meta={"follow": maps.tolist()},
                   marker={"symbol": "circle", "size": 10, "color": DARK.accent, "line": line}),
        go.Scatter(x=[point[0]], y=[point[1]], mode="markers", name="you are here", hoverinfo="skip", meta={"handle": True},
                   marker={"symbol": "circle-cross", "size": 18, "color": DARK.accent, "line": line}),
    ]  # fmt: skip


def _logarithm(plane: OneWeightPlane) -> tuple[NDArray[np.float32], float]:
    logarithm = np.log10(np.maximum(np.asarray(plane.losses), 1e-30))
    floor = float(np.median(logarithm)) - DECADES
    return floats(np.maximum(logarithm, floor)), floor


def _orders(plane: OneWeightPlane) -> list[str]:
    return ["(" + ", ".join(f"{w:g}" for w in row) + ")" for row in plane.weights(plane.copies).round(decimals=6).tolist()]


def _copies(plane: OneWeightPlane) -> go.Scatter:
    return go.Scatter(
        x=floats(plane.copies[:, 0]), y=floats(plane.copies[:, 1]), mode="markers", name="6 copies of the optimum",
        customdata=np.arange(len(plane.copies)), text=_orders(plane), hovertemplate="copy %{text}: loss 0<extra></extra>",
        marker={"size": 13, "color": ON_LOSS, "line": {"color": AROUND_LOSS, "width": 1.5}},
    )  # fmt: skip


def _mirrors(plane: OneWeightPlane) -> go.Scatter:
    """The three lines ``w_i = w_j``, through the centre of the plane."""
    reach = 2 * float(plane.axis[-1])
    ends = [reach * np.array([np.cos(a), np.sin(a)]) for a in np.pi / 2 + np.arange(3) * np.pi / 3]
    line = np.concatenate([np.stack([-end, end, np.full(2, np.nan)]) for end in ends])
    return go.Scatter(x=floats(line[:, 0]), y=floats(line[:, 1]), mode="lines", name="mirrors", hoverinfo="skip",
                      showlegend=False, line={"color": DARK.muted, "width": 1, "dash": "dot"})  # fmt: skip


def _critical(plane: OneWeightPlane) -> list[go.Scatter]:
    found, traces = plane.critical, []
    # Minima are drawn last, on top of the others, and named first.
    for index in sorted(set(found.index.tolist()), key=lambda s: (s < 0, s), reverse=True):
        here = found.index == index
        truly = plane.truly_critical[here]
        optima = int(((found.points[here, None] - plane.copies).abs().amax(-1) < 1e-6).sum())
        traces.append(
            go.Scatter(
                x=floats(found.points[here, 0]), y=floats(found.points[here, 1]), mode="markers",
                name=_kinds(found.index[here].tolist()) + (f", {optima} of them the copies" if optima else ""),
                legendrank=1001 + index % 9,
                text=["critical in all three weights" if t else "critical within the plane" for t in truly],
                hovertemplate="%{text}<extra></extra>",
                marker={"symbol": INDEX_MARKS[index], "size": 8, "color": [DARK.text if t else DARK.muted for t in truly],
                        "line": {"color": AROUND_LOSS, "width": 1}},
            )
        )  # fmt: skip
    return traces


def _kinds(index: Sequence[int]) -> str:
    names = {
        -1: ("degenerate point", "degenerate points"),
        0: ("minimum", "minima"),
        1: ("saddle", "saddles"),
        2: ("maximum", "maxima"),
    }
    present = [(s, list(index).count(s)) for s in (0, 1, 2, -1) if s in index]
    return ", ".join(f"{count} {names[s][count > 1]}" for s, count in present) or "no critical point"
