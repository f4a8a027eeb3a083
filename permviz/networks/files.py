"""Networks in files: safetensors, which hold numbers and text and run no code, and what torch saves of a model.

permviz's own files are safetensors. Their tensors are named ``weights.1, biases.1, ..., weights.L, biases.L``, with the shapes
of :class:`permviz.Network`; the metadata's one entry, ``permviz``, is JSON with the format's version, the activation and, where
there are some, the frozen entries. (Several entries would come in random order; with one, the same network always gives the
same bytes.) Other programs' files are read too, safetensors and :mod:`those of torch.save <.state_dicts>`, if their tensors
are named as those of ``torch.nn.Linear``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load as read_tensors
from safetensors.torch import save as write_tensors
from torch import Tensor

from permviz.networks.activations import get_activation
from permviz.networks.checks import checked
from permviz.networks.frozen import holds_frozen
from permviz.networks.network import FrozenEntries, Network
from permviz.networks.state_dicts import (
    ARCHIVE,
    MOST_BYTES,
    MOST_LAYERS,
    check_matrices,
    check_values,
    network_from_state_dict,
    read_state_dict,
    shown_names,
)

KEY, VERSION = "permviz", 1


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
    check_values(tensors)
    frozen = {"frozen": asdict(network.frozen)} if network.frozen else {}
    stated = json.dumps({"activation": network.activation, **frozen, "version": VERSION})
    return bytes(write_tensors(tensors, {KEY: stated}))


@checked
def network_from_bytes(content: bytes, activation: str | None = None, dtype: torch.dtype | None = torch.float64) -> Network:
    """The network in the content of a file: of safetensors, or of ``torch.save(model.state_dict(), path)``.

    Nothing in either is run, and no pickle is loaded that names anything but tensors. A model's state is read as
    :func:`network_from_state_dict` says.

    Args:
        content: of the file.
        activation: for files of other programs, which do not say; for permviz's own files it must be ``None`` or agree.
        dtype: of the result; ``None`` keeps that of the file.

    Raises:
        ValueError: for content that is too large, damaged, not a network, not finite, or of another version.
    """
    if len(content) > MOST_BYTES:
        raise ValueError(f"The file has {len(content)} bytes: networks of at most {MOST_BYTES} bytes are read.")
    if content.startswith(ARCHIVE):
        network = network_from_state_dict(read_state_dict(content), _required(activation))
        return network if dtype is None else network.to(dtype)
    try:
        tensors = read_tensors(content)
    except (SafetensorError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(
            f"This is not a readable safetensors file ({error}): choose one that permviz, safetensors or torch.save wrote."
        ) from None
    stated = _metadata(content).get(KEY)
    if stated is None:
        network = network_from_state_dict(tensors, _required(activation))
    else:
        network = _own_network(tensors, stated, activation)
    return network if dtype is None else network.to(dtype)


@checked
def network_to_json(network: Network) -> str:
    """A single network as JSON, for programs without safetensors: its widths, activation and, if it has some, frozen
    entries, and ``W_k`` and ``b_k`` as nested arrays. Numbers are the shortest text that is read back as the same.

    Raises:
        ValueError: for a batch of networks, or values that are not finite.

    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> list(json.loads(network_to_json(init_network(NetworkSpec((2, 4, 1))))))
    ['widths', 'activation', 'weights', 'biases']
    """
    single = network.single()
    check_values({f"weights.{k}": w for k, w in enumerate((*single.weights, *single.biases), start=1)})
    parameters = {name: [p.tolist() for p in getattr(single, name)] for name in ("weights", "biases")}
    frozen = {"frozen": asdict(single.frozen)} if single.frozen else {}
    return json.dumps({"widths": single.widths, "activation": single.activation, **frozen, **parameters})


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
    """Read a network from a file of safetensors or ``torch.save``; see :func:`network_from_bytes`.

    Raises:
        ValueError: as there, and for a path that holds no file.
    """
    file = Path(path)
    try:
        if not file.is_file():
            raise ValueError(f"There is no file {_named(path)}: give the path of a file.")
        if file.stat().st_size > MOST_BYTES:
            raise ValueError(f"The file has {file.stat().st_size} bytes: networks of at most {MOST_BYTES} bytes are read.")
        content = file.read_bytes()
    except OSError as error:
        raise ValueError(f"{_named(path)} cannot be read ({error.strerror}): give the path of a file.") from None
    return network_from_bytes(content, activation, dtype)


def _own_network(tensors: Mapping[str, Tensor], stated: str, activation: str | None) -> Network:
    try:
        fields = json.loads(stated)
        version, own, frozen = fields["version"], fields["activation"], fields.get("frozen")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ValueError("The file's description of its network is damaged: save the network again.") from None
    if version != VERSION:
        raise ValueError(f"The file has format version {version!r}: this permviz reads version {VERSION!r}.")
    get_activation(own)
    if activation not in (None, own):
        raise ValueError(f"The file's activation is {own!r}, not {activation!r}: leave the activation out.")
    depth = len(tensors) // 2
    names = {f"{part}.{k}" for part in ("weights", "biases") for k in range(1, depth + 1)}
    if not 1 <= depth <= MOST_LAYERS or set(tensors) != names:
        raise ValueError(f"Tensors named {shown_names(tensors)} given: expected weights.1, biases.1, weights.2, biases.2, ...")
    check_values(tensors)
    weights, biases = (tuple(tensors[f"{part}.{k}"] for k in range(1, depth + 1)) for part in ("weights", "biases"))
    check_matrices(weights)
    network = Network(weights, biases, own)
    return network if frozen is None else _with_frozen(network, frozen)


def _with_frozen(network: Network, stated: object) -> Network:
    """The network with the frozen entries that a file states of it."""
    try:
        if not isinstance(stated, dict):
            raise TypeError
        found = replace(network, frozen=FrozenEntries(**stated))
    except (ValueError, TypeError):
        raise ValueError(f"The file's frozen entries {str(stated)[:80]!r} are damaged: save the network again.") from None
    if not holds_frozen(found.spec, found.flatten()):
        raise ValueError("The file's weights are not those that it says are frozen: save the network again.")
    return found


def _required(activation: str | None) -> str:
    if activation is None:
        raise ValueError("The file does not say which activation its network has: name it, such as activation='relu'.")
    return get_activation(activation).name


def _metadata(content: bytes) -> dict[str, str]:
    """The text part of a header that the library has already found valid."""
    length = int.from_bytes(content[:8], "little")
    found = json.loads(content[8 : 8 + length]).get("__metadata__")
    return found if isinstance(found, dict) else {}


def _named(path: str | os.PathLike[str]) -> str:
    """A path in quotation marks, its end if it is long."""
    text = os.fspath(path)
    return repr(text if len(text) <= 200 else "..." + text[-200:])
