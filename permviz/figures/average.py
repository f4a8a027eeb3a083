"""Figures of the Average page: Jensen's curve, the two matrices, midpoints, linear networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from plotly.subplots import make_subplots

from permviz.figures.layout import LABEL_ON_LOSS, LEGEND_BELOW, floats, labels_over, precision, styled
from permviz.figures.picture import Picture
from permviz.figures.theme import AROUND_LOSS, LIGHT, LOSS_SCALE, ON_LOSS, Palette
from permviz.landscape.jensen import JensenCurve

VALLEY_CUT = 3.0
"""Losses above this are drawn as this in :func:`valley_figure`: the corners would hide the valleys."""


def jensen_figure(
    curve: JensenCurve,
    chosen: tuple[float, float] | None = None,
    group: str = "average of all",
    *,
    guess: float | None = None,
    loss_label: str,
    log: bool = True,
    palette: Palette = LIGHT,
) -> Picture:
    """The loss of the average of the first ``m`` copies against ``m``.

    ``chosen`` is a marked ``(m, loss)``, ``group`` the name of the average over the whole group, ``guess`` the least loss of an
    answer that does not look at the input.
    """
    m, values, bound, whole = floats(curve.counts), floats(curve.losses), curve.bound, curve.group_average_loss
    figure = go.Figure()
    few = len(m) <= 60
    figure.add_scatter(
        x=m,
        y=values,
        name="loss of the average",
        mode="lines+markers" if few else "lines",
        line={"color": palette.accent, "width": 3},
        marker={"size": 7},
        hovertemplate="average of %{x} copies: loss %{y:.4g}<extra></extra>",
    )
    right = max(float(m[-1]), 1.0)
    levels = [("bound if convex", bound, palette.good, "dash")]
    levels += [(group, whole, palette.text, "dot")]
    levels += [("guessing", guess, palette.muted, "dashdot")] if guess is not None else []
    marked = [chosen] if chosen is not None else []
    heights = (*values.tolist(), bound, whole, *(loss for _, loss in marked), guess or 0.0)
    top = max(v for v in heights if np.isfinite(v)) or 1.0
    near = guess is not None and abs(guess - whole) < 0.12 * top
    for name, level, colour, dash in levels:
        figure.add_scatter(
            x=[1, right],
            y=[level] * 2,
            mode="lines",
            name=name,
            line={"color": colour, "dash": dash, "width": 2},
            hoverinfo="skip",
        )
        below = name == "bound if convex"  # the other levels are higher, all but always
        shift = -12 if below else 32 if near and level == max(whole, guess or 0.0) else 12
        figure.add_annotation(
            text=f"{name}: {level:.4g}", x=1, xref="x domain", xanchor="right", xshift=-12, y=level, yshift=shift,
            showarrow=False, font={"color": colour, "size": 14}, bgcolor=palette.background, borderpad=0,
        )  # fmt: skip
    figure.add_scatter(
        x=[min(at, right) for at, _ in marked],
        y=[loss for _, loss in marked],
        mode="markers",
        showlegend=False,
        hoverinfo="skip",
        marker={"size": 14, "color": palette.bad, "line": {"width": 2, "color": palette.background}},
    )
    styled(figure, "Loss of the average of several copies", palette=palette, height=290, showlegend=False)
    figure.update_xaxes(title_text="number of copies averaged", type="log" if log else "linear", dtick=1 if log else None)
    figure.update_yaxes(title_text=loss_label, range=[-0.11 * top, 1.16 * top], zeroline=False)
    exact = "Exact, all copies" if curve.complete else f"{len(m)} copies drawn at random, and all in closed form"
    return Picture(
        figure,
        "Convex means: the loss of an average is at most the average of the losses, the dashed line (Jensen 1906). "
        f"{exact}; {precision(curve.losses)}.",
    )


def matrices_figure(matrices: Sequence[ArrayLike], titles: Sequence[str], palette: Palette = LIGHT) -> Picture:
    """Small matrices side by side, their numbers written in; blue is positive, orange negative."""
    arrays = [np.asarray(matrix, dtype=np.float64) for matrix in matrices]
    top = max(float(np.abs(array).max()) for array in arrays) or 1.0
    figure = make_subplots(rows=1, cols=len(arrays), subplot_titles=list(titles), horizontal_spacing=0.08)
    for column, array in enumerate(arrays, start=1):
        figure.add_trace(
            go.Heatmap(
                z=array.astype(np.float32), zmin=-1.6 * top, zmax=1.6 * top, colorscale=palette.diverging, showscale=False,
                text=[[f"{value:g}" for value in row] for row in array], texttemplate="%{text}",
                textfont={"size": 30, "color": palette.text}, xgap=4, ygap=4, hoverinfo="skip",
            ),
            row=1, col=column,
        )  # fmt: skip
    styled(figure, "", palette=palette, height=260, margin={"l": 8, "r": 8, "t": 48, "b": 8})
    figure.update_xaxes(visible=False, fixedrange=True)
    figure.update_yaxes(visible=False, fixedrange=True, autorange="reversed")
    figure.update_annotations(font_size=17)
    return Picture(figure, "Each row holds a node’s incoming weights.", "Matrices: " + ", ".join(titles))


def midpoints_figure(
    rows: Mapping[str, ArrayLike], own: tuple[str, ArrayLike] | None, loss_label: str, palette: Palette = LIGHT
) -> Picture:
    """Midpoint barriers, one strip a row; worse ones as triangles, better ones as circles; beside the name the share above 0.

    ``rows``: barriers at random weights by name; ``own``: name and barriers of the trained network, drawn on top.
    """
    strips = [*((own,) if own is not None else ()), *rows.items()]
    figure = make_subplots(
        rows=2 if own is not None else 1, cols=1, row_heights=[0.18, 0.82] if own is not None else None, vertical_spacing=0.13
    )
    labels: list[str] = []
    for index, (name, values) in enumerate(strips):
        row = 1 if own is None or index == 0 else 2
        numbers = floats(values).ravel()
        spread = np.random.default_rng(0).uniform(-0.3, 0.3, len(numbers))  # only to keep the points apart
        height = 0 if row == 1 and own is not None else len(strips) - index
        for above, colour in ((True, palette.bad), (False, palette.good)):
            part = numbers > 0 if above else numbers <= 0
            figure.add_scatter(
                x=numbers[part], y=(height + spread[part]).astype(np.float32), mode="markers", name=name, showlegend=False,
                marker={"size": 6, "color": colour, "opacity": 0.7, "symbol": "triangle-right" if above else "circle-open"},
                hovertemplate=f"{name}: %{{x:.3g}}<extra></extra>", row=row, col=1,
            )  # fmt: skip
        share = float((numbers > 0).mean()) if len(numbers) else 0.0
        labels.append(f"{name}{': ' if len(name) <= 16 else '<br>'}{share:.0%} above 0")
    styled(
        figure,
        "Is the midpoint of two copies worse than they are?",
        palette=palette,
        height=150 + 40 * len(rows) if own is None else max(320, 260 + 34 * len(rows)),
        margin={"l": 8, "r": 24, "t": 48, "b": 48},
    )
    last = 2 if own is not None else 1
    heights = list(range(len(rows), 0, -1))
    figure.update_yaxes(tickfont_size=12)
    figure.update_yaxes(tickvals=heights, ticktext=labels[-len(rows) :], showgrid=False, zeroline=False, row=last, col=1)
    if own is not None:
        figure.update_yaxes(tickvals=[0], ticktext=labels[:1], showgrid=False, zeroline=False, row=1, col=1)
    figure.update_xaxes(zeroline=True, zerolinewidth=2, zerolinecolor=palette.text)
    figure.update_xaxes(title_text=f"midpoint's loss − the copies'<br>({loss_label})", row=last, col=1)
    return Picture(
        figure,
        "Exact midpoints between a network and its copy with two nodes swapped, float64. Triangles: worse than the ends; "
        "circles: not. A convex loss would allow no point above 0.",
    )


def linear_line_figure(t: ArrayLike, measured: ArrayLike, formula: ArrayLike, palette: Palette = LIGHT) -> Picture:
    """The loss from a linear network to its swapped copy: measured points on the curve of the closed form."""
    figure = go.Figure(
        go.Scatter(x=floats(t), y=floats(formula), name="closed form", line={"width": 3, "color": palette.accent})
    )
    marks = {"size": 8, "color": palette.bad, "symbol": "circle-open", "line": {"width": 2}}
    figure.add_scatter(x=floats(t), y=floats(measured), name="measured", mode="markers", marker=marks)
    styled(figure, "From the network to its swapped copy", palette=palette, height=310, legend=LEGEND_BELOW)
    figure.update_xaxes(title_text="t, along the line", tickvals=[0, 0.25, 0.5, 0.75, 1])
    figure.update_yaxes(title_text="mean squared error", rangemode="tozero")
    difference = float(np.abs(np.asarray(measured) - np.asarray(formula)).max())
    return Picture(
        figure,
        f"Closed form 16 t² (1 − t)² · barrier, within {difference:.0e} of the measured ({precision(np.asarray(measured))}).",
    )


def valley_figure(axis: ArrayLike, losses: ArrayLike, surface: bool = True, palette: Palette = LIGHT) -> Picture:
    """``(a w - 1)^2``, ``losses[i, j]`` at ``a = axis[i]``, ``w = axis[j]``: its valleys of minima and the saddle between."""
    values, z = np.asarray(axis, dtype=np.float64), np.minimum(np.asarray(losses, dtype=np.float64), VALLEY_CUT)
    branch = np.linspace(1 / values[-1], values[-1], 101)
    figure = go.Figure()
    marks = ([1.0, -1.0, 0.0], [1.0, -1.0, 0.0], [0.0, 0.0, 1.0])
    names = ["(1, 1): 0", "(−1, −1): 0", "(0, 0): 1, a saddle"]
    if surface:
        figure.add_surface(x=floats(values), y=floats(values), z=floats(z), colorscale=LOSS_SCALE, showscale=False)
        for sign in (1, -1):
            figure.add_scatter3d(
                x=sign * branch, y=sign / branch, z=np.full_like(branch, 0.03), mode="lines", showlegend=False,
                line={"width": 7, "color": ON_LOSS}, hovertemplate="a minimum<extra></extra>",
            )  # fmt: skip
        figure.add_scatter3d(
            x=marks[0], y=marks[1], z=[v + 0.12 for v in marks[2]], mode="markers", showlegend=False, text=names,
            marker={"size": 5, "color": ON_LOSS, "line": {"width": 2, "color": AROUND_LOSS}},
            hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    else:
        figure.add_heatmap(x=floats(values), y=floats(values), z=floats(z), colorscale=LOSS_SCALE, colorbar={"title": "loss"})
        for sign in (1, -1):
            figure.add_scatter(
                x=sign * branch, y=sign / branch, mode="lines", showlegend=False, line={"width": 4, "color": ON_LOSS},
                hovertemplate="a minimum<extra></extra>",
            )  # fmt: skip
        figure.add_scatter(
            x=marks[0], y=marks[1], mode="markers+text", text=names, textposition="top center", showlegend=False,
            marker={"size": 12, "color": ON_LOSS, "line": {"width": 2, "color": AROUND_LOSS}}, textfont=LABEL_ON_LOSS,
            hoverinfo="skip",
        )  # fmt: skip
    styled(figure, "(a·w − 1)²", palette=palette, margin={"l": 48, "r": 8, "t": 48, "b": 44})
    if surface:
        camera = {"eye": {"x": 0.55, "y": -1.0, "z": 1.5}, "center": {"x": 0, "y": 0, "z": -0.2}}
        shape = {"aspectmode": "manual", "aspectratio": {"x": 1.1, "y": 1.1, "z": 0.6}}
        ticks = {"tickvals": [-1, 0, 1]}
        figure.update_scenes(
            xaxis={"title": "w", **ticks}, yaxis={"title": "a", **ticks}, zaxis={"title": "loss", "tickvals": [1, 2, 3]},
            annotations=labels_over(np.transpose(marks), names, [(50, 50), (-50, 50), (0, 80)]), camera=camera, **shape,
        )  # fmt: skip
        figure.update_layout(margin={"l": 0, "r": 0, "t": 40, "b": 0})
    else:
        figure.update_xaxes(title_text="w", constrain="domain", showgrid=False)
        figure.update_yaxes(title_text="a", scaleanchor="x", showgrid=False)
    return Picture(
        figure,
        "One input, one node, one output, no bias, to learn y = x from x = 1. The white lines are the minima a·w = 1, two "
        f"valleys at loss 0; between them (0, 0) is a saddle at loss 1. Exact; cut off at {VALLEY_CUT:g}.",
    )
