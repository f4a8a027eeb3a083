"""What every result of the library has in common: it compares without error, and its arrays are told apart by identity."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from torch import Tensor

import permviz as pv

CORE = ("networks", "symmetry", "derivatives", "training", "landscape", "rastrigin", "claims", "experiment")


def results() -> list[type]:
    """Every dataclass of the core, public or not."""
    found: dict[str, type] = {}
    for storey in CORE:
        package = importlib.import_module(f"permviz.{storey}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__.startswith("permviz."):
                    found[f"{value.__module__}.{value.__qualname__}"] = value
    return [found[name] for name in sorted(found)]


def parts(annotation: object) -> Iterator[object]:
    """A type and the types it is made of: ``tuple[Tensor, ...] | None`` holds a Tensor, a function holds nothing."""
    origin = typing.get_origin(annotation)
    yield origin or annotation
    if origin is not Callable:
        for argument in typing.get_args(annotation):
            yield from parts(argument)


def holds_arrays(cls: type) -> bool:
    return any(part in (Tensor, np.ndarray) for hint in typing.get_type_hints(cls).values() for part in parts(hint))


def compares_arrays_by_value(cls: type) -> bool:
    """Whether ``==`` would ask arrays for a truth value, which torch and numpy answer with an error."""
    return holds_arrays(cls) and bool(cls.__dataclass_params__.eq)  # type: ignore[attr-defined]


def test_results_that_hold_arrays_compare_by_identity() -> None:
    found = results()
    assert {pv.Network, pv.Dataset, pv.TrainingRun, pv.LineSlice, pv.Permutohedron} <= set(found)
    assert sum(map(holds_arrays, found)) > 20
    assert [cls.__name__ for cls in found if compares_arrays_by_value(cls)] == []


def public() -> list[type]:
    """The dataclasses at the door."""
    return [cls for cls in results() if getattr(pv, cls.__name__, None) is cls]


def holds_numpy(cls: type) -> bool:
    return any(part is np.ndarray for hint in typing.get_type_hints(cls).values() for part in parts(hint))


def test_the_arrays_of_public_results_are_tensors() -> None:
    assert len(public()) > 20
    assert [cls.__name__ for cls in public() if holds_numpy(cls)] == []
    assert holds_numpy(Careless)  # negative control


@dataclass(frozen=True)
class Careless:
    """What the rule forbids."""

    name: str
    parts: tuple[NDArray[np.float64], ...] | None


def test_a_result_that_compares_by_value_is_caught() -> None:
    """Negative control: the rule sees arrays inside of other types, and the error it is there to prevent is real."""
    assert compares_arrays_by_value(Careless)
    one, other = (pv.init_network(pv.NetworkSpec((2, 3, 1)), seed) for seed in (0, 1))
    by_value = dataclasses.make_dataclass("by_value", [("weight", Tensor)], frozen=True)
    with pytest.raises(RuntimeError, match="ambiguous"):
        assert by_value(one.weights[0]) == by_value(other.weights[0])


def test_results_compare_and_can_be_keys() -> None:
    data, spec = pv.load_dataset("teacher", samples=20), pv.NetworkSpec((2, 3, 1))
    run = pv.train(spec, data, seeds=[0], steps=1)
    net = run.networks[0]
    copy = pv.Permutation.transposition(spec, 1, (0, 1))(net)
    results = [net, data, run, run.history, pv.line_slice(net, copy, data, 3), pv.certify(net, data), pv.rastrigin_points()]
    for result in results:
        twin = dataclasses.replace(result) if not isinstance(result, pv.LineSlice) else pv.line_slice(net, copy, data, 3)
        assert result == result
        assert result != twin
        assert {result: 1}[result] == 1


def test_permutations_and_specs_compare_by_value() -> None:
    spec, twin = pv.NetworkSpec((2, 3, 1)), pv.NetworkSpec((2, 3, 1))
    assert spec == twin
    assert hash(spec) == hash(twin)
    swap = pv.Permutation.transposition(spec, 1, (0, 1))
    assert swap == pv.Permutation.transposition(twin, 1, (1, 0))
    assert hash(swap) == hash(pv.Permutation.transposition(twin, 1, (1, 0)))
    assert swap != pv.Permutation.identity(spec)
    assert swap != pv.Permutation.identity(pv.NetworkSpec((2, 4, 1)))


def test_results_print_shapes_in_a_few_lines() -> None:
    data, spec = pv.load_dataset("digits"), pv.NetworkSpec((64, 16, 10))
    run = pv.train(spec, data, seeds=range(3), steps=2)
    net = run.networks[0]
    swap = pv.Permutation.transposition(spec, 1, (0, 1))
    neurons = pv.bump_neurons(3)
    shown = [
        net, run.networks, run, run.history, data, swap, pv.Permutation.random(spec, batch=(100,)),
        pv.line_slice(net, swap(net), data, 3), pv.transposition_lines(net, data, 1, 3),
        pv.random_plane(net, data, resolution=3),
        pv.permutohedron(net, data, 1, (0, 1, 2, 3), subdivisions=1), pv.one_weight_plane(neurons, resolution=3, starts=16),
        pv.midpoint_barriers(net, data), pv.rastrigin_points(), pv.jensen_curve(net, data, most=3),
        pv.count_critical_points(pv.bump_neurons(1), starts=16),
    ]  # fmt: skip
    for result in shown:
        lines = repr(result).split("\n")
        assert len(lines) <= 10, repr(result)
        assert max(map(len, lines)) <= 128, repr(result)
        assert "tensor(" not in repr(result)
    assert repr(net).startswith("Network(64-16-10, tanh, float64, 1210 parameters of norm ")
    assert f"{float(net.flatten().norm()):.3g}" in repr(net)
    assert "losses=float64[3]" in repr(pv.line_slice(net, swap(net), data, 3))
    assert "3 stopped" in repr(run)


def test_every_public_result_with_arrays_prints_itself() -> None:
    careless = [cls.__name__ for cls in public() if holds_arrays(cls) and cls.__dataclass_params__.repr]  # type: ignore[attr-defined]
    assert careless == []


def test_small_permutations_print_what_makes_them() -> None:
    for made in (pv.Permutation(((2, 0, 1), (1, 0))), pv.Permutation(([[0, 1], [1, 0]],)), pv.Permutation(())):
        assert eval(repr(made), {"Permutation": pv.Permutation}) == made
