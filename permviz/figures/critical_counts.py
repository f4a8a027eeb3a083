"""The census of critical points of one-weight neurons, drawn and in words."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from permviz.figures.layout import styled
from permviz.figures.theme import LIGHT, Palette
from permviz.landscape.stationary import index_name
from permviz.rastrigin.critical_counts import CriticalCensus
from permviz.rastrigin.function import RastriginPoints
from permviz.symmetry.counting import count_text


def census_figure(
    censuses: Sequence[CriticalCensus], rastrigin: RastriginPoints | None = None, palette: Palette = LIGHT
) -> go.Figure:
    """Critical points by index against the number of neurons; with Rastrigin's own counts beside them as dotted lines."""
    counts = [census.neurons.neurons for census in censuses]
    groups = {
        "minima": [census.by_index[0] for census in censuses],
        "saddles and maxima": [sum(census.by_index[1:]) for census in censuses],
        "degenerate": [census.degenerate for census in censuses],
    }
    colours = (palette.good, palette.bad, palette.muted)
    figure = go.Figure()
    for (name, values), colour in zip(groups.items(), colours, strict=True):
        if any(values):
            figure.add_bar(x=counts, y=values, name=name, marker={"color": colour},
                           text=[count_text(v) for v in values],
                           textangle=0, textposition="outside",
                           hovertemplate=f"n = %{{x}}: %{{y}} {name}<extra></extra>")  # fmt: skip
    if rastrigin is not None:
        for name, colour, values in (
            ("Rastrigin: minima", palette.good, [rastrigin.count_by_index(n)[0] for n in counts]),
            ("Rastrigin: the others", palette.bad, [sum(rastrigin.count_by_index(n)[1:]) for n in counts]),
        ):
            figure.add_scatter(x=counts, y=values, name=name, mode="lines+markers", line={"color": colour, "dash": "dot"})
    styled(figure, "Critical points found, against the number of neurons", palette=palette, height=460, barmode="group",
           meta={"sentence": census_sentence(censuses)}, margin={"l": 64, "r": 24, "t": 48, "b": 130},
           legend={"orientation": "h", "x": 0, "xanchor": "left", "y": -0.28, "yanchor": "top"})  # fmt: skip
    figure.update_xaxes(title_text="neurons n, one free weight each", tickvals=counts)
    figure.update_yaxes(title_text="number (logarithmic)", type="log", dtick=1)
    return figure


def census_rows(censuses: Sequence[CriticalCensus], rastrigin: RastriginPoints) -> list[dict[str, int | str]]:
    """The census as a table, one row for each number of neurons."""
    rows: list[dict[str, int | str]] = []
    for census in censuses:
        n = census.neurons.neurons
        by_index = {index_name(s, n): count for s, count in enumerate(census.by_index)}
        row: dict[str, int | str] = {"neurons": n, **by_index, "degenerate": census.degenerate, "found": census.total}
        own = rastrigin.count_by_index(n)
        rows.append({**row, "Rastrigin minima": own[0], "Rastrigin others": sum(own[1:])})
    return rows


def census_sentence(censuses: Sequence[CriticalCensus]) -> str:
    """Set-up and standing of the counts."""
    if not censuses:
        return "No census was taken."
    setting, last = censuses[-1].neurons, censuses[-1]
    factor = "" if setting.outgoing == 1 else f"{setting.outgoing:g} "
    teachers = "; ".join(f"n = {c.neurons.neurons}: w* = ({', '.join(f'{w:g}' for w in c.neurons.teacher)})" for c in censuses)
    return (
        f"Loss in the free weights of F(x) = {factor}Σ σ(wᵢx + {setting.bias:g}), σ {setting.activation}, "
        f"{setting.samples} inputs from {-setting.reach:g} to {setting.reach:g}, |wᵢ| ≤ {last.half_width:g}; "
        f"{teachers}. Each point has gradient norm ≤ {last.classes.gradient_tolerance:.0e} and no curvature within "
        f"{last.classes.curvature_tolerance:.0e} of 0, or is called degenerate. Counts are of points found: lower bounds."
    )
