"""Networks with leading batch axes: specification, parameters, forward pass, loss.

Conventions, fixed here for the whole package. A network has layers of widths ``n_0, n_1, ..., n_L``: ``n_0`` inputs,
``n_L`` outputs, hidden layers ``1 .. L-1``. ``weights[k-1]`` is ``W_k`` with shape ``(*batch, n_k, n_{k-1})``, row ``i``
holding the incoming weights of node ``i`` of layer ``k``; ``biases[k-1]`` is ``b_k`` with shape ``(*batch, n_k)``.
``h_k = sigma(W_k h_{k-1} + b_k)`` and the last layer is linear. Nodes are counted from 0, layers from 0 (the inputs).

A batch of networks is a network with leading axes, so one evaluator serves training, slices, orbits and averages.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from permviz.networks.activations import get_activation
from permviz.networks.checks import checked
from permviz.networks.evaluation import Data as Data
from permviz.networks.evaluation import check_data, decay_of, loss_of_outputs
from permviz.networks.frozen import with_frozen
from permviz.networks.parameters import Parameters
from permviz.networks.parameters import broadcast as broadcast
from permviz.networks.results import described, printed, span
from permviz.networks.spec import FrozenEntries as FrozenEntries
from permviz.networks.spec import NetworkSpec as NetworkSpec
from permviz.networks.spec import checked_seed as checked_seed

MOST_MEASURED = 10_000_000
"""Networks of more numbers are printed without their norms."""


@dataclass(frozen=True, eq=False, repr=False)
class Network(Parameters):
    """One network, or a whole batch of networks of one shape: parameters and what they compute.

    Attributes:
        weights: ``W_1 .. W_L``, each ``(*batch, n_k, n_{k-1})``.
        biases: ``b_1 .. b_L``, each ``(*batch, n_k)``.
        activation: name of the hidden layers' activation.
        frozen: which weights are frozen, if some are; their values stand among the weights, and nobody looks here.

    Sums, differences and multiples are those of parameters: :mod:`permviz.networks.parameters`.

    Raises:
        ValueError: for an unknown activation, and as :class:`.parameters.Parameters`.
    """

    activation: str = "tanh"
    frozen: FrozenEntries | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        get_activation(self.activation)

    @property
    def spec(self) -> NetworkSpec:
        return NetworkSpec(self.widths, self.activation, self.frozen)

    def __repr__(self) -> str:
        spec, count = self.spec, math.prod(self.batch_shape)
        size = f"{spec.parameter_count} parameters"
        if 0 < count * spec.parameter_count <= MOST_MEASURED:
            size += f" of norm {span(torch.linalg.vector_norm(self.flatten().detach(), dim=-1))}"
        batch = (f"batch {tuple(self.batch_shape)}",) if self.batch_shape else ()
        return printed("Network", *batch, "-".join(map(str, spec.widths)), self.activation, str(self.dtype)[6:], size)

    @property
    def _kind(self) -> NetworkSpec:
        return self.spec

    def thawed(self) -> Network:
        """The same network in the space of all its parameters: none is frozen any more."""
        return replace(self, frozen=None)

    def __call__(self, inputs: Tensor) -> Tensor:
        """Outputs ``(*batch, N, n_L)`` for inputs ``(N, n_0)``."""
        return self.layers(inputs)[-1]

    def layers(self, inputs: Tensor) -> tuple[Tensor, ...]:
        """``h_1, ..., h_{L-1}`` and the outputs, each ``(*batch, N, n_k)``, for inputs ``(N, n_0)`` or ``(*batch, N, n_0)``."""
        if not isinstance(inputs, Tensor) or inputs.is_complex():
            raise ValueError(f"Inputs {described(inputs)} given to a network: expected a torch tensor of real numbers.")
        if inputs.ndim < 2 or inputs.shape[-1] != self.weights[0].shape[-1]:
            raise ValueError(
                f"Inputs of shape {tuple(inputs.shape)} given to a network with {self.weights[0].shape[-1]} inputs: "
                f"expected (N, {self.weights[0].shape[-1]}), one row a sample."
            )
        sigma = get_activation(self.activation).value
        h, result = inputs.to(self.dtype), []
        for k, (w, b) in enumerate(zip(self.weights, self.biases, strict=True), start=1):
            z = h @ w.mT + b.unsqueeze(-2)
            h = z if k == len(self.weights) else sigma(z)
            result.append(h)
        return tuple(result)


@checked
def unflatten(spec: NetworkSpec, vector: Tensor) -> Network:
    """The inverse of :meth:`Network.flatten`: a vector ``(*batch, P)`` as a network.

    Raises:
        ValueError: if the last axis is not ``spec.parameter_count`` long.

    >>> spec = NetworkSpec((1, 2, 1))
    >>> [tuple(w.shape) for w in unflatten(spec, torch.zeros(5, 7)).weights]
    [(5, 2, 1), (5, 1, 2)]
    """
    if vector.shape[-1] != spec.parameter_count:
        raise ValueError(
            f"{vector.shape[-1]} numbers given for widths {spec.widths}, which have {spec.parameter_count} parameters."
        )
    weights, biases, at = [], [], 0
    for n_in, n_out in zip(spec.widths, spec.widths[1:], strict=False):
        weights.append(vector[..., at : at + n_in * n_out].reshape(*vector.shape[:-1], n_out, n_in))
        at += n_in * n_out
        biases.append(vector[..., at : at + n_out])
        at += n_out
    return Network(tuple(weights), tuple(biases), spec.activation, spec.frozen)


@checked
def stack(networks: Sequence[Network]) -> Network:
    """Networks of one shape, activation and dtype as one network with a new leading batch axis; ``ValueError`` for others."""
    if not networks:
        raise ValueError("No networks given: expected at least one to stack.")
    kinds = {
        (str(n.spec.widths), n.activation, f"batch shape {tuple(n.batch_shape)}", str(n.dtype), *_named(n.frozen))
        for n in networks
    }
    if len(kinds) > 1:
        raise ValueError(
            "Networks of different shapes, activations, dtypes or frozen entries cannot be stacked: "
            f"{' and '.join(map(', '.join, sorted(kinds)[:2]))} given."
        )
    return Network(
        tuple(torch.stack(ws) for ws in zip(*(net.weights for net in networks), strict=True)),
        tuple(torch.stack(bs) for bs in zip(*(net.biases for net in networks), strict=True)),
        networks[0].activation,
        networks[0].frozen,
    )


def _named(frozen: FrozenEntries | None) -> tuple[str, ...]:
    return () if frozen is None else (str(frozen),)


@checked
def init_network(spec: NetworkSpec, seed: int = 0, dtype: torch.dtype = torch.float64) -> Network:
    """A random, untrained network: ``W_k ~ N(0, g / n_{k-1})``, ``b_k ~ N(0, 0.1^2)``, from ``seed`` alone.

    ``g`` is 2 for the ReLU family (He et al. 2015) and 1 otherwise (LeCun et al. 1998); small random biases keep
    the neurons of a layer distinct even where the inputs are not. Draws are made in float64, then converted. Frozen entries
    (:class:`permviz.FrozenEntries`) then take their places.
    """
    generator = torch.Generator().manual_seed(checked_seed(seed))
    gain = 2.0 if get_activation(spec.activation).symmetry == "scaling" else 1.0
    weights, biases = [], []
    for n_in, n_out in zip(spec.widths, spec.widths[1:], strict=False):
        w = torch.randn(n_out, n_in, generator=generator, dtype=torch.float64)
        weights.append((w * math.sqrt(gain / n_in)).to(dtype))
        biases.append((0.1 * torch.randn(n_out, generator=generator, dtype=torch.float64)).to(dtype))
    network = Network(tuple(weights), tuple(biases), spec.activation, spec.frozen)
    return network if spec.frozen is None else unflatten(spec, with_frozen(spec, network.flatten()))


@checked
def loss(network: Network, data: Data, weight_decay: float | None = None) -> Tensor:
    """Loss of a network on a data set, of the kind that the data set names; its shape is the network's batch shape.

    Formulas: :func:`permviz.networks.evaluation.loss_of_outputs`; with a weight decay ``lambda``, plus ``lambda ||theta||^2``
    over all weights and biases. Computed in the network's own dtype, and differentiable.

    Args:
        network: any batch shape.
        data: inputs, targets and the loss.
        weight_decay: ``lambda``; ``None``: that of the data.

    >>> from permviz.networks.datasets import load_dataset
    >>> net = init_network(NetworkSpec((2, 3, 1)), seed=0)
    >>> float(loss(net.map(torch.zeros_like), load_dataset("moons"))) == math.log(2)
    True

    Raises:
        ValueError: for data that do not fit together (:func:`permviz.networks.evaluation.check_data`), or not the network, or a
            decay that is no number from 0 to 100.
    """
    check_data(data)
    decay, value = decay_of(data, weight_decay), loss_of_outputs(network(data.inputs), data.targets, data.loss)
    return value + decay * network.flatten().square().sum(-1) if decay else value
