"""An experiment as a Python program: plain PyTorch with the parameters inside, or a few lines of permviz.

Numbers are written by ``repr``, the shortest text that is read back as the same float64.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Literal
from urllib.parse import urlencode

from torch import Tensor

from permviz.experiment.codec import encode_parameters
from permviz.experiment.experiment import Experiment
from permviz.experiment.follow import follow_recipe, without_parameters
from permviz.experiment.link import to_query
from permviz.experiment.recipe import Recipe
from permviz.networks.activations import Activation, get_activation
from permviz.networks.checks import checked
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network
from permviz.networks.tasks import TASKS

SAMPLES = 5
"""Of the data, whose outputs a program in torch alone prints."""

WIDTH = 110


@checked
def to_python(
    experiment: Experiment,
    network: Network | None = None,
    using: Literal["torch", "permviz"] = "torch",
    data: Dataset | None = None,
) -> str:
    """A program that computes what the experiment shows, as text.

    Args:
        experiment: its recipe, its permutation and, if it carries them, its parameters.
        network: the trained network, where it is known; else it is the one carried, or trained now.
        using: "torch": a program that needs torch alone. It builds the network and its copy with their float64 parameters, to
            the last bit, and prints both outputs for the first samples, and their largest difference. "permviz": some ten
            lines that also load the data and measure the wall between the two; a network of more than 120 parameters is
            trained anew in them, and a table is read from a file.
        data: the table, where the recipe is of one.

    Raises:
        ValueError: for a batch of networks, one of other widths or activation, or another library.

    >>> print(to_python(Experiment(Recipe(task="wave", hidden=(2,), steps=0)), using="permviz").splitlines()[0])
    import permviz as pv
    """
    if using not in _PROGRAMS:
        raise ValueError(f"using={using!r} given: expected {' or '.join(map(repr, _PROGRAMS))}.")
    return _PROGRAMS[using](experiment, trained_network(experiment, network, data), experiment.recipe.dataset(data))


def trained_network(experiment: Experiment, network: Network | None, data: Dataset | None) -> Network:
    """The network of an experiment: the given one, if it is of its shape; the one that is carried; or one trained now."""
    if network is None and experiment.is_of_named_network:
        raise ValueError("The experiment is of a network that does not travel with it: give it as network.")
    known = network or experiment.carried_network() or follow_recipe(experiment, data=data).network
    if known.single().spec != experiment.recipe.spec:
        raise ValueError(f"A network {known.spec} given for an experiment of {experiment.recipe.spec}: expected the same.")
    return known


def title(recipe: Recipe) -> str:
    """The network in words, such as "two moons, 2-4-3-1, tanh"."""
    task = TASKS[recipe.task].label if recipe.task in TASKS else "drawn points" if recipe.is_drawn else "a table"
    return f"{task}, {'-'.join(map(str, recipe.spec.widths))}, {get_activation(recipe.activation).label}"


def setup(experiment: Experiment, network: str, table: str) -> list[str]:
    """The lines that make ``recipe``, ``experiment``, ``data``, ``net`` and its ``copy``; ``network`` is code for ``net``, and
    ``table`` for the data of a recipe that is of a table."""
    recipe = ", ".join(f"{part.name}={getattr(experiment.recipe, part.name)!r}" for part in fields(Recipe))
    order = f", order={experiment.order!r}" if experiment.order else ""
    theta = f", theta={experiment.theta!r}" if experiment.theta else ""
    return [
        *_wrapped(f"recipe = pv.Recipe({recipe})"),
        f"experiment = pv.Experiment(recipe{order}{theta})",
        *_wrapped(f"data = recipe.dataset({table if experiment.recipe.table else ''})"),
        f"net = {network}",
        "copy = experiment.permutation(net)",
    ]


def carrying(experiment: Experiment, network: Network) -> Experiment:
    """The experiment with the parameters in it, if they are few enough."""
    return experiment.changed(theta=encode_parameters(network))


def _permviz_program(experiment: Experiment, network: Network, data: Dataset) -> str:
    carried = carrying(experiment, network)
    table = f'pv.Dataset.from_csv("table.csv", inputs={list(data.input_names)!r}, classes={data.is_classification})'
    own = "data=data" if experiment.recipe.table else ""
    trained = f"pv.follow_recipe(recipe{', ' + own if own else ''}).network"
    if experiment.is_of_named_network:
        trained = 'pv.load_network("network.safetensors")  # saved beside this'
    lines = [
        "import permviz as pv",
        "",
        *setup(carried, "experiment.carried_network()" if carried.theta else trained, table),
        "print(pv.compare(net, copy, data))  # equal functions and losses, at a distance",
        "line = pv.line_slice(net, copy, data)",
        'print(float(line.barrier("entezari")))  # the wall between them',
    ]
    if experiment.recipe.table:
        lines[1:1] = ["", "# Of your own table: name the column to be learnt by target=..., if it is not the last."]
    return "\n".join(lines) + "\n"


def _torch_program(experiment: Experiment, network: Network, data: Dataset) -> str:
    link = urlencode(to_query(without_parameters(experiment)))
    told = f"{title(experiment.recipe)}: a network from permviz, and its copy with hidden nodes exchanged.\n\nIts link: ?{link}"
    return torch_program(network, experiment.permutation.orders, data.inputs[:SAMPLES], told)


_PROGRAMS: dict[str, Callable[[Experiment, Network, Dataset], str]] = {"torch": _torch_program, "permviz": _permviz_program}


def torch_program(network: Network, orders: Sequence[Tensor], inputs: Tensor, told: str) -> str:
    """The program in torch alone, of any single network, an order for each hidden layer, and inputs ``(N, n_0)``."""
    activation = get_activation(network.activation)
    module, definition = _activation_code(activation)
    layers = [f"nn.Linear({w.shape[1]}, {w.shape[0]})," for w in network.weights]
    parameters = [p for pair in zip(network.weights, network.biases, strict=True) for p in pair]
    return _TORCH.format(
        told=told,
        definition=f"\n\n{definition}\n" if definition else "",
        parameters=_listed([_literal(p, 4) for p in parameters]),
        orders=[order.tolist() for order in orders],
        inputs=_literal(inputs, 0),
        layers=textwrap.indent(f"\n{module},\n".join(layers), " " * 8),
    )


def _activation_code(activation: Activation) -> tuple[str, str]:
    """How a module of it is made, and the class that must be defined before, if torch has none."""
    if activation.module is not None:
        return f"nn.{activation.module()!r}", ""
    if not activation.formula:
        raise ValueError(f"The activation {activation.name!r} has neither a module of torch nor a formula: give its row one.")
    name = activation.name.title().replace("_", "")
    return f"{name}()", f"class {name}(nn.Module):\n    def forward(self, z):\n        return {activation.formula}\n"


def _literal(numbers: Tensor, indent: int) -> str:
    """A vector or a matrix as a list, its rows on lines of their own."""
    if numbers.ndim > 1:
        return _listed([_literal(row, indent + 4) for row in numbers], indent)
    one = f"[{', '.join(map(repr, numbers.detach().double().tolist()))}]"
    return one if indent + len(one) < WIDTH else "\n".join(_wrapped(one, indent + 4)).lstrip()


def _listed(entries: Sequence[str], indent: int = 0) -> str:
    inner = "".join(f"{' ' * (indent + 4)}{entry},\n" for entry in entries)
    return f"[\n{inner}{' ' * indent}]"


def _wrapped(code: str, indent: int = 4) -> list[str]:
    """Code on several lines, broken where a space is; within brackets, Python does not mind."""
    return textwrap.wrap(code, WIDTH, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False)


_TORCH = '''"""{told}

Needs torch alone. Every number is float64, and exact.
"""

import torch
from torch import nn
{definition}
PARAMETERS = {parameters}
"""W_1, b_1, W_2, b_2, ...: a row of W_k holds the incoming weights of a node."""

ORDERS = {orders}
"""For each hidden layer: slot i of the copy receives node order[i]."""

INPUTS = {inputs}


def build(parameters):
    network = nn.Sequential(
{layers}
    ).double()
    with torch.no_grad():
        for own, values in zip(network.parameters(), parameters):
            own.copy_(values)
    return network


def exchange(parameters, orders):
    """Nodes change places with all their edges: rows of W_k and b_k, and columns of the matrix after it."""
    moved = list(parameters)
    for layer, order in enumerate(orders):
        incoming, bias, outgoing = 2 * layer, 2 * layer + 1, 2 * layer + 2
        moved[incoming], moved[bias] = moved[incoming][order], moved[bias][order]
        moved[outgoing] = moved[outgoing][:, order]
    return moved


parameters = [torch.tensor(values, dtype=torch.float64) for values in PARAMETERS]
network, copy = build(parameters), build(exchange(parameters, ORDERS))
with torch.no_grad():
    inputs = torch.tensor(INPUTS, dtype=torch.float64)
    outputs, copied = network(inputs), copy(inputs)
print("outputs of the network:", outputs.tolist())
print("outputs of the copy:", copied.tolist())
print("largest difference:", float((outputs - copied).abs().max()))
'''
