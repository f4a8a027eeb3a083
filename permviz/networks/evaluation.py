"""Data against their loss: whether the two fit together, what given outputs cost, and what the best answer that does not look
at the input would cost.

**The objective travels with the data.** Data may carry a weight decay ``lambda``; whatever takes them then computes
``loss + lambda ||theta||^2``, over all weights and biases, where it says "loss": training, slices, derivatives, certificates.
What depends on outputs alone, such as :func:`loss_of_outputs`, knows of none.

Whatever evaluates a loss on data asks :func:`check_data` first, once a call and never in a loop.
"""

from __future__ import annotations

from numbers import Real
from typing import Protocol

from torch import Tensor

from permviz.networks.losses import get_loss
from permviz.networks.results import described

LARGEST = 1e100
"""Of the numbers of a data set: their squares, and products of those, are still far from overflow."""


MOST_DECAY = 100.0
"""Of the weight decay: from about 1 on nothing is left of a network that decays."""


class Data(Protocol):
    """What a loss needs of a data set: see :class:`permviz.networks.datasets.Dataset`. It may have a ``weight_decay`` too."""

    @property
    def inputs(self) -> Tensor: ...
    @property
    def targets(self) -> Tensor: ...
    @property
    def loss(self) -> str: ...


def check_data(data: Data) -> None:
    """Whether inputs, targets and the loss fit together: ``N`` of both, ``N >= 1``, and targets as the loss asks for them.

    Raises:
        ValueError: for inputs other than ``(N, n_0)``, targets as in :func:`check_targets`, and numbers that are not finite or
            larger than :data:`LARGEST`.
    """
    for part in (data.inputs, data.targets):
        if not isinstance(part, Tensor):
            raise ValueError(f"Data of {described(part)} given: expected tensors, so use Dataset.from_arrays.")
    if data.inputs.ndim != 2:
        raise ValueError(f"Inputs of shape {tuple(data.inputs.shape)} given: expected (N, n_0), one row a sample.")
    samples = len(data.inputs)
    if data.targets.ndim and len(data.targets) != samples:
        raise ValueError(
            f"{samples} inputs and {len(data.targets)} targets given: expected one target an input, so give equally many."
        )
    check_targets(data.targets, samples, data.loss)
    for name, part in (("Inputs", data.inputs), ("Targets", data.targets)):
        if not bool((part.abs() <= LARGEST).all()):  # nor if it is no number
            raise ValueError(
                f"{name} that are not finite, or beyond {LARGEST:g}, given: their squares are summed, so standardise them."
            )
    decay_of(data)


def checked_decay(value: object) -> float:
    """A weight decay as a float.

    Raises:
        ValueError: for what is no finite number from 0 to :data:`MOST_DECAY`.

    >>> checked_decay(-1)
    Traceback (most recent call last):
    ValueError: Weight decay -1 given: expected a number from 0 to 100, such as 0.001; 0 is none.
    """
    if isinstance(value, Tensor) and value.ndim == 0:
        value = value.item()
    fits = isinstance(value, Real) and not isinstance(value, bool)
    if not fits or not 0 <= value <= MOST_DECAY:  # type: ignore[operator]  # nor if it is no number
        raise ValueError(
            f"Weight decay {described(value)} given: expected a number from 0 to {MOST_DECAY:g}, such as 0.001; 0 is none."
        )
    return float(value)  # type: ignore[arg-type]


def decay_of(data: Data, given: float | None = None) -> float:
    """The ``lambda`` of the objective: the one ``given``, or else that of the data, or else 0."""
    return checked_decay(getattr(data, "weight_decay", 0.0) if given is None else given)


def objective_word(decay: float) -> str:
    """What is minimised, in a sentence: "loss", or with decay "loss plus decay"."""
    return "loss plus decay" if decay else "loss"


def objective_label(data: Data) -> str:
    """What the objective is called on an axis: the loss with its unit, and that decay is added where it is."""
    label = get_loss(data.loss).label
    return f"{label}, plus decay" if decay_of(data) else label


def check_targets(targets: Tensor, samples: int, kind: str) -> None:
    """Whether targets are those of a loss: numbers ``(N, n_L)``, or classes ``(N,)`` that it knows.

    Raises:
        ValueError: for an unknown loss, no samples, another shape, or values that the loss has no meaning for.
    """
    loss = get_loss(kind)
    if samples < 1:
        raise ValueError(f"Targets of shape {tuple(targets.shape)} given: a loss needs at least one sample.")
    if targets.ndim != (1 if loss.classifies else 2) or len(targets) != samples:
        wanted = f"({samples},), one class a sample" if loss.classifies else f"({samples}, n_L)"
        raise ValueError(f"Targets of shape {tuple(targets.shape)} given for the loss {kind!r}: expected {wanted}.")
    loss.check(targets)


def check_outputs(targets: Tensor, width: int, kind: str) -> None:
    """Whether ``width`` outputs are what targets, already checked, ask for.

    Raises:
        ValueError: for fewer, or for more where the loss has no use for them.
    """
    loss = get_loss(kind)
    wanted = loss.outputs(targets)
    if width < wanted or (loss.exact and width != wanted):
        raise ValueError(
            f"{width} outputs given for targets that ask for {'' if loss.exact else 'at least '}{wanted} ({kind}): "
            "give the network as many outputs."
        )


def loss_of_outputs(outputs: Tensor, targets: Tensor, kind: str) -> Tensor:
    """Loss ``(*batch,)`` of outputs ``(*batch, N, n_L)``, averaged over the ``N`` samples; differentiable.

    "squared": ``1/N sum_s ||F(x_s) - y_s||^2``, targets ``(N, n_L)``. "binary-cross-entropy": one logit, targets 0 or 1 of
    shape ``(N,)``, natural logarithm. "cross-entropy": ``n_L`` logits, class ids ``(N,)``, natural logarithm.

    Raises:
        ValueError: for an unknown loss, targets as in :func:`check_targets`, or outputs that they do not ask for.
    """
    samples, width = outputs.shape[-2:]
    check_targets(targets, samples, kind)
    check_outputs(targets, width, kind)
    loss = get_loss(kind)
    return loss.value(outputs.mT, loss.pack(targets, outputs.dtype))


def best_constant_loss(targets: Tensor, kind: str) -> float:
    """The least loss of a constant answer, the same for every input: what guessing costs.

    "squared": the targets' total variance ``1/N sum_s ||y_s - mean(y)||^2``. Cross-entropies: the entropy ``-sum_c p_c ln p_c``
    of the classes' shares ``p_c``, which is ``ln n`` for ``n`` equally frequent ones.

    Raises:
        ValueError: for an unknown loss, or targets that it does not have.

    >>> import torch
    >>> best_constant_loss(torch.tensor([[1.0], [3.0]]), "squared")
    1.0
    >>> round(best_constant_loss(torch.tensor([0, 1, 1, 0]), "binary-cross-entropy"), 6)
    0.693147
    """
    check_targets(targets, len(targets) if targets.ndim else 1, kind)
    return get_loss(kind).best_constant(targets)
