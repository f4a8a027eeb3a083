"""The views of the Count page, and those of them that take formulas alone: growth, and subspaces of minima and saddles."""

from __future__ import annotations

import math

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from permviz.experiment.experiment import Experiment
from permviz.figures.count import growth_figure, ratio_figure, subspaces_figure
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network
from permviz.symmetry.counting import (
    critical_ratio,
    critical_subspaces,
    factorials_text,
    integer_text,
    log10,
    minimum_subspaces,
    permutation_count,
    surjections,
)
from permviz.ui.parts.controls import setting
from permviz.ui.parts.exact_integers import in_full, short
from permviz.ui.parts.plot import plot
from permviz.ui.parts.views import View
from permviz.ui.views.count.copies import network_view

WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384, 512)
DEPTHS = (1, 2, 3, 4)
WIDEST_LAYER = 64


def growth_view(network: Network, data: Dataset, experiment: Experiment, aside: DeltaGenerator) -> None:
    """How the number of copies grows with width and depth."""
    hidden, large = network.spec.hidden, experiment.count.large
    count = permutation_count(hidden)
    st.markdown("## Wider, deeper: the copies explode")
    curves = {
        f"{depth} hidden layer{'s' if depth > 1 else ''}": [log10(permutation_count((n,) * depth)) for n in WIDTHS]
        for depth in reversed(DEPTHS)
    }
    plot(growth_figure(WIDTHS, curves, (f"this network: {factorials_text(hidden)}", log10(count))), key="growth")
    setting(st.number_input, "Width of one layer", "count", "large", min_value=1, max_value=512, step=1)
    factorial = math.factorial(large)
    st.markdown(f"#### {large}! {integer_text(factorial)}")
    in_full(f"{large}! in full", [(f"{large}!", factorial)])


def subspaces_view(network: Network, data: Dataset, experiment: Experiment, aside: DeltaGenerator) -> None:
    """Minima and saddles in a layer that is wider than need be."""
    view = experiment.count
    m, r = view.width, min(view.kinds, view.width)
    st.markdown("## Too wide a layer: minima and saddles become subspaces")
    left, right = st.columns(2)
    with left:
        setting(st.slider, "Width m of the layer", "count", "width", min_value=2, max_value=WIDEST_LAYER)
    with right:
        setting(st.slider, "Width r that suffices", "count", "kinds", show=r, min_value=1, max_value=m)
    minima = minimum_subspaces(r, m)
    narrower = sum(surjections(k, m) for k in range(1, r))
    left, middle, right = st.columns(3)
    left.metric("Copies, m!", short(math.factorial(m)), help="Of one minimum that needs all m nodes.")
    middle.metric("Minima, T(r, m)", short(minima), help="Subspaces of global minima: Σ C(m, u) G(r, m−u) Bell(u).")
    right.metric("Critical, Σ G(k, m)", short(narrower), help="Subspaces of critical points from widths k = 1 … r − 1.")
    st.caption(
        "**Hypothesis.** One hidden layer; the least loss is reached at width r by one irreducible minimum (its neurons "
        "distinct, unique up to permutation); for the last number, one irreducible critical point at every narrower width. "
        "Subspaces are counted, not points. T and G: Simsek et al. 2021, compared with brute force in the tests."
    )
    widths = range(r, max(2 * r + 12, m) + 1)
    plot(
        subspaces_figure(
            list(widths),
            [log10(minimum_subspaces(r, w)) for w in widths],
            [log10(sum(surjections(k, w) for k in range(1, r))) for w in widths] if r > 1 else None,
            r,
            m,
        ),
        key="subspaces",
    )
    all_widths = list(range(1, WIDEST_LAYER + 1))
    ratios, formula = [critical_ratio(w) for w in all_widths], [1 / (2 * math.log(2) ** (w + 1)) for w in all_widths]
    told = "The post: saddles are exponentially more.", f"At m = {m} the ratio is {critical_ratio(m):.4g}."
    plot(ratio_figure(all_widths, ratios, formula).saying(*told), key="ratio")
    in_full(
        "The exact integers",
        [
            (f"{m}!", math.factorial(m)),
            (f"T({r}, {m})", minima),
            *([(f"Σ G(k, {m}), k < {r}", narrower)] if narrower else []),
            (f"Σ G(k, {m}), k < {m}", critical_subspaces(m)),
        ],
    )


VIEWS: dict[str, View] = {
    "network": ("Copies", network_view),
    "growth": ("Growth", growth_view),
    "subspaces": ("Minima and saddles", subspaces_view),
}
