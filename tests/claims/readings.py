"""Reading an evidence, and the slow copy of a network to compare it with."""

from __future__ import annotations

from collections.abc import Sequence

import permviz as pv
from permviz.claims.evidence import Evidence
from tests import oracles

SWAP = ((1, 0, 2),)
"""The swap that stands in for the identity, in a network of one hidden layer of three."""


def value(found: Evidence, name: str) -> float:
    """The number of that name, which exists once."""
    (number,) = (n for n in found.numbers if n.name == name)
    assert isinstance(number.value, int | float)
    return number.value


def oracle_network(net: pv.Network, orders: Sequence[Sequence[int]]) -> pv.Network:
    return oracles.network(net.spec, oracles.vector(oracles.permuted(net, orders)))
