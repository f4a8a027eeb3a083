"""Figures of lines through parameter space. Each takes a result of :mod:`permviz.landscape.lines`, or plain arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from plotly.subplots import make_subplots

from permviz.figures.layout import LEGEND_BELOW, floats, precision, styled
from permviz.figures.picture import Picture
from permviz.figures.theme import AROUND_LOSS, CLEAR, LIGHT, LOSS_SCALE, ON_LOSS, Palette
from permviz.networks.digits import HOVER, ROUNDING, differs, loss_text, wall_text


class Line(Protocol):
    """What is drawn of a :class:`permviz.landscape.lines.LineSlice`: one line, without batch axes."""

    @property
    def t(self) -> Any: ...
    @property
    def losses(self) -> Any: ...
    @property
    def chord(self) -> Any: ...
    @property
    def gradient_norms(self) -> Any: ...
    def base(self, definition: str = ...) -> Any: ...
    def barrier(self, definition: str = ...) -> Any: ...


DEFINITIONS = {
    "entezari": "above the chord (Entezari et al. 2021)",
    "ainsworth": "above the ends' mean (Ainsworth et al. 2023)",
}
"""The definitions of the barrier, in words."""

MOST_WRITTEN = 10
"""Nodes of the largest matrix whose numbers are written into its cells: those of larger ones would be too small to read."""

MOST_SMALL_MULTIPLES = 36


def line_figure(
    line: Line,
    definition: str = "entezari",
    ends: tuple[str, str] = ("A", "copy"),
    *,
    loss_label: str = "",
    log: bool = False,
    small: bool = False,
    palette: Palette = LIGHT,
) -> Picture:
    """Loss, chord and barrier along a line, and below it the gradient's norm.

    Args:
        line: without batch axes.
        definition: of the barrier, as in :meth:`permviz.landscape.lines.Lines.barrier`; drawn as a bracket.
        ends: names of A and B.
        loss_label: the loss and its unit.
        log: whether loss and norm have logarithmic axes.
        small: without title and legend.
    """
    t, barrier, title = floats(line.t), float(line.barrier(definition)), "Loss on the straight line to the copy"
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.68, 0.32], vertical_spacing=0.07)
    figure.add_scatter(x=t, y=floats(line.losses), name="loss", line={"color": palette.accent, "width": 3}, row=1, col=1)
    chord = {"color": palette.muted, "dash": "dash", "width": 2}
    figure.add_scatter(x=t, y=floats(line.chord), name="chord: a convex loss is nowhere above it", line=chord, row=1, col=1)
    figure.add_trace(bracket(line, definition, palette), row=1, col=1)
    norm = {"color": palette.text, "width": 2}
    figure.add_scatter(x=t, y=floats(line.gradient_norms), name="gradient norm", line=norm, showlegend=False, row=2, col=1)
    frame: dict[str, Any] = {"height": 520, "legend": LEGEND_BELOW}
    if small:
        frame = {"height": 320, "margin": {"l": 64, "r": 24, "t": 12, "b": 40}, "showlegend": False}
    styled(figure, "" if small else title, palette=palette, **frame)
    ticks = {"tickvals": [0, 0.25, 0.5, 0.75, 1], "ticktext": [f"0<br>{ends[0]}", "¼", "½", "¾", f"1<br>{ends[1]}"]}
    figure.update_xaxes(**ticks)
    figure.update_xaxes(title_text="t, along the line", row=2, col=1)
    scale = "log" if log else "linear"
    figure.update_yaxes(title_text=f"loss ({loss_label})" if loss_label else "loss", type=scale, row=1, col=1)
    figure.update_yaxes(title_text="‖∇L‖", type=scale, rangemode="tozero", row=2, col=1)
    wall = wall_text(barrier, float(np.max(floats(line.losses))))
    rises = "does" if _above_chord(line) else "does not"
    return Picture(
        figure,
        f"Were the loss convex, the curve would nowhere rise above the dashed chord; here it {rises}. The bracket is the "
        f"barrier, {wall}. Below, the gradient's norm. "
        f"Exact: {len(t)} points of parameter space on the straight line, in {precision(line.losses)}.",
        title,
    )


def _above_chord(line: Line) -> bool:
    """Whether the curve rises above its chord, by more than rounding."""
    losses, chord = np.asarray(line.losses), np.asarray(line.chord)
    return any(y > c and differs(c, y) for y, c in zip(losses.tolist(), chord.tolist(), strict=True))


def bracket(line: Line, definition: str, palette: Palette) -> go.Scatter:
    """The barrier where it is reached, from what it is measured from upwards."""
    barrier = float(line.barrier(definition))
    base = np.asarray(line.base(definition))
    highest = int(np.argmax(np.asarray(line.losses) - base))
    at, level = float(line.t[highest]), float(base[highest])
    return go.Scatter(
        x=[at, at],
        y=[level, level + barrier],
        mode="lines+markers",
        name=f"barrier {wall_text(barrier, float(np.max(floats(line.losses))))}, {DEFINITIONS[definition].split(' (')[0]}",
        line={"color": palette.bad, "width": 2.5},
        marker={"symbol": "line-ew-open", "size": 12, "color": palette.bad},
    )


def barrier_matrix_figure(
    barriers: ArrayLike, layer: int, definition: str = "entezari", highest: float = 0.0, palette: Palette = LIGHT
) -> Picture:
    """The barrier to every transposition of a layer: rows and columns are its nodes, counted from 1.

    ``highest``: the largest loss on the lines; barriers that are no more than its rounding are drawn as 0.
    """
    exact = np.asarray(barriers, dtype=np.float64).copy()
    exact[np.abs(exact) <= ROUNDING * highest] = 0
    matrix = floats(exact).copy()
    np.fill_diagonal(matrix, np.nan)
    names = [str(i + 1) for i in range(len(matrix))]
    figure = go.Figure(
        go.Heatmap(
            z=matrix,
            x=names,
            y=names,
            colorscale=LOSS_SCALE,
            colorbar={"title": "barrier"},
            xgap=2,
            ygap=2,
            hovertemplate=f"nodes %{{y}} and %{{x}}: barrier %{{z:{HOVER}}}<extra></extra>",
        )
    )
    bright = matrix > (np.nanmin(matrix) + np.nanmax(matrix)) / 2 if np.isfinite(matrix).any() else np.zeros_like(matrix, bool)
    for cells, colour in ((~bright, ON_LOSS), (bright, AROUND_LOSS)):
        written = cells & np.isfinite(matrix) & (len(matrix) <= MOST_WRITTEN)
        figure.add_heatmap(  # clear, over the other: a heatmap leaves out numbers that do not fit its cells
            z=np.where(written, matrix, np.nan),
            x=names,
            y=names,
            colorscale=[(0, CLEAR), (1, CLEAR)],
            showscale=False,
            text=[[loss_text(v) if w else "" for v, w in zip(*row, strict=True)] for row in zip(exact, written, strict=True)],
            texttemplate="%{text}",
            textfont={"color": colour},
            hoverinfo="skip",
        )
    title = f"Barrier to every swap of layer {layer}<br><sub>{DEFINITIONS[definition]}</sub>"
    styled(figure, title, palette=palette, height=400, margin={"l": 64, "r": 24, "t": 64, "b": 56})
    figure.update_xaxes(title_text="node", type="category", showgrid=False)
    figure.update_yaxes(title_text="node", type="category", autorange="reversed", showgrid=False)
    return Picture(
        figure,
        f"Each cell: the barrier on the straight line from the network to the copy with two nodes of layer {layer} exchanged.",
    )


def swaps_figure(
    t: ArrayLike, losses: ArrayLike, pairs: Sequence[tuple[int, int]], layer: int, log: bool = False, palette: Palette = LIGHT
) -> Picture:
    """Small multiples: loss on the line to each transposition of a layer, all on the same scale.

    The first :data:`MOST_SMALL_MULTIPLES` are drawn.
    """
    drawn = pairs[:MOST_SMALL_MULTIPLES]
    columns = min(len(drawn), 6)
    rows = -(-len(drawn) // columns)
    titles = [f"{i + 1} ⇄ {j + 1}" for i, j in drawn]
    figure = make_subplots(
        rows=rows,
        cols=columns,
        shared_xaxes=True,
        shared_yaxes="all",
        subplot_titles=titles,
        horizontal_spacing=0.02,
        vertical_spacing=min(0.12, 0.5 / rows),
    )
    for k, curve in enumerate(floats(losses)[: len(drawn)]):
        figure.add_scatter(
            x=floats(t),
            y=curve,
            line={"color": palette.accent, "width": 2},
            showlegend=False,
            name=titles[k],
            hovertemplate=f"t = %{{x:.2f}}: loss %{{y:{HOVER}}}",
            row=k // columns + 1,
            col=k % columns + 1,
        )
    styled(figure, f"Loss on the way to each swap of layer {layer}", palette=palette, height=max(300, 110 + 110 * rows))
    figure.update_xaxes(tickvals=[0.5], ticktext=["½"])
    figure.update_xaxes(title_text="t", title_standoff=4, row=rows)
    figure.update_yaxes(type="log" if log else "linear")
    figure.update_yaxes(title_text="loss", col=1)
    figure.update_annotations(font_size=13)
    more = f" The first {len(drawn)} of {len(pairs)} are drawn." if len(drawn) < len(pairs) else ""
    return Picture(figure, f"Every curve begins and ends at the same loss; t runs from the network (0) to its copy (1).{more}")
