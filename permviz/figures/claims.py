"""Pictures of the evidence for the post's claims, one for each kind of details: :func:`claim_figure` knows them all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from plotly.subplots import make_subplots

from permviz.claims.averages import AverageLine, Midpoints, TwoAverages
from permviz.claims.pictures import NodePictures
from permviz.claims.stationary import CopyLine, Subspaces
from permviz.claims.symmetry import Exchange, Matrices
from permviz.figures.average import midpoints_figure
from permviz.figures.exchange import exchange_figure
from permviz.figures.layout import floats, styled
from permviz.figures.lines import line_figure
from permviz.figures.picture import Picture
from permviz.figures.sentences import way
from permviz.figures.theme import LIGHT, Palette
from permviz.networks.digits import differs


@singledispatch
def claim_figure(details: object, loss_label: str) -> Picture:
    """The picture of what an evidence was concluded from, :attr:`permviz.claims.evidence.Evidence.details`.

    ``loss_label`` names the loss and its unit.

    Raises:
        ValueError: for what are no details of a claim.
    """
    raise ValueError(f"{type(details).__name__} given: expected the details of a claim's evidence.")


@claim_figure.register
def _(details: Exchange, loss_label: str) -> Picture:
    return exchange_figure(details.widths, details.permutation)


@claim_figure.register
def _(details: Matrices, loss_label: str) -> Picture:
    return averaged_matrix_figure(details.before, details.after, details.layer)


@claim_figure.register
def _(details: AverageLine, loss_label: str) -> Picture:
    return average_line_figure(details.line.t, details.line.losses, loss_label)


@claim_figure.register
def _(details: Midpoints, loss_label: str) -> Picture:
    return midpoints_figure({"random networks": details.random}, ("your network", details.trained), loss_label)


@claim_figure.register
def _(details: Subspaces, loss_label: str) -> Picture:
    return subspaces_per_copy_figure(details.widths, details.ratios, details.width)


@claim_figure.register
def _(details: TwoAverages, loss_label: str) -> Picture:
    return two_averages_figure(details.t, details.rastrigin, details.network.losses)


@claim_figure.register
def _(details: CopyLine, loss_label: str) -> Picture:
    return line_figure(details.line, small=True)


@claim_figure.register
def _(details: NodePictures, loss_label: str) -> Picture:
    return node_pictures_figure(details.before, details.after, details.order, details.layer)


def averaged_matrix_figure(before: ArrayLike, after: ArrayLike, layer: int, palette: Palette = LIGHT) -> Picture:
    """``W_layer`` of a network and of the average of its copies, on one colour scale."""
    matrices = [floats(before), floats(after)]
    largest = float(max(np.abs(m).max() for m in matrices)) or 1.0
    titles = [f"W{_subscript(layer)} of the network", f"W{_subscript(layer)} of the average"]
    figure = make_subplots(rows=1, cols=2, subplot_titles=titles, horizontal_spacing=0.08)
    rows, columns = matrices[0].shape
    for column, matrix in enumerate(matrices, start=1):
        figure.add_heatmap(
            z=matrix,
            x=list(range(1, columns + 1)),
            y=list(range(1, rows + 1)),
            colorscale=palette.diverging,
            zmin=-largest,
            zmax=largest,
            xgap=1,
            ygap=1,
            showscale=column == 2,
            text=[[f"{v:.2f}" for v in row] for row in matrix] if columns <= 4 and rows <= 8 else None,
            texttemplate="%{text}" if columns <= 4 and rows <= 8 else None,
            hovertemplate="to node %{y} from %{x}: %{z:.4g}<extra></extra>",
            row=1,
            col=column,
        )
    styled(figure, "", palette=palette, height=240, margin={"l": 48, "r": 8, "t": 30, "b": 44})
    figure.update_xaxes(title_text="from", showgrid=False, dtick=1 if columns <= 16 else None)
    figure.update_yaxes(autorange="reversed", showgrid=False, dtick=1)
    figure.update_yaxes(title_text="to node", row=1, col=1)
    return Picture(figure, f"In the average {_alike(after)}.", ", ".join(titles))


def _alike(matrix: ArrayLike) -> str:
    """Whether the matrix has equal rows, equal columns, or neither."""
    values = np.asarray(matrix, dtype=np.float64)
    size = float(np.abs(values).max())
    same = [
        f"all {name}"
        for axis, name in enumerate(("rows", "columns"))
        if not any(differs(low, high, size) for low, high in zip(values.min(axis).flat, values.max(axis).flat, strict=True))
        and (values.shape[axis] > 1 or values.size == 1)
    ]
    return f"{' and '.join(same)} are alike" if same else "neither all rows nor all columns are alike"


def _subscript(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def average_line_figure(t: ArrayLike, losses: ArrayLike, loss_label: str, palette: Palette = LIGHT) -> Picture:
    """The loss from the network (``t = 0``) to the average of its copies (``t = 1``), and the bound that convexity sets."""
    x, y = floats(t), floats(losses)
    figure = go.Figure()
    figure.add_scatter(x=x, y=y, name="loss", line={"color": palette.accent, "width": 3})
    bound = {"color": palette.muted, "dash": "dash", "width": 2}
    figure.add_scatter(x=x[[0, -1]], y=y[[0, 0]], mode="lines", name="most that convexity allows", line=bound)
    styled(figure, "", palette=palette, height=260, margin={"l": 64, "r": 16, "t": 30, "b": 44})
    _average_axis(figure)
    figure.update_yaxes(title_text=f"loss ({loss_label})", rangemode="tozero")
    return Picture(
        figure,
        f"Exact, {len(x)} points on the straight line from your network to the average of all its copies: the loss goes "
        f"{way(*_ends(losses))}.",
        "Loss on the straight line to the average of all copies",
    )


def _ends(values: ArrayLike) -> tuple[float, float]:
    array = np.asarray(values, dtype=np.float64)
    return float(array[0]), float(array[-1])


def _average_axis(figure: go.Figure, ends: tuple[str, str] = ("a copy", "average of all"), **where: int) -> None:
    figure.update_xaxes(tickvals=[0, 0.5, 1], ticktext=[ends[0], "halfway", ends[1]], **where)


def two_averages_figure(t: ArrayLike, rastrigin: ArrayLike, losses: ArrayLike, palette: Palette = LIGHT) -> Picture:
    """From one minimum to the average of its equals: Rastrigin's function beside the network's loss."""
    figure = make_subplots(rows=1, cols=2, subplot_titles=["Rastrigin, in the plane", "your network"], horizontal_spacing=0.12)
    for column, values in enumerate((rastrigin, losses), start=1):
        line = {"color": palette.accent, "width": 3}
        figure.add_scatter(x=floats(t), y=floats(values), line=line, showlegend=False, row=1, col=column)
        _average_axis(figure, ("a minimum" if column == 1 else "a copy", "average"), row=1, col=column)
    styled(figure, "", palette=palette, height=260, margin={"l": 56, "r": 24, "t": 30, "b": 44})
    figure.update_yaxes(rangemode="tozero")
    figure.update_yaxes(title_text="value", row=1, col=1)
    figure.update_yaxes(title_text="loss", row=1, col=2)
    return Picture(
        figure,
        f"Exact, on straight lines: averaging all its minima leads Rastrigin {way(*_ends(rastrigin))}, and averaging all its "
        f"copies leads your network {way(*_ends(losses))}.",
        "From a minimum to the average of its equals",
    )


def subspaces_per_copy_figure(widths: Sequence[int], ratios: Sequence[float], width: int, palette: Palette = LIGHT) -> Picture:
    """Critical subspaces for each copy of one minimum, by width; the network's own width marked."""
    figure = go.Figure()
    line = {"color": palette.accent, "width": 2}
    shown = [(m, r) for m, r in zip(widths, ratios, strict=True) if r > 0]
    figure.add_scatter(
        x=[m for m, _ in shown], y=[r for _, r in shown], mode="lines+markers", line=line, name="subspaces a copy"
    )
    mine = [(m, r) for m, r in shown if m == width]
    marker = {"size": 14, "color": palette.bad, "symbol": "diamond"}
    figure.add_scatter(
        x=[m for m, _ in mine], y=[r for _, r in mine], mode="markers", marker=marker, name=f"your widest layer: {width}"
    )
    figure.add_hline(y=1, line={"color": palette.muted, "dash": "dash"})
    styled(figure, "", palette=palette, height=260, margin={"l": 64, "r": 16, "t": 30, "b": 44})
    figure.update_xaxes(title_text="nodes in the layer, m")
    figure.update_yaxes(title_text="critical subspaces / m!", type="log", dtick=1)
    return Picture(
        figure,
        "Exact counts of subspaces, for one hidden layer, given the claim’s hypothesis.",
        "Critical subspaces for each copy of a minimum",
    )


def node_pictures_figure(
    before: ArrayLike, after: ArrayLike, order: Sequence[int], layer: int, palette: Palette = LIGHT
) -> Picture:
    """Each node's activation over the inputs: above in its own place, below in the place it has after the permutation.

    Args:
        before, after: ``(n, R, R)`` over a plane, or ``(n, R)`` over a line.
        order: the node in each slot afterwards.
    """
    rows = [floats(before), floats(after)]
    largest = float(max(np.abs(r).max() for r in rows)) or 1.0
    labels = [[str(i + 1) for i in range(len(order))], [str(i + 1) for i in order]]
    figure = make_subplots(rows=2, cols=len(order), horizontal_spacing=0.12 / len(order), vertical_spacing=0.14)
    for row, pictures in enumerate(rows, start=1):
        for column, picture in enumerate(pictures, start=1):
            where = {"row": row, "col": column}
            if picture.ndim == 2:
                scale = {"colorscale": palette.diverging, "zmin": -largest, "zmax": largest, "showscale": False}
                figure.add_heatmap(z=picture, **scale, hovertemplate="%{z:.3g}<extra></extra>", **where)
            else:
                line = {"color": palette.accent, "width": 2}
                figure.add_scatter(y=picture, line=line, showlegend=False, hovertemplate="%{y:.3g}<extra></extra>", **where)
                figure.update_yaxes(range=[-1.1 * largest, 1.1 * largest], **where)
            node = int(labels[row - 1][column - 1]) - 1
            moved = node != column - 1
            figure.add_annotation(
                text=f"<b>{labels[row - 1][column - 1]}</b>" if moved else labels[row - 1][column - 1],
                font={"color": palette.first if moved else palette.text, "size": 14},
                x=0.5, y=1.0, xref="x domain", yref="y domain", yanchor="bottom", showarrow=False, **where,
            )  # fmt: skip
    styled(figure, "", palette=palette, height=290, margin={"l": 56, "r": 8, "t": 26, "b": 8})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    for y, text in ((0.79, "before"), (0.21, "after")):
        figure.add_annotation(text=text, x=0, y=y, xref="paper", yref="paper", xanchor="right", xshift=-8, showarrow=False)
    what = "input plane" if rows[0].ndim == 3 else "input line"
    return Picture(
        figure,
        f"What each node of layer {layer} computes over the {what}; blue is positive. Numbers are the nodes; those that "
        "changed place are red and bold.",
        f"The values of the nodes of layer {layer} over the {what}",
    )
