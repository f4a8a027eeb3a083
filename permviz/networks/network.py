"""Networks with leading batch axes: specification, parameters, forward pass, loss.

Conventions, fixed here for the whole package. A network has layers of widths ``n_0, n_1, ..., n_L``: ``n_0`` inputs,
``n_L`` outputs, hidden layers ``1 .. L-1``. ``weights[k-1]`` is ``W_k`` with shape ``(*batch, n_k, n_{k-1})``, row ``i``
holding the incoming weights of node ``i`` of layer ``k``; ``biases[k-1]`` is ``b_k`` with shape ``(*batch, n_k)``.
``h_k = sigma(W_k h_{k-1} + b_k)`` and the last layer is linear. Nodes are counted from 0, layers from 0 (the inputs).

A batch of networks is a network with leading axes, so one evaluator serves training, slices, orbits and averages.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import torch
from torch import Tensor

from permviz.networks.activations import get_activation
from permviz.networks.evaluation import Data as Data
from permviz.networks.evaluation import check_data, loss_of_outputs


@dataclass(frozen=True)
class NetworkSpec:
    """The shape of a network: widths ``(n_0, ..., n_L)`` and the activation of its hidden layers.

    Raises:
        ValueError: for fewer than two layers, a width that is not a positive whole number, or an unknown activation.

    >>> NetworkSpec((2, 4, 4, 1)).parameter_count
    37
    """

    widths: tuple[int, ...]
    activation: str = "tanh"

    def __post_init__(self) -> None:
        widths = tuple(self.widths)
        if len(widths) < 2 or not all(isinstance(n, int) and not isinstance(n, bool) and n >= 1 for n in widths):
            raise ValueError(
                f"Widths {self.widths!r} do not describe a network: give at least an input and an output width, "
                "each a whole number of 1 or more, such as (2, 4, 4, 1)."
            )
        object.__setattr__(self, "widths", widths)
        get_activation(self.activation)

    @property
    def hidden(self) -> tuple[int, ...]:
        """Widths of the hidden layers, ``(n_1, ..., n_{L-1})``."""
        return self.widths[1:-1]

    def hidden_width(self, layer: int) -> int:
        """``n_layer`` of a hidden layer, from 1; ``ValueError`` for a layer that is none."""
        if isinstance(layer, bool) or not isinstance(layer, Integral) or not 1 <= layer <= len(self.hidden):
            raise ValueError(f"Layer {layer!r} given: hidden layers of widths {self.widths} are 1 to {len(self.hidden)}.")
        return self.hidden[layer - 1]

    @property
    def parameter_count(self) -> int:
        """Number of weights and biases."""
        return sum((n_in + 1) * n_out for n_in, n_out in zip(self.widths, self.widths[1:], strict=False))


@dataclass(frozen=True)
class Network:
    """Parameters of one network, or of a whole batch of networks of one shape.

    Attributes:
        weights: ``W_1 .. W_L``, each ``(*batch, n_k, n_{k-1})``.
        biases: ``b_1 .. b_L``, each ``(*batch, n_k)``.
        activation: name of the hidden layers' activation.

    Raises:
        ValueError: for shapes or dtypes that do not fit together, or a dtype other than float64 and float32. Values are not
            inspected here, as training and slices build networks in their inner loops; loaders and the app check finiteness.
    """

    weights: tuple[Tensor, ...]
    biases: tuple[Tensor, ...]
    activation: str = "tanh"

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", tuple(self.weights))
        object.__setattr__(self, "biases", tuple(self.biases))
        get_activation(self.activation)
        if not self.weights or len(self.weights) != len(self.biases):
            raise ValueError(
                f"{len(self.weights)} weight matrices and {len(self.biases)} biases given: "
                "expected as many of one as of the other, at least one."
            )
        batch = self.weights[0].shape[:-2]
        for k, (w, b) in enumerate(zip(self.weights, self.biases, strict=True), start=1):
            n_in = w.shape[-1] if k == 1 else self.weights[k - 2].shape[-2]
            if w.ndim < 2 or w.shape[:-2] != batch or w.shape[-1] != n_in or b.shape != w.shape[:-1]:
                raise ValueError(
                    f"Layer {k}: weights {tuple(w.shape)} and biases {tuple(b.shape)} do not fit: "
                    f"expected (*{tuple(batch)}, n, {n_in}) and (*{tuple(batch)}, n)."
                )
            if w.dtype not in (torch.float64, torch.float32):
                raise ValueError(f"Layer {k} has dtype {w.dtype}: expected float64 or float32, so convert it.")
            if w.dtype != self.weights[0].dtype or b.dtype != w.dtype:
                raise ValueError(f"Layer {k} mixes dtypes {w.dtype} and {b.dtype}: convert all with Network.to(dtype).")

    @property
    def spec(self) -> NetworkSpec:
        widths = (self.weights[0].shape[-1], *(w.shape[-2] for w in self.weights))
        return NetworkSpec(tuple(int(n) for n in widths), self.activation)

    @property
    def batch_shape(self) -> torch.Size:
        """Leading axes: ``()`` for a single network."""
        return self.weights[0].shape[:-2]

    @property
    def dtype(self) -> torch.dtype:
        return self.weights[0].dtype

    @property
    def device(self) -> torch.device:
        return self.weights[0].device

    def __call__(self, inputs: Tensor) -> Tensor:
        """Outputs ``(*batch, N, n_L)`` for inputs ``(N, n_0)``."""
        return self.layers(inputs)[-1]

    def layers(self, inputs: Tensor) -> tuple[Tensor, ...]:
        """``h_1, ..., h_{L-1}`` and the outputs, each ``(*batch, N, n_k)``, for inputs ``(N, n_0)`` or ``(*batch, N, n_0)``."""
        if inputs.shape[-1] != self.weights[0].shape[-1]:
            raise ValueError(
                f"Inputs of shape {tuple(inputs.shape)} given to a network with {self.weights[0].shape[-1]} inputs: "
                f"expected (N, {self.weights[0].shape[-1]})."
            )
        sigma = get_activation(self.activation).value
        h, result = inputs.to(self.dtype), []
        for k, (w, b) in enumerate(zip(self.weights, self.biases, strict=True), start=1):
            z = h @ w.mT + b.unsqueeze(-2)
            h = z if k == len(self.weights) else sigma(z)
            result.append(h)
        return tuple(result)

    def map(self, function: Callable[[Tensor], Tensor]) -> Network:
        """The network with ``function`` applied to every parameter tensor."""
        return Network(tuple(map(function, self.weights)), tuple(map(function, self.biases)), self.activation)

    def to(self, dtype: torch.dtype | None = None, device: torch.device | str | None = None) -> Network:
        return self.map(lambda p: p.to(device=device, dtype=dtype))

    def __getitem__(self, index: Any) -> Network:
        """Index the leading batch axes, as one would a tensor."""
        if not self.batch_shape:
            raise ValueError("This is a single network: there is no batch axis to index.")
        return self.map(lambda p: p[index])

    def flatten(self) -> Tensor:
        """All parameters as one vector ``(*batch, P)``, in the order ``W_1, b_1, W_2, b_2, ...``, matrices row by row."""
        pairs = zip(self.weights, self.biases, strict=True)
        return torch.cat([p for w, b in pairs for p in (w.flatten(-2), b)], dim=-1)


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
    return Network(tuple(weights), tuple(biases), spec.activation)


def stack(networks: Sequence[Network]) -> Network:
    """Networks of one shape, activation and dtype as one network with a new leading batch axis; ``ValueError`` for others."""
    if not networks:
        raise ValueError("No networks given: expected at least one to stack.")
    kinds = {(str(n.spec.widths), n.activation, f"batch shape {tuple(n.batch_shape)}", str(n.dtype)) for n in networks}
    if len(kinds) > 1:
        raise ValueError(
            "Networks of different shapes, activations or dtypes cannot be stacked: "
            f"{' and '.join(map(', '.join, sorted(kinds)[:2]))} given."
        )
    return Network(
        tuple(torch.stack(ws) for ws in zip(*(net.weights for net in networks), strict=True)),
        tuple(torch.stack(bs) for bs in zip(*(net.biases for net in networks), strict=True)),
        networks[0].activation,
    )


def expanded(weights: Sequence[Tensor], biases: Sequence[Tensor], activation: str, batch: tuple[int, ...]) -> Network:
    """The network of parameters whose leading axes broadcast to ``batch``, without copying them."""
    return Network(
        tuple(w.expand(*batch, *w.shape[-2:]) for w in weights),
        tuple(b.expand(*batch, b.shape[-1]) for b in biases),
        activation,
    )


def init_network(spec: NetworkSpec, seed: int = 0, dtype: torch.dtype = torch.float64) -> Network:
    """A random, untrained network: ``W_k ~ N(0, g / n_{k-1})``, ``b_k ~ N(0, 0.1^2)``, from ``seed`` alone.

    ``g`` is 2 for the ReLU family (He et al. 2015) and 1 otherwise (LeCun et al. 1998); small random biases keep
    the neurons of a layer distinct even where the inputs are not. Draws are made in float64, then converted.
    """
    generator = torch.Generator().manual_seed(checked_seed(seed))
    gain = 2.0 if get_activation(spec.activation).symmetry == "scaling" else 1.0
    weights, biases = [], []
    for n_in, n_out in zip(spec.widths, spec.widths[1:], strict=False):
        w = torch.randn(n_out, n_in, generator=generator, dtype=torch.float64)
        weights.append((w * math.sqrt(gain / n_in)).to(dtype))
        biases.append((0.1 * torch.randn(n_out, generator=generator, dtype=torch.float64)).to(dtype))
    return Network(tuple(weights), tuple(biases), spec.activation)


def checked_seed(seed: int) -> int:
    """The seed itself; ``ValueError`` for what is none."""
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63:
        raise ValueError(f"Seed {seed!r} given: expected a whole number from 0 to 2^63 - 1.")
    return seed


def loss(network: Network, data: Data) -> Tensor:
    """Loss of a network on a data set, of the kind that the data set names; its shape is the network's batch shape.

    Formulas: :func:`permviz.networks.evaluation.loss_of_outputs`. Computed in the network's own dtype, and differentiable.

    >>> from permviz.networks.datasets import load_dataset
    >>> net = init_network(NetworkSpec((2, 3, 1)), seed=0)
    >>> float(loss(net.map(torch.zeros_like), load_dataset("moons"))) == math.log(2)
    True

    Raises:
        ValueError: for data that do not fit together (:func:`permviz.networks.evaluation.check_data`), or not the network.
    """
    check_data(data)
    return loss_of_outputs(network(data.inputs), data.targets, data.loss)
