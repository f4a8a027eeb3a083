"""Torch modules as networks: what stands between the library and other people's models.

What a module does to its signal in eval mode beyond ``Linear`` layers and one activation is either nothing (``Dropout``) or,
for ``BatchNorm1d``, one scale and one shift a node, which the ``Linear`` before or after it takes in.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from permviz.networks.activations import ACTIVATIONS
from permviz.networks.checks import checked
from permviz.networks.network import Network
from permviz.networks.parameters import DTYPES
from permviz.networks.torch_modules import activation_module

EXPECTED = "Linear, permviz's activations, BatchNorm1d, Dropout and Flatten are read, without hooks and as torch has them"


@checked
def from_torch(module: nn.Module, activation: str | None = None) -> Network:
    """The network that a torch model is in eval mode, in the model's dtype.

    Read are ``Sequential``, also within each other, of ``Linear``, one activation of ``permviz.ACTIVATIONS``, ``BatchNorm1d``
    before or after a ``Linear``, which is folded into it, ``Dropout`` and ``Identity``, which do nothing in eval mode, and
    ``Flatten`` of all axes but the first: the network's inputs are then the flat ones. ``nn.Softplus``, which is ``z`` above
    its threshold of 20, is taken for the exact one; they differ by 2.1e-9 at most. ``from_torch(to_torch(net))`` is ``net`` to
    the last bit (:func:`permviz.to_torch`).

    Args:
        module: a model that ends with a ``Linear`` layer, as permviz's losses take what comes before a sigmoid or a softmax.
        activation: needed only for a model without hidden layers that should have another than "linear".

    Raises:
        ValueError: for any other layer, which is named; for layers that do not fit together; for numbers that are not finite.

    A model in training mode in which ``Dropout`` or ``BatchNorm1d`` compute something else is told of by a ``UserWarning``.

    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(6, 3), nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 2)).eval()
    >>> from_torch(model).spec
    NetworkSpec(widths=(6, 3, 2), activation='relu')
    """
    reading = _Reading()
    for name, part in _parts(module, ""):
        reading.take(f"Layer {name!r} ({type(part).__name__})" if name else type(part).__name__, part)
    return reading.network(activation)


def _parts(module: nn.Module, name: str) -> Iterator[tuple[str, nn.Module]]:
    """The layers in the order in which they act, with their names."""
    if _is(module, nn.Sequential):
        for child, part in module._modules.items():  # a module that acts twice is a child once
            if part is not None:
                yield from _parts(part, f"{name}.{child}".removeprefix("."))
    else:
        yield name, module


def _is(module: nn.Module, kind: type[nn.Module]) -> bool:
    """Whether a module computes what its kind does: a subclass may not, nor one with hooks or another ``forward`` put in."""
    own = isinstance(module, kind) and type(module).forward is kind.forward and "forward" not in vars(module)
    return own and not module._forward_hooks and not module._forward_pre_hooks


def _settings(module: nn.Module) -> dict[str, object]:
    """What an activation module was told, but for what makes no difference: "inplace", and thresholds of softplus above 20."""
    told = {name: getattr(module, name) for name in getattr(type(module), "__constants__", ()) if name != "inplace"}
    return told | ({"threshold": min(told["threshold"], 20)} if "threshold" in told else {})


def _activation_of(module: nn.Module) -> str | None:
    """The name of the activation that a module is."""
    for entry in ACTIVATIONS.values():
        own = activation_module(entry)
        if _is(module, type(own)) and _settings(module) == _settings(own):
            return entry.name
    return None


class _Reading:
    """A model read layer by layer: the layers so far, and what has happened to the signal since the last of them."""

    def __init__(self) -> None:
        self.weights: list[Tensor] = []
        self.biases: list[Tensor] = []
        self.bends: list[str] = []
        """The activation after each layer, as far as they were met."""
        self.scale: tuple[Tensor, Tensor] | None = None
        """A scale and a shift of the signal that the next layer will take in."""
        self.dtypes: dict[torch.dtype, str] = {}
        self.last = ""
        self.otherwise: list[str] = []
        """Layers that compute something else in training mode."""

    def take(self, name: str, part: Any) -> None:
        """The next layer, or a sentence why not."""
        if any(is_lazy(p) or p.is_meta for p in part.parameters()):
            raise ValueError(f"{name} given without numbers: run the model once, or load its parameters.")
        for kind, read in _READ.items():
            if _is(part, kind):
                read(self, name, part)
                break
        else:
            self._activation(name, part)
        self.last = name

    @property
    def straight(self) -> bool:
        """Whether the signal is as the last layer left it."""
        return len(self.weights) > len(self.bends)

    def network(self, activation: str | None) -> Network:
        """What was read, once all of it was."""
        if not self.straight or self.scale is not None:
            raise ValueError(f"{self.last or 'An empty model'} given last: expected Linear, so leave out what comes after it.")
        if len(set(self.bends)) > 1:
            raise ValueError(f"Activations {', '.join(dict.fromkeys(self.bends))} given: permviz's networks have one of them.")
        if len(self.dtypes) > 1:
            shown = " and ".join(f"{name} {dtype}" for dtype, name in self.dtypes.items())
            raise ValueError(f"Layers of different dtypes given ({shown}): convert the model with .double() or .float().")
        found = self.bends[0] if self.bends else activation or "linear"
        if activation not in (None, found):
            raise ValueError(f"The model's activation is {found!r}, not {activation!r}: leave the activation out.")
        if self.otherwise:
            named = "; ".join(self.otherwise[:4])
            told = (
                f"The network is the model in eval mode. In training mode, as it is now, it computes something else ({named})."
            )
            warnings.warn(told, stacklevel=4)
        (dtype,) = self.dtypes
        weights, biases = (tuple(p.to(dtype) for p in parts) for parts in (self.weights, self.biases))
        return Network(weights, biases, found)

    def _linear(self, name: str, part: Any) -> None:
        if self.straight:
            self.bends.append("linear")
        w = self._numbers(name, part.weight)
        b = w.new_zeros(len(w)) if part.bias is None else self._numbers(name, part.bias)
        if self.weights and w.shape[1] != len(self.weights[-1]):
            raise ValueError(f"{name} of {w.shape[1]} inputs given: the layer before it has {len(self.weights[-1])} outputs.")
        if self.scale is not None:
            scale, shift = self._under_way(name, w[0])
            w, b, self.scale = w * scale, b + w @ shift, None
        self.weights.append(w)
        self.biases.append(b)

    def _batch_norm(self, name: str, part: Any) -> None:
        if part.running_mean is None or part.running_var is None:
            raise ValueError(f"{name} without running statistics given: its outputs depend on the batch, so it is no layer.")
        mean, variance = (self._numbers(name, numbers) for numbers in (part.running_mean, part.running_var))
        scale = (variance + part.eps).rsqrt()
        if part.affine:
            scale = scale * self._numbers(name, part.weight)
        shift = -mean * scale + (self._numbers(name, part.bias) if part.affine else 0)
        if not bool(scale.isfinite().all() & shift.isfinite().all()):
            raise ValueError(f"{name} with running variances that are not positive given: it divides by their root.")
        if self.weights and len(self.weights[-1]) != len(scale):
            raise ValueError(f"{name} of {len(scale)} nodes given: the layer before it has {len(self.weights[-1])} outputs.")
        if self.straight:
            self.weights[-1] = scale[:, None] * self.weights[-1]
            self.biases[-1] = scale * self.biases[-1] + shift
        else:
            before, along = self._under_way(name, scale)
            self.scale = scale * before, scale * along + shift
        self._training(name, part)

    def _under_way(self, name: str, like: Tensor) -> tuple[Tensor, Tensor]:
        """The scale and shift of the signal, 1 and 0 at first; they must be as many as ``like``."""
        scale, shift = self.scale or (torch.ones_like(like), torch.zeros_like(like))
        if len(scale) != len(like):
            raise ValueError(f"{name} of {len(like)} inputs given: {self.last} before it has {len(scale)} nodes.")
        return scale, shift

    def _dropout(self, name: str, part: Any) -> None:
        if part.p:
            self._training(name, part)

    def _flatten(self, name: str, part: Any) -> None:
        if (part.start_dim, part.end_dim) != (1, -1):
            raise ValueError(f"{name} from axis {part.start_dim} to {part.end_dim} given: expected nn.Flatten(), from 1 to -1.")

    def _nothing(self, name: str, part: Any) -> None:
        """In eval mode the signal stays as it is."""

    def _activation(self, name: str, part: Any) -> None:
        found = _activation_of(part)
        if found is None:
            shown = " ".join(str(part)[:80].split())
            raise ValueError(f"{name}, which is {shown!r}, given: {EXPECTED}.")
        if not self.straight or self.scale is not None:
            raise ValueError(f"{name} given after {self.last or 'nothing'}: expected a Linear layer between.")
        self.bends.append(found)

    def _training(self, name: str, part: Any) -> None:
        if part.training:
            self.otherwise.append(name)

    def _numbers(self, name: str, numbers: Tensor) -> Tensor:
        """Detached, in float64; the dtype is remembered."""
        if numbers.dtype not in DTYPES:
            raise ValueError(f"{name} of dtype {numbers.dtype} given: expected float64 or float32, so convert the model.")
        if not bool(numbers.isfinite().all()):
            raise ValueError(f"{name} holds values that are not finite: such a network cannot be shown.")
        self.dtypes.setdefault(numbers.dtype, name)
        return numbers.detach().double()


_READ: dict[type[nn.Module], Callable[[_Reading, str, Any], None]] = {
    nn.Linear: _Reading._linear,
    nn.BatchNorm1d: _Reading._batch_norm,
    nn.Dropout: _Reading._dropout,
    nn.AlphaDropout: _Reading._dropout,
    nn.Flatten: _Reading._flatten,
    nn.Identity: _Reading._nothing,
}
"""What is read, by its kind; everything else is an activation or refused."""
