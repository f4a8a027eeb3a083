"""When a second-order method has come to its end, converged or on its way to infinity.

A small gradient does not tell a minimum from a valley that leads to infinity, and depends on the units of inputs and targets.
So little must be promised, too: ``sum_i g_i^2 / |B_ii|``, with the matrix ``B`` of :mod:`.second_order`, twice what the
parameters would gain one by one, whatever their units, is at most ``tolerance^(3/2)`` times the loss of outputs 0. Then three
signs decide.

1. Cross-entropy, all samples classified rightly: multiplying the output layer by ``c > 1`` lowers every sample's loss, so no
   such point is stationary and no *global* minimum exists, the infimum 0 being approached only at infinity: a proof.
2. Otherwise such a start makes up to :data:`POLISH` further steps. At a minimum Newton steps shrink, quadratically or, where
   the Hessian is singular, geometrically (by 2/3 for a quartic); along ``exp(-r)`` they stay equal and along ``r^-p`` they
   grow. Steps that do not shrink and have lengthened ``theta`` by :data:`REAL_GROWTH` mean "diverging".
3. Steps that shrink mean "converged", unless doubling all outputs costs nothing (quasi-separable classes, or outputs so large
   that rounding hides the rest), or the norm has grown that much and the last step is no small part of it. Those, and steps
   that neither shrink nor lead away, are "degenerate": curvature vanishes, and they cannot tell a minimum there from none.

With weight decay the objective grows with ``||theta||``, so that nothing runs to infinity and some minimum exists: the first
sign is never seen, doubled outputs are never free, and steps that do not shrink are "degenerate".
"""

from __future__ import annotations

import torch
from torch import Tensor

from permviz.derivatives.passes import Objective
from permviz.training.status import Ending, converged, degenerate, diverging, failed_at_the_start, stalled, stopped

POLISH = 15
"""Steps by which a small gradient is tested: a minimum needs about three, and along exp(-r) fifteen reach rounding."""

REAL_GROWTH = 0.05
"""The part of its norm that a start running to infinity gains while it is tested; in a degenerate valley it creeps by less."""

MOST_GROWTH = 2.0**16
"""Sixteen rejections in a row multiply the damping by 2^120: nothing that is representable is left to try."""

GOING, CONVERGED, STALLED, DIVERGING, FAILED, DEGENERATE = range(6)


def judge(now: dict[str, Tensor], accepted: Tensor, length: Tensor, tolerance: float, objective: Objective) -> None:
    """Write into the state ``now`` which starts are done, and why; ``length`` is that of their last step, taken or not."""
    size = now["theta"].norm(dim=-1)
    curvatures = now["matrix"].diagonal(dim1=1, dim2=2).abs().clamp(min=torch.finfo(size.dtype).tiny)
    promised = (now["gradient"] ** 2 / curvatures).sum(-1)
    below = (now["gradient"].norm(dim=-1) < tolerance) & (promised <= tolerance**1.5 * objective.scale)
    first = below & (now["polished"] == 0)
    now["norm"] = torch.where(first, size, now["norm"])
    now["shrunk"] = torch.where(first, 0, now["shrunk"])
    now["polished"] = torch.where(below, now["polished"] + 1, now["polished"])
    eps = torch.finfo(size.dtype).eps
    stuck = ~accepted & ((length <= eps * (1 + size)) | (now["growth"] > MOST_GROWTH))
    settled = (now["shrunk"] >= 2) | (accepted & (length <= 1e-7 * (1 + size))) | stuck
    tested = now["polished"] >= POLISH
    gained = size - now["norm"]
    grown = gained > REAL_GROWTH * now["norm"]
    arrived = settled & (~grown | (now["length"] <= 0.01 * gained))
    outcome = torch.full_like(now["outcome"], GOING)
    outcome[stuck] = STALLED
    outcome[below & (settled | tested)] = DEGENERATE
    outcome[below & arrived & ~now["endless"]] = CONVERGED
    if not objective.decay:
        outcome[below & tested & ~settled & grown] = DIVERGING
    outcome[below & now["separated"]] = DIVERGING
    now["outcome"] = outcome


def ending(outcome: int, steps: int, gradient_norm: float, tolerance: float, size: float) -> Ending:
    """What is said of a start with parameters of norm ``size``."""
    if outcome == FAILED:
        return failed_at_the_start()
    if outcome == DIVERGING:
        return diverging(gradient_norm, size)
    if outcome == DEGENERATE:
        return degenerate(gradient_norm, tolerance, size)
    if outcome == CONVERGED:
        return converged(gradient_norm, tolerance)
    if outcome == STALLED:
        return stalled(gradient_norm)
    return stopped(steps, gradient_norm)
