"""Losses and their gradients for whole batches of networks, in closed form: backpropagation without a graph.

Convention of this module and of :mod:`.jacobians`: samples stand last, so activations are ``(B, n_k, N)`` with the batch
flattened to one axis ``B``, and targets ``(n_L, N)``. The innermost loop of every product is then long however narrow the
network. ``delta_k = dL/dz_k`` with ``z_k = W_k h_{k-1} + b_k`` and ``h_0`` the inputs; ``dL/dW_k = sum_n delta_k h_{k-1}^T``,
``dL/db_k = sum_n delta_k`` and ``delta_{k-1} = sigma'(z_{k-1}) * W_k^T delta_k`` (Rumelhart, Hinton & Williams 1986).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import torch
from torch import Tensor

from permviz.networks.activations import get_activation
from permviz.networks.checks import checked
from permviz.networks.evaluation import check_data, decay_of
from permviz.networks.frozen import frozen_matrices, on_free
from permviz.networks.losses import Loss, get_loss
from permviz.networks.network import Data, Network, NetworkSpec, unflatten

CHUNK = 2**18
"""Activations of the widest layer that are held at once (2 MB in float64): larger batches are walked through in chunks."""


@dataclass(frozen=True, eq=False)
class Objective:
    """A data set's loss as a function of the outputs, for one dtype and one shape of network, and the decay beside it.

    Attributes:
        spec: the networks it is for.
        augmented: ``(n_0 + 1, N)``: the inputs, and below them a row of ones that the first bias multiplies.
        targets: ``(n_L or 1, N)``, as the loss packs them.
        loss: the table's row.
        decay: ``lambda``: the objective is ``loss + lambda ||theta||^2``. :func:`propagate` adds the value and its gradient
            ``2 lambda theta``, :func:`.hessians.curvature_matrices` its Hessian ``2 lambda I``.
    """

    spec: NetworkSpec
    augmented: Tensor
    targets: Tensor
    loss: Loss
    decay: float = 0.0

    @classmethod
    def of(
        cls,
        spec: NetworkSpec,
        data: Data,
        dtype: torch.dtype,
        device: torch.device | None = None,
        weight_decay: float | None = None,
    ) -> Objective:
        """The objective of ``data`` for networks of shape ``spec``; with the decay of the data, if no other is given.

        Raises:
            ValueError: if the data do not fit together, or the network's input or output width is not what they ask for.
        """
        check_widths(spec, data)
        loss = get_loss(data.loss)
        inputs, targets = with_ones(data.inputs.to(device, dtype)), loss.pack(data.targets.to(device), dtype)
        return cls(spec, inputs, targets, loss, decay_of(data, weight_decay))

    @property
    def inputs(self) -> Tensor:
        """``(n_0, N)``."""
        return self.augmented[:-1]

    @cached_property
    def samples(self) -> int:
        return self.augmented.shape[-1]

    @cached_property
    def scale(self) -> float:
        """The loss of outputs 0, which is the objective of parameters 0, by which tolerances are measured; 1 where it is 0."""
        return float(self.losses(self.augmented.new_zeros(1, self.spec.widths[-1], self.samples))) or 1.0

    def losses(self, outputs: Tensor) -> Tensor:
        """Losses ``(B,)`` of outputs ``(B, n_L, N)``, without decay; formulas as in
        :func:`permviz.networks.evaluation.loss_of_outputs`."""
        return self.loss.value(outputs, self.targets)

    def output_gradient(self, outputs: Tensor) -> Tensor:
        """``delta_L = dL/d outputs``, ``(B, n_L, N)``, the mean's ``1/N`` included."""
        return self.loss.gradient(outputs, self.targets)

    def output_hessian(self, outputs: Tensor) -> Tensor:
        """``d^2 L / d outputs^2``, sample by sample, ``(B, n_L, n_L, N)``, the mean's ``1/N`` included."""
        return self.loss.curvature(outputs, self.targets)

    def separated(self, outputs: Tensor) -> Tensor:
        """Whether larger outputs would lower every sample's loss for ever, and can be had, ``(B,)``: what decay adds would
        outgrow that."""
        separated = self.loss.separated(outputs, self.targets) & self.scalable
        return torch.zeros_like(separated) if self.decay else separated

    @cached_property
    def scalable(self) -> bool:
        """Whether the output layer may be multiplied by a number: frozen weights other than 0 forbid it."""
        return self.spec.frozen is None or not bool(frozen_matrices(self.spec)[-1][1].any())


def with_ones(inputs: Tensor) -> Tensor:
    """Inputs ``(N, n_0)`` as ``(n_0 + 1, N)``, the last row of ones."""
    return torch.cat([inputs.T, inputs.new_ones(1, len(inputs))])


def check_widths(spec: NetworkSpec, data: Data) -> None:
    """Whether data fit together, and a network of shape ``spec``; ``ValueError`` in a sentence where they do not."""
    check_data(data)
    loss = get_loss(data.loss)
    wanted_in, wanted_out = data.inputs.shape[-1], loss.outputs(data.targets)
    fits = spec.widths[-1] == wanted_out if loss.exact else spec.widths[-1] >= wanted_out
    if spec.widths[0] != wanted_in or not fits:
        least = "" if loss.exact else "at least "
        raise ValueError(
            f"Widths {spec.widths} do not fit the task: it has {wanted_in} inputs and asks for {least}{wanted_out} outputs "
            f"({data.loss}), so use ({wanted_in}, ..., {wanted_out})."
        )


def forward(
    activation: str, augmented: Tensor, weights: Sequence[Tensor], biases: Sequence[Tensor]
) -> tuple[list[Tensor], list[Tensor]]:
    """Activations ``h_1, ..., h_{L-1}, outputs`` and slopes ``sigma'(z_1), ..., sigma'(z_{L-1})``, each ``(B, n_k, N)``.

    Args:
        activation: of the hidden layers.
        augmented: inputs ``(n_0 + 1, N)``, their last row of ones.
        weights, biases: ``(B, n_k, n_{k-1})`` and ``(B, n_k)``.
    """
    sigma, activations, slopes = get_activation(activation), [], []
    batch, nodes, fan_in = weights[0].shape
    first = torch.cat([weights[0], biases[0].unsqueeze(-1)], dim=-1)  # one product for the whole batch, bias included
    z = (first.view(-1, fan_in + 1) @ augmented).view(batch, nodes, -1)
    for w, b in zip(weights[1:], biases[1:], strict=True):
        h, slope = sigma.value_and_slope(z)
        activations.append(h)
        slopes.append(slope)
        z = torch.baddbmm(b.unsqueeze(-1), w, h)
    return [*activations, z], slopes


class Passes(NamedTuple):
    """What a forward and a backward pass over a batch leave behind, layer by layer; second derivatives are made of it.

    Attributes:
        weights, biases: ``(B, n_k, n_{k-1})`` and ``(B, n_k)``.
        activations: ``h_1, ..., h_{L-1}, outputs``, each ``(B, n_k, N)``.
        slopes: ``sigma'(z_1), ..., sigma'(z_{L-1})``, each ``(B, n_k, N)``.
        deltas: ``dL/dz_1, ..., dL/dz_L``, each ``(B, n_k, N)``.
    """

    weights: Sequence[Tensor]
    biases: Sequence[Tensor]
    activations: Sequence[Tensor]
    slopes: Sequence[Tensor]
    deltas: Sequence[Tensor]

    def of(self, rows: Tensor) -> Passes:
        """Those of some networks of the batch, by their indices."""
        return Passes(*([tensor.index_select(0, rows) for tensor in layers] for layers in self))


def pull_back(weight: Tensor, deltas: Tensor) -> Tensor:
    """``W^T delta``, ``(B, n_{k-1}, N)``, of ``(B, n_k, n_{k-1})`` and ``(B, n_k, N)``."""
    # At a layer of one node it is an outer product, for which torch's bmm is slow.
    return weight.mT * deltas if weight.shape[1] == 1 else torch.bmm(weight.mT, deltas)


def propagate(objective: Objective, weights: Sequence[Tensor], biases: Sequence[Tensor]) -> tuple[Tensor, Tensor, Passes]:
    """Losses ``(B,)``, gradients ``(B, P)`` in the order of ``Network.flatten``, and what they were made of.

    Decay is included; at frozen entries gradients are 0.
    """
    activations, slopes = forward(objective.spec.activation, objective.augmented, weights, biases)
    deltas, parts = [objective.output_gradient(activations[-1])], []
    for k in range(len(weights) - 1, 0, -1):
        parts += [deltas[0].sum(-1), torch.bmm(deltas[0], activations[k - 1].mT).flatten(1)]
        deltas.insert(0, pull_back(weights[k], deltas[0]).mul_(slopes[k - 1]))
    first = (deltas[0].flatten(0, 1) @ objective.augmented.mT).view(*deltas[0].shape[:2], -1)
    parts += [first[..., -1], first[..., :-1].flatten(1)]
    gradient, losses = torch.cat(parts[::-1], dim=-1), objective.losses(activations[-1])
    if objective.decay:
        theta = torch.cat([p.flatten(1) for pair in zip(weights, biases, strict=True) for p in pair], dim=-1)
        losses = losses + objective.decay * theta.square().sum(-1)
        gradient.add_(theta, alpha=2 * objective.decay)
    gradient = on_free(objective.spec, gradient)
    return losses, gradient, Passes(weights, biases, activations, slopes, deltas)


def backward(objective: Objective, weights: Sequence[Tensor], biases: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Losses ``(B,)`` and gradients ``(B, P)``; weights and biases as for :func:`forward`."""
    losses, gradient, _ = propagate(objective, weights, biases)
    return losses, gradient


def chunk_size(objective: Objective) -> int:
    """How many networks are evaluated at once."""
    return max(1, CHUNK // (objective.samples * max(objective.spec.widths[1:])))


@checked
def loss_and_gradient(network: Network, data: Data) -> tuple[Tensor, Network]:
    """Losses and gradients ``dL/dtheta`` of a batch of networks, in closed form.

    Args:
        network: any batch shape, float32 or float64.
        data: the task; its loss is averaged over the samples, and its decay added (see :func:`permviz.loss`).

    Returns:
        The losses, of the network's batch shape, and a network of the same shape whose parameters are the derivatives with
        respect to each parameter. Neither carries an autograd graph.

    Raises:
        ValueError: if the network's widths do not fit the data.

    >>> from permviz.networks.datasets import load_dataset
    >>> from permviz.networks.network import init_network
    >>> spec, data = NetworkSpec((2, 3, 1)), load_dataset("moons")
    >>> value, gradient = loss_and_gradient(init_network(spec).map(torch.zeros_like), data)
    >>> float(gradient.biases[-1])  # both classes are equally frequent, and both are given one half
    0.0
    """
    spec = network.spec
    objective = Objective.of(spec, data, network.dtype, network.device)
    with torch.no_grad():
        theta = network.flatten().reshape(-1, spec.parameter_count)
        pieces = []
        for rows in torch.split(theta, chunk_size(objective)):
            part = unflatten(spec, rows)
            pieces.append(backward(objective, part.weights, part.biases))
        losses = torch.cat([losses for losses, _ in pieces])
        gradient = torch.cat([gradient for _, gradient in pieces])
    batch = network.batch_shape
    return losses.reshape(batch), unflatten(spec, gradient.reshape(*batch, -1))
