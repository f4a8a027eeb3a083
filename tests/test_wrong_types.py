"""Every public function, given something of a wrong type for each of its arguments, says so in one sentence."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

import permviz as pv
from permviz.networks.checks import checked, condition

SPEC = pv.NetworkSpec((2, 4, 1))
SHORT = pv.Experiment(pv.Recipe(samples=20, steps=1))
LINEAR, SINE, RELU = (pv.init_network(pv.NetworkSpec((2, 4, 1), name)) for name in ("linear", "sin", "relu"))
NET = pv.init_network(SPEC)
SWAP = pv.Permutation.transposition(SPEC, 1, (0, 1))
DATA = pv.load_dataset("moons", samples=20)
REGRESSION = pv.load_dataset("teacher", samples=20)
RUN = pv.train(SPEC, DATA, seeds=[0], steps=1)
NEURONS = pv.bump_neurons(3)
LINE = pv.line_slice(NET, SWAP(NET), DATA, points=3)
PLANE = pv.random_plane(NET, DATA, resolution=3)
BODY = pv.permutohedron(NET, DATA, 1, subdivisions=1)
POINTS = torch.zeros(3, 2, dtype=torch.float64)
ARRAYS = SimpleNamespace(inputs=np.zeros((3, 2)), targets=np.zeros(3), loss=DATA.loss)
UNTRAINED = pv.Experiment(pv.Recipe(hidden=(4,), steps=0))
NARROW = pv.least_loss(pv.train(pv.NetworkSpec((2, 1, 1)), DATA, seeds=[0], steps=1))


def bowl(points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return points.square().sum(-1), 2 * points


def bent_bowl(points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    return (*bowl(points), 2 * torch.eye(2).expand(len(points), 2, 2))


def row_of(recipe: pv.Recipe, trained: Any) -> dict[str, float]:
    return {"loss": trained.loss}


FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "affine_losses": (NET, [NET], torch.zeros(1, 1), DATA, torch.float64),
    "all_barriers": (NET, SWAP(NET), DATA, False),
    "asymmetry_map": (SPEC, DATA, [0.5], [0.0], [0, 1], 1, 0.01),
    "basins": (bowl, POINTS, 1.0, 0.1, 2, 3, 0.05),
    "bump_neurons": (3,),
    "calibrate": (NET, DATA),
    "canonical_form": (NET, 0, 0.0),
    "census": (SPEC, DATA, 4, 1),
    "certify": (NET, DATA, 1e-8, 1e-6),
    "certify_derivatives": (torch.zeros(2), torch.eye(2), 1e-8, 1e-6),
    "certify_point": (lambda v: v.square().sum(), torch.zeros(2), 1e-8, 1e-6),
    "change_basis": (LINEAR, 1, torch.eye(4)),
    "claim_evidence": (1, NET, DATA, SWAP),
    "compare": (NET, NET, DATA),
    "count_critical_points": (pv.bump_neurons(1), 6.0, 16, 0),
    "coupled_network": (),
    "descend": (bowl, POINTS, "adam", 0.1, 2, POINTS, 0.05),
    "find_critical_points": (bent_bowl, POINTS, 1.0, 5, 1e-8, 1e-6),
    "follow_recipe": (pv.Experiment(),),
    "frozen_mask": (SPEC,),
    "from_query": ({"task": "moons"},),
    "from_torch": (pv.to_torch(NET), None),
    "half_turns": (SINE, 1, 0, 1),
    "hessian": (NET, DATA),
    "identity_example": (),
    "init_network": (SPEC, 0, torch.float64),
    "interpolate": (NET, SWAP(NET), DATA, 3),
    "jacobian": (NET, DATA.inputs),
    "jensen_argument": (NET, DATA, None, False),
    "jensen_curve": (NET, DATA, 0, 5),
    "least_loss": (RUN,),
    "line_slice": (NET, NET, DATA, 3, torch.float64),
    "linear_barrier": (LINEAR, REGRESSION, (0, 1), 1e-8),
    "load_dataset": ("moons", 20, 0.1, 0),
    "load_network": ("file.safetensors", None, torch.float64),
    "loss": (NET, DATA, 0.001),
    "loss_and_gradient": (NET, DATA),
    "make_equal": (NET, 1, 0, 1),
    "match": (NET, SWAP(NET), DATA, "weights", None, 1, 0),
    "melt": (SPEC, DATA, [0.1], 0),
    "merge": ([NET, SWAP(NET)], DATA, "weights", None, 1, 0),
    "midpoint_barriers": (NET, DATA),
    "network_from_bytes": (pv.network_to_bytes(NET), None, torch.float64),
    "network_from_state_dict": ({"0.weight": torch.eye(2), "0.bias": torch.zeros(2)}, "tanh"),
    "network_to_bytes": (NET,),
    "network_to_json": (NET,),
    "no_match_example": (),
    "one_weight_permutohedron": (NEURONS, 2, torch.float64),
    "one_weight_plane": (NEURONS, 5.0, 3, 16, 0, torch.float64),
    "orbit_size": (NET, 0.0),
    "permutohedron": (NET, DATA, 1, (0, 1, 2)),
    "plane_slice": (NET, SWAP(NET), pv.init_network(SPEC, 1), DATA, 3, 0.5, torch.float64),
    "random_plane": (NET, DATA, 0, "filter", 3, 1.0, torch.float64),
    "rastrigin_function": (POINTS, 10.0),
    "rastrigin_points": (10.0, 5.12),
    "rastrigin_surface": (10.0,),
    "reduced_average": (NET,),
    "rescale": (RELU, 1, 0, 2.0),
    "row_permutations": (torch.eye(2),),
    "running_averages": (NET, pv.Permutation.all(SPEC)),
    "save_network": (NET, "file.safetensors"),
    "seeded_starts": (3, 1.0, 0),
    "seed_pairs": (pv.stack([NET, NET]), DATA, None, False),
    "shift_origin": (LINEAR, 1, torch.zeros(4)),
    "shuffled_permutations": (SPEC, 0, 5),
    "sign_flip": (NET, 1, 0),
    "sign_flips": (NET, 1, torch.ones(4)),
    "stabiliser": (NET, 0.0),
    "stack": ([NET],),
    "stored_alignment": (),
    "stored_asymmetry_map": ("gelu",),
    "sweep": ([SHORT.recipe], row_of, 1, "rows.sqlite"),
    "symmetric_average": (NET, False),
    "symmetry_group": (SPEC,),
    "symmetry_orbit": (NET,),
    "to_notebook": (UNTRAINED, NET, None, DATA),
    "to_page": (SHORT, "", "", NET, DATA),
    "to_python": (UNTRAINED, NET, "torch", DATA),
    "to_query": (pv.Experiment(),),
    "to_torch": (NET,),
    "train": (SPEC, DATA, [0], 1, "adam", 0.01),
    "transposition_lines": (NET, DATA, 1, 3, torch.float64),
    "unflatten": (SPEC, NET.flatten()),
    "width_argument": (NET, DATA, NARROW),
    "write_page": (SHORT, "page.html", "", "", NET, DATA),
}
"""Arguments that are right, for every public function."""

OTHERS: dict[str, tuple[Callable[..., object], tuple[Any, ...]]] = {
    "NetworkSpec": (pv.NetworkSpec, ((2, 3, 1), "tanh")),
    "Network": (pv.Network, (NET.weights, NET.biases, "tanh")),
    "Dataset": (pv.Dataset, ("own", DATA.inputs, DATA.targets, DATA.loss, ("x", "y"), ("no", "yes"))),
    "Dataset.from_csv": (pv.Dataset.from_csv, ("x,y\n1,a\n2,b\n3,a\n4,b", "y", DATA.loss)),
    "Dataset.with_weight_decay": (DATA.with_weight_decay, (0.001,)),
    "OneWeightNeurons": (pv.OneWeightNeurons, ((1.0, 2.0), "sin", 0.0, 1.0, 2.0, 11)),
    "Permutation": (pv.Permutation, ([[1, 0]],)),
    "Monomial": (pv.Monomial, (SWAP, [torch.ones(4)])),
    "Monomial.__call__": (pv.Monomial(SWAP), (NET,)),
    "Network.__call__": (NET, (DATA.inputs,)),
    "Network.layers": (NET.layers, (DATA.inputs,)),
    "Network.map": (NET.map, (torch.clone,)),
    "Network.to": (NET.to, (torch.float32, "cpu")),
    "Network.combine": (RUN.networks.combine, (torch.ones(1),)),
    "Permutation.__call__": (SWAP, (NET,)),
    "Permutation.identity": (pv.Permutation.identity, (SPEC,)),
    "Permutation.cycle": (pv.Permutation.cycle, (SPEC, 1, (0, 1))),
    "Permutation.transposition": (pv.Permutation.transposition, (SPEC, 1, (0, 1))),
    "Permutation.transpositions": (pv.Permutation.transpositions, (SPEC, 1)),
    "Permutation.random": (pv.Permutation.random, (SPEC, 0, (2,))),
    "Permutation.from_json": (pv.Permutation.from_json, ("[[1, 0, 2, 3]]",)),
    "Permutation.all": (pv.Permutation.all, (SPEC,)),
    "AllBarriers.move": (pv.all_barriers(NET, NET, DATA, False).move, (0,)),
    "AllBarriers.rank": (pv.all_barriers(NET, NET, DATA, False).rank, (pv.Monomial(SWAP),)),
    "LineSlice.barrier": (LINE.barrier, ("entezari",)),
    "LineSlice.barrier_at": (LINE.barrier_at, ("entezari",)),
    "TranspositionLines.barrier_matrix": (pv.transposition_lines(NET, DATA, 1, 3).barrier_matrix, ("entezari",)),
    "PlaneSlice.at": (PLANE.at, (POINTS,)),
    "PlaneSlice.project": (PLANE.project, (NET,)),
    "Permutohedron.order": (BODY.order, (0,)),
    "Permutohedron.corner_of": (BODY.corner_of, ((0, 1, 2, 3),)),
    "OneWeightNeurons.network": (NEURONS.network, (torch.ones(3),)),
    "OneWeightNeurons.shares": (NEURONS.shares, (torch.ones(3, dtype=torch.float64),)),
    "OneWeightNeurons.derivatives": (NEURONS.derivatives, (torch.ones(2, 3, dtype=torch.float64),)),
    "OneWeightNeurons.to_weights": (NEURONS.to_weights, (POINTS,)),
    "OneWeightNeurons.to_coordinates": (NEURONS.to_coordinates, (torch.ones(3),)),
    "OneWeightPlane.weights": (pv.one_weight_plane(NEURONS, resolution=3, starts=16).weights, (POINTS,)),
    "RastriginPoints.count": (pv.rastrigin_points().count, (2,)),
    "RastriginPoints.count_by_index": (pv.rastrigin_points().count_by_index, (2,)),
    "Scaling.scale": (pv.Scaling.of(DATA.inputs).scale, (DATA.inputs,)),
}
"""The same for classes that people make themselves, and for methods."""

WRONG = {
    "text": "x",
    "nothing": None,
    "number": 5,
    "fraction": 1.5,
    "list": [1.5, 2.5],
    "list of texts": ["x"],
    "array": np.zeros((2, 2)),
    "object": SimpleNamespace(),
    "type": pv.Network,
}


def kind(value: object) -> str:
    """Things that may stand in each other's place; the values of numbers and texts are other tests' business."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if callable(value):
        return "function"
    if isinstance(value, list | tuple):
        return "sequence of text" if value and isinstance(value[0], str) else "sequence"
    return type(value).__name__


def wrong_for(right: object, parameter: inspect.Parameter) -> Iterator[str]:
    for name, wrong in WRONG.items():
        fits = kind(wrong) == kind(right) and not (name == "list" and not isinstance(right[0], int | float))  # type: ignore[index]
        if not fits and not (wrong is None and "None" in str(parameter.annotation)):
            yield name


def cases() -> Iterator[Any]:
    for name, (function, right) in ({name: (getattr(pv, name), right) for name, right in FUNCTIONS.items()} | OTHERS).items():
        parameters = [p for p in inspect.signature(function).parameters.values() if p.kind is not p.VAR_KEYWORD]
        for at, parameter in enumerate(parameters[: len(right)]):
            for wrong in wrong_for(right[at], parameter):
                yield pytest.param(function, right, at, wrong, id=f"{name}-{parameter.name}-{wrong}")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some write a file: the right ones do, and a wrong one would that is taken for right."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("function", "right", "at", "wrong"), list(cases()))
def test_a_wrong_type_is_refused_in_a_sentence(function: Any, right: tuple[Any, ...], at: int, wrong: str) -> None:
    with pytest.raises(ValueError) as refusal:  # anything else is an error from inside
        function(*right[:at], WRONG[wrong], *right[at + 1 :])
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 400


def test_every_public_function_is_in_the_table() -> None:
    public = {n for n, v in vars(pv).items() if inspect.isfunction(v) and not n.startswith("_")}
    assert public == set(FUNCTIONS)
    assert len(list(cases())) > 700


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"load_network", "follow_recipe"}))
def test_the_right_arguments_are_right(name: str) -> None:
    """Else the refusals above could be of something else."""
    getattr(pv, name)(*FUNCTIONS[name])


@pytest.mark.parametrize("name", OTHERS)
def test_the_right_arguments_of_methods_are_right(name: str) -> None:
    function, right = OTHERS[name]
    function(*right)


def test_without_the_check_torch_speaks() -> None:
    """Negative control: the sentence is the check's."""
    with pytest.raises(TypeError, match="not callable"):
        pv.loss.__wrapped__("x", DATA)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: pv.train("x", DATA), "spec='x' given to train: expected a NetworkSpec, such as"),  # type: ignore[arg-type]
        (lambda: pv.loss(NET, None), "data=None given to loss: expected a Dataset, such as"),  # type: ignore[arg-type]
        (lambda: pv.stack(["x"]), r"networks=\['x'\] given to stack: expected a sequence, each entry a Network"),  # type: ignore[list-item]
        (lambda: pv.NetworkSpec(5), "widths=5 given to NetworkSpec: expected a sequence, each entry a whole number"),  # type: ignore[arg-type]
        (lambda: NET(np.zeros((3, 2))), r"Inputs array of float64\[3,2\] given to a network: expected a torch tensor"),  # type: ignore[arg-type]
        (lambda: NET(torch.zeros(3, 2) * 1j), "expected a torch tensor of real numbers"),
        (lambda: pv.loss(NET, ARRAYS), "use Dataset.from_arrays"),
        (lambda: SWAP("x"), "network='x' given to Permutation: expected a Network"),  # type: ignore[arg-type]
        (lambda: pv.random_plane(NET, DATA, normalization=5), "normalization=5 given to random_plane: expected a text"),  # type: ignore[arg-type]
        (lambda: pv.permutohedron(NET, DATA, 1, neighbours=5), "expected 'slots' or 'nodes'"),  # type: ignore[arg-type]
    ],
)
def test_the_sentences_say_what_is_expected(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_whole_inputs_are_taken_for_what_they_are() -> None:
    whole = torch.tensor([[1, 2], [3, 4]])
    assert torch.equal(NET(whole), NET(whole.double()))


def test_starts_in_single_precision_are_searched_in_double() -> None:
    found = pv.find_critical_points(bent_bowl, torch.full((3, 2), 0.5), half_width=1.0)
    assert found.points.dtype == torch.float64
    assert (len(found), found.index.tolist(), found.hits.tolist()) == (1, [0], [3])


def test_annotations_that_say_nothing_are_met_by_everything() -> None:
    assert condition(Any)("x")
    assert condition(object)(None)

    @checked
    def several(first: int, *rest: int, **named: int) -> int:
        return first + sum(rest) + sum(named.values())

    assert several(1, 2, 3, four=4) == 10
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        several()  # type: ignore[call-arg]
