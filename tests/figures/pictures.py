"""One picture of every function of :mod:`permviz.figures`, of small results."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module

import numpy as np
import torch

import permviz as pv
from permviz import figures
from permviz.figures.alignment import alignment_figure, all_moves_figure, methods_figure
from permviz.figures.alignment_widths import alignment_widths_figure
from permviz.figures.asymmetry import asymmetry_controls_figure, asymmetry_figure
from permviz.figures.average import jensen_figure, matrices_figure, midpoints_figure
from permviz.figures.averaging import Answers, averaging_figure
from permviz.figures.claims import (
    average_line_figure,
    averaged_matrix_figure,
    claim_figure,
    node_pictures_figure,
    subspaces_per_copy_figure,
    two_averages_figure,
)
from permviz.figures.count import growth_figure, ratio_figure, subspaces_figure
from permviz.figures.critical_counts import critical_counts_figure
from permviz.figures.exchange import exchange_figure
from permviz.figures.linear import linear_line_figure, valley_figure
from permviz.figures.lines import barrier_matrix_figure, line_figure, swaps_figure
from permviz.figures.melt import melt_figure, melts_figure
from permviz.figures.network import networks_figure
from permviz.figures.one_weight import neuron_shares_figure, one_weight_plane_figure, one_weight_surface_figure
from permviz.figures.outputs import output_curves_figure, output_planes_figure, output_scatter_figure
from permviz.figures.permutohedron import permutohedron_figure
from permviz.figures.picture import Picture, Steps
from permviz.figures.planes import plane_figure, plane_surface_figure
from permviz.figures.rastrigin import (
    basins_figure,
    race_figure,
    rastrigin_counts_figure,
    rastrigin_line_figure,
    rastrigin_surface_figure,
)
from permviz.rastrigin.descents import SurfaceGrid, surface_grid

SPEC = pv.NetworkSpec((2, 3, 1))
MINIMUM = torch.zeros(1, 2, dtype=torch.float64)
AXIS, T = np.linspace(-1, 1, 5), np.linspace(0, 1, 5)
SQUARE = np.outer(AXIS, AXIS)

Drawing = Callable[[], Picture]


@cache
def asymmetry() -> pv.AsymmetryMap:
    return pv.asymmetry_map(SPEC, pv.load_dataset("moons", samples=20), [0.5], [0.0, 1.0], seeds=range(2), steps=5)


def functions() -> dict[str, Callable[..., Picture]]:
    """Every public function of the package that returns a picture, by name."""
    modules = [import_module(f"permviz.figures.{module.name}") for module in pkgutil.iter_modules(figures.__path__)]
    return {
        name: function
        for module in modules
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
        and inspect.signature(function).return_annotation == "Picture"
    }  # fmt: skip


@cache
def _network() -> pv.Network:
    return pv.init_network(SPEC, 0)


@cache
def _data() -> pv.Dataset:
    return pv.load_dataset("moons", samples=30)


@cache
def small_plane() -> pv.PlaneSlice:
    turn = pv.Permutation.cycle(SPEC, 1, (0, 1, 2))
    net = _network()
    return pv.plane_slice(net, turn(net), (turn @ turn)(net), _data(), resolution=5)


@cache
def _one_weight() -> pv.OneWeightPlane:
    return pv.one_weight_plane(pv.bump_neurons(3), resolution=11, starts=64)


@cache
def _grid() -> SurfaceGrid:
    return surface_grid(pv.rastrigin_surface(), MINIMUM, 1.0, resolution=11)


def _descents() -> list[pv.Descent]:
    starts = pv.seeded_starts(4, 1.0)
    return [pv.descend(pv.rastrigin_surface(), starts, method, 1e-3, 5, MINIMUM) for method in ("momentum", "adam")]


def _line() -> pv.LineSlice:
    return pv.line_slice(_network(), pv.Permutation.transposition(SPEC, 1, (0, 1))(_network()), _data(), points=5)


def _averaging(below: Picture, trace: int, letter: str) -> Picture:
    """Two steps, over some answers."""
    moved = below.figure.data[trace][letter]
    steps = Steps("copies", ["1 copy", "2 copies"], ["one", "two"], 1, [np.zeros(13, np.float32)] * 2)
    over = jensen_figure(pv.jensen_curve(_network(), _data()), (2, 0.5), loss_label="nats")
    return averaging_figure(over, [(1, 0.25), (2, 0.5)], Answers(below, trace, [{letter: moved}, {letter: moved}]), steps)


def _planes(kind: str) -> Picture:
    points = (AXIS, AXIS, np.arange(5) if kind == "class" else (AXIS > 0) * 1.0)
    return output_planes_figure(AXIS, AXIS, [SQUARE, -SQUARE], ["A", "mean"], points, ("x", "y"), kind=kind)


DRAWINGS: dict[str, dict[str, Drawing]] = {
    "jensen_figure": {"": lambda: jensen_figure(pv.jensen_curve(_network(), _data()), (2, 0.5), loss_label="nats")},
    "averaging_figure": {
        "planes": lambda: _averaging(_planes("probability"), 2, "z"),
        "curves": lambda: _averaging(output_curves_figure(T, {"A": T, "mean": -T}, (T, T), "x"), 2, "y"),
        "scatter": lambda: _averaging(output_scatter_figure(T, -T, "outputs"), 0, "y"),
    },
    "matrices_figure": {"": lambda: matrices_figure([SQUARE, -SQUARE], ["M", "−M"])},
    "melt_figure": {
        "smooth": lambda: melt_figure(pv.melt(SPEC, _data(), decays=[1e-3, 1e-2, 1.0]), chosen=1),
        "kinks": lambda: melt_figure(pv.melt(pv.NetworkSpec((2, 3, 1), "relu"), _data(), decays=[0.1, 1.0])),
    },
    "melts_figure": {"": lambda: melts_figure({"tanh": pv.melt(SPEC, _data(), decays=[1e-2, 1.0])})},
    "midpoints_figure": {
        "own": lambda: midpoints_figure({"random": [-1.0, 2.0]}, ("own", [0.5]), "nats"),
        "others": lambda: midpoints_figure({"tanh": [-1.0, 2.0], "relu": [1.0]}, None, "nats"),
    },
    "linear_line_figure": {"": lambda: linear_line_figure(T, T, T + 1e-9)},
    "valley_figure": {
        "surface": lambda: valley_figure(AXIS, SQUARE),
        "map": lambda: valley_figure(AXIS, SQUARE, surface=False),
    },
    "exchange_figure": {"": lambda: exchange_figure((2, 3, 1), pv.Permutation.transposition(SPEC, 1, (0, 1)))},
    "claim_figure": {
        str(claim.number): lambda n=claim.number: claim_figure(pv.claim_evidence(n, _network(), _data()).details, "nats")
        for claim in pv.CLAIMS if claim.number not in (2, 10, 12)  # those are numbers
    },
    "averaged_matrix_figure": {"": lambda: averaged_matrix_figure(SQUARE, SQUARE, 1)},
    "average_line_figure": {"": lambda: average_line_figure(T, T, "nats")},
    "two_averages_figure": {"": lambda: two_averages_figure(T, T, T)},
    "subspaces_per_copy_figure": {"": lambda: subspaces_per_copy_figure((1, 2, 3), (0.0, 0.5, 7 / 6), 3)},
    "node_pictures_figure": {
        "plane": lambda: node_pictures_figure(np.ones((2, 4, 4)), np.ones((2, 4, 4)), (1, 0), 1),
        "line": lambda: node_pictures_figure(np.ones((2, 4)), np.ones((2, 4)), (1, 0), 1),
    },
    "growth_figure": {"": lambda: growth_figure([1, 2], {"one layer": [0, 5]}, ("own", 1.5, 3.0))},
    "ratio_figure": {"": lambda: ratio_figure([1, 2, 3], [1, 2, 3], [1, 2, 3])},
    "subspaces_figure": {"": lambda: subspaces_figure([2, 3], [0, 1], [0, 1], 2, 2)},
    "critical_counts_figure": {
        "": lambda: critical_counts_figure([pv.count_critical_points(pv.bump_neurons(1), starts=64)], pv.rastrigin_points())
    },
    "alignment_figure": {
        "as it is": lambda: alignment_figure(_line()),
        "matched": lambda: alignment_figure(_line(), pv.line_slice(_network(), _network(), _data(), points=5)),
    },
    "methods_figure": {"": lambda: methods_figure({"as it is": [0.5, 0.7], "weights": [0.1, 0.0]})},
    "alignment_widths_figure": {
        "one": lambda: alignment_widths_figure(pv.stored_alignment()),
        "zeros": lambda: alignment_widths_figure(pv.stored_alignment(), "test calibrated"),
    },
    "all_moves_figure": {"": lambda: all_moves_figure([0.5, 0.2, 0.9], {"B as it is": 0.5})},
    "line_figure": {"": lambda: line_figure(_line()), "small": lambda: line_figure(_line(), small=True)},
    "asymmetry_figure": {"": lambda: asymmetry_figure(asymmetry())},
    "asymmetry_controls_figure": {"": lambda: asymmetry_controls_figure(asymmetry())},
    "barrier_matrix_figure": {"": lambda: barrier_matrix_figure(SQUARE, 1)},
    "swaps_figure": {"": lambda: swaps_figure(T, np.ones((3, 5)), [(0, 1), (0, 2), (1, 2)], 1)},
    "networks_figure": {
        "one": lambda: networks_figure([_network().weights], [""], "A network"),
        "two": lambda: networks_figure([_network().weights] * 2, ["A", "B"], "Networks", [True, False]),
    },
    "neuron_shares_figure": {"": lambda: neuron_shares_figure(AXIS, SQUARE, AXIS, AXIS.tolist())},
    "one_weight_plane_figure": {"": lambda: one_weight_plane_figure(_one_weight(), (0.5, 0.5))},
    "one_weight_surface_figure": {"": lambda: one_weight_surface_figure(_one_weight())},
    "output_planes_figure": {
        kind: lambda kind=kind: output_planes_figure(
            AXIS, AXIS, [SQUARE, SQUARE], ("A", "B"), (AXIS, AXIS, np.arange(5) % 2), ("x", "y"), kind=kind
        )
        for kind in ("probability", "class", "value")
    },
    "output_curves_figure": {"": lambda: output_curves_figure(T, {"A": T, "B": -T}, (T, T), "x")},
    "output_scatter_figure": {"": lambda: output_scatter_figure(T, T, "Outputs")},
    "permutohedron_figure": {
        "hexagon": lambda: permutohedron_figure(pv.permutohedron(_network(), _data(), 1, subdivisions=2)),
        "relief": lambda: permutohedron_figure(pv.permutohedron(_network(), _data(), 1, subdivisions=2), relief=0.7),
        "body": lambda: permutohedron_figure(pv.one_weight_permutohedron(pv.bump_neurons(4), subdivisions=2), title="Body"),
    },
    "plane_figure": {"": lambda: plane_figure(small_plane(), ["A", "B", "C"], "A plane")},
    "plane_surface_figure": {
        "": lambda: plane_surface_figure(small_plane(), small_plane().anchor_losses, ["A", "B", "C"], "A plane")
    },
    "rastrigin_line_figure": {"": lambda: rastrigin_line_figure(pv.rastrigin_points())},
    "rastrigin_surface_figure": {"": lambda: rastrigin_surface_figure(_grid())},
    "race_figure": {"": lambda: race_figure(_grid(), _descents(), "A race")},
    "basins_figure": {
        "": lambda: basins_figure(
            pv.basins(pv.rastrigin_surface(), MINIMUM, 1.0, 1e-3, steps=5, resolution=7), "Basins"
        )
    },
    "rastrigin_counts_figure": {"": lambda: rastrigin_counts_figure(pv.rastrigin_points(), range(1, 4))},
}  # fmt: skip
"""Function -> what is special in each picture of it -> the picture."""
