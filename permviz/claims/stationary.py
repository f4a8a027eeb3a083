"""Claims 6, 8 and 9: critical points, how many there are and what they tell."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from permviz.claims.evidence import (
    LOSS,
    NOTHING_TO_SWAP,
    Evidence,
    Number,
    chosen_swap,
    margin,
    not_finite,
    widths_text,
)
from permviz.landscape.linear import identity_example, linear_barrier, optimal_linear_network, scalar_loss
from permviz.landscape.lines import LINE_POINTS, LineSlice, line_slice
from permviz.networks.activations import get_activation
from permviz.networks.datasets import Dataset
from permviz.networks.digits import loss_text
from permviz.networks.network import Network
from permviz.symmetry.counting import count_text, critical_ratio, critical_subspaces, permutation_count
from permviz.symmetry.permutation import Permutation


@dataclass(frozen=True, eq=False)
class CopyLine:
    """From a network (``t = 0``) to a copy of it."""

    line: LineSlice


@dataclass(frozen=True)
class Subspaces:
    """``critical_ratio(m)`` for each width ``m``, and the width of the network's widest hidden layer."""

    widths: tuple[int, ...]
    ratios: tuple[float, ...]
    width: int


def saddles_outnumber(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence[Subspaces]:
    """Claim 6: critical subspaces inherited from narrower layers, against the copies of one minimum."""
    width, widths = max(network.spec.hidden), tuple(range(1, 17))
    inherited, copies = critical_subspaces(width), permutation_count((width,))
    numbers = (
        Number(f"copies of a minimum, {width}!", copies),
        Number("critical subspaces", inherited, help="Sum over r < m of the surjections G(r, m): Şimşek et al. 2021."),
        Number("subspaces a copy", inherited / copies),
    )
    details = Subspaces(widths, tuple(critical_ratio(m) - 1 for m in widths), width)
    hypothesis = (
        "One hidden layer, no weight decay, a smooth activation without further symmetry counted, and, assumed here rather "
        "than computed, one critical point with distinct nodes, unique up to permutation, at every smaller width."
    )
    if len(network.spec.hidden) > 1:
        text = f"The count is proved for one hidden layer; shown is your widest, of {width}, as if alone. Build one layer."
        return Evidence(None, text, hypothesis, numbers, details)
    if get_activation(network.activation).symmetry in ("scaling", "linear"):
        text = (
            f"{get_activation(network.activation).label} nodes can be rescaled, which joins points: take a smooth activation."
        )
        return Evidence(None, text, hypothesis, numbers, details)
    if data.weight_decay:
        text = (
            "The subspaces are those of a loss without decay: along them a node's outgoing weights are shared among its "
            "equals, which changes ‖θ‖. Take no weight decay."
        )
        return Evidence(None, text, hypothesis, numbers, details)
    if width == 1:
        return NOTHING_TO_SWAP
    words = "outnumber" if inherited > copies else "do not yet outnumber"
    conclusion = (
        f"At width {width}, {count_text(inherited)} critical subspace{'s' if inherited > 1 else ''} {words} the "
        f"{count_text(copies)} copies of one minimum."
    )
    return Evidence(inherited > copies, conclusion, hypothesis, numbers, details)


def linear_has_minima(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence[CopyLine]:
    """Claim 8: a linear network on the same data, at a global minimum, and the wall between it and its swapped copy."""
    linear, squared = optimal_linear_network(data, network.spec.hidden[0])
    copy = Permutation.transposition(linear.spec, 1, (0, 1))(linear)
    line = line_slice(linear, copy, squared)
    closed = linear_barrier(linear, squared, (0, 1))
    measured = float(line.losses[LINE_POINTS // 2] - line.losses[0])
    norm = float(line.gradient_norms[0])
    example, corners = identity_example()
    middle = line_slice(example, Permutation.transposition(example.spec, 1, (0, 1))(example), corners, 3).losses.tolist()
    ends = torch.tensor([1.0, -1.0, 0.0], dtype=torch.float64)
    scalars = [f"{value:g}" for value in scalar_loss(ends, ends).tolist()]
    numbers = (
        Number("its loss, a minimum", float(line.losses[0]), LOSS, "Least squares: no linear network on these data has less."),
        Number("‖∇L‖ there", norm, ".1e"),
        Number("barrier to a swapped copy", measured, LOSS, "Loss halfway, less the loss at the ends."),
        Number("by the closed form", closed.quadratic, LOSS, "¼ ‖aᵢ − aⱼ‖² (wᵢ − wⱼ)ᵀ Σ (wᵢ − wⱼ)"),
        Number("W₁ = W₂ = I: ends, middle", f"{middle[0]:g}, {middle[2]:g}, {middle[1]:g}", help="Exact example, 2-2-2."),
        Number("(aw − 1)² at ±(1, 1), (0, 0)", ", ".join(scalars)),
    )
    agrees = abs(measured - closed.quadratic) <= margin(closed.quadratic)
    holds = norm <= 1e-8 and closed.optimal and agrees and measured > margin(float(line.losses[0]))
    hypothesis = (
        "Squared loss without decay. Your data, but a linear network in place of yours; classes are learnt as columns of 0 "
        "and 1."
    )
    conclusion = (
        f"A linear {widths_text(linear)} network stands at a minimum, and a wall of {loss_text(measured)} parts it "
        "from its copy."
        if holds
        else "On these data the wall does not show: the best linear answer hardly depends on the inputs."
    )
    return Evidence(holds, conclusion, hypothesis, numbers, CopyLine(line))


def stationary_ends(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence[CopyLine]:
    """Claim 9: the slope along the line to a copy, against what convexity allows between ends of these gradients.

    On a line ``z(t)`` of length ``D`` a convex loss has a slope ``<∇L, B − A>`` that never falls, so that between ends with
    gradients of norm at most ``e`` every slope is at most ``e D`` in size: with ``e = 0``, none at all.
    """
    swap = chosen_swap(network, permutation)
    if swap is None:
        return NOTHING_TO_SWAP
    copy = swap(network)
    line, distance = line_slice(network, copy, data), float((network.flatten() - copy.flatten()).norm())
    norms, slopes = line.gradient_norms, line.slopes
    ends, steepest = float(torch.maximum(norms[0], norms[-1])), float(slopes.abs().max())
    if not math.isfinite(ends) or not math.isfinite(steepest):
        return not_finite()
    allowed = ends * distance
    numbers = (
        Number("‖∇L‖ at the ends", ends, ".1e", "0 at an exact stationary point; the larger of the two."),
        Number("largest ‖∇L‖ between", float(norms[1:-1].max()), ".3g", f"Over {LINE_POINTS - 2} points."),
        Number("steepest slope between", steepest, ".3g", "Size of ⟨∇L, B − A⟩."),
        Number("convexity allows", allowed, ".3g", "‖∇L‖ at the ends, times ‖A − B‖: slopes of a convex loss never fall."),
        Number("loss at the ends", float(line.losses[0])),
        Number("highest between", float(line.losses.max())),
    )
    hypothesis = f"A differentiable loss. The ends are stationary up to ‖∇L‖ = {ends:.1e}, and no more is used than that."
    if get_activation(network.activation).symmetry == "scaling":
        text = (
            f"{get_activation(network.activation).label} has a kink, so the loss is not differentiable everywhere: say it with "
            "minimisers in place of stationary points, as claims 4 and 5 do, or take a smooth activation."
        )
        return Evidence(None, text, "A differentiable loss.", numbers, CopyLine(line))
    if torch.equal(network.flatten(), copy.flatten()):  # the norm of a difference of 1e-300 is 0
        text = "The swapped nodes are equal, so the copy is the same point: swap two different ones."
        return Evidence(None, text, hypothesis, numbers, CopyLine(line))
    if steepest <= allowed + margin(allowed):
        text = "The ends are not stationary enough to tell: train longer, or let the training finish at a stationary point."
        return Evidence(None, text, hypothesis, numbers, CopyLine(line))
    conclusion = f"Between the ends the slope is {steepest:.3g}, where convexity allows {allowed:.3g}: the loss is not convex."
    return Evidence(True, conclusion, hypothesis, numbers, CopyLine(line))
