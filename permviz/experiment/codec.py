"""A small network's parameters as text: exact float64, compressed, for a URL.

The text is base64url of a DEFLATE stream of the little-endian doubles, their bytes regrouped by significance: the exponents'
bytes are alike and compress, the mantissas' do not. 120 parameters take about 1.2 kB.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib

import numpy as np
import torch

from permviz.networks.frozen import refuse_frozen
from permviz.networks.network import Network, NetworkSpec, unflatten

MOST_CARRIED = 120
"""Networks with more parameters than this do not travel in a URL."""

_LARGEST = 1e9

_NAMED = re.compile(r"model\.[0-9a-f]{24}")


def named_parameters(network: Network) -> str:
    """What stands for the parameters of a single network that is too large to travel: a name of what they are.

    >>> from permviz.networks.network import init_network
    >>> name = named_parameters(init_network(NetworkSpec((2, 16, 16, 1))))
    >>> is_named(name), len(name)
    (True, 30)
    """
    single = network.single()
    refuse_frozen(single.spec, "a link")
    numbers = single.flatten().detach().to(torch.float64).numpy().astype("<f8").tobytes()
    shape = f"{single.activation} {single.spec.widths}"
    return f"model.{hashlib.sha256(shape.encode() + numbers).hexdigest()[:24]}"


def is_named(text: str) -> bool:
    """Whether a text is such a name, and not parameters."""
    return _NAMED.fullmatch(text) is not None


def encode_parameters(network: Network) -> str:
    """The parameters of a single float64 network as URL-safe text; empty for one too large to carry.

    >>> from permviz.networks.network import init_network
    >>> spec = NetworkSpec((2, 4, 4, 1))
    >>> net = init_network(spec)
    >>> bool((decode_parameters(encode_parameters(net), spec).flatten() == net.flatten()).all())
    True
    """
    refuse_frozen(network.single().spec, "a link")
    vector = network.flatten().detach().to(torch.float64).numpy()
    if vector.size > MOST_CARRIED:
        return ""
    octets = np.frombuffer(vector.astype("<f8").tobytes(), np.uint8).reshape(-1, 8).T
    return base64.urlsafe_b64encode(zlib.compress(octets.tobytes(), 9)).decode().rstrip("=")


def decode_parameters(text: str, spec: NetworkSpec) -> Network:
    """The inverse of :func:`encode_parameters`.

    Raises:
        ValueError: if the text is damaged, or holds another number of parameters, or none that are finite and below 1e9.
    """
    size = 8 * spec.parameter_count
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        stream = zlib.decompressobj()
        octets = stream.decompress(packed, size + 1)
        if (not stream.eof and len(octets) <= size) or stream.unused_data:
            raise ValueError
    except (binascii.Error, ValueError, zlib.error):
        raise ValueError("the parameters are damaged (cut off, mistyped or followed by something)") from None
    if len(octets) != size:
        raise ValueError(f"the parameters are not those of a network of widths {'-'.join(map(str, spec.widths))}")
    vector = np.frombuffer(np.frombuffer(octets, np.uint8).reshape(8, -1).T.tobytes(), "<f8").astype(np.float64)
    if not np.isfinite(vector).all() or np.abs(vector).max() > _LARGEST:
        raise ValueError("the parameters are not all finite numbers below 1e9")
    return unflatten(spec, torch.from_numpy(vector))
