"""The figures of each page as code: what a notebook's cells hold.

The code finds ``net``, ``copy``, ``data``, ``experiment`` and ``loss_label`` made, uses the public API alone, and ends with
what is to be seen. Settings of a page are written into it.
"""

from __future__ import annotations

from collections.abc import Callable

from permviz.experiment.experiment import Experiment
from permviz.experiment.takeaway.align_cells import asymmetry_cells, example_cells, methods_cells, pair_cells
from permviz.experiment.takeaway.melt_cells import activations_cells, path_cells
from permviz.rastrigin.one_weight import PRESETS

Cells = list[str]

FINE = 81
"""Points along the sides of a plane."""

SEEDS = 10
"""Untrained networks of each activation."""

LENGTHS = "multiples of the network's own length ‖θ‖", "multiples of ‖θ‖"
"""The axes of a filter-normalised plane."""


def _swapped(experiment: Experiment) -> str:
    """The permutation to whose copy a line leads: as set; else the current one; else some two nodes, for a first picture."""
    hidden, swap = experiment.recipe.hidden, experiment.slices.swap
    wide = next((layer for layer, n in enumerate(hidden, start=1) if n > 1), 0)
    if not swap and experiment.permutation.is_identity() and wide:
        swap = wide, 0, 1
    if not swap:
        return "experiment.permutation"
    return f"pv.Permutation.transposition(net.spec, layer={swap[0]}, nodes=({swap[1]}, {swap[2]}))"


def swap_cells(experiment: Experiment) -> Cells:
    """The network, its copy, how they compare, and the wall between them."""
    line = """\
line = pv.line_slice(net, copy, data)
print("barrier:", float(line.barrier("entezari")))
pv.figures.line_figure(line, loss_label=loss_label)"""
    compared = """\
comparison = pv.compare(net, copy, data)
print("loss of A:", comparison.loss_a)
print("loss of B:", comparison.loss_b)
print("largest difference of outputs:", comparison.difference)
comparison"""
    return ["net", "experiment.permutation", compared, line]


def _line(experiment: Experiment) -> Cells:
    view = experiment.slices
    return [
        f"line = pv.line_slice(net, {_swapped(experiment)}(net), data)\n"
        f'print("barrier:", float(line.barrier({view.definition!r})))\n'
        f"pv.figures.line_figure(line, {view.definition!r}, loss_label=loss_label, log={view.log})"
    ]


def _swaps(experiment: Experiment) -> Cells:
    view = experiment.slices
    if experiment.recipe.hidden[view.layer - 1] < 2:
        return _line(experiment)
    matrix = (
        f"swaps = pv.transposition_lines(net, data, layer={view.layer})\n"
        f"barriers = swaps.barrier_matrix({view.definition!r})\n"
        f"pv.figures.barrier_matrix_figure(barriers, {view.layer}, {view.definition!r}, float(swaps.losses.max()))"
    )
    return [matrix, f"pv.figures.swaps_figure(swaps.t, swaps.losses, swaps.pairs, {view.layer}, log={view.log})"]


def _plane(experiment: Experiment) -> Cells:
    view, n = experiment.slices, experiment.recipe.hidden[experiment.slices.layer - 1]
    if n < 3:
        return _line(experiment)
    nodes = tuple(sorted(view.nodes)) if max(view.nodes) < n else (0, 1, 2)
    if view.through == "cycle":
        made = f"turn = pv.Permutation.cycle(net.spec, layer={view.layer}, nodes={nodes})\nfirst, second = turn, turn @ turn"
        names = ["A", "A rotated", "rotated twice"]
    else:
        pairs = [(nodes[0], nodes[1]), (nodes[0], nodes[2])]
        swaps = [f"pv.Permutation.transposition(net.spec, layer={view.layer}, nodes={pair})" for pair in pairs]
        made = f"first = {swaps[0]}\nsecond = {swaps[1]}"
        names = ["A", *(f"{i + 1} ⇄ {j + 1}" for i, j in pairs)]
    plane = f"plane = pv.plane_slice(net, first(net), second(net), data, resolution={FINE})"
    title = f"The plane through three copies (layer {view.layer})"
    return [f"{made}\n{plane}\n{_drawn_plane(experiment, names, title)}"]


def _random(experiment: Experiment) -> Cells:
    view = experiment.slices
    plane = f"plane = pv.random_plane(net, data, seed={view.seed}, span={view.span}, resolution={FINE})"
    return [f"{plane}\n{_drawn_plane(experiment, ['A'], 'A random plane through the network', LENGTHS)}"]


def _drawn_plane(experiment: Experiment, names: list[str], title: str, axes: tuple[str, str] | None = None) -> str:
    view, units = experiment.slices, f", {axes!r}" if axes else ""
    if view.surface:
        return f"pv.figures.plane_surface_figure(plane, plane.anchor_losses, {names}, {title!r}{units}, log={view.log})"
    return f"pv.figures.plane_figure(plane, {names}, {title!r}{units}, log={view.log})"


def _average(experiment: Experiment) -> Cells:
    view = experiment.average
    return [
        f"curve = pv.jensen_curve(net, data, seed={view.seed}, most=2880)\n"
        'print("loss of each copy:", curve.bound)\n'
        'print("loss of their average:", curve.group_average_loss)\n'
        f"pv.figures.jensen_figure(curve, loss_label=loss_label, log={view.log})"
    ]


def _arguments(experiment: Experiment) -> Cells:
    cells = ["print(pv.jensen_argument(net, data).statement)"]
    if experiment.average.search:
        alone = ", weight_decay=0.0" if experiment.recipe.decay else ""
        widths = (experiment.recipe.spec.widths[0], *(1 for _ in experiment.recipe.hidden), experiment.recipe.spec.widths[-1])
        cells += [
            f"narrow = pv.NetworkSpec({widths}, net.activation)  # what the average of all copies can compute\n"
            f'run = pv.train(narrow, data, seeds=range(12), steps=200, method="second-order"{alone})\n'
            "print(pv.width_argument(net, data, pv.least_loss(run)).statement)"
        ]
    return cells


def _activations(experiment: Experiment) -> Cells:
    return [
        "def untrained(activation):\n"
        "    spec = pv.NetworkSpec(net.spec.widths, activation)\n"
        f"    return pv.stack([pv.init_network(spec, seed) for seed in range({SEEDS})])\n\n\n"
        "rows = {name: pv.midpoint_barriers(untrained(name), data).barriers.flatten() for name in pv.ACTIVATIONS}\n"
        'own = ("this network", pv.midpoint_barriers(net, data).barriers)\n'
        "pv.figures.midpoints_figure(rows, own, loss_label)"
    ]


def _matrices(experiment: Experiment) -> Cells:
    a, b, c, d = experiment.average.matrix
    return [
        "import torch\n\n"
        f"both = pv.row_permutations(torch.tensor([[{a}, {b}], [{c}, {d}]], dtype=torch.float64))\n"
        'names = ["M₁", "M₂: both permuted", "(M₁ + M₂) / 2"]\n'
        "pv.figures.matrices_figure([both[0], both[1], both.mean(0)], names)"
    ]


def _linear(experiment: Experiment) -> Cells:
    return [
        "example, examples = pv.identity_example()\n"
        "swap = pv.Permutation.transposition(example.spec, layer=1, nodes=(0, 1))\n"
        "line = pv.line_slice(example, swap(example), examples, points=41)\n"
        "exact = pv.linear_barrier(example, examples, (0, 1))\n"
        'print("barrier in closed form:", exact.barrier)\n'
        "formula = 16 * line.t**2 * (1 - line.t) ** 2 * exact.quadratic\n"
        "pv.figures.linear_line_figure(line.t, line.losses, formula)"
    ]


def _copies(experiment: Experiment) -> Cells:
    whose = "pv.coupled_network()" if experiment.count.preset == "coupled" else "net"
    return [f'print("different points:", pv.orbit_size({whose}))\npv.stabiliser({whose})', f"pv.symmetry_orbit({whose})"]


def _growth(experiment: Experiment) -> Cells:
    return [
        "import math\n\n"
        "widths = (1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384, 512)\n"
        "digits = [math.lgamma(n + 1) / math.log(10) for n in widths]  # log10 of n!\n"
        'curves = {f"hidden layers: {depth}": [depth * d for d in digits] for depth in (4, 3, 2, 1)}\n'
        "pv.figures.growth_figure(widths, curves)"
    ]


def _body(experiment: Experiment) -> Cells:
    view = experiment.rastrigin
    n = experiment.recipe.hidden[view.layer - 1]
    if n < 3:
        return _line(experiment)
    nodes = tuple(sorted(set(view.nodes)))
    if len(nodes) not in (3, 4) or nodes[-1] >= n:
        nodes = tuple(range(min(4, n)))
    relief = 0.7 if view.relief and len(nodes) == 3 else 0.0
    return [
        f"body = pv.permutohedron(net, data, layer={view.layer}, nodes={nodes})\n"
        'print("loss at the corners:", float(body.corner_losses[0]), "and at the centre:", float(body.centre_loss))\n'
        f"pv.figures.permutohedron_figure(body, relief={relief}, log={view.log})"
    ]


def _function(experiment: Experiment) -> Cells:
    view = experiment.rastrigin
    made = f"points = pv.rastrigin_points(amplitude={view.amplitude}, half_width={view.width})"
    return [f"{made}\npv.figures.rastrigin_line_figure(points)", "pv.figures.rastrigin_counts_figure(points, range(1, 7))"]


def _neurons(experiment: Experiment) -> Cells:
    view = experiment.rastrigin
    if view.neurons == 4:
        body = "body = pv.one_weight_permutohedron(pv.bump_neurons(4))"
        return [f"{body}\npv.figures.permutohedron_figure(body, labels=['a', 'b', 'c', 'd'], log={view.log})"]
    plane = f"plane = pv.one_weight_plane(pv.{PRESETS[view.activation]!r})"
    shown = "one_weight_surface_figure(plane)" if view.solid else f"one_weight_plane_figure(plane, point=({view.u}, {view.v}))"
    return [f"{plane}\npv.figures.{shown}"]


def _critical(experiment: Experiment) -> Cells:
    return [
        "counts = [pv.count_critical_points(pv.bump_neurons(n)) for n in (1, 2, 3, 4)]  # some seconds\n"
        "pv.figures.critical_counts_figure(counts, pv.rastrigin_points())"
    ]


def _claim(experiment: Experiment) -> Cells:
    number = experiment.claims.claim
    return [
        f"claim = pv.CLAIMS[{number - 1}]\n"
        f"evidence = pv.claim_evidence({number}, net, data, experiment.permutation)\n"
        "print(claim.precise)\n"
        "print(evidence.conclusion)\n"
        "evidence if evidence.details is None else pv.figures.claim_figure(evidence.details, loss_label)"
    ]


FIGURES: dict[str, dict[str, Callable[[Experiment], Cells]]] = {
    "slices": {"line": _line, "swaps": _swaps, "plane": _plane, "random": _random},
    "average": {
        "average": _average,
        "matrices": _matrices,
        "certificate": _arguments,
        "activations": _activations,
        "linear": _linear,
    },
    "count": {"network": _copies, "growth": _growth, "subspaces": _copies},
    "rastrigin": {"body": _body, "function": _function, "neurons": _neurons, "critical": _critical, "compare": _body},
    "claims": {"": _claim},
    "align": {"pair": pair_cells, "methods": methods_cells, "example": example_cells, "asymmetry": asymmetry_cells},
    "melt": {"path": path_cells, "activations": activations_cells},
}
"""By page, and by its setting ``show``; the counts of subspaces and the comparison have no figure of their own here."""


def page_cells(page: str, experiment: Experiment) -> Cells:
    """The cells of a page as it is set, but Swap's, which every notebook has."""
    return FIGURES[page][getattr(getattr(experiment, page), "show", "")](experiment)
