"""Figures of planes through parameter space: a ``PlaneSlice`` as a map of its losses, or as a surface."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from permviz.figures.layout import LABEL_ON_LOSS, floats, labels_over, precision, styled
from permviz.figures.picture import Picture
from permviz.figures.theme import AROUND_LOSS, LIGHT, LOSS_SCALE, ON_LOSS, Palette
from permviz.networks.digits import HOVER

CONTOURS = 14
DISTANCE = "distance in parameter space", "distance"
LENGTHS = "multiples of the network's own length ‖θ‖", "multiples of ‖θ‖"
"""Axes of a filter-normalised plane: each direction is as long as the network row by row, and so as a whole."""


class Plane(Protocol):
    """What is drawn of a :class:`permviz.landscape.lines.PlaneSlice`."""

    @property
    def x(self) -> Any: ...
    @property
    def y(self) -> Any: ...
    @property
    def losses(self) -> Any: ...
    @property
    def anchors(self) -> Any: ...


def _height(losses: NDArray[np.float32], log: bool) -> tuple[NDArray[np.float32], str]:
    return (np.log10(np.maximum(losses, 1e-12)), "log₁₀ loss") if log else (losses, "loss")


def _anchor_points(plane: Plane, names: list[str]) -> go.Scatter:
    anchors = floats(plane.anchors)
    return go.Scatter(
        x=anchors[:, 0],
        y=anchors[:, 1],
        mode="markers+text",
        text=names,
        textposition="top center",
        textfont=LABEL_ON_LOSS,
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
        marker={"size": 13, "color": ON_LOSS, "line": {"width": 2, "color": AROUND_LOSS}, "symbol": "circle"},
    )


def plane_figure(
    plane: Plane, names: list[str], title: str, axes: tuple[str, str] = DISTANCE, log: bool = False, palette: Palette = LIGHT
) -> Picture:
    """Heatmap with contours of the loss on a plane; equal distances in both directions, its anchors named.

    ``axes`` names the unit of the coordinates, at length and in short.
    """
    z, label = _height(floats(plane.losses), log)
    x, y = floats(plane.x), floats(plane.y)
    shared = {"x": x, "y": y, "z": z}
    figure = go.Figure(
        [
            go.Heatmap(
                **shared,
                colorscale=LOSS_SCALE,
                colorbar={"title": label},
                zsmooth="best",
                hovertemplate="(%{x:.2f}, %{y:.2f}): " + label + f" %{{z:{HOVER}}}<extra></extra>",
            ),
            go.Contour(
                **shared,
                contours_coloring="none",
                showscale=False,
                showlegend=False,
                ncontours=CONTOURS,
                hoverinfo="skip",
                opacity=0.55,
                line={"width": 1, "color": ON_LOSS},
            ),
            _anchor_points(plane, names),
        ]
    )
    styled(figure, title, palette=palette, height=560)
    axis = {"constrain": "domain", "showgrid": False, "zeroline": False}
    figure.update_xaxes(title_text=axes[0], **axis)
    figure.update_yaxes(title_text=axes[1], scaleanchor="x", **axis)  # in short: on a phone it is not high
    return Picture(figure, _sentence(plane))


def _sentence(plane: Plane) -> str:
    return (
        f"Dark is low. The picture is exact on this plane (drawn in {precision(plane.losses)}) and says nothing of the rest of "
        "the space."
    )


def plane_surface_figure(
    plane: Plane,
    heights: ArrayLike,
    names: list[str],
    title: str,
    axes: tuple[str, str] = DISTANCE,
    log: bool = False,
    palette: Palette = LIGHT,
) -> Picture:
    """The same plane as a surface; ``heights`` are the losses at the anchors."""
    z, label = _height(floats(plane.losses), log)
    tops, _ = _height(floats(heights), log)
    anchors = floats(plane.anchors)
    tops = tops + 0.05 * float(np.nanmax(z) - np.nanmin(z) or 1.0)
    figure = go.Figure(
        [
            go.Surface(
                x=floats(plane.x),
                y=floats(plane.y),
                z=z,
                colorscale=LOSS_SCALE,
                colorbar={"title": label},
                hovertemplate=f"{label} %{{z:{HOVER}}}<extra></extra>",
            ),
            go.Scatter3d(
                x=anchors[:, 0],
                y=anchors[:, 1],
                z=tops,
                mode="markers",
                text=names,
                showlegend=False,
                marker={"size": 6, "color": ON_LOSS, "line": {"width": 2, "color": AROUND_LOSS}},
                hovertemplate="%{text}<extra></extra>",
            ),
        ]
    )
    styled(figure, title, palette=palette, height=560, margin={"l": 0, "r": 0, "t": 48, "b": 0})
    figure.update_scenes(
        xaxis={"title": axes[1], "nticks": 5},
        yaxis={"title": axes[1], "nticks": 5},
        annotations=labels_over(np.column_stack([anchors, tops]), names),
        zaxis={"title": "", "nticks": 4},  # the colour bar names it
        aspectmode="manual",
        aspectratio={"x": 1, "y": 1, "z": 0.6},
        camera={"eye": {"x": 1.35, "y": -1.35, "z": 1.0}},
    )
    return Picture(figure, _sentence(plane))
