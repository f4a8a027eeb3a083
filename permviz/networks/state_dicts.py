"""States of torch models, as dictionaries and as files: the parameters of a multilayer perceptron by the names of its layers.

A file of ``torch.save`` is an archive: a pickle that says which tensors there are, and their numbers. Before torch reads it,
with ``weights_only=True``, it is looked through: it may name tensors, and nothing that could run, or ask for room.
"""

from __future__ import annotations

import io
import pickletools
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import torch
from torch import Tensor

from permviz.networks.activations import get_activation
from permviz.networks.checks import checked
from permviz.networks.network import Network
from permviz.networks.parameters import DTYPES

R = TypeVar("R")

MOST_BYTES = 64 * 2**20
"""Larger files are refused unread: eight million float64 parameters. So are tensors that would take more."""

MOST_LAYERS = 64

ARCHIVE = b"PK\x03\x04"
"""How the files of ``torch.save`` begin; safetensors of less than 64 MB cannot."""

NORM_EPS = 1e-5
"""What BatchNorm1d adds to a variance unless told otherwise; a state does not say."""

_NAMED = re.compile(r"collections OrderedDict|torch\._utils _rebuild_(tensor_v2|parameter)|torch \w+Storage")
"""All that a pickle of tensors names."""

_NUMBER, _DIGITS = re.compile(r"([0-9]+)"), tuple("0123456789")

_LINEAR, _NORM = {"weight", "bias"}, {"running_mean", "running_var", "num_batches_tracked"}


@checked
def network_from_state_dict(state: Mapping[str, Tensor], activation: str) -> Network:
    """A network from the state of ``torch.nn.Linear`` layers: ``<layer>.weight`` and ``<layer>.bias``, in their natural order.

    ``BatchNorm1d``, known by its running statistics, is folded into the ``Linear`` whose number, as ``Sequential`` gives it, is
    next to its own: right after it, and so before the activation, or right before it, and so after the activation. Its ``eps``
    is taken for torch's own, 1e-5.

    Args:
        state: such as ``torch.nn.Sequential(...).state_dict()``; layers without bias get zeros.
        activation: that stands between the layers, which a state does not tell.

    Raises:
        ValueError: for other names, shapes that do not fit together, or values that are not finite.

    >>> model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
    >>> network_from_state_dict(model.state_dict(), "relu").spec.widths
    (3, 4, 1)
    """
    get_activation(activation)
    check_values({name: tensor for name, tensor in state.items() if not name.endswith("num_batches_tracked")})
    parts = _by_layer(state)
    norms = [layer for layer, own in parts.items() if _NORM & own.keys()]
    layers = [layer for layer in parts if layer not in norms]
    strangers = [layer for layer in layers if "weight" not in parts[layer] or parts[layer].keys() - _LINEAR]
    strangers += [norm for norm in norms if parts[norm].keys() - _LINEAR - _NORM]
    if strangers or not 1 <= len(layers) <= MOST_LAYERS:
        raise ValueError(
            f"Tensors named {shown_names(state)} are not those of a multilayer perceptron: expected '<layer>.weight' and "
            "'<layer>.bias' of fully connected layers alone."
        )
    check_matrices([parts[layer]["weight"] for layer in layers])
    for layer in layers:
        parts[layer].setdefault("bias", parts[layer]["weight"].new_zeros(parts[layer]["weight"].shape[:-1]))
    for norm in norms:
        _fold(norm, parts, layers)
    return Network(tuple(parts[k]["weight"] for k in layers), tuple(parts[k]["bias"] for k in layers), activation)


def _by_layer(state: Mapping[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    """What each layer has, by its last name, layers in their natural order."""
    parts: dict[str, dict[str, Tensor]] = {}
    for name, tensor in state.items():
        layer, _, part = name.rpartition(".")
        parts.setdefault(layer, {})[part] = tensor
    return {layer: parts[layer] for layer in sorted(parts, key=_natural)}


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts ``layer10`` after ``layer2``."""
    return [(len(part.lstrip("0")), part.lstrip("0")) if part[:1] in _DIGITS else (-1, part) for part in _NUMBER.split(name)]


def _fold(norm: str, parts: Mapping[str, dict[str, Tensor]], layers: Iterable[str]) -> None:
    """Let the layer that is next to a norm take it in."""
    prefix, _, number = norm.rpartition(".")
    beside = {f"{prefix}.{int(number) + step}".lstrip("."): step for step in (-1, 1)} if _NUMBER.fullmatch(number[:9]) else {}
    found = [layer for layer in layers if layer in beside]
    if len(found) != 1:
        raise ValueError(
            f"Layer {norm[:40]!r} is BatchNorm1d, and its name does not tell whether it comes before the activation: "
            "make the network of the model itself, with permviz.from_torch."
        )
    own, linear = parts[norm], parts[found[0]]
    w, b = linear["weight"], linear["bias"]
    nodes = w.shape[-2] if beside[found[0]] < 0 else w.shape[-1]
    if (
        not {"running_mean", "running_var"} <= own.keys()
        or w.ndim > 2
        or any(tensor.shape != (nodes,) for name, tensor in own.items() if name != "num_batches_tracked")
    ):
        raise ValueError(
            f"Layer {norm[:40]!r} does not fit {found[0][:40]!r}, which it is to be folded into: expected running statistics, "
            f"and what else it has, of {nodes} nodes."
        )
    scale = (own["running_var"].double() + NORM_EPS).rsqrt() * own.get("weight", torch.ones(nodes)).double()
    shift = own.get("bias", torch.zeros(nodes)).double() - own["running_mean"].double() * scale
    if not bool(scale.isfinite().all() & shift.isfinite().all()):
        raise ValueError(f"Layer {norm[:40]!r} with running variances that are not positive given: it divides by their root.")
    if beside[found[0]] < 0:
        folded = w.double() * scale[:, None], b.double() * scale + shift
    else:
        folded = w.double() * scale, b.double() + w.double() @ shift
    linear["weight"], linear["bias"] = (p.to(w.dtype) for p in folded)


def read_state_dict(content: bytes) -> dict[str, Tensor]:
    """The tensors in a file that ``torch.save(model.state_dict(), path)`` wrote. Nothing in it is run.

    Raises:
        ValueError: for content that is damaged, too large once it is read, or holds anything but named tensors.
    """
    _check_archive(content)
    loaded = _attempted(lambda: torch.load(io.BytesIO(content), map_location="cpu", weights_only=True))
    if not isinstance(loaded, dict):
        raise ValueError(f"The file holds {type(loaded).__name__}: {_SAVE}.")
    state = dict(dict.items(loaded))  # an OrderedDict in a file may have attributes of its own, such as `items`
    odd = [name for name, tensor in state.items() if not isinstance(name, str) or not _is_plain(tensor)]
    if odd:
        raise ValueError(f"The file holds {str(odd[0])[:40]!r}, which is no dense tensor under a name: {_SAVE}.")
    if sum(tensor.numel() * tensor.itemsize for tensor in state.values()) > MOST_BYTES:
        raise ValueError(f"The file's tensors take more than {MOST_BYTES} bytes: smaller networks are read.")
    return {name: tensor.detach() for name, tensor in state.items()}


_SAVE = "expected what torch.save(model.state_dict(), path) writes"


def _attempted(read: Callable[[], R]) -> R:
    """What is read, or a sentence: a damaged archive makes zipfile, pickletools and torch raise anything."""
    try:
        return read()
    except Exception as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"This is not a readable file of torch.save ({reason:.120}): {_SAVE}.") from None


def _check_archive(content: bytes) -> None:
    """That the archive is packed as torch does, without compression, and that its pickle names tensors alone."""
    archive = _attempted(lambda: zipfile.ZipFile(io.BytesIO(content)))
    entries = archive.infolist()
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise ValueError(f"The file is compressed, which those of torch.save are not: {_SAVE}.")
    if sum(entry.file_size for entry in entries) > len(content):
        raise ValueError(f"The file says that it is larger than it is: {_SAVE}.")
    pickles = [entry for entry in entries if entry.filename.lower().endswith(".pkl")]  # torch looks for either case
    if len(pickles) != 1:
        raise ValueError(f"The file holds {len(pickles)} pickles, expected one: {_SAVE}.")
    for asked in _attempted(lambda: _asked_for(archive.read(pickles[0]))):
        if not _NAMED.fullmatch(asked):
            raise ValueError(f"The file asks for {asked[:60]!r}, and nothing in a file is run here: {_SAVE}.")


def _asked_for(pickled: bytes) -> list[str]:
    """Modules and names in a pickle, which is not loaded, in the order of the file."""
    names = ("GLOBAL", "INST", "STACK_GLOBAL")
    return [str(argument) for opcode, argument, _ in pickletools.genops(pickled) if opcode.name in names]


def _is_plain(tensor: object) -> bool:
    if not isinstance(tensor, Tensor) or type(tensor) not in (Tensor, torch.nn.Parameter):
        return False
    return tensor.layout is torch.strided and not (tensor.is_meta or tensor.is_quantized)


def check_values(tensors: Mapping[str, Tensor]) -> None:
    """That tensors are in a dtype of networks, and finite."""
    for name, tensor in tensors.items():
        if tensor.dtype not in DTYPES:
            raise ValueError(f"{name} has dtype {tensor.dtype}: expected float64 or float32.")
        if not bool(tensor.isfinite().all()):
            raise ValueError(f"{name} holds values that are not finite: such a network cannot be saved or shown.")


def check_matrices(weights: Iterable[Tensor]) -> None:
    """That weights may be matrices."""
    shapes = [tuple(w.shape) for w in weights]
    if any(len(shape) < 2 or 0 in shape for shape in shapes):
        raise ValueError(f"Weights of shapes {shapes} given: expected matrices (n, n_in), none empty.")


def shown_names(tensors: Mapping[str, Tensor]) -> str:
    """The names of tensors, the first few of many."""
    names = sorted(tensors)
    return ", ".join(repr(name[:40]) for name in names[:6]) + (", ..." if len(names) > 6 else "") or "nothing"
