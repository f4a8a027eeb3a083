"""Figures of the Rastrigin function, and of descents and basins on any surface over the plane."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from permviz.figures.frames import moved
from permviz.figures.layout import floats, styled
from permviz.figures.picture import Picture, Steps
from permviz.figures.theme import AROUND_LOSS, DARK, LIGHT, LOSS_SCALE, ON_LOSS, Palette
from permviz.networks.digits import loss_text
from permviz.rastrigin.descents import Basins, Descent, SurfaceGrid
from permviz.rastrigin.function import RastriginPoints, rastrigin_line
from permviz.symmetry.counting import count_text

MOST_FRAMES, PACE = 60, 100
"""Of a race, and milliseconds for each."""
METHOD_MARKS = {
    "gradient descent": (AROUND_LOSS, ON_LOSS, "circle", 14),
    "momentum": (DARK.first, AROUND_LOSS, "diamond", 11),
    "adam": (ON_LOSS, AROUND_LOSS, "square", 6),
}
"""Colour, outline, symbol and size of each method, drawn in this order: all are seen on viridis, and where they meet."""


def rastrigin_line_figure(points: RastriginPoints, palette: Palette = LIGHT) -> Picture:
    """The function for ``n = 1`` with every critical point marked, and the average of its minima."""
    x, y = rastrigin_line(points)
    at = {_counted(len(points.minima), "minimum"): points.minima, _counted(len(points.maxima), "maximum"): points.maxima}
    figure = go.Figure(
        go.Scatter(x=floats(x), y=floats(y), name="f(x)", line={"color": palette.accent, "width": 2}, hoverinfo="skip")
    )
    for (name, where), symbol, colour in zip(at.items(), ("circle", "triangle-up"), (palette.good, palette.bad), strict=True):
        heights = rastrigin_line(points, where)[1]
        figure.add_scatter(
            x=floats(where), y=floats(heights), mode="markers", name=name,
            marker={"symbol": symbol, "size": 10, "color": colour}, hovertemplate="x = %{x:.5f}, f = %{y:.4g}<extra></extra>",
        )  # fmt: skip
    mean = points.average_of_minima()
    figure.add_vline(x=mean, line={"color": palette.muted, "dash": "dot"},
                     annotation={"text": f"average of the minima: {mean:.3g}", "font": {"color": palette.text}})  # fmt: skip
    styled(figure, "Rastrigin on a line", palette=palette, height=420)
    figure.update_xaxes(title_text="x")
    figure.update_yaxes(title_text="f(x)")
    return Picture(figure, "Exact: the marks are all roots of f′ in the interval, each certified by the sign of f″; float64.")


def rastrigin_surface_figure(grid: SurfaceGrid, title: str = "The Rastrigin function", palette: Palette = LIGHT) -> Picture:
    """The surface in space, its minima as dots (for display at the height of the nearest grid point)."""
    axis = floats(grid.axis)
    figure = go.Figure(
        go.Surface(x=axis, y=axis, z=floats(grid.values), colorscale=LOSS_SCALE, name="value",
                   colorbar={"title": "f", "len": 0.75, "thickness": 16},
                   hovertemplate="(%{x:.2f}, %{y:.2f}): f = %{z:.4g}<extra></extra>")
    )  # fmt: skip
    values, minima = np.asarray(grid.values), np.asarray(grid.minima)
    nearest = np.abs(np.asarray(grid.axis)[:, None, None] - minima).argmin(axis=0)
    heights = values[nearest[:, 1], nearest[:, 0]] + 0.01 * np.ptp(values)
    figure.add_scatter3d(
        x=floats(minima[:, 0]), y=floats(minima[:, 1]), z=floats(heights), mode="markers", name="minima",
        marker={"size": 3, "color": ON_LOSS}, hovertemplate="minimum (%{x:.3f}, %{y:.3f})<extra></extra>",
    )  # fmt: skip
    marked = f"{_counted(len(grid.minima), 'minimum')} {'is' if len(grid.minima) == 1 else 'are'} marked"
    sentence = f"Exact: the surface itself, no slice; {marked}. Orbit it to look into the pits."
    styled(figure, title, palette=palette, height=560, margin={"l": 0, "r": 0, "t": 48, "b": 0})
    figure.update_scenes(xaxis_title="x₁", yaxis_title="x₂", zaxis={"title": "", "nticks": 4}, aspectmode="manual",
                         aspectratio={"x": 1.2, "y": 1.2, "z": 0.5},
                         camera={"eye": {"x": 1.35, "y": -1.35, "z": 0.95}})  # fmt: skip
    return Picture(figure, sentence)


def race_figure(grid: SurfaceGrid, runs: Sequence[Descent], title: str, palette: Palette = LIGHT) -> Picture:
    """Descents raced over a heatmap: paths drawn, markers that are where the runs are at each step of a slider.

    Distances are shown equal in both directions; time is in steps, the same for all methods.
    """
    steps = min(run.trajectories.shape[1] for run in runs)
    times = _frame_times(steps)
    figure = go.Figure([_heatmap(grid), _minima(grid.minima), *[_paths(run, times) for run in runs]])
    moving = list(range(len(figure.data), len(figure.data) + len(runs)))
    figure.add_traces([_runners(run, steps - 1) for run in runs])
    figure.frames = [go.Frame(traces=moving, data=[_moved(run, step) for run in runs]) for step in times]
    outcomes = "; ".join(_outcome(run) for run in runs)
    sentence = (
        f"{len(runs[0].values)} starts, the same for every method, {steps - 1} steps; rings are the minima. "
        f"{outcomes[:1].upper()}{outcomes[1:]}. Exact surface; descents in float64."
    )
    styled(figure, "", palette=palette, height=520, margin={"l": 64, "r": 24, "t": 40, "b": 56}, uirevision=title,
           legend={"orientation": "h", "y": 1.0, "x": 0, "xanchor": "left", "yanchor": "bottom"})  # fmt: skip
    _square_axes(figure, grid.axis)
    headlines = [f"Median value: {', '.join(f'{_called(run.method)} {_median(run, t)}' for run in runs)}." for t in times]
    return Picture(figure, sentence, title, Steps("Step", [str(t) for t in times], headlines, len(times) - 1, pace=PACE))


def basins_figure(found: Basins, title: str, palette: Palette = LIGHT) -> Picture:
    """The plane coloured by the minimum that gradient descent reaches; neighbouring basins differ in colour."""
    reached = np.asarray(found.reached)
    shown = np.where(reached < 0, -1, _basin_colours(np.asarray(found.minima), len(palette.nodes))[reached]).astype(np.float32)
    count = len(palette.nodes) + 1
    stops = [palette.neutral, *palette.nodes]
    scale = [(edge, colour) for k, colour in enumerate(stops) for edge in (k / count, (k + 1) / count)]
    axis = floats(found.axis)
    figure = go.Figure(
        [
            go.Heatmap(x=axis, y=axis, z=shown, zmin=-1.5, zmax=count - 1.5, colorscale=scale, showscale=False,
                       customdata=reached.astype(np.int16),
                       hovertemplate="(%{x:.2f}, %{y:.2f}) runs to minimum %{customdata}<extra></extra>"),
            go.Scatter(x=floats(found.minima[:, 0]), y=floats(found.minima[:, 1]), mode="markers", name="minima",
                       marker={"color": LIGHT.text, "size": 6, "line": {"color": LIGHT.background, "width": 1.5}},
                       customdata=np.arange(len(found.minima)), hovertemplate="minimum %{customdata}<extra></extra>"),
        ]
    )  # fmt: skip
    lost = float((reached < 0).mean())
    sentence = (
        "Each grid point has the colour of the minimum that small-step gradient descent reaches from it; "
        f"{100 * lost:.3g} % reached none of the marked minima."
    )
    styled(figure, title, palette=palette, height=560, showlegend=False)
    _square_axes(figure, found.axis)
    return Picture(figure, sentence)


def rastrigin_counts_figure(points: RastriginPoints, dimensions: Sequence[int], palette: Palette = LIGHT) -> Picture:
    """Minima, and all other critical points, against the dimension: logarithmic bars of exact integers."""
    minima = [points.count_by_index(n)[0] for n in dimensions]
    others = [points.count(n) - m for n, m in zip(dimensions, minima, strict=True)]
    figure = go.Figure()
    for name, values, colour in (("minima", minima, palette.good), ("saddles and maxima", others, palette.bad)):
        figure.add_bar(
            x=list(dimensions), y=[math.log10(v) if v else None for v in values], name=name, marker={"color": colour},
            text=[count_text(v, 6) for v in values], textangle=0, textposition="outside",
            textfont={"size": 12}, customdata=[str(v) for v in values],
            hovertemplate="n = %{x}: %{customdata} " + name + "<extra></extra>",
        )  # fmt: skip
    m, k = len(points.minima), len(points.maxima)
    sentence = f"Exact integers: {m}ⁿ minima among {m + k}ⁿ critical points in the box of half-width {points.half_width:g}."
    styled(figure, "Rastrigin: how the counts grow", palette=palette, height=400, barmode="group")
    figure.update_xaxes(title_text="dimension n", type="category")
    figure.update_yaxes(title_text="log₁₀ of the number")
    return Picture(figure, sentence)


def _heatmap(grid: SurfaceGrid) -> go.Heatmap:
    axis = floats(grid.axis)
    return go.Heatmap(
        x=axis, y=axis, z=floats(grid.values), colorscale=LOSS_SCALE, name="value",
        colorbar={"title": "value", "thickness": 16},
        hovertemplate="(%{x:.2f}, %{y:.2f}): %{z:.4g}<extra></extra>",
    )  # fmt: skip


def _minima(minima: ArrayLike) -> go.Scatter:
    x, y = floats(minima).T
    return go.Scatter(
        x=x, y=y, mode="markers", name="minima", showlegend=False,
        marker={"symbol": "circle-open", "size": 18, "color": ON_LOSS, "line": {"width": 1}},
        hovertemplate="minimum (%{x:.3f}, %{y:.3f})<extra></extra>",
    )  # fmt: skip


def _frame_times(steps: int) -> list[int]:
    """At most :data:`MOST_FRAMES` steps, first and last included, denser at the start where most happens."""
    grid = np.unique(np.round((steps - 1) * np.linspace(0, 1, MOST_FRAMES) ** 2).astype(int))
    return [int(t) for t in grid]


def _paths(run: Descent, times: list[int]) -> go.Scatter:
    starts = len(run.trajectories)
    broken = np.concatenate([np.asarray(run.trajectories)[:, times], np.full((starts, 1, 2), np.nan)], axis=1).reshape(-1, 2)
    colour, *_ = METHOD_MARKS[run.method]
    return go.Scatter(x=floats(broken[:, 0]), y=floats(broken[:, 1]), mode="lines", line={"color": colour, "width": 1},
                      opacity=0.6, legendgroup=run.method, showlegend=False, hoverinfo="skip")  # fmt: skip


def _positions(run: Descent, step: int) -> dict[str, Any]:
    return {"x": run.trajectories[:, step, 0], "y": run.trajectories[:, step, 1]}


def _moved(run: Descent, step: int) -> dict[str, Any]:
    return moved(go.Scatter(), **_positions(run, step))


def _runners(run: Descent, step: int) -> go.Scatter:
    colour, outline, symbol, size = METHOD_MARKS[run.method]
    return go.Scatter(
        **{name: floats(values) for name, values in _positions(run, step).items()},
        mode="markers", name=_called(run.method), legendgroup=run.method,
        marker={"color": colour, "symbol": symbol, "size": size, "line": {"color": outline, "width": 1}},
        hovertemplate=f"{_called(run.method)} (%{{x:.3f}}, %{{y:.3f}})<extra></extra>",
    )  # fmt: skip


def _called(method: str) -> str:
    return "Adam" if method == "adam" else method


def _outcome(run: Descent) -> str:
    arrived = {number for number in run.reached.tolist() if number >= 0}
    where = _counted(len(arrived), "different minimum" if len(arrived) > 1 else "minimum") if arrived else "no minimum"
    return f"{_called(run.method)} (learning rate {run.learning_rate:g}) ended at {where}"


def _counted(count: int, name: str) -> str:
    """How many minima or maxima.

    >>> _counted(1, "minimum"), _counted(0, "maximum"), _counted(4, "different minimum")
    ('1 minimum', '0 maxima', '4 different minima')
    """
    return f"{count} {name if count == 1 else name.removesuffix('um') + 'a'}"


def _median(run: Descent, step: int) -> str:
    return loss_text(float(np.median(np.asarray(run.values)[:, step])))


def _square_axes(figure: go.Figure, axis: ArrayLike) -> None:
    shared = {"constrain": "domain", "showgrid": False, "zeroline": False, "range": np.asarray(axis)[[0, -1]].tolist()}
    figure.update_xaxes(title_text="x₁", **shared)
    figure.update_yaxes(title_text="x₂", **shared, scaleanchor="x")


def _basin_colours(minima: NDArray[np.float64], available: int) -> NDArray[np.int64]:
    """A colour for each minimum, different from those of its eight nearest neighbours where so many allow it."""
    distance = np.linalg.norm(minima[:, None] - minima[None], axis=-1)
    colours = np.full(len(minima), -1)
    for i in range(len(minima)):
        near = np.argsort(distance[i])[1:9]
        used = [colours[j] for j in near]
        colours[i] = min(range(available), key=lambda colour: (used.count(colour), (colour - i) % available))
    return colours
