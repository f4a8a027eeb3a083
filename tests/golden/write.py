"""Golden files: what torch and the library say, for the browser's code to agree with. Run me to write them anew.

``tests/test_diagram.py`` checks that the committed files are what this writes today; ``tests/js`` checks that the browser's
forward pass, losses, permutations and wire format agree with them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from permviz.components.diagram.scene import Facts, Scene, scene_of
from permviz.components.diagram.wire import Acknowledgement, Place, encode_scene
from permviz.components.guide.wire import encode_question
from permviz.experiment.experiment import Experiment
from permviz.experiment.recipe import Recipe
from permviz.experiment.views import SwapView
from permviz.landscape.convexity import jensen_argument
from permviz.landscape.lines import line_slice
from permviz.lessons.apart import steps_apart
from permviz.lessons.following import beginning
from permviz.lessons.questions import half_way
from permviz.lessons.table import LESSONS
from permviz.networks.activations import ACTIVATIONS
from permviz.networks.datasets import Dataset
from permviz.networks.digits import loss_text, told_apart, wall_text
from permviz.networks.evaluation import loss_of_outputs
from permviz.networks.network import Network, NetworkSpec, init_network
from permviz.symmetry.averaging import symmetric_average
from permviz.symmetry.permutation import Permutation

HERE = Path(__file__).parent


def _plain(network: Network) -> dict[str, Any]:
    return {
        "widths": list(network.spec.widths),
        "activation": network.activation,
        "W": [w.flatten().tolist() for w in network.weights],
        "b": [b.tolist() for b in network.biases],
    }


def _network(widths: tuple[int, ...], activation: str, seed: int) -> Network:
    """Weights of deviation 1.5 and more, so that every activation is far from linear and its tails are reached."""
    return init_network(NetworkSpec(widths, activation), seed).map(lambda p: 2.5 * p + 0.05)


def activations() -> dict[str, Any]:
    z = torch.cat([torch.arange(-40, 41).double(), torch.arange(-70, 71).double() / 10])
    return {"z": z.tolist(), "values": {name: entry.value(z).tolist() for name, entry in ACTIVATIONS.items()}}


def _targets(kind: str, samples: int, outputs: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(5)
    if kind == "squared":
        return torch.randn(samples, outputs, generator=generator, dtype=torch.float64)
    return torch.randint(0, 2 if kind == "binary-cross-entropy" else outputs, (samples,), generator=generator)


def forwards() -> list[dict[str, Any]]:
    """Every activation at depth 2, tanh at depths 1 to 4, the three losses in turn."""
    shapes = [((2, 4, 3), name) for name in ACTIVATIONS]
    shapes += [((3, 2), "tanh"), ((2, 4, 4, 1), "tanh"), ((1, 3, 5, 4, 3), "gelu"), ((2, 4, 1), "tanh")]
    cases = []
    for i, (widths, activation) in enumerate(shapes):
        network = _network(widths, activation, seed=i)
        x = torch.randn(7, widths[0], generator=torch.Generator().manual_seed(i), dtype=torch.float64)
        kinds = ["squared", "binary-cross-entropy" if widths[-1] == 1 else "cross-entropy"]
        losses = []
        for kind in kinds:
            targets = _targets(kind, len(x), widths[-1])
            value = float(loss_of_outputs(network(x), targets, kind))
            losses.append({"kind": kind, "targets": targets.double().flatten().tolist(), "value": value})
        layers = [h.flatten().tolist() for h in network.layers(x)]
        cases.append({"network": _plain(network), "inputs": x.flatten().tolist(), "layers": layers, "losses": losses})
    return cases


def permutations() -> list[dict[str, Any]]:
    cases = []
    for widths, seed in [((2, 3, 1), 1), ((2, 4, 4, 1), 2), ((3, 2, 5, 3, 2), 3)]:
        network = _network(widths, "tanh", seed)
        permutation = Permutation.random(network.spec, seed=seed)
        copy = permutation(network)
        half = Network(
            tuple(
                torch.lerp(v, w, torch.tensor(0.25, dtype=v.dtype)) for v, w in zip(network.weights, copy.weights, strict=True)
            ),
            tuple(
                torch.lerp(v, w, torch.tensor(0.25, dtype=v.dtype)) for v, w in zip(network.biases, copy.biases, strict=True)
            ),
        )
        cases.append({
            "network": _plain(network),
            "order": [order.tolist() for order in permutation.orders],
            "inverse": [order.tolist() for order in permutation.inverse().orders],
            "copy": _plain(copy),
            "quarter": _plain(half),
        })  # fmt: skip
    return cases


def scene() -> Scene:
    network = _network((2, 3, 1), "tanh", 4)
    x = torch.tensor([[0.5, -1.0], [2.0, 0.25], [-0.125, 3.0]], dtype=torch.float64)
    data = Dataset("moons", x, torch.tensor([0, 1, 1]), "binary-cross-entropy", ("x", "y"), ("upper", "lower"))
    permutation = Permutation((np.array([2, 0, 1]),))
    t = np.linspace(0, 1, 5)
    facts = Facts(2.2e-16, 1684, 0.5, 0.5, 3.75, "3! = 6", 0.25)
    bump = 0.5 + t * (1 - t)
    return Scene(network, data, permutation, facts, t, bump, "cross-entropy", (-1.5, 2.5, -1.0, 1.5))


def wire() -> dict[str, Any]:
    shown = scene()
    data = encode_scene(shown, Acknowledgement("c0ffee", 3), notice=None, place=Place("walk", 0.25))
    return {
        "data": data,
        "network": _plain(shown.network),
        "inputs": shown.data.inputs.flatten().tolist(),
        "targets": shown.data.targets.double().tolist(),
        "message": {
            "epoch": "c0ffee",
            "n": 4,
            "nodes": data["nodes"],
            "order": [[2, 1, 0]],
            "place": {"mode": "swap", "t": 1},
            "edits": [{"layer": 2, "to": 0, "from": None, "value": 0.5}],
            "attempt": 0,
        },
    }


def digits() -> dict[str, Any]:
    """Losses of every size, halves that are exact in binary, nines that carry; pairs; walls with their largest loss."""
    generator = np.random.default_rng(3)
    drawn = (generator.standard_normal(300) * 10.0 ** generator.uniform(-20, 12, 300)).tolist()
    losses = [
        0.0,
        2.125,
        0.0625,
        1.0625,
        12.25,
        100.5,
        99.96,
        999.6,
        9999.5,
        0.00099996,
        0.0009996,
        99999.6,
        1e5,
        1e300,
        5e-324,
    ]
    losses += [5e-324, -0.5, -2.2e-16, 4.8, 0.00012345, 1e-3, 1000, 1e21, *drawn]
    pairs = [[v, v * (1 + part)] for v in losses[1:60] for part in (1e-15, 3e-8, 2e-4)]
    walls = [[part * v, v] for v in losses[1:60] for part in (0.0, 1e-16, 2e-9, 0.1)]
    return {
        "losses": [[v, loss_text(v)] for v in losses],
        "pairs": [[*pair, *told_apart(*pair)] for pair in pairs if np.isfinite(pair).all()],
        "walls": [[*wall, wall_text(*wall)] for wall in walls],
    }


def pages() -> list[dict[str, Any]]:
    """What a page is given, and what the library says of other orders and of the average: pictures over a plane and a line,
    and none; the three losses, and one with decay; walls between the copies of the first two."""
    cases = []
    shapes = [
        ((2, 4, 3, 1), "tanh", 1, "binary-cross-entropy", 0.0),
        ((1, 5, 2), "gelu", 10, "squared", 0.0),
        ((4, 3, 3), "relu", 5, "cross-entropy", 0.0),
        ((4, 3, 3), "gelu", 5, "cross-entropy", 0.01),
    ]
    for widths, activation, seed, kind, decay in shapes:
        network, data = _network(widths, activation, seed), _table(widths, kind).with_weight_decay(decay)
        identity = Permutation.identity(network.spec)
        orders = [identity, Permutation.transposition(network.spec, 1, (0, 2)), Permutation.random(network.spec, seed=1)]
        argument = jensen_argument(network, data)
        # The curve travels packed, where the last bits of another processor would make another text: any will do.
        given = replace(scene_of(network, data, identity), curve_t=[0.0, 1.0], curve_losses=[0.5, 0.5])
        cases.append({
            "given": encode_scene(given),
            "average": {"net": _plain(symmetric_average(network)), "loss": argument.high},
            "answers": [_answer(network, data, order) for order in orders],
        })  # fmt: skip
    return cases


def _table(widths: tuple[int, ...], kind: str) -> Dataset:
    """Twenty samples that are exact in binary."""
    inputs = torch.randint(-16, 17, (20, widths[0]), generator=torch.Generator().manual_seed(9)) / 8.0
    names = [f"x{i}" for i in range(widths[0])], [f"y{i}" for i in range(max(2, widths[-1]))]
    targets = (_targets(kind, 20, widths[-1]) * 8).round() / 8 if kind == "squared" else _targets(kind, 20, widths[-1])
    return Dataset("table", inputs.double(), targets, kind, *map(tuple, names))


def _answer(network: Network, data: Dataset, order: Permutation) -> dict[str, Any]:
    told = scene_of(network, data, order)
    facts = {name: value for name, value in asdict(told.facts).items() if name != "difference"}  # rounding: each machine's own
    middle = float(line_slice(network, order(network), data, points=3).losses[1])
    rows = [row.tolist() for row in order.orders]
    asked = encode_question(half_way(Experiment(Recipe(hidden=network.spec.hidden), order=order.orders), network, data))
    losses = told.curve_losses.tolist()  # type: ignore[union-attr]
    return {"order": rows, "facts": facts, "losses": losses, "half": middle, "asked": asked}


def lessons() -> dict[str, Any]:
    """What each condition says of changes between a few places, and where each step begins that a page without a server has."""
    orders = [((0, 1, 2), (0, 1)), ((1, 0, 2), (0, 1)), ((2, 0, 1), (1, 0))]
    places = [("swap", 1.0), ("walk", 1.0), ("walk", 0.7), ("walk", 0.5), ("walk", 0.2), ("steps", 1.0)]
    recipe = Recipe(hidden=(3, 2))
    there = [Experiment(recipe, order, swap=SwapView(*place)) for order in orders for place in places]
    steps = [step for name in ("class", "talk") for step in steps_apart(name)]
    tests = {test.__name__: test for step in steps if (test := (step.apart or step).done)}
    return {
        "places": [_place(experiment) for experiment in there],
        "conditions": {
            name: ["".join(str(int(test(before, after))) for after in there) for before in there]
            for name, test in sorted(tests.items())
        },
        "beginnings": [
            {
                "step": {"place": dict(step.settings["swap"]), "swapped": step.swapped},
                "there": [_place(experiment.changed(**beginning(experiment, "class", number))) for experiment in there],
            }
            for number, step in enumerate(LESSONS["class"].steps, start=1)
            if step.page == "swap"
        ],
    }


def _place(experiment: Experiment) -> dict[str, Any]:
    rows = [order.tolist() for order in experiment.permutation.orders]
    return {"order": rows, "mode": experiment.swap.mode, "t": experiment.swap.t}


FILES = {
    "activations": activations, "digits": digits, "forwards": forwards, "lessons": lessons, "pages": pages,
    "permutations": permutations, "wire": wire,
}  # fmt: skip

if __name__ == "__main__":
    for name, make in FILES.items():
        (HERE / f"{name}.json").write_text(json.dumps(make(), allow_nan=False) + "\n")
