"""Slices against loss-landscapes 3.0.6, and against loops.

What is wanted is what was reached when the engine was written, on one core: a later change must keep it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

import permviz as pv
from benchmarks.timing import interleaved, milliseconds

Row = dict[str, Any]


def regression(inputs: int, samples: int) -> pv.Dataset:
    """Standard normal inputs and targets: the loss's cost does not depend on what they are."""
    generator = torch.Generator().manual_seed(0)
    x, y = (torch.randn(samples, n, generator=generator, dtype=torch.float64) for n in (inputs, 1))
    return pv.Dataset("normal", x, y, "squared", tuple(f"x{i}" for i in range(inputs)), ("y",))


def peer_plane(net: pv.Network, data: pv.Dataset, steps: int) -> Callable[[], object]:
    """loss-landscapes' filter-normalised random plane of the same model in float32."""
    logging.disable(logging.CRITICAL)
    import loss_landscapes
    from loss_landscapes.metrics import Loss

    layers: list[torch.nn.Module] = []
    for w, b in zip(net.weights, net.biases, strict=True):
        linear = torch.nn.Linear(w.shape[1], w.shape[0])
        linear.load_state_dict({"weight": w.float(), "bias": b.float()})
        layers += [linear, torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers[:-1])
    metric = Loss(torch.nn.MSELoss(), data.inputs.float(), data.targets.float())
    return lambda: loss_landscapes.random_plane(model, metric, steps=steps, normalization="filter", deepcopy_model=True)


def peer_rows() -> Iterator[Row]:
    for widths, wanted in (((2, 16, 16, 1), 6), ((2, 4, 1), 22)):
        net, data = pv.init_network(pv.NetworkSpec(widths)), regression(widths[0], 500)
        times = interleaved(
            {
                "permviz": lambda net=net, data=data: pv.random_plane(net, data, resolution=51, dtype=torch.float32),
                "loss-landscapes": peer_plane(net, data, 51),
            },
            rounds=7,
        )
        yield {"work": f"51x51 plane, {'-'.join(map(str, widths))} tanh, 500 points, float32",
               "against": "loss-landscapes 3.0.6 random_plane", "ratio": times["loss-landscapes"] / times["permviz"],
               "wanted": f">= {wanted}", "detail": f"times as fast: {milliseconds(times)}"}  # fmt: skip


def point_loop(net: pv.Network, data: pv.Dataset, resolution: int) -> Callable[[], Tensor]:
    """One point after another: float32 parameters moved, forward pass, loss."""
    net, x, y = net.to(torch.float32), data.inputs.float(), data.targets.float()
    u, v = (pv.init_network(net.spec, seed, torch.float32) for seed in (1, 2))
    side = torch.linspace(-1, 1, resolution).tolist()

    def loss_at(s: float, t: float) -> Tensor:
        w1, w2 = (w.add(a, alpha=s).add_(b, alpha=t) for w, a, b in zip(net.weights, u.weights, v.weights, strict=True))
        b1, b2 = (c.add(a, alpha=s).add_(b, alpha=t) for c, a, b in zip(net.biases, u.biases, v.biases, strict=True))
        hidden = torch.nn.functional.linear(x, w1, b1).tanh_()
        return torch.nn.functional.mse_loss(torch.nn.functional.linear(hidden, w2, b2), y)

    def run() -> Tensor:
        with torch.no_grad():
            return torch.stack([loss_at(s, t) for t in side for s in side])

    return run


def loop_rows() -> Iterator[Row]:
    net, data = pv.init_network(pv.NetworkSpec((784, 64, 1))), regression(784, 2000)
    times = interleaved(
        {
            "permviz": lambda: pv.random_plane(net, data, resolution=25, dtype=torch.float32),
            "loop": point_loop(net, data, 25),
        },
        rounds=5,
    )
    yield {"work": "25x25 plane, 784-64-1 tanh, 2000 points, float32", "against": "torch, point by point",
           "ratio": times["loop"] / times["permviz"], "wanted": ">= 11",
           "detail": f"times as fast: {milliseconds(times)}"}  # fmt: skip


def line_loop(net: pv.Network, data: pv.Dataset, points: int) -> Callable[[], Tensor]:
    """One line after another, all points of a line in one batch."""
    t = torch.linspace(0, 1, points, dtype=torch.float64)[:, None]

    def losses_to(swap: pv.Permutation) -> Tensor:
        return pv.loss(pv.unflatten(net.spec, torch.lerp(net.flatten(), swap(net).flatten(), t)), data)

    return lambda: torch.stack([losses_to(swap) for swap in pv.Permutation.transpositions(net.spec, 1)])


def transposition_rows() -> Iterator[Row]:
    net, data = pv.init_network(pv.NetworkSpec((2, 16, 1))), pv.load_dataset("moons", samples=500)
    lines = line_loop(net, data, 41)
    times = interleaved({"permviz": lambda: pv.transposition_lines(net, data, 1, points=41), "loop": lines}, rounds=9)
    yield {"work": "all 120 transpositions of 2-16-1 tanh, 41-point lines, 500 points, float64",
           "against": "line by line, a line's points in one batch", "ratio": times["loop"] / times["permviz"],
           "wanted": ">= 15", "detail": f"times as fast: {milliseconds(times)}"}  # fmt: skip


def rows() -> Iterator[Row]:
    yield from peer_rows()
    yield from loop_rows()
    yield from transposition_rows()
