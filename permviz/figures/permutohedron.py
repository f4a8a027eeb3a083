"""The painted permutohedron: a body in space for four nodes, a hexagon (flat, or in relief) for three.

The trace named "copies" holds the corners; its ``customdata`` is the corner's number, for clicks, and the ``meta`` of a body's
has the faces that meet at each, by which the browser hides those behind the body. People count nodes from 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from permviz.figures.layout import floats, styled
from permviz.figures.picture import Picture
from permviz.figures.theme import AROUND_LOSS, LIGHT, LOSS_SCALE, ON_LOSS, Palette
from permviz.landscape.permutohedron import Permutohedron
from permviz.networks.digits import HOVER, loss_text, wall_text

UNLIT = {"ambient": 1.0, "diffuse": 0.0, "specular": 0.0, "fresnel": 0.0}
"""Colours are data: no light may change them."""
LIFT = 1.004
"""Edges and markers are drawn this much further out, so that the faces do not swallow them."""
COLOUR_BAR = {"orientation": "h", "len": 0.8, "thickness": 12, "x": 0.5, "y": 0, "yanchor": "top"}
"""Below the body, so that it has the whole width of a phone."""
LEAST_LOSS = 1e-12
"""Lower losses have this one's logarithm."""
DOTS_AT = 1.035
"""The dots on edges and faces are drawn this much further out, whole."""
BEADS_AT = 1.07
"""The corners' beads are drawn this much further out."""


def permutohedron_figure(
    body: Permutohedron,
    *,
    current: int = 0,
    labels: Sequence[str] | None = None,
    relief: float = 0.0,
    log: bool = False,
    title: str = "",
    palette: Palette = LIGHT,
) -> Picture:
    """The permutohedron painted by the loss, its corners and edges telling their loss and barrier.

    Args:
        current: corner to be marked as where the network stands now.
        labels: names of the layer's nodes by number; ``None`` counts them from 1.
        log: whether colours follow the decimal logarithm of the loss.
        relief: for three nodes, how high the loss rises above the plane, in units of the hexagon's radius.
        title: in place of one that names nodes and layer.
    """
    names = [str(i + 1) for i in range(body.orders.orders[body.layer - 1].shape[-1])] if labels is None else list(labels)
    solid = body.corners.shape[1] == 3
    place = _Solid() if solid else _Relief(body, relief)
    figure = go.Figure([_skin(body, place, log), _edges(body, place), *_hover_points(body, names, place)])
    figure.add_trace(_corners(body, names, current, place, palette))
    styled(
        figure, title or _title(body, names), palette=palette, height=560, margin={"l": 0, "r": 0, "t": 48, "b": 44},
        showlegend=False,
    )  # fmt: skip
    figure.update_scenes(**_scene(body, flat=not solid and relief == 0))
    return Picture(figure, _sentence(body))


def _sentence(body: Permutohedron) -> str:
    """What of the picture is exact."""
    what = "swap of two neighbouring slots" if body.neighbours == "slots" else "swap of two nodes of neighbouring rank"
    return (
        f"Corners are copies of the network and each edge is the straight way between two of them, one {what}: both exact. "
        "Between them the surface is piecewise linear: each face is cut into triangles from the average of its copies."
    )


def _scene(body: Permutohedron, flat: bool) -> dict[str, Any]:
    reach = 1.15 * _radius(body)
    axis = {"visible": False, "range": [-reach, reach]}
    camera: dict[str, Any] = {"eye": {"x": -1.53, "y": -0.16, "z": 0.2}}  # corner 0 in front; no bead hides another
    if flat:
        camera = {"eye": {"x": 0, "y": 0, "z": 1}, "up": {"x": 0, "y": 1, "z": 0}, "projection": {"type": "orthographic"}}
    elif body.corners.shape[1] == 2:
        camera = {"eye": {"x": 0.2, "y": -1.2, "z": 1.05}, "center": {"x": 0, "y": 0, "z": 0.0}}
    size = 1.0 if body.corners.shape[1] == 3 else 1.5 if flat else 1.35
    ratio = {"x": size, "y": size, "z": size}
    return {"xaxis": axis, "yaxis": axis, "zaxis": axis, "aspectmode": "manual", "aspectratio": ratio, "camera": camera}


def _radius(body: Permutohedron) -> float:
    return float(np.linalg.norm(np.asarray(body.corners), axis=1).max())


class _Solid:
    def __call__(self, points: ArrayLike, losses: ArrayLike, lift: float = 1.0) -> NDArray[np.float32]:
        return np.asarray(lift * np.asarray(points), dtype=np.float32)


class _Relief:
    """Puts points of the plane at the height of their loss."""

    def __init__(self, body: Permutohedron, relief: float) -> None:
        self.low, high = float(body.losses.min()), float(body.losses.max())
        self.radius = _radius(body)
        self.scale = relief * self.radius / (high - self.low or 1.0)

    def __call__(self, points: ArrayLike, losses: ArrayLike, lift: float = 1.0) -> NDArray[np.float32]:
        height = self.scale * (np.asarray(losses) - self.low) + self.radius * (
            0.0 if lift == 1 else 0.01 if lift == LIFT else 0.04
        )
        return np.column_stack([np.asarray(points), height]).astype(np.float32)


_Place = _Solid | _Relief


def _axes(points: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    return {name: points[:, k] for k, name in enumerate("xyz")}


def _skin(body: Permutohedron, place: _Place, log: bool) -> go.Mesh3d:
    small = np.uint16 if len(body.vertices) < 2**16 else np.int32
    first, second, third = np.asarray(body.triangles).astype(small).T
    losses = np.asarray(body.losses)
    colours = np.log10(np.maximum(losses, LEAST_LOSS)) if log else losses
    label = "log₁₀ loss" if log else "loss"
    return go.Mesh3d(
        **_axes(place(body.vertices, losses)), i=first, j=second, k=third, intensity=floats(colours),
        colorscale=LOSS_SCALE, colorbar=COLOUR_BAR | {"title": {"text": label, "side": "top"}}, lighting=UNLIT,
        flatshading=True, name="loss", hovertemplate=f"{label} %{{intensity:{HOVER}}}<extra></extra>",
    )  # fmt: skip


def _edges(body: Permutohedron, place: _Place) -> go.Scatter3d:
    """All edges as one broken line; along an edge in relief the height follows the loss."""
    step = max(1, (body.edge_losses.shape[1] - 1) // 20)
    t, corners = np.asarray(body.edge_positions)[::step, None], np.asarray(body.corners)
    pieces = []
    for (a, b), losses in zip(body.edges.tolist(), np.asarray(body.edge_losses)[:, ::step], strict=True):
        line = place((1 - t) * corners[a] + t * corners[b], losses, LIFT)
        pieces += [line, np.full((1, 3), np.nan, dtype=np.float32)]
    return go.Scatter3d(
        **_axes(np.concatenate(pieces)), mode="lines", line={"color": ON_LOSS, "width": 3}, hoverinfo="skip", name="edges"
    )


def _hover_points(body: Permutohedron, names: list[str], place: _Place) -> list[go.Scatter3d]:
    """Unobtrusive points that answer: the middle of each edge, and the centre of each face."""
    middle = body.edge_losses[:, body.edge_losses.shape[1] // 2]
    highest = float(np.max(np.asarray(body.edge_losses)))
    swaps = [
        f"{names[i]} ⇄ {names[j]}<br>barrier {wall_text(barrier, highest)}"
        for (i, j), barrier in zip(body.swapped.tolist(), body.edge_barriers.tolist(), strict=True)
    ]
    averages = [
        f"average of {len(face)} copies<br>loss {loss_text(value)}"
        for face, value in zip(body.faces, body.face_centre_losses.tolist(), strict=True)
    ]
    shared: dict[str, Any] = {"mode": "markers", "hovertemplate": "%{text}<extra></extra>"}
    dot = {"size": 2.5, "color": ON_LOSS, "line": {"width": 0.5, "color": AROUND_LOSS}}
    edge_middles = place(body.corners[body.edges].mean(1), middle, DOTS_AT)
    return [
        go.Scatter3d(**_axes(edge_middles), text=swaps, name="swaps", marker=dot, **shared),
        go.Scatter3d(**_axes(place(body.face_centres, body.face_centre_losses, DOTS_AT)), text=averages, name="averages",
                     marker={**dot, "size": 3}, **shared),
    ]  # fmt: skip


def _corners(body: Permutohedron, names: list[str], current: int, place: _Place, palette: Palette) -> go.Scatter3d:
    """Beads that carry the order of the nodes: legible before the body and before the page, and large enough for a finger."""
    count = len(body.corners)
    between = "" if all(len(name) == 1 for name in names) else " "
    orders = [between.join(names[i] for i in body.order(corner)) for corner in range(count)]
    losses, is_current = body.corner_losses.tolist(), np.arange(count) == current
    return go.Scatter3d(
        **_axes(place(BEADS_AT * body.corners, body.corner_losses, BEADS_AT)), mode="markers+text", name="copies",
        customdata=np.arange(count),
        meta={"faces": _faces(body)} if isinstance(place, _Solid) else None,
        text=orders, textposition="middle center",
        textfont={"size": 11, "color": [palette.background if c else palette.text for c in is_current]},
        hovertext=[f"order {order}<br>loss {loss_text(value)}" for order, value in zip(orders, losses, strict=True)],
        hovertemplate="%{hovertext}<extra></extra>",
        marker={
            "size": 11, "color": [palette.accent if c else palette.surface for c in is_current], "opacity": 1,
            "line": {"width": 1, "color": palette.border},
        },
    )  # fmt: skip


def _faces(body: Permutohedron) -> list[list[list[float]]]:
    """For each corner its faces, planes ``[x, y, z, h]`` with outward normals: the body is where ``normal · p <= h``."""
    corners = np.asarray(body.corners)
    found: list[list[list[float]]] = [[] for _ in corners]
    for face in body.faces:
        first, second, third, *_ = corners[np.asarray(face)]
        normal = np.cross(second - first, third - first)
        normal *= np.sign(normal @ first) / np.linalg.norm(normal)  # the centre of the body is the origin
        for corner in face.tolist():
            found[corner].append([round(float(value), 4) for value in (*normal, normal @ first)])
    return found


def _title(body: Permutohedron, names: list[str]) -> str:
    count = len(body.corners)
    return f"{count} copies: nodes {', '.join(names[i] for i in sorted(body.nodes))} of layer {body.layer} in every order"
