"""Losses of outputs against targets: of given outputs, and of the best answer that does not look at the input.

Whatever evaluates a loss on data asks :func:`check_data` first, once a call and never in a loop.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

LOSSES = ("squared", "binary-cross-entropy", "cross-entropy")


class Data(Protocol):
    """What a loss needs of a data set: see :class:`permviz.networks.datasets.Dataset`."""

    @property
    def inputs(self) -> Tensor: ...
    @property
    def targets(self) -> Tensor: ...
    @property
    def loss(self) -> str: ...


def check_data(data: Data) -> None:
    """Whether inputs, targets and the loss fit together: ``N`` of both, ``N >= 1``, and targets as the loss asks for them.

    Raises:
        ValueError: for inputs other than ``(N, n_0)``, and for targets as in :func:`check_targets`.
    """
    if data.inputs.ndim != 2:
        raise ValueError(f"Inputs of shape {tuple(data.inputs.shape)} given: expected (N, n_0), one row a sample.")
    samples = len(data.inputs)
    if data.targets.ndim and len(data.targets) != samples:
        raise ValueError(
            f"{samples} inputs and {len(data.targets)} targets given: expected one target an input, so give equally many."
        )
    check_targets(data.targets, samples, data.loss)


def check_targets(targets: Tensor, samples: int, kind: str) -> None:
    """Whether targets are those of a loss: ``(N, n_L)``, or ``(N,)`` of 0 and 1, or ``(N,)`` of int64 class ids from 0.

    Raises:
        ValueError: for an unknown kind, no samples, another shape, or values that are no classes.
    """
    if kind not in LOSSES:
        raise ValueError(_unknown(kind))
    if samples < 1:
        raise ValueError(f"Targets of shape {tuple(targets.shape)} given: a loss needs at least one sample.")
    if targets.ndim != (2 if kind == "squared" else 1) or len(targets) != samples:
        wanted = f"({samples}, n_L)" if kind == "squared" else f"({samples},), one class a sample"
        raise ValueError(f"Targets of shape {tuple(targets.shape)} given for the loss {kind!r}: expected {wanted}.")
    if kind == "binary-cross-entropy" and not bool(((targets == 0) | (targets == 1)).all()):
        low, high = targets.min().item(), targets.max().item()
        raise ValueError(f"Targets from {low} to {high} given for the loss {kind!r}: expected the classes 0 and 1 alone.")
    if kind == "cross-entropy":
        if targets.dtype != torch.int64:
            raise ValueError(f"Targets of dtype {targets.dtype} given for the loss {kind!r}: expected class ids of int64.")
        if int(targets.min()) < 0:
            raise ValueError(f"The class {int(targets.min())} given for the loss {kind!r}: expected class ids from 0.")


def loss_of_outputs(outputs: Tensor, targets: Tensor, kind: str) -> Tensor:
    """Loss ``(*batch,)`` of outputs ``(*batch, N, n_L)``, averaged over the ``N`` samples.

    "squared": ``1/N sum_s ||F(x_s) - y_s||^2``, targets ``(N, n_L)``. "binary-cross-entropy": one logit, targets 0 or 1 of
    shape ``(N,)``, natural logarithm. "cross-entropy": ``n_L`` logits, class ids ``(N,)``, natural logarithm.

    Raises:
        ValueError: for an unknown kind, or outputs that do not fit it or the targets. Classes are :func:`check_targets`'.
    """
    samples, width = outputs.shape[-2:]
    if kind == "squared":
        if targets.shape != (samples, width):
            raise ValueError(
                f"Outputs (N, n_L) = ({samples}, {width}) do not fit targets {tuple(targets.shape)}: "
                "give the network as many outputs as the task has targets."
            )
        return (outputs - targets.to(outputs.dtype)).square().sum(-1).mean(-1)
    if kind in LOSSES and targets.shape != (samples,):
        raise ValueError(f"Targets of shape {tuple(targets.shape)} given: expected ({samples},), one class a sample.")
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
        ValueError: for an unknown kind, or targets that it does not have.

    >>> best_constant_loss(torch.tensor([[1.0], [3.0]]), "squared")
    1.0
    >>> round(best_constant_loss(torch.tensor([0, 1, 1, 0]), "binary-cross-entropy"), 6)
    0.693147
    """
    check_targets(targets, len(targets) if targets.ndim else 1, kind)
    if kind == "squared":
        return float((targets - targets.mean(0)).square().sum(-1).mean())
    share = torch.bincount(targets.long()).double() / len(targets)
    return float(torch.special.entr(share).sum())


def _unknown(kind: str) -> str:
    return f"Unknown loss {kind!r}: choose one of {', '.join(LOSSES)}."
