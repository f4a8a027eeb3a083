"""Derivatives in closed form against automatic differentiation of the plain forward pass, in the quickest of torch's ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

import permviz as pv
from benchmarks.timing import interleaved, milliseconds

Function = Callable[[], object]
TRAINED = (("moons", (2, 4, 4, 1), 1), ("teacher", (2, 4, 1), 8), ("four-blobs", (2, 16, 4), 64))
"""Task, widths, and how many starts a batch holds."""

MATRICES = (
    ("moons", (2, 4, 1), 1, 2),
    ("iris", (4, 8, 3), 1, 3),
    ("moons", (2, 16, 16, 1), 1, 8),
    ("teacher", (2, 4, 1), 64, 5),
)
"""Task, widths, starts, and how many times as fast Hessians and Jacobians are to be."""


def drawn(widths: tuple[int, ...], starts: int) -> pv.Network:
    return pv.stack([pv.init_network(pv.NetworkSpec(widths), seed) for seed in range(starts)])


def gradients(net: pv.Network, data: pv.Dataset) -> tuple[Function, Function]:
    def automatic() -> Tensor:
        theta = net.flatten().requires_grad_()
        (slope,) = torch.autograd.grad(pv.loss(pv.unflatten(net.spec, theta), data).sum(), theta)
        return slope

    return lambda: pv.loss_and_gradient(net, data), automatic


def quickest(ways: dict[str, Function]) -> Function:
    times = interleaved(ways, rounds=3)
    return ways[min(times, key=lambda name: times[name])]


def hessians(net: pv.Network, data: pv.Dataset) -> tuple[Function, Function]:
    vectors = net.flatten()

    def loss(theta: Tensor) -> Tensor:
        return pv.loss(pv.unflatten(net.spec, theta), data)

    def each(vectorize: bool) -> Function:
        return lambda: [torch.autograd.functional.hessian(loss, vector, vectorize=vectorize) for vector in vectors]

    together = torch.func.vmap(torch.func.hessian(loss))
    return lambda: pv.hessian(net, data), quickest({"rows": each(False), "": each(True), "vmap": lambda: together(vectors)})


def jacobians(net: pv.Network, data: pv.Dataset) -> tuple[Function, Function]:
    vectors = net.flatten()

    def outputs(theta: Tensor) -> Tensor:
        return pv.unflatten(net.spec, theta)(data.inputs)

    ways = {way.__name__: torch.func.vmap(way(outputs)) for way in (torch.func.jacrev, torch.func.jacfwd)}
    return lambda: pv.jacobian(net, data.inputs), quickest({name: lambda way=way: way(vectors) for name, way in ways.items()})


def row(work: str, functions: tuple[Function, Function], wanted: str, rounds: int) -> dict[str, Any]:
    times = interleaved(dict(zip(("closed form", "automatic"), functions, strict=True)), rounds)
    return {
        "work": work,
        "against": "automatic differentiation",
        "ratio": times["automatic"] / times["closed form"],
        "wanted": wanted,
        "detail": f"times as fast: {milliseconds(times)}",
    }


def rows() -> Iterator[dict[str, Any]]:
    for task, widths, starts in TRAINED:
        data, net = pv.load_dataset(task), drawn(widths, starts)
        yield row(f"gradients of {named(data, widths, starts)}", gradients(net, data), ">= 1.2", rounds=99)
    for task, widths, starts, wanted in MATRICES:
        data, net = pv.load_dataset(task), drawn(widths, starts)
        yield row(f"Hessians of {named(data, widths, starts)}", hessians(net, data), f">= {wanted}", rounds=15)
        yield row(f"Jacobians of {named(data, widths, starts)}", jacobians(net, data), f">= {wanted}", rounds=15)


def named(data: pv.Dataset, widths: tuple[int, ...], starts: int) -> str:
    many = f"{starts} networks" if starts > 1 else "one network"
    return f"{many} {'-'.join(map(str, widths))}, {len(data.inputs)} points, float64"
