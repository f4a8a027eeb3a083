"""Figures of two networks that are aligned. Each takes lines between them, or barriers, as :func:`permviz.match` tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from permviz.figures.layout import LEGEND_BELOW, floats, precision, styled
from permviz.figures.lines import DEFINITIONS, Line, bracket
from permviz.figures.picture import Picture
from permviz.figures.theme import LIGHT, Palette
from permviz.networks.digits import HOVER, NO_WALL, differs, loss_text, told_apart, wall_text


def change_of_wall(before: Line, after: Line, definition: str = "entezari") -> str:
    """What became of the barrier, as the end of a sentence that begins with the wall.

    It is rounding, gone, lower, the same or higher; a part of it is told where there was one.
    """
    walls = [float(line.barrier(definition)) for line in (before, after)]
    highest = [float(np.max(floats(line.losses))) for line in (before, after)]
    first, last = (wall_text(wall, top) for wall, top in zip(walls, highest, strict=True))
    if not differs(walls[0], walls[1], max(highest)):
        return f"stays at {first}"
    if last in ("0", NO_WALL):
        return f"of {first} is gone"
    low, high = told_apart(*walls)
    if walls[1] > walls[0]:
        return f"rises from {low} to {high}"
    return f"falls from {low} to {high}, by {_share(1 - walls[1] / walls[0])}"


def _named(end: str, line: Line, definition: str) -> str:
    return f"to {end}: barrier {wall_text(float(line.barrier(definition)), float(np.max(floats(line.losses))))}"


def _share(part: float) -> str:
    percent = 100 * part
    return "less than 1 %" if percent < 1 else "more than 99 %" if percent > 99 else f"{percent:.0f} %"


def alignment_figure(
    before: Line,
    after: Line | None = None,
    definition: str = "entezari",
    moved: str = "B matched",
    *,
    loss_label: str = "",
    log: bool = False,
    palette: Palette = LIGHT,
) -> Picture:
    """Loss on the straight line from A to B as it is, and to B with its nodes moved, with chord and both barriers.

    Args:
        before, after: without batch axes, from one A; moving B's nodes leaves its loss alone, so the chord is one. ``None``:
            nothing has moved.
        definition: of the barrier, as in :meth:`permviz.LineSlice.barrier`; drawn as brackets.
        moved: what the moved B is called.
        loss_label: the loss and its unit.
        log: whether the loss has a logarithmic axis.
    """
    title, t = "Loss on the straight line from A to B", floats(before.t)
    figure = go.Figure()
    faint = after is not None
    first = {"color": palette.muted if faint else palette.accent, "width": 2 if faint else 3}
    figure.add_scatter(x=t, y=floats(before.losses), name=_named("B as it is", before, definition), line=first)
    if after is not None:
        bold = {"color": palette.accent, "width": 3}
        figure.add_scatter(x=floats(after.t), y=floats(after.losses), name=_named(moved, after, definition), line=bold)
    chord = {"color": palette.muted, "dash": "dash", "width": 2}
    figure.add_scatter(x=t, y=floats(before.chord), name="chord", line=chord)
    for line in (before,) if after is None else (before, after):
        figure.add_trace(bracket(line, definition, palette).update(showlegend=False))
    styled(figure, title, palette=palette, height=400, legend=LEGEND_BELOW)
    figure.update_xaxes(
        tickvals=[0, 0.25, 0.5, 0.75, 1], ticktext=["0<br>A", "¼", "½", "¾", "1<br>B"], title_text="t, along the line"
    )
    figure.update_yaxes(title_text=f"loss ({loss_label})" if loss_label else "loss", type="log" if log else "linear")
    highest = float(np.max(floats(before.losses)))
    if after is None:
        told = f"The bracket is the barrier to B as it is, {wall_text(float(before.barrier(definition)), highest)}."
    else:
        told = f"With {moved} the barrier {change_of_wall(before, after, definition)}. The ends are the same two functions."
    lines = "one line" if after is None else "both lines"
    return Picture(
        figure,
        f"{told} The barrier is measured {DEFINITIONS[definition]}. Exact: {len(t)} points of parameter space on {lines}, in "
        f"{precision(before.losses)}; what lies between them is not seen.",
        title,
    )


def methods_figure(
    barriers: Mapping[str, Sequence[float]], definition: str = "entezari", *, loss_label: str = "", palette: Palette = LIGHT
) -> Picture:
    """Barriers of several ways to align, a mark for each pair of networks, and the median of each way.

    Args:
        barriers: by the name of the way, in the order in which they are drawn; one number a pair, the pairs in the same order.
        definition: of the barrier.
        loss_label: the loss and its unit.

    Raises:
        ValueError: for no way, or one without a number.
    """
    if not barriers or not all(len(values) for values in barriers.values()):
        raise ValueError("Barriers of no pair given: expected at least one for each method.")
    names = list(barriers)
    figure = go.Figure()
    for at, name in enumerate(names):
        values = floats(list(barriers[name]))
        pairs = [f"pair {number}" for number in range(1, len(values) + 1)]
        figure.add_scatter(
            x=values, y=[name] * len(values), mode="markers", name=name, showlegend=False, text=pairs,
            marker={"size": 11, "color": palette.node(at), "line": {"width": 1, "color": palette.text}},
            hovertemplate=f"%{{y}}, %{{text}}: barrier %{{x:{HOVER}}}<extra></extra>",
        )  # fmt: skip
    medians = [float(np.median(barriers[name])) for name in names]
    figure.add_scatter(
        x=floats(medians), y=names, mode="markers", name="median",
        marker={"symbol": "line-ns-open", "size": 26, "color": palette.text, "line": {"width": 3}},
        hovertemplate=f"%{{y}}: median %{{x:{HOVER}}}<extra></extra>",
    )  # fmt: skip
    title = "Barrier by method"
    styled(figure, title, palette=palette, height=150 + 46 * len(names), legend=LEGEND_BELOW)
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(title_text=f"barrier ({loss_label})" if loss_label else "barrier", rangemode="tozero")
    return Picture(figure, _methods_sentence(barriers, medians, definition), title)


def _methods_sentence(barriers: Mapping[str, Sequence[float]], medians: Sequence[float], definition: str) -> str:
    names = list(barriers)
    least = min(medians)
    best = [name for name, median in zip(names, medians, strict=True) if not differs(median, least)]
    whose = f"“{best[0]}” has" if len(best) == 1 else f"{', '.join(f'“{name}”' for name in best[:-1])} and “{best[-1]}” have"
    count = max(map(len, barriers.values()))
    pairs = "one pair" if count == 1 else f"{count} pairs"
    return (
        f"{whose} the lowest median barrier, {loss_text(least)}. A dot is one pair of networks, the bar the median; {pairs}, "
        f"measured {DEFINITIONS[definition]}."
    )


def all_moves_figure(
    barriers: ArrayLike, marks: Mapping[str, float], *, loss_label: str = "", palette: Palette = LIGHT
) -> Picture:
    """How the barriers of all moves of B's nodes are spread, and where some of them stand.

    Args:
        barriers: ``(M,)``, one a move.
        marks: barriers that are marked, by name.
        loss_label: the loss and its unit.
    """
    values: Any = np.sort(np.asarray(barriers, dtype=np.float64))
    figure = go.Figure()
    shares = 100 * np.arange(1, len(values) + 1) / len(values)
    kept = np.unique(np.linspace(0, len(values) - 1, min(len(values), 400)).round().astype(int))
    line = {"color": palette.accent, "width": 3, "shape": "hv"}
    figure.add_scatter(x=floats(values[kept]), y=floats(shares[kept]), name="moves with at most this barrier", line=line)
    for at, (name, value) in enumerate(marks.items()):
        share = 100 * float(np.searchsorted(values, value, side="right")) / len(values)
        symbol = {"size": 13, "color": palette.node(at), "line": {"width": 1.5, "color": palette.text}}
        figure.add_scatter(x=floats([value]), y=floats([share]), mode="markers", name=name, marker=symbol)
    title = f"The barriers of all {len(values)} moves"
    styled(figure, title, palette=palette, height=320, legend=LEGEND_BELOW)
    figure.update_xaxes(title_text=f"barrier ({loss_label})" if loss_label else "barrier")
    figure.update_yaxes(title_text="moves, %", range=[0, 104])
    low, high = told_apart(float(values[0]), float(values[-1]))
    return Picture(
        figure,
        f"Of all {len(values)} moves the best has the barrier {low}, the worst {high}. Exhaustive: each was tried, on lines of "
        "25 points, in float64.",
        title,
    )
