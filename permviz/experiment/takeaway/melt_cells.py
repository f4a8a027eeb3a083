"""Cells of a notebook that make what the page Melt draws."""

from __future__ import annotations

from permviz.experiment.experiment import Experiment

Cells = list[str]
"""Code, a cell each."""


def path_cells(experiment: Experiment) -> Cells:
    """One network followed over the decays."""
    if experiment.recipe.activation == "linear":
        return ["# Linear nodes do not melt: rotations of a layer keep function and norm."]
    stage = experiment.melt.stage
    return [
        "melted = pv.melt(net.spec, data, start=net)  # seconds for a small network\n"
        f"stage = melted.stages[{stage}]\n"
        'print("decay:", stage.decay, "copies:", stage.copies, "stabiliser:", stage.stabiliser)\n'
        "print(stage.certificate.verdict if stage.certificate else stage.status.meaning)\n"
        f"pv.figures.melt_figure(melted, chosen={stage})"
    ]


def activations_cells(experiment: Experiment) -> Cells:
    """The same with several activations."""
    return [
        "decays = [1e-4 * 1e4 ** (k / 59) for k in range(0, 60, 4)]\n"
        "melts = {\n"
        f"    name: pv.melt(pv.NetworkSpec(net.spec.widths, name), data, decays, seed={experiment.recipe.seed})\n"
        '    for name in ("tanh", "gelu", "sigmoid", "relu")\n'
        "}\n"
        "for name, melted in melts.items():\n"
        '    print(name, "copies:", melted.copies, "distinct nodes:", melted.distinct)\n'
        "pv.figures.melts_figure(melts)"
    ]
