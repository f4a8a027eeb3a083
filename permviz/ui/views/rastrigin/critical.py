"""Critical points of one-weight neurons counted by index, beside Rastrigin's own."""

from __future__ import annotations

import math

import streamlit as st

from permviz.figures.critical_counts import critical_counts_check, critical_counts_figure, critical_counts_setting
from permviz.networks.digits import written
from permviz.rastrigin.critical_counts import CriticalCounts, count_critical_points
from permviz.rastrigin.function import RastriginPoints, rastrigin_points
from permviz.rastrigin.one_weight import OneWeightNeurons, bump_neurons
from permviz.symmetry.counting import count_text
from permviz.ui.parts.plot import plot
from permviz.ui.parts.views import Shown
from permviz.ui.state.caches import drawn, remembered

NEURONS = (1, 2, 3, 4)
"""Numbers of neurons whose critical points are counted."""


def counts_of(neurons: OneWeightNeurons) -> CriticalCounts:
    """Counted once for everybody; some seconds for four neurons."""
    return remembered(("critical counts", neurons), lambda: count_critical_points(neurons))


def _index_rows(found: list[CriticalCounts], points: RastriginPoints) -> list[dict[str, str]]:
    """For each dimension what was found, and Rastrigin's own below it."""
    rows: list[dict[str, str]] = []
    for counts in found:
        n = counts.neurons.neurons
        counted = {"neurons, found": counts.by_index, "Rastrigin, exact": points.count_by_index(n)}
        for name, by_index in counted.items():
            indices = {f"index {s}": count_text(by_index[s]) if s <= n else "" for s in range(len(found) + 1)}
            rows.append({"n": str(n), "of": name, **indices, "all": count_text(sum(by_index))})
    return rows


def _all_counts() -> list[CriticalCounts]:
    """For one to four neurons; a few seconds the first time, during which a visitor may go elsewhere."""
    found: list[CriticalCounts] = []
    bar = st.empty()
    for n in NEURONS:
        bar.progress((n - 1) ** 2 / max(NEURONS) ** 2, f"Searching from thousands of starts: {n} of {max(NEURONS)} neurons")
        found.append(counts_of(bump_neurons(n)))
    bar.empty()
    return found


def critical_view(shown: Shown) -> None:
    """Minima, saddles and maxima counted, against the number of neurons, beside Rastrigin's own."""
    found, points = _all_counts(), rastrigin_points()
    plot(drawn(("critical counts",), lambda: critical_counts_figure(found, points)), key="critical-counts")
    st.table(_index_rows(found, points), hide_index=True)
    st.caption(
        "The index is the number of directions in which the loss falls: 0 for a minimum, n for a maximum, between them saddles."
    )
    st.caption(
        written(
            f"{critical_counts_setting(found)} All in float64. Rastrigin: amplitude 10, box of half-width 5.12, exact counts."
        )
    )
    last = found[-1]
    n, orders = last.neurons.neurons, math.factorial(last.neurons.neurons)
    known = points.count_by_index(n)
    with shown.aside:
        st.metric(f"Minima among the {last.total} points found, {n} neurons", str(last.by_index[0]))
        st.markdown(
            f"Of these {last.by_index[0]} minima {last.optima} are optima: the {orders} orders of one solution. Saddles "
            f"and maxima outnumber the minima {sum(last.by_index[1:]) / last.by_index[0]:.1f} to 1; for Rastrigin it is "
            f"{sum(known[1:]) / known[0]:.1f} to 1."
        )
        once = f"{last.seen_once} classes of points" if last.seen_once else "no class of points was"
        seen = f"{last.classes.starts} starts, {once} seen by a single one of them"
        st.caption(f"How sure: {seen}; {last.classes.left} starts left the box, {last.classes.stalled} stalled.")
        st.caption(critical_counts_check(found))
