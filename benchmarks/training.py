"""Many starts in one batch against the same starts one after the other: training, and a census of where it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch

import permviz as pv
from benchmarks.timing import interleaved, milliseconds

STARTS, ALONE = 256, 8
"""So many starts together; so few are timed one by one, and their time is multiplied."""


def _adam_loop(spec: pv.NetworkSpec, data: pv.Dataset, steps: int) -> Callable[[int], None]:
    """The obvious way to train one network: automatic differentiation and torch.optim.Adam."""

    def run(seed: int) -> None:
        net = pv.init_network(spec, seed)
        parameters = [p.clone().requires_grad_() for p in (*net.weights, *net.biases)]
        optimiser, half = torch.optim.Adam(parameters, lr=0.01), len(net.weights)
        for _ in range(steps):
            optimiser.zero_grad()
            pv.loss(pv.Network(tuple(parameters[:half]), tuple(parameters[half:]), spec.activation), data).backward()
            optimiser.step()

    return run


def _row(
    work: str, against: str, wanted: str, together: Callable[[], object], alone: Callable[[int], object]
) -> dict[str, Any]:
    def one_by_one() -> None:
        for seed in range(ALONE):
            alone(seed * STARTS // ALONE)

    times = interleaved({"together": together, f"{ALONE} alone": one_by_one}, rounds=5)
    ratio = times[f"{ALONE} alone"] * STARTS / ALONE / times["together"]
    return {"work": work, "against": against, "ratio": ratio, "wanted": wanted, "detail": milliseconds(times)}


def rows() -> Iterator[dict[str, Any]]:
    """256 starts of 2-4-1 tanh on the teacher's 200 points: Adam, then Levenberg-Marquardt to the end of every start."""
    spec, data = pv.NetworkSpec((2, 4, 1)), pv.load_dataset("teacher")
    seeds, steps = range(STARTS), 100

    def adam(chosen: range | list[int]) -> object:
        return pv.train(spec, data, chosen, steps)

    def marquardt(chosen: range | list[int]) -> object:
        return pv.train(spec, data, chosen, 100, "levenberg-marquardt")

    work = f"Adam, {STARTS} starts of 2-4-1 together, 200 points, {steps} steps"
    yield _row(work, f"{STARTS} times one alone", ">= 40", lambda: adam(seeds), lambda seed: adam([seed]))
    yield _row(work, f"{STARTS} times a torch.optim.Adam loop", ">= 40", lambda: adam(seeds), _adam_loop(spec, data, steps))
    yield _row(
        f"Levenberg-Marquardt, {STARTS} starts of 2-4-1 together, 200 points, at most 100 steps",
        f"{STARTS} times one alone",
        ">= 40",
        lambda: marquardt(seeds),
        lambda seed: marquardt([seed]),
    )
    yield _row(
        f"census, {STARTS} starts of 2-4-1 together, 200 points, at most 100 steps",
        f"{STARTS} times one alone",
        ">= 40",
        lambda: pv.census(spec, data, STARTS, steps=100),
        lambda seed: pv.census(spec, data, [seed], steps=100),
    )
