"""Losses of outputs against targets: of given outputs, and of the best answer that does not look at the input."""

from __future__ import annotations

import torch
from torch import Tensor

LOSSES = ("squared", "binary-cross-entropy", "cross-entropy")


def loss_of_outputs(outputs: Tensor, targets: Tensor, kind: str) -> Tensor:
    """Loss ``(*batch,)`` of outputs ``(*batch, N, n_L)``, averaged over the ``N`` samples.

    "squared": ``1/N sum_s ||F(x_s) - y_s||^2``, targets ``(N, n_L)``. "binary-cross-entropy": one logit, targets 0 or 1 of
    shape ``(N,)``, natural logarithm. "cross-entropy": ``n_L`` logits, class ids ``(N,)``, natural logarithm.

    Raises:
        ValueError: for an unknown kind or for outputs that do not fit it.
    """
    samples, width = outputs.shape[-2:]
    if kind == "squared":
        if targets.shape != (samples, width):
            raise ValueError(
                f"Outputs (N, n_L) = ({samples}, {width}) do not fit targets {tuple(targets.shape)}: "
                "give the network as many outputs as the task has targets."
            )
        return (outputs - targets.to(outputs.dtype)).square().sum(-1).mean(-1)
    if kind == "binary-cross-entropy":
        if width != 1:
            raise ValueError(f"{width} outputs given for a two-class task: expected 1, the logit of the second class.")
        logit = outputs.squeeze(-1)
        # log(1 + exp(-s)) for the signed margin s: without overflow, and with the right gradient at s = 0 too.
        return -torch.nn.functional.logsigmoid(torch.where(targets > 0, logit, -logit)).mean(-1)
    if kind == "cross-entropy":
        if int(targets.max()) >= width:
            raise ValueError(f"{width} outputs given for {int(targets.max()) + 1} classes: expected one output a class.")
        index = targets.expand(outputs.shape[:-1]).unsqueeze(-1)
        return (torch.logsumexp(outputs, -1) - outputs.gather(-1, index).squeeze(-1)).mean(-1)
    raise ValueError(_unknown(kind))


def best_constant_loss(targets: Tensor, kind: str) -> float:
    """The least loss of a constant answer, the same for every input: what guessing costs.

    "squared": the targets' total variance ``1/N sum_s ||y_s - mean(y)||^2``. Cross-entropies: the entropy ``-sum_c p_c ln p_c``
    of the classes' shares ``p_c``, which is ``ln n`` for ``n`` equally frequent ones. Targets as in :func:`loss_of_outputs`.

    Raises:
        ValueError: for an unknown kind.

    >>> best_constant_loss(torch.tensor([[1.0], [3.0]]), "squared")
    1.0
    >>> round(best_constant_loss(torch.tensor([0, 1, 1, 0]), "binary-cross-entropy"), 6)
    0.693147
    """
    if kind not in LOSSES:
        raise ValueError(_unknown(kind))
    if kind == "squared":
        return float((targets - targets.mean(0)).square().sum(-1).mean())
    share = torch.bincount(targets.long()).double() / len(targets)
    return float(torch.special.entr(share).sum())


def _unknown(kind: str) -> str:
    return f"Unknown loss {kind!r}: choose one of {', '.join(LOSSES)}."
