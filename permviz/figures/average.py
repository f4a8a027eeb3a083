"""Figures of averages of copies: Jensen's curve, matrices side by side, midpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from plotly.subplots import make_subplots

from permviz.figures.layout import floats, precision, styled
from permviz.figures.picture import Picture
from permviz.figures.theme import LIGHT, Palette
from permviz.landscape.jensen import JensenCurve
from permviz.networks.digits import HOVER, loss_text, written


def jensen_figure(
    curve: JensenCurve,
    chosen: tuple[float, float] | None = None,
    group: str = "average of all",
    *,
    guess: float | None = None,
    loss_label: str,
    log: bool = True,
    steps: Sequence[int] | None = None,
    palette: Palette = LIGHT,
) -> Picture:
    """The loss of the average of the first ``m`` copies against ``m``.

    ``chosen`` is a marked ``(m, loss)``, ``group`` the name of the average over the whole group, ``guess`` the least loss of an
    answer that does not look at the input, ``steps`` the step of a slider that a click on each point chooses.
    """
    m, values, right = floats(curve.counts), floats(curve.losses), max(float(curve.counts[-1]), 1.0)
    marked = [chosen] if chosen is not None else []
    figure = go.Figure()
    figure.add_scatter(
        x=m,
        y=values,
        name="loss of the average",
        mode="lines+markers" if len(m) <= 60 else "lines",
        line={"color": palette.accent, "width": 3},
        marker={"size": 7},
        customdata=steps,
        hovertemplate=f"average of %{{x}} copies: loss %{{y:{HOVER}}}<extra></extra>",
    )
    levels = [("bound if convex", curve.bound, palette.good, "dash"), (group, curve.group_average_loss, palette.text, "dot")]
    levels += [("guessing", guess, palette.muted, "dashdot")] if guess is not None else []
    heights = (*values.tolist(), *(level for _, level, *_ in levels), *(loss for _, loss in marked))
    top = max(v for v in (*heights, 0.0) if np.isfinite(v)) or 1.0
    _draw_levels(figure, levels, right, top, palette)
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


def _draw_levels(
    figure: go.Figure, levels: list[tuple[str, float, str, str]], right: float, top: float, palette: Palette
) -> None:
    """Levels ``(name, height, colour, dash)``, each with its name; the first below its line, for the others are higher, all but
    always; where those two are close, the lower one's name is below its line, too."""
    others = [level for _, level, *_ in levels[1:]]
    near = len(others) == 2 and abs(others[0] - others[1]) < 0.12 * top
    for index, (name, level, colour, dash) in enumerate(levels):
        line = {"color": colour, "dash": dash, "width": 2}
        figure.add_scatter(x=[1, right], y=[level] * 2, mode="lines", name=name, line=line, hoverinfo="skip")
        # As far from its line as the dot on it needs, which is drawn below names.
        lower = index == 0 or (near and level == min(others))
        shift = -18 if lower else 18
        figure.add_annotation(
            text=f"{name}: {loss_text(level)}", x=1, xref="x domain", xanchor="right", xshift=-12, y=level, yshift=shift,
            showarrow=False, font={"color": colour, "size": 14}, bgcolor=palette.background, borderpad=0,
        )  # fmt: skip


def matrices_figure(matrices: Sequence[ArrayLike], titles: Sequence[str], palette: Palette = LIGHT) -> Picture:
    """Small matrices of node values side by side, a layer in each column, their numbers written in; blue is positive."""
    arrays = [np.asarray(matrix, dtype=np.float64) for matrix in matrices]
    top = max(float(np.abs(array).max()) for array in arrays) or 1.0
    figure = make_subplots(rows=1, cols=len(arrays), subplot_titles=list(titles), horizontal_spacing=0.08)
    for column, array in enumerate(arrays, start=1):
        figure.add_trace(
            go.Heatmap(
                z=array.astype(np.float32), zmin=-1.6 * top, zmax=1.6 * top, colorscale=palette.diverging, showscale=False,
                text=[[written(f"{value:g}") for value in row] for row in array], texttemplate="%{text}",
                textfont={"size": 30, "color": palette.text}, xgap=4, ygap=4, hoverinfo="skip",
            ),
            row=1, col=column,
        )  # fmt: skip
    styled(figure, "", palette=palette, height=260, margin={"l": 8, "r": 8, "t": 48, "b": 8})
    figure.update_xaxes(visible=False, fixedrange=True)
    figure.update_yaxes(visible=False, fixedrange=True, autorange="reversed")
    figure.update_annotations(font_size=17)
    return Picture(
        figure,
        "A column is a layer, as in the post; its entries are the values of its nodes.",
        "Matrices: " + ", ".join(titles),
    )


def midpoints_figure(
    rows: Mapping[str, ArrayLike], own: tuple[str, ArrayLike] | None, loss_label: str, palette: Palette = LIGHT
) -> Picture:
    """Midpoint barriers, one strip a row; worse ones as triangles, better ones as circles; beside the name the share above 0.

    ``rows``: barriers at random weights by name; ``own``: name and barriers of the trained network, on top and larger, over the
    same axis.
    """
    figure = go.Figure()
    strips = [*([own] if own is not None else []), *rows.items()]
    heights = list(range(len(strips), 0, -1))
    for height, (name, values) in zip(heights, strips, strict=True):
        _draw_strip(figure, name, values, height, 10 if own is not None and height == len(strips) else 6, palette)
    if own is not None:
        figure.add_hline(y=len(strips) - 0.5, line={"color": palette.border, "width": 1})
    styled(
        figure,
        "Is the midpoint of two copies worse than they are?",
        palette=palette,
        height=max(260, 150 + 36 * len(strips)),
        margin={"l": 8, "r": 24, "t": 48, "b": 48},
    )
    figure.update_yaxes(
        tickvals=heights, ticktext=[_share(name, values) for name, values in strips], tickfont_size=12, showgrid=False,
        zeroline=False,
    )  # fmt: skip
    figure.update_xaxes(zeroline=True, zerolinewidth=2, zerolinecolor=palette.text)
    figure.update_xaxes(title_text=f"midpoint's loss − the copies'<br>({loss_label})")
    return Picture(
        figure,
        f"{_standing(rows, own)} Exact midpoints between a network and its copy with two nodes swapped, float64. A convex loss "
        "would allow no point above 0.",
    )


def _standing(rows: Mapping[str, ArrayLike], own: tuple[str, ArrayLike] | None) -> str:
    """Where the network's midpoints lie among the others, in words: on their scale its points may fall into one."""
    if own is None or not np.size(own[1]):
        return "Triangles are midpoints that are worse than their ends, circles those that are not."
    mine = np.asarray(own[1], dtype=np.float64).ravel()
    others = np.concatenate([np.asarray(values, dtype=np.float64).ravel() for values in rows.values()])
    low, middle, high = np.quantile(mine, (0.0, 0.5, 1.0))
    above = f"above {float((others < middle).mean()):.0%} of the others"
    if len(mine) == 1:
        worse = "is worse than its ends (a triangle)" if middle > 0 else "is no worse than its ends (a circle)"
        return f"The 1 midpoint of {own[0]} {worse}; it lies at {loss_text(middle)}, {above}."
    worse = f"{(mine > 0).sum()} of {len(mine)} midpoints of {own[0]} are worse than their ends (triangles)"
    return f"{worse}; all lie between {loss_text(low)} and {loss_text(high)}, their median {above}."


def _draw_strip(figure: go.Figure, name: str, values: ArrayLike, height: int, size: int, palette: Palette) -> None:
    numbers = floats(values).ravel()
    spread = np.random.default_rng(0).uniform(-0.3, 0.3, len(numbers))  # only to keep the points apart
    for part, colour, symbol in ((numbers > 0, palette.bad, "triangle-right"), (numbers <= 0, palette.good, "circle-open")):
        figure.add_scatter(
            x=numbers[part], y=(height + spread[part]).astype(np.float32), mode="markers", name=name, showlegend=False,
            marker={"size": size, "color": colour, "opacity": 0.7, "symbol": symbol},
            hovertemplate=f"{name}: %{{x:.3g}}<extra></extra>",
        )  # fmt: skip


def _share(name: str, values: ArrayLike) -> str:
    numbers = floats(values).ravel()
    share = float((numbers > 0).mean()) if len(numbers) else 0.0
    return f"{name}{': ' if len(name) <= 16 else '<br>'}{share:.0%} above 0"
