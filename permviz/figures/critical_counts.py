"""The critical points of one-weight neurons counted, drawn and in words."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from permviz.figures.layout import LEGEND_BELOW, styled
from permviz.figures.picture import Picture
from permviz.figures.theme import LIGHT, Palette
from permviz.rastrigin.critical_counts import CriticalCounts
from permviz.rastrigin.function import RastriginPoints
from permviz.symmetry.counting import count_text


def critical_counts_figure(
    found: Sequence[CriticalCounts], rastrigin: RastriginPoints | None = None, palette: Palette = LIGHT
) -> Picture:
    """Critical points by index against the number of neurons, one at least; Rastrigin's own beside them, dotted."""
    sizes = [counts.neurons.neurons for counts in found]
    groups = {
        "minima": [counts.by_index[0] for counts in found],
        "saddles and maxima": [sum(counts.by_index[1:]) for counts in found],
        "degenerate": [counts.degenerate for counts in found],
    }
    colours = (palette.good, palette.bad, palette.muted)
    figure = go.Figure()
    for (name, values), colour in zip(groups.items(), colours, strict=True):
        if any(values):
            figure.add_bar(x=sizes, y=values, name=name, marker={"color": colour},
                           text=[count_text(v) for v in values],
                           textangle=0, textposition="outside",
                           hovertemplate=f"n = %{{x}}: %{{y}} {name}<extra></extra>")  # fmt: skip
    if rastrigin is not None:
        for name, colour, values in (
            ("Rastrigin: minima", palette.good, [rastrigin.count_by_index(n)[0] for n in sizes]),
            ("Rastrigin: the others", palette.bad, [sum(rastrigin.count_by_index(n)[1:]) for n in sizes]),
        ):
            figure.add_scatter(x=sizes, y=values, name=name, mode="lines+markers", line={"color": colour, "dash": "dot"})
    styled(figure, "Critical points found, against the number of neurons", palette=palette, height=460, barmode="group",
           legend=LEGEND_BELOW)  # fmt: skip
    figure.update_xaxes(title_text="neurons n, one free weight each", tickvals=sizes)
    figure.update_yaxes(title_text="number (logarithmic)", type="log", dtick=1)
    dotted = "" if rastrigin is None else " Dotted: Rastrigin's, exact, in as many dimensions."
    return Picture(figure, f"Bars: points found for one-weight neurons, lower bounds.{dotted}")


def critical_counts_check(found: Sequence[CriticalCounts]) -> str:
    """What Morse's sum says of the search: whether points are known to be missing."""
    wrong = [counts.neurons.neurons for counts in found if counts.morse_sum not in (None, 1)]
    open_ = [counts.neurons.neurons for counts in found if counts.morse_sum is None]
    sizes = "each n" if not open_ else f"n = {', '.join(str(c.neurons.neurons) for c in found if c.morse_sum == 1)}"
    text = (
        "Morse’s sum Σ (−1)^index, over the points found and those of the box’s faces where the loss rises inwards, must be 1"
    )
    if wrong:
        return f"{text}. At n = {', '.join(map(str, wrong))} it is not: points are missing there."
    if len(open_) == len(found):
        return f"{text}; degenerate points forbid this check here."
    return f"{text}, and for {sizes} it is. A single missed point would show; several could cancel, so this is no proof."


def critical_counts_setting(found: Sequence[CriticalCounts]) -> str:
    """What was counted, and by which tolerances: too long to stand below the picture."""
    setting, last = found[-1].neurons, found[-1]
    factor = "" if setting.outgoing == 1 else f"{setting.outgoing:g} "
    teachers = "; ".join(f"n = {c.neurons.neurons}: w* = ({', '.join(f'{w:g}' for w in c.neurons.teacher)})" for c in found)
    return (
        f"Loss in the free weights of F(x) = {factor}Σ σ(wᵢx + {setting.bias:g}), σ {setting.activation}, "
        f"{setting.samples} inputs from {-setting.reach:g} to {setting.reach:g}, |wᵢ| ≤ {last.half_width:g}; "
        f"{teachers}. Each point has gradient norm ≤ {last.classes.gradient_tolerance:.0e} and no curvature within "
        f"{last.classes.curvature_tolerance:.0e} of 0, or is called degenerate. Counts are of points found: lower bounds."
    )
