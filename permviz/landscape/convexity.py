"""Arguments for non-convexity: a statement, the hypothesis it rests on, and the numbers behind both.

A convex loss has ``L(mean of points) <= mean of L(points)`` (Jensen), a quasi-convex one ``L(mean) <= max``. Copies of one
network have one loss ``l``, so either way their average would have a loss of at most ``l``. Where it has more, the loss is
neither convex nor quasi-convex. Where it has not, the argument is silent: convexity is never shown.

With weight decay the loss is the objective, ``loss + lambda ||theta||^2``: permutations and flips keep the norm too, but for
the sigmoid's flips, which move the next bias.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from permviz.landscape.rounding import loss_rounding
from permviz.networks.checks import checked
from permviz.networks.digits import told_apart
from permviz.networks.evaluation import decay_of, objective_word
from permviz.networks.frozen import refuse_frozen
from permviz.networks.network import Data, Network, stack
from permviz.networks.network import loss as loss_of
from permviz.symmetry.averaging import symmetric_average
from permviz.symmetry.counting import count_text, permutation_count
from permviz.symmetry.moves import has_sign_flips, sign_flip
from permviz.symmetry.permutation import Permutation
from permviz.training.runs import TrainingRun
from permviz.training.status import Status

LEAST_CONVERGED = 8
"""Starts that must reach a stationary point before the least loss of a width is believed."""

LEAST_AGREEING = 2
"""Of those, starts that must agree on it."""

_REJECTED = "is not convex, nor even quasi-convex"


@dataclass(frozen=True)
class NonconvexityArgument:
    """The outcome of one argument for one task and network.

    Attributes:
        holds: True: non-convexity follows. False: the hypothesis is met and nothing follows; the argument is silent.
            None: the hypothesis is not met, and no conclusion is drawn.
        statement: the conclusion, as a sentence.
        hypothesis: what it rests on, as a sentence.
        rigorous: whether the conclusion is a proof up to the rounding of float64, rather than numerical evidence.
        low: the loss that convexity would bound the other by.
        high: the loss compared with it.
        margin: by how much ``high`` must exceed ``low``; covers rounding (:func:`permviz.landscape.rounding.loss_rounding`).
    """

    holds: bool | None
    statement: str
    hypothesis: str
    rigorous: bool
    low: float
    high: float
    margin: float


@checked
def jensen_argument(
    network: Network, data: Data, permutations: Permutation | None = None, signed: bool = False
) -> NonconvexityArgument:
    """The post's argument for this very network: its copies' average against their common loss. No optimality is needed.

    Args:
        network: without batch axes; computed in float64.
        data: inputs, targets and the loss.
        permutations: one batch axis; the copies to average. ``None``: the whole group, in closed form.
        signed: with the whole group, average over sign flips too, for activations that have them.

    Copies that are given are all evaluated. Those of the whole group are too many: evaluated are the moves that generate it
    (:func:`generating_copies`), each of which keeps the function at *any* parameters, and so every sequence of them. The losses
    must agree within 1e-9 of their size, else the argument is refused (``holds`` None), as it is where one is not finite.

    Raises:
        ValueError: for a batch of networks, or permutations that are not one batch axis of at least one.
    """
    network = network.single().to(torch.float64)
    decay = decay_of(data)
    objective = objective_word(decay)
    if permutations is None:
        average, copies = symmetric_average(network, signed), generating_copies(network, signed)
        sizes = symmetric_average(network.map(torch.abs))
        hidden = network.spec.hidden
        number = permutation_count(hidden) * (2 ** sum(hidden) if signed else 1)
        swaps, flips = sum(hidden) - len(hidden), sum(hidden) if signed else 0
        moves = (swaps, "swap", "of neighbours"), (flips, "sign flip", "of one node")
        named = [f"{n} {move}{'s' if n > 1 else ''} {of}" for n, move, of in moves if n]
        computed = (
            f"computed for the {' and '.join(named)} that generate them, losses differing by {{:.1e}} at most; each such move "
            f"keeps the function{' and the norm' if decay else ''} at any parameters, which implies it for all"
        )
    else:
        if signed or len(permutations.batch_shape) != 1 or not len(permutations):
            raise ValueError(
                f"Permutations of batch shape {permutations.batch_shape}{' and sign flips' if signed else ''} given: "
                "expected one batch axis of at least one permutation, and no sign flips besides."
            )
        copies = permutations(network)
        average, number = copies.map(lambda p: p.mean(0)), len(permutations)
        sizes = copies.map(lambda p: p.abs().mean(0))
        computed = "computed for each of them, losses differing by {:.1e} at most"
    counted = f"{count_text(number)} copies" if number > 1 else "1 copy"
    low, high = float(loss_of(network, data)), float(loss_of(average, data))
    spread = float((loss_of(copies, data) - low).abs().max())
    agreement = 1e-9 * (1 + abs(low))
    # Terms that cancel leave an error of their own size: it may exceed what is left, and yet be the same for every copy.
    rounding = float(loss_rounding(network, data)) + float(loss_rounding(average, data, sizes))
    margin = max(agreement, rounding)
    own, mean = told_apart(low, high)
    hypothesis = f"The {counted} all have the {objective} {own}" if number > 1 else f"The only copy has the {objective} {own}"
    if signed and not has_sign_flips(network, decay):
        refusal = f"{hypothesis}: not met, a sigmoid's flip moves the next bias, and decay tells the two apart."
        return NonconvexityArgument(None, "No conclusion is drawn.", refusal, True, low, high, margin)
    if not math.isfinite(low) or math.isnan(high) or not spread <= agreement:
        refusal = f"{hypothesis}: not met, computed losses differ by {spread:.1e} or are not finite."
        return NonconvexityArgument(None, "No conclusion is drawn.", refusal, True, low, high, margin)
    hypothesis += f" ({computed.format(spread)})." if number > 1 else "."
    if high > low + margin:
        statement = f"The average of {counted} has the {objective} {mean}, above their own {own}: the {objective} {_REJECTED}."
        return NonconvexityArgument(True, statement, hypothesis, True, low, high, margin)
    statement = f"The average of {counted} has the {objective} {mean}, not above their own {own}: the argument is silent."
    return NonconvexityArgument(False, statement, hypothesis, True, low, high, margin)


def generating_copies(network: Network, signed: bool = False) -> Network:
    """The network, then its copies under the moves that generate the group, one batch axis: each layer's ``n - 1`` swaps of
    neighbours and, if ``signed``, its ``n`` sign flips of one node.

    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> tuple(generating_copies(init_network(NetworkSpec((2, 4, 3, 1))), signed=True).batch_shape)
    (13,)

    Raises:
        ValueError: for a network without hidden layers, or ``signed`` with an activation that has no sign flips.
    """
    spec = network.spec
    if not spec.hidden:
        raise ValueError(f"Widths {spec.widths} have no hidden layer: there are no copies to average.")
    copies = [network]
    for layer, n in enumerate(spec.hidden, start=1):
        copies += [Permutation.transposition(spec, layer, (i, i + 1))(network) for i in range(n - 1)]
        copies += [sign_flip(network, layer, i) for i in range(n)] if signed else []
    return stack(copies)


@dataclass(frozen=True)
class LeastLoss:
    """The least loss that many starts found at one width.

    Attributes:
        widths: of the networks.
        loss: the least seen at any start, converged or not.
        starts: how many were made.
        converged: how many ended with the status "converged"; points in a degenerate valley are not counted.
        agreeing: how many of those ended within 1e-6, relatively, of the least loss.
        weight_decay: of the objective that the loss then is.
    """

    widths: tuple[int, ...]
    loss: float
    starts: int
    converged: int
    agreeing: int
    weight_decay: float = 0.0


@checked
def least_loss(run: TrainingRun) -> LeastLoss:
    """What a run of :func:`permviz.train` says of the least loss of its width. Starts that failed count as not converged."""
    losses = [float(v) if math.isfinite(v) else math.inf for v in run.losses.tolist()]
    best = min(losses)
    converged = [v for v, status in zip(losses, run.status, strict=True) if status is Status.CONVERGED]
    near = best + 1e-6 * abs(best) + 1e-12
    agreeing = sum(v <= near for v in converged)
    return LeastLoss(run.networks.spec.widths, best, len(losses), len(converged), agreeing, run.weight_decay)


@checked
def width_argument(wide: Network, data: Data, narrow: LeastLoss) -> NonconvexityArgument:
    """The post's argument in general: no average over all copies of any width-``n`` network beats the best network of one
    neuron a layer, because it computes what such a network computes (:func:`permviz.reduced_average`).

    If a wide network has a lower loss than every network of widths ``(n_0, 1, ..., 1, n_L)``, the loss at the wide width is
    neither convex nor quasi-convex. The wide network need not be a minimum, being an example. That the narrow ones cannot do
    better is believed after :data:`LEAST_CONVERGED` converged starts of which :data:`LEAST_AGREEING` agree on the least
    loss: numerical evidence, not a proof. :func:`jensen_argument` needs no such hypothesis.

    With weight decay the wide network's loss is its objective, and the narrow ones are searched *without*: an average's decay
    is at least 0, though not that of the narrow network that computes the same.

    Raises:
        ValueError: if the search was made at other widths than ``(n_0, 1, ..., 1, n_L)``, or with decay.
    """
    wide = wide.single().to(torch.float64)
    refuse_frozen(wide.spec, "the average over all copies")
    expected = (wide.spec.widths[0], *(1 for _ in wide.spec.hidden), wide.spec.widths[-1])
    if narrow.widths != expected:
        raise ValueError(f"A search at widths {narrow.widths} given: the average's width is {expected}, so search there.")
    if narrow.weight_decay:
        raise ValueError(
            f"A search with the weight decay {narrow.weight_decay:g} given: the average's own decay is another, so search "
            "without, on data.with_weight_decay(0)."
        )
    objective = objective_word(decay_of(data))
    low, high = float(loss_of(wide, data)), narrow.loss
    margin = 1e-6 * (1 + abs(low))
    own, least = told_apart(low, high)
    hypothesis = (
        f"No network of widths {expected} has a loss below {least}: the least of {narrow.starts} starts, of which "
        f"{narrow.converged} reached a stationary point and {narrow.agreeing} of those this loss. "
    )
    met = narrow.converged >= LEAST_CONVERGED and narrow.agreeing >= LEAST_AGREEING
    if not met or not math.isfinite(low) or not math.isfinite(high):
        hypothesis += f"Not met: at least {LEAST_CONVERGED} and {LEAST_AGREEING} are asked for, and finite losses."
        return NonconvexityArgument(None, "No conclusion is drawn.", hypothesis, False, low, high, margin)
    hypothesis += "That is numerical evidence, not a proof."
    if low < high - margin:
        statement = (
            f"A network of widths {wide.spec.widths} has the {objective} {own}, below {least}: the {objective} {_REJECTED}."
        )
        return NonconvexityArgument(True, statement, hypothesis, False, low, high, margin)
    why = (
        "one node a layer is all this network has"
        if permutation_count(wide.spec.hidden) == 1
        else f"one node a layer already reaches {least}, and this network's {objective} of {own} is not below it"
    )
    return NonconvexityArgument(False, f"The argument is silent: {why}.", hypothesis, False, low, high, margin)
