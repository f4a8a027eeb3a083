"""The losses, as one table: value, derivatives, what they ask of targets and outputs, and the words that belong to each.

A row is all there is to a loss: training, slices, certificates and pages read it. (The diagram's twin in JavaScript is
``forward.js``.) Inside the table samples stand last, as in :mod:`permviz.derivatives.passes`: outputs are ``(*batch, n_L, N)``,
targets as the row's ``pack`` leaves them. :mod:`permviz.networks.evaluation` is how others reach value and checks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid, softplus


@dataclass(frozen=True)
class Loss:
    """One loss: the mean over ``N`` samples of a convex function of a sample's outputs.

    Attributes:
        name: the key in :data:`LOSSES`, by which data sets and links know it.
        label: as on an axis, with its unit.
        classifies: whether targets are classes ``(N,)`` rather than numbers ``(N, n_L)``.
        check: ``targets -> None``, or ``ValueError`` for values that the loss has no meaning for; shapes are checked before.
        outputs: ``targets -> n_L``, the outputs that they ask a network for.
        exact: whether it must be just as many, or may be more.
        pack: ``(targets, dtype) -> (n_L or 1, N)``: targets as the functions below take them.
        value: ``(outputs, packed) -> (*batch,)``, differentiable.
        value_: the same, free to overwrite ``outputs`` (the slice engine's inner loop).
        gradient: ``dL/d outputs``, of ``outputs``' shape, the mean's ``1/N`` included.
        curvature: ``d^2 L / d outputs^2`` sample by sample, ``(B, n_L, n_L, N)`` of ``(B, n_L, N)``, ``1/N`` included.
        separated: ``(B,)`` of ``(B, n_L, N)``: whether every sample is answered so rightly that larger outputs lower the loss
            for ever.
        best_constant: ``targets -> float``, the least loss of one answer for every input.
        answers: what ``answer`` is: a "value", the "probability" of the second of two classes, or the likeliest "class".
        answer: ``(..., n_L) -> (...)``, an output in one number, for a picture.
        second_order: the method of :func:`permviz.train` that suits it.
    """

    name: str
    label: str
    classifies: bool
    check: Callable[[Tensor], None]
    outputs: Callable[[Tensor], int]
    exact: bool
    pack: Callable[[Tensor, torch.dtype], Tensor]
    value: Callable[[Tensor, Tensor], Tensor]
    value_: Callable[[Tensor, Tensor], Tensor]
    gradient: Callable[[Tensor, Tensor], Tensor]
    curvature: Callable[[Tensor, Tensor], Tensor]
    separated: Callable[[Tensor, Tensor], Tensor]
    best_constant: Callable[[Tensor], float]
    answers: Literal["value", "probability", "class"]
    answer: Callable[[Tensor], Tensor]
    second_order: Literal["levenberg-marquardt", "newton"]


def _eye(outputs: Tensor) -> Tensor:
    """``(n_L, n_L, 1)``."""
    return torch.eye(outputs.shape[-2], dtype=outputs.dtype, device=outputs.device)[:, :, None]


def _squared(outputs: Tensor, targets: Tensor) -> Tensor:
    residuals = outputs - targets
    return (residuals * residuals).sum((-2, -1)) / outputs.shape[-1]


def _squared_curvature(outputs: Tensor, targets: Tensor) -> Tensor:
    batch, count, samples = outputs.shape
    return (_eye(outputs) * (2 / samples)).expand(batch, count, count, samples)


SQUARED = Loss(
    name="squared",  # 1/N sum_s ||F(x_s) - y_s||^2
    label="mean squared error",
    classifies=False,
    check=lambda targets: None,
    outputs=lambda targets: targets.shape[-1],
    exact=True,
    pack=lambda targets, dtype: targets.mT.to(dtype).contiguous(),
    value=_squared,
    value_=lambda outputs, targets: outputs.sub_(targets).square_().sum((-2, -1)).div_(outputs.shape[-1]),
    gradient=lambda outputs, targets: (outputs - targets) * (2 / outputs.shape[-1]),
    curvature=_squared_curvature,
    separated=lambda outputs, targets: outputs.new_zeros(len(outputs), dtype=torch.bool),
    best_constant=lambda targets: float((targets - targets.mean(0)).square().sum(-1).mean()),
    answers="value",
    answer=lambda outputs: outputs[..., 0],
    second_order="levenberg-marquardt",
)


def _check_two_classes(targets: Tensor) -> None:
    if not bool(((targets == 0) | (targets == 1)).all()):
        low, high = targets.min().item(), targets.max().item()
        raise ValueError(f"Targets from {low} to {high} given for two classes: expected the classes 0 and 1 alone.")


def _entropy(targets: Tensor) -> float:
    """``-sum_c p_c ln p_c`` of the classes' shares: ``ln n`` for ``n`` equally frequent ones."""
    share = torch.bincount(targets.long()).double() / len(targets)
    return float(torch.special.entr(share).sum())


_BINARY = Loss(
    name="binary-cross-entropy",  # one logit; -1/N sum_s ln of the probability that it gives to the sample's class
    label="cross-entropy, nats",
    classifies=True,
    check=_check_two_classes,
    outputs=lambda targets: 1,
    exact=True,
    pack=lambda targets, dtype: (targets > 0).to(dtype).unsqueeze(0),
    # ln(1 + exp(-s)) for the signed margin s: without overflow, and with the right gradient at s = 0 too.
    value=lambda outputs, targets: logsigmoid((2 * targets - 1) * outputs).sum((-2, -1)) / -outputs.shape[-1],
    # ln(1 + exp(z)) is z to rounding above 40, in either precision.
    value_=lambda outputs, targets: softplus(outputs.mul_(1 - 2 * targets), threshold=40).mean((-2, -1)),
    gradient=lambda outputs, targets: (torch.sigmoid(outputs) - targets) * (1 / outputs.shape[-1]),
    curvature=lambda outputs, targets: (
        (torch.sigmoid(outputs) * torch.sigmoid(-outputs)).unsqueeze(1) * (1 / outputs.shape[-1])
    ),
    separated=lambda outputs, targets: ((2 * targets - 1) * outputs > 0).flatten(1).all(-1),
    best_constant=_entropy,
    answers="probability",
    answer=lambda outputs: outputs[..., 0].sigmoid(),
    second_order="newton",
)


def _check_classes(targets: Tensor) -> None:
    if targets.dtype != torch.int64:
        raise ValueError(f"Targets of dtype {targets.dtype} given for classes: expected class ids of int64.")
    if int(targets.min()) < 0:
        raise ValueError(f"The class {int(targets.min())} given for a sample: expected class ids from 0.")


def _classes(outputs: Tensor, targets: Tensor) -> Tensor:
    """The packed class ids as an index ``(*batch, 1, N)`` into outputs."""
    return targets.expand(*outputs.shape[:-2], *targets.shape)


def _cross_entropy(outputs: Tensor, targets: Tensor) -> Tensor:
    right = outputs.gather(-2, _classes(outputs, targets)).squeeze(-2)
    return (torch.logsumexp(outputs, -2) - right).sum(-1) / outputs.shape[-1]


def _cross_entropy_gradient(outputs: Tensor, targets: Tensor) -> Tensor:
    index = _classes(outputs, targets)
    return torch.softmax(outputs, -2).scatter_(-2, index, -1.0, reduce="add").mul_(1 / outputs.shape[-1])


def _cross_entropy_curvature(outputs: Tensor, targets: Tensor) -> Tensor:
    p = torch.softmax(outputs, -2)
    return (_eye(outputs) * p.unsqueeze(1) - p.unsqueeze(1) * p.unsqueeze(2)) * (1 / outputs.shape[-1])


def _all_likeliest(outputs: Tensor, targets: Tensor) -> Tensor:
    index = _classes(outputs, targets)
    others = outputs.scatter(-2, index, -torch.inf).amax(-2)
    return (outputs.gather(-2, index).squeeze(-2) > others).all(-1)


_CLASSES = Loss(
    name="cross-entropy",  # n_L logits; -1/N sum_s ln softmax(F(x_s))_{class of s}
    label="cross-entropy, nats",
    classifies=True,
    check=_check_classes,
    outputs=lambda targets: int(targets.max()) + 1,
    exact=False,
    pack=lambda targets, dtype: targets.unsqueeze(0),
    value=_cross_entropy,
    value_=_cross_entropy,
    gradient=_cross_entropy_gradient,
    curvature=_cross_entropy_curvature,
    separated=_all_likeliest,
    best_constant=_entropy,
    answers="class",
    answer=lambda outputs: outputs.argmax(-1),
    second_order="newton",
)

LOSSES: dict[str, Loss] = {entry.name: entry for entry in (SQUARED, _BINARY, _CLASSES)}
"""Every loss by name."""


def get_loss(name: str) -> Loss:
    """The table's entry for ``name``.

    Raises:
        ValueError: for a name that is not in :data:`LOSSES`.

    >>> get_loss("squared").label
    'mean squared error'
    """
    try:
        return LOSSES[name]
    except (KeyError, TypeError):
        raise ValueError(f"Unknown loss {name!r}: choose one of {', '.join(LOSSES)}.") from None
