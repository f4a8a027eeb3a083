"""Figures of :func:`permviz.asymmetry_map`: walls where the symmetry is broken on purpose, and the controls beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from permviz.figures.layout import LEGEND_BELOW, floats, styled
from permviz.figures.picture import Picture
from permviz.figures.theme import AROUND_LOSS, CLEAR, LIGHT, LOSS_SCALE, ON_LOSS, Palette
from permviz.landscape.asymmetry import AsymmetryMap
from permviz.landscape.seed_pairs import SeedPairs
from permviz.networks.digits import HOVER, loss_text
from permviz.symmetry.counting import count_text, log10, superscript

QUESTION = "Is it really the symmetry?"
IN_CELLS = 12
"""Pixels; without it Plotly makes the letters of each trace as small as its narrowest cell."""
MOST_WRITTEN = 10_000
"""Moves from which on their power of ten stands in a cell."""
STANDS, FALLS = 0.5, 0.25
"""Parts of the ordinary wall: one of at least the first still stands, one of at most the second is nearly gone."""
WORSE = 0.05
"""Accuracy that a cell may lose and still be compared; without classes, loss as a part of the ordinary wall."""


def asymmetry_figure(found: AsymmetryMap, *, loss_label: str = "", palette: Palette = LIGHT) -> Picture:
    """Maps over share and kappa: barrier, accuracy or loss, distance of the ends, and the moves of the group that remain.

    Cells that are not computed yet are empty. ``loss_label`` is the loss and its unit.
    """
    classes = any(cell is not None and cell.accuracies is not None for cell in _cells(found))
    titles = ("barrier", "accuracy" if classes else "loss", "distance", "moves left")
    figure = make_subplots(
        rows=2, cols=2, subplot_titles=titles, horizontal_spacing=0.06, vertical_spacing=0.18, shared_yaxes=True
    )
    tables = (
        found.table(lambda cell: cell.barrier),
        found.table(lambda cell: cell.accuracy if classes else float(cell.losses.mean())),
        found.table(lambda cell: cell.distance),
        found.table(lambda cell: None if cell.order is None else log10(cell.order)),
    )
    for place, table in enumerate(tables):
        values = floats(table)
        if place == 3:
            words = [[_moves(cell) for cell in row] for row in found.cells]
        else:
            words = [[loss_text(v) if np.isfinite(v) else "" for v in row] for row in values.tolist()]
        _add_map(figure, found, values, words, titles[place], place)
    styled(figure, QUESTION, palette=palette, height=560, margin={"l": 64, "r": 16, "t": 84, "b": 56})
    figure.update_xaxes(type="category", showgrid=False, tickvals=list(range(len(found.shares))), ticktext=_shares(found))
    figure.update_yaxes(type="category", showgrid=False, tickvals=list(range(len(found.kappas))), ticktext=_kappas(found))
    figure.update_xaxes(title_text="share frozen", row=2)
    figure.update_yaxes(title_text="kappa", col=1)
    unit = f" Barriers and losses: {loss_label}." if loss_label else ""
    return Picture(figure, f"{answer(found)} {_said_of(found)}{unit}")


def asymmetry_controls_figure(found: AsymmetryMap, *, loss_label: str = "", palette: Palette = LIGHT) -> Picture:
    """The walls of single pairs: ordinary networks, the same matched, frozen entries at their best, edges missing in the place
    of these, other widths."""
    arms = _arms(found)
    figure = go.Figure()
    for place, (name, pairs) in enumerate(arms):
        colour = palette.accent if pairs.spec.frozen is None else palette.node(1)
        figure.add_box(
            x=floats(pairs.barriers), y=[name] * len(pairs.barriers), name=name, orientation="h", boxpoints="all", jitter=0.4,
            pointpos=0, width=0.5, marker={"color": colour, "size": 6}, line={"color": colour, "width": 1.5}, fillcolor=CLEAR,
            hovertemplate=f"%{{y}}: barrier %{{x:{HOVER}}}<extra></extra>", showlegend=False, legendrank=place,
        )  # fmt: skip
    styled(figure, "Pair by pair", palette=palette, height=110 + 44 * max(1, len(arms)), legend=LEGEND_BELOW)
    figure.update_layout(margin={"l": 24, "r": 24, "t": 48, "b": 56})
    figure.update_xaxes(title_text=f"barrier ({loss_label})" if loss_label else "barrier", rangemode="tozero")
    figure.update_yaxes(title_text="networks", type="category", autorange="reversed", showgrid=False)
    medians = "; ".join(f"{name.replace('<br>', ' ')} {loss_text(pairs.barrier)}" for name, pairs in arms)
    return Picture(figure, f"Each dot is a pair of networks. Median walls: {medians}." if arms else "Nothing is computed yet.")


def answer(found: AsymmetryMap) -> str:
    """What the map says to the question, with its numbers; no more than it says."""
    if found.ordinary is None or found.matched is None or not found.complete:
        return "Not all is computed: no answer yet."
    wall = found.ordinary.barrier
    least = _broken_most(found)
    if wall <= 0 or least is None:
        return "No answer: there is no wall, or the group is as large as before, or not known, wherever networks still learn."
    frozen = least.spec.frozen
    assert frozen is not None
    kind = "missing edges" if frozen.kappa == 0 else f"entries frozen at kappa {frozen.kappa:g}"
    moves = "no move but the identity" if least.order == 1 else f"{count_text(least.order or 0)} moves"
    stands = (
        f"{kind} (share {frozen.share:g}) leave {moves} of {_of(found.ordinary)}, and the wall is {loss_text(least.barrier)}, "
        f"against {loss_text(wall)} of ordinary networks."
    )
    if least.barrier < STANDS * wall:
        return f"Here the wall falls with the symmetry: {stands}"
    matched = found.matched.barrier
    gone = f" Matching alone, with the whole group still there, leaves {loss_text(matched)}." if matched <= FALLS * wall else ""
    return f"Not by itself: {stands}{gone}{_lowest(found, wall)}"


def _lowest(found: AsymmetryMap, wall: float) -> str:
    """What frozen values other than 0 do at their best, which the group's order does not explain."""
    best = _best(found)
    if best is None or best.spec.frozen is None:
        return ""
    does = "bring it down to" if best.barrier <= FALLS * wall else "leave, at their best,"
    frozen = f"share {best.spec.frozen.share:g}, kappa {best.spec.frozen.kappa:g}"
    return f" Frozen numbers {does} {loss_text(best.barrier)} ({frozen})."


def _broken_most(found: AsymmetryMap) -> SeedPairs | None:
    """Of the cells that learn and have the fewest moves left, fewer than there were, the one with the highest wall."""
    known = [cell for cell in _learnt(found) if cell.order is not None]
    if not known or found.ordinary is None or found.ordinary.order is None:
        return None
    fewest = min(cell.order or 0 for cell in known)
    if fewest >= found.ordinary.order:
        return None
    return max((cell for cell in known if cell.order == fewest), key=lambda cell: cell.barrier)


def _learnt(found: AsymmetryMap) -> list[SeedPairs]:
    """The cells whose networks do about as well as ordinary ones: walls between others would say something else."""
    ordinary = found.ordinary
    if ordinary is None:
        return []
    most = float(ordinary.losses.mean()) + WORSE * max(ordinary.barrier, 0.0)
    return [
        cell
        for cell in _cells(found)
        if (
            float(cell.losses.mean()) <= most
            if cell.accuracy is None or ordinary.accuracy is None
            else cell.accuracy >= ordinary.accuracy - WORSE
        )
    ]


def _best(found: AsymmetryMap) -> SeedPairs | None:
    """Of the cells that learn, and have frozen entries other than 0, the one with the lowest wall."""
    others = (cell for cell in _learnt(found) if cell.spec.frozen and cell.spec.frozen.kappa > 0)
    return min(others, key=lambda cell: cell.barrier, default=None)


def _cells(found: AsymmetryMap) -> list[SeedPairs]:
    return [cell for row in found.cells for cell in row if cell is not None]


def _arms(found: AsymmetryMap) -> list[tuple[str, SeedPairs]]:
    arms: list[tuple[str, SeedPairs]] = []
    if found.ordinary is not None:
        arms.append(("ordinary", found.ordinary))
    if found.matched is not None:
        arms.append(("ordinary,<br>matched", found.matched))
    best = _best(found)
    if best is not None and best.spec.frozen is not None:
        share, kappa = best.spec.frozen.share, best.spec.frozen.kappa
        missing = [c for c in _cells(found) if c.spec.frozen and c.spec.frozen.share == share and c.spec.frozen.kappa == 0]
        arms += [(f"missing edges,<br>share {share:g}", cell) for cell in missing]
        arms.append((f"frozen, share {share:g},<br>kappa {kappa:g}", best))
    return arms + [(f"ordinary,<br>{'-'.join(map(str, pairs.spec.widths))}", pairs) for pairs in found.wider]


def _said_of(found: AsymmetryMap) -> str:
    pairs = len(found.seeds) * (len(found.seeds) - 1) // 2
    return (
        f"Each cell: {len(found.seeds)} networks that share their frozen entries, one draw of these, and {pairs} straight "
        "lines; barriers and distances are medians, accuracies and losses means. The number of moves left is exact; walls are "
        "those of these trainings."
    )


def _of(pairs: SeedPairs) -> str:
    return count_text(pairs.order) if pairs.order is not None else "infinitely many"


def _moves(cell: SeedPairs | None) -> str:
    if cell is None:
        return ""
    if cell.order is None:
        return "?"
    return count_text(cell.order) if cell.order < MOST_WRITTEN else f"≈ 10{superscript(f'{log10(cell.order):.0f}')}"


def _shares(found: AsymmetryMap) -> list[str]:
    return [f"{share:g}" for share in found.shares]


def _kappas(found: AsymmetryMap) -> list[str]:
    return [f"{kappa:g}" for kappa in found.kappas]


def _add_map(
    figure: go.Figure, found: AsymmetryMap, values: NDArray[Any], words: Sequence[Sequence[str]], name: str, place: int
) -> None:
    """A heatmap with its numbers in the cells, light on dark and dark on bright."""
    at: dict[str, Any] = {"row": place // 2 + 1, "col": place % 2 + 1}
    x, y = list(range(len(found.shares))), list(range(len(found.kappas)))
    rows = zip(found.kappas, words, strict=True)
    hover = [
        [f"share {s:g}, kappa {k:g}: {name} {word}" if word else "" for s, word in zip(found.shares, row, strict=True)]
        for k, row in rows
    ]
    figure.add_heatmap(
        z=values, x=x, y=y, colorscale=LOSS_SCALE, showscale=False, xgap=2, ygap=2, hovertext=hover, hoverinfo="text", **at
    )
    known = np.isfinite(values)
    middle = (values[known].min() + values[known].max()) / 2 if known.any() else 0.0
    for bright, colour in ((False, ON_LOSS), (True, AROUND_LOSS)):
        written = np.where(known, values > middle, False) == bright
        figure.add_heatmap(
            z=np.where(written, 1.0, np.nan), x=x, y=y, colorscale=[(0, CLEAR), (1, CLEAR)], showscale=False,
            text=[[w if on else "" for w, on in zip(*row, strict=True)] for row in zip(words, written, strict=True)],
            texttemplate="%{text}", textfont={"color": colour, "size": IN_CELLS}, hoverinfo="skip", **at,
        )  # fmt: skip
