"""Claims 4 to 9: what the loss does between copies, and how many critical subspaces there are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from permviz.claims.evidence import (
    LINE_POINTS,
    NOTHING_TO_SWAP,
    Evidence,
    Number,
    chosen_swap,
    margin,
    not_finite,
    wide_layer,
    widths_text,
)
from permviz.derivatives.passes import loss_and_gradient
from permviz.landscape.convexity import jensen_argument, midpoint_barriers
from permviz.landscape.linear import identity_example, linear_barrier, optimal_linear_network, scalar_loss
from permviz.landscape.lines import LineSlice, line_slice
from permviz.networks.activations import get_activation
from permviz.networks.datasets import Dataset
from permviz.networks.evaluation import best_constant_loss
from permviz.networks.network import Network, init_network, stack
from permviz.networks.network import loss as loss_of
from permviz.rastrigin.function import rastrigin_function, rastrigin_points
from permviz.symmetry.averaging import symmetric_average
from permviz.symmetry.counting import count_text, critical_ratio, critical_subspaces, permutation_count
from permviz.symmetry.permutation import Permutation

MOST_PRODUCTS = 400_000_000
"""Multiplications for the midpoints of random networks, roughly; at least one network is drawn, at most 20."""


@dataclass(frozen=True, eq=False)
class Midpoints:
    """Midpoint barriers of all swaps of the trained network ``(S,)`` and of random networks ``(R * S,)``."""

    trained: Tensor
    random: Tensor


@dataclass(frozen=True)
class Subspaces:
    """``critical_ratio(m)`` for each width ``m``, and the width of the network's widest hidden layer."""

    widths: tuple[int, ...]
    ratios: tuple[float, ...]
    width: int


@dataclass(frozen=True, eq=False)
class TwoAverages:
    """From a minimum (``t = 0``) to the average of all its equals (``t = 1``): Rastrigin's function, and the network's loss."""

    t: Tensor
    rastrigin: Tensor
    network: LineSlice


def average_is_worse(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence:
    """Claim 4: Jensen's inequality, broken by this network's own copies."""
    if wide_layer(network) is None:
        return NOTHING_TO_SWAP
    found, guess = jensen_argument(network, data), best_constant_loss(data.targets, data.loss)
    numbers = (
        Number("loss of every copy", found.low, ".6g", "Jensen: a convex loss of the average is at most this."),
        Number("loss of their average", found.high, ".6g"),
        Number("guessing", guess, help="The best loss of an answer that does not look at the input."),
    )
    conclusion = found.statement
    if found.holds is False:
        conclusion += " One node a layer does as well here: train on, or take a task that needs more nodes."
    line = line_slice(network, symmetric_average(network), data, LINE_POINTS) if found.holds is not None else None
    return Evidence(found.holds, conclusion, found.hypothesis, numbers, line)


def midpoint_of_two(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence:
    """Claim 5: midpoints between swapped copies, of this network and of random ones."""
    if wide_layer(network) is None:
        return NOTHING_TO_SWAP
    own, guess = float(loss_of(network, data)), best_constant_loss(data.targets, data.loss)
    if not math.isfinite(own):
        return not_finite()
    found = midpoint_barriers(network, data)
    swaps = len(found.swaps)
    products = swaps * len(data.inputs) * network.spec.parameter_count
    draws = max(1, min(20, MOST_PRODUCTS // products))
    drawn = midpoint_barriers(stack([init_network(network.spec, seed) for seed in range(draws)]), data)
    worse = int((found.barriers > margin(own)).sum())
    norm = float(loss_and_gradient(network, data)[1].flatten().norm())
    numbers = (
        Number("swaps with a worse midpoint", f"{worse} of {swaps}"),
        Number("highest midpoint", float(found.losses.max()), help="Loss halfway to a swapped copy."),
        Number("loss at the ends", own),
        Number("‖∇L‖ at the ends", norm, ".1e", "0 at an exact optimum."),
        Number("at random weights", float(drawn.positive_fraction.mean()), ".0%", f"Worse midpoints, {draws} random networks."),
    )
    details = Midpoints(found.barriers.flatten(), drawn.barriers.flatten())
    hypothesis = f"The network is no worse than guessing ({own:.4g} against {guess:.4g}); how near an optimum, ‖∇L‖ tells."
    if own >= guess:
        text = f"With a loss of {own:.4g} the network is no better than guessing ({guess:.4g}), so no optimum: train it first."
        return Evidence(None, text, hypothesis, numbers, details)
    conclusion = (
        f"{worse} of {swaps} midpoints are worse than both of their ends: the loss is not convex."
        if worse
        else "No midpoint is worse than its ends: here the argument is silent."
    )
    return Evidence(worse > 0, conclusion, hypothesis, numbers, details)


def saddles_outnumber(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence:
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
        "One hidden layer, a smooth activation without further symmetry counted, and, assumed here rather than computed, one "
        "critical point with distinct nodes, unique up to permutation, at every smaller width."
    )
    if len(network.spec.hidden) > 1:
        text = f"The count is proved for one hidden layer; shown is your widest, of {width}, as if alone. Build one layer."
        return Evidence(None, text, hypothesis, numbers, details)
    if get_activation(network.activation).symmetry in ("scaling", "linear"):
        text = (
            f"{get_activation(network.activation).label} nodes can be rescaled, which joins points: take a smooth activation."
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


def unlike_rastrigin(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence:
    """Claim 7: Rastrigin's average of minima is its best point; the average of this network's copies is not."""
    if wide_layer(network) is None:
        return NOTHING_TO_SWAP
    points, n = rastrigin_points(), network.spec.parameter_count
    centre = torch.full((2,), points.average_of_minima(), dtype=torch.float64)
    best = float(rastrigin_function(points.minima[:, None].expand(-1, 2)).min())
    at_average, own = float(rastrigin_function(centre)), jensen_argument(network, data)
    numbers = (
        Number("minima in the plane", points.count_by_index(2)[0], help="11², on [−5.12, 5.12]²."),
        Number("critical points in the plane", points.count(2), help="21²: minima, saddles and maxima."),
        Number(f"minima with {n} variables", points.count_by_index(n)[0], help="11ⁿ, n being your parameters."),
        Number("Rastrigin: average of minima", at_average, ".2g", f"Its best value is {best:.2g}."),
        Number("network: loss of a copy", own.low),
        Number("network: average of copies", own.high),
    )
    hypothesis = f"For the contrast: the network's average is worse than its copies. {own.hypothesis}"
    details = None
    if own.holds is not None:
        line = line_slice(network, symmetric_average(network), data, LINE_POINTS)
        corner = torch.full((2,), float(points.minima[-1]), dtype=torch.float64)
        details = TwoAverages(line.t, rastrigin_function(torch.lerp(corner, centre, line.t[:, None])), line)
    if not own.holds:
        text = "Averaging does not make this network worse, so the contrast cannot be seen on it: train it on, or longer."
        return Evidence(None, text, hypothesis, numbers, details)
    conclusion = f"Averaging leads Rastrigin to its best point, and this network from {own.low:.3g} to {own.high:.3g}."
    return Evidence(at_average <= best + 1e-12, conclusion, hypothesis, numbers, details)


def linear_has_minima(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence:
    """Claim 8: a linear network on the same data, at a global minimum, and the wall between it and its swapped copy."""
    linear, squared = optimal_linear_network(data, network.spec.hidden[0])
    copy = Permutation.transposition(linear.spec, 1, (0, 1))(linear)
    line = line_slice(linear, copy, squared, LINE_POINTS)
    closed = linear_barrier(linear, squared, (0, 1))
    measured = float(line.losses[LINE_POINTS // 2] - line.losses[0])
    norm = float(line.gradient_norms[0])
    example, corners = identity_example()
    middle = line_slice(example, Permutation.transposition(example.spec, 1, (0, 1))(example), corners, 3).losses.tolist()
    ends = torch.tensor([1.0, -1.0, 0.0], dtype=torch.float64)
    scalars = [f"{value:g}" for value in scalar_loss(ends, ends).tolist()]
    numbers = (
        Number("its loss, a minimum", float(line.losses[0]), ".6g", "Least squares: no linear network on these data has less."),
        Number("‖∇L‖ there", norm, ".1e"),
        Number("barrier to a swapped copy", measured, help="Loss halfway, less the loss at the ends."),
        Number("by the closed form", closed.quadratic, help="¼ ‖aᵢ − aⱼ‖² (wᵢ − wⱼ)ᵀ Σ (wᵢ − wⱼ)"),
        Number("W₁ = W₂ = I: ends, middle", f"{middle[0]:g}, {middle[2]:g}, {middle[1]:g}", help="Exact example, 2-2-2."),
        Number("(aw − 1)² at ±(1, 1), (0, 0)", ", ".join(scalars)),
    )
    agrees = abs(measured - closed.quadratic) <= margin(closed.quadratic)
    holds = norm <= 1e-8 and closed.optimal and agrees and measured > margin(float(line.losses[0]))
    hypothesis = "Squared loss. Your data, but a linear network in place of yours; classes are learnt as columns of 0 and 1."
    conclusion = (
        f"A linear {widths_text(linear)} network stands at a minimum, and a wall of {measured:.3g} parts it from its copy."
        if holds
        else "On these data the wall does not show: the best linear answer hardly depends on the inputs."
    )
    return Evidence(holds, conclusion, hypothesis, numbers, line)


def stationary_ends(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence:
    """Claim 9: the slope along the line to a copy, against what convexity allows between ends of these gradients.

    On a line ``z(t)`` of length ``D`` a convex loss has a slope ``<∇L, B − A>`` that never falls, so that between ends with
    gradients of norm at most ``e`` every slope is at most ``e D`` in size: with ``e = 0``, none at all.
    """
    swap = chosen_swap(network, permutation)
    if swap is None:
        return NOTHING_TO_SWAP
    copy = swap(network)
    line, distance = line_slice(network, copy, data, LINE_POINTS), float((network.flatten() - copy.flatten()).norm())
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
        return Evidence(None, text, "A differentiable loss.", numbers, line)
    if distance == 0:
        text = "The swapped nodes are equal, so the copy is the same point: swap two different ones."
        return Evidence(None, text, hypothesis, numbers, line)
    if steepest <= allowed + margin(allowed):
        text = "The ends are not stationary enough to tell: train longer, or let the training finish at a stationary point."
        return Evidence(None, text, hypothesis, numbers, line)
    conclusion = f"Between the ends the slope is {steepest:.3g}, where convexity allows {allowed:.3g}: the loss is not convex."
    return Evidence(True, conclusion, hypothesis, numbers, line)
