"""The views of the Count page, and those of them that take formulas alone: growth, and subspaces of minima and saddles."""

from __future__ import annotations

import math

import streamlit as st

from permviz.figures.count import growth_figure, ratio_figure, subspaces_figure
from permviz.figures.picture import Picture
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
from permviz.ui.parts.views import Shown, View, headline
from permviz.ui.state.caches import drawn, remembered
from permviz.ui.views.count.copies import network_view

WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384, 512)
DEPTHS = (1, 2, 3, 4)
WIDEST_LAYER = 64


def growth_view(shown: Shown) -> None:
    """How the number of copies grows with width and depth."""
    hidden, large = shown.spec.hidden, shown.experiment.count.large
    headline("Wider, deeper: the copies explode")

    def draw() -> Picture:
        curves = {
            f"{depth} hidden layer{'s' if depth > 1 else ''}": [log10(permutation_count((n,) * depth)) for n in WIDTHS]
            for depth in reversed(DEPTHS)
        }
        own = f"this network: {factorials_text(hidden)}", sum(hidden) / len(hidden), log10(shown.copies)
        return growth_figure(WIDTHS, curves, own)

    plot(drawn(("growth", hidden), draw), key="growth")
    setting(st.number_input, "Width of one layer", "count", "large", min_value=1, max_value=512, step=1)
    factorial = math.factorial(large)
    st.markdown(f"### {large}! {integer_text(factorial)}")
    in_full(f"{large}! in full", [(f"{large}!", factorial)])


def subspaces_view(shown: Shown) -> None:
    """Minima and saddles in a layer that is wider than need be."""
    view = shown.experiment.count
    m, r = view.width, min(view.kinds, view.width)
    headline("Too wide a layer: minima and saddles become subspaces")
    left, right = st.columns(2)
    with left:
        setting(st.slider, "Width m of the layer", "count", "width", min_value=2, max_value=WIDEST_LAYER)
    with right:
        setting(st.slider, "Width r that suffices", "count", "kinds", show=r, min_value=1, max_value=m)
    minima, narrower, inherited = remembered(
        ("counts of subspaces", r, m), lambda: (minimum_subspaces(r, m), _narrower(r, m), critical_subspaces(m))
    )
    left, middle, right = st.columns(3)
    left.metric("Copies, m!", short(math.factorial(m)), help="Of one minimum that needs all m nodes.")
    middle.metric("Minima, T(r, m)", short(minima), help="Subspaces of global minima: Σ C(m, u) G(r, m−u) Bell(u).")
    right.metric("Critical, Σ G(k, m)", short(narrower), help="Subspaces of critical points from widths k = 1 … r − 1.")
    st.caption(
        "**Hypothesis.** One hidden layer; width r is the least that reaches zero loss, and does so at isolated minima, all "
        "permutations of one another; no weight decay. Sign flips and a bias of the outputs add more. For the last number: one "
        "irreducible critical point (no narrower layer computes the same), unique up to permutation, at every width below r. "
        "Subspaces are counted, not points. T and G: Simsek et al. 2021, compared with brute force in the tests."
    )
    _draw_subspaces(r, m)
    exact = [(f"{m}!", math.factorial(m)), (f"T({r}, {m})", minima)]
    exact += [(f"Σ G(k, {m}), k < {r}", narrower)] if narrower else []
    in_full("The exact integers", [*exact, (f"Σ G(k, {m}), k < {m}", inherited)])


def _narrower(r: int, m: int) -> int:
    """Subspaces of critical points that a layer of width ``m`` has from widths below ``r``."""
    return sum(surjections(k, m) for k in range(1, r))


def _draw_subspaces(r: int, m: int) -> None:
    plot(drawn(("subspaces", r, m), lambda: _subspaces_picture(r, m)), key="subspaces")
    plot(drawn(("ratio", m), lambda: _ratio_picture(m)), key="ratio")


def _subspaces_picture(r: int, m: int) -> Picture:
    widths = range(r, max(2 * r + 12, m) + 1)
    minima = [log10(minimum_subspaces(r, w)) for w in widths]
    critical = [log10(_narrower(r, w)) for w in widths] if r > 1 else None
    return subspaces_figure(list(widths), minima, critical, r, m)


def _ratio_picture(m: int) -> Picture:
    widths = list(range(1, WIDEST_LAYER + 1))
    ratios, formula = [critical_ratio(w) for w in widths], [1 / (2 * math.log(2) ** (w + 1)) for w in widths]
    told = "The post: saddles are exponentially more.", f"At m = {m} the ratio is {critical_ratio(m):.4g}."
    return ratio_figure(widths, ratios, formula).saying(*told)


VIEWS: dict[str, View] = {
    "network": View("Copies", network_view),
    "growth": View("Growth", growth_view, apart="Only the diamond is about this network: it depends on its widths alone."),
    "subspaces": View("Minima and saddles", subspaces_view, apart="Formulas alone: nothing depends on this network."),
}
