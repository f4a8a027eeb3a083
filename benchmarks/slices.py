"""Slices against loss-landscapes 3.0.6, against loops, and against the activations alone.

"tanh alone" is the time that torch needs for one in-place tanh of every hidden node at every point and sample, in blocks that
stay in the cache: what an evaluator that does everything else for nothing would take if it called ``torch.tanh``.
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
BLOCKS = (2**14, 2**15, 2**16, 2**17)


def regression(inputs: int, samples: int) -> pv.Dataset:
    """Standard normal inputs and targets: the loss's cost does not depend on what they are."""
    generator = torch.Generator().manual_seed(0)
    x, y = (torch.randn(samples, n, generator=generator, dtype=torch.float64) for n in (inputs, 1))
    return pv.Dataset("normal", x, y, "squared", tuple(f"x{i}" for i in range(inputs)), ("y",))


def tanh_alone(evaluations: int, dtype: torch.dtype) -> Callable[[], None]:
    """The quickest of several block sizes."""

    def of(block: int) -> Callable[[], None]:
        values = torch.randn(block, generator=torch.Generator().manual_seed(0), dtype=dtype)

        def run() -> None:
            for _ in range(evaluations // block):
                values.tanh_()

        return run

    candidates = {str(block): of(block) for block in BLOCKS}
    times = interleaved(candidates, rounds=5)
    return candidates[min(times, key=lambda name: times[name])]


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


def plane(
    widths: tuple[int, ...], resolution: int, samples: int
) -> tuple[pv.Network, pv.Dataset, dict[str, Callable[[], object]]]:
    """Network, data, and the two that every plane is timed with: permviz and tanh alone, both in float32."""
    net, data = pv.init_network(pv.NetworkSpec(widths)), regression(widths[0], samples)
    return net, data, {
        "permviz": lambda: pv.random_plane(net, data, resolution=resolution, dtype=torch.float32),
        "tanh alone": tanh_alone(resolution**2 * samples * sum(widths[1:-1]), torch.float32),
    }  # fmt: skip


def peer_rows() -> Iterator[Row]:
    for widths, times_faster, times_tanh in (((2, 16, 16, 1), None, 1.3), ((2, 4, 1), 12, 2)):
        net, data, functions = plane(widths, 51, 500)
        functions["loss-landscapes"] = peer_plane(net, data, 51)
        times = interleaved(functions, rounds=7)
        ours, tanh, peer = (times[name] for name in functions)
        work, detail = f"51x51 plane, {'-'.join(map(str, widths))} tanh, 500 points, float32", milliseconds(times)
        wanted = times_faster or round(0.8 * peer / tanh, 2)
        note = "" if times_faster else "; wanted: 0.8 of loss-landscapes / tanh alone"
        yield {"work": work, "against": "loss-landscapes 3.0.6 random_plane", "ratio": peer / ours,
               "wanted": f">= {wanted}", "detail": f"times as fast: {detail}{note}"}  # fmt: skip
        yield {"work": work, "against": "tanh alone", "ratio": ours / tanh,
               "wanted": f"<= {times_tanh}", "detail": f"times as long: {detail}"}  # fmt: skip


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
    net, data, functions = plane((784, 64, 1), 25, 2000)
    functions["loop"] = point_loop(net, data, 25)
    times = interleaved(functions, rounds=5)
    ours, tanh, loop = (times[name] for name in functions)
    work, detail = "25x25 plane, 784-64-1 tanh, 2000 points, float32", milliseconds(times)
    yield {"work": work, "against": "torch, point by point", "ratio": loop / ours, "wanted": ">= 8",
           "detail": f"times as fast: {detail}"}  # fmt: skip
    yield {"work": work, "against": "tanh alone", "ratio": ours / tanh, "wanted": "<= 1.2",
           "detail": f"times as long: {detail}"}  # fmt: skip


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
           "wanted": ">= 10", "detail": f"times as fast: {milliseconds(times)}"}  # fmt: skip


def rows() -> Iterator[Row]:
    yield from peer_rows()
    yield from loop_rows()
    yield from transposition_rows()
