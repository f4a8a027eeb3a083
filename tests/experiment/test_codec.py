"""Parameters as text: they come back to the last bit, and nothing that is not theirs is taken for them."""

from __future__ import annotations

import base64
import zlib

import pytest
import torch

from permviz.experiment.codec import MOST_CARRIED, decode_parameters, encode_parameters
from permviz.networks.network import NetworkSpec, init_network, unflatten


def test_the_largest_carried_network_fits_a_link() -> None:
    spec = NetworkSpec((2, 8, 8, 2), "tanh")
    assert spec.parameter_count == 114
    network = unflatten(spec, torch.randn(114, generator=torch.Generator().manual_seed(0), dtype=torch.float64))
    assert len(encode_parameters(network)) < 1400
    wide = NetworkSpec((2, 40, 1))
    assert wide.parameter_count > MOST_CARRIED
    assert encode_parameters(init_network(wide)) == ""


def test_parameters_are_checked_before_they_are_used() -> None:
    spec = NetworkSpec((1, 2, 1))
    network = init_network(spec)
    text = encode_parameters(network)
    assert torch.equal(decode_parameters(text, spec).flatten(), network.flatten())
    with pytest.raises(ValueError, match="not those of a network"):
        decode_parameters(text, NetworkSpec((1, 3, 1)))
    with pytest.raises(ValueError, match="damaged"):
        decode_parameters(text[:-6], spec)
    for bad in (float("nan"), float("inf"), 1e10):
        with pytest.raises(ValueError, match="finite"):
            decode_parameters(encode_parameters(network.map(lambda p, bad=bad: torch.full_like(p, bad))), spec)


def test_a_compressed_bomb_is_not_unpacked() -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(b"\0" * 10_000_000, 9)).decode()
    with pytest.raises(ValueError, match="not those of a network"):
        decode_parameters(bomb, NetworkSpec((1, 2, 1)))
