"""Weight matching against rebasin 0.0.47's PermutationCoordinateDescent, which is that of Git Re-Basin, in one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

import permviz as pv
from benchmarks.alignment import split_digits, trained
from benchmarks.timing import interleaved, milliseconds

Row = dict[str, Any]


def peer_match(a: pv.Network, b: pv.Network, inputs: Tensor) -> Callable[[], pv.Network]:
    """Rebasin's match of the same networks, in float32 as its users have them."""
    from rebasin import PermutationCoordinateDescent

    def run() -> pv.Network:
        one, other = (pv.to_torch(net.to(torch.float32)) for net in (a, b))
        PermutationCoordinateDescent(one, other, inputs[:8].float()).rebasin()
        return pv.from_torch(other).to(torch.float64)

    return run


def rows() -> Iterator[Row]:
    data, _ = split_digits()
    spec = pv.NetworkSpec((64, 512, 512, 10), "relu")
    a, b = (trained(spec.widths, "relu", data, seed) for seed in (0, 1))
    peer = peer_match(a, b, data.inputs)
    times = interleaved({"permviz": lambda: pv.match(a, b), "rebasin": peer}, rounds=5)
    ours, theirs = (float(pv.interpolate(a, net, data, 25).barriers.entezari) for net in (pv.match(a, b).aligned, peer()))
    yield {"work": "weight matching, 64-512-512-10 ReLU, digits", "against": "rebasin 0.0.47 PermutationCoordinateDescent",
           "ratio": times["rebasin"] / times["permviz"], "wanted": ">= 10",
           "detail": f"times as fast: {milliseconds(times)}"}  # fmt: skip
    yield {"work": "the barrier that is left", "against": "the same", "ratio": ours / theirs, "wanted": "<= 1",
           "detail": f"here {ours:.3g}, there {theirs:.3g}, unmatched "
                     f"{float(pv.interpolate(a, b, data, 25).barriers.entezari):.3g} nats"}  # fmt: skip
    deep = pv.NetworkSpec((784, 512, 512, 512, 10), "relu")
    a, b = (pv.init_network(deep, seed) for seed in (0, 1))
    inputs = torch.randn(8, 784, generator=torch.Generator().manual_seed(0))
    times = interleaved({"permviz": lambda: pv.match(a, b), "rebasin": peer_match(a, b, inputs)}, rounds=3)
    yield {"work": "weight matching, 784-512-512-512-10 ReLU, untrained", "against": "the same",
           "ratio": times["rebasin"] / times["permviz"], "wanted": ">= 3",
           "detail": f"times as fast: {milliseconds(times)}"}  # fmt: skip
