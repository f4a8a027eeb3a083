"""The views of the Rastrigin page; here the function itself, and the comparison point by point."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st
import torch

from permviz.experiment.recipe import LAST_SEED
from permviz.experiment.views import RastriginView
from permviz.figures.picture import Picture
from permviz.figures.rastrigin import (
    basins_figure,
    race_figure,
    rastrigin_counts_figure,
    rastrigin_line_figure,
    rastrigin_surface_figure,
)
from permviz.networks.digits import told_apart
from permviz.networks.network import loss
from permviz.rastrigin.descents import (
    METHODS,
    RASTRIGIN_RATES,
    Descent,
    SurfaceGrid,
    basins,
    descend,
    rastrigin_surface,
    seeded_starts,
    surface_grid,
)
from permviz.rastrigin.function import AMPLITUDE, RastriginPoints, rastrigin_curvature, rastrigin_function, rastrigin_points
from permviz.symmetry.averaging import symmetric_average
from permviz.symmetry.counting import count_text, factorials_text
from permviz.ui.parts.controls import setting
from permviz.ui.parts.plot import plot
from permviz.ui.parts.views import Shown, View
from permviz.ui.state.caches import drawn, remembered
from permviz.ui.views.rastrigin.comparison import comparison_view
from permviz.ui.views.rastrigin.critical import critical_view
from permviz.ui.views.rastrigin.neurons import neurons_view
from permviz.ui.views.rastrigin.permutohedron import permutohedron_view

STARTS, STEPS, BASIN_STEPS = 40, 300, 400
DIMENSIONS, MOST_BARS = range(1, 11), 6
PICTURES = {"race": "Race", "basins": "Basins", "surface": "In space", "line": "On a line", "counts": "Counts"}


def function_view(shown: Shown) -> None:
    """The Rastrigin function: its minima, descents over it, basins, counts, and where its average lies."""
    view = shown.experiment.rastrigin
    with shown.aside:
        _controls(view)
    try:
        points = rastrigin_points(view.amplitude, view.width)
    except ValueError as error:
        st.info(str(error), icon=":material/info:")
        return
    setting(
        st.segmented_control, "Picture", "rastrigin", "picture", options=list(PICTURES), format_func=PICTURES.__getitem__,
        label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    _DRAW[view.picture](view, points)
    with shown.aside:
        _numbers(points, shown)


def _controls(view: RastriginView) -> None:
    left, right = st.columns(2)
    with left:
        setting(
            st.number_input, "Amplitude A", "rastrigin", "amplitude", min_value=0.0, max_value=50.0, step=1.0,
            help="How deep the pits are: f(x) = A n + Σ xᵢ² − A cos(2π xᵢ). Usual: 10. With 0 a bowl is left.",
        )  # fmt: skip
    with right:
        setting(
            st.number_input, "Half-width of the box", "rastrigin", "width", min_value=0.5, max_value=10.0, step=0.5,
            help="Each coordinate goes from minus to plus this. Usual: 5.12.",
        )  # fmt: skip
    if view.picture == "race":
        setting(st.number_input, "Seed of the starts", "rastrigin", "seed", min_value=0, max_value=LAST_SEED, step=1)


def _grid(view: RastriginView, points: RastriginPoints) -> SurfaceGrid:
    at, index = points.in_plane()
    return remembered(
        ("rastrigin grid", view.amplitude, view.width),
        lambda: surface_grid(rastrigin_surface(view.amplitude), at[index == 0], view.width),
    )


def learning_rate(method: str, amplitude: float) -> float:
    """The usual rate; where it answers to the curvature, divided by how much the highest curvature has grown."""
    if method == "adam":
        return RASTRIGIN_RATES[method]
    highest = [float(rastrigin_curvature(torch.zeros(1, dtype=torch.float64), a)) for a in (AMPLITUDE, amplitude)]
    return float(f"{RASTRIGIN_RATES[method] * highest[0] / highest[1]:.3g}")


def _race(view: RastriginView, points: RastriginPoints) -> None:
    grid = _grid(view, points)
    surface, starts = rastrigin_surface(view.amplitude), seeded_starts(STARTS, view.width, view.seed)

    def run(method: str) -> Descent:
        return descend(surface, starts, method, learning_rate(method, view.amplitude), STEPS, grid.minima)

    key = ("rastrigin race", view.amplitude, view.width, view.seed)
    runs: list[Descent] = remembered(key, lambda: [run(method) for method in METHODS])
    picture = drawn(key, lambda: race_figure(grid, runs, "Three methods, the same starts"))
    plot(picture, key="race", at=picture.steps.last if picture.steps else 0)
    best = int(grid.minima.norm(dim=1).argmin())
    rows = [
        {
            "method": run.method,
            "rate": run.learning_rate,
            f"best, of {STARTS}": int((run.reached == best).sum()),
            "others": int(((run.reached >= 0) & (run.reached != best)).sum()),
            "none": int((run.reached < 0).sum()),
            "median f": f"{np.median(np.asarray(run.values)[:, -1]):.3g}",
        }
        for run in runs
    ]
    st.table(rows, hide_index=True)
    st.caption("How many runs ended at the best minimum, at others, or at none yet; and the median of f where they ended.")


def _basins(view: RastriginView, points: RastriginPoints) -> None:
    minima, rate = _grid(view, points).minima, learning_rate("gradient descent", view.amplitude)

    def draw() -> Picture:
        found = basins(rastrigin_surface(view.amplitude), minima, view.width, rate, BASIN_STEPS)
        told = f"{BASIN_STEPS} steps of rate {rate:g} from 101 × 101 points, float64."
        return basins_figure(found, "Basins of gradient descent").saying(after=told)

    with st.spinner("Descending from every point of a grid…"):
        picture = drawn(("rastrigin basins", view.amplitude, view.width), draw)
    plot(picture, key="basins")


def _surface(view: RastriginView, points: RastriginPoints) -> None:
    key = ("rastrigin surface", view.amplitude, view.width)
    plot(drawn(key, lambda: rastrigin_surface_figure(_grid(view, points))), key="rastrigin-surface")


def _line(view: RastriginView, points: RastriginPoints) -> None:
    plot(drawn(("rastrigin line", view.amplitude, view.width), lambda: rastrigin_line_figure(points)), key="rastrigin-line")


def _counts(view: RastriginView, points: RastriginPoints) -> None:
    key = ("rastrigin counts", view.amplitude, view.width)
    plot(drawn(key, lambda: rastrigin_counts_figure(points, DIMENSIONS[:MOST_BARS])), key="rastrigin-counts")
    rows = []
    for n in DIMENSIONS:
        by_index, total = points.count_by_index(n), points.count(n)
        saddles = count_text(sum(by_index[1:-1]))
        rows.append(
            {
                "n": n,
                "minima": count_text(by_index[0]),
                "saddles": saddles,
                "maxima": count_text(by_index[-1]),
                "all": count_text(total),
            }
        )
    with st.container(key="long-numbers"):
        st.table(rows, hide_index=True)


_DRAW: dict[str, Callable[[RastriginView, RastriginPoints], None]] = {
    "race": _race,
    "basins": _basins,
    "surface": _surface,
    "line": _line,
    "counts": _counts,
}


def _numbers(points: RastriginPoints, shown: Shown) -> None:
    minima, others = points.count_by_index(2)[0], sum(points.count_by_index(2)[1:])
    left, right = st.columns(2)
    left.metric("Minima, two dimensions", count_text(minima), help="Certified on a line by the sign of f″, then multiplied.")
    right.metric("Other critical points", count_text(others))
    mean = points.average_of_minima()
    there = float(rastrigin_function(torch.full((1, 2), mean, dtype=torch.float64), points.amplitude))
    best = float(rastrigin_function(points.minima[:, None], points.amplitude).min()) * 2
    kind = "**the best point of all.**" if there <= best + 1e-9 else f"the best point has {best:.2g}."
    worse, pairs = points.worse_averages()
    two = f" Averaging two may hurt: {worse} of {pairs} pairs of minima on a line average to a point worse than both."
    first = f"The average of all the minima is ({mean:.2g}, {mean:.2g}), where f = {there:.2g}: {kind}"
    st.markdown(first + (two if worse else ""))
    if shown.copies > 1:
        average, own = (float(loss(net, shown.data)) for net in (symmetric_average(shown.network), shown.network))
        ours, theirs = told_apart(own, average)
        st.markdown(
            f"Your network: each of its {factorials_text(shown.spec.hidden)} copies has loss {ours}, and their average "
            f"{theirs}."
        )


VIEWS: dict[str, View] = {
    "body": View("Your network", permutohedron_view, follows=True),
    "function": View("Rastrigin", function_view, apart="Only the last line above is about this network."),
    "neurons": View("One weight each", neurons_view, apart="These neurons are another network: nothing depends on this one."),
    "critical": View("Critical points", critical_view, apart="These neurons are another network: nothing depends on this one."),
    "compare": View("Verdicts", comparison_view),
}
