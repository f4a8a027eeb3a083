"""Claims 4, 5 and 7: what averages of copies do to the loss."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from permviz.claims.evidence import (
    LOSS,
    NOTHING_TO_SWAP,
    Evidence,
    Number,
    margin,
    not_finite,
    wide_layer,
)
from permviz.claims.sine import WorseMinimum, worse_minimum
from permviz.derivatives.passes import loss_and_gradient
from permviz.landscape.convexity import jensen_argument
from permviz.landscape.lines import LineSlice, line_slice
from permviz.landscape.midpoints import midpoint_barriers
from permviz.networks.datasets import Dataset
from permviz.networks.digits import told_apart
from permviz.networks.evaluation import best_constant_loss
from permviz.networks.network import Network, init_network, stack
from permviz.networks.network import loss as loss_of
from permviz.rastrigin.function import rastrigin_function, rastrigin_points
from permviz.symmetry.averaging import symmetric_average
from permviz.symmetry.permutation import Permutation

MOST_PRODUCTS = 400_000_000
"""Multiplications for the midpoints of random networks, roughly; at least one network is drawn, at most 20."""


@dataclass(frozen=True, eq=False)
class AverageLine:
    """From the network (``t = 0``) to the average of all its copies."""

    line: LineSlice


@dataclass(frozen=True, eq=False)
class Midpoints:
    """Midpoint barriers of all swaps of the trained network ``(S,)`` and of random networks ``(R * S,)``."""

    trained: Tensor
    random: Tensor


@dataclass(frozen=True, eq=False)
class TwoAverages:
    """From a minimum (``t = 0``) to the average of all its equals (``t = 1``): Rastrigin's function, and the network's loss."""

    t: Tensor
    rastrigin: Tensor
    network: LineSlice


def average_is_worse(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence[AverageLine]:
    """Claim 4: Jensen's inequality, broken by this network's own copies."""
    if wide_layer(network) is None:
        return NOTHING_TO_SWAP
    found, guess = jensen_argument(network, data), best_constant_loss(data.targets, data.loss)
    numbers = (
        Number("loss of every copy", found.low, LOSS, "Jensen: a convex loss of the average is at most this."),
        Number("loss of their average", found.high, LOSS),
        Number("guessing", guess, LOSS, "The best loss of an answer that does not look at the input, without decay."),
        *_outputs_differ(network, data),
    )
    conclusion = found.statement
    if found.holds is False:
        less = " Or take less decay." if data.weight_decay else ""
        conclusion += f" One node a layer does as well here: train on, or take a task that needs more nodes.{less}"
    if found.holds is None:
        return Evidence(None, conclusion, found.hypothesis, numbers)
    details = AverageLine(line_slice(network, symmetric_average(network), data))
    return Evidence(found.holds, conclusion, found.hypothesis, numbers, details)


def _outputs_differ(network: Network, data: Dataset) -> tuple[Number, ...]:
    """That outputs are not made equal by the average, for a network that has several."""
    if data.network_outputs == 1:
        return ()
    outputs = symmetric_average(network)(data.inputs)
    spread = float((outputs.amax(-1) - outputs.amin(-1)).max())
    return (Number("outputs of the average differ by", spread, ".3g", "Outputs are not permuted: largest over the samples."),)


def midpoint_of_two(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence[Midpoints]:
    """Claim 5: midpoints between swapped copies, of this network and of random ones."""
    if wide_layer(network) is None:
        return NOTHING_TO_SWAP
    own, guess = float(loss_of(network, data)), best_constant_loss(data.targets, data.loss)
    alone = float(loss_of(network, data, weight_decay=0.0))  # guesses have no decay
    if not math.isfinite(own):
        return not_finite()
    found = midpoint_barriers(network, data)
    swaps = len(found.swaps)
    products = swaps * len(data.inputs) * network.spec.parameter_count
    draws = max(1, min(20, MOST_PRODUCTS // products))
    drawn = midpoint_barriers(stack([init_network(network.spec, seed) for seed in range(draws)]), data)
    worse = int((found.barriers > margin(own)).sum())
    norm, sine = float(loss_and_gradient(network, data)[1].flatten().norm()), worse_minimum()
    numbers = (
        Number("swaps with a worse midpoint", f"{worse} of {swaps}"),
        Number("highest midpoint", float(found.losses.max()), LOSS, "Loss halfway to a swapped copy."),
        Number("loss at the ends", own, LOSS),
        Number("‖∇L‖ at the ends", norm, ".1e", "0 at an exact optimum."),
        Number("at random weights", float(drawn.positive_fraction.mean()), ".0%", f"Worse midpoints, {draws} random networks."),
        Number("a minimum of three sines", sine.loss, LOSS, f"{_sine_text(sine)} A strict minimum of squared loss."),
        Number("halfway to its copy", sine.middle, LOSS, "Weights 1 and 3 exchanged. Rastrigin page, sin neurons."),
    )
    ours, guessed = told_apart(alone, guess)
    details = Midpoints(found.barriers.flatten(), drawn.barriers.flatten())
    without = " without decay" if data.weight_decay else ""
    hypothesis = f"The network is no worse than guessing ({ours} against {guessed}{without}); how near an optimum, ‖∇L‖ tells."
    if alone >= guess:
        text = f"With a loss of {ours}{without} the network is no better than guessing ({guessed}), " + (
            "as a strong decay makes it: take less." if data.weight_decay else "so no optimum: train it first."
        )
        return Evidence(None, text, hypothesis, numbers, details)
    conclusion = (
        f"{worse} of {swaps} midpoints are worse than both of their ends: the loss is not convex."
        if worse
        else "No midpoint is worse than its ends: here the argument is silent."
    )
    return Evidence(worse > 0, conclusion, hypothesis, numbers, details)


def _sine_text(found: WorseMinimum) -> str:
    weights = ", ".join(f"{w:.4f}" for w in found.weights.tolist())
    return (
        f"sin(w₁x) + sin(w₂x) + sin(w₃x), w = ({weights}): ‖∇L‖ = {found.gradient_norm:.0e}, least curvature "
        f"{found.least_curvature:.3g}."
    )


def unlike_rastrigin(network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence[TwoAverages]:
    """Claim 7: Rastrigin's average of minima is its best point; the average of this network's copies is not."""
    if wide_layer(network) is None:
        return NOTHING_TO_SWAP
    points, n = rastrigin_points(), network.spec.parameter_count
    centre = torch.full((2,), points.average_of_minima(), dtype=torch.float64)
    best = float(rastrigin_function(points.minima[:, None].expand(-1, 2)).min())
    at_average, own = float(rastrigin_function(centre)), jensen_argument(network, data)
    worse, pairs = points.worse_averages()
    two = points.minima[points.minima >= -1e-9][:2]
    between = float(rastrigin_function(two.mean()[None]))
    numbers = (
        Number("minima in the plane", points.count_by_index(2)[0], help="11², on [−5.12, 5.12]²."),
        Number("critical points in the plane", points.count(2), help="21²: minima, saddles and maxima."),
        Number(f"minima with {n} variables", points.count_by_index(n)[0], help="11ⁿ, n being your parameters."),
        Number("Rastrigin: average of all minima", at_average, ".2g", f"Its best value is {best:.2g}."),
        Number("pairs with a worse midpoint", f"{worse} of {pairs}", help="Of its minima on a line: worse than both."),
        Number(f"halfway from {abs(float(two[0])):.0f} to {float(two[1]):.3f}", between, ".3g", "Two neighbouring minima."),
        Number("network: loss of a copy", own.low, LOSS),
        Number("network: average of copies", own.high, LOSS),
    )
    hypothesis = f"For the contrast: the network's average is worse than its copies. {own.hypothesis}"
    details = None
    if own.holds is not None:
        line = line_slice(network, symmetric_average(network), data)
        corner = torch.full((2,), float(points.minima[-1]), dtype=torch.float64)
        details = TwoAverages(line.t, rastrigin_function(torch.lerp(corner, centre, line.t[:, None])), line)
    if not own.holds:
        text = "Averaging does not make this network worse, so the contrast cannot be seen on it: train it on, or longer."
        return Evidence(None, text, hypothesis, numbers, details)
    each, mean = told_apart(own.low, own.high)
    conclusion = (
        f"The average of all minima is Rastrigin’s best point; that of all copies leads this network from {each} to "
        f"{mean}. Of Rastrigin’s minima on a line, {worse} of {pairs} pairs average to a point worse than both."
    )
    return Evidence(at_average <= best + 1e-12 and worse > 0, conclusion, hypothesis, numbers, details)
