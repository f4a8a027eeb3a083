"""Figures: pure functions from results, or plain arrays, to pictures: a plotly figure and its sentence. ``permviz`` gives them
as ``pv.figures``.

This page is all that is public. A function's module is loaded when the function is first asked for, plotly with it; colours
(:mod:`.theme`) and the pictures in notebooks (:mod:`.notebook`) do without.
"""

from importlib import import_module
from typing import Any

HOMES = {
    "alignment_figure": "alignment",
    "all_moves_figure": "alignment",
    "alignment_widths_figure": "alignment_widths",
    "asymmetry_controls_figure": "asymmetry",
    "asymmetry_figure": "asymmetry",
    "average_line_figure": "claims",
    "averaged_matrix_figure": "claims",
    "averaging_figure": "averaging",
    "barrier_matrix_figure": "lines",
    "basins_figure": "rastrigin",
    "claim_figure": "claims",
    "critical_counts_figure": "critical_counts",
    "exchange_figure": "exchange",
    "growth_figure": "count",
    "jensen_figure": "average",
    "line_figure": "lines",
    "linear_line_figure": "linear",
    "matrices_figure": "average",
    "melt_figure": "melt",
    "melts_figure": "melt",
    "methods_figure": "alignment",
    "midpoints_figure": "average",
    "networks_figure": "network",
    "neuron_shares_figure": "one_weight",
    "node_pictures_figure": "claims",
    "one_weight_plane_figure": "one_weight",
    "one_weight_surface_figure": "one_weight",
    "output_curves_figure": "outputs",
    "output_planes_figure": "outputs",
    "output_scatter_figure": "outputs",
    "permutohedron_figure": "permutohedron",
    "plane_figure": "planes",
    "plane_surface_figure": "planes",
    "race_figure": "rastrigin",
    "rastrigin_counts_figure": "rastrigin",
    "rastrigin_line_figure": "rastrigin",
    "rastrigin_surface_figure": "rastrigin",
    "ratio_figure": "count",
    "subspaces_figure": "count",
    "subspaces_per_copy_figure": "claims",
    "swaps_figure": "lines",
    "two_averages_figure": "claims",
    "valley_figure": "linear",
    "Picture": "picture",
    "Palette": "theme",
    "LIGHT": "theme",
    "DARK": "theme",
}
"""Where each public name lives."""


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "plotly":
            raise
        raise ModuleNotFoundError("Figures need plotly: pip install 'permviz[figures]'.", name="plotly") from None


def __dir__() -> list[str]:
    return sorted(HOMES)
