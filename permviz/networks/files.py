"""Networks in files: safetensors, which hold numbers and text and run no code.

The tensors are named ``weights.1, biases.1, ..., weights.L, biases.L``, with the shapes of :class:`permviz.Network`; the
metadata's one entry, ``permviz``, is JSON with the format's version and the activation. (Several entries would come in random
order; with one, the same network always gives the same bytes.) Files of other programs are read too, if their tensors are named
``<layer>.weight`` and ``<layer>.bias`` as those of ``torch.nn.Linear`` layers in a ``Sequential`` are.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load as read_tensors
from safetensors.torch import save as write_tensors
from torch import Tensor

from permviz.networks.activations import get_activation
from permviz.networks.checks import checked
from permviz.networks.network import Network

KEY, VERSION = "permviz", 1
MOST_BYTES = 64 * 2**20
"""Larger files are refused unread: eight million float64 parameters."""

MOST_LAYERS = 64
_DTYPES = (torch.float64, torch.float32)


@checked
def network_to_bytes(network: Network) -> bytes:
    """A network, or a batch of networks, as the content of a safetensors file.

    Raises:
        ValueError: for values that are not finite, or a dtype other than float64 and float32.

    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> net = init_network(NetworkSpec((2, 4, 1)))
    >>> torch.equal(network_from_bytes(network_to_bytes(net)).flatten(), net.flatten())
    True
    """
    tensors = {}
    for k, (w, b) in enumerate(zip(network.weights, network.biases, strict=True), start=1):
        tensors[f"weights.{k}"], tensors[f"biases.{k}"] = (p.detach().cpu().contiguous().clone() for p in (w, b))
    _check_values(tensors)
    stated = json.dumps({"activation": network.activation, "version": VERSION})
    return bytes(write_tensors(tensors, {KEY: stated}))


@checked
def network_from_bytes(content: bytes, activation: str | None = None, dtype: torch.dtype | None = torch.float64) -> Network:
    """The network in the content of a safetensors file.

    Args:
        content: of the file.
        activation: for files of other programs, which do not say; for permviz's own files it must be ``None`` or agree.
        dtype: of the result; ``None`` keeps that of the file.

    Raises:
        ValueError: for content that is too large, damaged, not a network, not finite, or of another version.
    """
    if len(content) > MOST_BYTES:
        raise ValueError(f"The file has {len(content)} bytes: networks of at most {MOST_BYTES} bytes are read.")
    try:
        tensors = read_tensors(content)
    except (SafetensorError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(
            f"This is not a readable safetensors file ({error}): choose one that permviz or safetensors saved."
        ) from None
    stated = _metadata(content).get(KEY)
    if stated is None:
        network = network_from_state_dict(tensors, _required(activation))
    else:
        network = _own_network(tensors, stated, activation)
    return network if dtype is None else network.to(dtype)


@checked
def save_network(network: Network, path: str | os.PathLike[str]) -> None:
    """Write a network to a safetensors file; see :func:`network_to_bytes`.

    Raises:
        ValueError: as there, and for a path that cannot be written.
    """
    content = network_to_bytes(network)
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise ValueError(f"{_named(path)} cannot be written ({error.strerror}): give the path of a file.") from None


@checked
def load_network(
    path: str | os.PathLike[str], activation: str | None = None, dtype: torch.dtype | None = torch.float64
) -> Network:
    """Read a network from a safetensors file; see :func:`network_from_bytes`.

    Raises:
        ValueError: as there, and for a path that holds no file.
    """
    file = Path(path)
    try:
        if not file.is_file():
            raise ValueError(f"There is no file {_named(path)}: give the path of a safetensors file.")
        if file.stat().st_size > MOST_BYTES:
            raise ValueError(f"The file has {file.stat().st_size} bytes: networks of at most {MOST_BYTES} bytes are read.")
        content = file.read_bytes()
    except OSError as error:
        raise ValueError(f"{_named(path)} cannot be read ({error.strerror}): give the path of a safetensors file.") from None
    return network_from_bytes(content, activation, dtype)


@checked
def network_from_state_dict(state: Mapping[str, Tensor], activation: str) -> Network:
    """A network from the state of ``torch.nn.Linear`` layers: ``<layer>.weight`` and ``<layer>.bias``, in their natural order.

    Args:
        state: such as ``torch.nn.Sequential(...).state_dict()``; layers without bias get zeros.
        activation: that stands between the layers, which a state does not tell.

    Raises:
        ValueError: for other names, shapes that do not fit together, or values that are not finite.
    """
    get_activation(activation)
    _check_values(state)
    layers = sorted({name.rpartition(".")[0] for name in state}, key=_natural)
    known = {f"{layer}.{part}".removeprefix(".") for layer in layers for part in ("weight", "bias")}
    strangers = [name for name in state if name not in known]
    headless = [layer for layer in layers if f"{layer}.weight".removeprefix(".") not in state]
    if strangers or headless or not 1 <= len(layers) <= MOST_LAYERS:
        raise ValueError(
            f"Tensors named {_shown(state)} are not those of a multilayer perceptron: expected '<layer>.weight' and "
            "'<layer>.bias' of fully connected layers alone."
        )
    weights = tuple(state[f"{layer}.weight".removeprefix(".")] for layer in layers)
    _check_matrices(weights)
    zeros = (w.new_zeros(w.shape[:-1]) for w in weights)
    biases = tuple(state.get(f"{layer}.bias".removeprefix("."), z) for layer, z in zip(layers, zeros, strict=True))
    return _built(weights, biases, activation)


def _own_network(tensors: Mapping[str, Tensor], stated: str, activation: str | None) -> Network:
    try:
        fields = json.loads(stated)
        version, own = fields["version"], fields["activation"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ValueError("The file's description of its network is damaged: save the network again.") from None
    if version != VERSION:
        raise ValueError(f"The file has format version {version!r}: this permviz reads version {VERSION!r}.")
    get_activation(own)
    if activation not in (None, own):
        raise ValueError(f"The file's activation is {own!r}, not {activation!r}: leave the activation out.")
    depth = len(tensors) // 2
    names = {f"{part}.{k}" for part in ("weights", "biases") for k in range(1, depth + 1)}
    if not 1 <= depth <= MOST_LAYERS or set(tensors) != names:
        raise ValueError(f"Tensors named {_shown(tensors)} given: expected weights.1, biases.1, weights.2, biases.2, ...")
    _check_values(tensors)
    weights, biases = (tuple(tensors[f"{part}.{k}"] for k in range(1, depth + 1)) for part in ("weights", "biases"))
    return _built(weights, biases, own)


def _built(weights: tuple[Tensor, ...], biases: tuple[Tensor, ...], activation: str) -> Network:
    _check_matrices(weights)
    return Network(weights, biases, activation)


def _check_matrices(weights: tuple[Tensor, ...]) -> None:
    if any(w.ndim < 2 or 0 in w.shape for w in weights):
        raise ValueError(
            f"Weights of shapes {[tuple(w.shape) for w in weights]} given: expected matrices (n, n_in), none empty."
        )


def _required(activation: str | None) -> str:
    if activation is None:
        raise ValueError("The file does not say which activation its network has: name it, such as activation='relu'.")
    return get_activation(activation).name


def _check_values(tensors: Mapping[str, Tensor]) -> None:
    for name, tensor in tensors.items():
        if tensor.dtype not in _DTYPES:
            raise ValueError(f"{name} has dtype {tensor.dtype}: expected float64 or float32.")
        if not bool(tensor.isfinite().all()):
            raise ValueError(f"{name} holds values that are not finite: such a network cannot be saved or shown.")


def _metadata(content: bytes) -> dict[str, str]:
    """The text part of a header that the library has already found valid."""
    length = int.from_bytes(content[:8], "little")
    found = json.loads(content[8 : 8 + length]).get("__metadata__")
    return found if isinstance(found, dict) else {}


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts ``layer10`` after ``layer2``."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def _named(path: str | os.PathLike[str]) -> str:
    """A path in quotation marks, its end if it is long."""
    text = os.fspath(path)
    return repr(text if len(text) <= 200 else "..." + text[-200:])


def _shown(tensors: Mapping[str, Tensor]) -> str:
    names = sorted(tensors)
    return ", ".join(repr(name[:40]) for name in names[:6]) + (", ..." if len(names) > 6 else "") or "nothing"
