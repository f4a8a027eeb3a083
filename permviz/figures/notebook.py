"""Pictures of results in notebooks: small SVG drawings and tables, as text. Plotly is neither needed nor loaded.

A notebook asks a result for HTML (``_repr_html_``); :func:`picture` answers. Layers count from 1 and nodes from 0, as
everywhere in the library. Texts take the notebook's own colour; marks are those of :mod:`permviz.figures.theme`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np
from numpy.typing import ArrayLike, NDArray

from permviz.figures.theme import AROUND_LOSS, FONT, LIGHT, LOSS_LINE, LOSS_STOPS, ON_LOSS
from permviz.landscape.lines import LineSlice
from permviz.landscape.planes import PlaneSlice
from permviz.networks.comparison import Comparison
from permviz.networks.network import Network
from permviz.symmetry.permutation import Permutation
from permviz.training.runs import TrainingRun

Array = NDArray[np.float64]
MOST_NODES, MOST_EDGES = 16, 600
"""Of a layer, and in all: larger networks are a table."""
MOST_CURVES, MOST_POINTS, TILES = 32, 150, 24
"""Curves of one chart and points of each, and tiles along the side of a map."""
WIDTH, HEIGHT = 360, 160
"""Of a chart, in pixels."""


def picture(result: object) -> str | None:
    """The result as HTML; ``None`` for one that has no picture."""
    for kind, draw in _DRAWN.items():
        if isinstance(result, kind):
            root = draw(result)
            return None if root is None else tostring(root, encoding="unicode", method="html")
    return None


def _network(network: Network) -> Element:
    widths = network.spec.widths
    weights = [_array(w) for w in network.weights]
    few = max(widths) <= MOST_NODES and sum(w[..., :, :].size for w in weights) <= MOST_EDGES
    if network.batch_shape or not few or not all(np.isfinite(w).all() for w in weights):
        rows = [[k, n, m, _figures(w)] for k, (w, n, m) in enumerate(zip(weights, widths[1:], widths, strict=False), start=1)]
        return _captioned(_table(["layer", "nodes", "inputs of each", "weights"], rows), repr(network))
    gap, step, margin = 26, 100, 18
    height = (max(widths) - 1) * gap + 2 * margin
    svg = _svg(step * (len(widths) - 1) + 2 * margin, height)
    at = [[(margin + k * step, height / 2 + (i - (n - 1) / 2) * gap) for i in range(n)] for k, n in enumerate(widths)]
    for k, w in enumerate(weights):
        largest = float(np.abs(w).max()) or 1.0
        for (i, j), value in np.ndenumerate(w):
            if value:
                colour = LIGHT.positive if value > 0 else LIGHT.negative
                width = f"{0.4 + 4 * abs(value) / largest:.2f}"
                edge = _line(svg, at[k][j], at[k + 1][i], stroke=colour, **{"stroke-width": width})
                SubElement(edge, "title").text = f"W{k + 1}[{i}, {j}] = {value:.4g}"
    for k, column in enumerate(at):
        for i, place in enumerate(column):
            hidden = 0 < k < len(at) - 1
            _dot(svg, place, 9, LIGHT.node(i) if hidden else LIGHT.muted)
            _text(svg, place, str(i), fill=LIGHT.background, size=11)
    return _captioned(svg, repr(network))


def _line_slice(line: LineSlice) -> Element:
    losses, many = _rows(line.losses), line.losses.ndim > 1
    chart = _chart(_array(line.t), losses, dashed=() if many else _rows(line.chord), ends=("t = 0", "t = 1"))
    return _captioned(
        chart, f"Loss on the line{'s' if many else ', and its chord'}; barrier {_figures(_array(line.barrier()))}."
    )


def _training_run(run: TrainingRun) -> Element:
    steps = _array(run.history.steps)
    ends = (f"step {steps[0]:.0f}", f"step {steps[-1]:.0f}")
    return _captioned(_chart(steps, _rows(run.history.losses.mT), ends=ends), repr(run))


def _plane(plane: PlaneSlice) -> Element:
    every = _spread(len(plane.x), TILES)
    losses = _array(plane.losses)[np.ix_(every, every)]
    low, high = _limits(losses)
    share = np.nan_to_num((losses - low) / (high - low), nan=1.0).clip(0, 1)
    colours, side = (share * (len(LOSS_STOPS) - 1)).round().astype(int), 240
    svg = _svg(side, side)
    tiles = SubElement(svg, "g", {"transform": f"scale({side / len(every):.6g})", "shape-rendering": "crispEdges"})
    for number, colour in enumerate(LOSS_STOPS):
        places = np.argwhere(colours == number).tolist()
        SubElement(tiles, "path", d="".join(f"M{c},{len(every) - 1 - r}h1v1h-1z" for r, c in places), fill=colour)
    x, y = _array(plane.x), _array(plane.y)
    for name, (u, v) in zip("ABC", plane.anchors.tolist(), strict=False):
        place = (side * (u - x[0]) / (x[-1] - x[0]), side * (1 - (v - y[0]) / (y[-1] - y[0])))
        _dot(svg, place, 8, ON_LOSS, stroke=AROUND_LOSS)
        _text(svg, place, name, fill=AROUND_LOSS, size=11)
    return _captioned(svg, f"Loss on the plane, from {low:.3g} (dark) to {high:.3g}; the letters are its networks.")


def _permutation(permutation: Permutation) -> Element | None:
    orders = [order.tolist() for order in permutation.orders]
    if permutation.batch_shape or not orders or max(map(len, orders)) > MOST_NODES:
        return None
    slots = range(max(map(len, orders)))
    rows = [[f"layer {k}", *order, *[""] * (len(slots) - len(order))] for k, order in enumerate(orders, start=1)]
    return _captioned(_table(["slot", *slots], rows), "Each slot, and the node that it receives.")


def _comparison(found: Comparison) -> Element:
    rows = [[f"max |F(A) − F(B)| over {found.points} inputs", f"{found.difference:.2e}"], ["loss of A", f"{found.loss_a:.6g}"],
            ["loss of B", f"{found.loss_b:.6g}"], ["‖A − B‖", f"{found.distance:.6g}"]]  # fmt: skip
    return _table(["A against B", ""], rows)


_DRAWN: dict[type, Callable[[Any], Element | None]] = {
    Network: _network, LineSlice: _line_slice, PlaneSlice: _plane, TrainingRun: _training_run, Permutation: _permutation,
    Comparison: _comparison,
}  # fmt: skip


def _chart(x: Array, curves: Array, dashed: Iterable[Array] = (), ends: tuple[str, str] = ("", "")) -> Element:
    """Curves ``(C, T)`` over ``x`` ``(T,)``, the first of many; logarithmic where they span more than two decades."""
    every = _spread(len(x), MOST_POINTS)
    x, shown, dashed = x[every], curves[:MOST_CURVES, every], [curve[every] for curve in dashed]
    positive = shown[np.isfinite(shown) & (shown > 0)]
    log = positive.size == np.isfinite(shown).sum() > 0 and positive.max() > 100 * positive.min()
    low, high = _limits(shown)
    bottom, top = (np.log10([low, high]) if log else np.array([low, high])).tolist()
    svg, left, right = _svg(WIDTH, HEIGHT), 64, WIDTH - 8

    def drawn(values: Array) -> str:
        heights = np.log10(values) if log else values
        xs = left + (right - left) * (x - x[0]) / ((x[-1] - x[0]) or 1.0)
        ys = HEIGHT - 24 - (HEIGHT - 36) * (heights - bottom) / (top - bottom)
        return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(xs, ys, strict=True) if np.isfinite(b))

    shared = {"fill": "none", "stroke-width": "1.5"}
    for curve in shown:
        SubElement(svg, "polyline", shared, stroke=LOSS_LINE, points=drawn(curve))
    for curve in dashed:
        SubElement(svg, "polyline", shared | {"stroke-dasharray": "4 3"}, stroke=LIGHT.muted, points=drawn(curve))
    for height, number in ((12, high), (HEIGHT - 24, low)):
        _text(svg, (left - 6, height), f"{number:.3g}", anchor="end")
    for place, anchor, text in ((left, "start", ends[0]), (right, "end", ends[1])):
        _text(svg, (place, HEIGHT - 8), text, anchor=anchor)
    if log:
        _text(svg, (left - 6, HEIGHT / 2), "log", anchor="end")
    return svg


def _spread(count: int, most: int) -> NDArray[np.int64]:
    """At most ``most`` of ``count`` indices, evenly spread, the first and the last among them."""
    return np.unique(np.linspace(0, count - 1, most).round().astype(np.int64))


def _rows(values: Any) -> Array:
    """Any leading axes as one."""
    array = _array(values)
    return array.reshape(-1, array.shape[-1])


def _array(tensor: Any) -> Array:
    return np.asarray(tensor.detach().cpu(), dtype=np.float64)


def _limits(values: Array) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return low, high if high > low else low + (abs(low) or 1.0)


def _figures(values: ArrayLike) -> str:
    """The number, or the range of several."""
    array = np.asarray(values)
    low, high = f"{array.min():.3g}", f"{array.max():.3g}"
    return low if low == high else f"{low} to {high}"


def _svg(width: float, height: float) -> Element:
    size = {"width": f"{width:.0f}", "height": f"{height:.0f}", "viewBox": f"0 0 {width:.0f} {height:.0f}"}
    return Element("svg", size, xmlns="http://www.w3.org/2000/svg")


def _line(svg: Element, start: tuple[float, float], end: tuple[float, float], **style: str) -> Element:
    ends = dict(zip(("x1", "y1", "x2", "y2"), (f"{v:.1f}" for v in (*start, *end)), strict=True))
    return SubElement(svg, "line", ends, **style)


def _dot(svg: Element, place: tuple[float, float], radius: float, colour: str, **style: str) -> None:
    SubElement(svg, "circle", {"cx": f"{place[0]:.1f}", "cy": f"{place[1]:.1f}", "r": str(radius)}, fill=colour, **style)


def _text(
    svg: Element, place: tuple[float, float], text: str, anchor: str = "middle", fill: str = "currentColor", size: int = 12
) -> None:
    style = {"text-anchor": anchor, "dominant-baseline": "central", "font-family": FONT, "font-size": str(size)}
    SubElement(svg, "text", {"x": f"{place[0]:.1f}", "y": f"{place[1]:.1f}"} | style, fill=fill).text = text


def _table(heads: Sequence[object], rows: Sequence[Sequence[object]]) -> Element:
    table = Element("table")
    for kind, cells in (("th", heads), *(("td", row) for row in rows)):
        line = SubElement(table, "tr")
        for cell in cells:
            SubElement(line, kind).text = str(cell)
    return table


def _captioned(drawing: Element, caption: str) -> Element:
    root = Element("div")
    root.append(drawing)
    SubElement(root, "div", style=f"font-family: {FONT}; font-size: 12px").text = caption
    return root
